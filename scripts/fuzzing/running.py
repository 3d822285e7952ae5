"""The command: options, the table, the exit code."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarking import tables
from benchmarking.progress import say

from fuzzing.targets import Target, all_targets
from fuzzing.watching import Result, show, watch

_DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "faults.md"
_HEADS = ("reader", "inputs", "read whole", "refused or read in part", "slowest, ms", "faults")


def main(description: str) -> None:
    """Run the command."""
    args = _arguments(description)
    with tempfile.TemporaryDirectory(prefix="scrubber-fuzz-", ignore_cleanup_errors=True) as folder:
        try:
            faults = _run(args, Path(folder))
        except KeyboardInterrupt:
            sys.exit(130)
    sys.exit(1 if faults else 0)


def _arguments(description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--inputs", type=int, default=10_000, help="for each reader (default: 10000)")
    parser.add_argument("--seed", type=int, default=0, help="gives the damage (default: 0)")
    parser.add_argument("--readers", default="", help="names, parted by commas; default: all")
    parser.add_argument("--only", type=int, help="this input alone, in this process")
    parser.add_argument("--write", action="store_true", help="put the table into docs/faults.md")
    return parser.parse_args()


def _chosen(targets: list[Target], names: str) -> list[Target]:
    wanted = {name.strip() for name in names.split(",") if name.strip()}
    unknown = wanted - {target.name for target in targets}
    if unknown:
        known = ", ".join(target.name for target in targets)
        sys.exit(f"fuzz: no reader {min(unknown)!r}: choose from {known}")
    return [target for target in targets if not wanted or target.name in wanted]


def _run(args: argparse.Namespace, folder: Path) -> int:
    targets = _chosen(all_targets(folder), args.readers)
    if args.only is not None:
        for target in targets:
            show(target, args.only, args.seed)
        return 0
    results = []
    for target in targets:
        result = watch(target, args.inputs, args.seed)
        results.append(result)
        say(
            f"{result.name}: {result.inputs} inputs in {result.seconds:.0f} s, {result.read} read, "
            f"slowest {result.slowest:.2f} s (input {result.slowest_input}), {len(result.faults)} faults"
        )
        for fault in result.faults[:5]:
            say("    " + fault.replace("\n", "\n    "))
    shown = tables.table(_HEADS, map(_row, results))
    sys.stdout.write(shown)
    if args.write:
        text = _DOCUMENT.read_text(encoding="utf-8")
        _DOCUMENT.write_text(tables.fill(text, {"inputs": shown}), encoding="utf-8")
    return sum(len(result.faults) for result in results)


def _row(result: Result) -> list[object]:
    slowest = f"{result.slowest * 1000:.0f}"
    return [result.name, result.inputs, result.read, result.refused, slowest, len(result.faults)]
