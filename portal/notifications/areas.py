"""What a changed list of areas touches: suppliers whose declarations or sites name a changed country or region.

As with changed statuses: set-based, each authority once for each change and supplier, and only because of declarations
that it sees itself. Sites stand in the registry, which all members see.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal, select, union
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from portal.cahra.changes import CountryChange, changes_of_run
from portal.cahra.wording import facts_of
from portal.db import join_whole_sets, session
from portal.declarations.models import SmelterLine
from portal.minerals.rules import Severity
from portal.notifications.queries import speaking, stakes
from portal.notifications.rules import NoticeKind
from portal.notifications.services import Telling, notify
from portal.registry.countries import country_code
from portal.registry.models import Site


def tell_of_areas(_event_id: UUID, payload: Mapping[str, Any]) -> None:
    """A new list of areas holds: tell who follows, or buys from, a supplier that a changed country concerns."""
    run_id = UUID(payload["run_id"])
    changes = {change.country: change for change in changes_of_run(run_id)}
    kind = NoticeKind.AREAS_CHANGED
    notify(
        Telling(
            authority_id,
            f"{kind}:{run_id}:{country}:{supplier_id}",
            kind,
            run_id,
            {**facts_of(changes[country]), "supplier_id": str(supplier_id), "severity": Severity.WARN},
        )
        for authority_id, supplier_id, country in touched_by(changes)
    )


def touched_by(changes: Mapping[str, CountryChange]) -> Sequence[tuple[UUID, UUID, str]]:
    """(authority, supplier, country) that the changes concern, each once. System scope only."""
    if not changes:
        return []
    join_whole_sets()
    by_site = _by_site(changes)
    mines, smelters = _mines(changes), _smelters(changes)
    named = [_naming(*found) for found in (mines, smelters) if found[0]]
    queries = [by_site]
    if named:
        naming = union(*named).cte("naming")
        speaks = speaking(naming)
        queries.append(
            select(speaks.c.authority_id, speaks.c.supplier_id, naming.c.country).join(
                naming, naming.c.declaration_id == speaks.c.id
            )
        )
    rows = session.execute(union(*queries).order_by("country", "supplier_id", "authority_id"))
    return [(row[0], row[1], row[2]) for row in rows]


def _by_site(changes: Mapping[str, CountryChange]) -> Select[Any]:
    """Suppliers with a site in a changed country: a site's address seldom names its region."""
    stake = stakes()
    return select(stake.c.authority_id, Site.supplier_id, Site.country.label("country")).join(
        stake, stake.c.supplier_id == Site.supplier_id
    ).where(Site.country.in_(changes))  # fmt: skip


Texts = tuple[list[str], list[str], Any]  # texts as typed, the country of each, the expression they are compared with


def _mines(changes: Mapping[str, CountryChange]) -> Texts:
    """Mines as declarations write them, each with its country, where that names a changed area."""
    text = func.concat_ws(" | ", SmelterLine.mine, SmelterLine.mine_country)
    query = select(SmelterLine.mine, SmelterLine.mine_country).where(SmelterLine.mine_country.is_not(None)).distinct()
    texts: list[str] = []
    countries: list[str] = []
    for mine, typed in session.execute(query):
        if typed is None:
            continue
        change = changes.get(country_code(typed) or "")
        if change and change.concerns(f"{mine or ''} {typed}"):
            texts.append(typed if mine is None else f"{mine} | {typed}")
            countries.append(change.country)
    return texts, countries, text


def _smelters(changes: Mapping[str, CountryChange]) -> Texts:
    """Countries of smelters as declarations write them."""
    typed = func.coalesce(SmelterLine.declared_country, SmelterLine.listed_country)
    found = {
        text: code
        for text in session.scalars(select(typed).where(typed.is_not(None)).distinct())
        if (code := country_code(text) or "") in changes
    }
    return list(found), list(found.values()), typed


def _naming(texts: list[str], countries: list[str], written: Any) -> Select[Any]:
    """Declarations with a row that says one of these texts."""
    wanted = (
        func.unnest(literal(texts, ARRAY(Text)), literal(countries, ARRAY(Text)))
        .table_valued("text", "country")
        .render_derived()
    )
    return select(SmelterLine.declaration_id, wanted.c.country).join(wanted, wanted.c.text == written)
