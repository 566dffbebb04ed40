"""The journal's page: words instead of codes, people by role, page by page, each authority its own."""

import ast
from pathlib import Path

import pytest

from portal import db
from portal.journal.labels import ACTIONS
from portal.journal.queries import PAGE_SIZE
from portal.journal.services import record

ROOT = Path(__file__).resolve().parents[3]


def write(acting, persona: str, *actions: str) -> None:
    actor = acting(persona)
    with db.transaction():
        for number, action in enumerate(actions):
            record(actor, action, None, number=number)


def test_coordinators_read_what_their_people_did(client_for, acting) -> None:
    write(acting, "stockholm-officer", "contract.added")
    write(acting, "stavanger-officer", "dialogue.logged")
    page = client_for("stockholm-coordinator").get("/journal").text
    assert "Contract added" in page
    assert "stockholm officer" in page  # the role title of the account
    assert "Dialogue logged" not in page


def test_an_empty_journal_says_what_will_stand_there(client_for) -> None:
    assert "Nothing yet" in client_for("stockholm-coordinator").get("/journal").text


def test_operators_read_what_the_system_did(client_for, acting) -> None:
    write(acting, "stockholm-officer", "contract.added")
    write(acting, "operator", "outbox.released")
    page = client_for("operator").get("/journal").text
    assert "Parked event sent again" in page
    assert "Contract added" not in page


@pytest.mark.parametrize("persona", ["stockholm-officer", "stockholm-reader"])
def test_others_do_not_read_it(client_for, persona) -> None:
    assert client_for(persona).get("/journal").status_code == 403


def test_page_by_page_without_gaps(client_for, acting) -> None:
    write(acting, "stockholm-officer", *["contract.changed"] * (PAGE_SIZE + 5))
    client = client_for("stockholm-coordinator")
    first = client.get("/journal").text
    assert first.count("Contract changed") == PAGE_SIZE
    after = first.split("/journal?after=")[1].split('"')[0]
    second = client.get(f"/journal?after={after}").text
    assert second.count("Contract changed") == 5
    assert "Entry 5<" in second


def test_a_damaged_link_to_a_page_is_a_clear_message(client_for) -> None:
    page = client_for("stockholm-coordinator").get("/journal?after=ImFiYyI")
    assert page.status_code == 400
    assert "damaged" in page.text


def recorded_actions() -> set[str]:
    """Every action that the code records; of an f-string what stands before its first value, with a star."""
    found = set()
    for folder in ("portal", "worker"):
        for path in (ROOT / folder).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text())):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "record" and len(call.args) > 1:
                    action = call.args[1]
                    if isinstance(action, ast.Constant):
                        found.add(str(action.value))
                    elif isinstance(action, ast.JoinedStr) and isinstance(action.values[0], ast.Constant):
                        found.add(str(action.values[0].value) + "*")
    return found


def test_every_recorded_action_has_words_and_no_words_are_left_over() -> None:
    actions = recorded_actions()
    assert len(actions) > 20
    exact = {action for action in actions if not action.endswith("*")}
    starts = tuple(action[:-1] for action in actions if action.endswith("*"))
    assert exact - set(ACTIONS) == set()
    assert {known for known in ACTIONS if known not in exact and not known.startswith(starts)} == set()
