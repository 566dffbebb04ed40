"""How often a guest may send something: what is refused costs as much as what is taken."""

from portal.access.actor import Actor
from portal.accounts.throttle import sign_in_throttle


def too_often(guest: Actor) -> bool:
    """Has this access sent ten things in five minutes, from wherever?"""
    scope = guest.guest
    assert scope is not None
    return not sign_in_throttle().allows(f"guest sends {scope.access_id}", "-", known=True)
