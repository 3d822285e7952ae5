"""`scrubber clean` in a process group of its own, killed or not, and what it leaves."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scrubber.running.journal import whole_lines
from scrubber.running.verifying import verify
from scrubber.running.working import FOLDER, Work
from scrubber.writing.files import RUN

ROOT = Path(__file__).resolve().parents[2]
_LONGEST = 600.0
"""Seconds a run may take before it counts as hanging."""
_GONE = 20.0
"""Seconds in which the workers of a killed parent must be gone."""


class RunError(RuntimeError):
    """A run that should have ended well did not."""

    def __init__(self, code: int, told: str) -> None:
        super().__init__(f"scrubber clean ended with {code}:\n{told}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Command:
    """What is run."""

    raw: Path
    format: str
    jobs: int

    def start(self, output: Path) -> subprocess.Popen[bytes]:
        """Start it, in a process group of its own."""
        line = [sys.executable, "-m", "scrubber", "clean", str(self.raw), "--output", str(output), "--quiet"]
        line += ["--format", self.format, "--jobs", str(self.jobs)]
        paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": paths}
        return subprocess.Popen(
            line,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env=environment,
        )

    def finish(self, output: Path) -> float:
        """Run it to its end; seconds. Raises RunError. Documents that fail (exit code 1) are no fault."""
        begun = time.monotonic()
        process = self.start(output)
        try:
            _, told = process.communicate(timeout=_LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise RunError(-1, f"no end after {_LONGEST:.0f} s") from None
        if process.returncode not in (0, 1) or b"Traceback" in told:
            raise RunError(process.returncode, told.decode("utf-8", "replace"))
        return time.monotonic() - begun

    def kill(self, output: Path, after: float, *, whole_group: bool = True) -> bool:
        """Kill it after so many seconds; False where it had ended by then.

        Where only the parent is killed its workers must go by themselves. Raises RunError where they stay.
        """
        process = self.start(output)
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            if whole_group:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
            process.wait()
            _wait_until_gone(process.pid)
            return True
        finally:
            assert process.stderr is not None
            process.stderr.close()
        return False


def _wait_until_gone(group: int) -> None:
    """Until no process of a group is left. Raises RunError where some stay; they are killed."""
    deadline = time.monotonic() + _GONE
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
    raise RunError(-9, f"workers were still there {_GONE:.0f} s after their parent was killed")


def digests(output: Path) -> dict[str, str]:
    """sha256 of all that a run leaves for others, by name."""
    found = {}
    for path in sorted(output.rglob("*")):
        name = path.relative_to(output).as_posix()
        if path.is_file() and name != RUN and not name.startswith(f"{FOLDER}/"):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def differences(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Names that only one has, or that differ."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def problems(output: Path, raw: Path) -> list[str]:
    """What `verify` finds."""
    return [str(problem) for problem in verify(output, [raw]).problems]


def noted(output: Path) -> int:
    """Documents that the journal of a killed run holds as cleaned."""
    path = Work(output / FOLDER, lasting=True).journal
    return len({one.entry.id for one in whole_lines(path) if one.entry.output is not None})


def cleaned(output: Path) -> int:
    """Documents that the last run cleaned."""
    return int(json.loads((output / RUN).read_bytes())["cleaned_in_this_run"])
