"""`make bench`: run one benchmark by name (`make bench B=declarations`) or all; each prints what it measured."""

import sys
from importlib import import_module

BENCHMARKS = ("declarations", "exports", "lookup", "matching", "sanctions", "smelters", "sync")
BY_NAME_ONLY = ("fuzz",)  # some minutes


def main(names: list[str]) -> int:
    """Run the named benchmarks; an unknown name lists those there are."""
    known = (*BENCHMARKS, *BY_NAME_ONLY)
    unknown = set(names) - set(known)
    if unknown:
        print(f"There is no benchmark {', '.join(sorted(unknown))}. There are: {', '.join(known)}.")
        return 2
    for name in names or BENCHMARKS:
        print(f"== {name}")
        import_module(f"tests.benchmarks.{name}").run()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
