"""`scrubber hook fix`: clean the documents at hand into the committed corpus.

It touches neither manifest nor index: it writes a clean text and its provenance for each document
it is handed, the same bytes as a batch run with that index. Nothing is learned from the list of
files: the framework cuts long lists up.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scrubber.config import Config, LedgerMode
from scrubber.configuring import Places
from scrubber.edits import Ledger, revert
from scrubber.evidence import Evidence
from scrubber.running import learning
from scrubber.running.corpus import (
    Corpus,
    Examining,
    gather,
    open_corpus,
    wanted,
)
from scrubber.running.doubting import DocumentDoubt, Reviewed, find_doubts
from scrubber.running.inputs import Input
from scrubber.running.learning import Progress, Reading, silent
from scrubber.running.lending import REHEARSED, lend
from scrubber.running.passes import ScrubContext, scrub_and_write
from scrubber.running.repository import staged
from scrubber.running.spooling import spool_for
from scrubber.templates import TemplateIndex, resolve
from scrubber.writing import provenance
from scrubber.writing.files import Tree, provenance_name
from scrubber.writing.manifest import Entry, Status
from scrubber.writing.provenance import Record


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
    doubt: DocumentDoubt | None = None
    """Where it is doubtful by itself: the rest of its site is not asked."""
    lost_words: int = 0
    """Words of removed prose that is known of no other document."""


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


@dataclass(frozen=True, slots=True)
class Ready:
    """Documents that are read and examined, and all that they are cleaned with."""

    context: ScrubContext
    inputs: tuple[Input, ...]
    lost: tuple[Entry, ...]
    """Those that could not be read."""
    traces: tuple[str, ...]
    notes: tuple[str, ...]
    """What the author should know."""


def fix(files: Sequence[Path], places: Places, config: Config, progress: Progress = silent) -> Fix:
    """Clean these raw documents into the clean tree. Files outside the raw tree are passed over.

    Raises IndexFormatError, OutputError or ConfigError where index or overrides cannot be read.
    """
    asked = wanted(places, files)
    if not asked.inputs and not asked.clashing:
        return Fix((), ())
    corpus = open_corpus(places)
    done = [Fixed(id, (), Status.FAILED, why, None) for id, why in asked.clashing.items()]
    inputs = list(asked.inputs)
    index, notes = index_for(corpus, config, new=inputs)
    with spool_for(len(inputs)) as spool:
        how = Examining(config, spool=spool, progress=progress)
        ready = make_ready(corpus, index, inputs, how)
        done += [Fixed(entry.id, (), entry.status, entry.reason, None) for entry in ready.lost]
        traces = list(ready.traces)
        for number, item in enumerate(ready.inputs, 1):
            scrubbed = scrub_and_write(ready.context, (item,))
            done += [
                _fixed(ready.context.tree, entry, tuple(change.name for change in scrubbed.changes))
                for entry in scrubbed.entries
            ]
            traces += scrubbed.traces
            progress("cleaning", number, len(ready.inputs))
    done.sort(key=lambda one: one.id)
    return Fix(tuple(done), (*notes, *ready.notes, *_strangers(done)), tuple(traces))


def index_for(corpus: Corpus, config: Config, new: Iterable[Input] = ()) -> tuple[TemplateIndex, list[str]]:
    """The committed index; without one, what the rest of a small corpus teaches. With a note on that.

    Documents that are staged together, or named as `new`, are no evidence for one another, however
    the list is cut up.
    """
    if corpus.index is not None:
        return corpus.index.with_overrides(corpus.overrides), []
    young = staged(corpus.places.raw) | {item.path.resolve() for item in new}
    rest = [item for item in corpus.documents if item.path.resolve() not in young]
    missing = f"there is no index {corpus.places.index.name} yet: `scrubber hook learn` makes one"
    if 0 < len(rest) <= REHEARSED:
        index = learning.learn(rest, config, Reading(jobs=1)).index
        note = f"{missing}; judged with what the other {len(rest)} raw documents have in common"
    else:
        index = resolve(Evidence({}), config)
        note = f"{missing}; each document was judged by itself"
    return index.with_overrides(corpus.overrides), [note]


def make_ready(corpus: Corpus, index: TemplateIndex, inputs: list[Input], how: Examining) -> Ready:
    """Read and examine documents, and find what may complete them. `how` has the user's configuration."""
    alike = dataclasses.replace(how, config=dataclasses.replace(how.config, templates=index.settings))
    found = gather(inputs, alike)
    lent = lend(corpus, index, found.evidence, dataclasses.replace(alike, spool=None, progress=silent))
    seen = {item.id: item for item in found.seen}
    lost = {entry.id for entry in found.lost}
    return Ready(
        ScrubContext(how.config, lent.index, Tree(corpus.places.clean), lent.library),
        tuple(seen.get(item.id, item) for item in inputs if item.id not in lost),
        found.lost,
        found.traces,
        (lent.note,) if lent.note is not None else (),
    )


def _fixed(tree: Tree, entry: Entry, changed: tuple[str, ...]) -> Fixed:
    data = tree.read(provenance_name(entry.output)) if entry.output else None
    record = provenance.from_json(data) if data is not None else None
    if record is None or not changed:
        return Fixed(entry.id, changed, entry.status, entry.reason, record)
    text = provenance.to_text(tree.read(entry.output or "") or b"")
    full = record.mode is LedgerMode.FULL and record.ledger is not None
    reviewed = Reviewed.of(record, text, revert(text, record.ledger or Ledger()) if full else None)
    doubt = next(iter(find_doubts([reviewed])), None)
    return Fixed(entry.id, changed, entry.status, entry.reason, record, doubt, reviewed.signs.lost_words)


def _strangers(documents: Iterable[Fixed]) -> Iterator[str]:
    alone = [one.id for one in documents if one.record is not None and one.record.site.documents == 0]
    if alone:
        shown = ", ".join(alone[:3]) + (f" and {len(alone) - 3} more" if len(alone) > 3 else "")
        yield (
            f"the index knows no other document of the site of {shown}: judged by what the text itself shows; "
            "`scrubber hook learn` once there are several"
        )
