"""Every code has its sentences, every place in them is filled, and translation goes through one function."""

import ast
import re
from pathlib import Path

import pytest

import portal.declarations
from portal.declarations.check import report_on
from portal.declarations.finding_texts import FINDINGS
from portal.declarations.messages import finding, sentences
from portal.declarations.reading.unreadable import refusal
from portal.declarations.refusal_texts import REFUSALS
from portal.declarations.wording import VALUES
from portal.errors import BadInput
from portal.minerals.rules import Assurance
from tests.portal.declarations.workbooks import AS_OF, Draft

_PLACE = re.compile(r"%\((\w+)\)s")
_FOLDER = Path(portal.declarations.__path__[0])


@pytest.mark.parametrize("code", FINDINGS)
def test_a_finding_says_what_why_and_how(code: str):
    text = FINDINGS[code]
    params = {name: "x" for part in (text.message, text.why, text.remedy) for name in _PLACE.findall(part)}
    plain, _, variant = code.partition(".")
    if variant:
        params[variant] = "yes"

    for sentence in sentences(plain, params):
        assert sentence[0].isupper() or sentence[0] in "x"
        assert sentence.endswith(".")
        assert "%" not in sentence


def test_statuses_and_metals_are_said_in_the_readers_language():
    params = {"row": 5, "name": "Gold", "cid": "CID000823", "metal": "Gold", "today": "non_conformant"}
    swedish = {"Gold": "guld", "Non-conformant": "uppfyller inte kraven"}

    message, *_ = sentences("assurance_refused", params, lambda sentence: swedish.get(sentence, sentence))

    assert message == "Row 5: the assurance list says “uppfyller inte kraven” of Gold (CID000823, guld)."


@pytest.mark.parametrize("status", Assurance)
def test_every_status_has_its_word(status: Assurance):
    assert VALUES[status]


@pytest.mark.parametrize("code", REFUSALS)
def test_a_refusal_says_what_and_how(code: str):
    params = dict.fromkeys(_PLACE.findall(REFUSALS[code].message + REFUSALS[code].remedy), "x")
    error = refusal(code, place="Sheet!A1", **params)

    assert isinstance(error, BadInput)
    assert (error.code, error.place) == (code, "Sheet!A1")
    assert error.message.endswith(".")
    assert error.remedy
    assert str(error).startswith("Sheet!A1: ")


def test_sentences_are_translated_before_they_are_filled():
    seen = []

    def translate(sentence: str) -> str:
        seen.append(sentence)
        return sentence.replace("Row", "Rad")

    message, *_ = sentences("cid_unknown", {"row": 5, "value": "Row %(row)s"}, translate)

    assert message == "Rad 5: no look-up known here lists the smelter id Row %(row)s."
    assert len(seen) == 3


def test_every_code_that_the_code_uses_has_sentences():
    used: dict[str, set[str]] = {"finding": set(), "refusal": set()}
    for path in _FOLDER.rglob("*.py"):
        calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
        for call in calls:
            if isinstance(call.func, ast.Name) and call.func.id in used and call.args:
                first = call.args[0]
                used[call.func.id] |= {str(first.value)} if isinstance(first, ast.Constant) else set()

    assert used["finding"] <= set(FINDINGS)
    assert used["refusal"] <= set(REFUSALS)
    assert used["finding"]
    assert used["refusal"]


def test_every_finding_of_a_faulty_declaration_can_be_said():
    rows = [{"A": "CID1"}, {"A": "CID900001", "B": "Tin"}, {"B": "Gold", "C": "100% %(x)s"}, {"B": "Gold"}]
    cells = {"D8": None, "D22": "100% soon", "D26": None, "G77": "%s%d", "D9": "%(scope)s"}
    report = report_on(Draft(cells=cells, rows=rows).read(), AS_OF)

    for entry in report.as_json()["findings"]:
        assert entry["message"]
        assert entry["remedy"]
    assert any("“100% %(x)s”" in entry["message"] for entry in report.as_json()["findings"])


def test_suppliers_words_are_shortened_in_messages():
    (long,) = (
        entry
        for entry in report_on(Draft(rows=[{"B": "Gold", "C": "x" * 5000}]).read(), AS_OF).as_json()["findings"]
        if entry["code"] == "name_not_in_lookup"
    )

    assert len(long["message"]) < 250


def test_a_finding_has_the_weight_of_its_code():
    assert finding("cid_unknown", "Smelter List", "A5", row=5, value="x").severity == "error"
