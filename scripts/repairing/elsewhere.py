"""Where else a sentence stands: so that "no donor" means none, and a donor leaves one continuation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from repairing.originals import Original
from repairing.prose import folded, is_alone, is_spaceless, pieces, tokens

ALONE, SAME, DIFFERS = "alone", "same", "differs"
NEAR = 0.6
"""Share of a sentence's words in another one from which the two may say the same."""
_COMMON = 200
"""Sentences that a word may stand in and still lead to near copies."""


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence and its beginning up to the cut, folded as by `prose.folded`."""

    whole: str
    begun: str
    """Without the space behind it where a word was cut."""

    @classmethod
    def of(cls, sentence: str, at: int) -> Question:
        """The sentence as it would be cut at `at`."""
        begun = folded(sentence[:at])
        inside = all(c.isalnum() and not is_alone(c) for c in sentence[at - 1 : at + 1])
        return cls(folded(sentence), begun.removesuffix(" ") if inside else begun)

    @property
    def needle(self) -> str:
        """The beginning with the word that goes on, or the next one: what proves the sentence."""
        stop = self.whole.find(" ", len(self.begun))
        return self.whole[: stop + 1] if stop >= 0 else self.whole


class Pool:
    """All sentences of all pages of a dump, whatever part of them is planted or taken out later."""

    def __init__(self, originals: Iterable[Original]) -> None:
        """Folds every paragraph once; sentences are found by their rarer words."""
        paragraphs = [paragraph for original in originals for paragraph in original.paragraphs]
        self._text = "\n".join(map(folded, paragraphs))
        self._sentences: list[frozenset[str]] = []
        self._folded: list[str] = []
        self._places: dict[str, list[int]] = defaultdict(list)
        for paragraph in paragraphs:
            for piece in pieces(paragraph):
                self._add(piece)
        self.words = frozenset(self._text.split())

    def _add(self, piece: str) -> None:
        marks = _marks(piece)
        if len(marks) >= 3:
            for mark in marks:
                self._places[mark].append(len(self._sentences))
            self._sentences.append(marks)
            self._folded.append(folded(piece))

    def verdict(self, question: Question, sentence: str) -> str:
        """ALONE: it stands once; SAME: more often, always alike; DIFFERS: something like it goes on otherwise."""
        same = 0
        at = self._text.find(question.begun)
        while at >= 0:
            if not self._text.startswith(question.whole, at):
                return DIFFERS
            same += 1
            at = self._text.find(question.begun, at + 1)
        if any(question.whole not in other for other in self._near(sentence)):
            return DIFFERS
        return ALONE if same == 1 else SAME

    def _near(self, sentence: str) -> list[str]:
        """Other sentences that share most of its words."""
        marks = _marks(sentence)
        rare = [mark for mark in marks if len(self._places[mark]) <= _COMMON]
        shared = Counter(place for mark in rare for place in self._places[mark])
        return [
            self._folded[place]
            for place, count in shared.items()
            if 2 * count >= len(rare) and len(marks & self._sentences[place]) >= NEAR * len(marks)
        ]


def _marks(text: str) -> frozenset[str]:
    """What two versions of a sentence share: words, or pairs of characters without spaces."""
    found = tokens(text)
    if is_spaceless(text):
        return frozenset(a + b for a, b in pairwise(found))
    return frozenset(found)
