"""Tables and plots of the figures that are stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarking import tables

from speed import plotting
from speed.records import Record, Store

BAR = "datatrove, lines"
"""What text cleaning is measured against."""
HTML_BAR = "trafilatura"
_HEADS = ("tool", "runs", "CPU s", "wall s", "peak memory, MiB")


def publish(store: Store, modes: Sequence[str], folder: Path, document: Path | None) -> list[str]:
    """Write tables and plots to a folder, the tables into a document too; returns the tables.

    Raises MarkerError.
    """
    made: dict[str, str] = {}
    for mode in modes:
        records = store.read(mode)
        if records:
            made[f"speed-{mode}"] = _TABLES[mode](records)
            if mode in plotting.PLOTS:
                plotting.PLOTS[mode](records, folder / f"{mode}.png")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (folder / f"{name}.md").write_text(f"<!-- made by scripts/benchmark_speed -->\n\n{text}", "utf-8")
    if document is not None and document.is_file():
        document.write_text(tables.fill(document.read_text("utf-8"), made), "utf-8")
    return list(made.values())


def _row(one: Record) -> list[object]:
    if one.failed:
        return [one.tool, len(one.runs), "failed", None, None]
    return [one.tool, len(one.runs), f"{one.cpu:.1f}", f"{one.wall:.1f}", f"{one.peak / 2**20:.0f}"]


def _f1(one: Record) -> str | None:
    return tables.f1_and_lost(one.quality["f1"], one.quality["lost"]) if one.quality else None


def by_workload(records: Iterable[Record]) -> list[list[Record]]:
    """The records of each workload."""
    groups: dict[str, list[Record]] = {}
    for one in records:
        groups.setdefault(one.workload, []).append(one)
    return list(groups.values())


def _ratio(one: Record, group: Sequence[Record], name: str, value: Callable[[Record], float]) -> str | None:
    """A value as a multiple of another tool's on the same workload."""
    other = next((two for two in group if two.tool == name and not two.failed), None)
    return None if other is None or one.failed else f"{value(one) / value(other):.2f}"


def _text(records: Sequence[Record]) -> str:
    rows = [
        [f"{one.documents:,}", *_row(one), _ratio(one, group, BAR, lambda r: r.cpu), _f1(one)]
        for group in by_workload(records)
        for one in group
    ]
    return tables.table(["documents", *_HEADS, f"CPU, times {BAR}", "F1 (lost)"], rows)


def _html(records: Sequence[Record]) -> str:
    rows = []
    for group in by_workload(records):
        for one in group:
            rate = None if one.failed else f"{one.documents / one.cpu:.1f}"
            faster = _ratio(one, group, HTML_BAR, lambda r: r.documents / r.cpu)
            rows.append([f"{one.documents:,}", *_row(one), rate, faster, _f1(one)])
    return tables.table(["pages", *_HEADS, "pages per CPU s", f"times {HTML_BAR}", "F1 (lost)"], rows)


def _compared(first: str, value: Callable[[Record], float], head: str) -> Callable[[Sequence[Record]], str]:
    """A table whose last column compares each row with the row named `first` of the same workload."""

    def make(records: Sequence[Record]) -> str:
        rows = [
            [one.workload, *_row(one), _ratio(one, group, first, value)]
            for group in by_workload(records)
            for one in group
        ]
        return tables.table(["dump", *_HEADS, head], rows)

    return make


def _growth(records: Sequence[Record]) -> str:
    base = {one.flat: one for one in records if not one.failed and one.documents == _middle(records)}
    rows = []
    for one in records:
        known = base.get(one.flat)
        each = grown = None
        if not one.failed:
            each = f"{one.cpu / one.documents * 1000:.2f}"
            if known is not None:
                per = one.cpu / one.documents / (known.cpu / known.documents)
                grown = f"{per:.2f} / {one.peak / known.peak:.2f}"
        sites = "flat, shuffled" if one.flat else "known"
        rows.append([f"{one.documents:,}", sites, *_row(one)[1:], each, grown])
    heads = [
        "documents",
        "sites",
        *_HEADS[1:],
        "CPU ms a document",
        "CPU a document / memory, times the middle size's",
    ]
    return tables.table(heads, rows)


def _middle(records: Sequence[Record]) -> int:
    sizes = sorted({one.documents for one in records})
    return sizes[len(sizes) // 2]


def _ledger(records: Sequence[Record]) -> str:
    rows = []
    for group in by_workload(records):
        for one in group:
            share = _ratio(one, group, "--ledger none", lambda r: r.cpu)
            rows.append(
                [
                    one.workload,
                    *_row(one),
                    share,
                    f"{one.output_bytes / 1e6:.1f}",
                    f"{one.output_bytes / one.input_bytes:.2f}",
                ]
            )
    return tables.table(
        ["dump", *_HEADS, "CPU, times --ledger none", "output, MB", "output, times the dump"], rows
    )


_TABLES: Mapping[str, Callable[[Sequence[Record]], Any]] = {
    "text": _text,
    "html": _html,
    "workers": _compared("1 worker", lambda r: r.wall, "wall, times one worker's"),
    "growth": _growth,
    "again": _compared("first run", lambda r: r.cpu, "CPU, times the first run's"),
    "ledger": _ledger,
}
