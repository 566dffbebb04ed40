"""Which names to compare when a text has slips: what its words may mean, the rarest of them together.

A term (lookup_terms) is what one word of the query may mean. Names are looked for in two ways: those that are the whole
query with its slips put right, and those that have some of its rarest terms, so that one term may be wrong.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations
from operator import itemgetter

from rapidfuzz.distance import OSA

from portal.db import plan_once
from portal.registry import lookup_index
from portal.registry.lookup_score import Query, likest, read_query, score
from portal.registry.lookup_terms import Term, begun_terms_of, far_terms_of, terms_of

WORDS_READ = 8  # words of the query that look-up spends work on
RAREST = 4  # terms of which combinations are made
RARE = 300  # names with a term so rare that it is looked at alone
COMMON = 4_000  # names from which two terms together still bring too many
BUDGET = 3_500  # names whose entries in the index may be read for one query; about a microsecond each
MOST_AN_ARM = 60  # names that one combination may bring
SURE = 88.0  # likeness from which a name is taken for the one that is meant
SURE_OF_WORDS = 82.0  # and points, where the query leaves words out
LIKEST = 5  # names that are asked for that
MOST_ALIKE = 200  # names with one core
VARIANTS = 60  # whole names with the slips put right that are tried
FAR_VARIANTS = 400  # and of a short name, where nothing was found by them
SHORT_NAME = 3  # words up to which it is short: longer ones are found by the words that are right
MOST_SLIPS = 3  # in one of them

# Legal forms as people write them most, for telling a form with a slip (“Lmited”, “S.t.l.”) from a word of the name.
FORMS = (
    *("ltd", "limited", "llc", "llp", "inc", "corp", "corporation", "company", "plc", "pty", "private", "pvt", "gmbh"),
    *("aktiengesellschaft", "gesellschaft", "aktiebolag", "srl", "sarl", "spa", "sas", "sau", "slu", "bv", "nv", "ag"),
    *("ab", "as", "asa", "aps", "oy", "oyj", "sa", "sl", "lp", "sro", "kft", "zrt", "doo", "ooo", "sdnbhd", "bhd"),
    *("ltda", "lda", "sociedadlimitada", "sociedadanonima", "societeanonyme", "besloten", "spzoo", "kg", "pteltd"),
    *("coltd", "ptyltd", "privatelimited", "pvtltd", "publiclimitedcompany", "jsc", "fzco", "fze", "dmcc"),
)
LONGEST_TAIL = 4  # words of a legal form at the end: “s r l s”


def rows_like(name: str) -> list[lookup_index.Row]:
    """Names that a written one may be: with the same core, and with words that are its own but for slips."""
    query = read_query(name)
    if not query.words:
        return []
    plan_once()
    exact = lookup_index.near_rows([query.core], [], len(query.plain), None, MOST_ALIKE)
    return list(dict.fromkeys([*exact, *_rows_of(query, terms_of(query.words[:WORDS_READ]), None)]))


def near_rows(query: Query, country: str | None, most: int) -> list[lookup_index.Row]:
    """The `most` names that may be meant, each once, those that look most like the query first."""
    words = query.words[:WORDS_READ]
    terms = terms_of(words)
    found = likest(query, _rows_of(query, terms, country), most)
    rows = [row for _alike, row in found]
    if any(_is_sure(query, row, alike) for alike, row in found[:LIKEST]):
        return rows
    begun = [row for row in _begun_rows(query, country) if score(query, row.norm, row.core)]
    if begun:
        return list(dict.fromkeys([*begun, *rows]))[:most]
    known = set(rows)
    more = [row for row in _farther_rows(query, terms, country) if row not in known]
    found = sorted([*found, *likest(query, more, most)], key=itemgetter(0), reverse=True)[:most]
    return [row for _alike, row in found]


def _is_sure(query: Query, row: lookup_index.Row, alike: float) -> bool:
    """The name may be what is meant: it looks like the query, or has all of its words."""
    return alike >= SURE or score(query, row.norm, row.core) >= SURE_OF_WORDS


def _rows_of(query: Query, terms: Sequence[Term], country: str | None) -> list[lookup_index.Row]:
    return _rows(query, terms, _right_spellings(query, terms, VARIANTS), country)


def _begun_rows(query: Query, country: str | None) -> list[lookup_index.Row]:
    """Names whose words the query only begins, in any order."""
    terms = begun_terms_of(query.words[:WORDS_READ])
    return _rows(query, terms, [], country) if terms else []


def _farther_rows(query: Query, terms: Sequence[Term], country: str | None) -> list[lookup_index.Row]:
    """Names for words with more slips than expected; as whole names also with those that were expected."""
    words = query.words[:WORDS_READ]
    far = far_terms_of(words)
    spellings = _right_spellings(query, [*terms, *far], FAR_VARIANTS if len(words) <= SHORT_NAME else VARIANTS)
    turned = [" ".join(reversed(pair)) for one in spellings if len(pair := one.split()) == 2]
    return _rows(query, far, spellings + turned, country)


def _rows(query: Query, terms: Sequence[Term], cores: Sequence[str], country: str | None) -> list[lookup_index.Row]:
    arms = [[term.rarely for term in arm] for arm in arms_of(terms)]
    return lookup_index.near_rows(cores, arms, len(query.plain), country, MOST_AN_ARM)


def _right_spellings(query: Query, terms: Sequence[Term], most: int) -> list[str]:
    return variants(_ends(query.words[:WORDS_READ]), terms, most)


def arms_of(terms: Iterable[Term]) -> list[tuple[Term, Term, Term]]:
    """The combinations of rare terms to look for, within the budget: so that one of them may be wrong."""
    single = {term.rarely: term for term in terms if term.rarely}
    rarest = sorted(single.values(), key=lambda term: term.names)[: RAREST + 1]
    alone = [term for term in rarest[:RAREST] if term.names <= RARE]
    arms = [(term, term, term) for term in alone]
    for first, second in combinations(rarest, 2):
        if set(first.rarely) & set(second.rarely):
            continue
        others = [term for term in rarest if term.names >= second.names and term not in (first, second)]
        if first.names > COMMON and others:
            arms += [(first, second, other) for other in others]
        else:
            arms.append((first, second, second))
    # Of equally rare ones the more telling: both words rather than one of them.
    arms.sort(key=lambda arm: (arm[0].names, arm[1] is arm[0]))
    kept: list[tuple[Term, Term, Term]] = []
    spent = 0
    for arm in arms:
        spent += arm[0].names
        if spent > BUDGET and (kept or spent > 4 * BUDGET):
            break
        kept.append(arm)
    return kept


def variants(ends: Iterable[int], terms: Iterable[Term], most: int) -> list[str]:
    """The first words of the query, up to each of these ends, with their slips put right: for each end the `most`
    likeliest ways, those with the fewest slips first.
    """
    by_start: dict[int, list[Term]] = {}
    for term in terms:
        by_start.setdefault(term.start, []).append(term)
    ends = list(ends)
    ways = {place: _Ways(most) for place in range(max(ends) + 2)}  # the last word may be taken with one more
    ways[0].add("", 0)
    for place in range(max(ends)):
        for text, slips in ways[place].likeliest():
            before = f"{text} " if text else ""
            for term in by_start.get(place, ()):
                ahead = ways[term.end]
                for more, word in term.meanings:
                    if not ahead.add(before + word, slips + more):
                        break
    return [text for end in ends for text, _slips in ways[end].likeliest()]


class _Ways:
    """Texts by how many slips are in them, at most `most` each: what comes after so many is not needed."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._by_slips: list[dict[str, None]] = [{} for _ in range(MOST_SLIPS + 1)]
        self._useful = MOST_SLIPS  # more slips than these are not tried any more

    def add(self, text: str, slips: int) -> bool:
        """Keep a way; False where neither it nor any with more slips is needed."""
        if slips > self._useful:
            return False
        ways = self._by_slips[slips]
        ways[text] = None
        if len(ways) >= self._most:
            self._useful = slips - 1
        return True

    def likeliest(self) -> list[tuple[str, int]]:
        """Each once with its slips, the fewest first."""
        found: dict[str, int] = {}
        for slips, ways in enumerate(self._by_slips):
            for text in ways:
                found.setdefault(text, slips)
        return list(found.items())[: self._most]


def _ends(words: Sequence[str]) -> list[int]:
    """Where the name may end: after the last word, and before a legal form with a slip."""
    ends = [len(words)]
    for size in range(1, min(LONGEST_TAIL, len(words) - 1) + 1):
        tail = words[-size:]
        together = "".join(tail)
        if any(OSA.distance(together, form, score_cutoff=1) <= 1 for form in FORMS) or all(
            len(word) == 1 for word in tail
        ):
            ends.append(len(words) - size)
    return ends
