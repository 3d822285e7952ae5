"""What repair did to a document: its edits and flags, in coordinates of the raw text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scrubber.documents import CleanDocument
from scrubber.edits import Donor, Layer, OffsetMap, apply, revert

LAYER = "truncation"
RULES = frozenset(
    ("cut-word", "cut-sentence", "ellipsis", "interrupted", "hyphenation", "cut-document", "truncation")
)
"""Names of edits and flags; the last one is what there was before each kind had its own."""


@dataclass(frozen=True, slots=True)
class Touch:
    """An edit of the repair layer, or a flag of one of its rules."""

    rule: str
    start: int
    end: int
    """``raw[start:end]``."""
    is_flag: bool
    removed: str = ""
    inserted: str = ""
    donor: Donor | None = None
    message: str = ""
    """Of a flag."""

    @property
    def completes(self) -> bool:
        """Whether it writes anything."""
        return bool(self.inserted.strip())

    def meets(self, start: int, end: int) -> bool:
        """Whether it has to do with ``raw[start:end]``.

        A flag must share a character with it; an edit may as well join it to what stands beside.
        """
        if self.start == self.end:
            return start < self.start <= end
        if self.is_flag:
            return self.start < end and start < self.end
        return self.start <= end and start <= self.end


def touches(document: CleanDocument) -> list[Touch]:
    """All that repair did to a document, in order."""
    found = [
        Touch(flag.rule, flag.start, flag.end, is_flag=True, message=flag.message)
        for flag in document.flags
        if flag.rule in RULES
    ]
    before: list[OffsetMap] = []
    for layer in document.ledger.layers:
        if layer.name == LAYER:
            found += _edits(layer, before)
        before.append(OffsetMap(layer))
    return sorted(found, key=lambda touch: (touch.start, touch.end, touch.rule))


def _edits(layer: Layer, before: list[OffsetMap]) -> list[Touch]:
    found = []
    for edit in layer.edits:
        start, end = edit.start, edit.end
        for offsets in reversed(before):
            # What is inserted at one point belongs to the text that ends there.
            end = offsets.back(end, end=True)
            start = offsets.back(start) if edit.start < edit.end else end
        found.append(
            Touch(
                edit.rule, min(start, end), end, False, edit.removed or "", edit.inserted, edit.reason.donor
            )
        )
    return found


def now(document: CleanDocument, start: int, end: int) -> str:
    """What became of ``raw[start:end]`` in the clean text."""
    for layer in document.ledger.layers:
        offsets = OffsetMap(layer)
        start, end = offsets.forward(start), offsets.forward(end, end=True)
    return document.text[start : max(start, end)]


def faults(document: CleanDocument, texts: Mapping[str, str]) -> list[str]:
    """Broken laws: what was inserted is no span of its donor, or undo does not give the raw text.

    `texts` are the documents of the dump after the encoding layer, by id.
    """
    found = []
    for touch in touches(document):
        donor = touch.donor
        if not touch.completes:
            continue
        if donor is None:
            found.append(f"{document.id}: {touch.rule} wrote {touch.inserted!r} and names no donor")
        elif texts.get(donor.document, "")[donor.start : donor.end] != touch.inserted:
            found.append(
                f"{document.id}: {touch.inserted!r} is not {donor.document}[{donor.start}:{donor.end}]"
            )
    if revert(apply(document.raw.text, document.ledger), document.ledger) != document.raw.text:
        found.append(f"{document.id}: undo does not give the raw text")
    return found
