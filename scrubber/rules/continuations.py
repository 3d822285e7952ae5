"""How a cut-off passage goes on, proved by another block of the same document.

Two proofs are known. *Verbatim*: the passage stands in another block, word for word, and goes on
there. *Paraphrase*: it shortens a sentence of another block, follows it up to the cut, and the
word that was cut is spelt out there. Proofs that disagree prove nothing.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from scrubber.documents import Block
from scrubber.edits import Span
from scrubber.rules.sentences import Stop, Word, folded_words, is_cased, is_han, stops, word_set, words

_SHORTEST_VERBATIM = 25
"""Folded characters a verbatim proof needs."""
_SHORTEST_HAN = 12
"""The same in Chinese and Japanese, where a character says more."""
_SHORTEST_PARAPHRASE = 7
"""Words."""
_LONGEST_PARAPHRASE = 60
"""Words before the cut that are compared."""
_MOST_CANDIDATES = 500
"""Places that are looked at for one passage: a document that repeats itself proves little."""
_FOLLOWED = 2
"""Words right before the cut that a paraphrase must share with its sentence."""
_SHARE = 0.75
"""Rarity-weighted share of a passage's words that a paraphrased sentence has, in the same order."""
_SHORT_ENDING = 3
"""Letters: a missing ending as short as this may be another inflection of a whole word."""
_SHARE_SHORT_ENDING = 0.8
_NEGATIONS = word_set(
    "not no never nor without cannot nicht kein keine keinen nie niemals ohne pas jamais sans aucun non nunca sin "
    "δεν μην μη όχι ποτέ χωρίς не нет ни никогда без nie bez nigdy"
)
_LIGHT = word_set(
    "that this these those would will shall with have been were they them their which from must should could than "
    "then also such into about dass wird werden würde würden sind haben hatte wäre auch noch sich oder dans pour avec "
    "serait sont elle ils mais plus cette είναι ήταν αυτό αυτή στην στον από είχε были было этот эта есть также чтобы "
    "jest oraz przez jako które który"
)
"""Words of four letters and more that a shortened sentence may add without saying anything else."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that seems to break off: its words, the last one perhaps cut."""

    block: int
    words: tuple[Word, ...]
    marked: bool
    """Whether an ellipsis says that it was cut."""
    runs_on: bool
    """Whether its last word cannot end a sentence, and so is whole."""
    amid_prose: bool
    """Whether whole sentences stand before it: it is no headline."""


@dataclass(frozen=True, slots=True)
class Match:
    """How well a passage and its donor agree up to the cut."""

    overlap: int
    """Folded characters that passage and donor share."""
    verbatim: bool
    score: float
    """Rarity-weighted share of the passage's words that the donor has; 1.0 for a verbatim proof."""


@dataclass(frozen=True, slots=True)
class Proof:
    """``text[span]`` of a donor block is how the passage goes on."""

    span: Span
    match: Match


