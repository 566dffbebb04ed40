"""Language, scheme, paging and dates: what every page relies on."""

import base64
from datetime import date
from uuid import UUID

import pytest
from wtforms import Form

from portal.errors import BadInput
from portal.web.forms import DayField, MinorUnitsField
from portal.web.paging import encode_cursor, read_cursor
from portal.web.preferences import local_path


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("/suppliers?q=a", True),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("/\t/evil.example", False),
        ("https://evil.example/", False),
        ("javascript:alert(1)", False),
        ("", False),
        (None, False),
    ],
)
def test_only_paths_on_this_site_are_gone_back_to(target, kept) -> None:
    assert (local_path(target) is not None) is kept


def test_a_cursor_survives_the_round_trip() -> None:
    one = UUID(int=1)
    assert read_cursor(encode_cursor("Ångström", 7, one), str, int, UUID) == ["Ångström", 7, one]
    assert read_cursor(encode_cursor(date(2026, 11, 22)), date.fromisoformat) == [date(2026, 11, 22)]
    assert read_cursor(None, str) is None


@pytest.mark.parametrize(
    "damaged",
    [
        "%%%",
        "bm90IGpzb24",
        "ä",
        encode_cursor("one", "two"),
        encode_cursor(["nested"]),
        encode_cursor(1.5),
        encode_cursor("not a number"),
        encode_cursor("9\x00"),
        encode_cursor("\ud800"),
        base64.urlsafe_b64encode(b"[" * 3000).decode(),
    ],
)
def test_a_cursor_that_was_tampered_with_is_told(damaged) -> None:
    with pytest.raises(BadInput, match="damaged"):
        read_cursor(damaged, int)


class Sample(Form):
    """Both parsing fields."""

    day = DayField()
    money = MinorUnitsField()


@pytest.mark.parametrize("text", ["31.12.2026", "2026-12-31", "31/12/2026", " 31.12.2026 "])
def test_dates_are_taken_as_people_write_them(app, text) -> None:
    with app.test_request_context():
        form = Sample(_data(day=text))
        assert form.validate()
        assert form.day.data == date(2026, 12, 31)


@pytest.mark.parametrize("text", ["31.13.2026", "tomorrow", "2026"])
def test_a_wrong_date_says_how_to_write_it(app, text) -> None:
    with app.test_request_context():
        form = Sample(_data(day=text))
        assert not form.validate()
        assert "31.12.2026" in form.day.errors[0]


@pytest.mark.parametrize(
    ("text", "minor"), [("1 250 000", 125000000), ("12,5", 1250), ("0.01", 1), ("1\u00a0000", 100000)]
)
def test_money_becomes_minor_units(app, text, minor) -> None:
    with app.test_request_context():
        form = Sample(_data(money=text))
        assert form.validate()
        assert form.money.data == minor


@pytest.mark.parametrize("text", ["-1", "1.005", "abc", "1e400", "NaN"])
def test_what_is_not_an_amount_is_refused(app, text) -> None:
    with app.test_request_context():
        assert not Sample(_data(money=text)).validate()


def _data(**values):
    from werkzeug.datastructures import MultiDict

    return MultiDict(values)
