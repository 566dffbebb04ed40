"""Names of the states of a merge."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.merging.rules import MergeState

MERGE_STATES: Mapping[str, Any] = {
    MergeState.PROPOSED: _l("Proposed, waits for another authority"),
    MergeState.MERGED: _l("Merged"),
    MergeState.REJECTED: _l("Rejected"),
    MergeState.WITHDRAWN: _l("Withdrawn"),
    MergeState.UNDONE: _l("Undone"),
}
