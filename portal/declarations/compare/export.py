"""A comparison as rows of a workbook: one row for everything that differs."""

from collections.abc import Iterator

from flask_babel import gettext as _

from portal.declarations.compare.labels import FIELDS
from portal.declarations.compare.queries import Compared
from portal.declarations.compare.rules import Pair, Smelter
from portal.declarations.labels import LINE_STATUSES
from portal.declarations.rules import LineStatus
from portal.minerals.labels import METALS
from portal.web.statuses import STATUS

Row = tuple[object, ...]


def table(compared: Compared) -> Iterator[Row]:
    """Header and rows: what changed, metal, id, name, row of each file, before, after."""
    found = compared.comparison
    yield (
        _("Change"),
        _("Metal"),
        _("ID"),
        _("Name"),
        _("Row before"),
        _("Row after"),
        _("Before"),
        _("After"),
    )
    for one in found.added:
        yield (_("Added"), *_who(one), None, one.row, None, _status(one.status))
    for one in found.removed:
        yield (_("No longer named"), *_who(one), one.row, None, _status(one.status), None)
    for pair in found.renamed:
        yield (_("Renamed"), *_both(pair), pair.before.name, pair.after.name)
    for pair in found.status_changed:
        yield (_("Recognised otherwise"), *_both(pair), _status(pair.before.status), _status(pair.after.status))
    for pair in compared.assurance_changed:
        word = compared.word_of(pair)
        assert word
        yield (_("Another status on the lists"), *_both(pair), STATUS[word.before][2], STATUS[word.after][2])
    for answer in found.answers:
        metal = METALS.get((answer.mineral or "").lower(), answer.mineral)
        yield (_("Answer"), metal, answer.question, answer.cell, None, None, answer.before, answer.after)
    for change in found.fields:
        yield (_("About the declaration"), None, None, FIELDS[change.field], None, None, change.before, change.after)
    yield (
        _("Rows that name no smelter"), None, None, None, None, None, found.nameless.before, found.nameless.after,
    )  # fmt: skip


def _who(one: Smelter) -> Row:
    return METALS.get(one.metal, one.metal), one.facility_id, one.name


def _both(pair: Pair) -> Row:
    return (*_who(pair.after), pair.before.row, pair.after.row)


def _status(status: str) -> str:
    return str(LINE_STATUSES[LineStatus(status)])
