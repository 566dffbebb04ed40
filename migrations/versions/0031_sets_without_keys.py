"""Work tables of a run are temporary, and that an observation has its point is checked once for each statement.

The foreign key stays for readers of the schema. Checked row by row, which locks each point, it took as long as all else
that is written of a list.
"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

HAVE_POINTS = """
CREATE FUNCTION observations_have_points() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM added a WHERE NOT EXISTS (SELECT 1 FROM pinch_point p WHERE p.id = a.pinch_point_id)) THEN
    RAISE EXCEPTION 'an observation needs its pinch point' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER observations_have_points AFTER INSERT ON assurance_observation
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION observations_have_points();
CREATE FUNCTION observed_points_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM gone g JOIN assurance_observation o ON o.pinch_point_id = g.id) THEN
    RAISE EXCEPTION 'a pinch point that was observed stays' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER observed_points_stay AFTER DELETE ON pinch_point
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION observed_points_stay();
"""


def upgrade() -> None:
    # The database belongs to the role that migrates it (docs/operations.md).
    op.execute("DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO portal_app', current_database()); END $$")
    op.drop_table("incoming_row")
    op.drop_table("list_change")
    op.execute(
        "ALTER TABLE assurance_observation ALTER CONSTRAINT fk_assurance_observation_pinch_point_id NOT ENFORCED"
    )
    op.execute("REVOKE UPDATE (id), DELETE, TRUNCATE ON pinch_point FROM portal_app")
    op.execute(HAVE_POINTS)
