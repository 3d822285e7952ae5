"""What scrubber writes itself, and reads again: no damage to it may pass for what was written."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

from killing.dumps import write as write_dump

from fuzzing.targets import Attempt, Target
from scrubber.cli import run
from scrubber.config import Config, Fields
from scrubber.index_binary import BinaryIndexError, from_buffer
from scrubber.index_format import IndexFormatError, from_lines, to_lines
from scrubber.running import evidence_cache, evidence_log, unpacking
from scrubber.running.earlier import find_earlier
from scrubber.running.journal import Journal
from scrubber.running.undoing import open_output
from scrubber.running.verifying import verify
from scrubber.running.working import FOLDER, Work
from scrubber.writing import manifest, provenance
from scrubber.writing.files import MANIFEST, RUN, TEMPLATES, OutputError, Tree, output_name, provenance_name
from scrubber.writing.manifest import Entry, ManifestError
from scrubber.writing.provenance import ProvenanceError
from scrubber.writing.shards import LEDGER, ShardError, shard_names
from scrubber.writing.shards.opening import ShardedTree, open_shards

_DOCUMENTS = 24


class SeedError(RuntimeError):
    """The valid files could not be made."""


def targets(folder: Path) -> Iterator[Target]:
    """The readers of scrubber's own files; the files are made in `folder`."""
    raw = write_dump(folder / "raw", "tree", _DOCUMENTS)
    boxes = write_dump(folder / "boxes", "jsonl", _DOCUMENTS)
    for format in ("files", "jsonl", "parquet"):
        _clean(raw, folder / format, "--format", format)
    _clean(boxes, folder / "unpacked")
    learned = folder / "learned" / "index.jsonl"
    if run(["learn", str(raw), "--output", str(learned), "--quiet", "--jobs", "1"]) != 0:
        raise SeedError("scrubber learn failed")
    work = Work(folder / "files" / FOLDER, lasting=True)
    lines = (folder / "files" / TEMPLATES).read_bytes()
    listed = (folder / "files" / MANIFEST).read_bytes()
    beside = sorted((folder / "files").rglob(f"*{provenance_name('')}"))[::6]
    yield Target("templates.jsonl", [lines], _read_lines)
    yield Target("binary index", [work.index.read_bytes()], _binary(lines))
    yield Target("evidence log", [work.evidence.read_bytes()], _evidence(work.evidence))
    yield Target("evidence beside an index", [evidence_cache.beside(learned).read_bytes()], _cache(learned))
    yield Target("journal", [work.journal.read_bytes()], _journal(work.journal))
    yield Target("provenance", [path.read_bytes() for path in beside], _read_provenance)
    yield Target("manifest", [listed, (folder / "jsonl" / MANIFEST).read_bytes()], _read_manifest)
    yield Target("run.json", [(folder / "files" / RUN).read_bytes()], _read_facts)
    yield from _stores(boxes, folder / "unpacked" / FOLDER)
    for format in ("jsonl", "parquet"):
        yield from _shards(folder / format)


def _clean(raw: Path, output: Path, *options: str) -> None:
    # Some of the documents are broken, and fail: 1 is what that ends with.
    if run(["clean", str(raw), "--output", str(output), "--quiet", "--jobs", "1", *options]) not in (0, 1):
        raise SeedError("scrubber clean failed")


def _read_lines(data: bytes, _: Path) -> bool:
    try:
        index = from_lines(data.decode("utf-8", "replace").splitlines())
        list(to_lines(index))
    except IndexFormatError:
        return False
    return True


def _binary(lines: bytes) -> Attempt:
    wanted = lines.decode()

    def attempt(data: bytes, _: Path) -> bool:
        try:
            index = from_buffer(data)
            found = "".join(f"{line}\n" for line in to_lines(index))
            index.directory.runs.held()
            index.directory.marks.held()
        except BinaryIndexError:
            return False
        assert found == wanted, "it reads otherwise than it was written"
        return True

    return attempt


def _evidence(path: Path) -> Attempt:
    settings = evidence_log.settings_of(Config())
    whole = {id: path_row(stored, id) for stored in [evidence_log.load(path, settings)] for id in stored}

    def attempt(data: bytes, folder: Path) -> bool:
        damaged = folder / "evidence.log"
        damaged.write_bytes(data)
        stored = evidence_log.load(damaged, settings)
        for id in stored:
            assert path_row(stored, id) == whole.get(id), f"{id} reads otherwise than it was written"
            assert stored[id].id == id
        found = len(stored)
        log = evidence_log.EvidenceLog(damaged, settings)
        log.close()
        assert len(evidence_log.load(damaged, settings)) == found, "opening it to write changed it"
        del stored
        return found == len(whole)

    return attempt


def path_row(stored: evidence_log.StoredEvidence, id: str) -> tuple[object, bytes]:
    """All that is stored of a document."""
    return stored.heads[id], stored.row(id)


