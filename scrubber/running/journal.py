"""What became of every document, written down while a run goes on: an entry a line, on disk.

Only ids and places are in memory. Before each line stands its checksum: a line that is cut off, by
whatever killed the run, or damaged is none, and neither is what comes after it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import xxhash

from scrubber.running.signs import DocumentSigns
from scrubber.writing import json_lines
from scrubber.writing.manifest import Entry


class Noted(msgspec.Struct, omit_defaults=True):
    """A document that is done."""

    entry: Entry
    saw: str | None = None
    """What it saw of the index: see `resuming`."""
    size: int = 0
    """Bytes of the raw document."""
    removed: dict[str, int] = {}
    """Characters that each rule took away, less those it put in."""
    language: str | None = None
    signs: DocumentSigns = DocumentSigns()
    """What it says by itself of how doubtful its cleaning is."""


SCHEMA: Final = "scrubber.journal/3"
_CHECK: Final = 17
"""Characters before a line: its checksum, and a blank."""

_Place = tuple[int, int]


def _line(noted: Noted) -> bytes:
    told = json_lines.encode(json_lines.line(msgspec.to_builtins(noted)) + "\n")
    return _check(told) + told


def _check(told: bytes) -> bytes:
    return b"%016x " % xxhash.xxh3_64_intdigest(told)


def _noted(line: bytes) -> Noted:
    """Raises ValueError for what is no such line."""
    told = line[_CHECK:]
    if line[:_CHECK] != _check(told):
        raise ValueError("a line of the journal is damaged")
    return msgspec.convert(json.loads(told), Noted)


def whole_lines(path: Path) -> Iterator[Noted]:
    """All that a journal holds, whatever its settings, up to where it is cut off or damaged."""
    if path.is_file():
        with path.open("rb") as file:
            file.readline()
            for line in file:
                try:
                    yield _noted(line)
                except ValueError:
                    return


class Journal:
    """Entries of this run, and of the one before where that was of the same settings."""

    def __init__(self, path: Path, settings: str) -> None:
        first = msgspec.json.encode({"schema": SCHEMA, "settings": settings}) + b"\n"
        self._path = path
        self._earlier: dict[str, _Place] = {}
        self._now: dict[str, _Place] = {}
        self._end = self._read(path, first)
        self._file = path.open("r+b" if self._end else "w+b", buffering=0)
        self._file.truncate(self._end)
        self._file.seek(self._end)
        if not self._end:
            self._file.write(first)
            self._end = len(first)

    def _read(self, path: Path, first: bytes) -> int:
        """Find the whole lines of an earlier run; how many bytes they are with the first."""
        if not path.is_file():
            return 0
        with path.open("rb") as file:
            if file.readline() != first:
                return 0
            at = len(first)
            for line in file:
                try:
                    id = _noted(line).entry.id
                except ValueError:
                    break
                self._earlier[id] = at, len(line)
                at += len(line)
        return at

    def add(self, noted: Noted) -> None:
        """Note what became of a document of this run."""
        line = _line(noted)
        self._file.seek(self._end)
        self._file.write(line)
        self._now[noted.entry.id] = self._end, len(line)
        self._end += len(line)

    def keep(self, id: str) -> None:
        """Take the entry of the earlier run for this one."""
        self._now[id] = self._earlier[id]

    def earlier(self, id: str) -> Noted | None:
        """What the earlier run noted of a document. Workers may ask too."""
        place = self._earlier.get(id)
        return self._at(place) if place is not None else None

    def earlier_ids(self) -> set[str]:
        """The documents of the earlier run."""
        return set(self._earlier)

    def __len__(self) -> int:
        return len(self._now)

    def __contains__(self, id: str) -> bool:
        return id in self._now

    def __iter__(self) -> Iterator[Noted]:
        """What became of the documents of this run, by id."""
        return (self._at(self._now[id]) for id in sorted(self._now))

    def _at(self, place: _Place) -> Noted:
        with self._path.open("rb") as file:  # workers ask too: no shared position
            file.seek(place[0])
            return _noted(file.read(place[1]))

    def close(self, path: Path | None = None) -> None:
        """No more is added; with a `path` only what this run holds is kept there, for the next."""
        if path is not None:
            aside = path.with_suffix(".new")
            with path.open("rb") as old, aside.open("wb") as new:
                new.write(old.readline())
                for id in sorted(self._now):
                    new.write(_line(self._at(self._now[id])))
            aside.replace(path)
        self._file.close()
