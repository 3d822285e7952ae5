"""Rule ``truncation``: text that was cut off, completed where the same document proves how it goes on.

A block is suspected where an ellipsis ends it, with or without a "more" link, or where prose ends
without a full stop inside a word or on a word that cannot end a sentence. Most text without a full
stop is whole: headings, list items, captions, bylines, cells, verse, addresses, code. So a suspicion
alone changes nothing: `continuations` must prove how the sentence ends, and without proof a strong
suspicion becomes a flag.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scrubber.documents import Block, BlockKind, Flag
from scrubber.edits import Donor, Edit, Reason
from scrubber.rules.continuations import Donors, Passage, Proof
from scrubber.rules.sentences import Word, is_cased, is_han, word_set, words

RULE = "truncation"

_MORE = (
    r"read (?:the )?(?:more|full (?:story|article))|(?:see |view |show )?more|continue reading|full story|"
    r"weiterlesen|weiter|mehr(?: lesen| erfahren)?|lire (?:la )?suite|lire plus|la suite|en savoir plus|suite|"
    r"leer más|seguir leyendo|leggi tutto|continua(?: a leggere)?|lees (?:meer|verder)|ler mais|"
    r"czytaj (?:więcej|dalej)|więcej|περισσότερα|διαβάστε περισσότερα|συνέχεια|"
    r"читать (?:далее|дальше|полностью)|подробнее|далее|ещё|全文|阅读全文|查看更多|更多|続きを読む|もっと見る"
)
_ELLIPSIS = re.compile(
    r"[\s,;:–—-]*(?P<mark>\[\s*(?:\.{3,}|…)\s*\]|\(\s*(?:\.{3,}|…)\s*\)|\.{3,}|…+)"
    rf"(?P<more>\s*[\[(]?\s*(?:{_MORE})\s*[»>›→]*\s*[\])]?\s*[»>›→]*)?\Z",
    re.IGNORECASE,
)
_LONGEST_MARK = 60
_CLOSING = '"”’»'
_SHORTEST = 25
"""Characters: a block shorter than this is not looked at, unless Chinese or Japanese."""
_FEWEST_WORDS = 4
_FEWEST_FLAGGED = 8
"""Words a block must have before a suspicion without proof is worth a person's time."""
_FEWEST_IN_SENTENCE = 12
"""Words from which a line is hardly a headline any more."""
_LAID_OUT = re.compile(r"[\t|{}<>=]|\S {2,}\S|://")
_MARKER = re.compile(r"(?:[•·‣▪◦*–—-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]|§+)\s|#")
_PROSE = re.compile(r"[.!?…;。！？][\"'”’“»)\]]*\Z")
_STARTS_ON = re.compile(r"[\"'“„«‘(¿¡]*[A-ZÀ-ÖØ-ÞΆ-ΫА-ЯЁĄĆĘŁŃÓŚŹŻČŘŠŽ]")
# Words that no sentence ends on; those that may ("to", "of", German "ein") are left out on purpose.
_RUNS_ON = word_set(
    "the a an and or their our whose der dem des eines einem einen und oder im zum zur vom le les du des et ou aux "
    "el los las del y il gli della e και του της των τον την στο στη στην στον и в на с из для от по к у w z i na"
)
_INFLECTIONS = word_set(
    "s es ed er en em n e d t ly ing ern est ies ness а я у ы и е й ом ой ам ах ов ь ς ν η ο α οι ων ου ες"
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the rule would do to a text, and what it could not prove."""

    edits: tuple[Edit, ...] = ()
    """Completions. ``reason.donor`` gives its span in the coordinates of the text it was read in."""
    flags: tuple[Flag, ...] = ()
    """Suspected cuts without proof, in the same coordinates."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """A suspected cut: the passage, and the ellipsis and link after it (empty where none stands)."""

    passage: Passage
    end: int
    plain: bool = True
    """False where an ellipsis in brackets, or a link, says that a machine cut it."""

    @property
    def start(self) -> int:
        return self.passage.words[-1].end

    @property
    def last(self) -> str:
        return self.passage.words[-1].folded


LONGEST_BLOCK = 200_000
LONGEST_TEXT = 10_000_000


def propose(text: str, blocks: Sequence[Block], document: str) -> Proposal:
    """Completions and flags for `text`, the text after the encoding layer and after removals.

    `blocks` are the kept blocks in the coordinates of `text`; they alone can prove anything.
    `document` is the id that donors name. Every inserted text is, to the letter, a span of `text`.
    Blocks of more than LONGEST_BLOCK characters take no part, and longer texts than LONGEST_TEXT
    are flagged and left: an index of their words would not fit into memory.
    """
    if len(text) > LONGEST_TEXT:
        return Proposal((), (Flag(RULE, 0, len(text), "too long to look for cut-off text"),))
    blocks = [block for block in blocks if block.end - block.start <= LONGEST_BLOCK]
    cuts = list(_cuts(text, blocks))
    if not cuts:
        return Proposal()
    page = _Page(text, blocks, cuts)
    edits: list[Edit] = []
    flags: list[Flag] = []
    proofs: dict[tuple[str, ...], Proof | None] = {}
    for cut in cuts:
        if not page.is_open(cut):
            continue
        key = tuple(word.folded for word in cut.passage.words)
        if key not in proofs:
            proofs[key] = page.donors.prove(cut.passage)
        proof = proofs[key]
        if proof is not None:
            edits.append(_completion(text, cut, proof, document))
        elif page.is_suspicious(cut):
            block = blocks[cut.passage.block]
            flags.append(Flag(RULE, block.start, block.end, _message(cut)))
    return Proposal(tuple(edits), tuple(flags))


def _completion(text: str, cut: _Cut, proof: Proof, document: str) -> Edit:
    span = proof.span
    how = "verbatim" if proof.match.verbatim else "paraphrase"
    return Edit(
        start=cut.start,
        end=cut.end,
        removed=text[cut.start : cut.end],
        inserted=text[span.start : span.end],
        rule=RULE,
        confidence=min(0.99, proof.match.score),
        reason=Reason(donor=Donor(document, span.start, span.end, proof.match.overlap), note=how),
    )


def _message(cut: _Cut) -> str:
    if cut.passage.marked:
        return "ends in an ellipsis, and nothing in the document says how it goes on"
    if cut.passage.runs_on:
        return f"ends on “{cut.last}”, and nothing in the document says how it goes on"
    return f"seems cut inside “{cut.last}”, and nothing in the document says how it goes on"


def _cuts(text: str, blocks: Sequence[Block]) -> Iterator[_Cut]:
    for number, block in enumerate(blocks):
        if block.kind is BlockKind.PREFORMATTED:
            continue
        tail = text[max(block.start, block.end - _LONGEST_MARK) : block.end]
        mark = _ELLIPSIS.search(tail) if "…" in tail or "..." in tail else None
        if mark is not None:
            cut = _marked(text, blocks, number, block.end - len(tail) + mark.start())
            if cut is not None:
                plain = mark["more"] is None and mark["mark"][0] not in "[("
                yield _Cut(cut, block.end, plain)
        else:
            bare = _bare(text, blocks, number)
            if bare is not None:
                yield _Cut(bare, bare.words[-1].end)


def _marked(text: str, blocks: Sequence[Block], number: int, end: int) -> Passage | None:
    """The passage before an ellipsis that directly follows a word."""
    found = tuple(words(text, blocks[number].start, end))
    if len(found) < _FEWEST_WORDS or found[-1].end != end:
        return None
    return Passage(number, found, marked=True, runs_on=False, amid_prose=True)


def _bare(text: str, blocks: Sequence[Block], number: int) -> Passage | None:
    """The passage of a prose block that ends in letters, where that is a thing to wonder at."""
    block = blocks[number]
    end = block.start + len(text[block.start : block.end].rstrip(_CLOSING))
    if block.kind not in (BlockKind.LINE, BlockKind.PARAGRAPH) or end - block.start < _SHORTEST:
        return None
    if not text[end - 1].isalpha() or is_han(text[end - 1]) or not is_cased(text[end - 1]):
        return None
    if not _reads_like_prose(text, block) or _goes_on(text, blocks, number):
        return None
    found = tuple(words(text, block.start, end))
    if len(found) < _FEWEST_WORDS or len(found[-1].folded) < 2 or _is_title(text, found):
        return None
    runs_on = found[-1].folded in _RUNS_ON and text[found[-1].start].islower()
    if runs_on and _gap(text, blocks, number) == 1:
        return None  # A line that was wrapped.
    amid = number > 0 and _is_prose(text, blocks[number - 1])
    return Passage(number, found, marked=False, runs_on=runs_on, amid_prose=amid)


def _reads_like_prose(text: str, block: Block) -> bool:
    line_start = text.rfind("\n", 0, block.start) + 1
    if (
        block.kind is BlockKind.LINE
        and text[line_start : block.start].strip() == "" != text[line_start : block.start]
    ):
        return False
    body = text[block.start : block.end]
    return bool(_STARTS_ON.match(body)) and not _MARKER.match(body) and not _LAID_OUT.search(body)


def _is_title(text: str, found: Sequence[Word]) -> bool:
    """Whether most words have capitals: an English title, a name, an address."""
    small = sum(text[word.start].islower() for word in found)
    last = found[-1]
    return 2 * small < len(found) or text[last.start : last.end].isupper()


def _goes_on(text: str, blocks: Sequence[Block], number: int) -> bool:
    """Whether the next block continues the sentence, or the lines around are verse, a list, an address."""
    block = blocks[number]
    if number + 1 < len(blocks):
        following = blocks[number + 1]
        first, second = text[following.start], text[following.start + 1 : following.start + 2]
        if first.islower() or first in ",;:.)]…" or (first in "–—-" and not second.isspace()):
            return True
    neighbours = [n for n in (number - 1, number + 1) if 0 <= n < len(blocks)]
    return any(
        _gap(text, blocks, min(n, number)) == 1 and not _is_prose(text, blocks[n]) and blocks[n] != block
        for n in neighbours
    )


def _gap(text: str, blocks: Sequence[Block], number: int) -> int:
    """Line ends between a block and the next one; 0 where it is the last."""
    if number + 1 >= len(blocks):
        return 0
    return text.count("\n", blocks[number].end, blocks[number + 1].start)


def _is_prose(text: str, block: Block) -> bool:
    tail = text[max(block.start, block.end - 8) : block.end]
    return _PROSE.search(tail) is not None and block.end - block.start >= _SHORTEST


class _Page:
    """What the whole document says about its suspected cuts."""

    __slots__ = ("_blocks", "_text", "_whole", "donors")

    def __init__(self, text: str, blocks: Sequence[Block], cuts: Sequence[_Cut]) -> None:
        self._text = text
        self._blocks = blocks
        self.donors = Donors(text, blocks)
        last = Counter(cut.last for cut in cuts)
        self._whole = frozenset(word for word in last if self.donors.count(word) > last[word])

    def is_open(self, cut: _Cut) -> bool:
        """Whether the passage may well be cut: its last word stands nowhere else, or says so."""
        return cut.passage.marked or cut.passage.runs_on or cut.last not in self._whole

    def is_suspicious(self, cut: _Cut) -> bool:
        """Whether the cut deserves a flag although nothing proves it."""
        if cut.passage.marked:
            return not cut.plain or self._is_beginning(cut.last)
        if len(cut.passage.words) < _FEWEST_FLAGGED or cut.end != self._blocks[cut.passage.block].end:
            return False
        if not self._stands_among_prose(cut.passage.block):
            return False
        sentence = len(cut.passage.words) >= _FEWEST_IN_SENTENCE
        return cut.passage.runs_on or self._is_beginning(cut.last, inflected=sentence)

    def _is_beginning(self, word: str, *, inflected: bool = False) -> bool:
        """Whether it stands nowhere as a word, but longer words begin so; `inflected`: even its own forms."""
        if word in self._whole or not is_cased(word):
            return False
        longer = self.donors.longer_words(word)
        return any(inflected or other[len(word) :] not in _INFLECTIONS for other in longer)

    def _stands_among_prose(self, number: int) -> bool:
        around = [n for n in (number - 1, number + 1) if 0 <= n < len(self._blocks)]
        return len(around) == 2 and all(_is_prose(self._text, self._blocks[n]) for n in around)
