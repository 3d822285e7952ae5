"""A dump is cleaned, and every planted text judged: plain values for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from repairing.cases import Carrier, Case, Dump
from repairing.judging import judge
from repairing.reading import printable
from repairing.touching import Touch, faults, now, touches
from scrubber.config import Chrome, Config
from scrubber.documents import CleanDocument
from scrubber.pipeline import clean
from scrubber.preparing import prepare

REPAIR_ALONE = Config(chrome=Chrome(threshold=1.0))
"""Takes nothing for chrome."""
_WIDTH = 400
"""Characters that are shown of a text."""


def judged(_: None, dump: Dump) -> dict[str, list[Any]]:
    """``{"cases", "items", "natural", "faults"}`` of one dump, each a list of records."""
    documents = [carrier.document() for carrier in dump.carriers]
    texts = {document.id: prepare(document, REPAIR_ALONE).text for document in documents}
    found: dict[str, list[Any]] = {"cases": [], "items": [], "natural": [], "faults": []}
    for carrier, document in zip(dump.carriers, clean(documents, REPAIR_ALONE), strict=True):
        if document.raw.text != carrier.text:
            found["faults"].append(
                f"{carrier.id}: read as {document.raw.source.encoding}, not as it was written"
            )
        touched = touches(document)
        left = list(touched)
        for start, end, planted in carrier.planted:
            mine = [touch for touch in touched if touch.meets(start, end)]
            left = [touch for touch in left if touch not in mine]
            record = {"document": carrier.id, "round": dump.round, **_said(mine)}
            if isinstance(planted, Case):
                became = now(document, start, end)
                outcome = judge(planted, became, mine, (start, end))
                found["cases"].append({**_case(planted), **record, "outcome": outcome, "became": became})
            else:
                item = {"kind": planted.kind, "language": planted.language, "text": planted.text}
                found["items"].append({**item, **record})
        found["natural"] += [_natural(carrier, document, touch) for touch in left]
        found["faults"] += faults(document, texts)
    return {name: printable(records) for name, records in found.items()}


def _case(case: Case) -> dict[str, Any]:
    return {
        "kind": case.kind,
        "place": case.place,
        "mark": case.mark,
        "donor": case.donor,
        "language": case.language,
        "source": case.source,
        "fragment": case.fragment,
        "tail": case.tail,
        "continuation": case.continuation,
        "is_word": case.is_word,
    }


def _said(touched: Sequence[Touch]) -> dict[str, Any]:
    """What was done, by which rules, on whose word."""
    told: dict[str, Any] = {
        "rules": sorted({touch.rule for touch in touched}),
        "flags": [touch.message for touch in touched if touch.is_flag],
    }
    edit = next((touch for touch in touched if touch.completes), None)
    if edit is not None:
        told["inserted"] = edit.inserted
    if edit is not None and edit.donor is not None:
        told |= {"donor_document": edit.donor.document, "overlap": edit.donor.overlap}
    return told


def _natural(carrier: Carrier, document: CleanDocument, touch: Touch) -> dict[str, Any]:
    """Something done where nothing was planted: the lines that it lies in."""
    start, end = line_around(carrier.text, touch.start, touch.end)
    record = {"document": carrier.id, "text": carrier.text[start:end][:_WIDTH], "became": None}
    if not touch.is_flag:
        record["became"] = now(document, start, end)[:_WIDTH]
    return {**record, **_said([touch])}


def line_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The lines that hold ``text[start:end]``."""
    # At the very end of a line an edit still belongs to it.
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", max(start, end - 1))
    return first, len(text) if last < 0 else last
