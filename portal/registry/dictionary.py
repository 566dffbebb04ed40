"""Upkeep of the dictionary of words: how many names have each word, and none of them twice.

No import and no form waits for it: a word that was not counted yet is taken for a rare one.
"""

from typing import Any, cast

from sqlalchemy import CursorResult, text

from portal.db import session

# Only what changed is written. Whoever brings a new word at this moment is not held up: no row of theirs is touched.
_COUNT = text(
    """
    UPDATE registry_word SET names = counted.names
    FROM (
      SELECT word, count(*) AS names FROM supplier_name, unnest(string_to_array(norm, ' ')) word GROUP BY word
    ) counted
    WHERE registry_word.word = counted.word AND registry_word.names <> counted.names
    """
)
_MERGE = text(
    """
    DELETE FROM registry_word twice USING registry_word kept
    WHERE twice.word = kept.word AND twice.id > kept.id
    """
)
_ONE_AT_A_TIME = text("SELECT pg_try_advisory_xact_lock(hashtext('registry_word'))")


def recount() -> int | None:
    """Count the names of each word anew; how many counts changed, None when somebody else is counting."""
    if not session.scalar(_ONE_AT_A_TIME):
        return None
    session.execute(_MERGE)
    return cast("CursorResult[Any]", session.execute(_COUNT)).rowcount
