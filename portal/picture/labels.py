"""The words of the look-up page and of the supplier's page, in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from portal.minerals.rules import Assurance
from portal.picture.choice import NOTHING, Choice
from portal.registry.identifiers import SCHEMES, pretty
from portal.registry.identity.labels import ROLES
from portal.registry.identity.rules import SupplierRoleKind
from portal.registry.labels import NAME_KINDS, PRODUCT_GROUPS, country_label, scheme_label
from portal.registry.rules import NameKind, ProductGroup

MOST_OPTIONS = 10  # of one filter; whoever looks for another one types it
IN_ORDER = frozenset({"assessed", "declared"})  # filters whose options have an order of their own

FACETS = {
    "country": _l("Country"),
    "role": _l("Role in the supply chain"),
    "product_group": _l("Product group"),
    "followed_by": _l("Followed by"),
    "assessed": _l("Newest assessment"),
    "declared": _l("Mineral declaration"),
}

ASSESSED = {
    "year": _l("Less than a year old"),
    "older": _l("Older"),
    NOTHING: _l("None shared with you"),
}

DECLARED = {
    "yes": _l("There is one"),
    NOTHING: _l("None shared with you"),
}

NO_COUNTRY = _l("Not known")
NO_ROLE = _l("Not known")
NO_FOLLOWER = _l("No one yet")

TIMELINE_KINDS = {
    "dialogue": _l("Dialogues"),
    "assessment": _l("Assessments"),
    "audit": _l("Audits"),
    "finding": _l("Findings"),
    "declaration": _l("Declarations"),
    "contract": _l("Contracts"),
    "change": _l("Changes on lists"),
}

# What an assurance list says of a smelter, as on the status tags.
ASSURANCE = {
    Assurance.CONFORMANT: _l("Conformant"),
    Assurance.ACTIVE: _l("Active"),
    Assurance.ELIGIBLE: _l("Eligible"),
    Assurance.EXTENDED_CAP: _l("Extended plan"),
    Assurance.NON_CONFORMANT: _l("Non-conformant"),
    Assurance.IN_COMMUNICATION: _l("In communication"),
    Assurance.OUTREACH: _l("Outreach required"),
    Assurance.SUSPENDED: _l("Communication stopped"),
    Assurance.UNABLE: _l("Unable to proceed"),
    Assurance.UNDER_REVIEW: _l("Under review"),
    Assurance.PAUSED: _l("Suspended"),
    Assurance.EXPIRED: _l("Expired"),
    Assurance.REMOVED: _l("Removed from list"),
    Assurance.NOT_LISTED: _l("Not listed"),
    Assurance.NOT_CHECKED: _l("Not checked"),
    Assurance.UNKNOWN_LABEL: _l("Unknown label"),
}


def why_label(kind: str) -> str:
    """By what a supplier was found: “Former name”, “LEI”."""
    return str(NAME_KINDS[NameKind(kind)]) if kind in set(NameKind) else scheme_label(kind)


def number_text(scheme: str, value: str) -> str:
    """A number with its name in front: “LEI 5493 …”."""
    return f"{SCHEMES[scheme].name} {pretty(scheme, value)}"


def in_words(choice: Choice, members: Mapping[str, str]) -> list[str]:
    """A choice as people would say it: “halden”, then the filters; `members` maps monograms to names."""
    words = _words(members)
    chosen = [str(words[facet](value)) for facet in FACETS for value in sorted(choice.of(facet))]
    return [f"“{choice.q}”", *chosen] if choice.q else chosen


@dataclass(frozen=True)
class Facet:
    """One filter: options are (value, label, count, chosen), the chosen and the most frequent ones."""

    name: str
    legend: str
    options: Sequence[tuple[str, str, int, bool]]

    @property
    def chosen(self) -> frozenset[str]:
        """The values chosen."""
        return frozenset(value for value, _label, _count, is_chosen in self.options if is_chosen)


def facets(counts: Mapping[str, Mapping[str, int]], choice: Choice, members: Mapping[str, str]) -> list[Facet]:
    """The filters that can narrow something, in the page's order; `members` maps monograms to names."""
    words = _words(members)
    found = []
    for name, legend in FACETS.items():
        chosen = choice.of(name)
        counted = {**dict.fromkeys(chosen, 0), **counts.get(name, {})}
        options = [(value, str(words[name](value)), count, value in chosen) for value, count in counted.items()]
        if name not in IN_ORDER:
            options.sort(key=lambda option: (-option[2], option[1]))
        shown = [option for place, option in enumerate(options) if option[3] or (option[2] and place < MOST_OPTIONS)]
        if name in counts and shown:
            found.append(Facet(name, str(legend), shown))
    return found


def _words(members: Mapping[str, str]) -> dict[str, Callable[[str], object]]:
    """Facet -> what its values are called."""
    return {
        "country": lambda code: NO_COUNTRY if code == NOTHING else country_label(code),
        "role": lambda role: NO_ROLE if role == NOTHING else ROLES[SupplierRoleKind(role)],
        "product_group": lambda group: PRODUCT_GROUPS[ProductGroup(group)],
        "followed_by": lambda code: NO_FOLLOWER if code == NOTHING else members[code],
        "assessed": lambda age: ASSESSED[age],
        "declared": lambda value: DECLARED[value],
    }
