"""What others would use for the same pairs: each is a name and a function from two names to a score."""

import itertools
from collections.abc import Callable
from importlib import import_module
from typing import Any

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler
from rigour.names.org_types import replace_org_types_compare

from portal.registry.matching.name_score import name_score
from portal.registry.names import core
from tests.benchmarks.matching.packages import provide

Scorer = Callable[[str, str], float]

# nomenklatura and what its matcher imports, beside what the portal has; its own list needs a compiler (pyicu).
NOMENKLATURA = (
    *("nomenklatura==4.17.4", "followthemoney==4.11.2", "scikit-learn==1.9.1", "scipy", "numpy", "joblib"),
    *("threadpoolctl", "cloudpickle", "narwhals", "shortuuid", "banal", "networkx", "orjson", "phonenumbers"),
    *("prefixdate", "rdflib", "pyparsing", "lxml", "fingerprints", "duckdb", "pytz", "requests", "urllib3"),
    *("certifi", "charset-normalizer", "rich", "pygments", "markdown-it-py", "mdurl"),
)

OURS = "portal"


def simple_scorers() -> dict[str, Scorer]:
    """Ours and those that need no installation."""
    return {
        OURS: name_score,
        "RapidFuzz WRatio": lambda one, other: fuzz.WRatio(one.casefold(), other.casefold()),
        "Jaro-Winkler on core": lambda one, other: JaroWinkler.similarity(core(one), core(other)),
        "rigour + token sort": _rigour_token_sort,
    }


def _rigour_token_sort(one: str, other: str) -> float:
    left, right = (replace_org_types_compare(name.casefold(), generic=True) for name in (one, other))
    return fuzz.token_sort_ratio(left, right)


def logic_v2() -> Scorer:
    """nomenklatura's matcher as it comes. Raises packages.Missing where it cannot be installed.

    It remembers by id what it saw of an entity, so each name of each pair has its own.
    """
    provide("nomenklatura", *NOMENKLATURA, dependencies=False)
    algorithm: Any = import_module("nomenklatura.matching").get_algorithm("logic-v2")
    proxy: Any = import_module("followthemoney").EntityProxy
    config = algorithm.default_config()
    ids = itertools.count()

    def score(one: str, other: str) -> float:
        entities = (
            proxy.from_dict({"id": f"e{next(ids)}", "schema": "Company", "properties": {"name": [name]}})
            for name in (one, other)
        )
        return float(algorithm.compare(*entities, config).score)

    return score
