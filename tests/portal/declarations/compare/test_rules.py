"""Comparing two declarations: the same smelter by id and metal, by name where there is no id, never by a guess."""

from dataclasses import dataclass

from portal.declarations.compare.rules import compare_answers, compare_fields, compare_lines


@dataclass
class Row:
    row: int
    metal: str | None = "tin"
    declared_name: str | None = None
    declared_id: str | None = None
    resolved_id: str | None = None
    standard_name: str | None = None
    status: str = "resolved"


def known(row: int, cid: str, name: str = "Smelter", metal: str = "tin", **values) -> Row:
    return Row(row, metal, declared_id=cid, resolved_id=cid, standard_name=name, **values)


def test_added_removed_and_both() -> None:
    added, removed, both, nameless = compare_lines(
        [known(5, "CID000001"), known(6, "CID000002")], [known(5, "CID000002"), known(6, "CID000003")]
    )
    assert [one.facility_id for one in added] == ["CID000003"]
    assert [one.facility_id for one in removed] == ["CID000001"]
    assert [(pair.before.row, pair.after.row) for pair in both] == [(6, 5)]
    assert (nameless.before, nameless.after) == (0, 0)


def test_an_id_for_another_metal_is_another_smelter() -> None:
    added, removed, both, _ = compare_lines([known(5, "CID000001", metal="tin")], [known(5, "CID000001", metal="gold")])
    assert (len(added), len(removed), len(both)) == (1, 1, 0)


def test_a_typed_id_makes_it_the_same_though_the_list_lost_it() -> None:
    gone = Row(9, "tin", "CV Ayi Jaya", "cid002570 ", status="cid_unverified")
    _, _, both, _ = compare_lines([known(5, "CID002570", "CV Ayi Jaya")], [gone])
    assert [(pair.renamed, pair.status_changed) for pair in both] == [(False, True)]


def test_another_spelling_of_case_and_spaces_is_no_new_name() -> None:
    _, _, both, _ = compare_lines([known(5, "CID000001", "ALPHA  Tin")], [known(5, "CID000001", "Alpha Tin")])
    assert not both[0].renamed
    _, _, both, _ = compare_lines([known(5, "CID000001", "Alpha")], [known(5, "CID000001", "Alpha Assembly")])
    assert both[0].renamed


def test_without_an_id_the_name_decides_and_nobody_is_nobody() -> None:
    unlisted = {"status": "not_listed"}
    added, removed, both, nameless = compare_lines(
        [Row(5, declared_name="Hill Tin", **unlisted), Row(6, status="not_identified"), Row(7, status="unresolved")],
        [Row(5, declared_name="hill tin", **unlisted), Row(6, declared_name="Unknown", status="not_identified")],
    )
    assert (len(added), len(removed), len(both)) == (0, 0, 1)
    assert (nameless.before, nameless.after) == (2, 1), "unknown rows are counted and never matched with each other"


def test_a_smelter_named_twice_is_one_with_two_rows() -> None:
    added, _, _, _ = compare_lines([], [known(5, "CID000001"), known(9, "CID000001")])
    assert [(one.row, one.rows) for one in added] == [(5, 2)]


def test_answers_that_came_went_or_changed() -> None:
    def answer(question, mineral, text):
        return {"question": question, "mineral": mineral, "answer": text, "comment": None, "cell": "D1"}

    changes = compare_answers(
        [answer("Q1", "Tin", "Yes"), answer("Q6", "Tin", "None"), answer("A", None, "No")],
        [answer("Q1", "Tin", "yes "), answer("Q6", "Tin", "100%"), answer("H", None, "No")],
    )
    assert [(one.question, one.before, one.after) for one in changes] == [
        ("Q6", "None", "100%"), ("H", None, "No"), ("A", "No", None),
    ]  # fmt: skip


def test_facts_of_the_declaration() -> None:
    changes = compare_fields({"revision": "6.4", "scope_code": "A"}, {"revision": "6.5", "scope_code": "A"})
    assert [(one.field, one.before, one.after) for one in changes] == [("revision", "6.4", "6.5")]
