"""`scrubber hook fix`: clean the documents at hand into the committed corpus.

It touches neither manifest nor index: it writes a clean text and its provenance for each document
it is handed, the same bytes as a batch run with that index. Nothing is learned from the list of
files: the framework cuts long lists up.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scrubber.config import Config
from scrubber.configuring import Places
from scrubber.documents import RawDocument
from scrubber.evidence import Evidence, collect
from scrubber.index_format import IndexFormatError
from scrubber.pipeline import library_of
from scrubber.reading import NoDocuments, ReadingError, RootError
from scrubber.running import learning
from scrubber.running.evidence_cache import Cache
from scrubber.running.inputs import Input, find_inputs, read
from scrubber.running.learning import Given, Progress, Reading, silent
from scrubber.running.passes import ScrubContext, Shelf, scrub_and_write
from scrubber.running.repository import staged
from scrubber.templates import resolve
from scrubber.writing import provenance
from scrubber.writing.files import TEMPLATES, Tree, collisions, provenance_name, refuse_nesting
from scrubber.writing.manifest import Status
from scrubber.writing.provenance import Record

REHEARSED = 500
"""Raw documents up to which a corpus without an index, or without its cache, is read on the spot."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A document that was cleaned, or could not be."""

    id: str
    changed: tuple[str, ...]
    """Files of the clean tree that were written."""
    status: Status
    reason: str | None
    record: Record | None
    """Its provenance, where it was cleaned."""


@dataclass(frozen=True, slots=True)
class Fix:
    """What a run of the hook did."""

    documents: tuple[Fixed, ...]
    notes: tuple[str, ...]
    """What the author should know: no index, a site that the index does not know."""
    traces: tuple[str, ...] = ()

    @property
    def needs_a_look(self) -> bool:
        """Whether anything was written, or failed: the commit waits."""
        return any(one.changed or one.status is Status.FAILED for one in self.documents)


def fix(files: Sequence[Path], places: Places, config: Config, progress: Progress = silent) -> Fix:
    """Clean these raw documents into the clean tree. Files outside the raw tree are passed over.

    Raises IndexFormatError, OutputError or ConfigError where index or overrides cannot be read.
    """
    inputs = _inputs(files, places)
    if not inputs:
        return Fix((), ())
    tree = Tree(places.clean)
    context, notes = context_for(inputs, places, config, tree)
    clashes = collisions(item.id for item in raw_documents(places))
    documents: list[Fixed] = []
    traces: list[str] = []
    for done, item in enumerate(inputs, 1):
        if item.id in clashes:
            reason = f"{clashes[item.id]} would be written to the same place; rename one of the two"
            documents.append(Fixed(item.id, (), Status.FAILED, reason, None))
            continue
        scrubbed = scrub_and_write(context, (item,))
        (entry,) = scrubbed.entries
        record = _record(tree, entry.output) if entry.output else None
        names = tuple(change.name for change in scrubbed.changes)
        documents.append(Fixed(item.id, names, entry.status, entry.reason, record))
        traces += scrubbed.traces
        progress("cleaning", done, len(inputs))
    return Fix(tuple(documents), (*notes, *_strangers(documents)), tuple(traces))


def _inputs(files: Iterable[Path], places: Places) -> list[Input]:
    """The raw documents among the files, by the ids that a batch run gives them."""
    wanted = {path.absolute() for path in files} | {path.resolve() for path in files}
    return [
        item
        for item in raw_documents(places)
        if item.path.absolute() in wanted or item.path.resolve() in wanted
    ]


def context_for(
    inputs: Sequence[Input], places: Places, config: Config, tree: Tree
) -> tuple[ScrubContext, list[str]]:
    """All that these documents are cleaned with, and what the author should know of it.

    Raises IndexFormatError, OutputError or ConfigError.
    """
    refuse_nesting([places.raw], places.clean)
    given, notes = _given(inputs, places, config)
    overrides = learning.read_overrides(places.index, places.clean / TEMPLATES)
    index = given.index.with_overrides(overrides)
    alike = dataclasses.replace(config, templates=index.settings)
    cache = given.cache or _rebuilt(inputs, places, alike)
    library = None
    if cache is not None:
        own = _collected(inputs, alike)
        index = index.with_lenders(own, cache.evidence.without(own.documents).merge(own))
        library = library_of(Shelf([*cache.inputs, *inputs]), index, config)
    return ScrubContext(config, index, tree, library), notes


def load_index(places: Places) -> Given:
    """The committed index with its cache. Raises IndexFormatError with the hook that makes it anew."""
    try:
        return learning.load_given(places.index)
    except IndexFormatError as error:
        raise IndexFormatError(
            error.why, "run `scrubber hook learn` to build it again, and stage it"
        ) from error


def _given(inputs: Sequence[Input], places: Places, config: Config) -> tuple[Given, list[str]]:
    """The committed index; without one, what the rest of a small corpus teaches.

    Documents that are staged together are no evidence for one another, however the list is cut up.
    """
    if places.index.is_file():
        return load_index(places), []
    new = staged(places.raw) | {item.path.resolve() for item in inputs}
    rest = [item for item in raw_documents(places) if item.path.resolve() not in new]
    missing = f"there is no index {places.index.name} yet: `scrubber hook learn` makes one"
    if 0 < len(rest) <= REHEARSED:
        learned = learning.learn(rest, config, Reading(jobs=1))
        note = f"{missing}; judged with what the other {len(rest)} raw documents have in common"
        return Given(learned.index), [note]
    return Given(resolve(Evidence({}), config)), [f"{missing}; each document was judged by itself"]


def _rebuilt(inputs: Sequence[Input], places: Places, config: Config) -> Cache | None:
    """The evidence of the other raw documents, where they are few."""
    given = {item.id for item in inputs}
    rest = [item for item in raw_documents(places) if item.id not in given]
    return Cache(_collected(rest, config), tuple(rest)) if len(rest) <= REHEARSED else None


def _collected(inputs: Iterable[Input], config: Config) -> Evidence:
    """The evidence of the documents; those that cannot be read are told of when they are cleaned."""

    def readable() -> Iterator[RawDocument]:
        for item in inputs:
            with suppress(ReadingError):
                yield read(item, metadata=False)

    return collect(readable(), config)


def raw_documents(places: Places) -> tuple[Input, ...]:
    """All documents of the raw tree, by id; none where there is no tree."""
    try:
        return find_inputs([places.raw]).documents
    except (NoDocuments, RootError):
        return ()


def _record(tree: Tree, output: str) -> Record | None:
    data = tree.read(provenance_name(output))
    return provenance.from_json(data) if data is not None else None


def _strangers(documents: Iterable[Fixed]) -> Iterator[str]:
    alone = [one.id for one in documents if one.record is not None and one.record.site.documents == 0]
    if alone:
        shown = ", ".join(alone[:3]) + (f" and {len(alone) - 3} more" if len(alone) > 3 else "")
        yield (
            f"the index knows no other document of the site of {shown}: judged by what the text itself shows; "
            "`scrubber hook learn` once there are several"
        )
