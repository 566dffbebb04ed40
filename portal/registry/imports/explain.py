"""Why a row of a list may be a supplier that is known: the matcher's evidence, kept as codes and told when read."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.registry.imports.ledger import Entry
from portal.registry.imports.rows import RowFacts
from portal.registry.matching.compare import compare
from portal.registry.matching.profile import Evidence, Name, Profile, Verdict
from portal.registry.matching.texts import in_words
from portal.registry.reasons import sentence
from portal.registry.rules import NameKind

EVIDENCE = "evidence"  # where it stands among the values of a row's reason


def likeliest_first(row: RowFacts, entries: Sequence[Entry]) -> list[tuple[Entry, Verdict]]:
    """Each entry with the matcher's verdict, the likeliest first; of equals the one that came first."""
    mine = _of_row(row)
    judged = [(entry, compare(mine, _of_entry(entry))) for entry in entries]
    return sorted(judged, key=lambda pair: -pair[1].score)


def kept(verdict: Verdict) -> list[dict[str, Any]]:
    """The evidence as it is stored with the row."""
    return [{"code": one.code, "supports": one.supports, "params": dict(one.params)} for one in verdict.evidence]


def told(code: str, params: Mapping[str, Any]) -> str:
    """The reason of a row with its evidence, in the reader's language."""
    evidence = [in_words(Evidence(**one)) for one in params.get(EVIDENCE, ())]
    return " ".join([sentence(code, params), *(f"{one}." for one in evidence)])


def _of_row(row: RowFacts) -> Profile:
    site = row.site
    return Profile(
        names=(Name(row.name), *(Name(name, kind) for kind, name in row.other_names)),
        identifiers=frozenset(row.identifiers),
        country=row.country,
        addresses=(site.key,) if site else (),
        cities=(site.city,) if site and site.city else (),
    )


def _of_entry(entry: Entry) -> Profile:
    return Profile(
        names=tuple(Name(name, NameKind(kind)) for kind, name in sorted(entry.names)) or (Name(entry.name),),
        identifiers=frozenset(entry.numbers),
        country=entry.country,
        addresses=tuple(sorted(entry.sites)),
    )
