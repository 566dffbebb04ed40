"""Every filled declaration of SHARED_DATA says what its companion says: all of it, cell by cell."""

from collections import Counter
from pathlib import Path

import pytest

from portal.declarations.rules import Match, Severity
from tests.portal.declarations.expected import FOLDER, expected, named, report

pytestmark = pytest.mark.usefixtures("shared_data")

FILLED = named("accept", "accept_with_errors")
# what the portal adds of its own: the companions say nothing of the age of a declaration or of its template
OURS = {"effective_date_old", "template_superseded"}
PERSONS = ("contact", "email")


def test_every_companion_is_compared_somewhere():
    compared = {*FILLED, *named("reject", "reject_or_bounded", "reject_or_map_by_content"), "yoy-nordvik"}
    compared |= {*named("reject_or_accept_without_macro", "reject_or_ignore_entity", "reject_or_accept_legacy")}

    assert {path.name.removesuffix(".expected.json") for path in FOLDER.glob("*.expected.json")} == compared


@pytest.mark.parametrize("name", FILLED)
def test_template_language_and_scope(name: str):
    want, got = expected(name), report(name).as_json()

    assert (got["template"], got["revision"], got["language"]) == (
        want["template"],
        want["revision"],
        want["ui_language"],
    )
    assert got["scope"] == {key: want["scope"][key] for key in ("code", "description")}
    layout = report(name).reading.layout
    assert layout.scope == want["scope"]["cell"]
    assert want["revision_cell"] | {"raw": ""} == {"sheet": "Declaration", "cell": "J3", "raw": ""}


@pytest.mark.parametrize("name", FILLED)
def test_company_fields_and_their_cells(name: str):
    want = expected(name)["company"]
    company, layout = report(name).as_json(contact=True)["company"], report(name).reading.layout
    cells = {**layout.company, **layout.contact, "effective_date": layout.effective_date}

    assert cells == {field: entry["cell"] for field, entry in want.items()}
    assert report(name).as_json()["effective_date"] == want["effective_date"]["raw"]
    others = {field: entry["raw"] for field, entry in want.items() if field != "effective_date"}
    assert {field: company[field] for field in others} == others
    assert company["filled"] == {field: others[field] is not None for field in layout.contact}


@pytest.mark.parametrize("name", FILLED)
def test_minerals_products_mines_and_reasons(name: str):
    want, reading = expected(name), report(name).reading

    assert list(reading.minerals) == want.get("minerals_in_scope", list(reading.layout.minerals))
    assert set(want.get("mineral_cells", ())) <= set(reading.layout.mineral_cells)
    assert [product._asdict() for product in reading.products] == want["products"]
    mines = [{key: value for key, value in mine.items() if key not in PERSONS} for mine in want.get("mines", [])]
    assert [mine._asdict() for mine in reading.mines] == mines
    assert [reason._asdict() for reason in reading.reasons] == want.get("minerals_scope_sheet", [])


@pytest.mark.parametrize("name", FILLED)
def test_answers(name: str):
    want = {
        (question, mineral): (entry["value"], entry["comment"], entry["cell"], entry["comment_cell"])
        for question, answer in expected(name)["answers"].items()
        for mineral, entry in ([(None, answer)] if "cell" in answer else answer.items())
    }
    got = {(a.question, a.mineral): (a.answer, a.comment, a.cell, a.comment_cell) for a in report(name).reading.answers}

    assert got == want
    assert len(report(name).as_json()["answers"]) == len(want)


@pytest.mark.parametrize("name", FILLED)
def test_smelter_rows(name: str):
    keys = {
        "row": "row",
        "mineral": "metal",
        "declared_name": "declared_name",
        "declared_id": "declared_cid",
        "resolved_id": "expected_cid",
        "standard_name": "expected_standard_name",
        "status": "status",
    }
    want = [{ours: line[theirs] for ours, theirs in keys.items()} for line in expected(name)["smelters"]]
    got = [{ours: line[ours] for ours in keys} for line in report(name).as_json()["smelters"]]

    assert got == want
    counts = report(name).counts()
    assert counts["smelter_rows"] == expected(name)["smelter_rows"]
    assert counts["by_mineral"] == {k: v for k, v in expected(name)["smelter_rows_by_metal"].items() if v}
    assert counts["by_status"] == expected(name)["status_counts"]
    assert counts["resolved"] == expected(name)["resolved_rows"]
    assert counts["distinct_resolved"] == expected(name)["distinct_resolved_cids"]


@pytest.mark.parametrize("name", FILLED)
def test_what_was_typed_stands_where_it_was_typed(name: str):
    layout = report(name).reading.layout.smelters
    for ours, theirs in zip(report(name).lines, expected(name)["smelters"], strict=True):
        row = ours.reported
        assert row is not None
        columns = {layout[field]: getattr(row, field) for field in row._fields if field in layout}
        typed = {letters: text for letters, text in columns.items() if text is not None}
        known = {letters: text for letters, text in theirs["typed"].items() if letters in columns}
        assert {cell: text.casefold() for cell, text in typed.items()} == {
            cell: str(text).casefold() for cell, text in known.items()
        }
        column = theirs["declared_cid_cell"]
        assert column == (layout[ours.declared_id_field] if ours.declared_id_field else None)


