"""Mentioning somebody in the dialogue log: “@sto.sustainability-adviser”, by authority and role title.

A mention means only people who may read the text, at the moment it is written; of others it stays plain text, so that
it tells nothing about who there is.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import chain, count
from uuid import UUID

from anyascii import anyascii
from sqlalchemy import func, select

from portal.access.actor import Actor
from portal.access.audience import Audience
from portal.accounts.models import User
from portal.authorities.models import Authority, Membership
from portal.db import session
from portal.dialogues.models import DialogueEntry
from portal.outbox.events import Event
from portal.outbox.services import emit

_MENTION = re.compile(r"(?<![\w@.-])@([a-z]{2,5}\.[a-z0-9]+(?:-[a-z0-9]+)*)", re.IGNORECASE)
MOST = 20  # people that one text mentions


@dataclass(frozen=True)
class Person:
    """Somebody who can be mentioned; `title` is the role title."""

    user_id: UUID
    authority_id: UUID
    title: str


def people_in(authority_ids: Collection[UUID] | None) -> dict[str, Person]:
    """Who works for these authorities (None: for any member), by what one writes after the @; in that order.

    People of one title are numbered as they came, those who have left among them: no text comes to mean somebody else.
    """
    works = User.active & Membership.ended_at.is_(None)
    query = (
        select(User.id, User.display_name, Authority.id, Authority.code, func.bool_or(works))
        .join(Membership, Membership.user_id == User.id)
        .join(Authority, Authority.id == Membership.authority_id)
        .group_by(User.id, Authority.id)
        .order_by(Authority.code, func.min(Membership.created_at), User.id)
    )
    if authority_ids is not None:
        query = query.where(Authority.id.in_(authority_ids))
    numbered: dict[str, Person | None] = {}
    for user_id, title, authority_id, code, works_there in session.execute(query):
        plain = f"{code.lower()}.{_slug(title)}"
        free = (one for one in chain([plain], (f"{plain}-{n}" for n in count(2))) if one not in numbered)
        numbered[next(free)] = Person(user_id, authority_id, title) if works_there else None
    return {handle: person for handle, person in sorted(numbered.items()) if person}


def readers_of(entry: DialogueEntry) -> Collection[UUID] | None:
    """The authorities that see an entry; None for all members."""
    return None if entry.audience == Audience.MEMBERS else {entry.owner_id, *entry.named_ids}


def mentioned(text: str, people: Mapping[str, Person]) -> list[Person]:
    """Whom a text mentions, each once, in their order."""
    found = [people.get(match[1].lower()) for match in _MENTION.finditer(text)]
    return list(dict.fromkeys(one for one in found if one))[:MOST]


def parts(text: str, people: Mapping[str, Person]) -> list[tuple[str, Person | None]]:
    """The text in pieces, each with whom it mentions."""
    pieces: list[tuple[str, Person | None]] = []
    at = 0
    for match in _MENTION.finditer(text):
        if person := people.get(match[1].lower()):
            pieces += [(text[at : match.start()], None), (match[0], person)]
            at = match.end()
    return [piece for piece in (*pieces, (text[at:], None)) if piece[0]]


def tell_mentioned(actor: Actor, entry: DialogueEntry, text: str, readers: Collection[UUID] | None) -> None:
    """Have those told whom a text mentions, other than who writes it."""
    if "@" not in text:
        return
    for person in mentioned(text, people_in(readers)):
        if person.user_id != actor.user_id:
            emit(
                Event.MENTIONED,
                actor=actor,
                dialogue_id=entry.id,
                user_id=person.user_id,
                authority_id=person.authority_id,
            )


def _slug(title: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", anyascii(title).lower()))[:40].strip("-") or "person"
