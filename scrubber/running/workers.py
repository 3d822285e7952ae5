"""Many processes, the same result: chunks of items go out, results come back in any order.

A worker that dies (killed, out of memory, a crash in a C library) takes no document with it but
the one it died of: what was in flight is tried again one item at a time, and the item whose
process dies alone is handed to `crashed`.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

Item = TypeVar("Item")
Context = TypeVar("Context")
Result = TypeVar("Result")

_LARGEST_CHUNK = 32
_CHUNKS_PER_JOB = 8
_IN_FLIGHT_PER_JOB = 2
_OBJECTS_BETWEEN_COLLECTIONS = 100_000

_received: dict[str, Any] = {}
"""In a worker: what the initializer brought, once. The parent never writes it."""


@dataclass(frozen=True, slots=True)
class Task(Generic[Item, Context, Result]):
    """What is done to every chunk: ``work(context, chunk)``, and what stands for a killed item."""

    work: Callable[[Context, Sequence[Item]], Result]
    context: Context
    """Sent to each worker once."""
    crashed: Callable[[Item], Result]


def available_jobs() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def run(task: Task[Item, Context, Result], items: Sequence[Item], jobs: int) -> Iterator[Result]:
    """The result of every chunk, in the order in which they are done.

    With one job the work is done in this process. How items are chunked, and so how many results
    there are, depends on `jobs`: results must be of a kind that merges.
    """
    chunks = deque(_chunks(items, jobs))
    if jobs <= 1 or len(items) <= 1:
        for chunk in chunks:
            with seldom_collecting():
                part = task.work(task.context, chunk)
            yield part
        return
    while chunks:
        suspects = yield from _until_broken(task, chunks, jobs)
        yield from _one_by_one(task, suspects)


def _chunks(items: Sequence[Item], jobs: int) -> Iterator[Sequence[Item]]:
    size = max(1, min(_LARGEST_CHUNK, len(items) // (max(1, jobs) * _CHUNKS_PER_JOB)))
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _until_broken(
    task: Task[Item, Context, Result], chunks: deque[Sequence[Item]], jobs: int
) -> Generator[Result, None, list[Item]]:
    """Work chunks off; returns the items in flight when a worker died, else nothing."""
    from concurrent.futures import FIRST_COMPLETED, wait
    from concurrent.futures.process import BrokenProcessPool

    suspects: list[Item] = []
    pool = _pool(task, min(jobs, len(chunks)))
    try:
        flying: dict[Future[Result], Sequence[Item]] = {}
        while flying or (chunks and not suspects):
            while chunks and not suspects and len(flying) < jobs * _IN_FLIGHT_PER_JOB:
                chunk = chunks.popleft()
                try:
                    with _interrupted_later():
                        future = pool.submit(_work, task.work, chunk)
                    flying[future] = chunk
                except BrokenProcessPool:
                    suspects.extend(chunk)
            done, _ = wait(flying, return_when=FIRST_COMPLETED)
            for future in done:
                chunk = flying.pop(future)
                try:
                    yield future.result()
                except BrokenProcessPool:
                    suspects.extend(chunk)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return suspects


def _one_by_one(task: Task[Item, Context, Result], items: Sequence[Item]) -> Iterator[Result]:
    """Each item in a process of its own, so that only the culprit is lost."""
    from concurrent.futures.process import BrokenProcessPool

    for item in items:
        pool = _pool(task, 1)
        try:
            with _interrupted_later():
                future = pool.submit(_work, task.work, (item,))
            yield future.result()
        except BrokenProcessPool:
            yield task.crashed(item)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _pool(task: Task[Item, Context, Result], jobs: int) -> ProcessPoolExecutor:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # Forked workers share the index with the parent; elsewhere forking is unsafe or missing.
    method = "fork" if sys.platform.startswith("linux") else "spawn"
    return ProcessPoolExecutor(
        max_workers=jobs,
        mp_context=multiprocessing.get_context(method),
        initializer=_receive,
        initargs=(task.context,),
    )


@contextmanager
def _interrupted_later() -> Iterator[None]:
    """Let Ctrl-C wait while workers are started.

    An exception out of a signal handler can be swallowed by what Python runs around a fork, and a
    new worker ignores the signal only once it runs.
    """
    usual = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(usual):
        yield
        return
    came: list[tuple[int, FrameType | None]] = []
    signal.signal(signal.SIGINT, lambda number, frame: came.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
        if came:
            usual(*came[0])


def _receive(context: object) -> None:
    # Ctrl-C is the parent's to handle: workers finish their file and are told to go.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_go_with_the_parent, daemon=True).start()
    _received["context"] = context


def _go_with_the_parent() -> None:
    """End this worker when its parent is gone.

    A parent that was killed tells nobody, and a worker would wait for work, and hold the output's
    lock, for ever.
    """
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(work: Callable[[Any, Sequence[Item]], Result], chunk: Sequence[Item]) -> Result:
    with seldom_collecting():
        return work(_received["context"], chunk)


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Look for cyclic garbage seldom: documents are many objects and hardly a cycle.

    By default it costs a tenth of the time of a run.
    """
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
