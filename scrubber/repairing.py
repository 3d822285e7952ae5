"""The truncation layer: what was cut off is completed, marked or told, words and paragraphs are joined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from scrubber.config import Repair, Repeats
from scrubber.documents import Block, CutOff, Flag
from scrubber.edits import Edit, OffsetMap, settle
from scrubber.rules import hyphenation, interruptions, outcomes, repeats, truncation
from scrubber.rules.outcomes import Outcome
from scrubber.rules.seams import seams
from scrubber.rules.truncation import Scope
from scrubber.work import Work

LAYER = "truncation"


@dataclass(frozen=True, slots=True)
class Repaired:
    """A document after the truncation layer."""

    work: Work
    flags: tuple[Flag, ...]
    """In spans of the raw text."""
    cuts: tuple[CutOff, ...]
    lent: tuple[str, ...]
    """What of other documents, or of their absence, took part: for the digest of what was seen."""


def repair(work: Work, kept: Sequence[Block], scope: Scope, policy: Repair) -> Repaired:
    """Repair a document from which chrome has been removed: `work` stands right after that layer."""
    standing = [(block, work.forward(block)) for block in kept]
    blocks = tuple(
        Block(s.start, s.end, b.kind, b.markup, b.links, b.level) for b, s in standing if s.start < s.end
    )
    removal, removed = work.maps[-1], seams(work.layers[-1])
    cut = truncation.find_cuts(work.text, blocks, scope, removed)
    decided = outcomes.decide(work.text, cut, policy)
    edits = [
        *(_donor_before(removal, one.edit, scope.document) for one in decided if one.edit is not None),
        *interruptions.propose(work.text, blocks, removed),
        *hyphenation.propose(work.text, blocks),
    ]
    if policy.repeats is Repeats.DROP:
        gone = {one.cut.block for one in decided if one.how in ("dropped", "trimmed")}
        edits += repeats.propose(work.text, [block for block in blocks if block not in gone])
    flags = [one.flag for one in decided if one.flag is not None]
    long = truncation.too_long(work.text)
    found = work.in_raw([*flags, *([long] if long else [])], work.depth)
    cuts = tuple(_told(work, one) for one in decided)
    return Repaired(work.then(settle(LAYER, edits)), found, cuts, tuple(_lent(decided)))


def _told(work: Work, one: Outcome) -> CutOff:
    cut, completion = one.cut, one.cut.completion
    span = work.back(cut.block.start, max(cut.block.end, cut.end), work.depth)
    donor = completion.donor.document if completion is not None else None
    return CutOff(cut.rule, span.start, span.end, one.how, donor)


def _lent(decided: Iterable[Outcome]) -> Iterable[str]:
    for one in decided:
        completion = one.cut.completion
        if completion is None:
            yield one.cut.message
        elif not completion.own:
            yield f"{completion.donor.document}\n{completion.inserted}"


def _donor_before(removal: OffsetMap, edit: Edit, document: str) -> Edit:
    """The edit, its own donor told in the text before the removal of chrome: what the dump holds."""
    donor = edit.reason.donor
    if donor is None or donor.document != document:
        return edit
    start, end = removal.back(donor.start), removal.back(donor.end, end=True)
    return replace(edit, reason=replace(edit.reason, donor=replace(donor, start=start, end=end)))