@pytest.mark.parametrize("name", FILLED)
def test_candidates_and_the_union_of_all_lookups(name: str):
    """Shown to a person, never accepted; an id that contradicts its metal is one as well."""
    for ours, theirs in zip(report(name).lines, expected(name)["smelters"], strict=True):
        candidates = [facility.cid for facility in ours.candidates]
        if theirs["candidate"]:
            assert candidates == [theirs["candidate"]]
        elsewhere = theirs["expected_cid_any_lookup"]
        if ours.match is Match.OTHER_VERSION:
            assert candidates == [elsewhere]
        elif ours.resolved_id:
            assert ours.resolved_id == elsewhere


@pytest.mark.parametrize("name", FILLED)
def test_the_template_may_show_another_id_but_column_a_wins(name: str):
    lines = {line.row: line for line in report(name).lines}
    shown = {line["row"]: line["workbook_shows"].get("F") for line in expected(name)["smelters"]}
    for row in expected(name)["rows_where_workbook_shows_another_cid"]:
        assert lines[row].resolved_id
        assert lines[row].resolved_id != shown[row]


@pytest.mark.parametrize("name", FILLED)
def test_findings_at_their_cells(name: str):
    want = Counter(
        (check["check"], check["severity"], check["cell"])
        for check in expected(name)["checks_must_fail"] + expected(name)["checks_info"]
    )
    got = Counter(
        (f.code, str(f.severity), ",".join(f"{f.sheet}!{cell}" for cell in (f.cell or "").split(",")))
        for f in report(name).findings
        if f.code not in OURS
    )

    assert got == want
    counts = report(name).counts()
    assert (counts["errors"], counts["warnings"]) == (expected(name)["error_count"], expected(name)["warning_count"])
    assert report(name).missing_fields == len(expected(name)["template_checker"]["failing"])
    assert all(f.severity is Severity.INFO for f in report(name).findings if f.code in OURS)


def test_smelters_and_answers_of_two_years_compare_as_expected():
    want = expected("yoy-nordvik")
    for before_file in want["previous"]["files"]:
        for after_file in want["current"]["files"]:
            before, after = report(Path(before_file).stem), report(Path(after_file).stem)
            for side, entry in ((before, want["previous"]), (after, want["current"])):
                assert side.reading.revision == entry["revision"]
                assert side.as_json()["effective_date"] == entry["effective_date"]
                assert len(side.lines) == entry["smelter_rows"]
            _compare(before, after, want)


def _compare(before, after, want):
    first, second = (
        {(line.resolved_id or line.declared_id): line for line in side.lines if line.resolved_id or line.declared_id}
        for side in (before, after)
    )
    assert {(e["cid"], e["metal"], e["row"]) for e in want["added"]} == {
        (cid, second[cid].metal, second[cid].row) for cid in second.keys() - first.keys()
    }
    assert {(e["cid"], e["metal"], e["row"]) for e in want["removed"]} == {
        (cid, first[cid].metal, first[cid].row) for cid in first.keys() - second.keys()
    }
    both = first.keys() & second.keys()
    assert len(both) == want["unchanged"] + len(want["renamed"])
    renamed = {
        (cid, first[cid].standard_name, second[cid].standard_name)
        for cid in both
        if None not in (names := (first[cid].standard_name, second[cid].standard_name)) and names[0] != names[1]
    }
    assert {(e["cid"], e["from"], e["to"]) for e in want["renamed"]} == renamed
    now_not_listed = {cid for cid in both if first[cid].resolved_id and second[cid].status == "cid_unverified"}
    assert now_not_listed <= {e["cid"] for e in want["listed_before_now_not_listed"]}
    answers = [{(a.question, a.mineral): a.answer for a in side.reading.answers} for side in (before, after)]
    changed = {(*key, answers[0][key], answers[1][key]) for key in answers[0] if answers[0][key] != answers[1][key]}
    assert {(e["question"], e.get("metal"), e["from"], e["to"]) for e in want["answers_changed"]} == changed
    fields = [
        {**side.as_json(contact=True)["company"], "effective_date": side.as_json()["effective_date"]}
        for side in (before, after)
    ]
    moved = {key for key in fields[0] if key != "filled" and fields[0][key] != fields[1][key]}
    assert {(e["field"], e["from"], e["to"]) for e in want["company_fields_changed"]} == {
        (key, fields[0][key], fields[1][key]) for key in moved
    }


@pytest.mark.parametrize("name", FILLED)
def test_persons_are_in_no_report_that_is_kept(name: str):
    typed = [line["typed"] for line in expected(name)["smelters"]]
    persons = [cells[column] for cells in typed for column in "KL" if column in cells and "cmrt" in name]
    persons += [mine[key] for mine in expected(name).get("mines", []) for key in PERSONS if mine[key]]
    contacts = [expected(name)["company"][field]["raw"] for field in report(name).reading.layout.contact]
    kept = str(report(name).as_json()) + repr(report(name))

    assert [word for word in (*persons, *contacts) if word and word in kept] == []
    assert [word for word in persons if word in str(report(name).as_json(contact=True))] == []
