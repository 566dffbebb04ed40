"""An observation is known by its run and its point: a run says one thing of a point, and nothing names it otherwise."""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("uq_assurance_observation_run_id_pinch_point_id", "assurance_observation", type_="unique")
    op.drop_column("assurance_observation", "id")  # and its key
    op.create_primary_key(op.f("pk_assurance_observation"), "assurance_observation", ["run_id", "pinch_point_id"])
