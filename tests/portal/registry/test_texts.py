"""Texts and countries as they are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.registry.countries import LANGUAGES, countries, country_code, country_name
from portal.registry.names import MAX_NAME
from portal.registry.reason_texts import REASONS
from portal.registry.reasons import Refused, sentence
from portal.registry.texts import company_name, one_line


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Halden\n Computing\tAB ", "Halden Computing AB"),
        ("Hal\u200bden\ufeff Com\u00adputing", "Halden Computing"),
        ("Cafe\u0301", "Café"),
        ("نرم\u200cافزار", "نرم\u200cافزار"),  # the joiner belongs to the word
        ("\u200dHalden\u200d", "Halden"),
    ],
)
def test_invisible_characters_are_dropped(written: str, kept: str) -> None:
    assert company_name(written) == kept


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Halden\x00AB", "text_control"),
        ("Halden\ud800", "text_control"),
        ("\u202eBA nedlaH", "text_direction"),
        ("Halden \u2067AB", "text_direction"),
        ("x" * (MAX_NAME + 1), "text_long"),
        ("x" * 2**20, "text_long"),
        ("\u200b", "name_missing"),
        ("!!!", "name_empty"),
    ],
)
def test_what_cannot_be_a_name_is_refused_with_its_reason(written: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        company_name(written)
    assert caught.value.code == code
    assert len(str(caught.value)) < 300
    assert "\u202e" not in str(caught.value)


@given(st.text(max_size=200))
def test_a_kept_text_stays_as_it_is(text: str) -> None:
    try:
        kept = one_line(text, 150)
    except Refused:
        return
    assert one_line(kept, 150) == kept
    assert len(kept) <= 150


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SE", "SE"),
        ("swe", "SE"),
        ("SVERIGE", "SE"),
        ("Suecia", "SE"),
        ("Suècia", "SE"),
        ("Sør-Korea", "KR"),
        ("KOREA", "KR"),
        ("U.S.A.", "US"),
        ("Viet Nam", "VN"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("Hong Kong", "HK"),
        ("Taiwan", "TW"),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_countries_as_people_write_them(text: str, code: str | None) -> None:
    assert country_code(text) == code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_is_known_by_its_name_in_every_language(language: str) -> None:
    offered = countries(language)
    assert len(offered) > 240
    assert [code for code, name in offered if country_code(name) != code] == []
    assert country_name("SE", language) == dict(offered)["SE"]


def test_every_reason_can_be_said() -> None:
    class Anything(dict[str, object]):
        def __missing__(self, key: str) -> object:
            return 7

    for code in REASONS:
        assert "%(" not in sentence(code, Anything())
