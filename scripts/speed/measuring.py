"""One run of a command from outside: CPU seconds of all its processes, wall time, peak memory."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PAUSE = 0.1
"""Seconds between two looks at the memory of the processes."""
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Usage:
    """What a run took."""

    code: int
    """Exit code; negative for a signal."""
    user: float
    """CPU seconds in programs, of the process and of all descendants that were waited for."""
    system: float
    """CPU seconds in the kernel for them."""
    wall: float
    """Seconds from start to end."""
    peak: int
    """Bytes: the largest sum of resident memory of all its processes at one look."""

    @property
    def cpu(self) -> float:
        """CPU seconds in all."""
        return self.user + self.system


def run(command: Sequence[str], *, log: Path, env: Mapping[str, str], folder: Path) -> Usage:
    """Run a command in a folder; what it prints goes to `log`. Needs Linux (/proc)."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        begun = time.monotonic()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=env, cwd=folder
        )
        watch = _Watch(process.pid)
        watch.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        finally:
            watch.stop()
        wall = time.monotonic() - begun
    process.returncode = os.waitstatus_to_exitcode(status)  # it is reaped: nobody need wait again
    peak = max(watch.peak, usage.ru_maxrss * 1024)
    return Usage(process.returncode, usage.ru_utime, usage.ru_stime, wall, peak)


class _Watch(threading.Thread):
    """Looks at the resident memory of a process and its descendants while they run.

    Pages that processes share count in each of them, so the sum is an upper bound.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._pid = pid
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(_PAUSE):
            self.peak = max(self.peak, sum(_resident(pid) for pid in family(self._pid)))

    def stop(self) -> None:
        """End it."""
        self._over.set()
        self.join()


def family(pid: int) -> list[int]:
    """A process and its descendants, as far as they can be seen."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):  # noqa: PTH208 - ten times a second: no Path objects
        if entry.isdigit():
            children.setdefault(_parent(int(entry)), []).append(int(entry))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def _parent(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except OSError:
        return -1
    return int(text.rpartition(")")[2].split()[1])  # the name in brackets may hold anything


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
