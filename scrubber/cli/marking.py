"""The raw text in pieces: kept, removed, repaired, normalised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from scrubber.edits import Ledger
from scrubber.running.reviewing import Explanation


class Kind(StrEnum):
    """What became of a piece of the raw text, in the user's words."""

    KEPT = "kept"
    REMOVED = "removed"
    REPAIRED = "repaired"
    NORMALISED = "normalised"


_KINDS_BY_LAYER = (("boilerplate", Kind.REMOVED), ("truncation", Kind.REPAIRED))


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of raw text: kept (`removed` holds it), or changed to `inserted`."""

    kind: Kind
    removed: str
    inserted: str = ""


def marked(explanation: Explanation) -> Iterator[Piece]:
    """The whole raw text, in order."""
    at = 0
    for change, kind in zip(explanation.changes, kinds(explanation), strict=True):
        if change.start > at:
            yield Piece(Kind.KEPT, explanation.raw[at : change.start])
        yield from _trimmed(Piece(kind, change.removed, change.inserted))
        at = change.end
    if at < len(explanation.raw):
        yield Piece(Kind.KEPT, explanation.raw[at:])


def _trimmed(piece: Piece) -> Iterator[Piece]:
    """What a replacement leaves as it was at either end is kept: of a line end only its CR goes."""
    head = _shared(piece.removed, piece.inserted)
    removed, inserted = piece.removed[head:], piece.inserted[head:]
    tail = _shared(removed[::-1], inserted[::-1])
    if head:
        yield Piece(Kind.KEPT, piece.removed[:head])
    yield Piece(piece.kind, removed[: len(removed) - tail], inserted[: len(inserted) - tail])
    if tail:
        yield Piece(Kind.KEPT, removed[-tail:])


def _shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def kinds(explanation: Explanation) -> tuple[Kind, ...]:
    """Of each change the weightiest thing done: a removal, else a repair, else a normalisation."""
    ledger = explanation.record.ledger or Ledger()
    by_kind = [
        (kind, frozenset(edit for layer in ledger.layers if layer.name == name for edit in layer.edits))
        for name, kind in _KINDS_BY_LAYER
    ]
    return tuple(
        next((kind for kind, edits in by_kind if not edits.isdisjoint(change.parts)), Kind.NORMALISED)
        for change in explanation.changes
    )
