"""How a request ends: what it did not commit is lost, and what the connection learnt is kept."""

from sqlalchemy import text

from portal import db
from portal.registry.models import Supplier
from tests.factories.registry import make_supplier

PREPARED = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%joint_audit%'")


def test_statements_stay_prepared_from_page_to_page(client_for) -> None:
    """A ROLLBACK at the end of a page would make psycopg drop them, and the server plan everything anew."""
    client = client_for("oslo-officer")
    for _ in range(8):
        assert client.get("/suppliers").status_code == 200
    assert db.session.scalar(PREPARED) > 0


def test_what_a_reading_request_left_over_is_lost(database: str) -> None:
    db.begin_request(authority_id=None, locked="", read_only=False)
    make_supplier("Written without a transaction()")
    db.end_request()
    assert db.session.query(Supplier).count() == 0

    db.begin_request(authority_id=None, locked="", read_only=True)
    db.session.scalar(text("SELECT 1"))
    db.session.add(Supplier(legal_name="Pending in a page", sort_key="pending"))
    db.end_request()
    assert db.session.query(Supplier).count() == 0


def test_a_request_whose_connection_was_lost_ends_calmly(database: str) -> None:
    db.begin_request(authority_id=None, locked="", read_only=True)
    connection = db.session.connection().connection.driver_connection
    connection.close()  # type: ignore[union-attr]
    db.end_request()
    assert db.session.scalar(text("SELECT 1")) == 1
