"""From files to a template index: gather evidence in workers, merge it, resolve it once."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from scrubber.config import Config
from scrubber.configuring import load_overrides
from scrubber.evidence import Evidence, collect
from scrubber.fingerprints import Key
from scrubber.index_format import from_lines, to_lines
from scrubber.running import evidence_cache, evidence_log, passes, resolving, workers
from scrubber.running.evidence_cache import Cache
from scrubber.running.evidence_log import EvidenceLog, settings_of
from scrubber.running.inputs import Input, raw_bytes
from scrubber.running.passes import GatherContext, Gathered
from scrubber.running.spooling import Spool
from scrubber.running.working import Work
from scrubber.templates import TemplateIndex, resolve
from scrubber.writing import json_lines
from scrubber.writing.files import OVERRIDES, OutputError
from scrubber.writing.manifest import Entry, Status


class Progress(Protocol):
    """Called with what is being done, documents done, and documents in all."""

    def __call__(self, what: str, done: int, total: int, failed: int = 0) -> None:
        """`failed` of those done could not be."""


def silent(what: str, done: int, total: int, failed: int = 0) -> None:
    """Report no progress."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What the first pass leaves: the index, what can be scrubbed with it, and what cannot."""

    index: TemplateIndex
    inputs: tuple[Input, ...]
    lost: tuple[Entry, ...] = ()
    traces: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    """Template ids of the overrides that neither a document nor the index holds, sorted."""
    evidence: Evidence | None = None
    """What the documents say of one another, where they were all read."""
    lenders: tuple[Input, ...] | None = None
    """The documents that cut-off text may be completed from; None: they are not at hand."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the first pass is carried out."""

    jobs: int
    progress: Progress = silent
    spool: Spool | None = None
    """Where the documents are kept for the second pass."""
    overridden: frozenset[str] = frozenset()
    """Template ids of overrides: which of them the documents hold is told."""
    work: Work | None = None
    """Where evidence and index are kept, on disk; None for in memory."""
    memory: int = resolving.MEMORY
    """Bytes for what is sorted; more waits in temporary files."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """The first pass before anything is concluded from it."""

    inputs: tuple[Input, ...]
    """Those that can be scrubbed, with their digests, by id."""
    lost: tuple[Entry, ...]
    traces: tuple[str, ...]
    evidence: Evidence


def learn(
    inputs: Sequence[Input], config: Config, reading: Reading, known: Evidence | None = None
) -> Learned:
    """Read all documents and resolve what they share; with a spool, keep them for the second pass.

    `known` is the evidence of documents that need not be read.
    """
    gathering = gather(inputs, config, reading)
    if known is not None:
        gathering = dataclasses.replace(gathering, evidence=gathering.evidence.merge(known))
    return conclude(gathering, config, reading)


def gather(inputs: Sequence[Input], config: Config, reading: Reading) -> Gathering:
    """Read all documents.

    With a place to work only the heads of the documents are in memory, and documents whose evidence
    lies there already are not examined again.
    """
    if reading.work is None:
        parts = list(_gather(inputs, GatherContext(config, reading.spool), reading))
        evidence = merge_all([part.evidence for part in parts])
    else:
        parts, evidence = _gather_into(reading.work, inputs, config, reading)
    lost = {entry.id: entry for part in parts for entry in part.lost}
    seen = {item.id: item for part in parts for item in part.seen}
    readable = tuple(seen.get(item.id, item) for item in inputs if item.id not in lost)
    traces = tuple(trace for part in parts for trace in part.traces)
    return Gathering(readable, tuple(lost.values()), traces, evidence)


def conclude(gathering: Gathering, config: Config, reading: Reading) -> Learned:
    """Resolve what was gathered."""
    evidence = gathering.evidence
    index = (
        resolve(evidence, config)
        if reading.work is None
        else resolving.resolve_into(reading.work.index, evidence, config, reading.memory)
    )
    unknown = _unmatched(reading.overridden, evidence)
    inputs = gathering.inputs
    return Learned(index, inputs, gathering.lost, gathering.traces, unknown, evidence, inputs)


def _gather_into(
    work: Work, inputs: Sequence[Input], config: Config, reading: Reading
) -> tuple[list[Gathered], Evidence]:
    """The evidence of the inputs, in the log of `work`; of the parts only what is not evidence."""
    settings = settings_of(config)
    known = evidence_log.load(work.evidence, settings)
    log = EvidenceLog(work.evidence, settings)
    parts: list[Gathered] = []
    try:
        for part in _gather(inputs, GatherContext(config, reading.spool, known.heads), reading):
            log.append(part.filed)
            parts.append(dataclasses.replace(part, filed=()))
    finally:
        log.close()
    stored = evidence_log.load(work.evidence, settings)
    return parts, stored.of(item.id for part in parts for item in part.seen)


def update(inputs: Sequence[Input], config: Config, reading: Reading, index: Path) -> Learned:
    """The same as `learn`, reading only documents that are new or changed since the cache of `index`.

    Without a cache that fits these settings, all are read.
    """
    cache = evidence_cache.load(index)
    if cache is None or cache.settings != settings_of(config):
        return learn(inputs, config, reading)
    known = cache.evidence.documents
    unchanged = {item.id for item in inputs if item.id in known and _digest(item) == known[item.id].digest}
    kept = cache.evidence.without(known.keys() - unchanged)
    fresh = learn([item for item in inputs if item.id not in unchanged], config, reading, kept)
    readable = {item.id for item in fresh.inputs} | unchanged
    return dataclasses.replace(fresh, inputs=tuple(item for item in inputs if item.id in readable))


def _digest(item: Input) -> str | None:
    try:
        return hashlib.sha256(raw_bytes(item)).hexdigest()
    except OSError:
        return None  # reading it again says what is wrong


def use(given: Given, inputs: Sequence[Input], config: Config, reading: Reading) -> Learned:
    """Take an index learned before.

    The documents are read here only where it does not know an override, or where its cache may
    say what completes them.
    """
    index, cache = given.index, given.cache
    unknown = frozenset(id for id in reading.overridden if not _is_known(int(id, 16), index))
    if not unknown and cache is None:
        return Learned(index, tuple(inputs))
    # The index forgets what stands on one page alone, and a person may have ruled on just that.
    alike = dataclasses.replace(config, templates=index.settings)
    evidence = merge_all([part.evidence for part in _gather(inputs, GatherContext(alike), reading)])
    missing = _unmatched(unknown, evidence)
    if cache is None:
        return Learned(index, tuple(inputs), unknown=missing)
    # What these documents are today lends too, and in place of what was learned under their names.
    standing = cache.evidence.without(evidence.documents).merge(evidence)
    index = index.with_lenders(evidence, standing)
    return Learned(index, tuple(inputs), unknown=missing, lenders=(*cache.inputs, *inputs))


def _gather(inputs: Sequence[Input], context: GatherContext, reading: Reading) -> Iterator[Gathered]:
    task = workers.Task(passes.gather, context, _killed)
    done = failed = 0
    reading.progress("reading", 0, len(inputs))
    for part in workers.run(task, inputs, reading.jobs):
        yield part
        done += part.documents
        failed += sum(entry.status is Status.FAILED for entry in part.lost)
        reading.progress("reading", done, len(inputs), failed)


def _unmatched(ids: frozenset[str], evidence: Evidence) -> tuple[str, ...]:
    """Of these template ids those that no document holds, as a block or as a near-duplicate of one."""
    sought = {int(id, 16): id for id in ids}
    for record in evidence:
        if not sought:
            break
        held = {*record.keys.tolist(), *record.bands.ravel().tolist()}
        sought = {key: id for key, id in sought.items() if key not in held}
    return tuple(sorted(sought.values()))


def _is_known(key: Key, index: TemplateIndex) -> bool:
    return key in index.hubs or any(slice_.count_of(key) for slice_ in index.sites.values())


def merge_all(parts: Sequence[Evidence]) -> Evidence:
    """One evidence of many, merged in pairs: each record is copied log(parts) times, not parts times."""
    merged = list(parts)
    while len(merged) > 1:
        pairs = zip(merged[::2], merged[1::2], strict=False)
        odd = merged[-1:] if len(merged) % 2 else []
        merged = [one.merge(other) for one, other in pairs] + odd
    return merged[0] if merged else collect(())


@dataclass(frozen=True, slots=True)
class Given:
    """An index that was learned before, with the cache of what it was learned from."""

    index: TemplateIndex
    cache: Cache | None = None


def load_given(path: Path) -> Given:
    """Read an index, and the cache beside it if there is one. Raises as `load_index`."""
    return Given(load_index(path), evidence_cache.load(path))


def files_of(learned: Learned, output: Path, config: Config) -> dict[Path, bytes]:
    """What `scrubber learn` writes: the index, its binary form, and the cache of evidence beside it."""
    index = index_bytes(learned.index)
    assert learned.evidence is not None
    settings = settings_of(config)
    cache = evidence_cache.to_bytes(learned.evidence, learned.inputs, index, settings)
    slices = resolving.to_binary(learned.index, index)
    return {output: index, resolving.beside(output): slices, evidence_cache.beside(output): cache}


def index_bytes(index: TemplateIndex) -> bytes:
    """The bytes of ``templates.jsonl``."""
    return json_lines.encode("".join(f"{line}\n" for line in to_lines(index)))


def load_index(path: Path) -> TemplateIndex:
    """Read a ``templates.jsonl``: from its binary form where one of just these lines stands beside it.

    Raises OutputError, or IndexFormatError for what is in it.
    """
    try:
        data = path.read_bytes()
        found = resolving.load_beside(path, data)
        if found is not None:
            return found
        lines = data.decode("utf-8").splitlines()
    except FileNotFoundError as error:
        raise OutputError(
            f"there is no {path}", "make it with `scrubber learn RAW... --output FILE`"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise OutputError(
            f"cannot read the templates {path} ({error})", "make them anew with `scrubber learn`"
        ) from error
    return from_lines(lines)


def read_overrides(*beside: Path | None) -> dict[str, str]:
    """People's verdicts by template id, from beside each file; the last wins. Raises ConfigError."""
    verdicts: dict[str, str] = {}
    for path in beside:
        if path is not None:
            overrides = load_overrides(path.parent / OVERRIDES)
            verdicts |= {template: override.verdict for template, override in overrides.items()}
    return verdicts


def _killed(item: Input) -> Gathered:
    return Gathered(lost=(passes.killed(item),), documents=1)
