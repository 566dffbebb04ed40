"""Saved searches: a state of the look-up page under a name, of one person."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_saved_search_name")),
        sa.CheckConstraint("query <> ''", name=op.f("ck_saved_search_query")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_saved_search_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_saved_search_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
    )
    op.create_index(
        "uq_saved_search_name",
        "saved_search",
        ["user_id", "owner_id", "name"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    rls.private("saved_search")
    # The look-up page counts suppliers by country, and the whole registry has one page of it.
    op.create_index(
        op.f("ix_supplier_country"), "supplier", ["country"], postgresql_where=sa.text("merged_into_id IS NULL")
    )
