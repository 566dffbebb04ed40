"""Names of smelters that were accepted together can be taken back together."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("smelter_name_act", sa.Column("batch_id", sa.Uuid))
    op.create_index("ix_smelter_name_act_batch_id", "smelter_name_act", ["batch_id"])
