"""Whether a clean document is as people's overrides ask, told from its provenance alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from scrubber.classifying import OVERRIDDEN
from scrubber.config import LedgerMode, Templates
from scrubber.edits import Ledger, OffsetMap, apply
from scrubber.fingerprints import band_keys, block_key, fold, sign
from scrubber.rules import boilerplate
from scrubber.segmenting import comparable
from scrubber.writing.provenance import Record

_BEFORE: Final = frozenset({"encoding", "characters", "unicode"})
"""Layers that the document went through before its blocks were found."""


@dataclass(frozen=True, slots=True)
class _Block:
    text: str
    kept: bool
    overruled: bool
    """Whether an override made it so."""


def is_overruled(record: Record, raw: str | None, overrides: Mapping[str, str], settings: Templates) -> bool:
    """Whether overrides ask for another text than a document has, as far as can be told.

    `raw` is its raw text; None where it is not at hand, or its ledger does not lead there: then any
    override may be for it. `settings` are those of the index.
    """
    if not overrides:
        return any(_by_override(record.ledger or Ledger()))
    if record.ledger is None or record.mode is not LedgerMode.FULL or raw is None:
        return True
    blocks = list(_blocks(record, raw))
    source = record.source
    compared = [comparable(block.text, source.media_type, source.url) for block in blocks]
    asked = verdicts(compared, overrides, settings)
    return any(
        block.overruled if verdict is None else block.kept != (verdict == "keep")
        for block, verdict in zip(blocks, asked, strict=True)
    )


def verdicts(blocks: Sequence[str], overrides: Mapping[str, str], settings: Templates) -> list[str | None]:
    """What the overrides say of each block: by its own key first, then by those of near-duplicates.

    `blocks` are the texts of the blocks as they are compared: see `segmenting.comparable`.
    """
    folded = [fold(text) for text in blocks]
    keys = [[block_key(form)] for form in folded]
    signed = [place for place, form in enumerate(folded) if len(form) >= settings.minimum_signed]
    bands = band_keys(sign([folded[place] for place in signed], settings), settings)
    for place, row in zip(signed, bands.tolist(), strict=True):
        keys[place] += row
    known = {int(id, 16): verdict for id, verdict in overrides.items()}
    return [next((known[key] for key in found if key in known), None) for found in keys]


def _blocks(record: Record, raw: str) -> Iterator[_Block]:
    """The blocks as they were judged: after the encoding layers, before anything was removed."""
    assert record.ledger is not None
    before = [layer for layer in record.ledger.layers if layer.name in _BEFORE]
    text, maps = apply(raw, Ledger(tuple(before))), [OffsetMap(layer) for layer in before]
    kept = set()
    for layer in record.ledger.layers:
        for one in layer.declined:
            if one.edit.rule == boilerplate.RULE and one.because == OVERRIDDEN:
                kept.add(one.edit.start)
                yield _Block(one.edit.removed or "", kept=True, overruled=True)
        for edit in layer.edits:
            if edit.rule == boilerplate.RULE:
                yield _Block(edit.removed or "", kept=False, overruled=edit.reason.note == OVERRIDDEN)
    for block in record.blocks:
        start, end = block.raw_start, block.raw_end
        for offsets in maps:
            start, end = offsets.forward(start), offsets.forward(end, end=True)
        if start not in kept:
            yield _Block(text[start:end].strip(), kept=True, overruled=False)


def _by_override(ledger: Ledger) -> Iterator[bool]:
    for layer in ledger.layers:
        yield from (edit.reason.note == OVERRIDDEN for edit in layer.edits)
        yield from (one.because == OVERRIDDEN for one in layer.declined)
