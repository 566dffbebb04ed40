"""The registry as a file: what the look-up page shows, for every supplier of its list, in one consistent snapshot.

All numbers are counted over what the actor sees, as on the page. Run it inside db.snapshot().
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import can
from portal.assessments import queries as assessments
from portal.authorities import queries as authorities
from portal.picture.cards import bought, promised
from portal.registry import lookup_list, queries
from portal.registry.identifiers import pretty
from portal.registry.identity import queries as identity
from portal.registry.identity.labels import ROLES
from portal.registry.labels import NAME_KINDS, country_label, scheme_label
from portal.registry.lookup_list import Narrowing
from portal.registry.rules import NameKind

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """One supplier. `other_names` are (kind, name); `assessed` is the newest visible (day, authority)."""

    id: UUID
    name: str
    country: str | None
    parent_id: UUID | None
    parent: str | None
    numbers: Sequence[tuple[str, str]]
    other_names: Sequence[tuple[str, str]]
    roles: Sequence[str]
    followers: Sequence[UUID]
    assessed: tuple[date, UUID] | None
    contracts: int
    commitments: int
    overdue: int


def lines(actor: Actor, narrowing: Narrowing) -> Iterator[Line]:
    """The suppliers of a list by name, a fixed number of statements for each thousand."""
    for batch in lookup_list.in_batches(narrowing, BATCH):
        ids = [row.id for row in batch]
        numbers = queries.numbers_of(ids)
        names = queries.names_of(ids)
        roles = identity.roles_by_supplier(ids)
        followers = queries.followers_of(ids)
        assessed = assessments.newest_days(actor, ids)
        purchases = bought(actor, ids)
        promises = promised(actor, ids)
        for row in batch:
            commitments, overdue = promises.get(row.id, (0, 0))
            yield Line(
                id=row.id,
                name=row.name,
                country=row.country,
                parent_id=row.parent_id,
                parent=row.parent,
                numbers=numbers.get(row.id, ()),
                other_names=[one for one in names.get(row.id, ()) if one != (NameKind.LEGAL, row.name)],
                roles=[one.role for one in roles.get(row.id, ())],
                followers=sorted(followers[row.id]),
                assessed=assessed.get(row.id),
                contracts=purchases.get(row.id, (0, [], []))[0],
                commitments=commitments,
                overdue=overdue,
            )


def table(actor: Actor, narrowing: Narrowing) -> Iterator[Sequence[object]]:
    """The header in the reader's language, then a row for each supplier; a column for each kind of number there is."""
    schemes = lookup_list.schemes_of(narrowing)
    members = {member.id: member.name for member in authorities.all_authorities()}
    follow_up = can(actor, Permission.READ_CONTRACT)
    yield (
        _("Legal name"),
        _("Country"),
        _("Country code"),
        *(scheme_label(key) for key in schemes),
        _("Other names"),
        _("Role in the supply chain"),
        _("Parent company"),
        _("Followed by"),
        *((_("Newest assessment"), _("Assessed by"), *_counted()) if follow_up else ()),
        _("Record in the portal"),
    )
    kinds = {kind.value: str(label) for kind, label in NAME_KINDS.items()}
    role_words = {role.value: str(label) for role, label in ROLES.items()}
    country = lru_cache(maxsize=None)(country_label)  # of one language: looked up once, not for each supplier
    for line in lines(actor, narrowing):
        day, assessor = line.assessed or (None, None)
        names = [f"{name} ({kinds[kind]})" for kind, name in line.other_names]
        follow_up_cells = (day, members[assessor] if assessor else None, line.contracts, line.commitments, line.overdue)
        yield (
            line.name,
            country(line.country) or None,
            line.country,
            *_numbers(line, schemes),
            "; ".join(names) or None,
            "; ".join(role_words[one] for one in line.roles) or None,
            line.parent,
            "; ".join(sorted(members[one] for one in line.followers)) or None,
            *(follow_up_cells if follow_up else ()),
            line.id,
        )


def _counted() -> tuple[str, str, str]:
    return _("Running contracts"), _("Open commitments"), _("Overdue commitments")


def _numbers(line: Line, schemes: Sequence[str]) -> Iterator[str | None]:
    """A cell for each kind of number, as people write it."""
    numbers: dict[str, list[str]] = {}
    for key, value in line.numbers:
        numbers.setdefault(key, []).append(pretty(key, value))
    return ("; ".join(numbers[key]) if key in numbers else None for key in schemes)


def objects(actor: Actor, narrowing: Narrowing) -> Iterator[dict[str, Any]]:
    """The same as objects for programs: words that do not depend on a language, authorities by their short names."""
    slugs = {member.id: member.slug for member in authorities.all_authorities()}
    for line in lines(actor, narrowing):
        found: dict[str, Any] = {
            "id": line.id,
            "name": line.name,
            "country": line.country,
            "identifiers": [{"scheme": key, "value": value} for key, value in line.numbers],
            "other_names": [{"kind": kind, "name": name} for kind, name in line.other_names],
            "roles": list(line.roles),
            "parent": {"id": line.parent_id, "name": line.parent} if line.parent_id else None,
            "followed_by": sorted(slugs[one] for one in line.followers),
        }
        if can(actor, Permission.READ_CONTRACT):
            found |= {
                "newest_assessment": {"on": line.assessed[0], "by": slugs[line.assessed[1]]} if line.assessed else None,
                "running_contracts": line.contracts,
                "open_commitments": line.commitments,
                "overdue_commitments": line.overdue,
            }
        yield found
