"""Why a declaration was checked again by itself; empty where a person did, and for the first check."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("declaration_check", sa.Column("because", sa.String(length=24), nullable=True))
