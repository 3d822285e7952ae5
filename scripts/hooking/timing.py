"""Wall time of processes, with warm and with cold page caches."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

_DROP = Path("/proc/sys/vm/drop_caches")


class CommandError(RuntimeError):
    """A command that is timed did not end as it should."""

    def __init__(self, name: str, done: subprocess.CompletedProcess[str]) -> None:
        super().__init__(f"{name} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


@dataclass(frozen=True, slots=True)
class Command:
    """A process that is timed."""

    name: str
    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    prepare: Callable[[], None] = field(default=lambda: None)
    """Called before each run, off the clock."""
    code: int = 0
    """The exit code that it must have."""

    def run(self) -> float:
        """Seconds. Raises CommandError."""
        start = time.perf_counter()
        done = subprocess.run(
            self.arguments,
            cwd=self.folder,
            env=dict(self.environment),
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        spent = time.perf_counter() - start
        if done.returncode != self.code:
            raise CommandError(self.name, done)
        return spent


@dataclass(frozen=True, slots=True)
class Cooler:
    """Takes files out of the page cache."""

    folders: tuple[Path, ...]

    @property
    def how(self) -> str:
        """In words."""
        if os.access(_DROP, os.W_OK):
            return "the kernel's caches dropped before each run"
        return (
            "the files of Python, its packages and the repository taken out of the page cache before each run"
        )

    def cool(self) -> None:
        """The next process reads from the disk."""
        os.sync()
        with suppress(OSError):
            _DROP.write_text("3\n")
            return
        for folder in self.folders:
            for path in _files(folder):
                with suppress(OSError):
                    descriptor = os.open(path, os.O_RDONLY)
                    try:
                        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
                    finally:
                        os.close(descriptor)


def _files(folder: Path) -> Iterable[str]:
    for root, _, names in os.walk(folder):
        yield from (os.path.join(root, name) for name in names)  # noqa: PTH118 - tens of thousands


def interleaved(commands: Sequence[Command], runs: int, before: Callable[[], None]) -> dict[str, list[float]]:
    """Seconds of every run of each command, one after the other, round by round."""
    spent: dict[str, list[float]] = {command.name: [] for command in commands}
    for _ in range(runs):
        for command in commands:
            command.prepare()
            before()
            spent[command.name].append(command.run())
    return spent


def medians(spent: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """The median seconds of each command."""
    return {name: median(seconds) for name, seconds in spent.items()}
