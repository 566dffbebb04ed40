"""Metals, statuses and the limits of what they prove, in the reader's language."""

from flask_babel import lazy_gettext as _l

from portal.minerals.rules import Assurance, Scheme

METALS = {
    "tantalum": _l("Tantalum"),
    "tin": _l("Tin"),
    "gold": _l("Gold"),
    "tungsten": _l("Tungsten"),
    "cobalt": _l("Cobalt"),
    "copper": _l("Copper"),
    "graphite": _l("Graphite"),
    "lithium": _l("Lithium"),
    "mica": _l("Mica"),
    "molybdenum": _l("Molybdenum"),
    "nickel": _l("Nickel"),
    "aluminum": _l("Aluminium"),
    "iridium": _l("Iridium"),
    "lime": _l("Lime"),
    "manganese": _l("Manganese"),
    "palladium": _l("Palladium"),
    "platinum": _l("Platinum"),
    "rare earth elements": _l("Rare earths"),
    "rhodium": _l("Rhodium"),
    "ruthenium": _l("Ruthenium"),
    "silver": _l("Silver"),
    "soda ash": _l("Soda ash"),
    "zinc": _l("Zinc"),
}

SCHEMES = {
    Scheme.RMAP: _l("RMI, RMAP smelter lists"),
    Scheme.LBMA: _l("LBMA, Good Delivery List of gold"),
    Scheme.RJC: _l("RJC, members with a certificate"),
    Scheme.COPPER_MARK: _l("Copper Mark, sites"),
}

# What a status says, and what it must not be taken for. Shown beside the status wherever there is room.
MEANINGS = {
    Assurance.CONFORMANT: _l(
        "An independent audit found that the smelter’s sourcing system met the standard. It looks back at the time "
        "before the audit, at this facility and this metal only."
    ),
    Assurance.ACTIVE: _l("The smelter has committed to an audit or is in one. It has not passed."),
    Assurance.ELIGIBLE: _l("The smelter could be audited. Being on the list of those is not a result."),
    Assurance.EXTENDED_CAP: _l("The smelter did not finish its corrective actions in time and has promised to."),
    Assurance.NON_CONFORMANT: _l("The audit found that the sourcing system does not meet the standard."),
    Assurance.IN_COMMUNICATION: _l("The scheme and the smelter are talking. There is no audit yet."),
    Assurance.OUTREACH: _l("The scheme asks buyers to encourage the smelter to take part. There is no audit."),
    Assurance.SUSPENDED: _l("The smelter has ended the conversation with the scheme."),
    Assurance.UNABLE: _l("The scheme’s review cannot go on. It neither approves nor bans the smelter."),
    Assurance.UNDER_REVIEW: _l("The scheme is looking at the facility again. It has not said what it found."),
    Assurance.PAUSED: _l("The scheme has suspended the listing. Its own pages say why, as far as it tells."),
    Assurance.EXPIRED: _l("The certificate ran out and was not renewed. That is not a failed audit."),
    Assurance.REMOVED: _l(
        "The smelter is missing from two lists of different days. Leaving a list does not by itself prove harm: "
        "it may have closed, stopped taking part, or be where no audits take place."
    ),
    Assurance.NOT_LISTED: _l("The list was read and does not name the smelter. It says nothing good or bad of it."),
    Assurance.NOT_CHECKED: _l("No list for this metal was read for that day. Nothing is known."),
    Assurance.UNKNOWN_LABEL: _l("The list uses a word that the portal cannot place. It is shown as it stands."),
}

LIMITS = (
    _l("It holds for this facility and this metal, not for its owner, other sites or other metals."),
    _l("It judges how the smelter chooses its sources. It does not follow the metal into a product."),
    _l("It is not a promise that people’s rights were respected at the mine or in the smelter."),
    _l("It is as old as the audit. Conformance may have ended since, in fact or on paper."),
)
