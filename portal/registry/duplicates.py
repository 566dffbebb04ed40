"""The two ways in which a new supplier may be there already: it has another's number, or a name like another's."""

from collections.abc import Sequence

from flask_babel import gettext as _

from portal.errors import Conflict
from portal.registry.identifiers import SCHEMES, Identifier
from portal.registry.matching.profile import Verdict
from portal.registry.models import Supplier


class NumberTaken(Conflict):
    """The number belongs to a supplier of the registry: `holder`, where it is known."""

    def __init__(self, identifier: Identifier, holder: Supplier | None = None) -> None:
        number = f"{SCHEMES[identifier.scheme].name} {identifier.pretty}"
        super().__init__(
            _("%(number)s belongs to “%(name)s”, which is in the registry.", number=number, name=holder.legal_name)
            if holder
            else _("%(number)s was given to another supplier this very moment.", number=number)
        )
        self.identifier = identifier
        self.holder = holder


class PossibleDuplicates(Conflict):
    """Suppliers with nearly the name of a new one, each with the matcher's verdict, the likeliest first; a person
    decides whether it is one of them.
    """

    def __init__(self, found: Sequence[tuple[Supplier, Verdict]]) -> None:
        super().__init__(_("The registry has suppliers with nearly this name."))
        self.found = found

    @property
    def suppliers(self) -> list[Supplier]:
        """The suppliers without the verdicts, the likeliest first."""
        return [supplier for supplier, _verdict in self.found]
