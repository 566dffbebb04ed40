"""Publications of the Catalan platform of public procurement (contractaciopublica.cat) as its open data gives them.

The publications on the award (adjudicació) and on the signing (formalització) of a file name the winners. The code of
the file (codiExpedient) with the number of the lot stays the same through all of them.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal.contracts.notices.model import Deal, NotANotice, Notice, Party, after, amount, day, words

Json = Mapping[str, Any]
LANGUAGES = ("ca", "es", "en", "oc")


def is_catalan(document: Any) -> bool:
    """Whether a JSON document looks like one of these."""
    return isinstance(document, dict) and "codiExpedient" in document and isinstance(document.get("publicacio"), dict)


def read(document: Json) -> list[Notice]:
    """The publication. Raises NotANotice where it names no winner."""
    publication, office = document["publicacio"], _dict(document, "organ")
    basics = _dict(publication, "dadesBasiquesPublicacio")
    file = words(document["codiExpedient"], 80)
    title = _translated(basics.get("denominacio"))
    buyer = Party("buyer", words(office.get("nom")), "ES", _numbers(office.get("nif")))
    winners: dict[str, Party] = {}
    deals: list[Deal] = []
    lots = publication.get("dadesPublicacioLot")
    for place, lot in enumerate(lots if isinstance(lots, list) else [], start=1):
        if isinstance(lot, dict):
            deals += _deals(lot, place, file, title, winners)
    if not deals:
        raise NotANotice("notice_no_award", kind=words(_translated(_dict(publication, "fase")), 60) or "Catalunya")
    # The code of a file is the office's own, so its number (NIF) makes it unique in the country.
    identity = "/".join(filter(None, ("ES-CT", *_numbers(office.get("nif")), file)))
    published = _day(document.get("dataPublicacioReal"))
    return [Notice("catalonia", identity, title, published, (buyer,), tuple(winners.values()), tuple(deals))]


def _deals(lot: Json, place: int, file: str, title: str, winners: dict[str, Party]) -> Iterator[Deal]:
    # On the award they are called adjudicatàries, once the contract is signed contractistes.
    both = [*(lot.get("empresaContractista") or []), *(lot.get("empresesAdjudicataries") or [])]
    companies = [one for one in both if isinstance(one, dict)]
    number = words(lot.get("numeroLot") or lot.get("numLot") or place, 20)
    dates = (_day(lot.get(key)) for key in ("iniciTerminiExecucio", "dataFormalitzacio", "dataAdjudicacio"))
    starts_on = next(filter(None, dates), None)
    term = _dict(lot, "duradaTermini")
    for company in companies:
        name = words(company.get("denominacioEmpresaContractista") or company.get("denominacio"))
        key = words(company.get("identificador") or name, 100)
        # What several winners get together is the value of none of them.
        total = lot.get("importAdjudicacio") if len(companies) == 1 else None
        paid = amount(company.get("importAdjudicacioSenseIva") or total or "")
        country = _dict(company, "pais")
        winners[key] = Party(
            key,
            name,
            words(country.get("en") or country.get("es") or country.get("ca"), 60) or None,
            _numbers(company.get("identificador")),
        )
        yield Deal(
            part=f"{number}/{key}",
            lot=number,
            winner=key,
            title=_translated(lot.get("descripcio")) or title,
            number=file,
            cpv=words(_dict(lot, "cpvPrincipal").get("codi"), 20) or None,
            value=paid,
            currency="EUR" if paid else None,
            starts_on=starts_on,
            ends_on=after(starts_on, **{unit: _count(term, key) for unit, key in _TERM.items()}),
        )


_TERM = {"years": "anys", "months": "mesos", "days": "dies"}


def _day(text: Any) -> str | None:
    """The day in Catalonia; the platform writes its midnights in universal time."""
    try:
        moment = datetime.fromisoformat(str(text or ""))
    except ValueError:
        return None
    return day(moment.astimezone(ZoneInfo("Europe/Madrid")).isoformat())


def _count(term: Json, key: str) -> int:
    found = term.get(key)
    return found if isinstance(found, int) and 0 <= found < 10_000 else 0


def _dict(parent: Any, key: str) -> Json:
    found = parent.get(key) if isinstance(parent, dict) else None
    return found if isinstance(found, dict) else {}


def _numbers(text: Any) -> tuple[str, ...]:
    return (words(text, 100),) if text else ()


def _translated(texts: Any) -> str:
    if not isinstance(texts, dict):
        return ""
    return next((words(texts[one]) for one in LANGUAGES if texts.get(one)), "")
