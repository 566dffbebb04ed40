"""Risks in the reader's language."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.minerals.risks import AnnexIIRisk, EsgRisk

ANNEX_II = {
    AnnexIIRisk.TORTURE: _l("Torture, cruel treatment"),
    AnnexIIRisk.FORCED_LABOUR: _l("Forced labour"),
    AnnexIIRisk.CHILD_LABOUR: _l("Worst forms of child labour"),
    AnnexIIRisk.GROSS_VIOLATIONS: _l("Other gross violations, sexual violence"),
    AnnexIIRisk.WAR_CRIMES: _l("War crimes"),
    AnnexIIRisk.ARMED_GROUPS: _l("Support to armed groups"),
    AnnexIIRisk.SECURITY_FORCES: _l("Security forces"),
    AnnexIIRisk.BRIBERY: _l("Bribery"),
    AnnexIIRisk.ORIGIN_FRAUD: _l("False statements of origin"),
    AnnexIIRisk.MONEY_LAUNDERING: _l("Money laundering"),
    AnnexIIRisk.UNPAID_TAXES: _l("Unpaid taxes, fees, royalties"),
}
BEYOND = {
    EsgRisk.LAND: _l("Land, eviction"),
    EsgRisk.WATER: _l("Water"),
    EsgRisk.INDIGENOUS_RIGHTS: _l("Rights of indigenous peoples"),
    EsgRisk.HAZARDOUS_WORK: _l("Hazardous work"),
    EsgRisk.WAGES_AND_HOURS: _l("Wages and working hours"),
    EsgRisk.UNIONS: _l("Freedom of association"),
    EsgRisk.ENVIRONMENT: _l("Pollution, nature"),
    EsgRisk.TRACEABILITY: _l("Unknown origin, missing smelters"),
    EsgRisk.SANCTIONS: _l("Sanctions"),
}
RISKS: dict[str, LazyString] = {str(risk): words for risk, words in [*ANNEX_II.items(), *BEYOND.items()]}
