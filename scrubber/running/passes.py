"""The two passes over the documents, as the workers do them: read and collect, read and scrub.

The one place where any exception of a document is caught: it becomes the document's entry in
the manifest, and the others go on.
"""

from __future__ import annotations

import dataclasses
import hashlib
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from msgspec import structs

from scrubber.config import Config
from scrubber.documents import CleanDocument
from scrubber.edits import revert
from scrubber.evidence import Evidence, examine
from scrubber.index_binary import BinaryIndexError
from scrubber.library import Library
from scrubber.pipeline import scrub
from scrubber.reading import ReadingError, SkippedFile
from scrubber.reading.decoding import encode
from scrubber.running.evidence_log import Filed, FiledHead
from scrubber.running.inputs import Input, digest_now, read, recognise
from scrubber.running.journal import Noted
from scrubber.running.rereading import reread
from scrubber.running.spooling import Spool, SpoolFile, spool_file
from scrubber.templates import TemplateIndex
from scrubber.writing import provenance
from scrubber.writing.files import OutputError, Tree, WriteError, output_name, provenance_name
from scrubber.writing.manifest import Entry, Status, entry_of
from scrubber.writing.shards import Written

if TYPE_CHECKING:
    from scrubber.running.resuming import Kept
    from scrubber.writing.shards.rows import Packed

ALREADY_CLEAN = "recognised: its digest matches the provenance beside it"

_Result = TypeVar("_Result")


class UndoError(ValueError):
    """A result would not lead back to its raw document: a fault of ours, so it is not written."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the ledger does not lead back to the raw {what}; nothing was written")
        self.what = what


class ChangedFileError(ValueError):
    """A file is not what it was a moment ago."""

    def __init__(self) -> None:
        super().__init__("the file changed during the run; run the same command again")


@dataclass(frozen=True, slots=True)
class Change:
    """What was (or with ``--check`` would be) done to a file of the output folder."""

    kind: str
    """``new``, ``changed`` or ``removed``."""
    name: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """Of a chunk of documents: what they say about one another, and which could not be read."""

    filed: tuple[Filed, ...] = ()
    """The evidence of what was examined."""
    seen: tuple[Input, ...] = ()
    """What was read, with the sha256 of its raw bytes, and where it was put."""
    lost: tuple[Entry, ...] = ()
    traces: tuple[str, ...] = ()
    documents: int = 0

    @property
    def evidence(self) -> Evidence:
        """What was examined, in memory."""
        return Evidence.of(one.record for one in self.filed)


@dataclass(frozen=True, slots=True)
class GatherContext:
    """What every reading worker knows."""

    config: Config
    spool: Spool | None = None
    """Where documents are put for the second pass; None where there is none."""
    known: Mapping[str, FiledHead] = field(default_factory=dict)
    """Documents whose evidence is at hand, by id: those that are unchanged are not examined again."""


@dataclass(frozen=True, slots=True)
class ScrubContext:
    """What every scrubbing worker knows."""

    config: Config
    index: TemplateIndex
    tree: Tree
    library: Library | None = None
    """The documents that cut-off text may be completed from."""
    kept: Kept | None = None
    """What an earlier run left, and may still hold."""


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """Of a chunk of documents: their lines in the manifest, and the files that changed."""

    documents: tuple[Noted, ...]
    changes: tuple[Change, ...] = ()
    traces: tuple[str, ...] = ()
    written: tuple[Packed, ...] = ()
    """The documents that were cleaned, where they are not written here."""
    spent: tuple[tuple[float, str], ...] = ()
    """Seconds for each document that was cleaned, and its id."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The lines of the documents in the manifest."""
        return tuple(noted.entry for noted in self.documents)


ScrubWork = Callable[[ScrubContext, Sequence[Input]], Scrubbed]
"""`scrub_and_write`, or `scrub_only` where the parent writes."""


def gather(context: GatherContext, inputs: Sequence[Input]) -> Gathered:
    """Read a chunk and collect its evidence. What is recognised as clean gives none."""
    guard = _Guard()
    with spool_file(context.spool, len(inputs)) as file:
        found = [guard.run(item, lambda one: _examine(context, one, file)) for item in inputs]
    seen = [one for one in found if one is not None]
    return Gathered(
        tuple(filed for _, filed in seen if filed is not None),
        tuple(item for item, _ in seen),
        tuple(guard.lost.values()),
        tuple(guard.traces),
        len(inputs),
    )


def scrub_and_write(context: ScrubContext, inputs: Sequence[Input]) -> Scrubbed:
    """Read a chunk again, scrub it, and write each document as soon as it is done."""
    guard = _Guard()
    documents: list[Noted] = []
    changes: list[Change] = []
    spent: list[tuple[float, str]] = []
    for item in inputs:
        saw, noted = context.kept.look(item) if context.kept is not None else (None, None)
        if noted is None:
            start = time.perf_counter()
            made = guard.run(item, lambda one: _scrub_and_put(context, one))
            if made is None:
                continue
            spent.append((time.perf_counter() - start, item.id))
            noted = structs.replace(made[0], saw=saw)
            changes += made[1]
        documents.append(noted)
    lost = map(Noted, guard.lost.values())
    return Scrubbed((*documents, *lost), tuple(changes), tuple(guard.traces), spent=tuple(spent))


