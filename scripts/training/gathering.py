"""All lots that forests learn from: page sets, dumps, documentation, planted pages, other renderings."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from benchmarking.pages import SETS

from scrubber.classifying.features.extractor import extract
from scrubber.documents import RawDocument
from training import planting, renderings, weak
from training.lots import Lot
from training.pages import cleaned, load, load_snippets
from training.sampling import lot_of, samples

MORE_SETS = ("aed", "fundus2", "wcxb2", "zhnews")
"""Of the second collection, those with gold text."""
SNIPPETS = ("trafeval",)
"""Of the second collection, those of which snippets are known."""
CHUNKS = (1, 2, 4, 10_000)
DUMPS = ("city-text", "docs-markdown", "papers-text", "rows-markdown", "rows-markdown-chunks")
IN_MARKDOWN = ("docs-markdown", "rows-markdown")
DOCUMENTATION = ("apache2-doc", "octave-doc", "python3.11-doc", "sqlite3-doc")
_Task = Callable[[], list[Lot]]


def gather_lots(shared: Path, data: Path, jobs: int) -> list[Lot]:
    """The lots, in an order of their own whatever the number of processes; unpacks into `data` what is not there."""
    _unpack(shared, data)
    tasks: list[_Task] = [partial(_pages, root, name) for root, name in _page_sets(shared, data)]
    tasks += [partial(_weak, data / "dumps" / name, name) for name in DUMPS]
    tasks += [partial(_plain, data / "dumps" / name, name) for name in IN_MARKDOWN]
    tasks += [partial(_weak, data / "documentation" / "text" / name, name) for name in DOCUMENTATION]
    tasks += [partial(_planted, seed, ("text", "markdown")) for seed in planting.SEEDS]
    return _gathered(tasks, jobs)


def gather_html_lots(shared: Path, data: Path, jobs: int) -> list[Lot]:
    """The lots of HTML that a forest learns from."""
    _unpack(shared, data)
    tasks: list[_Task] = [partial(_html_pages, root, name) for root, name in _page_sets(shared, data)]
    tasks += [partial(_html_snippets, data / "pagesets2", name) for name in SNIPPETS]
    tasks += [partial(_html_weak, data / "documentation" / "html" / name, name) for name in DOCUMENTATION]
    tasks += [partial(_html_planted, seed) for seed in planting.SEEDS]
    return _gathered(tasks, jobs)


def _gathered(tasks: Sequence[_Task], jobs: int) -> list[Lot]:
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(jobs, mp_context=context, max_tasks_per_child=None) as pool:
        return list(_told(pool.map(_call, tasks)))


def _told(found: Iterator[list[Lot]]) -> Iterator[Lot]:
    for lots in found:
        for lot in lots:
            print(f"{lot.name}: {len(lot.labels):,} blocks", file=sys.stderr, flush=True)
            yield lot


def _call(task: _Task) -> list[Lot]:
    return task()


def _page_sets(shared: Path, data: Path) -> list[tuple[Path, str]]:
    return [
        *((shared / "pagesets", name) for name in SETS),
        *((data / "pagesets2", name) for name in MORE_SETS),
    ]


def _unpack(shared: Path, data: Path) -> None:
    """Unpack page sets and dumps, and make documentation of what packages the system has."""
    if not (data / "dumps").is_dir():
        subprocess.run([str(shared / "bench" / "unpack"), str(data)], check=True, stdout=sys.stderr)
    if not (data / "documentation").is_dir():
        subprocess.run(
            [str(shared / "bench" / "documentation"), str(data / "documentation")],
            check=True,
            stdout=sys.stderr,
        )


def _pages(root: Path, name: str) -> list[Lot]:
    full, main = load(root, "text-full", name), load(root, "text-main", name)
    bare = [page for page in map(cleaned, full) if page is not None]
    return [
        lot_of(f"pages {name} full", samples(full, chunks=CHUNKS)),
        lot_of(f"pages {name} main", samples(main, chunks=CHUNKS)),
        lot_of(f"cleaned {name}", samples(bare, chunks=CHUNKS)),
        renderings.long_lot(name, full),
        renderings.wrapped_lot(name, full),
        renderings.markdown_lot(name, load(root, "html", name)),
    ]


def _weak(folder: Path, name: str) -> list[Lot]:
    return [weak.weak_lot(folder, name, "dump")] if folder.is_dir() else []


def _html_pages(root: Path, name: str) -> list[Lot]:
    return [lot_of(f"pages {name}", samples(load(root, "html", name)))]


def _html_snippets(root: Path, name: str) -> list[Lot]:
    return [lot_of(f"snippets {name}", samples(load_snippets(root, name)))]


def _html_weak(folder: Path, name: str) -> list[Lot]:
    return [weak.weak_lot(folder, name, "dump", html=True, asked=_extracted)] if folder.is_dir() else []


def _html_planted(seed: int) -> list[Lot]:
    return [planting.planted_lot(seed, ("html",), _extracted)]


def _extracted(document: RawDocument) -> str | None:
    return None if document.markup is None else extract(document.markup)


def _plain(folder: Path, name: str) -> list[Lot]:
    return [weak.weak_lot(folder, name, "plain", rewritten=weak.plain)]


def _planted(seed: int, forms: Sequence[str]) -> list[Lot]:
    return [planting.planted_lot(seed, forms)]
