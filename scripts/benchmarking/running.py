"""The command: options, the stages one after another, and the report."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from benchmarking import tables
from benchmarking.bench import Bench
from benchmarking.cleaning import CleaningError, SharedScriptError
from benchmarking.command import ROOT, SHARED, arguments_of, parser_of
from benchmarking.pages import NoPageSetsError, find_pages
from benchmarking.peers import WORKER, PeerError, Peers
from benchmarking.progress import say
from benchmarking.scoring import NoScorerError, scorer
from benchmarking.stages import BUILT_IN, READERS, STAGES
from benchmarking.store import Store, digest_of
from benchmarking.tables import MarkerError
from benchmarking.weights import NoWeightsError, Weights, read_weights

BUILT_IN_WEIGHTS = ROOT / "scrubber" / "classifying" / "weights.json"


class Stage(Protocol):
    """What a module of `benchmarking.stages` offers."""

    def measure(self, bench: Bench) -> dict[str, Any]:
        """The figures, as plain values for JSON."""

    def to_tables(self, bench: Bench, result: dict[str, Any]) -> dict[str, str]:
        """Markdown by the name of its marker."""

    def draw(self, bench: Bench, result: dict[str, Any], folder: Path) -> None:
        """Write the plots."""


def _arguments(description: str) -> argparse.Namespace:
    parser = parser_of(description, STAGES)
    parser.add_argument("--bench", type=Path, default=SHARED / "bench", help="the folder of score.py")
    parser.add_argument(
        "--weights",
        type=Path,
        help="a weights file for all pages, or a folder of fold0.json …; default: build/quality/folds, "
        "made by `scripts/train --folds` where it is missing",
    )
    parser.add_argument("--pages", type=int, help="at most about so many pages a set: for development")
    return arguments_of(parser, STAGES)


def main(description: str) -> None:
    """Run the command."""
    args = _arguments(description)
    try:
        _run(args)
    except (
        NoPageSetsError,
        NoScorerError,
        NoWeightsError,
        PeerError,
        MarkerError,
        CleaningError,
        SharedScriptError,
    ) as error:
        sys.exit(f"benchmark_quality: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _run(args: argparse.Namespace) -> None:
    names = args.stages or list(STAGES)
    shared_bench = _bench(args, names)
    folder = ROOT / "docs" / "quality" if args.pages is None else shared_bench.store.folder / "report"
    for number, name in enumerate(names, 1):
        stage: Stage = STAGES[name]
        bench = (
            replace(shared_bench, store=_built_in_store(shared_bench)) if name in BUILT_IN else shared_bench
        )
        known = None if args.again or name in READERS else bench.store.read(name, whatever_state=args.report)
        left = names[number:]
        say(f"{name} ({number} of {len(names)}{', then ' + ' '.join(left) if left else ''})")
        if known is None and args.report and name not in READERS:
            say("  not measured yet")
            continue
        result = stage.measure(bench) if known is None else known
        if known is None and name not in READERS:
            bench.store.write(name, result)
        found = stage.to_tables(bench, result)
        _publish(found, bench.store.note_of(name), folder)
        if args.pages is None:
            tables.put_into(ROOT / "docs" / "quality.md", found)
        if result:
            stage.draw(bench, result, folder)
        for name_of_table, text in found.items():
            if name_of_table == name or name not in found:
                print(text)


def _publish(found: Mapping[str, str], note: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in found.items():
        (folder / f"{name}.md").write_text(f"<!-- {note} -->\n\n{text}", "utf-8")


def _note(pages: int, weights: Weights) -> str:
    kind = "never saw the site they judge" if weights.held_out else "may have seen these pages"
    return f"made by scripts/benchmark_quality from {pages} pages; the weights {kind}"


def _built_in_store(bench: Bench) -> Store:
    """Where results of stages that judge by the built-in weights are kept, with the state of these."""
    note = "made by scripts/benchmark_quality with the weights that are built in"
    return Store(bench.store.folder, digest_of(_code(BUILT_IN_WEIGHTS)), note)


def _code(*more: Path) -> list[Path]:
    return [*(ROOT / "scrubber").rglob("*.py"), WORKER, *more]


def _bench(args: argparse.Namespace, names: Sequence[str]) -> Bench:
    scorer(args.bench / "score.py")
    build = ROOT / "build"
    folder = build / "quality" if args.pages is None else build / "quality" / f"pages-{args.pages}"
    pages = find_pages(args.pagesets, args.pages)
    if set(names) <= BUILT_IN:
        weights = read_weights(BUILT_IN_WEIGHTS)
    else:
        weights = _weights(args.weights or build / "quality" / "folds", args.pagesets)
        if not weights.held_out:
            say("these weights may have seen the pages: the figures are no proof")
    state = digest_of(_code(*weights.files), *(page.name for page in pages))
    return Bench(
        pages=pages,
        weights=weights,
        scorer=args.bench / "score.py",
        peers=Peers(build / "peers", build / "quality" / "peers", args.jobs),
        store=Store(folder, state, _note(len(pages), weights)),
        jobs=args.jobs,
    )


def _weights(path: Path, pagesets: Path) -> Weights:
    if path == ROOT / "build" / "quality" / "folds" and not path.is_dir():
        say(f"fitting weights for each fold ({path.relative_to(ROOT)}): several minutes, once")
        command = [sys.executable, str(ROOT / "scripts" / "train"), "--folds", str(path)]
        done = subprocess.run([*command, "--pagesets", str(pagesets)], check=False)
        if done.returncode:
            raise NoWeightsError(path, "could not be made")
    return read_weights(path)
