"""Spans, edits, layers, ledgers: the one way in which a text ever changes.

Rules propose edits, a layer holds the accepted ones, a ledger is a short tuple of layers.
The clean text is *computed* from the raw text and the ledger, so the explanation of a change
and the change itself cannot disagree. Offsets count code points, spans are half-open, and the
edits of a layer are in the coordinates of the text which the layer before it left behind.

This module imports nothing else of the package.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise


class LedgerError(ValueError):
    """A ledger or layer does not fit the text, or its edits overlap."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points, ``start <= end``."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise LedgerError(f"span {self.start}..{self.end} does not run forward")

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a character, or an insertion point lies strictly inside."""
        if self.start == self.end or other.start == other.end:
            return self.start < other.end and other.start < self.end
        return max(self.start, other.start) < min(self.end, other.end)


@dataclass(frozen=True, slots=True)
class Donor:
    """Where the text of a completion was read: ``document[start:end]`` after the encoding layer."""

    document: str
    start: int
    end: int
    overlap: int
    """Characters (folded) that fragment and donor share: what makes the match sure."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an edit was made: what `explain` shows and the ledger keeps."""

    template: str | None = None
    """Id of the template in the index, where one stands behind the edit."""
    examples: tuple[str, ...] = ()
    """Up to three other documents that hold the same block."""
    weights: tuple[tuple[str, int], ...] = ()
    """The features that weighed most, with their fixed-point weights, heaviest first."""
    donor: Donor | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: ``text[start:end]`` (which was `removed`) becomes `inserted`."""

    start: int
    end: int
    removed: str | None
    """What stood there; None only in a ledger read back from ``--ledger spans``."""
    inserted: str
    rule: str
    confidence: float = 1.0
    """0.00 to 1.00, two decimals."""
    reason: Reason = Reason()

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise LedgerError(f"edit {self.start}..{self.end} does not run forward")
        if self.removed is not None and len(self.removed) != self.end - self.start:
            raise LedgerError(f"edit {self.start}..{self.end} says it removed {len(self.removed)} characters")

    @property
    def span(self) -> Span:
        """What the edit covers, before it."""
        return Span(self.start, self.end)

    @property
    def shift(self) -> int:
        """By how many characters the text grows (negative: shrinks)."""
        return len(self.inserted) - (self.end - self.start)

    @classmethod
    def replace(cls, text: str, span: Span, inserted: str, rule: str) -> Edit:
        """The sure edit that puts `inserted` in the place of ``text[span]``."""
        return cls(span.start, span.end, text[span.start : span.end], inserted, rule)


@dataclass(frozen=True, slots=True)
class Declined:
    """A proposal that lost to another of its layer, kept with the reason."""

    edit: Edit
    because: str


@dataclass(frozen=True, slots=True)
class Layer:
    """Ordered edits that do not overlap, all in the coordinates of one text."""

    name: str
    edits: tuple[Edit, ...] = ()
    declined: tuple[Declined, ...] = ()

    def __post_init__(self) -> None:
        start, end = -1, 0
        for edit in self.edits:
            if edit.start < end or edit.start == start:
                raise LedgerError(f"layer {self.name}: edits overlap or are out of order at {edit.start}")
            start, end = edit.start, edit.end


@dataclass(frozen=True, slots=True)
class Ledger:
    """All edits of a document, layer after layer."""

    layers: tuple[Layer, ...] = ()

    def __iter__(self) -> Iterator[Edit]:
        for layer in self.layers:
            yield from layer.edits

    @property
    def is_empty(self) -> bool:
        """Whether nothing was changed."""
        return not any(layer.edits for layer in self.layers)


def settle(name: str, proposals: Iterable[Edit], precedence: Sequence[str] = ()) -> Layer:
    """Make a layer of proposals: the one place where conflicts are decided.

    Rules earlier in `precedence` win over later ones (unnamed rules come last), then the edit
    that starts first, then the longer one. Losers are kept in ``Layer.declined``.
    """
    changes = [edit for edit in proposals if edit.removed != edit.inserted]
    if all(one.start < other.start >= one.end for one, other in pairwise(changes)):
        return Layer(name, tuple(changes))  # in order and apart: nothing to decide
    rank = {rule: place for place, rule in enumerate(precedence)}
    wanted = sorted(
        changes,
        key=lambda e: (rank.get(e.rule, len(rank)), e.start, e.start - e.end, e.rule, e.inserted),
    )
    taken: list[Edit] = []
    starts: list[int] = []
    declined: list[Declined] = []
    for edit in wanted:
        place = bisect_right(starts, edit.start)
        rivals = [taken[i] for i in (place - 1, place) if 0 <= i < len(taken)]
        rival = next((r for r in rivals if _collide(edit, r)), None)
        if rival is None:
            taken.insert(place, edit)
            starts.insert(place, edit.start)
        else:
            declined.append(Declined(edit, f"overlaps {rival.rule} at {rival.start}..{rival.end}"))
    declined.sort(key=lambda d: (d.edit.start, d.edit.end, d.edit.rule))
    return Layer(name, tuple(taken), tuple(declined))


def _collide(one: Edit, other: Edit) -> bool:
    if one.start == other.start:
        return True
    return max(one.start, other.start) < min(one.end, other.end) or _is_inside(one, other)


def _is_inside(one: Edit, other: Edit) -> bool:
    """Whether one of the two inserts where the other replaces."""
    if one.start < one.end and other.start < other.end:
        return False
    return one.start < other.end and other.start < one.end


def apply_layer(text: str, layer: Layer) -> str:
    """The text after one layer. Raises LedgerError where an edit does not fit."""
    parts: list[str] = []
    at = 0
    for edit in layer.edits:
        if edit.end > len(text):
            raise LedgerError(f"layer {layer.name}: edit {edit.start}..{edit.end} lies outside the text")
        if edit.removed is not None and text[edit.start : edit.end] != edit.removed:
            raise LedgerError(
                f"layer {layer.name}: the text at {edit.start}..{edit.end} is not what the ledger removed"
            )
        parts.append(text[at : edit.start])
        parts.append(edit.inserted)
        at = edit.end
    parts.append(text[at:])
    return "".join(parts)


def revert_layer(text: str, layer: Layer) -> str:
    """The text before one layer. Raises LedgerError where an edit does not fit or lacks its text."""
    parts: list[str] = []
    at = 0
    shift = 0
    for edit in layer.edits:
        if edit.removed is None:
            raise LedgerError("this ledger keeps spans only: undo needs the raw file")
        start = edit.start + shift
        end = start + len(edit.inserted)
        if text[start:end] != edit.inserted:
            raise LedgerError(
                f"layer {layer.name}: the text at {start}..{end} is not what the ledger inserted"
            )
        parts.append(text[at:start])
        parts.append(edit.removed)
        at = end
        shift += edit.shift
    parts.append(text[at:])
    return "".join(parts)


def apply(text: str, ledger: Ledger) -> str:
    """The clean text of a raw text."""
    for layer in ledger.layers:
        text = apply_layer(text, layer)
    return text


def revert(text: str, ledger: Ledger) -> str:
    """The raw text of a clean text: ``revert(apply(t, ledger), ledger) == t``."""
    for layer in reversed(ledger.layers):
        text = revert_layer(text, layer)
    return text


class OffsetMap:
    """Positions before and after one layer, in both directions, in O(log edits)."""

    __slots__ = ("_after", "_before", "_edits")

    def __init__(self, layer: Layer) -> None:
        self._edits = layer.edits
        self._before = [edit.start for edit in layer.edits]
        self._after: list[int] = []
        shift = 0
        for edit in layer.edits:
            self._after.append(edit.start + shift)
            shift += edit.shift

    def forward(self, offset: int, *, end: bool = False) -> int:
        """Where a position before the layer stands after it.

        A position inside an edit moves to where the inserted text starts, or ends with
        ``end=True``: so a span that touches an edit keeps all of its replacement. A pure
        insertion belongs to the span that ends where it stands.
        """
        i = bisect_right(self._before, offset) - 1
        if end and i >= 0 and self._edits[i].start == offset < self._edits[i].end:
            i -= 1
        if i < 0:
            return offset
        edit, after = self._edits[i], self._after[i]
        if offset >= edit.end:
            return after + len(edit.inserted) + offset - edit.end
        return after + len(edit.inserted) if end else after

    def back(self, offset: int, *, end: bool = False) -> int:
        """Where a position after the layer stood before it; inside inserted text: the edit's edge."""
        i = bisect_right(self._after, offset - 1 if end else offset) - 1
        if i < 0:
            return offset
        edit, after = self._edits[i], self._after[i]
        stop = after + len(edit.inserted)
        if offset >= stop:
            return edit.end + offset - stop
        return edit.end if end else edit.start


