"""Making a released look-up known: from CSV, and what is refused."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from portal import commands, db
from portal.declarations.naming.commands import smelters
from portal.errors import BadInput
from portal.minerals import queries as minerals
from portal.minerals.models import LookupName
from portal.minerals.rules import revision_rank
from tests.portal.declarations.workbooks import Draft

HEAD = ("template", "version", "metal", "lookup_name", "standard_name", "country", "cid", "city", "state")


def csv_file(folder: Path, *rows: tuple[str, ...]) -> str:
    path = folder / "look-up.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *rows])
    return str(path)


def load(*files: str) -> Result:
    return CliRunner().invoke(smelters, ["load", *files])


def names() -> list[tuple[str, str, str, str | None]]:
    return [(row.name, row.standard_name, row.revision, row.city) for row in db.session.scalars(select(LookupName))]


@pytest.fixture(autouse=True)
def bound(database: str, acting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "start_process", lambda **_: None)  # the test's database stays bound
    acting("system")


def test_the_newest_release_decides_in_whatever_order_they_come(tmp_path) -> None:
    old = ("CMRT", "6.22", "Gold", "Nordgull", "Nordgull Old", "NORWAY", "CID900001", "Drammen", "")
    new = ("CMRT", "6.4", "Gold", "Nordgull", "Nordgull AG", "NORWAY", "CID900001", "", "")
    no_smelter = ("CMRT", "6.4", "Gold", "Smelter not listed", "Unknown", "", "", "", "")
    assert load(csv_file(tmp_path, new, no_smelter)).output == "CMRT 6.4: 1 names\n"
    assert load(csv_file(tmp_path, old)).exit_code == 0
    assert names() == [("Nordgull", "Nordgull AG", "6.4", None)]
    assert load(csv_file(tmp_path, old, new)).exit_code == 0
    assert [one.standard_name for one in minerals.listed_names()] == ["Nordgull AG"]


def test_the_look_up_of_a_workbook(tmp_path) -> None:
    path = tmp_path / "template.xlsx"
    path.write_bytes(Draft().to_bytes())
    done = load(str(path))
    assert done.exit_code == 0, done.output
    assert done.output.startswith("CMRT 6.5: ")
    assert names()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"template,version\nCMRT,6.5\n", "lacks the columns metal"),
        (",".join(HEAD).encode() + b"\nCMRT,6.5,Gold\n", "line 2: it has more or fewer values"),
        (",".join(HEAD).encode() + b"\nCMRT,new,Gold,A,A,NORWAY,CID900001,,\n", "is no revision of a template"),
        (b"\xff\xfe\x00", "cannot be read as CSV in UTF-8"),
    ],
)
def test_what_cannot_be_read_is_refused_whole(tmp_path, content: bytes, said: str) -> None:
    path = tmp_path / "look-up.csv"
    path.write_bytes(content)
    done = load(str(path))
    assert isinstance(done.exception, BadInput)
    assert said in str(done.exception)
    assert names() == []


def test_releases_follow_each_other_as_rmi_counts_them() -> None:
    ranks = [revision_rank("CMRT", one) for one in ("6.01", "6.1", "6.22", "6.31", "6.4", "6.5")]
    assert ranks == sorted(ranks)
    assert revision_rank("CRT", "2.21") < revision_rank("EMRT", "1.1")
