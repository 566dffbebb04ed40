"""Importing through the screens, without JavaScript: upload, columns, dry run, report, apply."""

import csv
import io
import re

import pytest

from portal import db
from portal.registry.identifiers import Identifier
from portal.registry.models import Supplier
from tests.events import deliver_all
from tests.factories.registry import make_import, make_supplier
from tests.portal.registry.imports.workbook import workbook

SOURCE = {"source": "Supplier list of 2018", "source_date": "1.3.2018"}
MIXED = """company,country,org no
Halden Computing AB,SE,556036-0793
Nordvik Displays AS,NO,988077918
Haldn Computing AB,SE,
=HYPERLINK AB,SE,
<script>alert(1)</script> AB,SE,
"""


def upload(client, data: bytes, filename: str = "list.csv"):
    return client.post("/imports", data={"file": (io.BytesIO(data), filename)}, content_type="multipart/form-data")


def chosen(page) -> dict[str, str]:
    """What the columns page offers as chosen, as a browser would send it."""
    selects = re.findall(r'<select[^>]*name="(column-\d+)"[^>]*>(.*?)</select>', page.text, re.DOTALL)
    return {name: re.search(r'value="(\w+)" selected', options)[1] for name, options in selects}  # type: ignore[index]


def check(client, data: bytes, filename: str = "list.csv", **columns: str) -> str:
    """Upload and have it checked; the address of the report."""
    done = upload(client, data, filename)
    assert done.status_code == 302, done.text
    page = client.get(done.location)
    assert page.status_code == 200
    started = client.post(done.location, data={**chosen(page), **columns, **SOURCE})
    assert started.status_code == 302, started.text
    waiting = client.get(started.location)
    assert "The dry run is under way" in waiting.text
    deliver_all()
    return started.location


def facts(page) -> dict[str, int]:
    """The numbers on top of a report."""
    found = re.findall(r"<dt>([^<]+)</dt><dd[^>]*>(\d+)<", page.text)
    return {name: int(number) for name, number in found}


def test_a_list_from_upload_to_the_registry(client_for, database) -> None:
    client = client_for("stockholm-officer")
    report = check(client, MIXED.encode())
    page = client.get(report)
    assert facts(page) == {
        "New suppliers": 3,
        "Sites": 0,
        "Matched rows": 0,
        "Possible duplicates": 1,
        "Rejected rows": 1,
    }
    assert "C3" in page.text
    assert "988077918 has a wrong check digit" in page.text
    assert "nearly that of “Halden Computing AB” in row 2" in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; AB" in page.text

    rejected = client.get(f"{report}?outcome=rejected").text
    assert "Nordvik Displays AS" in rejected
    assert "Haldn" not in rejected
    assert "No row with this outcome" in client.get(f"{report}?outcome=matched").text

    client.post(f"{report}/apply", data={"duplicates": "skip"})
    assert "The list is being added" in client.get(report).text
    deliver_all()
    done = client.get(report)
    assert "What was done" in done.text
    assert re.search(r'href="/suppliers/[0-9a-f-]{36}">Halden Computing AB', done.text)
    assert "Applied" in client.get("/imports").text
    assert client.post(f"{report}/apply").status_code == 409
    assert client.post(f"{report}/columns", data={"column-0": "name", **SOURCE}).status_code == 409

    again = client.get(check(client, MIXED.encode()))
    assert facts(again)["Matched rows"] == 3
    assert facts(again)["New suppliers"] == 0


def test_everything_known_leaves_nothing_to_apply(client_for, acting) -> None:
    acting("system")
    with db.transaction():
        make_supplier("Halden AB", "SE")
    client = client_for("stockholm-officer")
    page = client.get(check(client, b"supplier,country\nHalden AB,SE\n"))
    assert "There is nothing to apply" in page.text
    assert "Apply to the registry" not in page.text


def test_the_report_as_csv_is_safe_in_a_spreadsheet(client_for, acting) -> None:
    acting("system")
    with db.transaction():
        make_supplier("=Halden AB", "SE", identifiers=(Identifier("se.orgnr", "5560360793"),))
    client = client_for("stockholm-officer")
    answer = client.get(check(client, MIXED.encode()) + "/report.csv")
    assert answer.mimetype == "text/csv"
    assert "list-report.csv" in answer.headers["Content-Disposition"]
    lines = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert lines[0] == ["Row", "Name", "Outcome", "Cell", "Reason", "Supplier in the registry"]
    assert len(lines) == 6
    assert lines[1][:3] == ["2", "Halden Computing AB", "Matched"]
    assert lines[1][5] == "'=Halden AB"
    assert lines[2][3] == "C3"
    assert lines[4][1] == "'=HYPERLINK AB"
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@"))]


