"""The libraries people load corpora with open ours as they are, and find the same documents in them.

The corpus is made to mislead readers that guess: dates and titles stand only in the first shard,
or only in the last; texts hold what some take for the end of a line; one is not valid Unicode.
"""

import dataclasses
import json
from pathlib import Path

import pytest
from menu_scrub import scrub

from scrubber.config import LedgerMode
from scrubber.documents import Found, Metadata, RawDocument
from scrubber.writing import provenance
from scrubber.writing.files import Tree, output_name
from scrubber.writing.shards import DOCUMENTS, LEDGER, SUFFIXES, Format, Written
from scrubber.writing.shards.card import write_card
from scrubber.writing.shards.facts import Facts, Origin
from scrubber.writing.shards.rows import DOCUMENT_SHAPE, LEDGER_SHAPE
from scrubber.writing.shards.storing import store_shard

PER_SHARD = 120
SHARDS = 3
ODD = 'Odd:\u2028 a separator, \x85 a next line, \x00 a nul, \\ " \u202e marks, 🦊 and 日本語.\tTab\rReturn'
LONE = "Bytes that were no text: \udcff, and on."
DATED = ("2024-03-01", "2023-12-24T18:30:00+01:00")


@dataclasses.dataclass(frozen=True)
class Corpus:
    root: Path
    format: Format
    texts: dict[str, str]
    """By id, as readers see them: a lone surrogate is shown as U+FFFD."""

    def glob(self, kind: str = DOCUMENTS) -> str:
        return f"{self.root}/{kind}/part-*{SUFFIXES[self.format]}"

    def files(self, kind: str = DOCUMENTS) -> list[str]:
        return sorted(str(path) for path in (self.root / kind).iterdir())


def document(number: int, *, dated: bool) -> Written:
    text = f"MENU {number}\n" + {0: ODD, 1: LONE}.get(number % PER_SHARD, f"Body of {number}.")
    found = Metadata(title=Found(f"Title {number}", "meta"), date=Found(DATED[number % 2], "meta"))
    raw = RawDocument.from_text(text, id=f"{number:05}.html", metadata=found if dated else Metadata())
    clean = scrub(raw)
    record = provenance.describe(clean, clean.text, LedgerMode.FULL)
    return Written(raw.id, output_name(raw.id), provenance.to_bytes(clean.text), provenance.to_json(record))


@pytest.fixture(
    scope="module",
    params=[(f, dated) for f in (Format.JSONL, Format.PARQUET) for dated in (0, SHARDS - 1)],
    ids=lambda param: f"{param[0].value}-dated-{'first' if param[1] == 0 else 'last'}",
)
def corpus(request, tmp_path_factory):
    format, dated = request.param
    root = tmp_path_factory.mktemp("corpus") / "pages"
    texts, shards = {}, []
    for number in range(SHARDS):
        first = number * PER_SHARD
        part = [document(n, dated=number == dated) for n in range(first, first + PER_SHARD)]
        texts |= {one.id: provenance.to_text(one.text).replace("\udcff", "\ufffd") for one in part}
        stored = store_shard(Tree(root), number, part, format)
        assert stored.shard is not None
        shards.append(stored.shard)
    origins = (Origin("dump", "a" * 64, len(texts)),)
    write_card(Tree(root), Facts("Pages", "0", "c" * 16, "d" * 64, format, tuple(shards), ("en",), origins))
    return Corpus(root, format, texts)


