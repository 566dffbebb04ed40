"""The shape of a sentence that is shown to people, and how it is marked for translation."""

from dataclasses import dataclass

from portal.declarations.rules import Severity


def N_(sentence: str) -> str:
    """Mark for extraction only."""
    return sentence


@dataclass(frozen=True, slots=True)
class FindingText:
    """The sentences of one finding; `%(name)s` places are filled from `Finding.params`."""

    severity: Severity
    message: str
    why: str
    remedy: str


@dataclass(frozen=True, slots=True)
class RefusalText:
    """The sentences of one refusal."""

    message: str
    remedy: str


# Values that are words, by what findings keep of them: a status of a facility, a metal as templates name it.
VALUES = {
    "conformant": N_("Conformant"),
    "active": N_("Active"),
    "eligible": N_("Eligible"),
    "extended_cap": N_("Extended plan"),
    "non_conformant": N_("Non-conformant"),
    "in_communication": N_("In communication"),
    "outreach": N_("Outreach required"),
    "suspended": N_("Communication stopped"),
    "unable": N_("Unable to proceed"),
    "under_review": N_("Under review"),
    "paused": N_("Suspended"),
    "expired": N_("Expired"),
    "removed": N_("Removed from list"),
    "not_listed": N_("Not listed"),
    "not_checked": N_("Not checked"),
    "unknown_label": N_("Unknown label"),
    "Tantalum": N_("Tantalum"),
    "Tin": N_("Tin"),
    "Gold": N_("Gold"),
    "Tungsten": N_("Tungsten"),
    "Cobalt": N_("Cobalt"),
    "Copper": N_("Copper"),
    "Graphite": N_("Graphite"),
    "Lithium": N_("Lithium"),
    "Mica": N_("Mica"),
    "Nickel": N_("Nickel"),
    "Aluminum": N_("Aluminium"),
    "Iridium": N_("Iridium"),
    "Lime": N_("Lime"),
    "Manganese": N_("Manganese"),
    "Palladium": N_("Palladium"),
    "Platinum": N_("Platinum"),
    "Rare Earth Elements": N_("Rare earths"),
    "Rhodium": N_("Rhodium"),
    "Ruthenium": N_("Ruthenium"),
    "Silver": N_("Silver"),
    "Soda Ash": N_("Soda ash"),
    "Zinc": N_("Zinc"),
}
