"""`scripts/learn_in_batches`: a corpus that grows, shrinks and changes, learned update by update."""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarking import tables
from benchmarking.command import ROOT, SHARED
from benchmarking.pages import NoPageSetsError
from benchmarking.progress import say

from hooking.making import Made, documents, material, write
from scrubber.cli import run

_COMPARED = ("templates.jsonl", "templates.evidence")


class LearningError(RuntimeError):
    """`scrubber learn` did not end as it should."""

    def __init__(self, code: int) -> None:
        super().__init__(f"scrubber learn ended with {code}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Batch:
    """What happens to the raw tree before one update."""

    added: tuple[Made, ...]
    changed: tuple[Made, ...]
    """Documents that stand there, with other text."""
    removed: tuple[str, ...]

    def carry_out(self, raw: Path) -> None:
        """Write, and remove."""
        for made in (*self.added, *self.changed):
            write(raw, made)
        for name in self.removed:
            (raw / name).unlink()


def batches(final: Sequence[Made], number: int, seed: str) -> Iterator[Batch]:
    """Batches that end in the documents of `final`, in an order that the seed gives.

    In each but the last, one document of fifty that stand is changed, and one removed; the last
    batches bring them back as they should be.
    """
    chance = random.Random(seed)
    waiting = list(final)
    chance.shuffle(waiting)
    size = -(-len(waiting) // max(1, number - 1))
    standing: dict[str, Made] = {}
    while waiting:
        coming = [waiting.pop() for _ in range(min(len(waiting), chance.randint(1, 2 * size)))]
        touched = chance.sample(sorted(standing), len(standing) // 50 * 2) if waiting else []
        half = len(touched) // 2
        changed, removed = touched[:half], touched[half:]
        again = [standing.pop(name) for name in removed] + [standing[name] for name in changed]
        added = [made for made in coming if made.name not in removed]
        standing |= {made.name: made for made in added}
        waiting += [made for made in again if made not in waiting]
        chance.shuffle(waiting)
        yield Batch(
            tuple(added),
            tuple(_otherwise(standing[name], chance) for name in changed if standing[name] not in added),
            tuple(removed),
        )


def _otherwise(made: Made, chance: random.Random) -> Made:
    """Cut short, or with one line more."""
    lines = made.data.splitlines(keepends=True)
    if chance.random() < 0.5:
        lines = lines[: -(-len(lines) // 2)]
    else:
        lines.insert(len(lines) // 2, f"A line more, number {chance.randrange(10**9)}.\n".encode())
    return Made(made.site, made.name, b"".join(lines))


def main(description: str) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=10_000, help="default: 10000")
    parser.add_argument("--batches", type=int, default=20, help="about so many (default: 20)")
    parser.add_argument("--html", type=float, default=0.02, help="the share of HTML (default: 0.02)")
    parser.add_argument("--seed", default="0", help="gives sizes and order of the batches (default: 0)")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default: 2)")
    parser.add_argument("--pagesets", type=Path, default=SHARED / "pagesets")
    args = parser.parse_args()
    try:
        same = _run(args)
    except (NoPageSetsError, LearningError) as error:
        sys.exit(f"learn_in_batches: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0 if same else 1)


def _run(args: argparse.Namespace) -> bool:
    folder = ROOT / "build" / "batches"
    shutil.rmtree(folder, ignore_errors=True)
    raw, updated, once = folder / "raw", folder / "updated", folder / "once"
    raw.mkdir(parents=True)
    final = list(documents(material(args.pagesets), args.documents, args.html))
    rows = []
    for number, batch in enumerate(batches(final, args.batches, args.seed), 1):
        batch.carry_out(raw)
        seconds = _learn(raw, updated, args.jobs, "--update")
        counts = len(batch.added), len(batch.changed), len(batch.removed)
        rows.append([number, *counts, f"{seconds:.1f}"])
        say("  batch {}: {} added, {} changed, {} removed, {} s".format(*rows[-1]))
    assert {made.name: made.data for made in final} == {
        path.relative_to(raw).as_posix(): path.read_bytes() for path in raw.rglob("*") if path.is_file()
    }
    seconds = _learn(raw, once, args.jobs)
    print(tables.table(["batch", "added", "changed", "removed", "seconds"], rows))
    print(f"{len(final)} documents learned once: {seconds:.1f} s\n")
    return _compared(updated, once)


def _learn(raw: Path, output: Path, jobs: int, *options: str) -> float:
    start = time.monotonic()
    index = output / _COMPARED[0]
    code = run(["learn", str(raw), "--output", str(index), "--quiet", "--jobs", str(jobs), *options])
    if code:
        raise LearningError(code)
    return time.monotonic() - start


def _compared(one: Path, other: Path) -> bool:
    """Whether both folders hold the same bytes; says so, file by file."""
    same = True
    for name in _COMPARED:
        data = [(folder / name).read_bytes() for folder in (one, other)]
        equal = data[0] == data[1]
        same = same and equal
        digests = " and ".join(hashlib.sha256(part).hexdigest()[:16] for part in data)
        print(f"{name}: {'the same' if equal else 'OTHER'} bytes ({len(data[1]):,}; sha256 {digests})")
    return same
