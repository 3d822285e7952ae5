"""`scrubber hook check`: whether the committed corpus is whole, and up to date. Reads only."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scrubber.config import Config
from scrubber.configuring import Places
from scrubber.judged import Judge
from scrubber.pipeline import NO_INDEX, made_by
from scrubber.reading import ReadingError, SkippedFile
from scrubber.running import passes, workers
from scrubber.running.corpus import Corpus, Examining, open_corpus
from scrubber.running.hooking import index_for, make_ready
from scrubber.running.inputs import Input, read
from scrubber.running.journal import Noted
from scrubber.running.learning import Progress, silent
from scrubber.running.overruling import is_overruled
from scrubber.running.passes import Scrubbed
from scrubber.running.repository import tracked
from scrubber.running.spooling import spool_for
from scrubber.running.undoing import BrokenDocumentError, raw_text, records
from scrubber.running.verifying import verify_one
from scrubber.writing import manifest, provenance
from scrubber.writing.files import MANIFEST, Tree, output_name, provenance_name
from scrubber.writing.manifest import ManifestError
from scrubber.writing.provenance import ProvenanceError, Record

CLEAN = "run `scrubber hook fix FILE` (or `scrubber clean` for all), and stage what it wrote"
_SUFFIX = provenance_name("")


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with the corpus, and what has merely grown old."""

    documents: int
    broken: tuple[BrokenDocumentError, ...] = ()
    outdated: tuple[str, ...] = ()
    """Ids of documents that would come out with another text today."""


def check(places: Places, config: Config, jobs: int, progress: Progress = silent) -> Checked:
    """Compare raw tree, clean tree and provenance; clean again what may come out otherwise today.

    Raises IndexFormatError, OutputError or ConfigError where index or overrides cannot be read.
    """
    tree = Tree(places.clean, check=True)
    corpus = open_corpus(places)
    committed = tracked(places.raw)
    raw = {item.id: item for item in corpus.documents if _is_among(item.path, committed)}
    found, broken = _records(tree)
    broken += _not_staged(found, tree, {output_name(id) for id in raw})
    for done, (output, (record, data)) in enumerate(found.items(), 1):
        if record.id not in raw:
            broken.append(_gone(record.id, output))
            continue
        try:
            verify_one(tree, manifest.entry_of(record.id, output, record, data), raw)
        except BrokenDocumentError as error:
            broken.append(error)
        progress("checking", done, len(found))
    cleaned = {record.id: record for record, _ in found.values()}
    broken += _missing(raw, cleaned)
    wrong = {error.id for error in broken}
    whole = {id: record for id, record in sorted(cleaned.items()) if id not in wrong}
    old = [raw[id] for id in _doubtful(whole, corpus, config, tree)]
    outdated = tuple(_changed(old, corpus, Examining(config, jobs))) if old else ()
    broken.sort(key=lambda error: error.id)
    return Checked(len(raw), tuple(broken), outdated)


def _is_among(path: Path, files: frozenset[Path] | None) -> bool:
    return files is None or path.absolute() in files or path.resolve() in files


def _records(tree: Tree) -> tuple[dict[str, tuple[Record, bytes]], list[BrokenDocumentError]]:
    """Every provenance of the clean tree, by the path of its clean text."""
    found: dict[str, tuple[Record, bytes]] = {}
    broken: list[BrokenDocumentError] = []
    for output, data in records(tree):
        try:
            found[output] = provenance.from_json(data), data
        except ProvenanceError as error:
            broken.append(BrokenDocumentError(output, f"its provenance cannot be read: {error.why}", CLEAN))
    return found, broken


def _gone(id: str, output: str) -> BrokenDocumentError:
    remedy = f"remove {output} and its provenance as well, or restore the raw document"
    return BrokenDocumentError(id, "its raw document is gone", remedy)


def _not_staged(
    found: Mapping[str, tuple[Record, bytes]], tree: Tree, expected: Container[str]
) -> Iterator[BrokenDocumentError]:
    """Clean documents that git does not have, and texts that nothing leads to; none of those `expected`."""
    committed = tracked(tree.root)
    for output, (record, _) in found.items():
        files = [output, output + _SUFFIX]
        if committed is not None and not all((tree.root / name).resolve() in committed for name in files):
            remedy = f"git add {output} and its provenance"
            yield BrokenDocumentError(record.id, "its clean text is not staged", remedy)
    if tree.root.is_dir():
        for path in sorted(tree.root.rglob("*")):
            name = path.relative_to(tree.root).as_posix()
            lost = (
                path.suffix in (".txt", ".md")
                and path.is_file()
                and name not in found
                and name not in expected
            )
            if lost and (committed is None or path.resolve() in committed):
                remedy = "remove it, or restore its raw document and clean that"
                yield BrokenDocumentError(name, "has neither raw document nor provenance", remedy)


def _missing(raw: Mapping[str, Input], cleaned: Mapping[str, Record]) -> Iterator[BrokenDocumentError]:
    """Raw documents that nobody has cleaned; what cannot be cleaned (empty, no text) is none."""
    for id, item in raw.items():
        if id in cleaned:
            continue
        try:
            read(item, metadata=False)
        except SkippedFile:
            continue
        except ReadingError as error:
            yield BrokenDocumentError(id, error.why, error.remedy)
            continue
        yield BrokenDocumentError(id, f"is not cleaned: there is no {output_name(id)}", CLEAN)


def _doubtful(records: Mapping[str, Record], corpus: Corpus, config: Config, tree: Tree) -> Iterator[str]:
    """Documents that other code, weights or settings made, and those on whose blocks people have since ruled otherwise.

    All of them where the index is newer than the last batch run.
    """
    index = corpus.places.index.read_bytes() if corpus.index is not None else b""
    newer = bool(index) and _made_with(tree) != hashlib.sha256(index).hexdigest()
    settings = corpus.index.settings if corpus.index is not None else config.templates
    maker = made_by(Judge(NO_INDEX, config)).maker
    for id, record in records.items():
        other = newer or record.versions.maker != maker
        raw = _raw_text(tree, record) if corpus.overrides and not other else None
        if other or is_overruled(record, raw, corpus.overrides, settings):
            yield id


def _raw_text(tree: Tree, record: Record) -> str | None:
    data = tree.read(output_name(record.id))
    try:
        return raw_text(provenance.to_text(data), record) if data is not None else None
    except BrokenDocumentError:
        return None


def _made_with(tree: Tree) -> str | None:
    data = tree.read(MANIFEST)
    try:
        return manifest.from_json(data).templates if data is not None else None
    except ManifestError:
        return None


def _changed(inputs: list[Input], corpus: Corpus, how: Examining) -> Iterator[str]:
    """Those whose clean text would differ today, sorted."""
    index, _ = index_for(corpus, how.config)
    with spool_for(len(inputs)) as spool:
        ready = make_ready(corpus, index, inputs, dataclasses.replace(how, spool=spool))
        context = dataclasses.replace(ready.context, tree=Tree(corpus.places.clean, check=True))
        task = workers.Task(
            passes.scrub_and_write, context, lambda item: Scrubbed((Noted(passes.killed(item)),))
        )
        names: set[str] = set()
        for part in workers.run(task, ready.inputs, how.jobs):
            names |= {change.name for change in part.changes if not change.name.endswith(_SUFFIX)}
    yield from sorted(item.id for item in inputs if output_name(item.id) in names)
