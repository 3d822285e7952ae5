"""`scrubber clean`: from RAW folders to an OUT folder in two passes."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scrubber.config import Config
from scrubber.documents import CleanDocument, RawDocument
from scrubber.evidence import collect
from scrubber.pipeline import library_of, scrub
from scrubber.running import learning, passes, workers
from scrubber.running.earlier import Earlier, Finished, claim, find_earlier, settings_of
from scrubber.running.inputs import INSIDE, Dump, Input, open_dump
from scrubber.running.journal import Journal, Noted
from scrubber.running.learning import Given, Learned, Reading
from scrubber.running.outcome import Course, RunOptions, RunResult, run_facts, tally
from scrubber.running.passes import Change, ScrubContext
from scrubber.running.placing import Listing, Placing, put_card, put_listing
from scrubber.running.rereading import Shelf
from scrubber.running.resuming import Kept, Seer, all_stand
from scrubber.running.spooling import spool_for
from scrubber.running.working import Work, work_in
from scrubber.templates import TemplateIndex, resolve
from scrubber.writing.files import RUN, TEMPLATES, Tree, WriteError, collisions, output_name, refuse_nesting
from scrubber.writing.manifest import Entry, Shard, Status
from scrubber.writing.shards import Format
from scrubber.writing.shards.card import remove_card

MISSING_IN_DAMAGE = "is not to be read in its damaged container; what an earlier run made of it stays (fetch the container again)"


def run_clean(roots: Sequence[Path], output: Path, config: Config, options: RunOptions) -> RunResult:
    """Clean all documents under `roots` into `output`.

    Raises OutputError (and WriteError for the manifest itself), what `discover` raises, ConfigError for the
    overrides, IndexFormatError for the templates; a document's own trouble is an entry.
    """
    started, clock = datetime.now(UTC), time.monotonic()
    refuse_nesting(roots, output)
    tree = Tree(output, options.check)
    earlier = find_earlier(tree)
    # All that may be refused is read before anything is touched.
    given = learning.load_given(options.templates) if options.templates else None
    overrides = learning.read_overrides(options.templates, tree.path(TEMPLATES))
    options = dataclasses.replace(options, jobs=options.jobs or workers.available_jobs())
    try:
        with (
            work_in(tree, lasting=options.resume) as work,
            open_dump(roots, options.intake, work.containers if work.lasting else None) as dump,
        ):
            run = _Run(tree, config, options, work, overrides, earlier, roots)
            result = run.clean(dump, given)
    except OSError as error:
        # Of the evidence, the journal, or what is sorted: a document's own files say so themselves.
        raise WriteError(Path(error.filename or output), error) from error
    result = dataclasses.replace(result, seconds=time.monotonic() - clock)
    if not options.check:
        facts = run_facts(result, started, options.jobs)
        tree.put({RUN: (json.dumps(facts, indent=2, sort_keys=True) + "\n").encode()})
    return result


@dataclass(frozen=True, slots=True)
class _Run:
    """All that a run knows before it looks at a document."""

    tree: Tree
    config: Config
    options: RunOptions
    work: Work
    overrides: Mapping[str, str]
    earlier: Earlier
    roots: Sequence[Path]

    def clean(self, dump: Dump, given: Given | None) -> RunResult:
        """Both passes, and what is written when all documents are done."""
        self.tree.sweep()
        claim(self.tree)
        inputs, unread = _readable(dump, self.earlier)
        outputs = [*self._outputs(dump), *self._outputs_of(unread)]
        pruned = self.earlier.prune(self.tree, outputs, self.earlier.shards)
        settings = settings_of(self.config, self.options, self.overrides)
        journal = Journal(self.work.journal, settings)
        course = Course()
        try:
            with spool_for(len(inputs)) as spool:
                reading = Reading(
                    self.options.jobs,
                    self.options.progress,
                    spool,
                    frozenset(self.overrides),
                    self.work,
                    self.options.memory,
                )
                if given is None:
                    gathering = learning.gather(inputs, self.config, reading)
                    finished = Finished.of(settings, gathering.inputs, [*unread, *gathering.lost])
                    if finished.stands(self.work, self.tree) and all_stand(self.tree, journal):
                        result = self._result(journal, course, dump, ())
                        journal.close()
                        return result
                    learned = learning.conclude(gathering, self.config, reading)
                else:
                    learned = learning.use(given, inputs, self.config, reading)
                    finished = Finished.of(settings, learned.inputs, unread)
                self.work.finished.unlink(missing_ok=True)
                for entry in [*unread, *learned.lost]:
                    journal.add(Noted(entry))
                shards = self._scrub(learned, journal, course)
            course.traces += learned.traces
            course.changes += self._prune(journal, shards, pruned)
            course.changes += self._list(learned.index, journal, shards, dump)
            if self.work.lasting:
                finished.note(self.work, self.tree)
            result = self._result(journal, course, dump, learned.unknown)
        except BaseException:
            journal.close()  # as it stands: what was not reached may still hold
            raise
        journal.close(self.work.journal if self.work.lasting else None)
        return result

    def _outputs(self, dump: Dump) -> Iterator[str]:
        if self.options.format is Format.FILES:
            yield from (output_name(item.id) for item in dump.documents)

    def _outputs_of(self, unread: Iterable[Entry]) -> Iterator[str]:
        """What an earlier run made of documents that cannot be read now."""
        if self.options.format is Format.FILES:
            yield from (stale for entry in unread if (stale := self._with_stale(entry).stale) is not None)

    def _scrub(self, learned: Learned, journal: Journal, course: Course) -> list[Shard]:
        index = learned.index.with_overrides(self.overrides)
        library = None
        if learned.lenders is not None:
            shelf = Shelf(learned.lenders)
            library = library_of(shelf, index, self.config, shelf.examined)
        known = learned.evidence.documents if learned.evidence is not None else {}
        kept = Kept(self.tree, journal, Seer(index, known)) if self.work.lasting and known else None
        context = ScrubContext(self.config, index, self.tree, library, kept)
        placing = Placing(context, self.options, journal, course)
        placing.put(learned.inputs)
        self.tree.sweep()  # a worker that was killed may have left its half behind
        return placing.shards

    def _prune(
        self, journal: Journal, shards: Sequence[Shard], pruned: dict[str, Change]
    ) -> Iterator[Change]:
        """What was removed first, and what has nothing to clean any more."""
        entries = (self._with_stale(noted.entry) for noted in journal)
        outputs = [name for entry in entries if (name := entry.output or entry.stale)]
        if self.options.format is not Format.FILES:
            outputs = []
        names = [name for shard in shards for name in shard.files]
        yield from (pruned | self.earlier.prune(self.tree, outputs, names)).values()

    def _list(
        self, index: TemplateIndex, journal: Journal, shards: Sequence[Shard], dump: Dump
    ) -> list[Change]:
        listing = Listing(len(journal), self.config.digest, self.options.format, tuple(shards))
        entries = (self._with_stale(noted.entry) for noted in journal)
        changes = put_listing(self.tree, index, listing, entries)
        if self.options.format is not Format.FILES:
            languages = (noted.language for noted in journal if noted.language)
            changes += put_card(self.tree, dump, self.roots, listing, languages)
        elif self.earlier.shards:
            changes += [Change(kind, name) for name, kind in remove_card(self.tree).items()]
        return changes

    def _with_stale(self, entry: Entry) -> Entry:
        """Failed documents keep the output of an earlier run: a full disk must not cost what was done."""
        if entry.status is not Status.FAILED:
            return entry
        return dataclasses.replace(entry, stale=self.earlier.outputs.get(entry.id))

    def _result(self, journal: Journal, course: Course, dump: Dump, unknown: tuple[str, ...]) -> RunResult:
        return RunResult(
            tally(journal),
            tuple(sorted(course.changes, key=lambda c: c.name)),
            0.0,
            tuple(course.traces),
            dump.ignored,
            unknown,
            tuple(course.slowest),
            course.cleaned,
        )


def clean_one(document: RawDocument, config: Config, templates: Path | None = None) -> CleanDocument:
    """Clean a document that stands alone, or with an index learned before. Raises UndoError."""
    given = (
        learning.load_given(templates)
        if templates
        else learning.Given(resolve(learning.merge_all(()), config))
    )
    index, library = given.index, None
    if given.cache is not None:
        index = index.with_lenders(collect([document], config), given.cache.evidence)
        library = library_of(Shelf(given.cache.inputs), index, config)
    clean = scrub(document, index.with_overrides(learning.read_overrides(templates)), config, library=library)
    passes.checked(clean)
    return clean


def _readable(dump: Dump, earlier: Earlier) -> tuple[list[Input], list[Entry]]:
    """What is to be read, and entries of what is not even opened."""
    clashes = collisions(item.id for item in dump.documents)
    inputs = [item for item in dump.documents if item.id not in clashes]
    return inputs, [*_not_read(dump, clashes), *_missing_in_damage(dump, earlier)]


def _missing_in_damage(dump: Dump, earlier: Earlier) -> Iterator[Entry]:
    """Entries of records that an earlier run cleaned, and that a damaged container does not give any more."""
    known = {item.id for item in dump.documents}.union(name for name, _ in dump.damaged)
    damaged = {name.partition(INSIDE)[0] for name, _ in dump.damaged}
    for id in sorted(earlier.outputs.keys() - known):
        container, inside, _ = id.partition(INSIDE)
        if inside and container in damaged:
            yield Entry(id, Status.FAILED, MISSING_IN_DAMAGE)


def _not_read(dump: Dump, clashes: Mapping[str, str]) -> list[Entry]:
    known = {item.id for item in dump.documents}
    lost = {item.id: _clash(item, clashes[item.id]) for item in dump.documents if item.id in clashes}
    for name, why in dump.passed_over:
        if name not in known:
            lost[name] = Entry(name, Status.SKIPPED, why)
    for name, why in dump.damaged:
        if name not in known:
            lost[name] = Entry(name, Status.FAILED, why)
    return list(lost.values())


def _clash(item: Input, other: str) -> Entry:
    reason = (
        f"{item.id} and {other} would both be written to {output_name(item.id)}"
        if output_name(item.id) == output_name(other)
        else f"{output_name(item.id)} and {output_name(other)} (of {other}) cannot stand side by side"
    )
    return Entry(item.id, Status.FAILED, f"{reason}; rename one of the two")
