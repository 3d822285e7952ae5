"""What it costs to find out which documents may complete which passage: all text pages as one dump."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarking.pages import Page
from benchmarking.tables import table

from repairing.bench import Bench
from scrubber.config import Config
from scrubber.evidence import DocumentEvidence, Evidence, examine
from scrubber.fragments import find_lenders
from scrubber.reading import ReadingError, read_path

HALVED = False
KIND = "text-full"
FIGURES = ("documents", "blocks", "traces", "fragments", "lent", "collect", "join")


def measure(bench: Bench) -> dict[str, Any]:
    """CPU seconds of one process, and of how much: documents, blocks, traces, fragments, lenders."""
    begun = time.process_time()
    records = _records(bench.pages)
    collected = time.process_time()
    lenders = find_lenders(Evidence.of(records))
    return {
        "documents": len(records),
        "blocks": sum(map(len, records)),
        "traces": sum(len(record.traces) for record in records),
        "fragments": sum(len(record.fragments) for record in records),
        "lent": len(lenders),
        "collect": collected - begun,
        "join": time.process_time() - collected,
    }


def _records(pages: Sequence[Page]) -> list[DocumentEvidence]:
    found = []
    for page in pages:
        try:
            document = read_path(page.path(KIND), id=f"{page.name}.txt", metadata=False)
        except ReadingError:
            continue
        found.append(examine(document, Config()).record)
    return found


def to_tables(bench: Bench, result: dict[str, Any]) -> dict[str, str]:  # noqa: ARG001 - as in every stage
    """``joining``."""
    heads = ["documents", "blocks", "traces", "passages that seem cut", "of which others may complete"]
    counts = [f"{result[name]:,}" for name in FIGURES[:5]]
    seconds = [f"{result[name]:.2f} s" for name in FIGURES[5:]]
    return {"joining": table([*heads, "read and collect", "join"], [[*counts, *seconds]])}


def lists(bench: Bench, result: dict[str, Any]) -> dict[str, Sequence[Any]]:  # noqa: ARG001 - as in every stage
    """Nothing to be read."""
    return {}


def failures(result: dict[str, Any]) -> dict[str, list[Any]]:  # noqa: ARG001 - as in every stage
    """Nothing that could fail."""
    return {}


def draw(bench: Bench, result: dict[str, Any], folder: Path) -> None:
    """Nothing to be drawn."""
