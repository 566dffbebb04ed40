"""Row-level security for migrations: the audience rule of portal/access/audience.py, held by the database as well.

The app connects as `portal_app`, neither owner nor superuser. Each transaction says on whose behalf it runs
(`app.authority`, `app.system`; portal/db.py). Without that the functions see nothing.
"""

from alembic import op

FUNCTIONS = """
CREATE FUNCTION app_authority() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('app.authority', true), '')::uuid $$;
CREATE FUNCTION app_is_system() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT coalesce(current_setting('app.system', true) = 'on', false) $$;
CREATE FUNCTION app_owns(owner uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT coalesce(owner = app_authority(), false) OR app_is_system() $$;
CREATE FUNCTION app_sees(owner uuid, audience text, named uuid[]) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT app_is_system() OR coalesce(app_authority() IS NOT NULL AND (
       owner = app_authority() OR audience = 'members' OR (audience = 'named' AND app_authority() = ANY (named))
     ), false) $$;
"""


def policies(table: str, *, select: str, write: str, insert: str | None = None, update: str | None = None) -> None:
    """Enable and force row-level security on `table` with these conditions; `write` covers what is not given."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY {table}_select ON {table} FOR SELECT USING ({select})")
    op.execute(f"CREATE POLICY {table}_insert ON {table} FOR INSERT WITH CHECK ({insert or write})")
    op.execute(
        f"CREATE POLICY {table}_update ON {table} FOR UPDATE USING ({update or write}) WITH CHECK ({update or write})"
    )
    op.execute(f"CREATE POLICY {table}_delete ON {table} FOR DELETE USING ({write})")


def shared(table: str) -> None:
    """A record with owner_id, audience and named_ids: seen by its audience, written by its owner."""
    policies(table, select="app_sees(owner_id, audience, named_ids)", write="app_owns(owner_id)")


def private(table: str, owner: str = "owner_id") -> None:
    """A record of one authority that nobody else ever sees."""
    policies(table, select=f"app_owns({owner})", write=f"app_owns({owner})")


def child(table: str, key: str, parent: str, *, update: str | None = None, owner: str = "owner_id") -> None:
    """Rows that are seen with their parent and written by the parent's owner."""
    seen = f"EXISTS (SELECT 1 FROM {parent} p WHERE p.id = {table}.{key})"
    owned = f"EXISTS (SELECT 1 FROM {parent} p WHERE p.id = {table}.{key} AND app_owns(p.{owner}))"
    policies(table, select=seen, write=owned, update=f"{owned} OR ({update})" if update else None)


def append_only(table: str) -> None:
    """Take UPDATE and DELETE from the app's role."""
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM portal_app")


def update_only(table: str, *columns: str) -> None:
    """Leave the app's role UPDATE on these columns alone, and no DELETE: the rest of a row stays as it was written."""
    append_only(table)
    op.execute(f"GRANT UPDATE ({', '.join(columns)}) ON {table} TO portal_app")


def lock(table: str, condition: str) -> None:
    """Let nobody see rows of `table` that are not so, whatever other policies say: for people who evaluate bids."""
    op.execute(f"CREATE POLICY {table}_lock ON {table} AS RESTRICTIVE FOR SELECT USING ({condition})")
