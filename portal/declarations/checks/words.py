"""How findings repeat a supplier's words and name rows: short, whatever the file holds."""

from collections.abc import Sequence

_LONGEST = 120  # characters
_MOST_ROWS = 20


def shown(text: str | None) -> str:
    """A supplier's words in one line, shortened."""
    line = " ".join((text or "").split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def rows_named(rows: Sequence[int]) -> str:
    """Row numbers for a message: all if they are few, otherwise the first ones."""
    named = ", ".join(str(row) for row in rows[:_MOST_ROWS])
    return named if len(rows) <= _MOST_ROWS else f"{named}, …"
