"""RMI's smelter lists: one file at one address, as an operator has set it. RMI publishes no open interface."""

from functools import partial

from portal.sources.addresses import is_allowed, is_private
from portal.sources.catalogue import RMAP
from portal.sources.services.runs import Fetched
from worker.connectors.guarded import Door, Limits
from worker.connectors.guarded import fetch as fetch_guarded


def fetch(url: str, etag: str | None, limits: Limits | None = None) -> Fetched:
    """The list as bytes, or word that it is still the one with this ETag. Raises Refused."""
    return fetch_guarded(url, etag, Door(partial(is_allowed, source=RMAP), is_private), limits)
