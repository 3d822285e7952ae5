"""Which documents a run is about, and which of them are clean already."""

from __future__ import annotations

import errno
import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from scrubber.config import Intake
from scrubber.documents import RawDocument
from scrubber.reading import (
    NoDocuments,
    NothingIncluded,
    UnreadableFile,
    discover,
    file_bytes,
    read_path,
    read_record,
)
from scrubber.reading.failures import DamagedContainer
from scrubber.reading.tree import Discovery, DumpFile
from scrubber.running.spooling import Slot
from scrubber.writing import provenance
from scrubber.writing.files import WriteError, output_name, provenance_name
from scrubber.writing.provenance import ProvenanceError, Record

if TYPE_CHECKING:
    from scrubber.running.unpacking import Place

INSIDE = "!/"
"""Stands in an id between a container and its record."""

ALL = Intake()
"""Everything that can be read."""


@dataclass(frozen=True, slots=True)
class Input:
    """A raw document and the id it has in the dump."""

    id: str
    path: Path
    """The file it is, or of a record the container it comes from."""
    digest: str | None = None
    """sha256 of the raw bytes as the first pass saw them."""
    slot: Slot | None = None
    """Where the first pass left what it made of them."""
    place: Place | None = None
    """Of a record: where it was unpacked to."""

    @property
    def stated(self) -> int:
        """Stands for what a container says of a record; 0 for a file, which has nothing but its bytes."""
        return self.place.stated if self.place is not None else 0


@dataclass(frozen=True, slots=True)
class Recognised:
    """A document that is the output of an earlier run, untouched since."""

    text: bytes
    provenance: bytes
    record: Record


@dataclass(frozen=True, slots=True)
class Dump:
    """What stands under the roots."""

    documents: tuple[Input, ...]
    """Sorted by id."""
    passed_over: tuple[tuple[str, str], ...] = ()
    """Ids of what was not followed (links out of the root, …), and why."""
    ignored: Mapping[str, int] = field(default_factory=dict)
    """What no reader reads, by suffix or media type."""
    damaged: tuple[tuple[str, str], ...] = ()
    """Ids of containers that could not be read to their end and of records that are lost, and why."""


def find_inputs(roots: Sequence[Path], intake: Intake = ALL) -> Dump:
    """All documents under the roots that are files; of containers it is told that they were not opened.

    Raises NoDocuments, RootError.
    """
    found = discover(roots)
    wanted = _chosen(intake)
    files = [Input(file.id, file.path) for file in found if wanted(file.id)]
    unopened = [
        (file.id, "is a container: its records are not read here")
        for file in found.containers
        if wanted(file.id)
    ]
    if not files:
        raise _nothing(roots, found, intake)
    passed_over = [*((entry.id, entry.why) for entry in found.skipped), *unopened]
    return Dump(_by_id(files), tuple(sorted(passed_over)), found.ignored)


@contextmanager
def open_dump(roots: Sequence[Path], intake: Intake = ALL, work: Path | None = None) -> Iterator[Dump]:
    """All documents under the roots, files and records of containers alike.

    Records are unpacked into `work`, where a later run finds those of unchanged containers, or
    into a temporary folder that is gone when the block is left: read them inside of it. Raises
    NoDocuments, RootError, and WriteError where they cannot be unpacked.
    """
    found = discover(roots)
    if not found.containers:
        yield _dump_of(roots, found, intake, Path())
    elif work is not None:
        from scrubber.running import unpacking

        _make(work)
        unpacking.forget(work, (container.id for container in found.containers))
        yield _dump_of(roots, found, intake, work, keep=True)
    else:
        with tempfile.TemporaryDirectory(prefix="scrubber-", ignore_cleanup_errors=True) as folder:
            yield _dump_of(roots, found, intake, Path(folder))