class Donors:
    """The words of all blocks by place: an inverted index over one document."""

    __slots__ = ("_block_of", "_blocks", "_counts", "_places", "_stops", "_text", "_vocabulary", "_words")

    def __init__(self, text: str, blocks: Sequence[Block]) -> None:
        self._text = text
        self._blocks = blocks
        self._words: list[Word] = []
        self._block_of: list[int] = []
        self._places: dict[str, list[int]] = {}
        self._stops: dict[int, list[Stop]] = {}
        self._counts = Counter(
            chain.from_iterable(folded_words(text, block.start, block.end) for block in blocks)
        )
        self._vocabulary = sorted(self._counts)

    def _place_words(self) -> None:
        """Note where each word stands: most documents can be judged without."""
        if self._words:
            return
        for number, block in enumerate(self._blocks):
            for word in words(self._text, block.start, block.end):
                self._places.setdefault(word.folded, []).append(len(self._words))
                self._words.append(word)
                self._block_of.append(number)

    def count(self, word: str) -> int:
        """How often the folded `word` stands in the document."""
        return self._counts[word]

    def longer_words(self, beginning: str) -> Iterator[str]:
        """Words of the document that begin so and go on."""
        at = bisect_right(self._vocabulary, beginning)
        while at < len(self._vocabulary) and self._vocabulary[at].startswith(beginning):
            yield self._vocabulary[at]
            at += 1

    def prove(self, passage: Passage) -> Proof | None:
        """The one way in which the document says that the passage goes on, if there is one."""
        if not (passage.marked or passage.runs_on):
            longer = self.longer_words(passage.words[-1].folded)
            if next(longer, None) is None:
                return None
        self._place_words()
        verbatim = list(self._verbatim(passage))
        if verbatim:
            return self._agreed(verbatim)
        return self._agreed(list(self._paraphrases(passage)))

    def _agreed(self, proofs: Sequence[Proof | None]) -> Proof | None:
        """The best proof, unless another (or None: a place that leaves it open) says otherwise."""
        sure = [proof for proof in proofs if proof is not None]
        if len(sure) < len(proofs) or not sure:
            return None
        said = {tuple(w.folded for w in words(self._text, p.span.start, p.span.end)) for p in sure}
        if len(said) > 1:
            return None
        return max(sure, key=lambda proof: (proof.match.score, proof.match.overlap, -proof.span.start))

    def _verbatim(self, passage: Passage) -> Iterator[Proof | None]:
        whole, cut = passage.words[:-1], passage.words[-1].folded
        overlap = _length(passage.words)
        han = is_han(cut[0])
        if overlap < (_SHORTEST_HAN if han else _SHORTEST_VERBATIM) or not whole:
            return
        anchor = min(range(len(whole)), key=lambda i: len(self._places[whole[i].folded]))
        for place in self._places[whole[anchor].folded][:_MOST_CANDIDATES]:
            first, last = place - anchor, place - anchor + len(whole)
            if not self._is_elsewhere(first, last, passage.block):
                continue
            found = self._words[last].folded
            missing = len(found) - len(cut)
            fits = found == cut if missing == 0 else found.startswith(cut) and not han
            if not fits or any(self._words[first + i].folded != w.folded for i, w in enumerate(whole)):
                continue
            if missing == 0 and not (passage.marked or passage.runs_on):
                continue
            if missing == 1 and not passage.marked:
                yield None  # A plural, as like as not.
                continue
            yield from self._proof(passage, last, Match(overlap, verbatim=True, score=1.0))

    def _paraphrases(self, passage: Passage) -> Iterator[Proof | None]:
        told, cut = passage.words[-_LONGEST_PARAPHRASE:-1], passage.words[-1].folded
        if len(told) + 1 < _SHORTEST_PARAPHRASE or len(cut) < 2 or not is_cased(cut):
            return
        places = [place for word in self.longer_words(cut) for place in self._places[word]]
        for last in places[:_MOST_CANDIDATES]:
            if not self._is_elsewhere(last - _FOLLOWED, last, passage.block):
                continue
            before = self._words[last - _FOLLOWED : last]
            if not all(_akin(a.folded, b.folded) for a, b in zip(before, told[-_FOLLOWED:], strict=True)):
                continue
            first, end = self._sentence(last)
            said = self._words[max(first, last - 5 * _LONGEST_PARAPHRASE) : last]
            if not _may_share(told, said):
                continue
            share, overlap = self._share(told, said)
            missing = len(self._words[last].folded) - len(cut)
            if share < (_SHARE if missing > _SHORT_ENDING else _SHARE_SHORT_ENDING):
                continue
            if missing == 1 or not _says_the_same(told, said, self._words[last:end]):
                yield None
            elif not self._is_headline_of(passage, last) or _same_start(
                passage.words, self._words[first:last]
            ):
                match = Match(overlap + len(cut), verbatim=False, score=round(share, 2))
                yield from self._proof(passage, last, match)
            else:
                yield None

    def _is_headline_of(self, passage: Passage, place: int) -> bool:
        """Whether the passage may head the block that would prove it.

        A headline tells again what the text says, and its last word may well begin a longer one
        there (German "Hafen", "Hafenbecken").
        """
        if passage.marked:
            return False
        return not passage.amid_prose or self._block_of[place] == passage.block + 1

    def _is_elsewhere(self, first: int, last: int, block: int) -> bool:
        if first < 0 or last >= len(self._words):
            return False
        return self._block_of[first] == self._block_of[last] != block

    def _proof(self, passage: Passage, last: int, match: Match) -> Iterator[Proof | None]:
        """The proof that the donor's words up to `last` give; None where it does not hold."""
        word, cut = self._words[last], passage.words[-1].folded
        at = next((n for n in range(word.start, word.end + 1) if self._fold(word.start, n) == cut), None)
        if at is None:
            yield None
            return
        number = self._block_of[last]
        stop = self._next_stop(number, at)
        if stop is None:
            return  # The donor breaks off as well.
        if not any(at < w.end <= stop.mark for w in self._words[last : last + 2]):
            if passage.marked:
                return  # The sentence ends where the passage does: the dots are a pause.
            yield None
            return
        end = self._end(passage, at, stop)
        if end is None:
            yield None
            return
        yield Proof(Span(at, end), match)

    def _fold(self, start: int, end: int) -> str:
        return self._text[start:end].casefold()

    def _end(self, passage: Passage, at: int, stop: Stop) -> int | None:
        """Where the sentence ends, with a closing quote only where the passage has opened one."""
        if not stop.sure:
            return None
        begun = self._text[self._blocks[passage.block].start : passage.words[-1].end]
        open_after = _open_quotes(begun + self._text[at : stop.mark])
        if open_after is None:
            return None
        # A quotation that the block closes by itself needs no second mark.
        closed = self._blocks[passage.block].end > passage.words[-1].end and not passage.marked
        return stop.end if open_after and not closed else stop.mark

    def _next_stop(self, number: int, at: int) -> Stop | None:
        found = self._stops_of(number)
        i = bisect_right(found, at, key=lambda stop: stop.mark)
        return found[i] if i < len(found) else None

    def _stops_of(self, number: int) -> list[Stop]:
        if number not in self._stops:
            block = self._blocks[number]
            self._stops[number] = stops(self._text, block.start, block.end)
        return self._stops[number]

    def _sentence(self, place: int) -> tuple[int, int]:
        """The words, first and past the last, of the sentence that holds the word at `place`."""
        number = self._block_of[place]
        block, word = self._blocks[number], self._words[place]
        found = self._stops_of(number)
        after = bisect_right(found, word.start, key=lambda stop: stop.end)
        before = next((i for i in range(after - 1, -1, -1) if found[i].sure), None)
        behind = next((i for i in range(after, len(found)) if found[i].sure), None)
        start = block.start if before is None else found[before].end
        end = block.end if behind is None else found[behind].end
        first = bisect_left(self._words, start, key=lambda w: w.start)
        return first, bisect_left(self._words, end, key=lambda w: w.start)

    def _share(self, told: Sequence[Word], said: Sequence[Word]) -> tuple[float, int]:
        """Weighted share of `told` that `said` has in the same order, and its folded characters.

        A longest common subsequence by weight: rare and long words say more.
        """
        weights = [self._weight(word.folded) for word in told]
        best = [(0.0, 0)] * (len(said) + 1)
        for word, weight in zip(told, weights, strict=True):
            row = [(0.0, 0)]
            for j, other in enumerate(said):
                choice = max(best[j + 1], row[j])
                if _akin(word.folded, other.folded):
                    score, length = best[j]
                    choice = max(choice, (score + weight, length + len(word.folded)))
                row.append(choice)
            best = row
        score, length = best[-1]
        return score / sum(weights), length

    def _weight(self, folded: str) -> float:
        return math.log(1 + len(self._words) / len(self._places[folded])) * min(len(folded), 6)


