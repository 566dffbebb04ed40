"""`portal suppliers score-pairs`: exit 0 all scored, 1 rows left out, 2 not done; needs no database."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.registry.matching.pair_scoring import CHUNK

CONTENT = """\
name1,name2,country1,country2,is_match
Nordlys AB,NORDLYS AB,SE,Sweden,true
Nordlys AB,Halden Oy,SE,FI,false
"""


def score_pairs(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    environment = {key: value for key, value in os.environ.items() if key not in ("APP_DATABASE_URL", "DATABASE_URL")}
    return subprocess.run(
        [sys.executable, "-c", "from portal.cli import run; run()", "suppliers", "score-pairs", *map(str, words)],
        capture_output=True,
        text=True,
        env={**environment, "PYTHONUTF8": "1"},
        check=False,
    )


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.csv"
    path.write_text(CONTENT, encoding="utf-8")
    return path


def test_rows_come_back_with_score_decision_and_reasons(pairs: Path) -> None:
    done = score_pairs(pairs)
    assert done.returncode == 0, done.stderr
    same, other = rows_of(done.stdout)
    assert (same["score"], same["decision"], same["against"]) == ("1.0000", "review", "")
    assert same["for"] == "Same name: Nordlys AB; Same country: Sweden"
    assert (other["decision"], float(other["score"]) < 0.1) == ("different", True)
    assert "Country differs: Sweden, Finland" in other["against"]
    assert "2 labelled pairs, 1 of them the same company" in done.stderr
    assert "at the best F1:              score 1.000, precision 1.000, recall 1.000, F1 1.000" in done.stderr


def test_a_file_of_a_spreadsheet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_bytes("\ufeffid;NAME1; Name2 \n7;Märta AB;MARTA AB\n".encode())
    out = tmp_path / "scored.csv"
    done = score_pairs(path, "-o", out)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (row,) = rows_of(out.read_text(encoding="utf-8"))
    assert (row["id"], row["score"]) == ("7", "1.0000")
    path.write_bytes("name1,name2\nMärta AB,MARTA AB\n".encode("cp1252"))
    assert rows_of(score_pairs(path).stdout)[0]["name1"] == "Märta AB"


def test_rows_that_cannot_be_scored_are_left_out_and_told(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    rows = ("Nordlys,", "Nordlys,Halden,Oslo", "Nordlys,Halden", f"{'x' * 301},Halden", "")
    path.write_text("name1,name2\n" + "\n".join(rows), encoding="utf-8")
    done = score_pairs(path)
    assert done.returncode == 1
    assert len(rows_of(done.stdout)) == 1
    assert done.stderr.splitlines() == [
        "line 2 has no name2: write it, or delete the row",
        "line 3 has 3 cells, the header 2: a text with the delimiter in it needs quotes",
        "line 5 has a name1 of 301 characters: at most 300",
        "3 rows were left out.",
    ]


def test_countries_and_labels_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("name1,name2,country1,label\na,b,Utopia,1\na,b,SE,perhaps\na,b,,\n", encoding="utf-8")
    done = score_pairs(path)
    assert (done.returncode, len(rows_of(done.stdout))) == (1, 1)
    assert "line 2 has “Utopia” as a country" in done.stderr
    assert "line 3 has “perhaps” as label" in done.stderr


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "name1\nx\n"])
def test_a_file_without_names_is_not_scored(tmp_path: Path, content: str) -> None:
    path, out = tmp_path / "pairs.csv", tmp_path / "scored.csv"
    path.write_text(content, encoding="utf-8")
    done = score_pairs(path, "-o", out)
    assert done.returncode == 2
    assert "There is no column name" in done.stderr
    assert not out.exists()


def test_the_file_of_pairs_is_never_overwritten(pairs: Path) -> None:
    done = score_pairs(pairs, "-o", pairs)
    assert done.returncode == 2
    assert "would overwrite" in done.stderr
    assert pairs.read_text(encoding="utf-8") == CONTENT
    assert score_pairs(pairs, "-o", pairs.parent / "none" / "out.csv").returncode == 2


def test_the_screening_pairs(shared_data: Path) -> None:
    done = score_pairs(shared_data / "matching" / "screening-pairs.csv")
    assert done.returncode == 0, done.stderr
    assert len(rows_of(done.stdout)) == 826
    assert float(done.stderr.split("at the best F1:")[1].split("F1 ")[1].split()[0]) > 0.8


def test_a_long_file_comes_back_in_its_order(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    count = 2 * CHUNK + 10
    rows = [f"{number},Nordlys {number} AB,NORDLYS {number} AB" for number in range(count)]
    rows[CHUNK + 5] = f"{CHUNK + 5},only one name,"
    path.write_text("id,name1,name2\n" + "\n".join(rows) + "\n", encoding="utf-8")
    done = score_pairs(path)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "1 rows were left out.")
    assert f"line {CHUNK + 7} has no name2" in done.stderr
    found = rows_of(done.stdout)
    assert [int(row["id"]) for row in found] == [number for number in range(count) if number != CHUNK + 5]
    assert {row["score"] for row in found} == {"1.0000"}
