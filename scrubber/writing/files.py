"""Files that appear whole or not at all, and where each document's output goes."""

from __future__ import annotations

import errno
import os
import secrets
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MANIFEST = "manifest.jsonl"
TEMPLATES = "templates.jsonl"
OVERRIDES = "templates.overrides.toml"
RUN = "run.json"

_PROVENANCE_SUFFIX = ".provenance.json"
_KEPT_SUFFIXES = (".txt", ".md")
_ASIDE = ".scrubber-"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class OutputError(Exception):
    """An output folder or file cannot be used: what is wrong, and what to do."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(f"{why}; {remedy}")
        self.why = why
        self.remedy = remedy


class WriteError(OutputError):
    """A file could not be written. Nothing half-written is left, an older version still stands."""

    def __init__(self, path: Path, error: OSError) -> None:
        self.path = path
        self.is_full = error.errno in _FULL
        if self.is_full:
            remedy = "free some space, then run the same command again: what is finished stays"
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            remedy = "make the output folder writable, or choose another with --output"
        elif error.errno == errno.ENAMETOOLONG:
            remedy = "give the raw document a shorter name"
        else:
            remedy = "look at the output folder, then run the same command again"
        super().__init__(f"cannot write {path.name}: {error.strerror or error}", remedy)

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions travel from worker to parent by their arguments.
        code = errno.ENOSPC if self.is_full else errno.EIO
        return (WriteError, (self.path, OSError(code, self.why)))


def output_name(id: str) -> str:
    """``notes.txt`` and ``notes.md`` stay, ``page.html`` becomes ``page.html.txt``."""
    return id if id.lower().endswith(_KEPT_SUFFIXES) else f"{id}.txt"


def provenance_name(output: str) -> str:
    """``notes.txt`` -> ``notes.txt.provenance.json``."""
    return output + _PROVENANCE_SUFFIX


def collisions(ids: Iterable[str]) -> dict[str, str]:
    """Documents that cannot both be written: ``{id: the other id}``, both ways.

    Names are compared as the strictest file systems do, in NFC and case-folded. A file that
    would stand where another document needs a folder collides as well.
    """
    by_name: dict[str, str] = {}
    clashes: dict[str, str] = {}
    for document in sorted(ids):
        other = by_name.setdefault(_folded(output_name(document)), document)
        if other != document:
            clashes[document] = other
            clashes.setdefault(other, document)
    for name, document in by_name.items():
        for parent in PurePosixPath(name).parents:
            blocking = by_name.get(str(parent))
            if blocking is not None:
                clashes.setdefault(document, blocking)
                clashes.setdefault(blocking, document)
    return clashes


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def refuse_nesting(roots: Iterable[Path], output: Path) -> None:
    """Raise OutputError where OUT lies in a RAW or a RAW in OUT: a second run would eat its own."""
    out = output.resolve()
    for root in roots:
        raw = root.resolve()
        if out == raw or (raw.is_dir() and out.is_relative_to(raw)):
            raise OutputError(
                f"the output {output} lies inside the input {root}",
                "choose a folder beside the input with --output, such as corpus/raw and corpus/clean",
            )
        if raw.is_relative_to(out):
            raise OutputError(
                f"the input {root} lies inside the output {output}",
                "choose a folder beside the input with --output, such as corpus/raw and corpus/clean",
            )


@dataclass(frozen=True, slots=True)
class Tree:
    """An output folder: writes files, or with `check` only tells what it would write."""

    root: Path
    check: bool = False

    def path(self, name: str) -> Path:
        """Where `name` (a relative POSIX path) stands. Raises OutputError if that is outside."""
        return inside(self.root, name)

    def read(self, name: str) -> bytes | None:
        """The bytes of a file of this tree, None where there is none."""
        try:
            return self.path(name).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None
        except OSError as error:
            raise OutputError(
                f"cannot read {name} in the output folder ({error.strerror})",
                "make it readable, or choose another folder with --output",
            ) from error

    def put(self, wanted: Mapping[str, bytes], *, durable: bool = False) -> dict[str, str]:
        """Let each name hold its bytes, all of them or none.

        Returns ``new`` or ``changed`` for those that did not hold them before. Raises WriteError.
        """
        old = {name: self.read(name) for name in wanted}
        differ = [name for name in wanted if old[name] != wanted[name]]
        if not self.check:
            write({self.path(name): wanted[name] for name in differ}, durable=durable)
        return {name: "new" if old[name] is None else "changed" for name in differ}

    def remove(self, name: str) -> bool:
        """Take a file away, and the folders that are empty then. False where there was none."""
        path = self.path(name)
        if not path.is_file() and not path.is_symlink():
            return False
        if not self.check:
            path.unlink()
            _remove_empty(path.parent, self.root)
        return True

    def sweep(self) -> None:
        """Remove what an interrupted run had written aside."""
        if not self.check and self.root.is_dir():
            for path in self.root.rglob(f"{_ASIDE}*.tmp"):
                path.unlink(missing_ok=True)

    def strangers(self) -> Iterator[str]:
        """Names at the root that keep an empty folder from being ours: no dot files, no overrides."""
        if self.root.is_dir():
            for path in sorted(self.root.iterdir()):
                if not path.name.startswith(".") and path.name != OVERRIDES:
                    yield path.name


def inside(root: Path, name: str) -> Path:
    """``root / name``. Raises OutputError where `name` would lead out of the folder."""
    relative = PurePosixPath(name)
    if relative.is_absolute() or ".." in relative.parts or not relative.parts:
        raise OutputError(
            f"{name!r} is not a path inside {root}", "the manifest was changed by hand: run `scrubber clean`"
        )
    return root / relative


def write(wanted: Mapping[Path, bytes], *, durable: bool = False) -> None:
    """Write files aside in their folders, then rename them all. Raises WriteError.

    Where one cannot be written, none is, and nothing half-written is left. With `durable` they
    are on the disk, not only on their way, when this returns.
    """
    asides: dict[Path, Path] = {}
    path = Path()
    try:
        for path, data in wanted.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            asides[path] = path.parent / f"{_ASIDE}{secrets.token_hex(6)}.tmp"
            _write_aside(asides[path], data, durable=durable)
        for path, aside in asides.items():
            aside.replace(path)
    except OSError as error:
        raise WriteError(path, error) from error
    finally:
        for aside in asides.values():
            aside.unlink(missing_ok=True)


def _write_aside(path: Path, data: bytes, *, durable: bool) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        if durable:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_empty(folder: Path, root: Path) -> None:
    while folder != root and folder.is_relative_to(root):
        try:
            folder.rmdir()
        except OSError:  # not empty: the usual end of the climb
            return
        folder = folder.parent