@dataclass(frozen=True, slots=True)
class FlatEdit:
    """A span of the raw text, what it became, and every edit that took part, oldest first."""

    start: int
    end: int
    removed: str
    inserted: str
    parts: tuple[Edit, ...]


def flatten(raw: str, ledger: Ledger) -> tuple[FlatEdit, ...]:
    """All changes as spans of the raw text, in order, none overlapping.

    Edits of different layers that touch the same raw text, or the text that replaced it, are
    joined: ``raw`` with every span replaced by its ``inserted`` is the clean text.
    """
    flat: list[FlatEdit] = []
    text = raw
    for layer in ledger.layers:
        if layer.edits:
            flat = _compose(raw, text, flat, layer)
            text = apply_layer(text, layer)
    return tuple(flat)


def _compose(raw: str, text: str, flat: list[FlatEdit], layer: Layer) -> list[FlatEdit]:
    """Put one more layer upon changes that are already in raw coordinates.

    Both are intervals of `text`, the text before the layer; those that touch become one.
    """
    intervals: list[tuple[int, int, int, FlatEdit | Edit]] = []
    shift = 0
    for change in flat:
        start = change.start + shift
        intervals.append((start, start + len(change.inserted), 0, change))
        shift += len(change.inserted) - (change.end - change.start)
    intervals.extend((edit.start, edit.end, 1, edit) for edit in layer.edits)
    intervals.sort(key=lambda i: i[:3])

    composed: list[FlatEdit] = []
    shift = at = 0
    while at < len(intervals):
        start, end = intervals[at][0], intervals[at][1]
        stop = at + 1
        while stop < len(intervals) and intervals[stop][0] <= end:
            end = max(end, intervals[stop][1])
            stop += 1
        group = [interval[3] for interval in intervals[at:stop]]
        before = shift
        shift += sum(len(c.inserted) - (c.end - c.start) for c in group if isinstance(c, FlatEdit))
        edits = tuple(c for c in group if isinstance(c, Edit))
        local = Layer(
            layer.name,
            tuple(replace(e, start=e.start - start, end=e.end - start) for e in edits),
        )
        raw_start, raw_end = start - before, end - shift
        parts = tuple(p for c in group if isinstance(c, FlatEdit) for p in c.parts) + edits
        inserted = apply_layer(text[start:end], local)
        composed.append(FlatEdit(raw_start, raw_end, raw[raw_start:raw_end], inserted, parts))
        at = stop
    return composed
