"""Rule `boilerplate`: blocks that are not the document's own content go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from scrubber.classifying import OVERRIDDEN, Verdict
from scrubber.documents import Flag
from scrubber.edits import Declined, Edit, Reason
from scrubber.evidence import DocumentEvidence
from scrubber.fingerprints import Key
from scrubber.preparing import Prepared
from scrubber.templates import View

RULE = "boilerplate"


def propose(prepared: Prepared, record: DocumentEvidence, view: View, verdict: Verdict) -> tuple[Edit, ...]:
    """One removal a block, with the template behind it, other documents that hold it, and why."""
    return tuple(_removals(prepared, record, view, verdict, np.flatnonzero(verdict.chrome).tolist()))


def overruled(
    prepared: Prepared, record: DocumentEvidence, view: View, verdict: Verdict
) -> tuple[Declined, ...]:
    """The removals that people's overrides or a guard forbid: told, so that it is known what they did."""
    because = {**dict.fromkeys(verdict.overruled, OVERRIDDEN), **verdict.spared}
    places = sorted(because)
    found = _removals(prepared, record, view, verdict, places)
    return tuple(Declined(edit, because[place]) for edit, place in zip(found, places, strict=True))


def _removals(
    prepared: Prepared, record: DocumentEvidence, view: View, verdict: Verdict, places: Sequence[int]
) -> Iterator[Edit]:
    if not places:
        return
    keys = record.keys.tolist()
    support = view.support.to_dict()
    told = zip(places, verdict.confidences(places), verdict.reasons(places), strict=True)
    for place, confidence, reasons in told:
        block, key = prepared.blocks[place], keys[place]
        template = _template(key, record.bands_by_key.get(key, ()), support)
        yield Edit(
            block.start,
            block.end,
            prepared.text[block.start : block.end],
            "",
            RULE,
            confidence,
            Reason(
                template=f"{template:016x}",
                examples=view.examples(template),
                weights=reasons,
                note=verdict.decided.get(place, ""),
            ),
        )


def flags(prepared: Prepared, verdict: Verdict) -> tuple[Flag, ...]:
    """What a person should know of the verdict, over the whole text (before removal)."""
    if verdict.guarded is None:
        return ()
    return (Flag(verdict.guarded.rule, 0, len(prepared.text), verdict.guarded.message),)


def _template(key: Key, bands: list[Key] | tuple[()], support: Mapping[Key, int]) -> Key:
    """The block's own key, or the band of the near-duplicates that stand on more pages."""
    best, most = key, support.get(key, 0)
    for band in bands:
        count = support.get(band, 0)
        if count > most:
            best, most = band, count
    return best
