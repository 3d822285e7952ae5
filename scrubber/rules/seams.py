"""Seams: where a layer of removals has cut something out, and what."""

from __future__ import annotations

from dataclasses import dataclass

from scrubber.edits import Layer, OffsetMap


@dataclass(frozen=True, slots=True)
class Seam:
    """Where something was removed, and what: an offset in the text that is left."""

    at: int
    text: str


def seams(removal: Layer) -> tuple[Seam, ...]:
    """The seams that a layer of removals has left, in the coordinates of the text after it."""
    offsets = OffsetMap(removal)
    return tuple(Seam(offsets.forward(edit.start), edit.removed or "") for edit in removal.edits)
