"""What the shown list of a source lacks and an earlier one had, so that nobody searches all points for it.

A facility that was observed and is not on the shown list waits for a second list that lacks it too.
"""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

# A list has its scheme's name (portal/sources/catalogue.py). Only a source that shows a list lacks anything.
WAITING = """
INSERT INTO list_absence (source_code, facility_id, metal)
SELECT newest.scheme, p.facility_id, p.metal
FROM (
  SELECT DISTINCT ON (scheme, pinch_point_id) scheme, pinch_point_id, status FROM assurance_observation
  ORDER BY scheme, pinch_point_id, as_of DESC, seen_at DESC
) newest JOIN pinch_point p ON p.id = newest.pinch_point_id
WHERE newest.status <> 'removed'
  AND EXISTS (SELECT 1 FROM snapshot_row s WHERE s.source_code = newest.scheme)
  AND NOT EXISTS (SELECT 1 FROM snapshot_row s WHERE s.source_code = newest.scheme
                  AND s.facility_id = p.facility_id AND s.metal = p.metal)
"""


def upgrade() -> None:
    op.create_table(
        "list_absence",
        sa.Column("source_code", sa.String(length=20), nullable=False),
        sa.Column("facility_id", sa.String(length=20), nullable=False),
        sa.Column("metal", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("source_code", "facility_id", "metal", name=op.f("pk_list_absence")),
    )
    op.execute(WAITING)
    rls.append_only("list_absence")
    op.execute("GRANT DELETE ON list_absence TO portal_app")
