"""House rules that the source itself must keep: who commits, file length, events with handlers, empty packages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.outbox.events import Event

ROOT = Path(__file__).resolve().parents[2]
BOUNDARY = {"portal/db.py", "migrations/env.py", "portal/migrate.py"}
LONGEST = 500


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_only_the_boundary_commits() -> None:
    found = [
        f"{name(path)}:{call.lineno}"
        for path in sources("portal", "worker")
        if name(path) not in BOUNDARY
        for call in calls(ast.parse(path.read_text()))
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
    ]
    assert found == []


def test_below_routes_and_tasks_nobody_opens_a_transaction() -> None:
    found = [
        f"{name(path)}:{call.lineno}"
        for path in sources("portal")
        if path.name.startswith(("services", "queries", "rules", "models")) or path.parent.name == "services"
        for call in calls(ast.parse(path.read_text()))
        if (isinstance(call.func, ast.Name) and call.func.id == "transaction")
        or (isinstance(call.func, ast.Attribute) and call.func.attr == "transaction")
    ]
    assert found == []


def test_only_routes_and_templates_read_the_current_user() -> None:
    allowed = {"portal/app.py", "portal/web/guard.py"}
    found = [
        name(path)
        for path in sources("portal", "worker")
        if name(path) not in allowed
        and path.name != "routes.py"
        and any(
            isinstance(node, ast.Name) and node.id in {"current_user", "current_actor"}
            for node in ast.walk(ast.parse(path.read_text()))
        )
    ]
    assert found == []


def test_no_file_is_long() -> None:
    long = {
        name(path): count
        for path in sources("portal", "worker", "tests", "scripts")
        if (count := len(path.read_text().splitlines())) > LONGEST
    }
    assert long == {}


def test_every_module_says_why_it_exists() -> None:
    silent = [
        name(path)
        for path in sources("portal", "worker", "tests", "migrations")
        if path.name != "__init__.py" and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_packages_do_no_work_at_import() -> None:
    assert [name(path) for path in sources("portal", "worker") if path.name == "__init__.py" and path.read_text()] == []


def test_vague_module_names_are_not_used() -> None:
    vague = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "dao"}
    assert [name(path) for path in sources("portal", "worker", "tests") if path.stem in vague] == []


def emitted_events() -> set[str]:
    found = set()
    for path in sources("portal", "worker"):
        for call in calls(ast.parse(path.read_text())):
            function = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            if function == "emit" and call.args:
                event = call.args[0]
                assert isinstance(event, ast.Attribute), f"{name(path)}:{call.lineno}: emit takes a member of Event"
                found.add(event.attr)
    return found


def test_every_event_is_emitted_and_handled(settings: object) -> None:
    from worker.handlers import HANDLERS

    assert emitted_events() == {event.name for event in Event}
    assert {event for event, handlers in HANDLERS.items() if handlers} == set(Event)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_are_hashed_and_name_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "--hash=sha256:" in text
    assert "://" not in text
    assert "--index-url" not in text
