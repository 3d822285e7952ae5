"""`scrubber clean`: from RAW folders to an OUT folder in two passes."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import platform
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from scrubber.config import Config
from scrubber.documents import CleanDocument, RawDocument
from scrubber.evidence import collect
from scrubber.pipeline import library_of, scrub
from scrubber.rules import truncation
from scrubber.running import learning, passes, workers
from scrubber.running.emptied import EmptiedSite, find_emptied
from scrubber.running.inputs import Dump, Input, find_inputs
from scrubber.running.learning import Progress, Reading, silent
from scrubber.running.passes import Change, Scrubbed, ScrubContext, Shelf
from scrubber.running.spooling import spool_for
from scrubber.running.undoing import standing
from scrubber.templates import TemplateIndex, resolve
from scrubber.version import __version__
from scrubber.writing import manifest
from scrubber.writing.files import (
    MANIFEST,
    OVERRIDES,
    RUN,
    TEMPLATES,
    OutputError,
    Tree,
    collisions,
    output_name,
    provenance_name,
    refuse_nesting,
)
from scrubber.writing.manifest import Entry, Manifest, ManifestError, Status

RUN_SCHEMA = "scrubber.run/1"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is carried out: nothing here changes what comes out but `templates`."""

    check: bool = False
    """Write nothing, only tell what would change."""
    jobs: int = 0
    """Worker processes; 0 for as many as there are processors."""
    templates: Path | None = None
    """An index to clean with, in place of the one these documents would give."""
    progress: Progress = silent


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did, or with ``--check`` would do."""

    entries: tuple[Entry, ...]
    changes: tuple[Change, ...]
    seconds: float
    traces: tuple[str, ...] = field(default=())
    ignored: Mapping[str, int] = field(default_factory=dict)
    """Files under the roots that no reader reads, by suffix."""
    emptied: tuple[EmptiedSite, ...] = ()
    """Sites of which nearly nothing is left."""
    unknown_overrides: tuple[str, ...] = ()
    """Template ids of overrides that nothing in the dump or the index has."""

    @property
    def counts(self) -> dict[str, int]:
        """Documents by status."""
        return manifest.counts(self.entries)

    @property
    def repaired(self) -> int:
        """Passages that were cut off, and are completed, marked, trimmed or dropped."""
        return sum(entry.counts.get(rule, 0) for entry in self.entries for rule in truncation.RULES)

    @property
    def cut_off(self) -> int:
        """Passages that were cut off, and are flagged and left as they are."""
        return sum(entry.flags.get(rule, 0) for entry in self.entries for rule in truncation.RULES)

    @property
    def failed(self) -> tuple[Entry, ...]:
        """The documents that could not be cleaned."""
        return tuple(entry for entry in self.entries if entry.status is Status.FAILED)


def run_clean(roots: Sequence[Path], output: Path, config: Config, options: RunOptions) -> RunResult:
    """Clean all documents under `roots` into `output`.

    Raises OutputError (and WriteError for the manifest itself), what `discover` raises, ConfigError for the
    overrides, IndexFormatError for the templates; a document's own trouble is an entry.
    """
    started, clock = datetime.now(UTC), time.monotonic()
    refuse_nesting(roots, output)
    tree = Tree(output, options.check)
    previous = previous_manifest(tree)
    # All that may be refused is read before anything is touched.
    given = learning.load_given(options.templates) if options.templates else None
    overrides = learning.read_overrides(options.templates, tree.path(TEMPLATES))
    dump = find_inputs(roots)
    tree.sweep()
    _claim(tree)
    pruned = _prune(tree, [output_name(item.id) for item in dump.documents], previous)
    jobs = options.jobs or workers.available_jobs()
    inputs, unread = _readable(dump)
    with spool_for(len(inputs)) as spool:
        reading = Reading(jobs, options.progress, spool, frozenset(overrides))
        if given is None:
            learned = learning.learn(inputs, config, reading)
        else:
            learned = learning.use(given, inputs, config, reading)
        index = learned.index.with_overrides(overrides)
        library = library_of(Shelf(learned.lenders), index, config) if learned.lenders is not None else None
        context = ScrubContext(config, index, tree, library)
        scrubbed = _scrub_all(context, learned.inputs, jobs, options.progress)
    tree.sweep()  # a worker that was killed may have left its half behind
    entries = _with_stale([*unread, *learned.lost, *scrubbed.entries], previous)
    standing = [name for entry in entries for name in (entry.output, entry.stale) if name]
    pruned |= _prune(tree, standing, previous)
    changes = [*scrubbed.changes, *pruned.values()]
    changes += _write_index_and_manifest(tree, learned.index, config, entries)
    result = RunResult(
        tuple(sorted(entries, key=lambda e: e.id)),
        tuple(sorted(changes, key=lambda c: c.name)),
        time.monotonic() - clock,
        (*learned.traces, *scrubbed.traces),
        dump.ignored,
        find_emptied(entries),
        learned.unknown,
    )
    if not options.check:
        tree.put({RUN: _run_facts(result, started, jobs)})
    return result


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


def previous_manifest(tree: Tree) -> Manifest | None:
    """The manifest of the run before. Raises OutputError where OUT holds files that are not ours."""
    data = tree.read(MANIFEST)
    if tree.root.exists() and not tree.root.is_dir():
        raise OutputError(f"the output {tree.root} is a file", "name a folder with --output")
    if data is not None and manifest.is_ours(data):
        try:
            return manifest.from_json(data)
        except ManifestError:
            return None  # another version's, or damaged: nothing is pruned, and it is written anew
    strangers = list(tree.strangers())
    if strangers and not _claimed(tree) and next(standing(tree), None) is None:
        raise OutputError(
            f"the output folder {tree.root} holds {strangers[0]} and no manifest of scrubber",
            "choose an empty folder with --output, or empty this one yourself",
        )
    return None


def _readable(dump: Dump) -> tuple[list[Input], list[Entry]]:
    """What is to be read, and entries of what is not even opened."""
    clashes = collisions(item.id for item in dump.documents)
    return [item for item in dump.documents if item.id not in clashes], _not_read(dump, clashes)


def _scrub_all(context: ScrubContext, inputs: Sequence[Input], jobs: int, progress: Progress) -> Scrubbed:
    task = workers.Task(passes.scrub_and_write, context, lambda item: Scrubbed((passes.killed(item),)))
    entries: list[Entry] = []
    changes: list[Change] = []
    traces: list[str] = []
    progress("cleaning", 0, len(inputs))
    for part in workers.run(task, inputs, jobs):
        entries += part.entries
        changes += part.changes
        traces += part.traces
        progress("cleaning", len(entries), len(inputs))
    return Scrubbed(tuple(entries), tuple(changes), tuple(traces))


def _not_read(dump: Dump, clashes: Mapping[str, str]) -> list[Entry]:
    known = {item.id for item in dump.documents}
    lost = [_clash(item, clashes[item.id]) for item in dump.documents if item.id in clashes]
    passed_over = {name: why for name, why in dump.passed_over if name not in known}
    return lost + [Entry(name, Status.SKIPPED, why) for name, why in passed_over.items()]


def _clash(item: Input, other: str) -> Entry:
    reason = (
        f"{item.id} and {other} would both be written to {output_name(item.id)}"
        if output_name(item.id) == output_name(other)
        else f"{output_name(item.id)} and {output_name(other)} (of {other}) cannot stand side by side"
    )
    return Entry(item.id, Status.FAILED, f"{reason}; rename one of the two")


def _with_stale(entries: Iterable[Entry], previous: Manifest | None) -> list[Entry]:
    """Failed documents keep the output of an earlier run: a full disk must not cost what was done."""
    before = {e.id: e.output or e.stale for e in previous.entries} if previous else {}
    return [
        dataclasses.replace(entry, stale=before.get(entry.id)) if entry.status is Status.FAILED else entry
        for entry in entries
    ]


def _prune(tree: Tree, standing: Iterable[str], previous: Manifest | None) -> dict[str, Change]:
    """Remove outputs that the previous manifest lists, unless they are among those `standing`.

    Done first for raw documents that are gone, so that a folder can come where a file stood, and
    at the end for those that have nothing to clean any more.
    """
    if previous is None:
        return {}
    # Case-folding file systems would remove the new file under the old name.
    current = {name.casefold() for name in standing}
    listed = {name for e in previous.entries for name in (e.output, e.stale) if name}
    gone = sorted(name for name in listed if name.casefold() not in current)
    names = [name for output in gone for name in (output, provenance_name(output))]
    return {name: Change("removed", name) for name in names if tree.remove(name)}


def _write_index_and_manifest(
    tree: Tree, index: TemplateIndex, config: Config, entries: list[Entry]
) -> list[Change]:
    templates = learning.index_bytes(index)
    listing = Manifest(__version__, config.digest, hashlib.sha256(templates).hexdigest(), tuple(entries))
    made = tree.put({TEMPLATES: templates, MANIFEST: manifest.to_json(listing)}, durable=True)
    return [Change(kind, name) for name, kind in made.items()]


def _claim(tree: Tree) -> None:
    """Mark OUT as ours before the first document: an interrupted run can then be run again."""
    if not tree.check and tree.read(MANIFEST) is None:
        tree.put({RUN: _json({"schema": RUN_SCHEMA, "finished": None})})


def _claimed(tree: Tree) -> bool:
    data = tree.read(RUN)
    try:
        facts = json.loads(data) if data is not None else None
    except ValueError:
        return False
    return isinstance(facts, dict) and facts.get("schema") == RUN_SCHEMA


def _run_facts(result: RunResult, started: datetime, jobs: int) -> bytes:
    return _json(
        {
            "schema": RUN_SCHEMA,
            "started": started.isoformat(timespec="seconds"),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(result.seconds, 3),
            "tool": __version__,
            "python": platform.python_version(),
            "platform": sys.platform,
            "jobs": jobs,
            "documents": result.counts,
            "files": len(result.changes),
            "warnings": warnings(result),
        }
    )


def warnings(result: RunResult) -> list[dict[str, object]]:
    """What a person should know of a run that failed at nothing: kind, message, remedy, and figures."""
    found: list[dict[str, object]] = [
        {
            "kind": "emptied-site",
            "message": site.message,
            "remedy": f"look with `scrubber audit OUT --site {site.site}`; a higher chrome.threshold keeps more, "
            f"a line in {OVERRIDES} a single template",
            **dataclasses.asdict(site),
        }
        for site in result.emptied
    ]
    if result.unknown_overrides:
        ids = ", ".join(result.unknown_overrides)
        found.append(
            {
                "kind": "unknown-override",
                "message": f"{OVERRIDES}: no document and no template has the id {ids}",
                "remedy": "look for a typo (`scrubber explain` and `audit` show the ids), or take the line out",
                "templates": result.unknown_overrides,
            }
        )
    return found


def _json(facts: dict[str, object]) -> bytes:
    return (json.dumps(facts, indent=2, sort_keys=True) + "\n").encode()
