"""For each number of a followed supplier the day up to which a source of awards was asked for it."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "award_number_asked",
        sa.Column("source_code", sa.String(length=20), nullable=False),
        sa.Column("scheme", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Text(collation="C"), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("source_code", "scheme", "value", name=op.f("pk_award_number_asked")),
    )
    rls.policies("award_number_asked", select="app_is_system()", write="app_is_system()")
