"""Thresholds are a file with a record of what they were measured at."""

from pathlib import Path

import pytest

from portal.registry.matching import thresholds
from portal.registry.matching.compare import REVIEW


def test_the_rules_read_the_committed_file() -> None:
    found = thresholds.read()
    assert found.keys() == {"review", "likely"}
    assert found["review"].score == REVIEW < found["likely"].score
    for one in found.values():
        assert one.pairs >= 4_000
        assert 0 < one.recall <= 1
    assert found["likely"].precision >= 0.98


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "thresholds.toml"
    thresholds.write(thresholds.read(), file)
    assert thresholds.read(file) == thresholds.read()
    assert file.read_text(encoding="utf-8").startswith("# From which score")


def test_a_score_out_of_range_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "thresholds.toml"
    text = thresholds.FILE.read_text(encoding="utf-8").replace("score = 0", "score = 3", 1)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="not between 0 and 1"):
        thresholds.read(file)
