"""One kind of run, killed again and again."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from killing import dumps
from killing.runs import Command, RunError, cleaned, differences, digests, noted, problems

FORMATS = ("files", "jsonl", "parquet")
JOBS = (1, 2)
_MOST_IN_A_ROW = 3
_DRAWS = 10
"""Runs that are started to be killed, at most: some end sooner than the undisturbed one."""
_ALONE_EVERY = 2
"""Every so often only the parent is killed."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is run over what."""

    format: str
    container: str
    jobs: int

    @property
    def name(self) -> str:
        """As it is named on the command line."""
        return f"{self.format}-{self.container}-{self.jobs}"


KINDS = tuple(Kind(f, c, j) for f in FORMATS for c in dumps.CONTAINERS for j in JOBS)


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """What is compared with."""

    command: Command
    seconds: float
    files: dict[str, str]
    documents: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one trial."""

    moments: tuple[float, ...]
    """When the runs were killed, as shares of the undisturbed time."""
    noted: int
    """Documents that were finished at the last kill, ..."""
    again: int
    """... and those that the last run cleaned."""
    faults: tuple[str, ...] = ()


def undisturbed(kind: Kind, folder: Path, count: int) -> Undisturbed:
    """A dump (made once for all kinds of its container), and a run over it that nobody kills."""
    raw = folder / "dumps" / kind.container
    if not raw.is_dir():
        dumps.write(raw, kind.container, count)
    command = Command(raw, kind.format, kind.jobs)
    output = folder / "undisturbed"
    shutil.rmtree(output, ignore_errors=True)
    command.finish(output)
    files, documents = digests(output), cleaned(output)
    faults = problems(output, raw)
    if faults:
        raise RunError(0, "\n".join(faults))
    shutil.rmtree(output)
    seconds = command.finish(output)  # the second time everything is in the page cache
    return Undisturbed(command, seconds, files, documents)


def trials(kind: Kind, wanted: Undisturbed, folder: Path, number: int, seed: int) -> Iterator[Outcome]:
    """Kill and resume, so many times."""
    chance = random.Random(f"{seed} {kind.name}")
    for place in range(number):
        output = folder / "killed"
        shutil.rmtree(output, ignore_errors=True)
        yield _trial(kind, wanted, output, chance, alone=(place + 1) % _ALONE_EVERY == 0)


def _trial(kind: Kind, wanted: Undisturbed, output: Path, chance: random.Random, *, alone: bool) -> Outcome:
    moments: list[float] = []
    faults: list[str] = []
    in_a_row = chance.randint(1, _MOST_IN_A_ROW)
    for _ in range(_DRAWS):
        if len(moments) == in_a_row:
            break
        if not moments:
            shutil.rmtree(output, ignore_errors=True)  # it had ended before the moment came
        share = chance.random()
        try:
            if wanted.command.kill(output, share * wanted.seconds, whole_group=not alone):
                moments.append(share)
        except RunError as error:
            moments.append(share)
            faults.append(str(error))
    done = noted(output)
    wanted.command.finish(output)
    again = cleaned(output)
    faults += [f"{name} differs" for name in differences(wanted.files, digests(output))]
    faults += problems(output, wanted.command.raw)
    if kind.format == "files" and again > wanted.documents - done:
        faults.append(f"{done} of {wanted.documents} were finished, and {again} were cleaned again")
    return Outcome(tuple(moments), done, again, tuple(faults))
