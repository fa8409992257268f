"""Own how words find the terms of a graph: by name, by other name, by identifier, by claim.

A score says how well a name fits, from 0 to 100, and is the same for the same words and the same
graph. Case, accents, punctuation and the order of words do not count; a slip of the hand costs.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from kg.index import Index
from kg.model import Term
from kg.namespaces import PREFIXES, compact, iri, local_name
from kg.terms import literal_parts

__all__ = ["LONGEST", "Hit", "Search", "distance", "similarity", "words_of"]

LONGEST = 200
"""How many characters of a search count."""

_WORDS_MOST = 16
_NAMES = tuple(map(iri, ("rdfs:label", "skos:prefLabel", "dct:title", "skos:altLabel")))
_IDENTIFIER, _TEXT = iri("dct:identifier"), iri("clef:text")
_OURS = tuple(f"<{PREFIXES[prefix]}" for prefix in ("id", "clef", "rule"))
# Letters that Unicode does not take apart into a letter and a mark.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})

_BY_PREFIX, _INSIDE, _SLIP = 0.95, 0.6, 0.9  # what a word is worth that is not the very word
_WORTH = {_IDENTIFIER: 0.7, _TEXT: 0.6}  # of a part of what is no name
_LEAST = 0.5  # the share of what is looked for that must be found


class Hit(NamedTuple):
    """A term that was found, how well, and the name by which it was."""

    term: Term
    score: int
    name: str


class _Name(NamedTuple):
    term: Term
    text: str
    words: tuple[str, ...]
    worth: float

    @property
    def length(self) -> int:
        return sum(map(len, self.words)) or 1


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are compared.

    >>> words_of("Synnøve Macody-Lund, È")
    ('synnove', 'macody', 'lund', 'e')
    """
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return tuple(re.findall(r"[^\W_]+", bare))


def distance(one: str, other: str) -> int:
    """Return how many letters must be changed, added, left out or swapped with their neighbour."""
    above: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, above, row = above, row, [i]
        for j, wanted in enumerate(other, start=1):
            best = min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and (letter, one[i - 2]) == (other[j - 2], wanted):
                best = min(best, before[j - 2] + 1)
            row.append(best)
    return row[-1]


def similarity(one: str, other: str) -> float:
    """Return how alike two texts are as they are compared, from 0 to 1."""
    left, right = (" ".join(words_of(text[:LONGEST])) for text in (one, other))
    return 1 - distance(left, right) / max(len(left), len(right), 1)


