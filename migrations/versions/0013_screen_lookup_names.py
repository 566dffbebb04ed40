"""Smelters that only a released look-up names are compared with sanctions lists, too."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

DUE = "INSERT INTO screening_due (kind, key) SELECT DISTINCT 'facility', facility_id FROM"


def upgrade() -> None:
    op.execute(
        "CREATE FUNCTION screening_due_of_lookup_name() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" {DUE} added; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER screening_due_at_insert AFTER INSERT ON lookup_name"
        " REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION screening_due_of_lookup_name()"
    )
    op.execute(f"{DUE} lookup_name")
