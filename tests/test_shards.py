"""Corpora written as shards: exact, alike from run to run, whole or not there, and undone like files."""

import dataclasses
import hashlib
import json
import pickle
import random
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from menu_scrub import scrub
from test_writing import ledgers, record_of

from scrubber.config import LedgerMode
from scrubber.documents import Found, Metadata, RawDocument
from scrubber.edits import Donor, Edit, Layer, Ledger, Reason
from scrubber.running import reviewing, undoing, verifying
from scrubber.running.learning import index_bytes
from scrubber.templates import TemplateIndex
from scrubber.writing import manifest, provenance
from scrubber.writing.files import MANIFEST, TEMPLATES, Tree, WriteError, output_name, provenance_name
from scrubber.writing.manifest import Entry, Manifest, Shard
from scrubber.writing.shards import (
    DOCUMENTS,
    Format,
    ShardError,
    Written,
    card,
    croissant,
    edits,
    shard_names,
)
from scrubber.writing.shards.facts import Facts, Origin
from scrubber.writing.shards.opening import ShardedTree, open_shards
from scrubber.writing.shards.rows import (
    DOCUMENT_SHAPE,
    LEDGER_SHAPE,
    pack,
    provenance_of,
    row_id,
    rows_of,
    timestamp,
)
from scrubber.writing.shards.storing import prune_shards, store_shard, write_shard

SHARDED = pytest.mark.parametrize("format", [Format.JSONL, Format.PARQUET])

RAWS = {
    "a/first.txt": b"MENU one\nThe body of the first.\r\n",
    "a/page.html.md": b"MENU two\n# Heading\n\nText \xe2\x80\xa8 with a line separator.\n",
    "a/page.txt": b'MENU\x00 three\nA quote " and a backslash \\ and a tab\t.\n',
    "b/caf\udce9.txt": b"MENU four\nThe name of this file is not valid Unicode.\n",
    "b/broken.txt": b"MENU \xff\nBytes that are no text: \xff\xfe, and on.\n",
    "b/empty.txt": b"MENU only\n",
    "b/plain.txt": "Nothing to clean here: Ünïcode, 日本語, 🦊.\n".encode(),
    "dump.jsonl!/000001.txt": b"MENU\nA record of a container.\n",
}


def write_all(folder: Path, raws: dict[str, bytes] = RAWS) -> list[Written]:
    """Documents as a run would hand them over, sorted by id."""
    made = []
    for id in sorted(raws):
        # The path has a plain name: not every file system takes one that is not Unicode.
        path = folder / "raw.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raws[id])
        document = scrub(RawDocument.from_path(path, id=id))
        record = provenance.describe(document, document.text, LedgerMode.FULL)
        text = provenance.to_bytes(document.text)
        made.append(Written(id, output_name(id), text, provenance.to_json(record)))
    return made