def _cache(index: Path) -> Attempt:
    own = index.read_bytes()
    whole = evidence_cache.load(index)
    assert whole is not None
    wanted = [item.id for item in whole.inputs]

    def attempt(data: bytes, folder: Path) -> bool:
        (folder / index.name).write_bytes(own)
        evidence_cache.beside(folder / index.name).write_bytes(data)
        cache = evidence_cache.load(folder / index.name)
        if cache is None:
            return False
        assert [item.id for item in cache.inputs] == wanted, "it reads otherwise than it was written"
        return True

    return attempt


def _journal(path: Path) -> Attempt:
    import json

    settings = str(json.loads(path.read_bytes().splitlines()[0])["settings"])

    def read(journal: Journal) -> dict[str, object]:
        found = {id: journal.earlier(id) for id in journal.earlier_ids()}
        journal.close()
        return found

    whole = read(Journal(path, settings))

    def attempt(data: bytes, folder: Path) -> bool:
        damaged = folder / "journal.log"
        damaged.write_bytes(data)
        found = read(Journal(damaged, settings))
        for id, noted in found.items():
            assert noted == whole.get(id), f"{id} reads otherwise than it was written"
        assert read(Journal(damaged, settings)) == found, "opening it changed it"
        return found.keys() == whole.keys()

    return attempt


def _read_provenance(data: bytes, _: Path) -> bool:
    try:
        record = provenance.from_json(data)
        provenance.to_json(record)
    except ProvenanceError:
        return False
    return True


def _read_manifest(data: bytes, folder: Path) -> bool:
    (folder / MANIFEST).write_bytes(data)
    try:
        manifest.from_json(data)
    except ManifestError:
        return False
    finally:
        _look_around(folder)
    return True


def _look_around(folder: Path) -> None:
    """What a run, and a verification, do first in such a folder."""
    try:
        earlier = find_earlier(Tree(folder, check=True))
        earlier.prune(Tree(folder, check=True), [])
        open_output(folder)
        verify(folder)
    except (OutputError, ManifestError):
        return


def _read_facts(data: bytes, folder: Path) -> bool:
    (folder / RUN).write_bytes(data)
    try:
        find_earlier(Tree(folder, check=True))
    except OutputError:
        return False
    return True


def _stores(raw: Path, work: Path) -> Iterator[Target]:
    container = min(raw.iterdir())
    records = Work(work, lasting=True).containers
    whole = unpacking.unpack(container, container.name, Fields(), records, keep=True)
    wanted = {name: unpacking.take(place) for name, place in unpacking.records(whole)}
    listing = whole.store.with_suffix(".listing")
    contents = {path.name: path.read_bytes() for path in (listing, whole.store)}
    for name, seed in contents.items():

        def attempt(data: bytes, folder: Path, name: str = name) -> bool:
            for other, bytes_ in contents.items():
                (folder / other).write_bytes(data if other == name else bytes_)
            before = (folder / whole.store.name).stat().st_mtime_ns
            again = unpacking.unpack(container, container.name, Fields(), folder, keep=True)
            found = {name: unpacking.take(place) for name, place in unpacking.records(again)}
            assert found == wanted, "it reads otherwise than it was written"
            return again.store.stat().st_mtime_ns == before

        yield Target(f"unpacked records ({Path(name).suffix})", [seed], attempt)


def _shards(corpus: Path) -> Iterator[Target]:
    tree, listing = open_output(corpus)
    assert isinstance(tree, ShardedTree)
    entries = [entry for entry in listing.entries if entry.output is not None]
    names = shard_names(0, tree.format)
    contents = {name: (corpus / name).read_bytes() for name in names}
    listed = (corpus / MANIFEST).read_bytes()
    for name in names:

        def attempt(data: bytes, folder: Path, name: str = name) -> bool:
            for other, bytes_ in contents.items():
                (folder / other).parent.mkdir(exist_ok=True)
                (folder / other).write_bytes(data if other == name else bytes_)
            (folder / MANIFEST).write_bytes(listed)
            damaged = open_shards(folder, listing)
            whole = _read_shards(damaged, entries)
            if name.startswith(LEDGER):
                (folder / MANIFEST).unlink()
                try:
                    open_output(folder)
                except OutputError:
                    whole = False
            del damaged
            gc.collect(0)
            return whole

        yield Target(f"shard: {name.partition('/')[0]} ({tree.format.value})", [contents[name]], attempt)


def _read_shards(tree: ShardedTree, entries: list[Entry]) -> bool:
    """Each document, and the ledgers in a row; whether all could be read."""
    whole = True
    for entry in entries[:: max(1, len(entries) // 2)]:
        output = output_name(entry.id)
        try:
            whole &= tree.read(output) is not None and tree.read(provenance_name(output)) is not None
        except ShardError:
            whole = False
    try:
        whole &= len(list(tree.provenances())) == len(entries)
    except ShardError:
        whole = False
    return whole
