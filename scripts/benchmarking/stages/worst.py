"""The pages of each set with the lowest F1: a list to read beside the raw text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from training import label, tokens

from benchmarking import parallel, tables
from benchmarking.bench import Bench
from benchmarking.pages import Page
from benchmarking.scoring import of_set, score
from benchmarking.stages import sets
from scrubber.config import Config
from scrubber.preparing import prepare
from scrubber.reading import ReadingError, read_path

WORST = 30
KINDS = {"html": "trafilatura", "text-full": sets.RULE_NAMES["repeated"]}


def measure(bench: Bench) -> dict[str, Any]:
    """``{kind: {set: [{"page", "precision", "recall", "f1", "other", "oracle"}, ...]}}``."""
    scores = sets.made(bench)["scores"]
    result: dict[str, Any] = {}
    for kind, other in KINDS.items():
        result[kind] = {}
        mine = scores[kind]["scrubber"]
        for name in bench.sets():
            pages = sorted(of_set(bench.pages, name), key=lambda p: (mine.get(p.name, (0, 0, 0))[2], p.name))[
                :WORST
            ]
            context = (kind, bench.scorer)
            best = parallel.spread(_oracle, context, pages, bench.jobs, f"{name}, {kind}, the right blocks")
            result[kind][name] = [
                _row(page, mine.get(page.name, (0.0, 0.0, 0.0)), scores[kind][other][page.name][2], oracle)
                for page, oracle in zip(pages, best, strict=True)
            ]
    return result


def _row(page: Page, mine: Any, other: float, oracle: float) -> dict[str, Any]:
    precision, recall, f1 = mine
    row = {"page": page.name, "precision": precision, "recall": recall, "f1": f1}
    return {**row, "other": other, "oracle": oracle}


def _oracle(context: tuple[str, Path], page: Page) -> float:
    """F1 of exactly the right blocks: those that training labels as content."""
    kind, scorer = context
    try:
        prepared = prepare(read_path(page.path(kind), id=page.id(kind), metadata=False), Config())
    except ReadingError:
        return 0.0
    texts = [prepared.text[block.start : block.end] for block in prepared.blocks]
    chrome = label([tokens(text) for text in texts], tokens(page.gold()))
    kept = "\n".join(text for text, gone in zip(texts, chrome, strict=True) if not gone)
    return score(scorer, kept, page)[2]


def to_tables(bench: Bench, result: dict[str, Any]) -> dict[str, str]:
    """None for the documentation; writes ``worst.md`` beside the results."""
    parts = []
    for kind, other in KINDS.items():
        for name in bench.sets():
            columns = ("precision", "recall", "f1", "other", "oracle")
            rows = [[r["page"], *(f"{r[c]:.2f}" for c in columns)] for r in result[kind][name]]
            heads = [
                f"{name}, {kind}",
                "precision",
                "recall",
                "F1",
                f"F1 of {other}",
                "F1 of the right blocks",
            ]
            parts.append(tables.table(heads, rows))
    bench.store.folder.mkdir(parents=True, exist_ok=True)
    (bench.store.folder / "worst.md").write_text("\n".join(parts), "utf-8")
    return {}


def draw(bench: Bench, result: dict[str, Any], folder: Path) -> None:
    """Nothing: this is a list to work through."""
