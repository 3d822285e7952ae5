"""What became of a text that a reader asks for: removed, put in, spread over changes, or kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scrubber.edits import Edit, Ledger, OffsetMap, Span
from scrubber.running.reviewing import Explanation


@dataclass(frozen=True, slots=True)
class Sought:
    """All places where a text stands, by what was done there."""

    holding: tuple[Edit, ...]
    """Edits that took, or put in, the whole text."""
    across: tuple[Edit, ...]
    """Edits that touch it at places where none of them holds the whole text."""
    partly: bool
    """Whether some of the text was kept at such a place."""
    kept: tuple[Span, ...]
    """Places in the raw text where nothing was changed but white space."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """An edit, and what it covers in the raw text, or in the clean one."""

    edit: Edit
    span: Span


def seek(explanation: Explanation, text: str) -> Sought:
    """Find `text` in the raw and in the clean text: case and white space count for nothing."""
    raw, clean = _place(explanation.record.ledger or Ledger())
    holding: list[Edit] = []
    across: list[Edit] = []
    kept: list[Span] = []
    partly = False
    for inside, edits in ((explanation.raw, raw), (explanation.clean, clean)):
        for place in _places(inside, text):
            met = [p for p in edits if p.span.overlaps(place)]
            whole = [p.edit for p in met if p.span.start <= place.start and place.end <= p.span.end]
            if whole:
                holding += whole
            elif met:
                across += [p.edit for p in met]
                partly = partly or not _covers(met, place, inside)
            elif inside is explanation.raw:
                kept.append(place)
    held = dict.fromkeys(holding)
    rest = tuple(edit for edit in dict.fromkeys(across) if edit not in held)
    return Sought(tuple(held), rest, partly, tuple(kept))


def _covers(met: Iterable[_Placed], place: Span, text: str) -> bool:
    """Whether some edits cover all of a place but white space."""
    at = place.start
    for span in sorted(p.span for p in met):
        if text[at : max(at, span.start)].strip():
            return False
        at = max(at, span.end)
    return not text[at : max(at, place.end)].strip()


def _says(edit: Edit) -> bool:
    """Whether an edit changes more than white space: no reader means that."""
    return bool((edit.removed or "").strip() or edit.inserted.strip())


def _place(ledger: Ledger) -> tuple[list[_Placed], list[_Placed]]:
    """The edits in the raw text and in the clean one: back through the layers before, forward through those after."""
    maps = [OffsetMap(layer) for layer in ledger.layers]
    raw: list[_Placed] = []
    clean: list[_Placed] = []
    for height, layer in enumerate(ledger.layers):
        shift = 0
        for edit in layer.edits:
            start = edit.start + shift
            shift += edit.shift
            if _says(edit):
                put = Span(start, start + len(edit.inserted))
                raw.append(_Placed(edit, _back(edit.span, maps[:height])))
                clean.append(_Placed(edit, _forward(put, maps[height + 1 :])))
    return raw, clean


def _back(span: Span, maps: Sequence[OffsetMap]) -> Span:
    for offsets in reversed(maps):
        start = offsets.back(span.start)
        span = Span(start, max(start, offsets.back(span.end, end=True)))
    return span


def _forward(span: Span, maps: Iterable[OffsetMap]) -> Span:
    for offsets in maps:
        start = offsets.forward(span.start)
        span = Span(start, max(start, offsets.forward(span.end, end=True)))
    return span


def _places(text: str, sought: str) -> Iterator[Span]:
    """Where `sought` stands, from left to right, none overlapping."""
    wanted = "".join(folded for _, folded in _folded(sought.strip()))
    letters = [(place, letter) for place, folded in _folded(text) for letter in folded]
    form = "".join(letter for _, letter in letters)
    at = form.find(wanted) if wanted else -1
    while at >= 0:
        end = at + len(wanted)
        yield Span(letters[at][0], letters[end - 1][0] + 1)
        at = form.find(wanted, end)


def _folded(text: str) -> Iterator[tuple[int, str]]:
    """The text without case, a run of white space as one space: each piece with its place."""
    spaced = False
    for place, letter in enumerate(text):
        if not letter.isspace():
            yield place, letter.casefold()
        elif not spaced:
            yield place, " "
        spaced = letter.isspace()
