"""The secrets of the one-command start."""

import json
from pathlib import Path

import pytest

from portal.embedded.errors import EmbeddedError
from portal.embedded.secrets import NAMES, load_or_create


def test_are_made_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    first = load_or_create(path)

    assert load_or_create(path) == first
    assert set(first) == set(NAMES)
    assert len(set(first.values())) == len(NAMES)
    assert path.stat().st_mode & 0o777 == 0o600


def test_one_that_a_newer_version_needs_is_added_and_the_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(json.dumps({"secret_key": "kept"}))
    path.chmod(0o644)

    secrets = load_or_create(path)

    assert secrets["secret_key"] == "kept"
    assert set(secrets) == set(NAMES)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["{", "[]", '{"secret_key": 1}'])
def test_a_damaged_file_is_never_overwritten(tmp_path: Path, text: str) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(text)

    with pytest.raises(EmbeddedError, match="cannot be read"):
        load_or_create(path)
    assert path.read_text() == text
