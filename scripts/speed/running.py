"""The command: options, the modes, the rounds of runs, and the report."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarking.progress import say
from benchmarking.scoring import NoScorerError, scorer
from benchmarking.tables import MarkerError

from speed import measuring, quality
from speed.environments import EnvironmentMakingError, Environments, clean_environment
from speed.modes import MODES, Case, Mode
from speed.records import Record, Store, record
from speed.report import publish
from speed.tools import Call
from speed.workloads import WorkloadError, Workloads, read_once, size

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Bench:
    """Where everything is."""

    workloads: Workloads
    environments: Environments
    bench: Path
    """The folder of score.py."""
    work: Path


def main(description: str) -> None:
    """Run the command."""
    args = _arguments(description)
    try:
        _run(args)
    except (NoScorerError, EnvironmentMakingError, WorkloadError, MarkerError) as error:
        sys.exit(f"benchmark_speed: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _arguments(description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    shared, build = ROOT.parent / "shared", ROOT / "build"
    parser.add_argument("modes", nargs="*", metavar="MODE", help=f"of {', '.join(MODES)}; default: all")
    parser.add_argument(
        "--documents", type=int, help="size of the dump; docs/ stays as it is unless --results names it"
    )
    parser.add_argument("--runs", type=int, help="runs of each case")
    parser.add_argument(
        "--only", action="append", default=[], metavar="TOOL", help="tools whose name begins so"
    )
    parser.add_argument(
        "--results", type=Path, help="folder of the figures (default: docs/performance/results)"
    )
    parser.add_argument("--environments", type=Path, default=build / "speed" / "environments")
    parser.add_argument("--work", type=Path, default=build / "speed", help="folder of dumps and outputs")
    parser.add_argument("--pagesets", type=Path, default=shared / "pagesets")
    parser.add_argument("--bench", type=Path, default=shared / "bench", help="the folder of score.py")
    parser.add_argument(
        "--report", action="store_true", help="measure nothing: tables and plots of what is stored"
    )
    args = parser.parse_args()
    unknown = [name for name in args.modes if name not in MODES]
    if unknown:
        parser.error(f"no mode {unknown[0]}: choose from {', '.join(MODES)}")
    if args.documents is not None and args.documents < 50:
        parser.error("--documents: the dumps have 50 sites, so at least 50")
    return args


def _run(args: argparse.Namespace) -> None:
    docs = ROOT / "docs" / "performance"
    quick = args.documents is not None and args.results is None
    results = args.results or (args.work / "quick" if quick else docs / "results")
    store = Store(results)
    if not args.report:
        bench = Bench(
            Workloads(args.work.resolve() / "dumps", args.pagesets.resolve()),
            Environments(args.environments.resolve()),
            args.bench,
            args.work.resolve(),
        )
        scorer(args.bench / "score.py")
        for name in args.modes or MODES:
            mode = MODES[name]
            cases = _chosen(mode.cases(args.documents or mode.documents), args.only)
            _measure(bench, name, mode, cases, args.runs or mode.runs, store)
    document = None if quick else ROOT / "docs" / "performance.md"
    for table in publish(store, args.modes or list(MODES), results if quick else docs, document):
        print(table)


def _chosen(cases: Sequence[Case], only: Sequence[str]) -> list[Case]:
    if not only:
        return list(cases)
    return [case for case in cases if any(case.tool.name.startswith(name) for name in only)]


def _measure(bench: Bench, name: str, mode: Mode, cases: Sequence[Case], runs: int, store: Store) -> None:
    """Rounds of runs, each case once a round, so that a machine's moods fall on all alike."""
    calls = {place: _call(bench, name, cases, place) for place in range(len(cases))}
    usages: dict[int, list[measuring.Usage]] = {place: [] for place in calls}
    for number in range(1, runs + 1):
        for place, call in calls.items():
            case = cases[place]
            usage = _once(bench, case, call)
            usages[place].append(usage)
            say(
                f"{name} {case.workload.name} {case.tool.name}, run {number} of {runs}: "
                f"{usage.cpu:.1f} CPU s, {usage.wall:.1f} s, {usage.peak / 2**20:.0f} MiB"
                + (f", EXIT CODE {usage.code}: see {call.output}.log" if usage.code else "")
            )
            if number == 1 or number == runs:  # the first already, in case a later one is interrupted
                store.write(name, _finished(bench, mode, case, call, usages[place]))
            if not _needed(cases, place):
                shutil.rmtree(call.output, ignore_errors=True)


def _needed(cases: Sequence[Case], place: int) -> bool:
    """Whether the next case starts from this one's output."""
    return place + 1 < len(cases) and cases[place + 1].again


def _call(bench: Bench, name: str, cases: Sequence[Case], place: int) -> Call:
    """Everything that a case needs is made here, before any clock starts."""
    case = cases[place]
    folder = place - 1 if case.again else place
    environment = case.tool.environment
    binaries = bench.environments.binaries(environment) if environment else Path(sys.executable).parent
    dump = bench.workloads.dump(case.workload, case.tool.input)
    if MODES[name].scored:
        bench.workloads.gold(case.workload)
    # Two benchmarks at once would spoil one another's figures, but must not one another's files.
    output = bench.work / "out" / str(os.getpid()) / f"{name}-{folder}"
    return Call(binaries, dump, output, case.workload.documents)


def _once(bench: Bench, case: Case, call: Call) -> measuring.Usage:
    if not case.again:
        shutil.rmtree(call.output, ignore_errors=True)
    dump = bench.workloads.dump(case.workload, case.tool.input)  # takes away what dolma left beside it
    read_once(dump)
    here = bench.work / "here"
    here.mkdir(parents=True, exist_ok=True)
    (here / "scrubber.toml").touch()  # no configuration of a folder above is found
    call.output.mkdir(parents=True, exist_ok=True)
    env = clean_environment(**({} if case.tool.environment else {"PYTHONPATH": str(ROOT)}))
    log = call.output.with_name(f"{call.output.name}.log")
    os.sync()  # what earlier runs wrote is not written during this one
    return measuring.run(case.tool.command(call), log=log, env=env, folder=here)


def _finished(bench: Bench, mode: Mode, case: Case, call: Call, usages: Sequence[measuring.Usage]) -> Record:
    found = None
    if mode.scored and not usages[-1].code:
        gold = quality.sample(bench.workloads.gold(case.workload))
        found = quality.score(bench.bench, gold, case.tool.texts(call.output))
    return record(case, usages, (size(call.dump), size(call.output)), found)
