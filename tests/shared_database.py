"""One database for the tests of a process, put back between them: making one anew for each takes many times longer.

What stays is what a server that runs for days has too: connections with their plans, and dead rows that vacuum clears.
"""

import secrets
from typing import LiteralString, cast

import psycopg
from psycopg import sql
from sqlalchemy import event

from portal import db
from tests.servers import Servers, create_database, drop_database

GROWN = 24_000_000  # bytes beyond which a database is left for a new one: its dead rows would slow down what follows

# Names every table, index, trigger, rule and function with the transaction that wrote it; vacuum leaves that alone.
_SHAPE: LiteralString = """
    SELECT md5(string_agg(one, ',' ORDER BY one)) FROM (
        SELECT concat_ws(' ', 'r', oid, xmin, relnamespace) FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(' ', 't', oid, xmin) FROM pg_trigger
        UNION ALL SELECT concat_ws(' ', 'p', oid, xmin) FROM pg_policy
        UNION ALL SELECT concat_ws(' ', 'f', oid, xmin) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(' ', 's', setdatabase, setrole, setconfig) FROM pg_db_role_setting
    ) AS part (one)
"""
_TABLES: LiteralString = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
)
_OTHERS: LiteralString = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> ALL(%s)
"""
_SEQUENCES: LiteralString = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
"""


class SharedDatabase:
    """A copy of the template that tests use one after the other; `name` changes when a new copy had to be made."""

    def __init__(self, servers: Servers, template: str) -> None:
        self._servers = servers
        self._template = template
        self._pids: set[int] = set()
        self._open()

    def bind(self) -> None:
        """Bind the session to the database as the app's role, over connections that earlier tests have warmed."""
        db.session.remove()
        db.session.configure(bind=self.engine)

    def put_back(self) -> None:
        """Make it what the template is: end other connections, empty tables, bring back rows; a new copy if need be."""
        db.session.remove()
        if self.engine.pool.checkedout():  # type: ignore[attr-defined]
            self._pids.clear()  # somebody still holds one, perhaps with locks
        try:
            self._keeper.execute(_OTHERS, [[*self._pids, self._keeper.info.backend_pid]])
            usable = self._shape() == self._first_shape and self._size() < self._first_size + GROWN
            if usable:
                self._empty()
        except psycopg.OperationalError:  # the test ended all connections, or the server
            usable = False
        if not usable:
            self.close()
            self._open()

    def close(self) -> None:
        """Drop it."""
        self.engine.dispose()
        self._keeper.close()
        drop_database(self._servers, self.name)

    def _open(self) -> None:
        self.name = f"test_{secrets.token_hex(6)}"
        create_database(self._servers, self.name, self._template)
        self.engine = db.configure(self._servers.app_url(self.name), pool_size=4)
        self._pids.clear()
        event.listen(self.engine, "connect", self._note)
        self._keeper = psycopg.connect(
            self._servers.superusers_url(self.name), autocommit=True, options="-c session_replication_role=replica"
        )
        self._first_shape, self._first_size = self._shape(), self._size()
        tables = [cast(str, row[0]) for row in self._keeper.execute(_TABLES)]
        self._filled = {table: digest for table in tables if (digest := self._digest(table))}
        self._rows = {table: self._copy_of(table) for table in self._filled}
        self._which_have_rows = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(table), sql.Identifier(table))
            for table in tables
            if table not in self._filled
        )

    def _note(self, connection: "psycopg.Connection[object]", _record: object) -> None:
        self._pids.add(connection.info.backend_pid)

    def _empty(self) -> None:
        for row in self._keeper.execute(self._which_have_rows, prepare=True).fetchall():
            self._delete(cast(str, row[0]))
        for table, digest in self._filled.items():
            if self._digest(table) != digest:
                self._delete(table)
                with self._keeper.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy:
                    copy.write(self._rows[table])
        self._keeper.execute(_SEQUENCES)

    def _delete(self, table: str) -> None:
        self._keeper.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))

    def _copy_of(self, table: str) -> bytes:
        with self._keeper.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
            return b"".join(bytes(piece) for piece in copy)

    def _digest(self, table: str) -> str | None:
        query = sql.SQL("SELECT md5(string_agg(one::text, ',' ORDER BY one::text)) FROM {} AS one")
        return self._value(query.format(sql.Identifier(table)))

    def _shape(self) -> str | None:
        return self._value(sql.SQL(_SHAPE))

    def _size(self) -> int:
        return int(self._value(sql.SQL("SELECT pg_database_size(current_database())")) or 0)

    def _value(self, query: sql.Composable) -> "str | None":
        row = self._keeper.execute(cast(sql.SQL, query), prepare=True).fetchone()
        return cast("str | None", row[0]) if row else None
