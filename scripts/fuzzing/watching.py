"""A reader tried in a process of its own, by a parent that sees it crash, and ends it where it hangs."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from fuzzing.targets import Target

LONGEST = 20.0
"""Seconds an input may take, on a machine that has other things to do."""
_MEMORY = 6 << 30
"""Bytes of address space of the child."""
_IN_MEMORY = Path("/dev/shm")
"""Where there is such a folder: what is meant to reach the disk need not be waited for there."""
_TOLD = 3
"""Faults of a reader whose tracebacks are kept."""


@dataclass(slots=True)
class Result:
    """What became of the inputs of one reader."""

    name: str
    inputs: int = 0
    read: int = 0
    refused: int = 0
    slowest: float = 0.0
    slowest_input: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)
    """A line each; the first with their tracebacks."""


def input_of(target: Target, number: int, seed: int) -> bytes:
    """An input: the same for the same seed, reader and number."""
    return target.damage(target.seeds, random.Random(f"{seed} {target.name} {number}"))


def watch(target: Target, inputs: int, seed: int) -> Result:
    """Try them all; after a crash or a hang the next process goes on behind it."""
    result = Result(target.name)
    begun = time.monotonic()
    start = 0
    while start < inputs:
        start = _one_process(target, range(start, inputs), seed, result)
    result.seconds = time.monotonic() - begun
    return result


def _one_process(target: Target, numbers: range, seed: int, result: Result) -> int:
    """Where the next process has to begin."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    at = context.Value(ctypes.c_long, numbers.start, lock=False)
    process = context.Process(target=_child, args=(target, numbers, seed, there, at))
    process.start()
    there.close()
    last, since = -1, time.monotonic()
    try:
        while True:
            if wait([here], timeout=0.5):
                try:
                    _take(here.recv(), result)
                except EOFError:
                    break
            if at.value != last:
                last, since = at.value, time.monotonic()
            elif time.monotonic() - since > LONGEST:
                process.kill()
                process.join()
                result.faults.append(f"input {at.value}: no end after {LONGEST:.0f} s")
                result.inputs += 1
                return int(at.value) + 1
    finally:
        here.close()
    process.join()
    if process.exitcode == 0:
        return numbers.stop
    result.faults.append(f"input {at.value}: the process died ({process.exitcode})")
    result.inputs += 1
    return int(at.value) + 1


def _take(told: tuple[Any, ...], result: Result) -> None:
    number, was_read, seconds, fault = told
    result.inputs += 1
    result.read += was_read
    result.refused += not was_read and fault is None
    if fault is not None:
        result.faults.append(
            f"input {number}: {fault if len(result.faults) < _TOLD else fault.splitlines()[0]}"
        )
    if seconds > result.slowest:
        result.slowest, result.slowest_input = seconds, number


def _child(target: Target, numbers: range, seed: int, parent: Connection, at: Any) -> None:
    _limit_memory()
    # What a library says of damaged data on standard error is of no use here.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    folder = Path(tempfile.mkdtemp(prefix="scrubber-fuzz-", dir=_IN_MEMORY if _IN_MEMORY.is_dir() else None))
    try:
        for number in numbers:
            at.value = number
            parent.send(_try(target, number, seed, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        parent.close()


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _try(target: Target, number: int, seed: int, folder: Path) -> tuple[int, bool, float, str | None]:
    data = input_of(target, number, seed)
    place = folder / "input"
    place.mkdir()
    fault = None
    was_read = False
    begun = time.perf_counter()
    try:
        was_read = target.attempt(data, place)
    except Exception as error:  # noqa: BLE001 - whatever comes here is what is looked for
        fault = f"{type(error).__name__}: {error}"[:300] + f"\n{traceback.format_exc(limit=-6)}"
    seconds = time.perf_counter() - begun
    shutil.rmtree(place)
    return number, was_read, seconds, fault


def show(target: Target, number: int, seed: int) -> None:
    """Try one input here, and let its traceback be seen."""
    data = input_of(target, number, seed)
    sys.stderr.write(f"{target.name}, input {number}: {len(data):,} bytes\n")
    with tempfile.TemporaryDirectory(prefix="scrubber-fuzz-") as folder:
        was_read = target.attempt(data, Path(folder))
    sys.stderr.write("read\n" if was_read else "refused\n")
