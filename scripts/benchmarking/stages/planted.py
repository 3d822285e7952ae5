"""Planted chrome: pages of which every line is known, cleaned; content lost and chrome left, in words.

`scripts/make_dump --bodies all` makes the pages. Beside ours stand ours without MinHash (what exact
keys alone tell) and the simple rule that drops the lines of 30% of a site's pages; the rule is told
which pages are of a site, ours is not.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dumping.containers import LABELS, Document, write_labels, write_tree
from dumping.kinds.furniture import EXCHANGED, ONCE
from dumping.kinds.laying import BODIES
from dumping.kinds.planted import PlantedDump, PlantedOrder

from benchmarking import parallel, plots, tables
from benchmarking.aligning import standing
from benchmarking.baselines import repeated_dropped
from benchmarking.bench import Bench
from benchmarking.cleaning import clean_folder, sites_found

SEED = 20261
"""Of the dumps that are measured: no fitting may use it."""
SIZES, LARGE = (1, 2, 3, 6, 20), 100
LARGE_KINDS = ("documentation", "products", "forums")
"""Kinds that have a site of a hundred pages as well: with all of them it would take an hour."""
OURS, UNSIGNED, RULE = "scrubber", "scrubber, no MinHash", "lines in ≥30% of pages dropped"
_UNSIGNED = "[templates]\nminimum_signed = 1000000\n"
_PLACES = ((15, "blocks 1 to 15"), (60, "blocks 16 to 60"))
_EXAMPLES = 40


@dataclass(frozen=True, slots=True)
class Planting:
    """One dump that is measured."""

    name: str
    form: str
    flat: bool
    suffix: str
    ablated: bool = False
    """Whether it is measured without MinHash too."""


PLANTINGS = (
    Planting("text, a folder a site", "text", flat=False, suffix=".txt", ablated=True),
    Planting("text, one folder", "text", flat=True, suffix=".txt"),
    Planting("Markdown, a folder a site", "markdown", flat=False, suffix=".md", ablated=True),
    Planting("Markdown, one folder", "markdown", flat=True, suffix=".md"),
    Planting("HTML, a folder a site", "html", flat=False, suffix=".html"),
)

Counts = dict[str, dict[str, list[int]]]
"""By dimension and value: words of content, of these lost, words of chrome, of these left."""


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page's labels, and its lines as a method left them."""

    label: dict[str, Any]
    clean: tuple[str, ...]


def measure(bench: Bench) -> dict[str, Any]:
    """``{planting: {"documents", "sites", "found", "alone", "methods": {method: {"counts", "lost"}}}}``."""
    work = bench.store.folder / "planted"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    config = work / "unsigned.toml"
    config.write_text(_UNSIGNED, "utf-8")
    result = {}
    for number, planting in enumerate(PLANTINGS):
        raw, clean = work / f"{number}" / "raw", work / f"{number}" / "clean"
        labels = planted(planting, raw, raw.with_name("labels"))
        clean_folder(raw, clean, bench.jobs)
        found, alone = sites_found(clean)
        methods = {OURS: _of(bench, planting, labels, clean)}
        if planting.ablated:
            clean_folder(raw, clean.with_name("unsigned"), bench.jobs, config)
            methods[UNSIGNED] = _of(bench, planting, labels, clean.with_name("unsigned"))
        methods[RULE] = _counted(bench, _by_rule(labels), f"{planting.name}: the rule")
        sites = len({label["site"] for label in labels})
        result[planting.name] = {
            "documents": len(labels), "sites": sites, "found": found, "alone": alone, "methods": methods,
        }  # fmt: skip
    return result


def planted(planting: Planting, raw: Path, labels: Path) -> list[dict[str, Any]]:
    """Make a dump and its labels; returns these."""
    documents: Iterable[Document] = [
        document
        for kinds, sizes in ((tuple(BODIES), SIZES), (LARGE_KINDS, (LARGE,)))
        for document in PlantedDump(PlantedOrder(kinds, sizes, SEED, planting.form, planting.flat))
    ]
    if planting.flat:  # two dumps in one folder: numbered anew
        documents = [
            Document(f"doc-{number:05d}", d.text, d.gold, d.url, d.date) for number, d in enumerate(documents)
        ]
    for _ in write_labels(labels, write_tree(raw, documents, planting.suffix)):
        pass
    return [json.loads(line) for line in (labels / LABELS).read_text("utf-8").splitlines()]


def _of(bench: Bench, planting: Planting, labels: Sequence[dict[str, Any]], clean: Path) -> dict[str, Any]:
    suffix = ".html.txt" if planting.form == "html" else planting.suffix
    pages = []
    for label in labels:
        path = clean / f"{label['name']}{suffix}"
        text = path.read_text("utf-8") if path.is_file() else ""
        pages.append(LabelledPage(label, tuple(text.splitlines())))
    return _counted(bench, pages, f"{planting.name}: {clean.name}")


def _by_rule(labels: Sequence[dict[str, Any]]) -> list[LabelledPage]:
    """What the simple rule leaves of the same pages, site by site."""
    sites: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for label in labels:
        sites[label["site"]].append(label)
    pages = []
    for group in sites.values():
        texts = ["\n".join(row[0] for row in label["lines"]) for label in group]
        left = repeated_dropped(texts)
        pages += [LabelledPage(one, tuple(text.splitlines())) for one, text in zip(group, left, strict=True)]
    return pages


