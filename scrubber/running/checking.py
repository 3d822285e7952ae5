"""`scrubber hook check`: whether the committed corpus is whole, and up to date. Reads only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scrubber.config import Config
from scrubber.configuring import Places
from scrubber.pipeline import library_of
from scrubber.running import learning, passes, workers
from scrubber.running.hooking import raw_documents
from scrubber.running.inputs import Input
from scrubber.running.learning import Progress, silent
from scrubber.running.passes import Scrubbed, ScrubContext, Shelf
from scrubber.running.undoing import BrokenDocumentError, verify_one
from scrubber.version import __version__
from scrubber.writing import manifest, provenance
from scrubber.writing.files import MANIFEST, TEMPLATES, Tree, output_name
from scrubber.writing.manifest import Entry, ManifestError, Status
from scrubber.writing.provenance import ProvenanceError, Record

CLEAN = "run `scrubber hook fix FILE` (or `scrubber clean` for all), and stage what it wrote"
_SUFFIX = ".provenance.json"


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with the corpus, and what has merely grown old."""

    documents: int
    broken: tuple[BrokenDocumentError, ...] = ()
    outdated: tuple[str, ...] = ()
    """Ids of documents that would come out with another text today."""


def check(places: Places, config: Config, jobs: int, progress: Progress = silent) -> Checked:
    """Compare raw tree, clean tree and provenance; clean again what other versions have made.

    Raises IndexFormatError, OutputError or ConfigError where index or overrides cannot be read.
    """
    tree = Tree(places.clean, check=True)
    raw = {item.id: item for item in raw_documents(places)}
    found, broken = _records(tree)
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
    broken += _missing(raw, cleaned, tree)
    wrong = {error.id for error in broken}
    whole = {id: record for id, record in cleaned.items() if id not in wrong}
    old = [raw[id] for id in _doubtful(whole, places, config, tree)]
    outdated = tuple(_changed(old, places, config, jobs)) if old else ()
    broken.sort(key=lambda error: error.id)
    return Checked(len(raw), tuple(broken), outdated)


def _records(tree: Tree) -> tuple[dict[str, tuple[Record, bytes]], list[BrokenDocumentError]]:
    """Every provenance of the clean tree, by the path of its clean text."""
    found: dict[str, tuple[Record, bytes]] = {}
    broken: list[BrokenDocumentError] = []
    if not tree.root.is_dir():
        return found, broken
    for path in sorted(tree.root.rglob(f"*{_SUFFIX}")):
        output = path.relative_to(tree.root).as_posix().removesuffix(_SUFFIX)
        data = path.read_bytes()
        try:
            found[output] = provenance.from_json(data), data
        except ProvenanceError as error:
            broken.append(BrokenDocumentError(output, f"its provenance cannot be read: {error.why}", CLEAN))
    return found, broken


def _gone(id: str, output: str) -> BrokenDocumentError:
    remedy = f"remove {output} and its provenance as well, or restore the raw document"
    return BrokenDocumentError(id, "its raw document is gone", remedy)


def _missing(
    raw: Mapping[str, Input], cleaned: Mapping[str, Record], tree: Tree
) -> Iterator[BrokenDocumentError]:
    """Raw documents that nobody has cleaned; what a batch run has passed over is none."""
    passed_over = {
        entry.id for entry in _listing(tree) if entry.status is not Status.CLEANED and not entry.output
    }
    for id, item in raw.items():
        if id in cleaned or id in passed_over or not item.path.stat().st_size:
            continue
        yield BrokenDocumentError(id, f"is not cleaned: there is no {output_name(id)}", CLEAN)


def _listing(tree: Tree) -> Sequence[Entry]:
    data = tree.read(MANIFEST)
    try:
        return manifest.from_json(data).entries if data is not None else ()
    except ManifestError:
        return ()


def _doubtful(records: Mapping[str, Record], places: Places, config: Config, tree: Tree) -> Iterator[str]:
    """Documents that another version made, or all where the index is newer than the last batch run."""
    index = places.index.read_bytes() if places.index.is_file() else b""
    newer = bool(index) and _made_with(tree) not in (None, hashlib.sha256(index).hexdigest())
    for id, record in sorted(records.items()):
        versions = record.versions
        if newer or (versions.tool, versions.configuration) != (__version__, config.digest):
            yield id


def _made_with(tree: Tree) -> str | None:
    data = tree.read(MANIFEST)
    try:
        return manifest.from_json(data).templates if data is not None else None
    except ManifestError:
        return None


def _changed(inputs: Sequence[Input], places: Places, config: Config, jobs: int) -> Iterator[str]:
    """Those whose clean text would differ today, sorted."""
    given = learning.load_given(places.index) if places.index.is_file() else None
    if given is None:
        return
    index = given.index.with_overrides(learning.read_overrides(places.index, places.clean / TEMPLATES))
    library = library_of(Shelf(given.cache.inputs), index, config) if given.cache else None
    context = ScrubContext(config, index, Tree(places.clean, check=True), library)
    task = workers.Task(passes.scrub_and_write, context, lambda item: Scrubbed((passes.killed(item),)))
    names: set[str] = set()
    for part in workers.run(task, inputs, jobs):
        names |= {change.name for change in part.changes if not change.name.endswith(_SUFFIX)}
    yield from sorted(item.id for item in inputs if output_name(item.id) in names)
