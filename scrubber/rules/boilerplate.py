"""Rule `boilerplate`: blocks that are not the document's own content go."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scrubber.classifying import Verdict
from scrubber.documents import Flag
from scrubber.edits import Edit, Reason
from scrubber.evidence import DocumentEvidence
from scrubber.fingerprints import Key
from scrubber.preparing import Prepared
from scrubber.templates import View

RULE = "boilerplate"


def propose(prepared: Prepared, record: DocumentEvidence, view: View, verdict: Verdict) -> tuple[Edit, ...]:
    """One removal a block, with the template behind it, other documents that hold it, and why."""
    edits = []
    keys = record.keys.tolist()
    removed = np.flatnonzero(verdict.chrome).tolist()
    support = view.support.to_dict()
    for place, reasons in zip(removed, verdict.reasons(removed), strict=True):
        block, key = prepared.blocks[place], keys[place]
        template = _template(key, record.bands_by_key.get(key, ()), support)
        edits.append(
            Edit(
                block.start,
                block.end,
                prepared.text[block.start : block.end],
                "",
                RULE,
                verdict.confidence(place),
                Reason(
                    template=f"{template:016x}",
                    examples=view.examples(template),
                    weights=reasons,
                    note=verdict.decided.get(place, ""),
                ),
            )
        )
    return tuple(edits)


def flags(prepared: Prepared, verdict: Verdict) -> tuple[Flag, ...]:
    """What a person should know of the verdict, over the whole text (before removal)."""
    if verdict.guarded is None:
        return ()
    return (Flag(verdict.guarded.rule, 0, len(prepared.text), verdict.guarded.message),)


def _template(key: Key, bands: list[Key] | tuple[()], support: Mapping[Key, int]) -> Key:
    """The block's own key, or the band of the near-duplicates that stand on more pages."""
    best, most = key, support.get(key, 0)
    for band in bands:
        if support.get(band, 0) > most:
            best, most = band, support[band]
    return best
