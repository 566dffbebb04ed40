"""Names are compared in one plain form; legal forms come off its ends and nothing else does."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.registry.names import core, is_local_script, legal_form, norm, sort_key

FORMS: tuple[str, ...] = (
    "AB",
    "AB (publ)",
    "AS",
    "A/S",
    "ASA",
    "Oy",
    "GmbH",
    "GmbH & Co. KG",
    "AG",
    "S.L.",
    "S.L.U.",
    "S.A.",
    "Ltd.",
)
FORMS += ("Co., Ltd.", "Inc.", "Corporation", "LLC", "B.V.", "S.p.A.", "Sp. z o.o.", "S. de R.L. de C.V.", "Pte Ltd")
FORMS += ("Aktiebolag", "Private Limited", "Sdn Bhd", "d.o.o.", "Société anonyme")
WORDS = st.lists(
    st.text(string.ascii_lowercase, min_size=5, max_size=9).filter(lambda word: core(f"nordvik {word}").endswith(word)),
    min_size=1,
    max_size=3,
)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Ærøskøbing & Søn A/S", "aeroskobing and son a s"),
        ("L’Oréal", "loreal"),
        ("O'Neill  d`Or", "oneill dor"),
        ("ООО Ромашка", "ooo romashka"),
        ("深圳市", "shenzhenshi"),
        ("＆", "and"),
        ("Straße 7", "strasse 7"),
        ("...", ""),
    ],
)
def test_plain_form(name: str, plain: str) -> None:
    assert norm(name) == plain


@pytest.mark.parametrize(
    ("name", "bare", "form"),
    [
        ("Halden Computing AB (publ)", "halden computing", "ab"),
        ("Siemens Aktiengesellschaft", "siemens", "ag"),
        ("Foxconn Technology Co., Ltd.", "foxconn technology", "ltd"),
        ("Müller GmbH & Co. KG", "muller", "gmbhkg"),
        ("Comp S. de R.L. de C.V.", "comp", "srlcv"),
        ("ООО Ромашка", "romashka", "ooo"),
        ("PT Samsung Electronics Indonesia Tbk", "samsung electronics indonesia", "pt"),
        ("深圳市万普拉斯科技有限公司", "shenzhenshiwanpulasikeji", "ltd"),
        ("株式会社日立製作所", "rilizhizuosuo", "kk"),
        ("삼성전자 주식회사", "samseongjeonja", "kk"),
        # What looks like a legal form, but is the name.
        ("GmbH", "gmbh", ""),
        ("株式会社", "zhushihuishe", ""),
        ("BT Group", "bt group", ""),
        ("SAS Institute Inc", "sas institute", "inc"),
        ("A E G", "a e g", ""),
        ("The Limited", "the limited", ""),
    ],
)
def test_the_legal_form_comes_off(name: str, bare: str, form: str) -> None:
    assert (core(name), legal_form(name)) == (bare, form)


def test_one_form_in_several_spellings_is_one_form() -> None:
    assert {legal_form(f"Acme {form}") for form in ("Ltd", "Limited", "Co., Ltd.", "Co Ltd", "Private Limited")} == {
        "ltd"
    }
    assert legal_form("Acme AG") != legal_form("Acme GmbH")


@given(st.text(max_size=60))
def test_plain_forms_are_stable(name: str) -> None:
    assert norm(norm(name)) == norm(name)
    assert core(core(name)) == core(name) == core(norm(name))
    assert set(norm(name)) <= set(string.ascii_lowercase + string.digits + " ")
    assert norm(name) == " ".join(norm(name).split())


@given(st.text(max_size=60))
def test_the_core_is_empty_only_where_nothing_can_be_read(name: str) -> None:
    assert bool(core(name)) == bool(norm(name))
    assert sort_key(name) or not name


@given(WORDS, st.sampled_from(FORMS))
def test_every_form_comes_off_every_name(words: list[str], form: str) -> None:
    name = " ".join(words)
    assert core(f"{name} {form}") == core(name)
    assert core(f"{name.upper()}, {form.upper()}") == core(name)
    assert legal_form(f"{name} {form}")


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("Nokia", False),
        ("Ærø Łódź ª", False),
        ("富士康", True),
        ("Foxconn 富士康", True),
        ("Ромашка", True),
        ("12", False),
    ],
)
def test_local_script(name: str, local: bool) -> None:
    assert is_local_script(name) is local


def test_a_numeral_is_no_legal_form() -> None:
    assert core("Nordlys Invest II") == "nordlys invest ii"
    assert legal_form("Nordlys Invest II AB") == legal_form("Nordlys Invest AB")
