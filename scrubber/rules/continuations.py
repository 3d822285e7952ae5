"""How a cut-off passage goes on, proved by another block of its document, or of another one.

Two proofs are known. *Verbatim*: the passage stands in another block, word for word, and goes on
there. *Paraphrase*: it shortens a sentence of another block, follows it up to the cut, and the
word that was cut is spelt out there. Proofs that disagree prove nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from scrubber.cuts.sentences import Stop, Word, folded_words, longer_words, stops, words
from scrubber.cuts.suspects import ALONE, Passage
from scrubber.cuts.vocabulary import Vocabulary, vocabulary_of
from scrubber.documents import Block
from scrubber.edits import Span
from scrubber.lang.scripts import is_cased, is_unspaced
from scrubber.language import infer_language
from scrubber.rules.candidates import breaks_off
from scrubber.rules.exactness import may_begin, same_marks
from scrubber.rules.likeness import akin, compare, may_share, same_start
from scrubber.rules.looks import Looks
from scrubber.rules.quotes import open_quotes

_SHORTEST_VERBATIM = 25
"""Folded characters a verbatim proof needs."""
_SHORTEST_MARKED = 18
"""The same where an ellipsis marks the cut."""
_LEAST_BEFORE_DOTS = 6.0
"""Information (see `Vocabulary`) that the words before bare dots must have: less is a pause, as like as not."""
_LEAST_SAID = 8.0
"""Information (see `Vocabulary`) that the words of a passage must have for another document to complete it."""
_SHORTEST_HAN = 10
"""The same in Chinese and Japanese, where a character says more."""
_SHORTEST_PARAPHRASE = 7
"""Words."""
_LONGEST_PARAPHRASE = 60
"""Words before the cut that are compared."""
_MOST_CANDIDATES = 500
"""Places that are looked at for one passage: a document that repeats itself proves little."""
_MOST_COMPARISONS = 600
"""Sentences that are compared with paraphrases, in one document: each costs some milliseconds."""
_FOLLOWED = 2
"""Words right before the cut that a paraphrase must share with its sentence."""
_SHARE = 0.72
"""Share of what a passage's words say that a paraphrased sentence says too, in the same order."""
_SURE = 0.79
"""The same, with a little for every word right before the cut that both have in a row."""
_RUN_WORD = 0.01
_RUN = 10


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


@dataclass(frozen=True, slots=True)
class Finding:
    """What a document says of how a passage goes on."""

    proof: Proof | None = None
    disputed: bool = False
    """Whether it goes on in several ways, or in one that is not sure: then nothing is proved."""
    ended: bool = False
    """Whether the same sentence ends where the passage does: it was not cut off."""


