"""The database: declarative base, session and the one place that commits.

Routes, tasks and commands write `with transaction():`. Everything below them only flushes. At the end of the
boundary the journal entries of the transaction are chained and written, then all of it is committed together.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any, cast
from uuid import UUID

import psycopg
from sqlalchemy import ARRAY, ColumnElement, DateTime, MetaData, Uuid, any_, create_engine, event, func, literal, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, scoped_session, sessionmaker

from portal.errors import DomainError

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

UuidKey = Annotated[UUID, mapped_column(primary_key=True, server_default=text("uuidv7()"))]
Timestamp = Annotated[datetime, mapped_column(DateTime(timezone=True))]
CreatedAt = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]


class Base(DeclarativeBase):
    """Base of all models; constraint names are derived, so that messages can be found by name."""

    metadata = MetaData(naming_convention=NAMING)


_PLAN_ONCE = "SELECT set_config('plan_cache_mode', 'force_generic_plan', true)"
_READ_ONLY = text("SET TRANSACTION READ ONLY")
_SCOPE = text(
    "SELECT set_config('app.authority', :authority, true), set_config('app.system', :system, true),"
    " set_config('app.locked', :locked, true)"
)
_GUEST = text("SELECT set_config('app.guest', :guest, true)")
_READ_ONLY_SCOPE = text(
    "SELECT set_config('transaction_read_only', 'on', true),"
    " set_config('app.authority', :authority, true), set_config('app.system', :system, true),"
    " set_config('app.locked', :locked, true)"
)

session: scoped_session[Session] = scoped_session(sessionmaker(expire_on_commit=False))

_before_commit: list[Callable[[], None]] = []


def configure(url: str, **engine_options: Any) -> Engine:
    """Bind the session to the server at `url`; called once a process (after a fork, in workers)."""
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_use_lifo=True,  # few connections stay busy, and those have their statements prepared
        pool_size=engine_options.pop("pool_size", 8),
        connect_args={"application_name": "supplier-commons", "connect_timeout": 5},
        **engine_options,
    )
    session.remove()
    session.configure(bind=engine)
    return engine


def before_commit(hook: Callable[[], None]) -> None:
    """Register what must be written last in each transaction (the journal's chain); see portal/process.py."""
    if hook not in _before_commit:
        _before_commit.append(hook)


@contextmanager
def transaction() -> Iterator[Session]:
    """The boundary: data, journal and outbox are committed together or not at all. Does not nest."""
    current = session()
    if current.info.get("in_transaction"):
        raise RuntimeError("transaction() does not nest: only routes, tasks and commands open it")
    current.info["in_transaction"] = True
    try:
        yield current
        current.flush()
        for hook in _before_commit:
            hook()
        current.commit()
    except BaseException:
        current.rollback()
        current.info.pop("journal", None)
        raise
    finally:
        current.info.pop("in_transaction", None)


def set_scope(*, authority_id: UUID | None, system: bool = False, locked: str = "") -> None:
    """Tell row-level security on whose behalf this session reads and writes, from now on and in later transactions.

    `locked` is Actor.locked wherever a person reads.
    """
    current = session()
    current.info["scope"] = _scope(authority_id, "on" if system else "off", locked)
    if current.in_transaction():
        _apply_scope(current.connection(), current.info["scope"])


def set_guest_scope(access_id: UUID) -> None:
    """Tell row-level security that a supplier's guest reads: what its access names, and nothing of any authority."""
    current = session()
    current.info["scope"] = _scope(None) | {"guest": str(access_id)}
    if current.in_transaction():
        _apply_scope(current.connection(), current.info["scope"])


@contextmanager
def on_behalf_of(authority_id: UUID, *, locked: str = "") -> Iterator[None]:
    """Read and write the rows of one authority for a moment; an error ends the transaction.

    For what a supplier's guest does for the authority that let it in, whose own scope can write nothing; and for what
    the system tells a person (`locked` is then Actor.locked).
    """
    current = session()
    before = current.info.get("scope") or _scope(None)
    current.info["scope"] = _scope(authority_id, locked=locked) | {"guest": ""}
    _apply_scope(current.connection(), current.info["scope"])
    try:
        yield
        current.flush()
    except BaseException:
        current.rollback()  # a page that tells of the error is not to read with these rights
        raise
    finally:
        current.info["scope"] = before
    _apply_scope(current.connection(), before)


@contextmanager
def as_system() -> Iterator[None]:
    """Read and write the rows of all authorities for a moment, as the system; an error must end the transaction."""
    current = session()
    before = current.info.get("scope") or _scope(None)
    set_scope(authority_id=None, system=True)
    try:
        yield
        current.flush()  # what is pending was meant for the system
    finally:
        current.info["scope"] = before
    _apply_scope(current.connection(), before)


def set_read_only(read_only: bool) -> None:
    """Make the transactions of this session read-only: a GET that writes then fails in the database itself."""
    current = session()
    current.info["read_only"] = read_only
    if read_only and current.in_transaction():
        current.connection().execute(_READ_ONLY)


def begin_request(*, authority_id: UUID | None, locked: str, read_only: bool) -> None:
    """set_read_only() and set_scope() in one statement: every page asks for both."""
    current = session()
    current.info["read_only"] = read_only
    current.info["scope"] = _scope(authority_id, locked=locked)
    if current.in_transaction():
        _settle(current.connection(), current.info)


def end_request() -> None:
    """Let go of the session at the end of a request; what was not committed is lost.

    A transaction that only read ends with COMMIT: at a ROLLBACK psycopg throws the prepared statements of the
    connection away, and the server would plan each of them anew for each page.
    """
    current = session()
    try:
        if current.info.get("read_only") and current.in_transaction() and not _has_changes(current):
            current.commit()
    except (DBAPIError, InvalidRequestError):
        pass  # the transaction had failed or its connection was lost: the answer has said so
    finally:
        session.remove()


def _has_changes(current: Session) -> bool:
    return bool(current.new or current.dirty or current.deleted)


@contextmanager
def snapshot(*, authority_id: UUID | None, locked: str) -> Iterator[Session]:
    """A transaction that only reads, on behalf of an authority, and in which all statements see the same moment.

    For exports in many statements: one made during an import holds all of it or nothing of it. A download is sent when
    the request's session is gone already, so this says anew on whose behalf it reads. Nothing may be pending.
    """
    current = session()
    if current.info.get("in_transaction"):
        raise RuntimeError("snapshot() reads what is committed: it does not stand inside transaction()")
    before = {name: current.info.get(name) for name in ("read_only", "scope")}
    current.rollback()
    set_scope(authority_id=authority_id, locked=locked)
    set_read_only(True)
    current.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        yield current
    finally:
        current.rollback()
        current.info.update(before)


def _scope(authority_id: UUID | None, system: str = "off", locked: str = "") -> dict[str, str]:
    return {"authority": str(authority_id or ""), "system": system, "locked": locked}


def _apply_scope(connection: Connection, scope: Mapping[str, str]) -> None:
    connection.execute(_SCOPE, scope)
    if "guest" in scope:
        connection.execute(_GUEST, scope)


@event.listens_for(Session, "after_begin")
def _begin(current: Session, _transaction: object, connection: Connection) -> None:
    _settle(connection, current.info)


def _settle(connection: Connection, info: Mapping[str, Any]) -> None:
    """Tell the transaction whether it only reads, and on whose behalf, as far as this is known."""
    if not info.get("scope"):
        if info.get("read_only"):
            connection.execute(_READ_ONLY)
    elif info.get("read_only"):
        connection.execute(_READ_ONLY_SCOPE, info["scope"])
        if "guest" in info["scope"]:
            connection.execute(_GUEST, info["scope"])
    else:
        _apply_scope(connection, info["scope"])


def plan_once() -> None:
    """Until the transaction ends, keep the plans of statements: for look-up, to plan costs more than to run."""
    connection = session.connection()
    current = session().get_transaction()
    if session().info.get("plans_once") is not current:
        connection.exec_driver_sql(_PLAN_ONCE)
        session().info["plans_once"] = current


def driver_rows(statement: str, values: Mapping[str, Any]) -> list[Any]:
    """The rows of a statement in the driver's own words, prepared on the server.

    For the small statements of look-up: SQLAlchemy's way to the driver and back takes as long as the database does.
    Errors are SQLAlchemy's all the same. They end the transaction, as any error of the database does.
    """
    connection = cast("psycopg.Connection[Any]", session.connection().connection)
    try:
        with connection.cursor() as cursor:
            return cursor.execute(statement, values, prepare=True).fetchall()
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, values, error, psycopg.Error) from error