def corpus(out: Path, documents: list[Written], format: Format, per_shard: int = 3) -> Manifest:
    """A corpus as a run leaves it: documents, manifest, index."""
    tree = Tree(out)
    shards: list[Shard] = []
    for number in range(0, len(documents), per_shard):
        part = documents[number : number + per_shard]
        if format is Format.FILES:
            for one in part:
                tree.put({one.output: one.text, provenance_name(one.output): one.provenance})
            continue
        stored = store_shard(tree, number // per_shard, part, format)
        assert stored.shard is not None
        shards.append(stored.shard)
    entries = tuple(entry_of(one) for one in documents)
    templates = index_bytes(TemplateIndex({}))
    listing = Manifest(
        "0", "c" * 16, hashlib.sha256(templates).hexdigest(), entries, format.value, tuple(shards)
    )
    tree.put({MANIFEST: manifest.to_json(listing), TEMPLATES: templates})
    return listing


def entry_of(one: Written) -> Entry:
    return manifest.entry_of(one.id, one.output, provenance.from_json(one.provenance), one.provenance)


@given(ledgers(), st.sampled_from(LedgerMode))
def test_law_a_provenance_comes_back_from_its_rows_to_the_byte(
    case: tuple[str, Ledger], mode: LedgerMode
) -> None:
    data = provenance.to_json(record_of(*case, mode=mode))
    text, rows = edits.split(data)
    assert edits.join(text, rows) == data
    record = provenance.from_json(data)
    assert len(rows) == (len(list(record.ledger)) if record.ledger is not None else 0)
    for row in rows:
        assert set(row) == set(LEDGER_SHAPE["edits"][0])
        json.dumps(row, ensure_ascii=False).encode()  # valid Unicode throughout
    if record.ledger is not None:
        layers = [layer.name for layer in record.ledger.layers for _ in layer.edits]
        assert [row["layer"] for row in rows] == layers
        assert [(r["start"], r["end"]) for r in rows] == [(e.start, e.end) for e in record.ledger]


def test_an_edit_of_every_kind_has_its_columns() -> None:
    donor = Donor("caf\udce9.txt", 10, 20, 31)
    reason = Reason("0" * 16, ("x.txt", "y.txt"), (("w", 3),), note="why")
    layer = Layer(
        "boilerplate",
        (
            Edit(0, 4, "MENU", "", "boilerplate", 0.9, reason),
            Edit(5, 6, "\udcff", "?", "encoding", 1.0),
            Edit(7, 7, "", "more", "cut-word", 0.5, Reason("1" * 16, donor=donor, note="verbatim")),
        ),
    )
    data = provenance.to_json(record_of("MENU \udcff body", Ledger((layer,))))
    text, rows = edits.split(data)
    assert edits.join(text, rows) == data
    usual, bytes_, repair = rows
    assert (usual["removed"], usual["rule"], usual["confidence"]) == ("MENU", "boilerplate", 0.9)
    assert (usual["template"], usual["examples"], usual["note"]) == ("0" * 16, ["x.txt", "y.txt"], "why")
    assert (usual["weights"], usual["other"]) == ("[[0, 3]]", "")
    assert (bytes_["removed"], json.loads(bytes_["other"])) == ("", {"removed_base64": "7bO/"})
    assert (repair["inserted"], repair["donor"], repair["note"]) == ("more", r"caf\udce9.txt", "verbatim")
    assert '"removed": "MENU"' not in text


def test_a_provenance_that_is_laid_out_otherwise_is_kept_whole() -> None:
    data = json.dumps(json.loads(provenance.to_json(record_of("MENU 1\nbody\n")))).encode()
    assert edits.split(data) == (data.decode(), [])
    odd = provenance.to_json(record_of("MENU 1\nbody\n")).replace(
        b'"confidence": 0.87', b'"confidence": 0.870'
    )
    assert edits.split(odd) == (odd.decode(), [])


def test_rows_have_the_fields_and_types_of_their_shape(tmp_path: Path) -> None:
    def fits(value: object, shape: object) -> bool:
        if isinstance(shape, dict):
            return (
                isinstance(value, dict)
                and list(value) == list(shape)
                and all(map(fits, value.values(), shape.values()))
            )
        if isinstance(shape, list):
            return isinstance(value, list) and all(fits(item, shape[0]) for item in value)
        return type(value) is {"string": str, "int64": int, "double": float}[str(shape)]

    for one in write_all(tmp_path):
        document, ledger = rows_of(one)
        assert fits(document, DOCUMENT_SHAPE)
        assert fits(ledger, LEDGER_SHAPE)
        assert provenance_of(ledger) == one.provenance


def test_what_a_row_tells_of_a_document() -> None:
    found = Metadata(
        title=Found("A title", "json-ld"),
        date=Found("2024-03-01T10:00:00+02:00", "meta"),
        language=Found("en", "text"),
    )
    raw = RawDocument.from_text(
        "MENU\nThe wor", id="dump.warc.gz!/7", url="https://example.org/7", metadata=found
    )
    document = scrub(raw)
    record = provenance.describe(document, document.text, LedgerMode.FULL)
    row, _ = rows_of(Written(raw.id, output_name(raw.id), document.text.encode(), provenance.to_json(record)))
    assert (row["id"], row["source"], row["text"]) == ("dump.warc.gz!/7", "dump.warc.gz", "The wor")
    assert (row["created"], row["added"]) == ("2024-03-01T08:00:00.000Z", "")
    told = row["metadata"]
    assert (told["url"], told["title"], told["author"]) == ("https://example.org/7", "A title", "")
    assert (told["raw_characters"], told["clean_characters"], told["edits"]) == (12, 7, 1)
    assert (told["flags"], told["flagged"], told["site"]) == (1, "truncation", "host:example.org")


@pytest.mark.parametrize(
    ("date", "form"),
    [
        ("2024-03-01", "2024-03-01T00:00:00.000Z"),
        ("2024-03-01T10:20:30", "2024-03-01T10:20:30.000Z"),
        ("2024-03-01T10:20:30.5-05:00", "2024-03-01T15:20:30.500Z"),
        ("0987-03-01", "0987-03-01T00:00:00.000Z"),
        ("0001-01-01T00:00:00+05:00", ""),
        ("2024", ""),
        ("last week", ""),
        ("", ""),
    ],
)
def test_dates_have_one_form(date: str, form: str) -> None:
    assert timestamp(date) == form


@given(st.lists(st.text("a\\ud\udce9\udc80", max_size=8), unique=True))
def test_law_two_ids_never_become_one(ids: list[str]) -> None:
    rows = [row_id(id) for id in ids]
    assert len(set(rows)) == len(rows)
    "".join(rows).encode()


def test_ids_that_are_unicode_stay_as_they_are() -> None:
    assert row_id("a\\b/ü🦊.txt") == "a\\b/ü🦊.txt"
    assert row_id("caf\udce9.txt") == r"caf\udce9.txt"


@SHARDED
def test_every_document_comes_back_to_the_byte_by_its_names(tmp_path: Path, format: Format) -> None:
    documents = write_all(tmp_path)
    out = tmp_path / "out"
    tree = open_shards(out, corpus(out, documents, format))
    for one in [*documents, *reversed(documents), documents[4], documents[0]]:
        assert tree.read(one.output) == one.text
        assert tree.read(provenance_name(one.output)) == one.provenance
    assert tree.read("a/missing.txt") is None
    assert tree.read(TEMPLATES) == index_bytes(TemplateIndex({}))
    assert [data for _, data in tree.provenances()] == [one.provenance for one in documents]


@SHARDED
def test_shards_are_the_same_from_run_to_run(tmp_path: Path, format: Format) -> None:
    documents = write_all(tmp_path)
    names = shard_names(4, format)
    made = [write_shard(Tree(tmp_path / run), 4, iter(documents), format) for run in ("one", "two")]
    assert made == [dict.fromkeys(names, "new")] * 2
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    before = (tmp_path / "one" / names[0]).stat().st_mtime_ns
    assert write_shard(Tree(tmp_path / "one"), 4, documents, format) == {}
    assert (tmp_path / "one" / names[0]).stat().st_mtime_ns == before
    assert write_shard(Tree(tmp_path / "one"), 4, documents[1:], format) == dict.fromkeys(names, "changed")


@SHARDED
def test_what_a_worker_packed_gives_the_same_shard(tmp_path: Path, format: Format) -> None:
    documents = write_all(tmp_path)
    packed = pickle.loads(pickle.dumps([pack(one) for one in documents]))
    whole = store_shard(Tree(tmp_path / "one"), 0, documents, format)
    assert store_shard(Tree(tmp_path / "two"), 0, packed, format) == whole


def test_a_fault_of_another_file_is_not_told_as_ours(tmp_path: Path) -> None:
    def failing():
        yield from write_all(tmp_path)[:1]
        raise FileNotFoundError(2, "no such file", "raw.txt")

    with pytest.raises(FileNotFoundError, match=r"raw\.txt"):
        write_shard(Tree(tmp_path / "out"), 0, failing(), Format.JSONL)


@SHARDED
def test_a_check_writes_nothing_and_tells_the_same(tmp_path: Path, format: Format) -> None:
    documents = write_all(tmp_path)
    told = store_shard(Tree(tmp_path / "out", check=True), 0, documents, format)
    assert not (tmp_path / "out").exists()
    assert told == store_shard(Tree(tmp_path / "out"), 0, documents, format)
    assert told.shard is not None
    assert (told.shard.first, told.shard.documents) == (documents[0].id, len(documents))


def test_a_shard_of_nothing_is_none(tmp_path: Path) -> None:
    stored = store_shard(Tree(tmp_path / "out"), 0, (), Format.PARQUET)
    assert (stored.changes, stored.shard) == ({}, None)
    assert not (tmp_path / "out").exists()


@SHARDED
def test_a_full_disk_leaves_the_old_shard_and_nothing_half_written(tmp_path: Path, format: Format) -> None:
    documents = write_all(tmp_path)
    tree = Tree(tmp_path / "out")
    write_shard(tree, 0, documents, format)
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.*")}
    noise = random.Random(0).randbytes(200_000).hex().encode()  # twice as large as it compresses
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))  # a fault of the real disk, with EFBIG
    try:
        with pytest.raises(WriteError) as failure:
            write_shard(tree, 0, [*documents, dataclasses.replace(documents[0], text=noise)], format)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert failure.value.is_full
    assert failure.value.path.name.startswith("part-00000")
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.*")} == before
    assert not list((tmp_path / "out").rglob("*.tmp"))


