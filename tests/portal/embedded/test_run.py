"""What the start command says when it cannot begin, and what it tells its programs."""

import os
import socket
from pathlib import Path

import pytest

from portal.embedded.ports import HOST
from portal.embedded.run import main
from portal.embedded.run_folder import RunFolder
from portal.embedded.services import Services, program_environment, without_owner

SERVICES = Services(owner_url="postgresql://owner", app_url="postgresql://app", redis_url="redis://ours")
SECRETS = {"secret_key": "made up", "security_password_salt": "made up too"}


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("PORT", raising=False)


def test_a_second_start_on_the_same_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with RunFolder(tmp_path).locked():
        assert main([]) == 2

    assert f"already running on {tmp_path} (process {os.getpid()})" in capsys.readouterr().err


def test_a_busy_port_is_told_before_anything_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))

        assert main([]) == 2

    assert "is in use by another program" in capsys.readouterr().err
    assert not (tmp_path / "postgres").exists()


def test_a_command_beside_a_start_that_is_not_ready_is_asked_to_wait(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with RunFolder(tmp_path).locked():
        assert main(["--", "shell"]) == 2

    assert "still starting" in capsys.readouterr().err


def test_what_somebody_set_by_hand_wins_over_what_we_make_up(tmp_path: Path) -> None:
    environment = program_environment({"SECRET_KEY": "by hand", "SECURE_COOKIES": ""}, SERVICES, SECRETS, tmp_path)

    assert environment["SECRET_KEY"] == "by hand"
    assert environment["SECURITY_PASSWORD_SALT"] == "made up too"
    assert environment["SECURE_COOKIES"] == "false"


def test_programs_that_serve_never_learn_the_owners_address(tmp_path: Path) -> None:
    environment = without_owner(program_environment({}, SERVICES, SECRETS, tmp_path))

    assert "DATABASE_URL" not in environment
    assert "postgresql://owner" not in environment.values()
    assert environment["APP_DATABASE_URL"] == "postgresql://app"


def test_addresses_are_published_for_their_owner_only(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    folder.publish(program_environment({}, SERVICES, SECRETS, tmp_path))
    published = folder.published()

    assert published is not None
    assert published["REDIS_URL"] == "redis://ours"
    assert (tmp_path / "running.json").stat().st_mode & 0o777 == 0o600
    folder.unpublish()
    assert folder.published() is None
