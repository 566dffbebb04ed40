"""The words of contracts in the reader's language."""

from flask_babel import lazy_gettext as _l

from portal.contracts.rules import ContractKind, ContractState

KINDS = {
    ContractKind.CONTRACT: _l("Contract"),
    ContractKind.FRAMEWORK: _l("Framework"),
    ContractKind.CALL_OFF: _l("Call-off"),
}

STATES = {ContractState.RUNNING: _l("Running"), ContractState.ENDED: _l("Ended")}