class Search:
    """The names of the terms of a graph, by the words in them; read-only once made."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._names = sorted(set(self._every_name()))
        self._at: dict[str, dict[int, int]] = defaultdict(dict)
        for number, name in enumerate(self._names):
            for word in name.words:
                self._at[word][number] = self._at[word].get(number, 0) + len(word)
        self._words = sorted(self._at)
        terms = {name.term for name in self._names}
        self._exact: dict[str, set[Term]] = defaultdict(set)
        for term in terms:
            for text in (term[1:-1], compact(term), local_name(term)):
                self._exact[text.casefold()].add(term)
        for name in self._names:
            if name.worth != _WORTH[_TEXT]:
                self._exact[" ".join(name.words)].add(name.term)
        self._compact = sorted((compact(term).casefold(), term) for term in terms)

    def _every_name(self) -> Iterator[_Name]:
        index = self._index
        for predicate in (*_NAMES, *_WORTH):
            worth = _WORTH.get(predicate, 1.0)
            for triple in index.graph.triples:
                if triple.predicate == predicate and triple.subject.startswith(_OURS):
                    text = literal_parts(triple.object)[0]
                    yield _Name(triple.subject, text, words_of(text), worth)

    def exact(self, text: str) -> frozenset[Term]:
        """Return the terms that have a text for a name, an identifier or an IRI."""
        bare = text.strip().strip("<>").casefold()
        found = self._exact.get(bare, set()) | self._exact.get(" ".join(words_of(text)), set())
        return frozenset(found)

    def beginning(self, text: str) -> list[Term]:
        """Return the terms whose compact IRI begins with a text, as `clef:pla`, in order."""
        start = text.casefold()
        at = bisect_left(self._compact, (start, ""))
        found = []
        for name, term in self._compact[at:]:
            if not name.startswith(start):
                break
            found.append(term)
        return found

    def find(self, text: str, kinds: Collection[Term] = ()) -> list[Hit]:
        """Return the terms that a text finds, the best first; only members of `kinds`, if given."""
        asked = text[:LONGEST]
        best: dict[Term, Hit] = {}
        for hit in (*self._by_identity(asked), *self._by_words(words_of(asked)[:_WORDS_MOST])):
            if hit.term not in best or hit.score > best[hit.term].score:
                best[hit.term] = hit
        wanted = frozenset(kinds)
        kept = (hit for hit in best.values() if self._is_of(hit.term, wanted))
        return sorted(kept, key=lambda hit: (-hit.score, words_of(hit.name), hit.term))

    def spellings(self, text: str) -> list[str]:
        """Return words of names that look like those of a text, the likest first."""
        words = [word for word in words_of(text[:LONGEST]) if len(word) < 40][:4]
        found = (near for word in words for near in get_close_matches(word, self._words))
        return list(dict.fromkeys(found))[:6]

    def _is_of(self, term: Term, kinds: frozenset[Term]) -> bool:
        return not kinds or not kinds.isdisjoint(self._index.kinds(term))

    def _by_identity(self, text: str) -> Iterator[Hit]:
        for term in self.exact(text):
            yield Hit(term, 100, self._index.label(term))

    def _by_words(self, words: tuple[str, ...]) -> Iterator[Hit]:
        found: dict[int, float] = defaultdict(float)
        said: dict[int, float] = defaultdict(float)
        for word in dict.fromkeys(words):
            reached: dict[int, tuple[float, int]] = {}
            for other, worth, letters in self._like(word):
                for number in self._at[other]:
                    reached[number] = max(reached.get(number, (0.0, 0)), (worth, letters))
            for number, (worth, letters) in reached.items():
                found[number] += worth * len(word)
                said[number] += letters
        total = sum(map(len, dict.fromkeys(words))) or 1
        for number, share in found.items():
            name = self._names[number]
            if share >= _LEAST * total:
                whole = min(1.0, said[number] / name.length)
                score = 100 * share / total * (0.6 + 0.4 * whole) * name.worth
                yield Hit(name.term, min(99, round(score)), name.text)

    def _like(self, word: str) -> Iterator[tuple[str, float, int]]:
        """Yield the words that a word may mean, what each is worth, and the letters it says."""
        starting = self._starting(word)
        if word in self._at:
            yield word, 1.0, len(word)
        for other in starting:
            yield other, _BY_PREFIX, len(word)
        if len(word) < 3:
            return
        if word not in self._at and not starting:
            for other in self._near(word):
                slips = distance(word, other) / max(len(word), len(other))
                yield other, _SLIP * (1 - slips), len(other)
        for other in self._words:
            if word in other and not other.startswith(word):
                yield other, _INSIDE, len(word)

    def _starting(self, word: str) -> list[str]:
        found = []
        for other in self._words[bisect_left(self._words, word) :]:
            if not other.startswith(word):
                break
            if other != word:
                found.append(other)
        return found

    def _near(self, word: str) -> list[str]:
        """Return the words that a slip of the hand may have made into another."""
        most = _slips(word)
        found = {near for cut in _cuts(word, most) for near in self._cut.get(cut, ())}
        return sorted(n for n in found if distance(word, n) <= min(most, _slips(n)))

    @cached_property
    def _cut(self) -> dict[str, list[str]]:
        """The words by what is left of them without one letter or two."""
        table: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            for cut in _cuts(word, _slips(word)):
                table[cut].append(word)
        return dict(table)


def _slips(word: str) -> int:
    """Return how many slips are forgiven in a word; of digits none, for they are no name."""
    if len(word) < 4 or word.isdigit():
        return 0
    return 1 if len(word) < 8 else 2


def _cuts(word: str, most: int) -> Iterable[str]:
    if len(word) > 40:
        return ()
    return {
        "".join(letter for at, letter in enumerate(word) if at not in gone)
        for count in range(most + 1)
        for gone in combinations(range(len(word)), count)
    }
