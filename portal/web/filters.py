"""Jinja filters for what every page shows: dates as people read them, and ages in words."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, request
from flask_babel import format_currency, get_locale, ngettext
from flask_babel import format_date as babel_date
from flask_babel import format_datetime as babel_datetime
from flask_babel import gettext as _
from markupsafe import Markup

from portal.clock import today
from portal.web.statuses import STATUS


def install(app: Flask) -> None:
    """Register the filters."""
    app.jinja_env.filters.update(
        day=day,
        long_day=long_day,
        moment=moment,
        month=month,
        lookup=lookup,
        iso_day=iso_day,
        due=due,
        money=money,
        sums=sums,
        country=country_name,
        age=age,
        authority_name=authority_name,
    )
    app.jinja_env.globals.update(today=today, same_page=same_page, STATUS=STATUS)


def day(value: date | None) -> str | Markup:
    """A date in tables: <time>18 Nov 2026</time>."""
    return _time(value, babel_date(value, "d MMM y")) if value else ""


def long_day(value: date | None) -> str | Markup:
    """A date in running text: <time>18 November 2026</time>."""
    return _time(value, babel_date(value, "d MMMM y")) if value else ""


def moment(value: datetime | None) -> str | Markup:
    """A time: <time>18 Nov 2026, 14:05</time>."""
    return _time(value, babel_datetime(value, "d MMM y, HH:mm")) if value else ""


def iso_day(text: str) -> str | Markup:
    """A date kept as text (2026-11-18), as `day` shows it."""
    return day(date.fromisoformat(text))


def lookup(key: Any, values: Mapping[Any, Any]) -> Any:
    """What a mapping holds under a key, for `ids|map("lookup", authorities)`."""
    return values[key]


def month(value: date) -> str:
    """The month as on a calendar leaf: “Nov”."""
    return str(babel_date(value, "MMM"))


def authority_name(authority_id: UUID, authorities: Mapping[UUID, Any]) -> str:
    """The name behind an id, for `named_ids|map("authority_name", authorities)`."""
    return str(authorities[authority_id].name)


def same_page(**changes: str | None) -> str:
    """The address of this page with some of its query changed; None takes a part out."""
    query = {name: values for name, values in request.args.lists() if name not in changes}
    query |= {name: [value] for name, value in changes.items() if value is not None}
    return f"{request.path}?{urlencode(query, doseq=True)}" if query else request.path


def money(record: Any) -> str:
    """A record's `value_minor` in its `currency`, without decimals where there are none."""
    if record.value_minor is None:
        return ""
    whole = record.value_minor % 100 == 0
    return str(
        format_currency(
            record.value_minor / 100, record.currency, "#,##0 ¤¤" if whole else "#,##0.00 ¤¤", currency_digits=False
        )
    )


def sums(values: Mapping[str, int]) -> str:
    """Sums of minor units by currency, largest first: “NOK 5,800,000, EUR 1,300,000”; currencies are never mixed."""
    ordered = sorted(values.items(), key=lambda item: -item[1])
    return ", ".join(
        str(format_currency(value / 100, currency, "#,##0 ¤¤", currency_digits=False)) for currency, value in ordered
    )


def country_name(code: str) -> str:
    """A country in the reader's language."""
    return str(get_locale().territories.get(code, code))


def due(value: date) -> str:
    """How far a due date is: “4 days overdue”, “Today”, “In 3 days”."""
    days = (value - today()).days
    if days < 0:
        return ngettext("%(num)d day overdue", "%(num)d days overdue", -days)
    if days == 0:
        return _("Today")
    return ngettext("In %(num)d day", "In %(num)d days", days)


def age(value: date) -> str:
    """How old a date is: “today”, “5 days”, “8 months”, “3 years”."""
    days = (today() - value).days
    if days < 60:
        return ngettext("%(num)d day", "%(num)d days", max(days, 0))
    if days < 730:
        return ngettext("%(num)d month", "%(num)d months", days // 30)
    return ngettext("%(num)d year", "%(num)d years", days // 365)


def _time(value: date, text: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), text)
