"""What a passage looks like by itself: a headline, a common beginning, a word that may be whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scrubber.cuts.suspects import FEWEST_IN_SENTENCE, Passage
from scrubber.cuts.vocabulary import Vocabulary

_LONG: Final = 7
"""Words from which a passage amid prose may be cut between words although nothing marks it."""
_FEW: Final = 5
"""The same where the last word is one that sentences and headlines seldom end on."""
_PARTICLE: Final = 1.1
"""Information of such a word, at most."""
_LONGEST_CHANCE: Final = 40
"""Folded characters that a long passage needs as well."""


@dataclass(frozen=True, slots=True)
class Looks:
    """Judges passages by the words of their language."""

    vocabulary: Vocabulary

    def is_no_headline(self, passage: Passage, length: int) -> bool:
        """Whether the same words elsewhere are no chance, and no headline's, though nothing marks a cut."""
        count, last = len(passage.words), passage.words[-1]
        if not passage.amid_prose or count < _FEW:
            return False
        if count >= _LONG and length >= _LONGEST_CHANCE:
            return True
        small = passage.lead[last.start - last.end :].islower()
        return small and self.vocabulary.information(last.folded) <= _PARTICLE

    def may_be_headline(self, passage: Passage) -> bool:
        """Whether it is short, and ends in what may be a word.

        A headline tells again what the text says, and its last word may well begin a longer one
        there (German "Hafen", "Hafenbecken").
        """
        if passage.marked or len(passage.words) >= FEWEST_IN_SENTENCE:
            return False
        return self.vocabulary.is_likely_whole(passage.words[-1].folded)

    def may_be_whole(self, passage: Passage) -> bool:
        """Whether the last word may well be all there, and so does not begin a longer one."""
        if passage.marked and not passage.spaced:
            return False
        return self.vocabulary.is_likely_whole(passage.words[-1].folded)

    def says(self, passage: Passage) -> float:
        """What the words of a passage say: many texts begin "How to choose the right"."""
        return sum(self.vocabulary.information(word.folded) for word in passage.words)

    def names(self, passage: Passage) -> frozenset[str]:
        """Words that a capital tells to be names: all but the first, where not every noun has one."""
        if self.vocabulary.capital_nouns:
            return frozenset()
        shift = passage.words[-1].end - len(passage.lead)
        rest = passage.words[1:-1]
        return frozenset(
            w.folded for w in rest if passage.lead[w.start - shift : w.start - shift + 1].isupper()
        )