class Donors:
    """The words of all blocks by place: an inverted index over one document."""

    def __init__(self, text: str, blocks: Sequence[Block]) -> None:
        self._text = text
        self._blocks = blocks
        self._words: list[Word] = []
        self._block_of: list[int] = []
        self._places: dict[str, list[int]] = {}
        self._stops: dict[int, list[Stop]] = {}
        self._comparisons = _MOST_COMPARISONS
        self._counts = Counter(
            chain.from_iterable(folded_words(text, block.start, block.end) for block in blocks)
        )
        self._sorted = sorted(self._counts)

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
        return longer_words(self._sorted, beginning)

    def prove(self, passage: Passage, *, whole: bool = False) -> Finding:
        """The one way in which the document says that the passage goes on, if there is one.

        `whole`: its last word is known to be a word, so that only the same words prove anything.
        """
        says_so = passage.marked or passage.runs_on
        long = says_so or self._looks.is_no_headline(passage, _length(passage.words))
        if not long and next(self.longer_words(passage.words[-1].folded), None) is None:
            return Finding()
        self._place_words()
        verbatim = list(self._verbatim(passage))
        if verbatim:
            return self._agreed(verbatim)
        return Finding() if whole and not says_so else self._agreed(list(self._paraphrases(passage)))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """How common words are in the document's language."""
        found = infer_language(self._text[block.start : block.end] for block in self._blocks)
        return vocabulary_of(found.value if found else None)

    @cached_property
    def _looks(self) -> Looks:
        return Looks(self.vocabulary)

    def says(self, span: Span) -> tuple[str, ...]:
        """The folded words of a span of the text: what proofs agree on, or not."""
        return tuple(folded_words(self._text, span.start, span.end))

    def _agreed(self, proofs: Sequence[Proof | None]) -> Finding:
        """The best proof, unless another (or None: a place that leaves it open) says otherwise."""
        sure = [proof for proof in proofs if proof is not None]
        if not proofs:
            return Finding()
        if len(sure) == len(proofs) and not any(len(proof.span) for proof in sure):
            return Finding(ended=True)
        if len(sure) < len(proofs) or len({self.says(proof.span) for proof in sure}) > 1:
            return Finding(disputed=True)
        best = max(sure, key=lambda proof: (proof.match.score, proof.match.overlap, -proof.span.start))
        return Finding(best)

    def _verbatim(self, passage: Passage) -> Iterator[Proof | None]:
        whole, cut = passage.words[:-1], passage.words[-1].folded
        overlap = _length(passage.words)
        han = is_unspaced(cut[0])
        least = _SHORTEST_MARKED if passage.marked else _SHORTEST_VERBATIM
        if overlap < (_SHORTEST_HAN if han else least) or not whole:
            return
        # A bare ellipsis may be a pause, and another document another matter.
        pause = _LEAST_BEFORE_DOTS if passage.marked and not passage.sure else 0.0
        if not han and self._looks.says(passage) < (_LEAST_SAID if passage.block == ALONE else pause):
            return
        if any(word.folded not in self._places for word in whole):
            return
        anchor = min(range(len(whole)), key=lambda i: len(self._places[whole[i].folded]))
        for place in self._places[whole[anchor].folded][:_MOST_CANDIDATES]:
            first, last = place - anchor, place - anchor + len(whole)
            if self._stands_there(passage, first, last):
                fits = self._fits(passage, first, last)
                if fits:
                    yield from self._proof(passage, last, Match(overlap, verbatim=True, score=1.0))
                elif fits is None:
                    yield None

    def _stands_there(self, passage: Passage, first: int, last: int) -> bool:
        """Whether the passage stands at the words from `first` to `last`, its last word begun at least."""
        if not self._is_elsewhere(first, last, passage.block):
            return False
        whole, cut, found = passage.words[:-1], passage.words[-1].folded, self._words[last]
        if found.folded != cut and (is_unspaced(cut[0]) or not found.folded.startswith(cut)):
            return False
        if any(self._words[first + i].folded != w.folded for i, w in enumerate(whole)):
            return False
        return same_marks(passage.lead, self._text[self._words[first].start : found.start + len(cut)])

    def _fits(self, passage: Passage, first: int, last: int) -> bool | None:
        """Whether what follows there is how it goes on; None where that is open."""
        missing = len(self._words[last].folded) - len(passage.words[-1].folded)
        says_so = passage.marked or passage.runs_on
        if missing == 0:
            return says_so or self._begins(passage, first)
        if missing == 1 and not passage.marked:
            return None  # A plural, as like as not.
        if self._looks.may_be_whole(passage) and (passage.marked or not self._begins(passage, first)):
            return None
        return True

    def _paraphrases(self, passage: Passage) -> Iterator[Proof | None]:
        told, cut = passage.words[-_LONGEST_PARAPHRASE:-1], passage.words[-1].folded
        # Other documents say the same of other persons and other years.
        own = passage.block != ALONE
        if not own or len(told) + 1 < _SHORTEST_PARAPHRASE or len(cut) < 2 or not is_cased(cut):
            return
        places = [place for word in self.longer_words(cut) for place in self._places[word]]
        for last in places[:_MOST_CANDIDATES]:
            if not self._is_elsewhere(last - _FOLLOWED, last, passage.block):
                continue
            before = self._words[last - _FOLLOWED : last]
            if not all(akin(a.folded, b.folded) for a, b in zip(before, told[-_FOLLOWED:], strict=True)):
                continue
            first, end = self._sentence(last)
            said = self._words[max(first, last - 5 * _LONGEST_PARAPHRASE) : last]
            if not may_share(told, said) or not self._comparisons:
                continue
            self._comparisons -= 1
            like = compare(told, said, self.vocabulary, self._looks.names(passage))
            if like.share < _SHARE or like.share + _RUN_WORD * min(like.run, _RUN) < _SURE:
                continue
            missing = len(self._words[last].folded) - len(cut)
            asks = self._text[self._words[end - 1].end : self._words[end - 1].end + 2].startswith("?")
            doubtful = missing == 1 or like.denied or like.differs or asks
            if doubtful or self._is_headline_of(passage, first, last):
                yield None
            else:
                match = Match(like.overlap + len(cut), verbatim=False, score=round(like.share, 2))
                yield from self._proof(passage, last, match)

    def _begins(self, passage: Passage, first: int) -> bool:
        """Whether the sentence at `first` begins so, and no headline does: those retell its middle, too."""
        long = self._looks.is_no_headline(passage, _length(passage.words))
        return long and self._sentence(first)[0] == first

    def _is_headline_of(self, passage: Passage, first: int, place: int) -> bool:
        """Whether the passage may head the block that would prove it, in words of its own."""
        if not self._looks.may_be_headline(passage) or same_start(passage.words, self._words[first:place]):
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
        if at is None or (len(word.folded) == len(cut) and not may_begin(self._text, at)):
            yield None
            return
        number = self._block_of[last]
        stop = self._next_stop(number, at)
        if stop is None or (not stop.sure and breaks_off(self._text, self._blocks[number], stop)):
            return  # The donor breaks off as well.
        if not any(at < w.end <= stop.mark for w in self._words[last : last + 2]):
            # The sentence ends where the passage does: dots are a pause then.
            yield Proof(Span(at, at), match) if passage.marked else None
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
        open_after = open_quotes(passage.lead + self._text[at : stop.mark])
        if open_after is None:
            return None
        # A quotation that the block closes by itself needs no second mark.
        return stop.end if open_after and not passage.closed else stop.mark

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


def _length(passage: Sequence[Word]) -> int:
    return sum(len(word.folded) for word in passage) + (
        0 if is_unspaced(passage[-1].folded[0]) else len(passage) - 1
    )
