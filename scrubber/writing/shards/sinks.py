"""Files that are written as a stream, and appear whole or not at all."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import RawIOBase
from pathlib import Path
from typing import BinaryIO

from scrubber.writing.files import Tree, WriteError

ASIDE = ".scrubber-"
"""As in `files`: `Tree.sweep` removes what a run that was killed has left."""

_BLOCK = 1 << 20


class Sink(RawIOBase):
    """Takes the bytes of one file: hashes them, and writes them aside where there is an `aside`.

    A fault of the disk is kept in `fault`: libraries that write through a sink turn it into errors
    of their own.
    """

    def __init__(self, aside: Path | None) -> None:
        self.fault: OSError | None = None
        self._digest = hashlib.sha256()
        self._size = 0
        self._file: BinaryIO | None = None
        if aside is not None:
            aside.parent.mkdir(parents=True, exist_ok=True)
            self._file = aside.open("xb")

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: bytes | bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Take all of `data`. Raises OSError."""
        view = memoryview(data).cast("B")
        self._digest.update(view)
        if self._file is not None:
            try:
                self._file.write(view)
            except OSError as error:
                self.fault = error
                raise
        self._size += len(view)
        return len(view)

    def tell(self) -> int:
        """How many bytes there are so far."""
        return self._size

    def finish(self) -> str:
        """Let all bytes reach the disk, and tell their sha256. Raises OSError."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
        return self._digest.hexdigest()

    def abandon(self) -> None:
        """Close the file, whatever state it is in. More than once does no harm."""
        file, self._file = self._file, None
        if file is not None:
            try:
                file.close()
            except OSError as error:  # a full disk tells again what it told before
                self.fault = self.fault or error


class Sinks:
    """The sinks of some files that belong together, and what became of them."""

    def __init__(self, sinks: Sequence[Sink]) -> None:
        self.sinks = tuple(sinks)
        self.changes: dict[str, str] = {}
        """``new`` or ``changed`` by name, as `Tree.put` tells it; filled when all are written."""
        self.digests: dict[str, str] = {}
        """sha256 by name; filled when all are written."""


@contextmanager
def open_sinks(tree: Tree, names: Sequence[str]) -> Iterator[Sinks]:
    """A sink for each name: when the block ends well all files get their new bytes, else none.

    A file that has these bytes already is not touched; with ``tree.check`` none is. Raises
    OutputError for a name outside the folder, WriteError where the disk fails.
    """
    paths = {name: tree.path(name) for name in names}
    asides = {name: path.parent / f"{ASIDE}{secrets.token_hex(6)}.tmp" for name, path in paths.items()}
    opened: dict[str, Sink] = {}
    try:
        for name, aside in asides.items():
            with _told(paths[name]):
                opened[name] = Sink(None if tree.check else aside)
        made = Sinks(tuple(opened.values()))
        try:
            yield made
        except OSError as error:
            # What went into the files may have failed instead: that is for others to tell.
            failed = next((name for name, sink in opened.items() if sink.fault), None)
            if failed is None:
                raise
            raise WriteError(paths[failed], opened[failed].fault or error) from error
        for name, sink in opened.items():
            with _told(paths[name]):
                made.digests[name] = sink.finish()
        for name, path in paths.items():
            with _told(path):
                made.changes |= _replace(tree, name, asides[name], made.digests[name])
    finally:
        for sink in opened.values():
            sink.abandon()
        for aside in asides.values():
            aside.unlink(missing_ok=True)


def _replace(tree: Tree, name: str, aside: Path, digest: str) -> dict[str, str]:
    path = tree.path(name)
    there = digest_of(path) if path.is_file() else None
    if there == digest:
        return {}
    if not tree.check:
        aside.replace(path)
    return {name: "new" if there is None else "changed"}


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WriteError(path, error) from error


def digest_of(path: Path) -> str:
    """The sha256 of a file of any size. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
