"""Every statement on the index of names: what a text may mean, as rows to compare with it (docs/adr/0007).

`supplier_name.norm` is indexed by its words (GIN), `core` and `norm` as they are. `registry_word` is the dictionary of
all words, indexed by what a word and its slips have in common (the function registry_slips).
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import psycopg

from portal.db import driver_rows

AFTER = "~"  # sorts after everything that a plain name has
BEFORE = "!"  # and before
AN_ARM = 1_000  # names with the words of one arm that are put in order of length, at most
RANGE = 4  # times as many names with one beginning are put in order of length
BEGUN_WORDS = 200  # words with one beginning that are looked for
LONG_BEGINNING = 4  # letters of a word from which it may be begun, and not only complete
COMMON = 2_000  # names with the rarest word from which names with all words are too slow to find for a few hits
COMMON_PAGE = 20_000  # and for a page of them
SMALL = 20  # hits that are a few
ANY_ORDER = 2_000  # names with all of the words that are put in order of length, at most


class Row(NamedTuple):
    """A name that may answer."""

    supplier_id: UUID
    name: str
    kind: str
    norm: str
    core: str


class Statement(NamedTuple):
    """A statement as the driver takes it: for suppliers anywhere, and for those of one country."""

    anywhere: str
    within: str


_ROW = "n.supplier_id, n.name, n.kind, n.norm, n.core"
_WORDS = "string_to_array(n.norm, ' ')"
_WHERE = "{in_country}"  # filled in by _statement
# One look at each name's supplier: as EXISTS or a join, all suppliers of the country would be read first.
_IN_COUNTRY = "(SELECT s.country FROM supplier s WHERE s.id = n.supplier_id) = :country"


def _statement(sql: str) -> Statement:
    """Made once: for these short ones, to make the text would cost more than to run it."""
    return Statement(_sql(sql.replace(_WHERE, "true")), _sql(sql.replace(_WHERE, _IN_COUNTRY)))


def _sql(sql: str) -> str:
    return str(text(sql).compile(dialect=psycopg.dialect()))


# How many names the rarest of the complete words is in, how many the begun word, and how many are worth reading: much
# less where names begin like the text anyway.
_NAMES_OF_RAREST = "(SELECT min(names) FROM registry_word WHERE word = ANY(CAST(:complete AS text[])))"
_NAMES_OF_BEGUN = "(SELECT sum(names) FROM begun_word)"
_WORTH_READING = "(SELECT CASE WHEN count(*) = 0 THEN :common WHEN count(*) < :most THEN :common / 8 END FROM begun)"


def _direct(*with_words: str) -> Statement:
    """Whole names, beginnings, and names with the words in any order under one of these conditions."""
    arms = [
        f"""
        UNION ALL
        (SELECT found.*, false FROM (
           SELECT {_ROW} FROM supplier_name n WHERE {condition} AND {_WHERE} LIMIT {ANY_ORDER}
         ) found ORDER BY length(norm), norm LIMIT :most)
        """
        for condition in with_words
    ]
    return _statement(
        f"""
        WITH begun AS MATERIALIZED (
          SELECT found.* FROM unnest(CAST(:beginnings AS text[])) beginning
          CROSS JOIN LATERAL (
            SELECT {_ROW} FROM supplier_name n
            WHERE n.norm >= beginning AND n.norm < beginning || '{AFTER}' AND {_WHERE}
            ORDER BY n.norm LIMIT :range
          ) found ORDER BY length(norm), norm LIMIT :most
        ), begun_word AS MATERIALIZED (
          SELECT word, names FROM registry_word WHERE word >= :last AND word < :after LIMIT {BEGUN_WORDS}
        )
        (SELECT {_ROW}, true FROM supplier_name n
         WHERE n.core = ANY(CAST(:cores AS text[])) AND {_WHERE} LIMIT :most)
        UNION ALL
        SELECT begun.*, true FROM begun
        {"".join(arms)}
        """
    )


_ONE_BEGUN = f"{_WORDS} && ARRAY(SELECT word FROM begun_word)"
_DIRECT_OF_ONE_WORD = _direct(f"{_NAMES_OF_BEGUN} < {_WORTH_READING} AND {_ONE_BEGUN}")
_DIRECT = _direct(
    f"""{_NAMES_OF_RAREST} < {_WORTH_READING}
        AND {_WORDS} @> CAST(:complete AS text[]) AND (' ' || n.norm) LIKE '% ' || :last || '%'""",
    f"""{_NAMES_OF_RAREST} >= {_WORTH_READING} AND {_NAMES_OF_BEGUN} < {_WORTH_READING}
        AND {_WORDS} @> CAST(:complete AS text[]) AND {_ONE_BEGUN}""",
)
_NEAR = _statement(
    f"""
    (SELECT {_ROW} FROM supplier_name n WHERE n.core = ANY(CAST(:cores AS text[])) AND {_WHERE} LIMIT :most)
    UNION ALL
    (SELECT found.*
     FROM unnest(CAST(:first AS text[]), CAST(:second AS text[]), CAST(:third AS text[])) arm (first, second, third)
     CROSS JOIN LATERAL (
       SELECT * FROM (
         SELECT {_ROW} FROM supplier_name n
         WHERE {_WORDS} && CAST(arm.first AS text[]) AND {_WORDS} && CAST(arm.second AS text[])
           AND {_WORDS} && CAST(arm.third AS text[]) AND {_WHERE}
         LIMIT {AN_ARM}
       ) n ORDER BY abs(length(n.norm) - :length) LIMIT :most
     ) found)
    """
)
# The initials of the name, legal form and all, begin with the acronym, and no word of the core is left over: “TSMC” is
# Taiwan Semiconductor Manufacturing Co., Ltd.
_INITIALS = _statement(
    f"""
    SELECT found.* FROM (
      SELECT {_ROW} FROM supplier_name n
      WHERE n.norm LIKE '% % %' AND registry_initials(n.norm) >= :initials AND registry_initials(n.norm) < :after
        AND cardinality(string_to_array(n.core, ' ')) BETWEEN 2 AND length(:initials) AND {_WHERE}
      LIMIT {AN_ARM}
    ) found ORDER BY length(norm), norm LIMIT :most
    """
)
_KNOWN = _sql("SELECT word, names FROM registry_word WHERE word = ANY(CAST(:words AS text[]))")
_BEGUN = _sql(
    f"""
    SELECT wanted, one.word, one.names FROM unnest(CAST(:words AS text[])) wanted
    CROSS JOIN LATERAL (
      SELECT word, names FROM registry_word WHERE word >= wanted AND word < wanted || '{AFTER}' LIMIT {BEGUN_WORDS}
    ) one
    """
)
_EXPANSIONS = _sql(
    """
    SELECT word, names FROM registry_word
    WHERE registry_slips(word) && ARRAY(
      SELECT unnest(registry_slips(wanted)) FROM unnest(CAST(:words AS text[])) wanted)
    """
)
_TWO_SLIPS = _sql(
    """
    SELECT one.word, one.names FROM unnest(CAST(:words AS text[])) wanted
    CROSS JOIN LATERAL (
      SELECT word, names FROM registry_word
      WHERE registry_two_slips(word) && registry_two_slips(wanted)
        AND length(word) BETWEEN length(wanted) - 2 AND length(wanted) + 2
    ) one
    """
)


def direct_rows(
    cores: Sequence[str], beginnings: Sequence[str], words: Sequence[str], country: str | None, most: int
) -> tuple[list[Row], list[Row]]:
    """Names with one of these cores or beginnings; and, where these are few, names with all of the words in any order,
    the last one complete or begun. Of each the shortest.
    """
    *complete, last = words
    asked = {"cores": _array(cores), "beginnings": _array(beginnings), "complete": _array(complete)}
    end = last + (AFTER if len(last) >= LONG_BEGINNING else BEFORE)
    begun = {"last": last, "after": end, "common": COMMON_PAGE if most > 2 * SMALL else COMMON}
    values = {**asked, **begun, "most": most, "range": RANGE * most}
    rows = _found(_DIRECT if complete else _DIRECT_OF_ONE_WORD, country, values)
    first = dict.fromkeys([Row._make(row[:-1]) for row in rows if row[-1]])
    return list(first), [row for row in [Row._make(row[:-1]) for row in rows if not row[-1]] if row not in first]


def near_rows(
    cores: Sequence[str], arms: Sequence[Sequence[Sequence[str]]], length: int, country: str | None, most: int
) -> list[Row]:
    """Names with one of these cores, and for each arm those that have one word of each of its three parts: at most
    `most` an arm, of about this length. Each once.
    """
    parts = {
        part: _array(_array(arm[at]).replace('"', '\\"') for arm in arms)
        for at, part in enumerate(("first", "second", "third"))
    }
    values = {"cores": _array(cores), "length": length, "most": most, **parts}
    return list(dict.fromkeys(map(Row._make, _found(_NEAR, country, values))))


def initials_rows(initials: str, country: str | None, most: int) -> list[Row]:
    """Names that an acronym stands for, the shortest first."""
    values = {"initials": initials, "after": initials + AFTER, "most": most}
    return list(map(Row._make, _found(_INITIALS, country, values)))


def similar_words(words: Sequence[str]) -> dict[str, int]:
    """Words of the registry that may be one of these with a slip, and in how many names each was counted."""
    return _counts(_EXPANSIONS, words)


def farther_words(words: Sequence[str]) -> dict[str, int]:
    """Words of the registry that may be one of these with two slips."""
    return _counts(_TWO_SLIPS, words) if words else {}


def known_words(words: Iterable[str]) -> dict[str, int]:
    """Those of the words that the registry has, and in how many names each was counted."""
    wanted = list(words)
    return _counts(_KNOWN, wanted) if wanted else {}


def begun_words(words: Sequence[str]) -> dict[str, dict[str, int]]:
    """For each beginning up to BEGUN_WORDS words of the registry that have it, with the number of names of each."""
    found: dict[str, dict[str, int]] = {}
    for wanted, word, names in _rows(_BEGUN, {"words": _array(dict.fromkeys(words))}):
        begun = found.setdefault(wanted, {})
        begun[word] = max(names, begun.get(word, 0))
    return found


def _counts(statement: str, words: Sequence[str]) -> dict[str, int]:
    """A word that stands there twice was counted once, so the larger number is the one that was counted."""
    found: dict[str, int] = {}
    for word, names in _rows(statement, {"words": _array(dict.fromkeys(words))}):
        found[word] = max(names, found.get(word, 0))
    return found


def _found(statement: Statement, country: str | None, values: dict[str, Any]) -> Sequence[Any]:
    if country is None:
        return _rows(statement.anywhere, values)
    return _rows(statement.within, {**values, "country": country})


def _rows(statement: str, values: dict[str, Any]) -> Sequence[Any]:
    return driver_rows(statement, values)


def _array(texts: Iterable[str]) -> str:
    """As PostgreSQL writes an array of plain texts: one text is sent sooner than a list of them."""
    joined = '","'.join(texts)
    return '{"' + joined + '"}' if joined else "{}"
