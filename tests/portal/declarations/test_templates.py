"""The blank templates of SHARED_DATA against the total that a spreadsheet program saved in their own Checker."""

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from portal.declarations.check import check_file, report_on
from portal.declarations.reading.unreadable import Unreadable
from portal.declarations.rules import Severity
from tests.portal.declarations.expected import JUDGED_ON, NONE_HERE, ROOT
from tests.portal.declarations.workbooks import read_here

pytestmark = pytest.mark.usefixtures("shared_data")

FOLDER = ROOT / "templates"
BLANK = sorted(path.name for path in FOLDER.glob("[CEA]MRT-*.xlsx")) or [NONE_HERE]


def checker_total(path: Path) -> float:
    """The total at the foot of the Checker sheet, which has nothing below it in column H."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Checker").to_python(skip_empty_area=False)
    totals = [row[7] for row in rows[40:] if isinstance(row[7], float)]
    return max(totals)


@pytest.mark.parametrize("name", BLANK)
def test_blank_templates_lack_what_their_own_checker_counts(name: str):
    blank = report_on(read_here((FOLDER / name).read_bytes()), JUDGED_ON)

    assert blank.missing_fields == checker_total(FOLDER / name)
    notes = {f.code for f in blank.findings if f.severity is not Severity.ERROR}
    assert notes <= {"template_superseded", "template_major_superseded"}
    assert blank.lines == ()
    assert blank.reading.products == ()
    assert blank.reading.mines == ()
    assert blank.reading.reasons == ()
    assert f"{blank.reading.kind}-{blank.reading.revision}" == name.rsplit("-", 1)[0]


def test_the_superseded_cobalt_template_is_refused_by_name():
    with pytest.raises(Unreadable, match=r"CRT revision 2\.2"):
        check_file(FOLDER / "CRT-2.2-zh.xlsx", "CRT-2.2-zh.xlsx", JUDGED_ON)