def _length(passage: Sequence[Word]) -> int:
    return sum(len(word.folded) for word in passage) + (
        0 if is_han(passage[-1].folded[0]) else len(passage) - 1
    )


def _akin(one: str, other: str) -> bool:
    """Whether two words are forms of one: a common stem of four letters, short endings."""
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    common = next((i for i, c in enumerate(shorter) if c != longer[i]), len(shorter))
    return common >= max(4, 0.6 * len(longer)) and len(longer) - common <= 4


def _may_share(told: Sequence[Word], said: Sequence[Word]) -> bool:
    """A quick look before the costly one: half of the words, by their first four letters."""
    known = {word.folded[:4] for word in said}
    return 2 * sum(word.folded[:4] in known for word in told) >= len(told)


def _says_the_same(told: Sequence[Word], said: Sequence[Word], rest: Sequence[Word]) -> bool:
    """Whether the passage's words of weight are the sentence's, and neither denies the other."""
    denied = {w.folded for w in told} & _NEGATIONS
    if denied != {w.folded for w in said} & _NEGATIONS:
        return False
    content = {w.folded for w in told if len(w.folded) >= 4} - _LIGHT
    sentence = {w.folded for w in (*said, *rest)}
    return len(content) >= 3 and all(any(_akin(word, other) for other in sentence) for word in content)


def _same_start(told: Sequence[Word], said: Sequence[Word]) -> bool:
    """Whether both begin with the same two words."""
    return all(_akin(a.folded, b.folded) for a, b in zip(told[:2], said[:2], strict=False)) and len(said) > 1


_OPENING = {"“": "”", "«": "»", "‹": "›", "(": ")", "[": "]"}


def _open_quotes(passage: str) -> bool | None:
    """Whether a quotation or bracket is still open; None where one closes that was never opened."""
    closing: list[str] = []
    plain = passage.count('"') % 2 == 1
    german = "„" in passage
    for character in passage:
        if german and character in "„“":
            if character == "„":
                closing.append("“")
            elif not closing or closing.pop() != "“":
                return None
        elif character in _OPENING:
            closing.append(_OPENING[character])
        elif character in "”»›)]" and (not closing or closing.pop() != character):
            return None
    return plain or bool(closing)
