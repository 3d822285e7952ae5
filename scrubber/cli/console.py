"""Where words go: results to standard output, everything else to standard error."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from scrubber.running.learning import Progress

_PLAIN_EVERY = 10.0
_WIDTH = 100
"""Characters of a text that are quoted."""
_REFRESH_EVERY = 0.1

# A page's control characters must not steer the terminal that shows them.
_PICTURES = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\n\t"} | {0x7F: 0x2421}
_PICTURES |= dict.fromkeys(range(128, 160), 65533)


def result(text: str) -> None:
    """Print a line of the result."""
    click.echo(printable(text, sys.stdout))


def note(text: str) -> None:
    """Print a line for people."""
    click.echo(printable(text, sys.stderr), err=True)


def result_json(value: dict[str, Any]) -> None:
    """Print the result as one JSON object."""
    click.echo(json.dumps(value, indent=2, sort_keys=True))


def printable(text: str, stream: TextIO) -> str:
    """The text as `stream` can show it: control characters as pictures, the unencodable escaped."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.translate(_PICTURES).encode(encoding, "backslashreplace").decode(encoding)


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 document``, ``2 documents``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows under their heads, columns aligned: a line each."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    for row in (heads, *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def quoted(text: str) -> str:
    """The text in quotes, on one line, its middle left out where it is long."""
    text = text.replace("\n", "␊")
    if len(text) > _WIDTH:
        text = f"{text[: _WIDTH // 2]} … {text[-_WIDTH // 2 :]}"
    return f'"{text}"'


class Pace:
    """How fast something goes, since it was first looked at."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._start = clock()

    def _spent(self) -> float:
        return self._clock() - self._start

    def speed(self, done: int) -> str:
        """``55 a second``; nothing as long as there is nothing to tell."""
        return f"{done / self._spent():,.0f} a second" if done and self._spent() > 1 else ""

    def left(self, done: int, total: int) -> str:
        """``about 5 min left``; nothing as long as nobody can know."""
        if not done or self._spent() <= 1:
            return ""
        seconds = self._spent() * (total - done) / done
        return f"about {seconds / 60:,.0f} min left" if seconds >= 90 else f"about {seconds:.0f} s left"


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """A bar on a terminal, a line now and then elsewhere, nothing with `quiet`."""
    if quiet:
        from scrubber.running.learning import silent

        yield silent
    elif sys.stderr.isatty():
        with _bar() as shown:
            yield shown
    else:
        yield _lines()


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[pace]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]}"),
    )
    # Without a refreshing thread: the engine forks, and threads do not survive that.
    with Bar(*columns, console=Console(stderr=True), auto_refresh=False, transient=True) as bar:
        yield _shown_on(bar)


def _shown_on(bar: Bar) -> Progress:
    tasks: dict[str, TaskID] = {}
    paces: dict[str, Pace] = {}
    shown = 0.0

    def show(what: str, done: int, total: int, failed: int = 0) -> None:
        nonlocal shown
        if what not in tasks:
            tasks[what] = bar.add_task(what, total=total, pace="", failed="")
            paces[what] = Pace()
        told = f"{failed:,} failed" if failed else ""
        bar.update(tasks[what], completed=done, pace=paces[what].speed(done), failed=told)
        if done == total or time.monotonic() - shown > _REFRESH_EVERY:
            shown = time.monotonic()
            bar.refresh()

    return show


def _lines() -> Progress:
    shown = time.monotonic()
    paces: dict[str, Pace] = {}

    def show(what: str, done: int, total: int, failed: int = 0) -> None:
        nonlocal shown
        pace = paces.setdefault(what, Pace())
        if total and (done == total or time.monotonic() - shown > _PLAIN_EVERY):
            shown = time.monotonic()
            told = [f"{what}: {done:,} of {counted(total, 'document')}"]
            if done < total:
                told += [pace.speed(done), pace.left(done, total)]
            if failed:
                told.append(f"{failed:,} failed")
            note(", ".join(filter(None, told)))

    return show
