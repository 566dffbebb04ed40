"""Who is who in a list: by number, else by exact name and country; what is only alike is left to a person."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.registry.identifiers import Identifier
from portal.registry.imports.explain import told
from portal.registry.imports.ledger import Entry, Ledger
from portal.registry.imports.plan import Plan, make_plan
from portal.registry.imports.rows import Fact, RowFacts, SiteFacts
from portal.registry.names import core, legal_form, norm
from portal.registry.rules import NameKind, RowOutcome

LEI = Identifier("lei", "213800KUD8LAJWSQ9D15")
VAT = Identifier("vat", "SE556036079301")
ORGNR = Identifier("se.orgnr", "5560360793")
OTHER_ORGNR = Identifier("se.orgnr", "1234567897")


def row(
    number: int,
    name: str,
    country: str | None = "SE",
    *numbers: Identifier,
    address: str | None = None,
    parent: str | None = None,
) -> RowFacts:
    site = SiteFacts(address, None, None, country, None) if address else None
    return RowFacts(
        number, name, norm(name), core(name), legal_form(name), country, (), numbers, site, parent, f"P{number}"
    )


def known(name: str, country: str | None = "SE", *numbers: Identifier, has_parent: bool = False) -> Entry:
    return Entry(name, country, id=uuid4(), names={(NameKind.LEGAL, name)}, numbers=set(numbers), has_parent=has_parent)


def plan(
    rows: Sequence[Fact],
    *entries: Entry,
    add_duplicates: bool = False,
    owners: dict[UUID, UUID] | None = None,
) -> Plan:
    ledger = Ledger()
    for entry in entries:
        ledger.add(entry)
    return make_plan(rows, ledger, lambda ids: owners or {}, add_duplicates=add_duplicates)


def outcomes(made: Plan) -> list[tuple[str, str | None]]:
    return [(one.outcome.value, one.reason) for one in made.rows]


def test_rows_of_one_supplier_become_one_supplier_with_several_sites() -> None:
    made = plan(
        [
            row(2, "3M Company", None, address="1 Road, Hutchinson"),
            row(3, "3M COMPANY.", None, address="2 Road, Menomonie"),
            row(4, "3M Company", None, address="1 road Hutchinson"),
        ]
    )
    assert outcomes(made) == [("created", None), ("created", "same_as_row"), ("created", "same_as_row")]
    (entry,) = made.made
    assert [site.address for site in entry.new_sites] == ["1 Road, Hutchinson", "2 Road, Menomonie"]
    assert made.counts()["suppliers"] == 1
    assert made.counts()["created"] == 3


@pytest.mark.parametrize(
    ("entry", "new", "outcome"),
    [
        # By number, whatever the name.
        (known("Halden AB", "SE", ORGNR), row(2, "Halden AB", "SE", ORGNR), ("matched", None)),
        (known("Halden AB", "SE", ORGNR), row(2, "Nordvik AB", "SE", ORGNR), ("matched", "matched_other_name")),
        (known("Halden AB", "SE", LEI, ORGNR), row(2, "H AB", "SE", LEI, OTHER_ORGNR), ("rejected", "other_number")),
        # By exact name and country.
        (known("Halden AB"), row(2, "HALDEN, AB"), ("matched", None)),
        (known("Halden AB"), row(2, "Halden AB", None), ("matched", None)),
        (known("Halden AB", None), row(2, "Halden AB", None), ("matched", None)),
        (known("Halden AB", None), row(2, "Halden AB", "SE"), ("possible_duplicate", "same_name_elsewhere")),
        (known("Halden AB", "NO"), row(2, "Halden AB", "SE"), ("created", None)),
        (
            known("Halden AB", "SE", ORGNR),
            row(2, "Halden AB", "SE", OTHER_ORGNR),
            ("possible_duplicate", "other_number"),
        ),
        (known("Halden AB", "SE", ORGNR), row(2, "Halden AB", "SE", LEI), ("matched", None)),
        # By core name and country, when the legal form says nothing else.
        (known("Halden AB"), row(2, "Halden"), ("matched", None)),
        (known("Halden AB"), row(2, "Halden Aktiebolag"), ("matched", None)),
        (known("Halden AB"), row(2, "Halden HB"), ("possible_duplicate", "same_core")),
        (known("Halden AB"), row(2, "Halden", None), ("possible_duplicate", "same_core")),
        (known("Halden AB", "NO"), row(2, "Halden"), ("created", None)),
        # Alike is never the same.
        (known("Halden Computing AB"), row(2, "Haldn Computing AB"), ("possible_duplicate", "alike")),
        (known("Halden Computing AB"), row(2, "Computing Halden AB"), ("possible_duplicate", "alike")),
        (known("Halden Computing AB", "NO"), row(2, "Haldn Computing AB"), ("created", None)),
        (known("Halden Plant 2"), row(2, "Halden Plant 3"), ("created", None)),
        (known("Halden AB"), row(2, "Halden Systems AB"), ("created", None)),
    ],
)
def test_one_row_against_one_supplier(entry: Entry, new: RowFacts, outcome: tuple[str, str | None]) -> None:
    made = plan([new], entry)
    assert outcomes(made) == [outcome]
    assert (made.rows[0].entry is entry) == (outcome[0] != "created")
    assert bool(made.made) == (outcome[0] == "created")


@pytest.mark.parametrize(
    ("entries", "new", "outcome"),
    [
        ([known("Halden AB"), known("Halden AB")], row(2, "Halden AB"), ("rejected", "name_of_several")),
        ([known("Halden AB"), known("Halden AB", "NO")], row(2, "Halden AB"), ("matched", None)),
        (
            [known("Halden AB"), known("Halden AB", "NO")],
            row(2, "Halden AB", None),
            ("possible_duplicate", "several_alike"),
        ),
        ([known("Halden AB"), known("Halden HB")], row(2, "Halden"), ("possible_duplicate", "several_alike")),
        ([known("Halden AB"), known("Halden HB")], row(2, "Halden Aktiebolag"), ("matched", None)),
        (
            [known("A AB", "SE", ORGNR), known("B AB", "SE", LEI)],
            row(2, "A AB", "SE", ORGNR, LEI),
            ("rejected", "numbers_of_several"),
        ),
        (
            [known("Halden Computing AB"), known("Haldon Computing AB")],
            row(2, "Haldn Computing"),
            ("possible_duplicate", "several_alike"),
        ),
    ],
)
def test_one_row_against_several(entries, new, outcome) -> None:
    assert outcomes(plan([new], *entries)) == [outcome]


def test_a_name_alone_brings_nothing_along() -> None:
    halden = known("Halden AB", "SE")
    for new in (
        row(2, "Halden AB", None, ORGNR),
        row(2, "Halden AB", None, address="1 Road, Lund"),
    ):
        made = plan([new], halden)
        assert outcomes(made) == [("possible_duplicate", "name_only")]
        assert (halden.new_numbers, halden.new_sites, made.made) == ([], [], [])
    nordvik = known("Nordvik AS", "NO")
    made = plan([row(2, "Halden AB", None, parent="Nordvik AS")], halden, nordvik)
    assert (outcomes(made), made.parents) == ([("matched", "parent_name_only")], [])
    # Without its legal form it may be another company of the group: its number is not given to this one.
    assert outcomes(plan([row(2, "Halden", "SE", ORGNR)], halden)) == [("possible_duplicate", "same_core")]
    assert outcomes(plan([row(2, "Halden", "SE")], halden)) == [("matched", None)]


def test_rows_contradict_each_other() -> None:
    made = plan(
        [
            row(2, "Halden AB", "SE", ORGNR),
            row(3, "Nordvik AB", "SE", ORGNR),
            row(4, "Haldenn AB", "SE"),
            row(5, "Halden AB", "SE", OTHER_ORGNR),
        ]
    )
    assert outcomes(made) == [
        ("created", None),
        ("created", "matched_other_name"),
        ("possible_duplicate", "alike_row"),
        ("possible_duplicate", "other_number"),
    ]
    assert made.rows[1].entry is made.rows[0].entry
    assert made.rows[2].params["row"] == 2


def test_a_later_row_may_bring_the_supplier_that_an_earlier_one_means() -> None:
    made = plan(
        [row(2, "Haldn AB", None, address="1 Road"), row(3, "Haldn AB", "NO", address="2 Road")],
        known("Halden AB", "SE"),
    )
    assert outcomes(made) == [("created", "same_as_row"), ("created", None)]
    assert [len(entry.new_sites) for entry in made.made] == [2]


def test_possible_duplicates_are_added_only_when_asked_for() -> None:
    rows = [row(2, "Haldn Computing AB", "SE", address="1 Road"), row(3, "Haldn Computing AB", "SE", address="2 Road")]
    skipped = plan(rows, known("Halden Computing AB"))
    assert outcomes(skipped) == [("possible_duplicate", "alike")] * 2
    assert skipped.made == []
    added = plan(rows, known("Halden Computing AB"), add_duplicates=True)
    assert outcomes(added) == [("created", "alike"), ("created", "same_as_row")]
    assert len(added.made) == 1
    assert len(added.made[0].new_sites) == 2


def test_what_is_known_of_a_supplier_is_not_added_again() -> None:
    entry = known("Halden AB", "SE", ORGNR)
    entry.sites.add(norm("1 Road, Borås"))
    made = plan(
        [row(2, "Halden AB", "SE", ORGNR, address="1 road boras"), row(3, "Halden AB", "SE", LEI, address="2 Road")],
        entry,
    )
    assert outcomes(made) == [("matched", None)] * 2
    assert entry.new_numbers == [LEI]
    assert [site.address for site in entry.new_sites] == ["2 Road"]


def test_parents() -> None:
    group, other = known("Halden Group AB"), known("Nordvik AB", "SE", has_parent=True)
    made = plan(
        [
            row(2, "Halden AB", parent="Halden Group AB"),
            row(3, "Halden Handel AB", parent="Halden Data AB"),
            row(4, "Halden Data AB", parent="Nobody AB"),
            row(5, "Nordvik AB", parent="Halden Group AB"),
            row(6, "Halden Group AB", parent="Halden AB"),
        ],
        group,
        other,
    )
    assert [(child.name, parent.name) for child, parent in made.parents] == [
        ("Halden AB", "Halden Group AB"),
        ("Halden Handel AB", "Halden Data AB"),
    ]
    assert [one.reason for one in made.rows] == [None, None, "parent_unknown", "parent_kept", "parent_circle"]
    assert made.rows[2].cell == "P4"


def test_a_circle_through_the_registry_is_seen() -> None:
    top, middle, bottom = known("Top AB"), known("Middle AB", has_parent=True), known("Bottom AB", has_parent=True)
    assert top.id
    assert middle.id
    assert bottom.id
    owners = {middle.id: top.id, bottom.id: middle.id}
    made = plan([row(2, "Top AB", parent="Bottom AB")], top, middle, bottom, owners=owners)
    assert made.parents == []
    assert made.rows[0].reason == "parent_circle"
    again = plan([row(2, "Middle AB", parent="Top AB")], top, middle, bottom, owners=owners)
    assert outcomes(again) == [("matched", None)]


NAMES = st.sampled_from(
    ["Halden AB", "Halden HB", "Halden", "HALDEN, AB", "Haldén AB", "Haldn AB", "Haldn", "Haldin AB", "Nordvik Data AS"]
) | st.sampled_from(
    ["Nordvik Dta AS", "Data Nordvik AS", "Nordvik Data 2 AS", "Kestrel Oy", "富士康科技集团股份有限公司"]
)
NUMBERS = st.lists(st.sampled_from([LEI, VAT, ORGNR, OTHER_ORGNR]), max_size=2, unique_by=lambda one: one.scheme)


@st.composite
def lists(draw: st.DrawFn) -> list[RowFacts]:
    count = draw(st.integers(1, 12))
    return [
        row(
            number,
            draw(NAMES),
            draw(st.sampled_from([None, "SE", "NO"])),
            *draw(NUMBERS),
            address=draw(st.sampled_from([None, "1 Road", "2 Road"])),
            parent=draw(st.sampled_from([None, "Halden AB", "Kestrel Oy"])),
        )
        for number in range(2, 2 + count)
    ]


@settings(max_examples=400)
@given(lists(), st.booleans())
def test_importing_twice_changes_nothing(rows: list[RowFacts], add_duplicates: bool) -> None:
    """What the first run made is known to the second, which adds no supplier, name, number, site or parent."""
    ledger = Ledger()
    first = make_plan(rows, ledger, lambda ids: {}, add_duplicates=add_duplicates)
    for entry in first.made:
        entry.id = uuid4()
    owners = {child.id: parent.id for child, parent in first.parents if child.id and parent.id}
    again = Ledger()
    for entry in first.made:
        again.add(
            Entry(
                entry.name,
                entry.country,
                id=entry.id,
                has_parent=entry.parent is not None,
                names=set(entry.names),
                numbers=set(entry.numbers),
                sites=set(entry.sites),
            )
        )
    second = make_plan(rows, again, lambda ids: owners, add_duplicates=add_duplicates)
    added = second.counts()
    assert [added[what] for what in ("created", "suppliers", "names", "numbers", "sites", "parents")] == [0] * 6
    if {one.outcome for one in first.rows} == {RowOutcome.CREATED}:
        assert not [one.reason for one in second.rows if one.outcome is RowOutcome.REJECTED and one.entry is None]


def test_the_likeliest_supplier_is_named_with_the_evidence() -> None:
    entries = [known("Haldan Computing AB"), known("Haldn Computing Oy", None)]
    made = plan([row(2, "Haldn Computing AB", "SE")], *entries)
    (planned,) = made.rows
    assert (planned.reason, planned.params["count"]) == ("several_alike", 2)
    codes = [one["code"] for one in planned.params["evidence"]]
    assert planned.entry is entries[1]
    assert codes == ["same_core", "form_differs"]
    assert told("several_alike", planned.params).endswith("Legal form differs: AB, Oy.")