def scrub_only(context: ScrubContext, inputs: Sequence[Input]) -> Scrubbed:
    """Read a chunk again and scrub it; the parent writes what comes of it."""
    guard = _Guard()
    done: list[_Done] = []
    spent: list[tuple[float, str]] = []
    for item in inputs:
        start = time.perf_counter()
        one = guard.run(item, lambda item: _scrub_one(context, item))
        if one is not None:
            done.append(one)
            spent.append((time.perf_counter() - start, item.id))
    documents = (*(one.noted for one in done), *map(Noted, guard.lost.values()))
    from scrubber.writing.shards import rows

    written = tuple(rows.pack(one.written) for one in done)
    return Scrubbed(documents, traces=tuple(guard.traces), written=written, spent=tuple(spent))


def killed(item: Input) -> Entry:
    """The entry of a document whose worker process died of it."""
    return Entry(
        item.id,
        Status.FAILED,
        "its worker process was killed, most likely for want of memory; split the file or clean it alone",
    )


def checked(document: CleanDocument) -> str:
    """The clean text of a document, once it is proved that its ledger leads back. Raises UndoError."""
    text = document.text
    if revert(text, document.ledger) != document.raw.text:
        raise UndoError("text")
    if not document.raw.is_html:
        data = encode(document.raw.text, document.raw.source)
        if hashlib.sha256(data).hexdigest() != document.raw.source.sha256:
            raise UndoError("bytes")
    return text


def _examine(
    context: GatherContext, item: Input, file: SpoolFile | None
) -> tuple[Input, Filed | None] | None:
    """Read and examine a document, and put it aside; None where it is clean already.

    What is known, and has not changed, is not examined again.
    """
    if recognise(item) is not None:
        return None
    known = context.known.get(item.id)
    if known is not None and known.stated == item.stated and digest_now(item) == known.digest:
        return dataclasses.replace(item, digest=known.digest), None
    document = read(item, metadata=file is not None)
    examined = examine(document, context.config)
    # The second pass has the file's bytes at hand.
    bare = dataclasses.replace(document, markup=None)
    slot = file.put(dataclasses.replace(examined, document=bare)) if file is not None else None
    filed = Filed.of(examined.record, item.stated)
    return dataclasses.replace(item, digest=document.digest, slot=slot), filed


@dataclass(frozen=True, slots=True)
class _Done:
    """A document that was cleaned, and is not yet written."""

    noted: Noted
    written: Written


def _scrub_one(context: ScrubContext, item: Input) -> _Done:
    output = output_name(item.id)
    known = recognise(item)
    if known is not None:
        # Left as it is; its provenance still leads back to the raw document.
        entry = entry_of(item.id, output, known.record, known.provenance, ALREADY_CLEAN)
        written = Written(item.id, output, known.text, known.provenance)
        return _Done(Noted(entry, size=len(known.text)), written)
    raw, examined = reread(item)
    if item.digest is not None and raw.digest != item.digest:
        raise ChangedFileError
    document = scrub(raw, context.index, context.config, examined=examined, library=context.library)
    text = checked(document)
    record = provenance.describe(document, text, context.config.ledger)
    data = provenance.to_json(record)
    entry = entry_of(item.id, output, record, data)
    language = document.metadata.language.value if document.metadata.language is not None else None
    noted = Noted(entry, size=raw.source.size, removed=_removed(document), language=language)
    return _Done(noted, Written(item.id, output, provenance.to_bytes(text), data))


def _removed(document: CleanDocument) -> dict[str, int]:
    """Characters that each rule took away, less those it put in; none that came out even."""
    found: Counter[str] = Counter()
    for edit in document.ledger:
        found[edit.rule] += edit.end - edit.start - len(edit.inserted)
    return {rule: characters for rule, characters in sorted(found.items()) if characters}


def _scrub_and_put(context: ScrubContext, item: Input) -> tuple[Noted, list[Change]]:
    done = _scrub_one(context, item)
    return done.noted, _put(context.tree, done.written)


def _put(tree: Tree, document: Written) -> list[Change]:
    # In this order: what a killed run has written of a document is known by its provenance.
    files = {provenance_name(document.output): document.provenance, document.output: document.text}
    return [Change(kind, name) for name, kind in tree.put(files).items()]


class _Guard:
    """Keeps what goes wrong with one document from the others."""

    def __init__(self) -> None:
        self.lost: dict[str, Entry] = {}
        self.traces: list[str] = []

    def run(self, item: Input, action: Callable[[Input], _Result]) -> _Result | None:
        """The result of an action on a document, or None and an entry that says what went wrong."""
        try:
            return action(item)
        except SkippedFile as error:
            self._lose(item, Status.SKIPPED, f"{error.why}; {error.remedy}")
        except WriteError as error:
            if error.is_full:
                raise  # the others would fail as well
            self._lose(item, Status.FAILED, f"{error.why}; {error.remedy}")
        except (ReadingError, OutputError) as error:
            self._lose(item, Status.FAILED, f"{error.why}; {error.remedy}")
        except (ChangedFileError, BinaryIndexError) as error:
            self._lose(item, Status.FAILED, str(error))
        except MemoryError:
            self._lose(item, Status.FAILED, "not enough memory; split the file or use fewer --jobs")
        except Exception as error:  # noqa: BLE001 - one bad document is a line, never an aborted run
            reason = f"{type(error).__name__}: {error} (a fault of scrubber: please report it)"
            self._lose(item, Status.FAILED, reason)
            self.traces.append(f"{item.id}\n{traceback.format_exc()}")
        return None

    def _lose(self, item: Input, status: Status, reason: str) -> None:
        # The manifest is compared between machines: no path of this one.
        for path in (str(item.path.resolve()), str(item.path)):
            reason = reason.replace(path, item.id)
        self.lost[item.id] = Entry(item.id, status, reason)
