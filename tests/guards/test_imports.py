"""Who may import whom: the contracts in pyproject.toml."""

from pathlib import Path

from importlinter.application.use_cases import read_user_options
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[2]


def test_import_contracts(capsys) -> None:
    assert read_user_options(str(ROOT / "pyproject.toml")).contracts_options
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml")) == 0, capsys.readouterr().out