def test_columns_are_guessed_shown_with_samples_and_corrected(client_for, database) -> None:
    client = client_for("stockholm-officer")
    data = "Leverantör;Kod;Ort\nHalden AB;x;Borås\nNordvik AS;y;Horten\n".encode("cp1252")
    address = upload(client, data).location
    page = client.get(address)
    assert chosen(page) == {"column-0": "name", "column-1": "ignore", "column-2": "city"}
    for shown in ("Leverantör", "Borås", "Horten", "cp1252"):
        assert shown in page.text
    wrong = client.post(address, data={"column-0": "city", "column-1": "ignore", "column-2": "city", **SOURCE})
    assert "No column is chosen as the legal name" in wrong.text
    assert chosen(wrong) == {"column-0": "city", "column-1": "ignore", "column-2": "city"}
    nothing = client.post(address, data={"column-0": "name", "column-1": "<b>", "source": " ", "source_date": "x"})
    assert "Say where the list comes from" in nothing.text
    assert "“x” is not a date" in nothing.text
    assert "Supplier list of 2018" not in nothing.text
    started = client.post(address, data={"column-0": "name", "column-2": "city", **SOURCE})
    assert started.status_code == 302
    deliver_all()
    client.post(f"{started.location}/apply")
    deliver_all()
    remembered = client.get(upload(client, data).location)
    assert 'value="Supplier list of 2018"' in remembered.text


@pytest.mark.parametrize(
    ("data", "filename", "said"),
    [
        (b"", "list.csv", "The file is empty"),
        (b"\xff\xd8\xff\xe0" + bytes(range(256)), "list.csv", "a JPEG picture"),
        (b"<html><body>Sign in</body></html>", "list.xlsx", "an XML or HTML document"),
        (b"PK\x03\x04", "list.xlsx", "damaged or incomplete"),
        (b"name\n", "list.csv", "nothing below it"),
        (b'name\n"Halden\n' + b"x\n" * 99, "list.csv", "Row 2 has a text that does not end"),
    ],
)
def test_a_file_that_is_no_list_is_refused_at_its_field_and_nothing_is_kept(
    client_for, acting, data, filename, said
) -> None:
    page = upload(client_for("stockholm-officer"), data, filename)
    assert page.status_code == 200
    assert said in page.text
    assert 'aria-invalid="true"' in page.text
    assert "No import yet" in page.text


def test_a_form_without_a_file(client_for, database) -> None:
    page = client_for("stockholm-officer").post("/imports", data={})
    assert "Choose the file with the list" in page.text


def test_a_list_that_failed_says_why(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        error = {"code": "file_timed_out", "params": {"seconds": 30}}
        found = make_import(owner_id=authority_ids["stockholm"], state="failed", error=error)
    page = client_for("stockholm-officer").get(f"/imports/{found.id}")
    assert "longer than 30 seconds" in page.text
    assert "Change the columns" in page.text


def test_long_reports_come_in_pages(client_for, database) -> None:
    client = client_for("stockholm-officer")
    rows = "".join(f"Company number {number} AB,SE\n" for number in range(130))
    report = check(client, f"name,country\n{rows}".encode())
    seen: list[str] = []
    address = report
    for _ in range(3):
        page = client.get(address).text
        seen += re.findall(r'<th scope="row">(Company number \d+ AB)</th>', page)
        following = re.search(r'href="([^"]*after=[^"]*)"><span>Next page', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"Company number {number} AB" for number in range(130)]
    assert address == ""


def test_an_xlsx_of_real_people(client_for, database) -> None:
    data = workbook(
        [["Our suppliers 2026"], [], ["Firma", "Org.nr.", "Land"], ["Nordvik AS", 988077917, "Norge"]], [["notes", 1]]
    )
    client = client_for("stavanger-officer")
    address = upload(client, data, "liste.xlsx").location
    page = client.get(address).text
    assert "header in row 3" in page
    assert "Read from the sheet “Sheet”. 1 sheet with content is not read." in page
    report = client.get(check(client, data, "liste.xlsx"))
    assert facts(report)["New suppliers"] == 1


@pytest.mark.parametrize(
    ("name", "rows", "suppliers", "sites"),
    [
        ("apple-2018.csv", 813, 208, 811),
        ("facilities/list-12.xlsx", 15, 15, 15),
        ("facilities/list-15.csv", 351, 351, 351),
        ("facilities/list-2.csv", 83, 78, 79),
        ("facilities/list-4.csv", 81, 80, 80),
        ("facilities/list-5.csv", 64, 64, 64),
        ("facilities/list-6.csv", 44, 43, 44),
    ],
)
def test_the_real_lists_go_in_as_they_are(client_for, acting, shared_data, name, rows, suppliers, sites) -> None:
    client = client_for("stockholm-officer")
    data = (shared_data / "suppliers" / name).read_bytes()
    report = check(client, data, name)
    before = facts(client.get(report))
    assert (before["New suppliers"], before["Sites"], before["Rejected rows"]) == (suppliers, sites, 0)
    client.post(f"{report}/apply")
    deliver_all()
    assert facts(client.get(report)) == before
    acting("system")
    assert db.session.query(Supplier).count() == suppliers
    again = facts(client.get(check(client, data, name)))
    assert (again["New suppliers"], again["Sites"]) == (0, 0)
    assert again["Matched rows"] + again["Possible duplicates"] == rows
