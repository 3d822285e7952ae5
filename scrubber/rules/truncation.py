"""Rule `truncation`: text that was cut off, and what proves how it goes on.

A suspicion alone changes nothing: `continuations` must prove how the sentence ends, in the same
document first, then in others. Without proof a strong suspicion is told, a weak one is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from scrubber.cuts.suspects import ALONE, FEWEST_IN_SENTENCE, Passage, Suspect, is_prose, suspects
from scrubber.documents import Block, Flag
from scrubber.edits import Donor
from scrubber.fingerprints import Key
from scrubber.lang.registry import words
from scrubber.lang.scripts import is_cased
from scrubber.rules.candidates import may_prove
from scrubber.rules.continuations import Donors, Finding, Proof
from scrubber.rules.exactness import is_dated
from scrubber.rules.seams import Seam
from scrubber.rules.wounds import Behind

CUT_WORD = "cut-word"
CUT_SENTENCE = "cut-sentence"
ELLIPSIS = "ellipsis"
CUT_DOCUMENT = "cut-document"
RULES = (CUT_WORD, CUT_SENTENCE, ELLIPSIS, CUT_DOCUMENT)
"""All kinds of cut."""
TOO_LONG = "too-long"
VERBATIM = "verbatim"
WOUND = "breaks off where something was removed as chrome that may be the rest of its sentence"
_MARKS = {
    (True, False): "half a character",
    (False, False): "an ellipsis",
    (False, True): "a bare ellipsis, which may be a pause",
}
_FEWEST_FLAGGED = 8
"""Words a block must have before a suspicion without proof is worth a person's time."""
_FEWEST_HALF = 5
"""The same where its last word is none of the language."""
_COMMON = 2_000
"""Uses in 10⁹ words of longer words that half a word must begin."""
_COMMON_NAME = 30_000
"""The same for what is written with a capital: many names are in no list."""
_INFLECTIONS = words("inflections")
LONGEST_BLOCK = 200_000
LONGEST_TEXT = 10_000_000


class Content(NamedTuple):
    """What of a document is content, and what documents of its site have in common."""

    site: str
    blocks: tuple[Block, ...]


class Source:
    """Another document, to prove how something goes on. Its content alone can; that is found out when it matters."""

    def __init__(
        self, document: str, text: str, blocks: Sequence[Block], content: Callable[[], Content]
    ) -> None:
        self.document = document
        self.text = text
        """After the encoding layer, before anything was removed."""
        self._blocks = [b for b in blocks if b.end - b.start <= LONGEST_BLOCK]
        self._find_content = content

    def may_prove(self, passage: Passage) -> bool:
        """Whether any of its blocks, content or not, may say how a passage goes on."""
        told = {word.folded for word in passage.words}
        return any(
            may_prove(self.text, block, passage)
            for block, folded in zip(self._blocks, self._folded, strict=True)
            if all(word in folded for word in told)
        )

    @property
    def site(self) -> str:
        """What documents of its site have in common."""
        return self._content.site

    @cached_property
    def donors(self) -> Donors:
        """The words of its content by place."""
        return Donors(self.text, [b for b in self._content.blocks if b.end - b.start <= LONGEST_BLOCK])

    @cached_property
    def _content(self) -> Content:
        return self._find_content()

    @cached_property
    def _folded(self) -> list[str]:
        return [self.text[block.start : block.end].casefold() for block in self._blocks]


Sources = Callable[[Key], Iterable[Source]]
"""Other documents that may say how a passage goes on, by the passage's key."""


@dataclass(frozen=True, slots=True)
class Completion:
    """How a passage goes on: to the letter a span of its donor."""

    inserted: str
    donor: Donor
    note: str
    confidence: float
    own: bool
    """Whether the donor is the document itself, and its span one of the text at hand."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A place where text was cut off: from the last letter to the end of what says so."""

    rule: str
    block: Block
    start: int
    end: int
    completion: Completion | None
    message: str
    """What a person is told where it is not completed."""
    sure: bool = True
    """False where nothing is proved and a bare ellipsis alone speaks for a cut: it may be a pause. And where
    the rest may have gone as chrome."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known beside the text: whose it is, and where else to look."""

    document: str
    site: str = ""
    whole: bool = True
    """Whether the last block is the last of the document, before anything was removed."""
    others: Sources | None = None
    """None: other documents are not at hand."""


