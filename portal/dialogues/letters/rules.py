"""What a joint letter can be, and whose signature counts: pure, no database."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

FEWEST = 2  # signatories: with one it is no joint letter
MAX_SUBJECT, MAX_BODY = 200, 20_000


class LetterState(StrEnum):
    """Where a letter stands. Sent and withdrawn ones stay as they are."""

    OPEN = "open"  # it is being signed, and its text may still change
    SENT = "sent"
    WITHDRAWN = "withdrawn"


class LetterStep(StrEnum):
    """What is done with a letter."""

    CHANGE = "change"
    ANSWER = "answer"  # an authority signs, or says that it does not
    SEND = "send"
    WITHDRAW = "withdraw"


# The state machine: each step leads from some states into one.
STEPS: Mapping[LetterStep, tuple[frozenset[LetterState], LetterState]] = MappingProxyType(
    {
        LetterStep.CHANGE: (frozenset({LetterState.OPEN}), LetterState.OPEN),
        LetterStep.ANSWER: (frozenset({LetterState.OPEN}), LetterState.OPEN),
        LetterStep.SEND: (frozenset({LetterState.OPEN}), LetterState.SENT),
        LetterStep.WITHDRAW: (frozenset({LetterState.OPEN}), LetterState.WITHDRAWN),
    }
)


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


def hash_of(subject: str, body: str, language: str, reply_by: date | None) -> str:
    """What a signatory confirms (SHA-256, hex): all that the supplier reads, the day until which it is to answer, too.

    Another text has another one.
    """
    read = (subject, body, language, reply_by.isoformat() if reply_by else "")
    return hashlib.sha256("\0".join(read).encode()).hexdigest()


def may(state: str, step: LetterStep) -> bool:
    """Whether the step can be taken where the letter stands."""
    return state in STEPS[step][0]


def counts(signature: Signature, text_hash: str) -> bool:
    """The authority has confirmed this very text. A confirmation of an earlier text does not count for a later one."""
    return signature.answer == SignatureAnswer.CONFIRMED and signature.text_hash == text_hash


def is_awaited(signature: Signature, text_hash: str) -> bool:
    """The authority has not said anything about this text."""
    return signature.answer != SignatureAnswer.DECLINED and not counts(signature, text_hash)


def may_send(signatures: Iterable[Signature], text_hash: str) -> bool:
    """Enough authorities have confirmed this very text."""
    return sum(counts(one, text_hash) for one in signatures) >= FEWEST
