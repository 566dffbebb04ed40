"""Reading notices: eForms, OCDS and Catalan publications; what is hostile or no notice is refused in words."""

import json
from collections.abc import Callable

import pytest

from portal.contracts.notices.cpv import product_group
from portal.contracts.notices.model import Notice, after, amount, day
from portal.contracts.notices.reading import MAX_FILE, read_notices
from portal.registry.reason_texts import REASONS
from portal.registry.reasons import Refused
from portal.registry.rules import ProductGroup
from tests.portal.contracts.notices import files


def test_eforms() -> None:
    (notice,) = read_notices(files.eforms())
    assert (notice.format, notice.id, notice.title) == (
        "eforms",
        "11111111-2222-4333-8444-555555555555",
        "Datorer och telefoner",
    )
    assert [(one.name, one.country, one.numbers) for one in notice.buyers] == [
        ("Region Stockholm", "SWE", ("232100-0016",))
    ]
    # The tender that no contract refers to did not win.
    assert [one.name for one in notice.winners] == ["Halden Computing AB", "Nordvik Displays AS", "Fjell Telefoni AB"]
    first, second = notice.deals
    assert (first.part, first.winner, first.partners) == ("LOT-0001/CON-0001/ORG-0002", "ORG-0002", ("ORG-0003",))
    assert (first.title, first.number, first.cpv) == ("Bärbara datorer", "RS 2026-0101", "30213100")
    assert (first.value, first.currency) == ("1250000.50", "SEK")
    assert (first.starts_on, first.ends_on) == ("2026-02-01", "2028-01-31")
    assert (second.title, second.value, second.starts_on) == ("Telefoner", None, None)


def test_ocds_merges_the_releases_of_a_process() -> None:
    (notice,) = read_notices(files.ocds(files.signed(), files.awarded()))
    assert (notice.id, notice.buyers[0].name, notice.winners[0].name) == (
        "ocds-test-1",
        "City of Oslo",
        "Nordvik Displays AS",
    )
    (deal,) = notice.deals
    assert (deal.title, deal.number, deal.cpv) == ("Screens, signed", "OSL-2026-17", "30231300-0")
    assert (deal.value, deal.currency, deal.starts_on, deal.ends_on) == ("900000", "NOK", "2026-05-01", "2028-04-30")


def test_an_award_that_becomes_a_contract_stays_the_same_part() -> None:
    (award,) = read_notices(files.ocds(files.awarded()))
    (contract,) = read_notices(files.ocds(files.awarded(), files.signed()))
    assert award.deals[0].part == contract.deals[0].part
    (single,) = read_notices(json.dumps(files.awarded()).encode())
    assert single == award
    record = {"records": [{"ocid": "ocds-test-1", "compiledRelease": files.awarded()}]}
    assert read_notices(json.dumps(record).encode()) == [award]


def test_catalan_publications_keep_their_days() -> None:
    (notice,) = read_notices(files.catalan())
    (deal,) = notice.deals
    assert (notice.id, notice.winners[0].numbers) == ("ES-CT/P0801900B/2026/77", ("B58378431",))
    assert (deal.starts_on, deal.ends_on, deal.value) == ("2026-06-16", "2029-06-15", "74017.44")


def test_a_notice_survives_the_way_between_processes() -> None:
    (notice,) = read_notices(files.eforms())
    assert Notice.from_json(json.loads(json.dumps(notice.as_json()))) == notice


