"""Look-up on a real database: every stored name and number is found as people type it, and nothing hostile hurts."""

from collections.abc import Callable
from time import perf_counter
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import db
from portal.access.actor import Actor
from portal.registry.lookup import CANDIDATES, MOST, Hit, search, suppliers_of
from portal.registry.names import norm
from tests.factories.registry import make_identifier, make_name, make_supplier
from tests.statements import counted_statements

Acting = Callable[[str], Actor]

LEI = "5493006MHB84DD0ZWV18"


def names(hits: list[Hit]) -> list[str]:
    return [supplier.legal_name for _hit, supplier in suppliers_of(hits)]


@pytest.fixture
def registry(acting: Acting) -> dict[str, UUID]:
    """A handful of companies with all kinds of names and numbers."""
    acting("system")
    with db.transaction():
        halden = make_supplier("Halden Computing AB", "SE")
        make_name(halden, "Datorhuset Halden AB", "former")
        make_identifier(halden, "lei", LEI)
        make_identifier(halden, "se.orgnr", "5560360793")
        norge = make_supplier("Halden Computing Norge AS", "NO")
        make_identifier(norge, "vat", "NO995525828MVA")
        lumenfab = make_supplier("Lumenfab Electronics (Suzhou) Co., Ltd.", "CN")
        make_name(lumenfab, "流明电子苏州有限公司", "local")
        jose = make_supplier("Josep Niño & Cia, S.L.", "ES")
        make_identifier(jose, "vat", "ESB58378431")
        nordvik = make_supplier("Nordvik Displays AS", "NO")
        make_name(nordvik, "Skjermhuset", "trading")
    found = {"halden": halden, "norge": norge, "lumenfab": lumenfab, "jose": jose, "nordvik": nordvik}
    return {key: supplier.id for key, supplier in found.items()}


@pytest.mark.parametrize(
    ("typed", "meant", "kind"),
    [
        ("Halden Computing AB", "halden", "legal"),
        ("halden computing", "halden", "legal"),
        ("COMPUTING, HALDEN", "halden", "legal"),
        ("hal", "halden", "legal"),
        ("datorhuset", "halden", "former"),
        ("haldencomputing", "halden", "legal"),
        ("Haldne Computing", "halden", "legal"),
        ("Halden Compting Norge", "norge", "legal"),
        ("suzhou lumenfab", "lumenfab", "legal"),
        ("Lumen fab", "lumenfab", "legal"),
        ("流明电子", "lumenfab", "local"),
        ("liuming dianzi", "lumenfab", "local"),
        ("Josep Nino", "jose", "legal"),
        ("josep nino og cia", "jose", "legal"),
        ("niño josep", "jose", "legal"),
        ("nordwik", "nordvik", "legal"),
        ("norvdik displays", "nordvik", "legal"),
        ("skjermhset", "nordvik", "trading"),
    ],
)
def test_names_as_people_type_them(registry: dict[str, UUID], typed: str, meant: str, kind: str) -> None:
    best = search(typed)[0]
    assert (best.supplier_id, best.why_kind) == (registry[meant], kind)


@pytest.mark.parametrize(
    ("typed", "meant", "kind"),
    [
        (LEI, "halden", "lei"),
        ("5493 006m hb84 dd0z wv18", "halden", "lei"),
        ("LEI: 5493006MHB84DD0ZWV18", "halden", "lei"),
        ("556036-0793", "halden", "se.orgnr"),
        ("SE 556036 0793", "halden", "se.orgnr"),
        ("SE556036079301", "halden", "se.orgnr"),
        ("Org. no. 556036–0793", "halden", "se.orgnr"),
        ("NO 995 525 828 MVA", "norge", "vat"),
        ("995525828", "norge", "vat"),
        ("ES-B58378431", "jose", "vat"),
        ("B58378431", "jose", "vat"),
        ("5493006M", "halden", "lei"),
    ],
)
def test_numbers_with_and_without_punctuation(registry: dict[str, UUID], typed: str, meant: str, kind: str) -> None:
    (hit,) = search(typed)
    assert (hit.supplier_id, hit.why_kind) == (registry[meant], kind)
    assert hit.parts == [(hit.why_text, True)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("TWS", ["Tamarisk Wafer Systems Corporation"]),
        ("twsc", ["Tamarisk Wafer Systems Corporation"]),  # as such companies call themselves: legal form and all
        ("tw", []),  # two letters stand for too many
        ("twsx", []),
        ("kis", ["KIS Handel AB", "Kvarnen Industrial Screens AB"]),  # the word itself before what it may stand for
        ("kvi", []),
    ],
)
def test_acronyms_find_names_by_their_initials(acting: Acting, typed: str, meant: list[str]) -> None:
    acting("system")
    with db.transaction():
        for name in ("Tamarisk Wafer Systems Corporation", "Kvarnen Industrial Screens AB", "KIS Handel AB"):
            make_supplier(name, "SE")
    hits = search(typed)
    assert names(hits) == meant
    if typed == "TWS":
        marks = "".join(part for part, is_hit in hits[0].parts if is_hit)
        assert marks == "TWS"


