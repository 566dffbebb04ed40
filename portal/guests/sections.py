"""What else waits for a guest, asked of features that have something for suppliers: dates of audits, findings.

They stand below this one and know nothing of it; portal/wiring.py hands their questions in. A feature with a page for
guests declares `@requires(Permission.BE_GUEST)` on it and takes the guest from portal.web.guard.guest(): an actor with
the authority that let it in and `guest.supplier_id`. What its tables show to a guest is a policy of its own with
app_guest() (as in migration 0020), or is read and written in `db.on_behalf_of(guest.authority_id)`, narrowed by hand.
"""

from collections.abc import Callable, Sequence

from portal.access.actor import Actor
from portal.shapes import TodoItem

Ask = Callable[[Actor], Sequence[TodoItem]]
_asks: list[Ask] = []


def connect(ask: Ask) -> None:
    """Have `ask(guest)` give what this supplier should do, each with the guest's page where it is done."""
    if ask not in _asks:
        _asks.append(ask)


def waiting(guest: Actor) -> list[TodoItem]:
    """All that waits beside the requests, what is due first."""
    items = [item for ask in _asks for item in ask(guest)]
    return sorted(items, key=lambda item: (item.due_on is None, item.due_on, item.title))