def _counted(bench: Bench, pages: Sequence[LabelledPage], what: str) -> dict[str, Any]:
    counts: Counts = {}
    lost: list[str] = []
    for found, gone in parallel.spread(_count, None, pages, bench.jobs, what):
        merge(counts, found)
        lost += gone
    step = max(1, len(lost) // _EXAMPLES)
    return {"counts": counts, "lost": lost[::step][:_EXAMPLES]}


def _count(_: None, page: LabelledPage) -> tuple[Counts, list[str]]:
    return count_page(page)


def count_page(page: LabelledPage) -> tuple[Counts, list[str]]:
    """The words of one page by what they are, and the lines of content that it lost."""
    label, rows = page.label, page.label["lines"]
    stands = standing([row[0] for row in rows], page.clean, [not row[3] for row in rows])
    counts: Counts = defaultdict(lambda: defaultdict(lambda: [0, 0, 0, 0]))
    lost = []
    for (line, words, sort, chrome, place), there in zip(rows, stands, strict=True):
        row = [0, 0, words, words * there] if chrome else [words, words * (not there), 0, 0]
        groups = {
            "all": "all", "body": label["kind"], "pages": str(label["pages"]), "role": label["role"],
            "place": _place(place), **({"chrome": chrome} if chrome else {"sort": sort}),
        }  # fmt: skip
        for dimension, value in groups.items():
            merge(counts, {dimension: {value: row}})
        if not chrome and not there:
            lost.append(f"{label['name']}: {sort}: {line[:100]}")
    return {name: dict(values) for name, values in counts.items()}, lost


def _place(number: int) -> str:
    return next((name for bar, name in _PLACES if number < bar), "blocks from 61")


def merge(counts: Counts, more: Counts) -> None:
    """Add counts to others."""
    for dimension, values in more.items():
        for value, row in values.items():
            before = counts.setdefault(dimension, {}).setdefault(value, [0, 0, 0, 0])
            before[:] = [a + b for a, b in zip(before, row, strict=True)]


def to_tables(bench: Bench, result: dict[str, Any]) -> dict[str, str]:  # noqa: ARG001 - as in every stage
    """``planted``: overall; ``planted-lost-…`` and ``planted-left-…``: by what it is; ``planted-sites``."""
    heads = ["dump", *(f"{m}: {what}" for m in (OURS, UNSIGNED, RULE) for what in ("lost", "left"))]
    rows, sites = [], []
    for name, one in result.items():
        cells: list[object] = [name]
        for method in (OURS, UNSIGNED, RULE):
            row = one["methods"].get(method, {"counts": {}})["counts"].get("all", {}).get("all")
            cells += [share(row, 0), share(row, 2)]
        rows.append(cells)
        sites.append([name, one["documents"], one["sites"], one["found"], one["alone"]])
    told = ["dump", "documents", "sites", "sites found, of two pages and more", "documents found alone"]
    return {
        "planted": tables.table(heads, rows),
        **{
            f"planted-lost-{dimension}": _split(result, dimension, 0)
            for dimension in ("body", "sort", "place", "role", "pages")
        },
        **{
            f"planted-left-{dimension}": _split(result, dimension, 2)
            for dimension in ("chrome", "body", "pages")
        },
        "planted-sites": tables.table(told, sites),
    }


def share(row: Sequence[int] | None, at: int) -> str | None:
    """``1.2% of 34,567``; None where nothing was counted."""
    if row is None or not row[at]:
        return None
    return f"{row[at + 1] / row[at]:.1%} of {row[at]:,}"


def _split(result: dict[str, Any], dimension: str, at: int) -> str:
    """A row a value; a column a dump of ours, then MinHash's absence and the rule on text in folders."""
    columns = [(name, OURS) for name in result]
    ablated = next(iter(result))
    columns += [(ablated, UNSIGNED), (ablated, RULE)]
    values = {
        value: None for one in result.values() for value in one["methods"][OURS]["counts"].get(dimension, {})
    }
    order = sorted(values, key=_order)
    rows = [
        [
            _called(value, dimension),
            *(share(result[n]["methods"][m]["counts"][dimension].get(value), at) for n, m in columns),
        ]
        for value in order
    ]
    heads = [name if method == OURS else f"{name}: {method}" for name, method in columns]
    return tables.table([dimension, *heads], [row for row in rows if any(row[1:])])


def _order(value: str) -> tuple[int, str]:
    return (int(value), "") if value.isdecimal() else (0, value.replace("from", "z"))


def _called(value: str, dimension: str) -> str:
    if dimension == "pages":
        return f"{value} pages" if value != "1" else "1 page"
    if dimension != "chrome":
        return value
    return (
        f"{value} (words exchanged)"
        if value in EXCHANGED
        else f"{value} (names other pages)"
        if value in ONCE
        else value
    )


def draw(bench: Bench, result: dict[str, Any], folder: Path) -> None:  # noqa: ARG001 - as in every stage
    """Content lost by kind of body, a panel for each dump in folders."""
    chosen = [name for name in result if name.endswith("a folder a site")]
    figure, axes = plots.panels(len(chosen), width=4.2, height=4.2)
    for axis, name in zip(axes, chosen, strict=True):
        counts = result[name]["methods"][OURS]["counts"]["body"]
        plots.bars(
            axis, {body: row[1] / max(1, row[0]) for body, row in sorted(counts.items())}, digits=".3f"
        )
        axis.set_title(name)
        axis.set_xlabel("share of the content's words lost")
        axis.margins(x=0.2)
    plots.save(figure, folder / "planted.svg")
