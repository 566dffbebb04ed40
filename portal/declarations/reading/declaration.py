"""Reading a reporting template (RMI CMRT, EMRT, AMRT) by cell address, never by label.

Works alike on files with and without saved formula values: what the template would compute in the smelter
list (metal, name, country, id) is told apart from what somebody typed, and computed again elsewhere from the
look-up sheet. The contact columns of smelters and mines are not read at all.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from math import isfinite
from typing import Any

from portal.declarations.messages import finding
from portal.declarations.reading.identify import Template, canonical_metal
from portal.declarations.reading.result import Reading
from portal.declarations.reading.versions import ANSWER_COLUMN, COMMENT_COLUMN, Layout, allowed_answers
from portal.declarations.reading.words import ANSWERS, in_english
from portal.declarations.reading.workbook import Sheet, Workbook
from portal.declarations.rules import Answer, Company, Mine, MineralReason, Product, ReportedRow, parse_date

_NAMING = ("cid_input", "metal", "lookup_name", "name", "country", "other_id")
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)  # day 0 of the two date systems (ECMA-376, 18.17.4.1)
_DAY_NUMBERS = range(36_526, 73_051)  # from 2000 on in the one, to 2099 in the other
_OTHER = "Other ["  # "Other [specify below]"
_RECYCLED = ("Yes", "No", "Unknown")
_ROW_FIELDS = (*_NAMING, "mine", "mine_country", "recycled")


def read(book: Workbook, template: Template) -> Reading:
    """The declaration in a workbook that `identify` recognised. Raises Unreadable."""
    shape = template.layout
    sheet = book.sheet("Declaration")
    minerals = _minerals(sheet, shape)
    effective, effective_text = _date(sheet, shape.effective_date, from_1904=book.from_1904)
    notices = template.notices
    if book.linked and not shape.has_links:
        notices += (finding("external_links", None, None),)
    return Reading(
        kind=template.kind,
        revision=template.revision,
        layout_name=shape.name,
        language=sheet.text(shape.language),
        company=_company(sheet, shape),
        scope=sheet.text(shape.scope),
        scope_description=sheet.text(shape.scope_description),
        effective_date=effective,
        effective_date_text=effective_text,
        minerals=minerals,
        unnamed_minerals=tuple(_unnamed(sheet, shape)),
        answers=tuple(_answers(sheet, shape, minerals)),
        products=tuple(_products(book.sheet("Product List"), shape)),
        mines=tuple(_mines(book, shape)),
        reasons=tuple(_reasons(book, shape)),
        rows=tuple(_rows(book.sheet("Smelter List"), shape, minerals)),
        lookup=template.lookup,
        notices=notices,
    )


def _company(sheet: Sheet, shape: Layout) -> Company:
    contact = {name: sheet.text(cell) for name, cell in shape.contact.items()}
    return Company(
        **{name: sheet.text(cell) for name, cell in shape.company.items()},
        filled={name: text is not None for name, text in contact.items()},
        email_ok={name: "@" in (text or "") for name, text in contact.items() if name.endswith("email")},
        contact=contact,
    )


def _date(sheet: Sheet, address: str, *, from_1904: bool) -> tuple[date | None, str | None]:
    """(date, None), or (None, the text) where the cell holds something that is not one certain day.

    A number is the day's number that a spreadsheet counts, in a cell that lost its date format.
    """
    value = sheet.cell(address)
    if isinstance(value, datetime):
        return value.date(), None
    if isinstance(value, date):
        return value, None
    # A spreadsheet's number may be infinite, which is no whole number.
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and isfinite(value)
        and int(value) in _DAY_NUMBERS
    ):
        return (_EPOCH_1904 if from_1904 else _EPOCH) + timedelta(days=int(value)), None
    text = sheet.text(address)
    parsed = parse_date(text)
    return parsed, None if parsed else text


def _minerals(sheet: Sheet, shape: Layout) -> tuple[str, ...]:
    """The minerals that the questions ask about, in the order of their rows.

    Where the declaration chooses them, an empty cell and "(Delete Copper)" both mean: not in scope, and
    "Other [specify below]" stands for the name in the cell below (RMI AMRT 1.3, Declaration!D15:I16).
    """
    if not shape.mineral_cells:
        return shape.minerals
    chosen = [sheet.text(cell) for cell in shape.mineral_cells]
    others = [sheet.text(cell) for cell in shape.other_mineral_cells]
    named = {text.strip() for text in chosen + others if text and not text.strip().startswith(("(", "\uff08", _OTHER))}
    return tuple(sorted((canonical_metal(text, shape.minerals) or text for text in named), key=str.casefold))


def _unnamed(sheet: Sheet, shape: Layout) -> Iterator[str]:
    """The empty cells for the names of other minerals that were chosen (RMI AMRT 1.3, Checker row 8)."""
    pairs = zip(shape.mineral_cells, shape.other_mineral_cells, strict=True) if shape.other_mineral_cells else ()
    for choice, name in pairs:
        if (sheet.text(choice) or "").startswith(_OTHER) and sheet.text(name) is None:
            yield name


def _answers(sheet: Sheet, shape: Layout, minerals: tuple[str, ...]) -> Iterator[Answer]:
    for question, entry in shape.questions.items():
        allowed = allowed_answers(entry["answers"])
        for mineral, row in _question_rows(entry, minerals):
            cell, comment_cell = f"{ANSWER_COLUMN}{row}", f"{COMMENT_COLUMN}{row}"
            answer = normal_answer(sheet.text(cell), allowed)
            yield Answer(question, mineral, answer, sheet.text(comment_cell), cell, comment_cell)


def _question_rows(entry: Mapping[str, Any], minerals: tuple[str, ...]) -> Iterator[tuple[str | None, int]]:
    """(mineral, row) of a question: one row for the company, given rows, or one after another from `first`."""
    if "row" in entry:
        yield None, entry["row"]
    elif "rows" in entry:
        yield from zip(entry.get("minerals", minerals), entry["rows"], strict=True)
    else:
        yield from ((mineral, entry["first"] + place) for place, mineral in enumerate(minerals))


def normal_answer(raw: str | None, allowed: tuple[str, ...]) -> str | None:
    """The answer as the template's list writes it, from any of its languages; anything else stays as typed.

    100 % is the number 1 in CMRT up to 6.22, and text from 6.31 on.
    """
    if raw is None:
        return None
    if raw.strip() == "1" and "100%" in allowed:
        return "100%"
    return in_english(raw, allowed, ANSWERS) or raw


def _products(sheet: Sheet, shape: Layout) -> Iterator[Product]:
    columns = [shape.products[field] for field in ("number", "name", "comment")]
    computed = sheet.formula_cells(columns[:1])
    for row, (number, name, comment) in sheet.records(shape.products["first_row"], columns):
        footer = (number or "").startswith("©") and f"{columns[0]}{row}" in computed
        if (number or name or comment) and not footer:
            yield Product(row, number, name, comment)


def _mines(book: Workbook, shape: Layout) -> Iterator[Mine]:
    if not shape.mines or not book.has("Mine List"):
        return
    fields = Mine._fields[1:]
    columns = [shape.mines[field] for field in fields]
    sheet = book.sheet("Mine List")
    computed = sheet.formula_cells(columns)
    for row, texts in sheet.records(shape.mines["first_row"], columns):
        typed = [None if f"{letters}{row}" in computed else text for letters, text in zip(columns, texts, strict=True)]
        if any(typed):
            yield Mine(row, *typed)


def _reasons(book: Workbook, shape: Layout) -> Iterator[MineralReason]:
    if not shape.reasons or not book.has("Minerals Scope"):
        return
    columns = [shape.reasons["mineral"], shape.reasons["reason"]]
    sheet = book.sheet("Minerals Scope")
    computed = sheet.formula_cells(columns)
    for row, (mineral, reason) in sheet.records(shape.reasons["first_row"], columns):
        if mineral and f"{columns[0]}{row}" not in computed:
            yield MineralReason(mineral, reason)


def _rows(sheet: Sheet, shape: Layout, minerals: tuple[str, ...]) -> Iterator[ReportedRow]:
    """The rows in which somebody typed something, with computed values taken out.

    A formula counts as typed where column A is empty and it still shows a value: the template's own formulas
    are blank then (RMI CMRT, Smelter List B5 and C5), so it must be somebody's own.
    """
    fields = [field for field in _ROW_FIELDS if field in shape.smelters]
    computed = sheet.formula_cells(shape.smelters.get("computed", ()))
    known = {*shape.minerals, *minerals}
    columns = [shape.smelters[field] for field in fields]
    for number, texts in sheet.records(shape.smelters["first_row"], columns):
        values = dict.fromkeys(_ROW_FIELDS) | dict(zip(fields, texts, strict=True))
        for field, letters in zip(fields, columns, strict=True):
            own_formula = field in ("metal", "lookup_name") and not values["cid_input"]
            if f"{letters}{number}" in computed and not own_formula:
                values[field] = None
        if any(values[field] for field in _NAMING):
            values["metal"] = canonical_metal(values["metal"], known) or values["metal"]
            values["recycled"] = in_english(values["recycled"], _RECYCLED, ANSWERS) or values["recycled"]
            yield ReportedRow(number, **values)
