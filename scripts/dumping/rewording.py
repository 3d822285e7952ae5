"""Text whose words can be exchanged for others of the same kind, the same text in many wordings.

Wording 0 is the text as it stands. In wording n each word is replaced by the n-th next word of its
class: words of one language with the same capitals, about the same frequency, and where there are
enough of them the same last letter. The commonest words stay. So sentence lengths, punctuation,
frequencies of words and what looks like language are kept, while two wordings share next to no
run of letters that is longer than a word or two. (Recombined sentences would not do: every sentence
would stand in dozens of documents, which no near-duplicate finder ever meets.)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_WORD = r"[\u3400-\u9fff]|[^\W\d_\u3400-\u9fff]+(?:['’][^\W\d_\u3400-\u9fff]+)*|\d+"
_TOKENS = re.compile(rf"{_WORD}|(?:(?!{_WORD}).)+", re.DOTALL)
KEPT = 50
"""So many of the commonest words stay as they are: articles, prepositions, pronouns."""
_ENOUGH = 12
"""A class of fewer words is widened: first whatever the last letter, then whatever the frequency."""


@dataclass(frozen=True, slots=True)
class Tape:
    """Texts one after another, as numbers of tokens."""

    tokens: NDArray[np.int32]
    starts: tuple[int, ...]
    """Where each text begins, and at last where the last one ends."""
    sizes: tuple[int, ...]
    """Bytes of each text in UTF-8."""


class Vocabulary:
    """The tokens of one language, each with its class. Not to be changed once it is made."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        counts = Counter(token for group in texts for text in group for token in _TOKENS.findall(text))
        counts["\n"] += 1
        self._tokens = sorted(counts)
        self._numbers = {token: number for number, token in enumerate(self._tokens)}
        self._members, self._first, self._size, self._place = _rings(self._tokens, counts)

    def tape(self, texts: Sequence[str]) -> Tape:
        """The texts as a tape; each ends in a line end."""
        numbers: list[int] = []
        starts = [0]
        for text in texts:
            numbers += [self._numbers[token] for token in _TOKENS.findall(text)]
            numbers.append(self._numbers["\n"])
            starts.append(len(numbers))
        sizes = tuple(len(text.encode()) + 1 for text in texts)
        return Tape(np.array(numbers, dtype=np.int32), tuple(starts), sizes)

    def text(self, tokens: NDArray[np.int32], wording: int) -> str:
        """Tokens of a tape as text, in a wording."""
        if wording:
            place = (self._place[tokens] + wording) % self._size[tokens]
            tokens = self._members[self._first[tokens] + place]
        known = self._tokens
        return "".join([known[token] for token in tokens.tolist()])


def _rings(tokens: Sequence[str], counts: Counter[str]) -> tuple[NDArray[Any], ...]:
    """Of all classes: the members in a row; of each token: its class's first, its size, its own place."""
    words = [token for token in tokens if token[0].isalnum()]
    forms = Counter[str]()
    for word in words:
        forms[word.lower()] += counts[word]
    kept = {word for word, _ in sorted(forms.items(), key=lambda item: (-item[1], item[0]))[:KEPT]}
    free = [word for word in words if word.lower() not in kept]
    members = np.arange(len(tokens), dtype=np.int32)
    first = np.arange(len(tokens), dtype=np.int32)
    size = np.ones(len(tokens), dtype=np.int32)
    place = np.zeros(len(tokens), dtype=np.int32)
    numbers = {token: number for number, token in enumerate(tokens)}
    classes = _classes(free, counts)
    rows = [members]
    filled = len(tokens)
    for group in classes:
        ring = np.array([numbers[word] for word in group], dtype=np.int32)
        first[ring], size[ring] = filled, len(ring)
        place[ring] = np.arange(len(ring), dtype=np.int32)
        rows.append(ring)
        filled += len(ring)
    return np.concatenate(rows), first, size, place


def _classes(words: Iterable[str], counts: Counter[str]) -> list[list[str]]:
    """The words in classes, each of `_ENOUGH` words if that can be had."""
    left = list(words)
    done: list[list[str]] = []
    for level in range(3):
        groups: dict[tuple[object, ...], list[str]] = {}
        for word in left:
            groups.setdefault(_kind(word, counts[word])[: 4 - level], []).append(word)
        last = level == 2
        done += [group for _, group in sorted(groups.items(), key=repr) if last or len(group) >= _ENOUGH]
        left = [word for group in groups.values() if not last and len(group) < _ENOUGH for word in group]
    return done


def _kind(word: str, count: int) -> tuple[object, ...]:
    if word[0].isdecimal():
        return ("digits", len(word), count.bit_length(), "")
    form = "upper" if len(word) > 1 and word.isupper() else "title" if word[0].isupper() else "lower"
    return ("word", form, count.bit_length(), word[-1])
