"""How far a run is: a bar on a terminal, plain lines elsewhere; always on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
_LINE_EVERY = 20.0  # seconds


def say(line: str) -> None:
    """A line for people."""
    print(line, file=sys.stderr, flush=True)


def watched(items: Iterable[T], total: int, what: str) -> Iterator[T]:
    """Pass the items on, and show how many of `total` are done and how long the rest takes."""
    if sys.stderr.isatty():
        yield from _bar(items, total, what)
        return
    begun = shown = time.monotonic()
    for done, item in enumerate(items, 1):
        now = time.monotonic()
        if now - shown >= _LINE_EVERY and done < total:
            shown = now
            say(f"  {what}: {done} of {total}, about {(now - begun) / done * (total - done):.0f} s left")
        yield item
    say(f"  {what}: {total} in {time.monotonic() - begun:.0f} s")


def _bar(items: Iterable[T], total: int, what: str) -> Iterator[T]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=total)
        for item in items:
            yield item
            bar.advance(task)
