"""The same work over many items in a few processes, results in the order of the items."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from benchmarking.progress import watched

_received: dict[str, Any] = {}
"""In a worker: what the initializer brought, once. The parent never writes it."""


def spread(
    work: Callable[[Any, Any], Any], context: object, items: Sequence[Any], jobs: int, what: str
) -> Iterator[Any]:
    """``work(context, item)`` for each item. `work` is a module's function; the context is sent once."""
    if jobs <= 1 or len(items) <= 1:
        yield from watched((work(context, item) for item in items), len(items), what)
        return
    # Forked workers share the context with the parent; elsewhere it is pickled.
    method = "fork" if sys.platform.startswith("linux") else "spawn"
    with ProcessPoolExecutor(
        max_workers=jobs,
        mp_context=multiprocessing.get_context(method),
        initializer=_receive,
        initargs=(work, context),
    ) as pool:
        size = max(1, min(8, len(items) // (jobs * 8)))
        yield from watched(pool.map(_work, items, chunksize=size), len(items), what)


def _receive(work: Callable[[Any, Any], Any], context: object) -> None:
    _received.update(work=work, context=context)


def _work(item: Any) -> Any:
    return _received["work"](_received["context"], item)
