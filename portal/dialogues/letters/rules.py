"""What a joint letter can be, and whose signature counts: pure, no database."""

import hashlib
from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

FEWEST = 2  # signatories: with one it is no joint letter
MAX_SUBJECT, MAX_BODY = 200, 20_000


class LetterState(StrEnum):
    """Where a letter stands. Sent and withdrawn ones stay as they are."""

    OPEN = "open"  # it is being signed, and its text may still change
    SENT = "sent"
    WITHDRAWN = "withdrawn"


class SignatureAnswer(StrEnum):
    """What an authority says to being asked."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class Signature(Protocol):
    """An authority's answer; `text_hash` is that of the text which it confirmed."""

    @property
    def answer(self) -> str: ...

    @property
    def text_hash(self) -> str | None: ...


def hash_of(subject: str, body: str, language: str) -> str:
    """What a signatory confirms (SHA-256, hex): another text has another one."""
    return hashlib.sha256("\0".join((subject, body, language)).encode()).hexdigest()


def counts(signature: Signature, text_hash: str) -> bool:
    """The authority has confirmed this very text. A confirmation of an earlier text does not count for a later one."""
    return signature.answer == SignatureAnswer.CONFIRMED and signature.text_hash == text_hash


def is_awaited(signature: Signature, text_hash: str) -> bool:
    """The authority has not said anything about this text."""
    return signature.answer != SignatureAnswer.DECLINED and not counts(signature, text_hash)


def may_send(signatures: Iterable[Signature], text_hash: str) -> bool:
    """Enough authorities have confirmed this very text."""
    return sum(counts(one, text_hash) for one in signatures) >= FEWEST
