"""A letter speaks to the supplier, and names places as people do."""

from datetime import date

import pytest
from flask_babel import force_locale

from portal.declarations.finding_texts import FINDINGS
from portal.declarations.letters.content import IN_LETTERS, NOT_FOR_SUPPLIERS, letter_of
from portal.declarations.letters.making import rows_of
from portal.declarations.letters.remedies import FOR_SUPPLIERS
from portal.declarations.models import Declaration, DeclarationFinding
from portal.declarations.places import cells_in_words

_TOLD = {
    sentence
    for code, text in FINDINGS.items()
    if text.severity in IN_LETTERS and code not in NOT_FOR_SUPPLIERS
    for sentence in (text.message, text.why, text.remedy)
}


def test_no_letter_speaks_about_the_supplier_to_the_supplier():
    meant_for_us = {one for one in _TOLD if "the supplier" in one}
    meant_for_us |= {one for one in _TOLD if one.startswith("Ask ")}

    assert meant_for_us <= set(FOR_SUPPLIERS)
    assert set(FOR_SUPPLIERS) <= _TOLD
    assert not [one for one in FOR_SUPPLIERS.values() if "supplier" in one]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("157:157,193:193", "rows 157 and 193"),
        ("5:5,9:9,11:11", "rows 5, 9, and 11"),
        ("5:5", "row 5"),
        ("B:B", "column B"),
        ("D26", "D26"),
        (None, ""),
    ],
)
def test_rows_and_columns_are_named_in_words(app, cell: str | None, words: str):
    with app.test_request_context(), force_locale("en"):
        assert cells_in_words(cell) == words


def test_the_letter_asks_the_reader_and_names_rows(app):
    found = (
        ("smelter_not_identified", "warning", "C9", {"row": 9, "metal": "Tin"}),
        ("duplicate_smelter", "warning", "157:157,193:193", {"rows": "157, 193", "metal": "Gold"}),
    )
    declaration = Declaration(
        template="CMRT",
        revision="6.5",
        received_on=date(2026, 7, 15),
        counts={},
        rules_version="2026.3",
        findings=[
            DeclarationFinding(position=at, code=code, severity=how, sheet="Smelter List", cell=cell, params=params)
            for at, (code, how, cell, params) in enumerate(found)
        ],
    )
    with app.test_request_context():
        letter = letter_of(declaration, supplier="Fjell Data AS", sender="City of Oslo", language="en")
        _, first, second = rows_of(letter)

    assert first[2:3] + first[5:] == ("C9", "Please tell us when the smelter will be identified.")
    assert second[2] == "rows 157 and 193"