BOMB = (
    b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>"""
)
DEEP_JSON = b'{"ocid":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
DEEP_XML = b"<a>" * 300_000 + b"</a>" * 300_000


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "notice_empty"),
        (b" \n", "notice_empty"),
        (b"PK\x03\x04", "notice_unknown"),
        (b"supplier;country\n", "notice_unknown"),
        (b"<html></html>", "notice_other_xml"),
        (b"<a", "notice_damaged"),
        (files.eforms()[:-20], "notice_damaged"),
        (b"{", "notice_damaged"),
        (b"{}", "notice_other_json"),
        (b'{"releases": []}', "notice_no_award"),
        (b'{"releases": [{"awards": 5}]}', "notice_no_id"),
        (b'{"ocid": "x", "awards": [{"suppliers": [null, 5]}], "parties": {}}', "notice_no_award"),
        (BOMB, "notice_doctype"),
        (DEEP_JSON, "notice_too_much"),
        (DEEP_XML, "notice_other_xml"),
        (b"\xff\xfe<\x00a\x00>\x00", "notice_damaged"),
        (files.eforms().replace(b"notice-id", b"other-id"), "notice_no_id"),
        (files.eforms().replace(b"efac:SettledContract", b"efac:Other"), "notice_no_winner"),
        (files.eforms().replace(b"ContractAwardNotice", b"ContractNotice"), "notice_no_award"),
    ],
    ids=map(str, range(19)),
)
def test_what_is_no_notice_is_refused_in_words(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_notices(data)
    assert refused.value.code == code
    assert "%(" not in str(refused.value)


def test_a_file_that_is_too_large_is_not_even_looked_at() -> None:
    with pytest.raises(Refused, match="20 are taken") as refused:
        read_notices(b"<" * (MAX_FILE + 1))
    assert refused.value.code == "notice_too_large"


@pytest.mark.parametrize(
    ("function", "given", "expected"),
    [
        (day, "2026-02-30", None),
        (day, "2000-01-01Z", None),
        (day, None, None),
        (day, "2026-02-03T23:59:59+01:00", "2026-02-03"),
        (amount, "1e3", "1000"),
        (amount, "-5", None),
        (amount, "NaN", None),
        (amount, "1" * 30, None),
        (amount, "", None),
        (amount, "12,5", None),
    ],
)
def test_values_that_cannot_be_right_are_none(function: Callable[[object], object], given: object, expected: object):
    assert function(given) == expected


def test_terms() -> None:
    assert after("2026-01-31", months=1) == "2026-02-27"  # up to the day before 28 February, the last one there is
    assert after("2026-01-01", years=2) == "2027-12-31"
    assert after("2026-01-01", days=1) == "2026-01-01"
    assert after("2026-01-01") is None
    assert after(None, years=1) is None
    assert after("2026-01-01", years=9999) is None


@pytest.mark.parametrize(
    ("cpv", "group"),
    [
        ("30213100-6", ProductGroup.COMPUTERS),
        ("30232110", ProductGroup.PRINTERS),
        ("48820000", ProductGroup.SERVERS),
        ("32250000.0", ProductGroup.PHONES),
        ("32420000", ProductGroup.NETWORK),
        ("32321200", ProductGroup.AUDIO_VISUAL),
        ("33100000", ProductGroup.MEDICAL),
        ("44320000", ProductGroup.CABLES),
        ("79625000", ProductGroup.OTHER),
        ("", ProductGroup.OTHER),
        (None, ProductGroup.OTHER),
    ],
)
def test_product_groups(cpv: str | None, group: ProductGroup) -> None:
    assert product_group(cpv) is group


def test_every_real_file_is_read_or_refused_in_words(shared_data) -> None:
    """Real notices and official examples; those that the SDK calls invalid are among them."""
    outcomes: dict[str, object] = {}
    for path in sorted((shared_data / "notices").rglob("*.*")):
        if path.suffix not in (".xml", ".json"):
            continue
        try:
            notices = read_notices(path.read_bytes())
        except Refused as refused:
            outcomes[path.name] = refused.code
        else:
            outcomes[path.name] = sum(len(notice.deals) for notice in notices)
            for notice in notices:
                assert notice.id
                assert notice.buyers
                assert all(one.name for one in notice.winners)
                keys = {one.key for one in notice.winners}
                assert all({deal.winner, *deal.partners} <= keys for deal in notice.deals)
                assert len({deal.part for deal in notice.deals}) == len(notice.deals)
    assert {code for code in outcomes.values() if isinstance(code, str)} <= set(REASONS)
    assert outcomes["ContractAwardNotice_can-social_2023-653024.xml"] == 10
    assert outcomes["sdk-INVALID_can_24_empty.xml"] == "notice_no_id"
    assert outcomes["formalitzacio.json"] == 1
    assert outcomes["anunci-licitacio.json"] == "notice_no_award"
    awards = [name for name in outcomes if name.startswith("ContractAwardNotice")]
    assert len(awards) >= 15
    assert all(isinstance(outcomes[name], int) for name in awards)
