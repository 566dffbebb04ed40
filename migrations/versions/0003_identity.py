"""Identity: relations, roles and stated values, each with its sayer, and what GLEIF says of a LEI.

Parents and countries that were recorded before get the sayer that the journal remembers.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_identity()
    _create_gleif()
    _carry_over()


def _sourced(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_date", sa.Date(), nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["entered_by_id"], ["authority.id"], name=op.f(f"fk_{table}_entered_by_id")),
    )


def _one_a_sayer(table: str, columns: list[str], where: str = "") -> None:
    for sayer, column, test in (
        ("authority", "entered_by_id", "entered_by_id IS NOT NULL"),
        ("source", "source", "entered_by_id IS NULL"),
    ):
        condition = sa.text(f"{where}{test}")
        op.create_index(f"uq_{table}_{sayer}", table, [*columns, column], unique=True, postgresql_where=condition)


def _create_identity() -> None:
    op.create_table(
        "supplier_relation",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("parent_lei", sa.String(length=20), nullable=True),
        sa.Column("parent_name", sa.Text(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        *_sourced("supplier_relation"),
        sa.CheckConstraint(
            "kind IN ('direct_parent', 'ultimate_parent', 'branch_of')", name=op.f("ck_supplier_relation_kind")
        ),
        sa.CheckConstraint("parent_id <> child_id", name=op.f("ck_supplier_relation_not_itself")),
        sa.CheckConstraint(
            "parent_id IS NOT NULL OR (parent_lei IS NOT NULL AND parent_name <> '')",
            name=op.f("ck_supplier_relation_parent"),
        ),
        sa.ForeignKeyConstraint(["child_id"], ["supplier.id"], name=op.f("fk_supplier_relation_child_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["supplier.id"], name=op.f("fk_supplier_relation_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_relation")),
    )
    for column in ("child_id", "parent_id", "parent_lei"):
        op.create_index(op.f(f"ix_supplier_relation_{column}"), "supplier_relation", [column])
    _one_a_sayer("supplier_relation", ["child_id", "kind"], "ended_on IS NULL AND ")
    op.create_table(
        "supplier_role",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        *_sourced("supplier_role"),
        sa.CheckConstraint(
            "role IN ('reseller', 'brand', 'manufacturer', 'smelter_group')", name=op.f("ck_supplier_role_role")
        ),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_role_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_role")),
        sa.UniqueConstraint("supplier_id", "role", name=op.f("uq_supplier_role_supplier_id_role")),
    )
    op.create_index("ix_supplier_role_role", "supplier_role", ["role", "supplier_id"])
    op.create_table(
        "stated_fact",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        *_sourced("stated_fact"),
        sa.CheckConstraint("field IN ('legal_name', 'country')", name=op.f("ck_stated_fact_field")),
        sa.CheckConstraint("value <> ''", name=op.f("ck_stated_fact_value")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_stated_fact_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stated_fact")),
    )
    op.create_index(op.f("ix_stated_fact_supplier_id"), "stated_fact", ["supplier_id"])
    _one_a_sayer("stated_fact", ["supplier_id", "field"])


def _asked() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=20), nullable=True),
        sa.Column("problem_params", postgresql.JSONB(), server_default="{}", nullable=False),
    )


def _create_gleif() -> None:
    op.create_table(
        "lei_record",
        sa.Column("lei", sa.String(length=20), nullable=False),
        *_asked(),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("data", postgresql.JSONB(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_to_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(data IS NULL) = (fetched_at IS NULL)", name=op.f("ck_lei_record_fetched")),
        sa.ForeignKeyConstraint(
            ["applied_to_id"], ["supplier.id"], name=op.f("fk_lei_record_applied_to_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("lei", name=op.f("pk_lei_record")),
    )
    op.create_index(op.f("ix_lei_record_due_at"), "lei_record", ["due_at"])
    op.create_index(op.f("ix_lei_record_applied_to_id"), "lei_record", ["applied_to_id"])
    op.create_table(
        "lei_search",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        *_asked(),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_lei_search_supplier_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("supplier_id", name=op.f("pk_lei_search")),
    )
    op.create_table(
        "lei_proposal",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("lei", sa.String(length=20), nullable=False),
        sa.Column("legal_name", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'confirmed', 'rejected')", name=op.f("ck_lei_proposal_state")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_lei_proposal_supplier_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lei_proposal")),
        sa.UniqueConstraint("supplier_id", "lei", name=op.f("uq_lei_proposal_supplier_id_lei")),
    )
    op.create_index("ix_lei_proposal_lei", "lei_proposal", ["lei"])


# Who said it: the last change that the journal holds, else whoever stated the legal name when the supplier came.
_SAYER = """
    LEFT JOIN LATERAL (
      SELECT j.authority_id, (j.at AT TIME ZONE 'UTC')::date AS day FROM journal_entry j
      WHERE j.object_id = s.id AND j.action = '{action}' ORDER BY j.seq DESC LIMIT 1
    ) said ON true
    LEFT JOIN LATERAL (
      SELECT n.source, n.source_date, n.entered_by_id FROM supplier_name n
      WHERE n.supplier_id = s.id ORDER BY (n.kind = 'legal') DESC, n.id LIMIT 1
    ) came ON true
    LEFT JOIN authority a ON a.id = said.authority_id
"""
_STAMP = """
    CASE WHEN said.day IS NULL THEN coalesce(came.source, 'registry') ELSE coalesce(a.name, 'registry') END,
    coalesce(said.day, came.source_date, (s.created_at AT TIME ZONE 'UTC')::date),
    CASE WHEN said.day IS NULL THEN coalesce(came.entered_by_id, s.brought_in_by_id) ELSE said.authority_id END
"""


def _carry_over() -> None:
    # The journal is under forced row-level security, also for the owner.
    op.execute("SELECT set_config('app.system', 'on', true)")
    op.execute(f"""
        INSERT INTO supplier_relation (child_id, kind, parent_id, source, source_date, entered_by_id)
        SELECT s.id, 'direct_parent', s.parent_id, {_STAMP}
        FROM supplier s {_SAYER.format(action="supplier.parent_changed")} WHERE s.parent_id IS NOT NULL
    """)
    op.execute(f"""
        INSERT INTO stated_fact (supplier_id, field, value, source, source_date, entered_by_id)
        SELECT s.id, 'country', s.country, {_STAMP}
        FROM supplier s {_SAYER.format(action="supplier.country_changed")} WHERE s.country <> ''
    """)
    op.execute("""
        INSERT INTO stated_fact (supplier_id, field, value, source, source_date, entered_by_id)
        SELECT DISTINCT ON (n.supplier_id) n.supplier_id, 'legal_name', n.name, n.source, n.source_date, n.entered_by_id
        FROM supplier_name n WHERE n.kind = 'legal' ORDER BY n.supplier_id, n.source_date DESC, n.id
    """)
    op.execute("SELECT set_config('app.system', '', true)")
