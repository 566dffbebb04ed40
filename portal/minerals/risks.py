"""The risks that one talks and finds about: those of Annex II of the OECD guidance, and others beyond it. Pure.

They are two lists because the required response differs: support to armed groups and serious abuses call for
suspending at once, the rest of Annex II for measurable progress within about six months (DOMAIN 1.2, 1.3).
"""

from enum import StrEnum


class AnnexIIRisk(StrEnum):
    """OECD Due Diligence Guidance for Minerals, Annex II."""

    TORTURE = "torture"
    FORCED_LABOUR = "forced_labour"
    CHILD_LABOUR = "child_labour"  # its worst forms
    GROSS_VIOLATIONS = "gross_violations"  # widespread sexual violence and others
    WAR_CRIMES = "war_crimes"
    ARMED_GROUPS = "armed_groups"  # support to them
    SECURITY_FORCES = "security_forces"
    BRIBERY = "bribery"
    ORIGIN_FRAUD = "origin_fraud"  # misrepresentation of origin
    MONEY_LAUNDERING = "money_laundering"
    UNPAID_TAXES = "unpaid_taxes"  # taxes, fees and royalties


class EsgRisk(StrEnum):
    """Beyond Annex II."""

    LAND = "land"
    WATER = "water"
    INDIGENOUS_RIGHTS = "indigenous_rights"
    HAZARDOUS_WORK = "hazardous_work"
    WAGES_AND_HOURS = "wages_and_hours"
    UNIONS = "unions"
    ENVIRONMENT = "environment"
    TRACEABILITY = "traceability"  # origin is not known
    SANCTIONS = "sanctions"


# The risks for which the guidance asks to suspend or end the engagement at once.
SUSPEND = frozenset(
    {
        *(AnnexIIRisk.TORTURE, AnnexIIRisk.FORCED_LABOUR, AnnexIIRisk.CHILD_LABOUR),
        *(AnnexIIRisk.GROSS_VIOLATIONS, AnnexIIRisk.WAR_CRIMES, AnnexIIRisk.ARMED_GROUPS),
    }
)
