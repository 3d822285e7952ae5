"""The command: options, the stages one after another, and the report."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarking.command import ROOT, arguments_of, parser_of
from benchmarking.pages import NoPageSetsError, find_pages
from benchmarking.progress import say
from benchmarking.store import Store, digest_of
from benchmarking.tables import MarkerError, put_into

import scrubber
from repairing.bench import Bench, Stage
from repairing.originals import HALVES
from repairing.planting import PlantingError
from repairing.stages import STAGES
from repairing.stages.handwritten import WrittenCaseError
from repairing.stages.natural import VerdictError

REPORT = HALVES[1]
_SHOWN = 300
"""Characters of a value that are printed."""


def _arguments(description: str) -> argparse.Namespace:
    parser = parser_of(description, STAGES)
    parser.add_argument("--half", choices=HALVES, default=HALVES[0], help="of the sites (default: tune)")
    parser.add_argument("--cases", type=int, metavar="N", help="about so many planted cases: a quick look")
    parser.add_argument(
        "--worst", type=int, metavar="N", default=0, help="print N failing cases of each kind"
    )
    return arguments_of(parser, STAGES)


def main(description: str) -> None:
    """Run the command."""
    args = _arguments(description)
    try:
        _run(args)
    except (NoPageSetsError, MarkerError, PlantingError, WrittenCaseError, VerdictError) as error:
        sys.exit(f"benchmark_repair: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _run(args: argparse.Namespace) -> None:
    names = args.stages or list(STAGES)
    for name in names:
        stage: Stage = STAGES[name]
        bench = _bench(args, halved=stage.HALVED)
        say(f"{name}{f', half {args.half}' if stage.HALVED else ''}")
        result = None if args.again else bench.store.read(name, whatever_state=args.report)
        if result is None and args.report:
            say("  not measured yet")
            continue
        if result is None:
            result = stage.measure(bench)
            bench.store.write(name, result)
        _publish(stage, bench, result, documented=args.cases is None and args.half == REPORT)
        for kind, records in stage.failures(result).items() if args.worst else ():
            _show(kind, records, args.worst)


def _publish(stage: Stage, bench: Bench, result: dict[str, Any], *, documented: bool) -> None:
    found = stage.to_tables(bench, result)
    folder = ROOT / "docs" / "repair" if documented else bench.store.folder / "report"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in found.items():
        (folder / f"{name}.md").write_text(f"<!-- {bench.store.note} -->\n\n{text}", "utf-8")
        print(f"{text}")
    if documented:
        put_into(ROOT / "docs" / "repair.md", found)
    stage.draw(bench, result, folder)
    for name, records in stage.lists(bench, result).items():
        _write(bench.lists / name, records)


def _write(path: Path, records: Sequence[Mapping[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(record, ensure_ascii=False) for record in records)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    say(f"  {len(records)} in {path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}")


def _show(kind: str, records: Sequence[Mapping[str, Any]], number: int) -> None:
    """The first few, spread over all of them."""
    print(f"== {kind}: {len(records)}\n")
    for record in records[:: max(1, len(records) // number)][:number]:
        for name, value in record.items():
            if value not in (None, "", []):
                print(f"  {name}: {str(value)[-_SHOWN:]}")
        print()


def _bench(args: argparse.Namespace, *, halved: bool) -> Bench:
    build = ROOT / "build" / "repair"
    few = "" if args.cases is None else f"-{args.cases}"
    pages = find_pages(args.pagesets)
    written = ROOT / "tests" / "cases" / "pullquotes"
    package = Path(scrubber.__file__).parent
    code = [*package.rglob("*.py"), *(ROOT / "scripts" / "repairing").rglob("*.py")]
    weights = package / "classifying" / "weights.json"
    state = digest_of([*code, weights, *written.glob("*.toml")], *(page.name for page in pages))
    half = f"half “{args.half}” of the sites" if halved else "all pages"
    return Bench(
        pages=pages,
        half=args.half,
        cases=args.cases,
        jobs=args.jobs,
        written=written,
        verdicts=ROOT / "docs" / "repair" / "verdicts.tsv",
        store=Store(
            build / f"{args.half if halved else 'all'}{few}",
            state,
            f"made by scripts/benchmark_repair, {half}",
        ),
        lists=build,
    )
