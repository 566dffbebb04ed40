"""Names of smelters: what look-ups list, what people decided on names that none lists, and who decided it."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# The key of a name as portal/minerals/spelling.py makes it, for rows that were written before.
_APOSTROPHES = " || ".join(f"chr({ord(c)})" for c in "\u2018\u2019\u201a\u201b\u2032\u00b4\u0060\u02bc")
NAME_KEY = (
    f"btrim(regexp_replace(lower(translate(normalize(declared_name, NFKC), {_APOSTROPHES}, repeat(chr(39), 8))),"
    r" '\s+', ' ', 'g'))"
)


def upgrade() -> None:
    op.create_table(
        "lookup_name",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("metal", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("facility_id", sa.String(length=20), nullable=False),
        sa.Column("standard_name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("template", sa.String(length=8), nullable=False),
        sa.Column("revision", sa.String(length=8), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.CheckConstraint("metal = lower(metal)", name=op.f("ck_lookup_name_metal_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lookup_name")),
        sa.UniqueConstraint("metal", "facility_id", "name", name=op.f("uq_lookup_name_metal_facility_id_name")),
    )
    op.create_table(
        "smelter_name_verdict",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("metal", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("facility_id", sa.String(length=20), nullable=True),
        sa.Column("standard_name", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "verdict IN ('accepted', 'rejected', 'no_smelter')", name=op.f("ck_smelter_name_verdict_verdict")
        ),
        sa.CheckConstraint(
            "(verdict = 'no_smelter') = (facility_id IS NULL)", name=op.f("ck_smelter_name_verdict_facility_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_smelter_name_verdict")),
    )
    op.create_index(
        "uq_smelter_name_verdict_meaning",
        "smelter_name_verdict",
        ["metal", "name_key"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL AND verdict <> 'rejected'"),
    )
    op.create_index(
        "uq_smelter_name_verdict_rejected",
        "smelter_name_verdict",
        ["metal", "name_key", "facility_id"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL AND verdict = 'rejected'"),
    )
    # A verdict is never changed, only taken back.
    rls.update_only("smelter_name_verdict", "revoked_at")
    op.create_table(
        "smelter_name_act",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("verdict_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("act", sa.String(length=8), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=True),
        sa.Column("acted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("act IN ('decided', 'revoked')", name=op.f("ck_smelter_name_act_act")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_smelter_name_act_authority_id")),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declaration.id"], name=op.f("fk_smelter_name_act_declaration_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["verdict_id"], ["smelter_name_verdict.id"], name=op.f("fk_smelter_name_act_verdict_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_smelter_name_act")),
    )
    op.create_index(op.f("ix_smelter_name_act_verdict_id"), "smelter_name_act", ["verdict_id"])
    # Verdicts are everybody's; whose declaration gave rise to one is its authority's.
    rls.private("smelter_name_act", "authority_id")
    op.add_column("smelter_line", sa.Column("name_key", sa.Text(), nullable=True))
    op.execute("SELECT set_config('app.system', 'on', true)")
    op.execute(f"UPDATE smelter_line SET name_key = {NAME_KEY} WHERE declared_name IS NOT NULL")
    op.execute("SELECT set_config('app.system', '', true)")
    op.create_index("ix_smelter_line_name", "smelter_line", ["metal", "name_key"])