def _dump_of(
    roots: Sequence[Path], found: Discovery, intake: Intake, folder: Path, *, keep: bool = False
) -> Dump:
    from scrubber.running import unpacking

    wanted = _chosen(intake)
    documents = [Input(file.id, file.path) for file in found if wanted(file.id)]
    files = {item.id for item in documents}
    passed_over = [(entry.id, entry.why) for entry in found.skipped]
    damaged: list[tuple[str, str]] = []
    ignored = Counter(found.ignored)
    for container in found.containers:
        if _is_left_out(container, intake):
            continue
        unpacked = unpacking.unpack(container.path, container.id, intake.fields, folder, keep=keep)
        for name, place in unpacking.records(unpacked):
            id = f"{container.id}{INSIDE}{name}"
            if not wanted(id):
                continue
            if id in files:
                passed_over.append((id, "a file has the name that this record would have"))
            else:
                documents.append(Input(id, container.path, place=place))
        passed_over += _named(container, unpacked.passed_over, wanted)
        damaged += _named(container, unpacked.damaged, wanted)
        ignored.update(unpacked.ignored or {})
    if not documents and not damaged and not (passed_over and found.containers):
        raise _nothing(roots, found, intake)
    return Dump(
        _by_id(documents), tuple(sorted(passed_over)), dict(sorted(ignored.items())), tuple(sorted(damaged))
    )


def _named(
    container: DumpFile, told: Iterable[tuple[str, str]], wanted: Callable[[str], bool]
) -> Iterator[tuple[str, str]]:
    for name, why in told:
        id = f"{container.id}{INSIDE}{name}" if name else container.id
        if not name or wanted(id):
            yield id, why


def _by_id(documents: Iterable[Input]) -> tuple[Input, ...]:
    return tuple(sorted(documents, key=lambda item: item.id))


def _nothing(roots: Sequence[Path], found: Discovery, intake: Intake) -> NoDocuments:
    if intake.include or intake.exclude:
        return NothingIncluded(roots)
    kinds = {"".join(container.path.suffixes[-2:]) for container in found.containers}
    return NoDocuments(roots, sorted({*found.ignored, *kinds} - {""}))


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(folder, error) from error


def _is_left_out(container: DumpFile, intake: Intake) -> bool:
    """Whether a container is left out as a whole, and need not even be opened."""
    return not _chosen(Intake(exclude=intake.exclude))(f"{container.id}/")


def _chosen(intake: Intake) -> Callable[[str], bool]:
    """Whether an id is one that the user wants. To the patterns a container is a folder."""
    if not intake.include and not intake.exclude:
        return lambda _: True
    from pathspec import GitIgnoreSpec

    def spec(patterns: Iterable[str]) -> GitIgnoreSpec:
        # An exclamation mark at the head means "not", elsewhere it comes with an id that was copied.
        return GitIgnoreSpec.from_lines(one[:1] + one[1:].replace(INSIDE, "/") for one in patterns)

    include, exclude = spec(intake.include), spec(intake.exclude)

    def is_wanted(id: str) -> bool:
        path = id.replace(INSIDE, "/")
        return (not intake.include or include.match_file(path)) and not exclude.match_file(path)

    return is_wanted


def raw_bytes(item: Input) -> bytes:
    """The bytes of a raw document, as they lie there now. Raises OSError."""
    if item.place is not None:
        from scrubber.running import unpacking

        return unpacking.take(item.place).data
    try:
        return file_bytes(item.path)
    except DamagedContainer as error:
        raise OSError(errno.EIO, error.why) from error


def digest_now(item: Input) -> str | None:
    """The sha256 of the bytes of a raw document; None where they cannot be read: reading it says why."""
    try:
        return hashlib.sha256(raw_bytes(item)).hexdigest()
    except OSError:
        return None


def read(item: Input, *, metadata: bool = True) -> RawDocument:
    """The document of an input. Raises ReadingError, as `read_path` does."""
    if item.place is None:
        return read_path(item.path, id=item.id, metadata=metadata)
    from scrubber.running import unpacking

    try:
        record = unpacking.take(item.place)
    except OSError as error:
        why = f"cannot be read ({error.strerror or type(error).__name__})"
        raise UnreadableFile(item.id, why, "run the same command again") from error
    return read_record(record, id=item.id, metadata=metadata)


def recognise(item: Input) -> Recognised | None:
    """The document as clean, where the provenance beside it has the digest of its bytes.

    A text that was changed by hand since has another digest, and is a raw document again.
    """
    if item.place is not None or output_name(item.id) != item.id:
        return None
    beside = Path(provenance_name(str(item.path)))
    try:
        data = beside.read_bytes()
        record = provenance.from_json(data)
        text = item.path.read_bytes()
    except (OSError, ProvenanceError):
        return None
    if hashlib.sha256(text).hexdigest() != record.clean.sha256:
        return None
    return Recognised(text, data, record)
