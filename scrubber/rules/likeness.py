"""Whether a shortened sentence says what the longer one says, by their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from scrubber.cuts.sentences import Word
from scrubber.cuts.vocabulary import Vocabulary
from scrubber.lang.registry import words

_NEGATIONS = words("negations")
_TELLING = words("claims")
_FRAMING = words("framing")
_ASIDE: Final = 4
"""Words in a row that a shortened sentence leaves out whole: what they deny is not what it says."""
_WEIGHTY: Final = 2.0
"""Information from which a word is more than a particle."""
_STEM: Final = 3
"""Letters that the forms of an irregular word may have in common."""
_BEFORE: Final = 3
"""Words before the first that both have which may deny it."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a shortened sentence agrees with the longer one, up to the same place."""

    share: float
    """Share of what its words say that the longer one has too, in the same order; 0 to 1."""
    overlap: int
    """Folded characters of these words."""
    denied: bool
    """Whether only one of the two denies what it says."""
    differs: bool
    """Whether the shorter has a word that makes it another claim: a time, an order, an always, or
    one word of weight in the place of another."""
    run: int
    """Words in a row, up to the end, that both have."""


def compare(
    told: Sequence[Word], said: Sequence[Word], vocabulary: Vocabulary, names: frozenset[str] = frozenset()
) -> Likeness:
    """Compare the shortened sentence `told` with what the longer one said, both up to the cut.

    A longest common subsequence, weighted by what the words say. `names` of the shorter one must
    stand in the longer one.
    """
    weights = [_weight(word.folded, vocabulary) for word in told]
    pairs = _aligned(told, said, weights)
    mine, theirs = {i for i, _ in pairs}, {j for _, j in pairs}
    gone = [word.folded for i, word in enumerate(told) if i not in mine]
    heard = {word.folded for word in said}
    return Likeness(
        share=sum(weights[i] for i in mine) / sum(weights),
        overlap=sum(len(told[i].folded) for i in mine),
        denied=not _NEGATIONS.isdisjoint({*gone} - heard) or _denies(said, theirs),
        differs=any(_tells(word, names) and word not in heard for word in gone)
        or _exchanged(told, said, pairs, vocabulary),
        run=next((n for n in range(min(len(told), len(said))) if not _agree(told, said, n)), len(told)),
    )


def akin(one: str, other: str) -> bool:
    """Whether two words are forms of one: a common stem of four letters, short endings."""
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    common = next((i for i, c in enumerate(shorter) if c != longer[i]), len(shorter))
    return common >= max(4, 0.55 * len(longer)) and len(longer) - common <= 4


def may_share(told: Sequence[Word], said: Sequence[Word]) -> bool:
    """A quick look before the costly one: half of the words, by their first four letters."""
    known = {word.folded[:4] for word in said}
    return 2 * sum(word.folded[:4] in known for word in told) >= len(told)


def same_start(told: Sequence[Word], said: Sequence[Word]) -> bool:
    """Whether both begin with the same two words."""
    return all(akin(a.folded, b.folded) for a, b in zip(told[:2], said[:2], strict=False)) and len(said) > 1


def _tells(word: str, names: frozenset[str]) -> bool:
    """Whether a word makes another claim of the same words: a time, an order, a number, a name."""
    return word in _TELLING or word in names or word.isdigit()


def _agree(told: Sequence[Word], said: Sequence[Word], place: int) -> bool:
    """Whether the words at a place, counted from the end, are akin."""
    return akin(told[-1 - place].folded, said[-1 - place].folded)


def _exchanged(
    told: Sequence[Word], said: Sequence[Word], pairs: Sequence[tuple[int, int]], vocabulary: Vocabulary
) -> bool:
    """Whether a single word of weight stands between the same words as another one: snow for rain."""
    for (i, j), (next_i, next_j) in pairwise([(-1, -1), *pairs]):
        if next_i - i == next_j - j == 2:
            one, other = told[i + 1].folded, said[j + 1].folded
            weighty = min(vocabulary.information(one), vocabulary.information(other)) >= _WEIGHTY
            if weighty and one[:_STEM] != other[:_STEM] and one not in _FRAMING:
                return True
    return False


def _weight(word: str, vocabulary: Vocabulary) -> float:
    return 0.3 if word in _FRAMING else 0.3 + vocabulary.information(word)


def _aligned(told: Sequence[Word], said: Sequence[Word], weights: Sequence[float]) -> list[tuple[int, int]]:
    """The pairs of a weighted longest common subsequence; of equal ones that nearest to the ends."""
    akins = [[akin(one.folded, other.folded) for other in said] for one in told]
    best = [[0.0] * (len(said) + 1) for _ in range(len(told) + 1)]
    for i, weight in enumerate(weights):
        for j in range(len(said)):
            both = best[i][j] + weight if akins[i][j] else 0.0
            best[i + 1][j + 1] = max(best[i][j + 1], best[i + 1][j], both)
    pairs: list[tuple[int, int]] = []
    i, j = len(told), len(said)
    while i and j:
        if akins[i - 1][j - 1] and best[i][j] <= best[i - 1][j - 1] + weights[i - 1]:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif best[i - 1][j] >= best[i][j - 1]:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def _denies(said: Sequence[Word], aligned: set[int]) -> bool:
    """Whether the longer sentence denies something between the words that both have, but in no aside."""
    first = min(aligned, default=len(said))
    if any(word.folded in _NEGATIONS for word in said[max(0, first - _BEFORE) : first]):
        return True
    at = first
    while at < len(said):
        end = next((j for j in range(at, len(said)) if j in aligned), len(said))
        dropped = {said[j].folded for j in range(at, end)}
        if end - at < _ASIDE and not _NEGATIONS.isdisjoint(dropped):
            return True
        at = end + 1
    return False
