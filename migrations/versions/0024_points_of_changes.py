"""The point that a change of a list is about is looked up once; an index that another one begins with goes."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("list_change", sa.Column("pinch_point_id", sa.Uuid))
    op.drop_index("ix_assurance_observation_run_id", "assurance_observation")
