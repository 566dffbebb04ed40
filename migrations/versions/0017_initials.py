"""Names of three words and more by their initials, so that an acronym finds them."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE FUNCTION registry_initials(norm text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE"
        r" AS $$ SELECT regexp_replace(norm, '([^ ])[^ ]* ?', '\1', 'g') $$"
    )
    op.create_index(
        "ix_supplier_name_initials",
        "supplier_name",
        [sa.text("registry_initials(norm)")],
        postgresql_where=sa.text("norm ~~ '% % %'::text"),
    )
