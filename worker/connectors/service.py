"""What the services that answer one question at a time have in common: where they may lead, and how they fail."""

from enum import StrEnum
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

from portal.sources.addresses import is_private
from portal.sources.refusal import Refused
from worker.connectors.guarded import Door

Word = TypeVar("Word", bound=StrEnum)


class Failed(Exception):
    """There is no answer: the problem, in a word of the service's own, with its facts."""

    def __init__(self, problem: StrEnum, **params: object) -> None:
        super().__init__(problem)
        self.problem: Any = problem
        self.params = params


def problem_of(refused: Refused, problems: type[Word], otherwise: Word) -> Word:
    """The service's own word for the reason, where it has the same."""
    return problems(refused.reason) if refused.reason in set(problems) else otherwise


def door_below(base: str, folder: str = "/") -> Door:
    """To what is below the folder of the one address that is set, and nowhere else."""
    return Door(partial(_is_below, base, folder), is_private)


def _is_below(base: str, folder: str, url: str) -> bool:
    """In clear text only where the host is named as one's own."""
    set_to, parts = urlsplit(base), urlsplit(url)
    clear = is_private(set_to.netloc) if set_to.scheme == "http" else set_to.scheme == "https"
    same = (parts.scheme, parts.netloc) == (set_to.scheme, set_to.netloc)
    return clear and same and parts.path.startswith(f"{set_to.path}{folder}")