@pytest.fixture
def datasets(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    module = pytest.importorskip("datasets")
    monkeypatch.setattr(module.config, "HF_CACHE_HOME", tmp_path / "hf", raising=False)
    monkeypatch.setattr(module.config, "HF_DATASETS_CACHE", tmp_path / "hf" / "datasets")
    module.disable_progress_bars()
    return module


def test_datasets_opens_the_folder_by_its_card(corpus, datasets):
    documents = datasets.load_dataset(str(corpus.root), split="train")
    assert dict(zip(documents["id"], documents["text"], strict=True)) == corpus.texts
    assert list(documents.features) == list(DOCUMENT_SHAPE)
    assert {"2024-03-01T00:00:00.000Z", "2023-12-24T17:30:00.000Z", ""} == set(documents["created"])
    assert documents[0]["metadata"].keys() == DOCUMENT_SHAPE["metadata"].keys()
    ledger = datasets.load_dataset(str(corpus.root), LEDGER, split="train")
    assert ledger["id"] == documents["id"]
    assert ledger[5]["edits"][0]["removed"].startswith("MENU 5")
    assert list(ledger.features) == list(LEDGER_SHAPE)


def test_datasets_streams_it(corpus, datasets):
    rows = datasets.load_dataset(str(corpus.root), split="train", streaming=True)
    assert {row["id"]: row["text"] for row in rows} == corpus.texts


def test_datasets_opens_the_files_without_the_card(corpus, datasets):
    loader = "json" if corpus.format is Format.JSONL else "parquet"
    for kind in (DOCUMENTS, LEDGER):
        rows = datasets.load_dataset(loader, data_files=corpus.files(kind), split="train")
        assert rows["id"] == list(corpus.texts)


def test_pandas(corpus):
    pandas = pytest.importorskip("pandas")
    frames = [
        pandas.read_json(name, lines=True) if corpus.format is Format.JSONL else pandas.read_parquet(name)
        for name in corpus.files()
    ]
    frame = pandas.concat(frames)
    assert dict(zip(frame["id"], frame["text"], strict=True)) == corpus.texts
    assert set(frame["created"]) == {"2024-03-01T00:00:00.000Z", "2023-12-24T17:30:00.000Z", ""}


def test_duckdb(corpus):
    duckdb = pytest.importorskip("duckdb")
    reader = "read_json" if corpus.format is Format.JSONL else "read_parquet"
    with duckdb.connect() as db:
        rows = db.sql(f"SELECT id, text FROM {reader}('{corpus.glob()}')").fetchall()
        assert dict(rows) == corpus.texts
        counts = db.sql(
            "SELECT edit.rule, count(*), sum(length(edit.removed)) FROM "
            f"(SELECT unnest(edits) AS edit FROM {reader}('{corpus.glob(LEDGER)}')) GROUP BY ALL"
        ).fetchall()
        removed = sum(len(f"MENU {number}\n") for number in range(len(corpus.texts)))
        assert counts == [("boilerplate", len(corpus.texts), removed)]
        titled = db.sql(f"SELECT count(*) FROM '{corpus.glob()}' WHERE metadata.title != ''").fetchall()
        assert titled == [(PER_SHARD,)]


def test_polars(corpus):
    polars = pytest.importorskip("polars")
    read = polars.scan_ndjson if corpus.format is Format.JSONL else polars.scan_parquet
    frame = read(corpus.glob()).collect()
    assert dict(frame.select("id", "text").iter_rows()) == corpus.texts
    edits = read(corpus.glob(LEDGER)).select("id", "edits").explode("edits").unnest("edits").collect()
    assert edits.filter(polars.col("rule") == "boilerplate").height == len(corpus.texts)


def test_pyarrow(corpus):
    if corpus.format is Format.JSONL:
        arrow = pytest.importorskip("pyarrow")
        from pyarrow import json as reader

        tables = [reader.read_json(arrow.input_stream(name, compression="zstd")) for name in corpus.files()]
        schemas = {str(table.schema) for table in tables}
        assert len(schemas) == 1
        rows = [row for table in tables for row in table.select(["id", "text"]).to_pylist()]
    else:
        parquet = pytest.importorskip("pyarrow.parquet")
        rows = parquet.read_table(f"{corpus.root}/{DOCUMENTS}", columns=["id", "text"]).to_pylist()
    assert {row["id"]: row["text"] for row in rows} == corpus.texts


def test_datatrove(corpus):
    readers = pytest.importorskip("datatrove.pipeline.readers")
    if corpus.format is Format.JSONL:
        pytest.importorskip("orjson")
    reader = readers.JsonlReader if corpus.format is Format.JSONL else readers.ParquetReader
    found = list(reader(str(corpus.root / DOCUMENTS)).run())
    assert {one.id: one.text for one in found} == corpus.texts
    assert all(one.metadata["clean_characters"] == len(one.text) for one in found)
    assert {one.metadata["source"] for one in found} == {"files"}


def test_dolma_reads_the_fields_it_wants(corpus):
    # Its taggers decode a line into this structure; the package itself pins old versions of others.
    if corpus.format is not Format.JSONL:
        pytest.skip("dolma reads JSON lines")
    msgspec = pytest.importorskip("msgspec")
    zstandard = pytest.importorskip("zstandard")
    spec = msgspec.defstruct(
        "InputSpec", [("id", str), ("text", str), ("source", str), ("version", str | None, None)]
    )
    for name in corpus.files():
        with zstandard.open(name) as lines:
            for line in lines.read().splitlines():
                assert corpus.texts[msgspec.json.decode(line, type=spec).id]


@pytest.mark.filterwarnings("ignore")
def test_mlcroissant_finds_no_fault_and_reads_the_records(corpus):
    croissant = pytest.importorskip("mlcroissant")
    described = croissant.Dataset(corpus.root / "croissant.json")
    assert described.metadata.issues.errors == set()
    assert described.metadata.name == "Pages"
    assert {one.id for one in described.metadata.record_sets} == {DOCUMENTS, LEDGER}
    if corpus.format is Format.PARQUET:  # it has no word for JSON lines that are compressed
        rows = list(described.records(DOCUMENTS))
        found = {row["documents/id"].decode(): row["documents/text"].decode() for row in rows}
        assert found == corpus.texts


def test_every_line_has_every_field_in_one_order(corpus):
    if corpus.format is not Format.JSONL:
        pytest.skip("Parquet has its types in the file")
    zstandard = pytest.importorskip("zstandard")
    for name in corpus.files():
        with zstandard.open(name, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines.read().split("\n") if line]
        assert all(list(row) == list(DOCUMENT_SHAPE) for row in rows)
        assert all(list(row["metadata"]) == list(DOCUMENT_SHAPE["metadata"]) for row in rows)