def find_cuts(text: str, blocks: Sequence[Block], scope: Scope, removed: Sequence[Seam] = ()) -> list[Cut]:
    """The cuts of `text`, the text after the encoding layer and after removals, in order.

    `blocks` are the kept blocks in the coordinates of `text`; of this document they alone can
    prove anything. `removed` are the seams in order: a passage that goes on in what was removed is not
    completed. Blocks of more than LONGEST_BLOCK characters take no part, and texts longer
    than LONGEST_TEXT are left alone (see `too_long`): an index of their words would not fit into
    memory.
    """
    if len(text) > LONGEST_TEXT:
        return []
    blocks = [block for block in blocks if block.end - block.start <= LONGEST_BLOCK]
    found = list(suspects(text, blocks))
    if not found:
        return []
    page = _Page(text, blocks, found, Behind(text, blocks, removed), ends=scope.whole)
    last = blocks[-1] if scope.whole else None
    cuts = []
    known: dict[tuple[object, ...], _Answer] = {}
    for suspect in found:
        passage = suspect.passage
        # Equal words are asked for once, unless it matters where they stand.
        looks = (passage.marked, passage.runs_on, passage.amid_prose, passage.closed)
        long = passage.marked or len(passage.words) >= FEWEST_IN_SENTENCE
        key = (passage.key, *looks, 0 if long else passage.block)
        if key not in known:
            known[key] = _ask(page, suspect, scope)
        answer = page.unless_it_follows(suspect, known[key])
        completion = answer.completion
        known_cut = completion is not None or answer.known
        if known_cut or (not answer.ended and page.is_suspicious(suspect)):
            block, mark = blocks[passage.block], suspect.mark
            at_end = mark.broken if mark is not None else block == last
            rule = CUT_DOCUMENT if at_end else _rule(suspect, completion)
            message = WOUND if answer.wound else _message(suspect, asked=scope.others is not None)
            pause = mark is not None and mark.plain and not page.is_half(suspect)
            sure = not pause and not answer.wound
            cuts.append(Cut(rule, block, suspect.start, suspect.end, completion, message, sure))
    return cuts


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is known of how a passage goes on; `ended`: it does not."""

    completion: Completion | None = None
    ended: bool = False
    wound: bool = False
    """It seems to go on in what was removed as chrome: no other document may say how; ..."""
    known: bool = False
    """... and another document says that it goes on."""


def too_long(text: str) -> Flag | None:
    """What is said of a text that was not looked at."""
    if len(text) <= LONGEST_TEXT:
        return None
    return Flag(TOO_LONG, 0, len(text), "too long to look for cut-off text")


def _ask(page: _Page, suspect: Suspect, scope: Scope) -> _Answer:
    whole, passage = page.is_whole(suspect.last), suspect.passage
    own = page.donors.prove(passage, whole=whole)
    if own.disputed or own.ended:
        return _Answer(ended=own.ended)
    if own.proof is not None:
        inserted = page.text[own.proof.span.start : own.proof.span.end]
        return _Answer(_completed(inserted, own.proof, scope.document, own=True, most=0.99))
    if scope.others is None:
        return _Answer()
    alone = replace(passage, block=ALONE)
    findings = [
        (source, source.donors.prove(alone, whole=whole))
        for source in scope.others(passage.key)
        if source.may_prove(alone)
    ]
    return _lent(findings, scope.site)


def _lent(findings: Sequence[tuple[Source, Finding]], site: str) -> _Answer:
    """What other documents say, if they agree: those of the same site first."""
    if any(finding.disputed or finding.ended for _, finding in findings):
        told = [finding for _, finding in findings if finding != Finding()]
        return _Answer(ended=all(finding.ended for finding in told))
    found = [(source, finding.proof) for source, finding in findings if finding.proof is not None]
    if not found or len({source.donors.says(proof.span) for source, proof in found}) > 1:
        return _Answer()
    source, proof = min(
        found, key=lambda pair: (pair[0].site != site, -pair[1].match.score, pair[0].document)
    )
    inserted = source.text[proof.span.start : proof.span.end]
    if len(found) == 1 and is_dated(inserted):
        return _Answer()
    most = 0.98 if source.site == site else 0.96
    return _Answer(_completed(inserted, proof, source.document, own=False, most=most))


def _completed(inserted: str, proof: Proof, document: str, *, own: bool, most: float) -> Completion:
    how = VERBATIM if proof.match.verbatim else "paraphrase"
    donor = Donor(document, proof.span.start, proof.span.end, proof.match.overlap)
    return Completion(inserted, donor, how, min(most, proof.match.score), own)


def _rule(suspect: Suspect, completion: Completion | None) -> str:
    if suspect.passage.marked:
        return ELLIPSIS
    inside = completion.inserted[:1].isalnum() if completion is not None else not suspect.passage.runs_on
    return CUT_WORD if inside else CUT_SENTENCE


def _message(suspect: Suspect, *, asked: bool) -> str:
    rest = (
        "nothing in the dump says how it goes on"
        if asked
        else "nothing in the document says how it goes on (others were not asked)"
    )
    if suspect.mark is not None:
        return f"ends in {_MARKS[suspect.mark.broken, suspect.mark.plain]}, and {rest}"
    if suspect.passage.runs_on:
        return f"ends on “{suspect.last}”, and {rest}"
    return f"seems cut inside “{suspect.last}”, and {rest}"


class _Page:
    """What the whole document says about its suspected cuts."""

    __slots__ = ("_behind", "_blocks", "_ends", "_whole", "donors", "text")

    def __init__(
        self, text: str, blocks: Sequence[Block], found: Sequence[Suspect], behind: Behind, *, ends: bool
    ) -> None:
        self.text = text
        self._ends = ends
        self._behind = behind
        self._blocks = blocks
        self.donors = Donors(text, blocks)
        last = Counter(suspect.last for suspect in found)
        self._whole = frozenset(word for word in last if self.donors.count(word) > last[word])

    def unless_it_follows(self, suspect: Suspect, answer: _Answer) -> _Answer:
        """The answer, unless the document itself goes on: in a kept block nearby, or in what was removed."""
        number = suspect.passage.block
        if answer.completion is not None:
            inserted = answer.completion.inserted
            if self._behind.is_kept(number, inserted):
                return _Answer(ended=True)  # Nothing is missing.
            if self._behind.was_removed(number, inserted):
                return _Answer(wound=True, known=True)
            if answer.completion.own:
                return answer
        if not suspect.passage.marked and not answer.ended and self._behind.may_have_been_removed(number):
            return _Answer(wound=True, known=answer.completion is not None)
        return answer

    def is_whole(self, word: str) -> bool:
        """Whether a last word stands elsewhere in the document, as a word."""
        return word in self._whole

    def is_suspicious(self, suspect: Suspect) -> bool:
        """Whether the cut deserves a flag although nothing proves it."""
        passage = suspect.passage
        if passage.marked:
            return True
        count = len(passage.words)
        if count < _FEWEST_HALF or passage.closed:
            return False
        sentence = count >= FEWEST_IN_SENTENCE
        if not sentence and not self._stands_among_prose(passage.block):
            return False
        if self.is_half(suspect):
            return True
        beginning = self._is_beginning(suspect.last, inflected=sentence)
        return count >= _FEWEST_FLAGGED and (passage.runs_on or beginning)

    def is_half(self, suspect: Suspect) -> bool:
        """Whether the last word is none of the language, but begins some that are common."""
        vocabulary, word = self.donors.vocabulary, suspect.last
        if word in self._whole or vocabulary.is_likely_whole(word):
            return False
        name = self.text[suspect.passage.words[-1].start].isupper()
        return vocabulary.goes_on(word) >= (_COMMON_NAME if name else _COMMON)

    def _is_beginning(self, word: str, *, inflected: bool = False) -> bool:
        """Whether it stands nowhere as a word, but longer words begin so; `inflected`: even its own forms."""
        if word in self._whole or not is_cased(word):
            return False
        vocabulary = self.donors.vocabulary
        if vocabulary.frequencies and vocabulary.is_likely_whole(word):
            return False
        longer: Iterator[str] = self.donors.longer_words(word)
        return any(inflected or other[len(word) :] not in _INFLECTIONS for other in longer)

    def _stands_among_prose(self, number: int) -> bool:
        around = [n for n in (number - 1, number + 1) if 0 <= n < len(self._blocks)]
        beside = len(around) == 2 or (number > 0 and self._ends)
        return beside and all(is_prose(self.text, self._blocks[n]) for n in around)
