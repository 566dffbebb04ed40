"""The words of notices in the reader's language."""

from flask_babel import lazy_gettext as _l

from portal.contracts.notices.rules import ContractOutcome
from portal.registry.rules import ImportState

OUTCOMES = {
    ContractOutcome.CREATED: _l("New"),
    ContractOutcome.KNOWN: _l("Here already"),
    ContractOutcome.NOT_OURS: _l("Another buyer"),
    ContractOutcome.WAITS: _l("Waits"),
}

STATES = {
    ImportState.UPLOADED: _l("Uploaded"),
    ImportState.CHECKING: _l("Being checked"),
    ImportState.CHECKED: _l("Checked, not applied"),
    ImportState.APPLYING: _l("Being applied"),
    ImportState.APPLIED: _l("Applied"),
    ImportState.FAILED: _l("Failed"),
}