@SHARDED
def test_a_fault_among_the_documents_leaves_nothing(tmp_path: Path, format: Format) -> None:
    def failing():
        yield from write_all(tmp_path)[:2]
        raise RuntimeError("a worker died")

    with pytest.raises(RuntimeError, match="a worker died"):
        write_shard(Tree(tmp_path / "out"), 0, failing(), format)
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file()]


def test_what_a_killed_run_left_aside_is_swept_up(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from scrubber.writing.files import Tree;"
        "from scrubber.writing.shards.sinks import open_sinks\n"
        "with open_sinks(Tree(Path(sys.argv[1])), ['documents/part-00000.parquet']) as made:\n"
        "    made.sinks[0].write(b'half'); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert len(list(tmp_path.rglob("*.tmp"))) == 1
    Tree(tmp_path).sweep()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@SHARDED
def test_verify_restore_and_explain_do_as_on_files(tmp_path: Path, format: Format) -> None:
    documents = write_all(tmp_path)
    corpus(tmp_path / "files", documents, Format.FILES)
    out = tmp_path / "out"
    corpus(out, documents, format)
    done = verifying.verify(out)
    assert done == verifying.verify(tmp_path / "files")
    assert (done.documents, done.replayed, done.problems) == (len(RAWS), len(RAWS), ())
    for id, raw in RAWS.items():
        assert undoing.restore_one(out, id).data == raw
        assert undoing.restore_one(out, output_name(id)).data == raw
    restored = undoing.restore_all(out, tmp_path / "again")
    assert len(restored.written) == len(RAWS)
    assert (tmp_path / "again" / "b" / "broken.txt").read_bytes() == RAWS["b/broken.txt"]
    assert reviewing.explain(out, "a/first.txt") == reviewing.explain(tmp_path / "files", "a/first.txt")


@SHARDED
def test_a_lost_manifest_follows_from_the_ledgers(tmp_path: Path, format: Format) -> None:
    out = tmp_path / "out"
    listing = corpus(out, write_all(tmp_path), format)
    (out / MANIFEST).unlink()
    tree, found = undoing.open_output(out)
    assert isinstance(tree, ShardedTree)
    assert found.entries == listing.entries
    assert [(s.number, s.first, s.documents) for s in found.shards] == [
        (s.number, s.first, s.documents) for s in listing.shards
    ]
    assert verifying.verify(out).problems == ()


def test_the_manifest_lists_the_shards(tmp_path: Path) -> None:
    listing = corpus(tmp_path / "out", write_all(tmp_path), Format.PARQUET)
    again = manifest.from_json((tmp_path / "out" / MANIFEST).read_bytes())
    assert (again.format, again.shards) == ("parquet", listing.shards)
    files = corpus(tmp_path / "files", write_all(tmp_path), Format.FILES)
    assert b"shards" not in manifest.to_json(files)


@SHARDED
@pytest.mark.parametrize("kind", [0, 1])
def test_a_damaged_shard_is_told_and_the_others_are_checked(
    tmp_path: Path, format: Format, kind: int
) -> None:
    out = tmp_path / "out"
    listing = corpus(out, write_all(tmp_path), format)
    name = shard_names(1, format)[kind]
    data = (out / name).read_bytes()
    for damaged in (data[: len(data) // 2], data[:40] + bytes(60) + data[100:], b""):
        (out / name).write_bytes(damaged)
        done = verifying.verify(out)
        broken = {problem.id for problem in done.problems}
        assert name in broken
        assert broken - {name} <= {entry.id for entry in listing.entries[3:6]}
        assert done.replayed >= len(RAWS) - 3
    (out / name).unlink()
    assert {problem.id for problem in verifying.verify(out).problems} > {name}


def test_a_row_that_was_changed_is_told(tmp_path: Path) -> None:
    import zstandard

    out = tmp_path / "out"
    corpus(out, write_all(tmp_path), Format.JSONL)
    name = f"{DOCUMENTS}/part-00000.jsonl.zst"
    rows = zstandard.ZstdDecompressor().stream_reader((out / name).read_bytes()).read()
    changed = rows.replace(b"The body of the first", b"The body of another")
    (out / name).write_bytes(zstandard.ZstdCompressor().compress(changed))
    problems = {problem.id: problem.why for problem in verifying.verify(out).problems}
    assert problems[name] == "is not the one that the manifest lists"
    assert problems["a/first.txt"] == "the clean text a/first.txt was changed after the run"
    (out / name).write_bytes(zstandard.ZstdCompressor().compress(b'{"id": "a/first.txt", "text": 1}\n'))
    tree, _ = undoing.open_output(out)
    with pytest.raises(ShardError, match="a row is not as we write it"):
        tree.read("a/first.txt")


def test_documents_in_order_read_each_shard_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scrubber.writing.shards import json_shards

    opened = []
    read = json_shards.JsonReader._read
    monkeypatch.setattr(json_shards.JsonReader, "_read", lambda self: opened.append(self._name) or read(self))
    documents = write_all(tmp_path, {f"{n:03}.html": b"MENU\nBody\n" for n in range(40)})
    listing = corpus(tmp_path / "out", documents, Format.JSONL, per_shard=10)
    tree = open_shards(tmp_path / "out", listing)
    for one in documents:
        assert tree.read(one.output) == one.text
        assert tree.read(provenance_name(one.output)) == one.provenance
    assert len(opened) == 8


@SHARDED
def test_many_documents_make_several_row_groups(tmp_path: Path, format: Format) -> None:
    one = write_all(tmp_path, {"a.txt": b"MENU\nBody\n"})[0]
    data = json.loads(one.provenance)

    def numbered(n: int) -> Written:
        id = f"{n:05}.txt"
        return Written(
            id, id, b"Body %d" % n, one.provenance.replace(b'"id": "a.txt"', b'"id": "%s"' % id.encode())
        )

    assert data["id"] == "a.txt"
    out = tmp_path / "out"
    stored = store_shard(Tree(out), 0, map(numbered, range(2_345)), format)
    assert stored.shard is not None
    assert stored.shard.documents == 2_345
    ids = {f"{n:05}.txt": f"{n:05}.txt" for n in range(2_345)}
    tree = ShardedTree(out, True, format, (stored.shard,), ids)
    for n in (0, 999, 1000, 2344, 7):
        assert tree.read(f"{n:05}.txt") == b"Body %d" % n


def test_shards_that_are_listed_no_more_are_removed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    old = corpus(out, write_all(tmp_path), Format.JSONL, per_shard=2)
    new = corpus(out, write_all(tmp_path), Format.PARQUET, per_shard=4)
    (out / DOCUMENTS / "mine.txt").write_bytes(b"of somebody else")
    gone = prune_shards(Tree(out), new.shards)
    assert gone == dict.fromkeys(sorted(name for shard in old.shards for name in shard.files), "removed")
    assert verifying.verify(out).problems == ()
    assert len(prune_shards(Tree(out), ())) == 4
    assert [path.name for path in (out / DOCUMENTS).iterdir()] == ["mine.txt"]


FACTS = Facts(
    name='A "corpus": of pages — ünd 🦊',
    tool="1.2.3",
    configuration="c" * 16,
    templates="d" * 64,
    format=Format.PARQUET,
    shards=(
        Shard(
            0,
            "a.txt",
            1_200,
            {"documents/part-00000.parquet": "e" * 64, "ledger/part-00000.parquet": "f" * 64},
        ),
    ),
    languages=("de", "en", "en-GB"),
    origins=(Origin("dump.warc.gz", "a" * 64, 1_200),),
)


def test_a_card_says_how_the_corpus_is_loaded(tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml")
    assert card.write_card(Tree(tmp_path), FACTS) == {"README.md": "new", "croissant.json": "new"}
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    front = yaml.safe_load(text.split("---\n")[1])
    assert front["pretty_name"] == FACTS.name
    assert front["language"] == ["de", "en"]
    assert front["size_categories"] == ["1K<n<10K"]
    assert front["configs"][0] == {
        "config_name": "documents",
        "data_files": [{"split": "train", "path": "documents/part-*.parquet"}],
        "default": True,
    }
    assert "| dump.warc.gz | 1,200 |" in text
    assert str(tmp_path) not in text


def test_a_card_that_a_person_took_over_is_kept(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    card.write_card(tree, FACTS)
    assert card.write_card(tree, FACTS) == {}
    assert card.write_card(tree, dataclasses.replace(FACTS, tool="2")) == {
        "README.md": "changed",
        "croissant.json": "changed",
    }
    (tmp_path / "README.md").write_text("Mine.\n")
    assert card.write_card(tree, FACTS) == {"croissant.json": "changed"}
    assert (tmp_path / "README.md").read_text() == "Mine.\n"


def test_a_description_names_what_the_corpus_was_derived_from_and_by_what() -> None:
    told = json.loads(croissant.to_json(FACTS))
    assert told["isBasedOn"][0]["sha256"] == "a" * 64
    assert told["prov:wasDerivedFrom"] == [{"@id": "urn:sha256:" + "a" * 64}]
    by = told["prov:wasGeneratedBy"]
    assert by["prov:wasAssociatedWith"]["softwareVersion"] == "1.2.3"
    assert [one.get("identifier") or one.get("sha256") for one in by["prov:used"]] == ["c" * 16, "d" * 64]
    files = [one for one in told["distribution"] if one["@type"] == "cr:FileObject"]
    assert {one["contentUrl"]: one["sha256"] for one in files} == FACTS.shards[0].files


def test_no_heavy_library_is_loaded_before_a_shard_is_opened() -> None:
    code = (
        "import sys, scrubber.running.undoing, scrubber.writing.shards.storing, scrubber.writing.shards.card;"
        "print(sorted({'pyarrow', 'zstandard', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
