"""How sure the matcher is of a pair, in words and as a mark (colour, icon, word)."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.merging.pairs.rules import Likeness

LIKENESSES: Mapping[Likeness, tuple[str, str, Any]] = {
    Likeness.CERTAIN: ("success", "CheckmarkCircleFill", _l("Nearly certain")),
    Likeness.LIKELY: ("info", "InformationSquareFill", _l("Likely")),
    Likeness.POSSIBLE: ("neutral", "QuestionmarkDiamondFill", _l("Possible")),
}
