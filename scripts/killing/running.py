"""The command: options, the table, the exit code."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarking import tables
from benchmarking.progress import say

from killing.runs import ROOT, RunError
from killing.trials import KINDS, Kind, Outcome, trials, undisturbed

_HEADS = (
    "format",
    "dump",
    "workers",
    "trials",
    "kills",
    "moments of the kills",
    "noted",
    "cleaned",
    "faults",
)
_DOCUMENT = ROOT / "docs" / "faults.md"


def main(description: str) -> None:
    """Run the command."""
    args = _arguments(description)
    folder = Path(tempfile.mkdtemp(prefix="scrubber-killing-"))
    try:
        rows, faults = _run(args, folder)
    except RunError as error:
        sys.exit(f"kill_test: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    shown = tables.table(_HEADS, rows)
    sys.stdout.write(shown)
    if args.write:
        text = _DOCUMENT.read_text(encoding="utf-8")
        _DOCUMENT.write_text(tables.fill(text, {"kills": shown}), encoding="utf-8")
    sys.exit(1 if faults else 0)


def _arguments(description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [kind.name for kind in KINDS]
    parser.add_argument("--trials", type=int, default=2, help="of each kind (default: 2)")
    parser.add_argument("--documents", type=int, default=240, help="in each dump (default: 240)")
    parser.add_argument("--seed", type=int, default=0, help="gives the moments (default: 0)")
    parser.add_argument("--kinds", default=",".join(names), help=f"of {', '.join(names)}; default: all")
    parser.add_argument("--write", action="store_true", help="put the table into docs/faults.md")
    args = parser.parse_args()
    args.kinds = args.kinds.split(",")
    unknown = [name for name in args.kinds if name not in names]
    if unknown:
        parser.error(f"no kind {unknown[0]}: choose from {', '.join(names)}")
    return args


def _run(args: argparse.Namespace, folder: Path) -> tuple[list[list[object]], int]:
    rows: list[list[object]] = []
    faults = 0
    for kind in (kind for kind in KINDS if kind.name in args.kinds):
        wanted = undisturbed(kind, folder, args.documents)
        say(f"{kind.name}: {wanted.documents} documents in {wanted.seconds:.1f} s")
        found = []
        for outcome in trials(kind, wanted, folder, args.trials, args.seed):
            found.append(outcome)
            moments = ", ".join(f"{moment:.0%}" for moment in outcome.moments)
            say(f"  killed at {moments or 'no time'}: {outcome.noted} noted, {outcome.again} cleaned")
            for fault in outcome.faults:
                say(f"    {fault}")
        faults += sum(len(outcome.faults) for outcome in found)
        rows.append(_row(kind, found))
    return rows, faults


def _row(kind: Kind, found: list[Outcome]) -> list[object]:
    moments = [moment for outcome in found for moment in outcome.moments]
    return [
        kind.format,
        kind.container,
        kind.jobs,
        len(found),
        len(moments),
        ", ".join(f"{moment:.0%}" for moment in sorted(moments)),
        ", ".join(str(outcome.noted) for outcome in found),
        ", ".join(str(outcome.again) for outcome in found),
        sum(len(outcome.faults) for outcome in found),
    ]
