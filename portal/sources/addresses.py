"""Which addresses a source may be read from: the publisher's own hosts, and those that this installation names.

Only operators set addresses, and even theirs must stand on a list, so that the worker never becomes a way into the
network that it runs in. What a host's name leads to is checked again at the moment of connecting (worker/connectors).
"""

from typing import Protocol
from urllib.parse import urlsplit

from flask_babel import gettext as _

from portal.errors import BadInput
from portal.settings import get_settings


class Published(Protocol):
    """What is read from outside: a list of facilities or of areas, or one of sanctions."""

    @property
    def code(self) -> str:
        """Its key in its catalogue and in the table of settings."""

    @property
    def hosts(self) -> frozenset[str]:
        """The publisher's own hosts."""

    @property
    def expected_hours(self) -> int:
        """How often it is read unless operators say otherwise."""


def named_hosts(setting: str) -> frozenset[str]:
    """The hosts of a comma-separated setting, each `name` or `name:port`."""
    return frozenset(host.strip().casefold() for host in setting.split(",") if host.strip())


def is_private(host: str) -> bool:
    """True for a host that this installation names as its own: it may be in the private network and without TLS."""
    return host.casefold() in named_hosts(get_settings().source_private_hosts)


def is_allowed(url: str, source: Published) -> bool:
    """True if the source may be read from this address, as far as the address itself tells."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").casefold(), parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None:
        return False
    place = f"{host}:{port}" if port else host
    if is_private(place):
        return parts.scheme in ("http", "https")
    extra = named_hosts(get_settings().source_hosts)
    return parts.scheme == "https" and (place in extra or (host in source.hosts and port in (None, 443)))


def check_url(url: str, source: Published) -> None:
    """Raise BadInput unless the source may be read from this address."""
    if not is_allowed(url, source):
        hosts = ", ".join(sorted(source.hosts | named_hosts(get_settings().source_hosts)))
        raise BadInput(
            _("This source is not read from that address."),
            field="url",
            remedy=_("Use https:// and one of these hosts: %(hosts)s.", hosts=hosts),
        )