@pytest.mark.parametrize("typed", ["556036-0794", "5493006MHB84DD0ZWV19", "Umbrella", "xyz", "12"])
def test_what_is_not_there_is_not_found(registry: dict[str, UUID], typed: str) -> None:
    assert search(typed) == []


def test_country_keeps_those_registered_there(registry: dict[str, UUID]) -> None:
    assert names(search("halden", country="NO")) == ["Halden Computing Norge AS"]
    assert search(LEI, country="NO") == []
    assert names(search("haldne computing", country="NO")) == ["Halden Computing Norge AS"]


def test_the_name_that_is_the_query_comes_before_longer_ones(registry: dict[str, UUID]) -> None:
    assert names(search("Halden Computing"))[:2] == ["Halden Computing AB", "Halden Computing Norge AS"]


def test_one_hit_a_supplier_by_its_best_name(acting: Acting) -> None:
    acting("system")
    with db.transaction():
        supplier = make_supplier("Kestrel Mobile Oy", "FI")
        for former in ("Kestrel Phones Oy", "Kestrel Oy", "Kestrel Mobile Phones Oy"):
            make_name(supplier, former, "former")
    (hit,) = search("kestrel")
    assert hit.why_text == "Kestrel Oy"
    assert [hit.why_text for hit in search("kestrel mobile")] == ["Kestrel Mobile Oy"]


WORD = st.text(
    st.characters(codec="utf-8", categories=("Lu", "Ll", "Lo", "Nd", "Mn"), include_characters="&.-'()"),
    min_size=1,
    max_size=12,
)
FORMS = st.sampled_from(
    ["AB", "AS", "GmbH", "Co., Ltd.", "S.L.", "S.A.", "(publ)", "有限公司", "ООО", "A/S", "& Co. KG"]
)
NAME = (
    st.tuples(st.lists(st.one_of(WORD, FORMS), min_size=1, max_size=8), st.one_of(st.just(""), FORMS))
    .map(lambda parts: " ".join([*parts[0], parts[1]]).strip())
    .filter(lambda name: bool(norm(name)))
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stored=st.lists(NAME, min_size=1, max_size=4, unique=True), data=st.data())
def test_every_stored_name_is_found_in_any_order(
    registry: dict[str, UUID], stored: list[str], data: st.DataObject
) -> None:
    nested = db.session.begin_nested()
    try:
        supplier = make_supplier(stored[0], None)
        for name in stored[1:]:
            make_name(supplier, name)
        for name in stored:
            typed = " ".join(data.draw(st.permutations(name.split())))
            assert supplier.id in {hit.supplier_id for hit in search(typed, limit=MOST)}, (typed, name)
    finally:
        nested.rollback()


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " \t\n",
        "%",
        "_",
        "%%%%%%%%%%",
        "' OR 1=1 --",
        "\\",
        "\x00",
        "halden\x00computing",
        "!?*~",
        "a" * 1_000_000,
        "% " * 500_000,
        "halden " * 200_000,
        " ".join(f"word{number}" for number in range(100)),
        "🙂🙂🙂",
        "\u202ehalden",
        "\ud800",
        "ﷺ" * 200,
        "流" * 200,
        "1" * 1_000_000,
    ],
    ids=lambda typed: ascii(typed[:12]),
)
def test_hostile_queries_are_answered_at_once(registry: dict[str, UUID], typed: str) -> None:
    began = perf_counter()
    found = search(typed)
    assert perf_counter() - began < 2
    assert len(found) <= len(registry)


def test_wildcards_are_letters_of_nobody(registry: dict[str, UUID]) -> None:
    assert search("%") == []
    assert search("h_lden%computing_") == search("h lden computing")
    assert names(search("556036%0793")) == ["Halden Computing AB"]  # punctuation of a number like any other


def test_nul_parts_words_like_a_space(registry: dict[str, UUID]) -> None:
    assert names(search("halden\x00computing\x00norge")) == ["Halden Computing Norge AS"]


def test_a_common_word_gives_no_more_than_asked_for(acting: Acting) -> None:
    acting("system")
    with db.transaction():
        for number in range(MOST + 20):
            make_supplier(f"Electronics Number {number} Ltd", "CN")
    assert len(search("electronics", limit=10_000)) == MOST <= CANDIDATES
    assert len(search("electronics", limit=7)) == 7
    first = [hit.supplier_id for hit in search("electronics", limit=50)]
    assert first == [hit.supplier_id for hit in search("electronics", limit=100)][:50]


@pytest.mark.parametrize(
    ("typed", "most"), [("halden", 2), ("Halden Computing AB", 2), ("haldne", 7), (LEI, 1), ("%", 0)]
)
def test_a_search_is_a_handful_of_statements(registry: dict[str, UUID], typed: str, most: int) -> None:
    search("warm up")
    with counted_statements() as ran:
        search(typed)
    assert len(ran) <= most, ran
