"""The words and marks of insights in the reader's language."""

from flask_babel import lazy_gettext as _l

from portal.insights.rules import Age, Promptness, Standing

AGES = {
    Age.CURRENT: _l("At most a year old"),
    Age.AGING: _l("One to three years old"),
    Age.TOO_OLD: _l("Older than three years"),
    Age.NONE: _l("No assessment that we see"),
}

STANDINGS = {Standing.LATE: _l("Overdue"), Standing.IN_TIME: _l("Open, in time"), Standing.CLOSED: _l("Closed")}

# (class of bars, icon): never the colour alone.
AGE_MARKS = {
    Age.CURRENT: ("ok", "CheckmarkCircleFill"),
    Age.AGING: ("info", "HourglassBottomFilled"),
    Age.TOO_OLD: ("warn", "ClockDashed"),
    Age.NONE: ("unknown", "CircleBroken"),
}
STANDING_MARKS = {
    Standing.LATE: ("bad", "ExclamationmarkTriangleFill"),
    Standing.IN_TIME: ("info", "CircleBroken"),
    Standing.CLOSED: ("ok", "CheckmarkCircleFill"),
}
PROMPTNESS = {
    Promptness.IN_TIME: _l("Delivered in time"),
    Promptness.DELIVERED_LATE: _l("Delivered late"),
    Promptness.OVERDUE: _l("Overdue"),
    Promptness.REFUSED: _l("Refused"),
    Promptness.TO_COME: _l("Not due yet"),
}
PROMPTNESS_MARKS = {
    Promptness.IN_TIME: ("ok", "CheckmarkCircleFill"),
    Promptness.DELIVERED_LATE: ("warn", "ClockDashed"),
    Promptness.OVERDUE: ("bad", "ExclamationmarkTriangleFill"),
    Promptness.REFUSED: ("unknown", "CircleBroken"),
    Promptness.TO_COME: ("info", "HourglassBottomFilled"),
}
# Of the colours of portal/web/statuses.py.
BARS = {"success": "ok", "info": "info", "warning": "warn", "danger": "bad", "neutral": "unknown"}