def join_whole_sets() -> None:
    """Have this transaction join by hashing whole sets, for statements over 50,000 rows and more.

    The database has no statistics of rows that were stored a moment ago. It takes them for a handful, and would look
    each of them up one by one.
    """
    session.execute(text("SELECT set_config('enable_nestloop', 'off', true), set_config('work_mem', '64MB', true)"))


def plan_anew() -> None:
    """Have this connection forget its plans, between statements that store thousands of rows.

    How a foreign key is checked is planned when it first is, and kept as long as the connection. If the table was short
    then, all of it is read for each row that is stored now.
    """
    session.execute(text("DISCARD PLANS"))


def among(column: Any, ids: Collection[UUID]) -> ColumnElement[bool]:
    """`column` is one of these ids, as one parameter: thousands of them in an IN list cost more than their rows."""
    condition: ColumnElement[bool] = column == any_(literal(list(ids), ARRAY(Uuid)))
    return condition


def constraint_name(error: DBAPIError) -> str | None:
    """The violated constraint's name, where PostgreSQL gives one."""
    diag = getattr(error.orig, "diag", None)
    return getattr(diag, "constraint_name", None)


@contextmanager
def constraint_errors(errors: Mapping[str, DomainError]) -> Iterator[None]:
    """Flush in a savepoint and turn a violated constraint into the domain error given for its name."""
    try:
        with session.begin_nested():
            yield
            session.flush()
    except IntegrityError as error:
        name = constraint_name(error)
        if name and name in errors:
            raise errors[name] from error
        raise


def now() -> datetime:
    """The time of this moment, in UTC."""
    return datetime.now(UTC)
