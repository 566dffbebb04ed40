"""Places of suppliers at Open Supply Hub: the search for them, and what it proposed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "place_search",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=20), nullable=True),
        sa.Column("problem_params", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_place_search_supplier_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("supplier_id", name=op.f("pk_place_search")),
    )
    op.create_table(
        "place_proposal",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("os_id", sa.String(length=15), nullable=False),
        sa.Column("moved_from", sa.String(length=15), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("likeness", sa.Integer(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'accepted', 'rejected')", name=op.f("ck_place_proposal_state")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_place_proposal_supplier_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_proposal")),
        sa.UniqueConstraint("supplier_id", "os_id", name=op.f("uq_place_proposal_supplier_id_os_id")),
    )
    for table in ("place_search", "place_proposal"):
        op.execute(
            f"CREATE TRIGGER follow_merge_supplier_id BEFORE INSERT OR UPDATE OF supplier_id ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION registry_follow_merge('supplier_id')"
        )
