"""Where what was cleaned is put: a tree of files, written by the workers, or shards, written here in order."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scrubber.index_format import to_lines
from scrubber.running import passes, workers
from scrubber.running.inputs import INSIDE, Dump, Input
from scrubber.running.journal import Journal, Noted
from scrubber.running.outcome import Course, RunOptions
from scrubber.running.passes import Change, Scrubbed, ScrubContext
from scrubber.templates import TemplateIndex
from scrubber.version import __version__
from scrubber.writing import json_lines, manifest
from scrubber.writing.files import MANIFEST, TEMPLATES, Tree
from scrubber.writing.manifest import Entry, Shard, Status
from scrubber.writing.shards import DOCUMENTS_PER_SHARD, Format
from scrubber.writing.shards.card import write_card
from scrubber.writing.shards.facts import Facts, Origin
from scrubber.writing.shards.rows import Packed
from scrubber.writing.shards.sinks import digest_of, open_sinks
from scrubber.writing.shards.storing import prune_shards, store_shard


@dataclass(slots=True)
class Placing:
    """The second pass: documents are scrubbed, put where they belong, and noted."""

    context: ScrubContext
    options: RunOptions
    journal: Journal
    course: Course
    done: int = 0
    total: int = 0
    failed: int = 0
    shards: list[Shard] = field(default_factory=list)

    def put(self, inputs: Sequence[Input]) -> None:
        """Clean all documents. Raises WriteError where a shard cannot be written."""
        self.total = len(inputs)
        self.options.progress("cleaning", 0, self.total)
        if self.options.format is Format.FILES:
            for _ in self._scrubbed(passes.scrub_and_write, inputs):
                pass
            return
        for number, start in enumerate(range(0, len(inputs), DOCUMENTS_PER_SHARD)):
            part = inputs[start : start + DOCUMENTS_PER_SHARD]
            stored = store_shard(self.context.tree, number, self._in_order(part), self.options.format)
            self.course.changes += [Change(kind, name) for name, kind in stored.changes.items()]
            if stored.shard is not None:
                self.shards.append(stored.shard)

    def _scrubbed(self, work: passes.ScrubWork, inputs: Sequence[Input]) -> Iterator[Scrubbed]:
        task = workers.Task(work, self.context, lambda item: Scrubbed((Noted(passes.killed(item)),)))
        for part in workers.run(task, inputs, self.options.jobs):
            for noted in part.documents:
                self.journal.add(noted)
            self.course.add(part)
            self.done += len(part.documents)
            self.failed += sum(noted.entry.status is Status.FAILED for noted in part.documents)
            self.options.progress("cleaning", self.done, self.total, self.failed)
            yield part

    def _in_order(self, inputs: Sequence[Input]) -> Iterator[Packed]:
        """The cleaned documents in the order of the inputs; those that are ahead wait."""
        waiting: dict[str, Packed | None] = {}
        coming = iter(inputs)
        item = next(coming, None)
        for part in self._scrubbed(passes.scrub_only, inputs):
            waiting |= {noted.entry.id: None for noted in part.documents}
            waiting |= {document.id: document for document in part.written}
            while item is not None and item.id in waiting:
                document = waiting.pop(item.id)
                if document is not None:
                    yield document
                item = next(coming, None)


@dataclass(frozen=True, slots=True)
class Listing:
    """What the manifest says of a run as a whole."""

    documents: int
    configuration: str
    format: Format
    shards: tuple[Shard, ...]


def put_listing(tree: Tree, index: TemplateIndex, listing: Listing, entries: Iterable[Entry]) -> list[Change]:
    """Write the index and the manifest, a line at a time; entries come by id. Raises WriteError."""
    with open_sinks(tree, (TEMPLATES, MANIFEST)) as made:
        templates, lines = made.sinks
        for line in to_lines(index):
            templates.write(json_lines.encode(f"{line}\n"))
        header = manifest.Manifest(
            __version__,
            listing.configuration,
            templates.finish(),
            (),
            listing.format.value,
            listing.shards,
        )
        lines.write(manifest.header_line(header, listing.documents))
        for entry in entries:
            lines.write(manifest.entry_line(entry))
    return [Change(kind, name) for name, kind in made.changes.items()]


def put_card(
    tree: Tree, dump: Dump, roots: Sequence[Path], listing: Listing, languages: Iterable[str]
) -> list[Change]:
    """Write what describes a corpus of shards, and remove shards that are none of its own. Raises WriteError."""
    templates = tree.path(TEMPLATES)
    facts = Facts(
        name=" and ".join(sorted(root.resolve().name for root in roots)),
        tool=__version__,
        configuration=listing.configuration,
        templates=digest_of(templates) if templates.is_file() else "",
        format=listing.format,
        shards=listing.shards,
        languages=tuple(sorted(set(languages))),
        origins=tuple(_origins(dump)),
    )
    changes = prune_shards(tree, listing.shards) | write_card(tree, facts)
    return [Change(kind, name) for name, kind in changes.items()]


def _origins(dump: Dump) -> Iterator[Origin]:
    """The containers, and all that were files of their own as one."""
    containers: dict[str, list[Input]] = defaultdict(list)
    for item in dump.documents:
        containers[item.id.partition(INSIDE)[0] if item.place is not None else ""].append(item)
    for id, items in sorted(containers.items()):
        if id:
            yield Origin(id, digest_of(items[0].path), len(items))
        else:
            seen = hashlib.sha256()
            for item in items:
                seen.update(f"{item.id} {digest_of(item.path)}\n".encode("utf-8", "surrogatepass"))
            yield Origin("files", seen.hexdigest(), len(items))
