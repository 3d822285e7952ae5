"""The documents and containers under the folders a user names: found in one order, named for good.

Only regular files inside the roots are taken. Hidden names, files of other formats and our own
output are passed over; links that lead out of a root, and what cannot be listed, are reported.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from scrubber.reading.containers.kinds import Kind, inner_name, kind_of
from scrubber.reading.failures import NoDocuments, RootError

_OWN_NAMES = frozenset(("manifest.jsonl", "templates.jsonl", "run.json", "templates.overrides.toml"))
_OWN_SUFFIX = ".provenance.json"
_OWN_SCHEMA = re.compile(rb'"schema"\s*:\s*"scrubber\.')
_MAY_BE_OURS = frozenset((".json", ".jsonl"))
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class DumpFile:
    """A file of the dump, a document or a container: where it lies, and the id it has."""

    root: Path
    path: Path
    id: str


@dataclass(frozen=True, slots=True)
class SkippedEntry:
    """A file or folder that was not followed, and why."""

    id: str
    why: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """What stands under the roots. Iterating gives the files that are documents."""

    files: tuple[DumpFile, ...]
    """The id of a compressed one ends in the name of what it holds: ``a.txt.gz!/a.txt``."""
    skipped: tuple[SkippedEntry, ...] = ()
    ignored: Mapping[str, int] = field(default_factory=dict)
    """How many files of other formats were passed over, by suffix (``""``: none)."""
    containers: tuple[DumpFile, ...] = ()
    """Files that hold many documents."""

    def __iter__(self) -> Iterator[DumpFile]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)


Near = Callable[[str], bool]
"""Whether the documents of a folder are asked for, by its id (``""``: the root)."""


def everywhere(_folder: str) -> bool:
    """All folders."""
    return True


def discover(roots: Sequence[Path], near: Near = everywhere) -> Discovery:
    """The documents and containers under the roots, by id, in the order of code points.

    Ids are POSIX paths inside the root, with the root's name before them where there are
    several. Of folders that are not `near` only links are told, for these may lead to any document.
    Raises `NoDocuments` where there is neither, `RootError` for a root that is missing and for two
    roots of one name.
    """
    search = _Search(near)
    for root, prefix in zip(roots, _prefixes(roots), strict=True):
        search.enter(root, prefix)
    files = search.sorted(search.files)
    containers = search.sorted(search.containers)
    seen = dict(sorted(search.ignored.items()))
    if not files and not containers:
        raise NoDocuments(roots, [suffix or "names without a suffix" for suffix in seen])
    skipped = sorted(search.skipped, key=lambda entry: (entry.id, entry.why))
    return Discovery(files, tuple(skipped), seen, containers)


class _Search:
    """One walk over all roots. Paths are strings as long as they can be: a dump has many."""

    def __init__(self, near: Near) -> None:
        self.files: list[DumpFile] = []
        self.containers: list[DumpFile] = []
        self.skipped: list[SkippedEntry] = []
        self.ignored: Counter[str] = Counter()
        self._near = near
        self._kinds: dict[str, Kind] = {}

    def sorted(self, found: list[DumpFile]) -> tuple[DumpFile, ...]:
        """Files by id, each id once."""
        files: dict[str, DumpFile] = {file.id: file for file in found}
        if len(files) == len(found):
            return tuple(files[id] for id in sorted(files))
        files.clear()
        for file in sorted(found, key=lambda f: (f.id, os.fsencode(f.path))):
            if file.id in files:
                self.skipped.append(SkippedEntry(file.id, "another file has this name once it is escaped"))
            files.setdefault(file.id, file)
        return tuple(files.values())

    def enter(self, root: Path, prefix: str) -> None:
        """Search one root. Raises RootError where it is missing."""
        try:
            is_folder = stat.S_ISDIR(root.stat().st_mode)
        except OSError as error:
            raise RootError(
                str(root), f"cannot be read ({error.strerror})", "check the name and the permissions"
            ) from error
        if not is_folder:
            self._take(root, root, prefix or escape(root.name))
            return
        ours = _OWN_NAMES if _is_output(root) else frozenset()
        inside = root.resolve()
        folders = [(str(root), prefix)]
        while folders:
            folder, above = folders.pop()
            is_near = self._near(above)
            for entry in self._list(folder, above):
                is_link = entry.is_symlink()
                is_folder = not is_link and entry.is_dir(follow_symlinks=False)
                if not (is_near or is_link or is_folder) or _is_passed_over(entry.name, ours):
                    continue
                name = f"{above}/{escape(entry.name)}" if above else escape(entry.name)
                if is_folder:
                    folders.append((entry.path, name))
                elif not is_link or self._may_follow(Path(entry.path), name, inside):
                    self._take(root, entry, name)

    def _list(self, folder: str, name: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                return list(entries)
        except OSError as error:
            self.skipped.append(SkippedEntry(name or ".", f"cannot be listed ({error.strerror})"))
            return []

    def _may_follow(self, path: Path, name: str, inside: Path) -> bool:
        """Links to files inside the root are followed; a folder there is read where it stands."""
        why = ""
        try:
            target = path.resolve(strict=True)
            if not target.is_relative_to(inside):
                why = "a link that leads out of the root"
            elif target.is_dir():
                why = "a link to a folder of the same root"
        except (OSError, RuntimeError):
            why = "a link that leads nowhere"
        if why:
            self.skipped.append(SkippedEntry(name, why))
        return not why

    def _take(self, root: Path, entry: Path | os.DirEntry[str], name: str) -> None:
        kind = self._kind(entry.name)
        if kind is None:
            self.ignored[escape(PurePath(entry.name).suffix.lower())] += 1
            return
        try:
            is_regular = entry.is_file()  # asks the disk for links alone, where folders tell what they hold
        except OSError as error:
            self.skipped.append(SkippedEntry(name, f"cannot be read ({error.strerror})"))
            return
        path = Path(entry)
        if not is_regular:
            # Reading a pipe or a device may never end.
            self.skipped.append(SkippedEntry(name, "not a regular file"))
        elif kind.is_document:
            id = f"{name}!/{inner_name(name)}" if kind.compression else name
            self.files.append(DumpFile(root, path, id))
        elif not _is_ours(path, kind):
            self.containers.append(DumpFile(root, path, name))

    def _kind(self, name: str) -> Kind | None:
        """What `kind_of` says: of what is not compressed the suffix alone decides, and is remembered."""
        stem, dot, last = name.rpartition(".")
        suffix = dot + last if stem else ""
        kind = self._kinds.get(suffix)
        if kind is None:
            kind = kind_of(name)
            if kind is not None and not kind.compression:
                self._kinds[suffix] = kind
        return kind


def _is_passed_over(name: str, ours: Container[str]) -> bool:
    return name.startswith(".") or name.endswith(_OWN_SUFFIX) or name in ours


def escape(name: str) -> str:
    """A file name as text: bytes that are not UTF-8 become ``%E9``."""
    if name.isascii():
        return name
    return "".join(f"%{ord(c) - 0xDC00:02X}" if "\udc80" <= c <= "\udcff" else c for c in name)


def _prefixes(roots: Sequence[Path]) -> list[str]:
    """What stands before the ids of each root: nothing where there is only one."""
    if len(roots) == 1:
        return [""]
    names: dict[str, Path] = {}
    for root in roots:
        name = escape(root.resolve().name) or "root"
        if name in names:
            raise RootError(
                f"{names[name]} and {root}",
                f"both are named {name!r}, and ids begin with the name",
                "rename one, or name the folder above both",
            )
        names[name] = root
    return list(names)


def _is_ours(path: Path, kind: Kind) -> bool:
    """Whether a file of JSON is one that we wrote: an index, a manifest, the facts of a run."""
    if kind.format not in _MAY_BE_OURS or kind.compression:
        return False
    try:
        with path.open("rb") as file:
            return _OWN_SCHEMA.search(file.read(_HEAD)) is not None
    except OSError:
        return False  # reading it says what is wrong


def _is_output(folder: Path) -> bool:
    """Whether a run of ours wrote this folder: its manifest says so in the first line."""
    try:
        with (folder / "manifest.jsonl").open(encoding="utf-8") as lines:
            first = json.loads(lines.readline(4096))
    except (OSError, ValueError):
        return False
    return isinstance(first, dict) and str(first.get("schema", "")).startswith("scrubber.")
