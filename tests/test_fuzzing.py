"""Damaged inputs for every reader: a few hundred of those that `scripts/fuzz` tries by the ten thousand.

And inputs that are no damage but odd: whatever JSON a row may be, whatever a server may have said,
whatever a person may have written into a file of settings.
"""

from __future__ import annotations

import json
import random
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber import configuring, index_format
from scrubber.config import Fields
from scrubber.configuring import ConfigError
from scrubber.index_format import IndexFormatError
from scrubber.normalising import mojibake
from scrubber.reading import ReadingError, read_record
from scrubber.reading.containers.opening import read_container
from scrubber.reading.containers.records import Found, Lost
from scrubber.writing import manifest, provenance
from scrubber.writing.manifest import ManifestError
from scrubber.writing.provenance import ProvenanceError

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
sys.path.insert(0, str(SCRIPTS))

from fuzzing import foreign, own  # noqa: E402
from fuzzing.mutations import mutated  # noqa: E402
from fuzzing.targets import Target  # noqa: E402
from fuzzing.watching import input_of, watch  # noqa: E402

INPUTS = 120
SEED = 1


@pytest.fixture(scope="module")
def targets(tmp_path_factory) -> list[Target]:
    return [*foreign.targets(), *own.targets(tmp_path_factory.mktemp("seeds"))]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks")
def test_no_reader_crashes_hangs_or_reads_what_was_not_written(targets) -> None:
    results = [watch(target, INPUTS, SEED) for target in targets]
    assert {result.name: result.faults for result in results if result.faults} == {}
    assert all(result.inputs == result.read + result.refused == INPUTS for result in results)
    assert sum(result.read for result in results) > INPUTS, "some damage does no harm"
    assert sum(result.refused for result in results) > 10 * INPUTS


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks")
def test_whole_inputs_are_read(targets, tmp_path) -> None:
    for number, target in enumerate(targets):
        for place, seed in enumerate(target.seeds):
            folder = tmp_path / f"{number}-{place}"
            folder.mkdir()
            assert target.attempt(seed, folder), target.name


def test_inputs_are_given_by_seed_reader_and_number(targets) -> None:
    one, other = targets[0], targets[1]
    assert input_of(one, 3, 0) == input_of(one, 3, 0)
    assert (
        len(
            {
                input_of(target, number, seed)
                for target in (one, other)
                for number in (3, 4)
                for seed in (0, 1)
            }
        )
        > 6
    )
    assert mutated([b"abc"], random.Random(1)) == mutated([b"abc"], random.Random(1))


def _fails(data: bytes, folder: Path) -> bool:
    raise KeyError("not declared")


def _dies(data: bytes, folder: Path) -> bool:
    import os

    os._exit(3)


def _hangs(data: bytes, folder: Path) -> bool:
    import time

    time.sleep(60)
    return True


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks")
@pytest.mark.parametrize(
    ("attempt", "told"), [(_fails, "KeyError"), (_dies, "died"), (_hangs, "no end after")]
)
def test_the_watch_sees_faults_and_goes_on(attempt, told, monkeypatch) -> None:
    from fuzzing import watching

    monkeypatch.setattr(watching, "LONGEST", 0.2)
    result = watch(Target("one", [b"seed"], attempt), 2, SEED)
    assert result.inputs == 2
    assert len(result.faults) == 2
    assert all(told in fault for fault in result.faults)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["text", "html", "content", "url", "id", "date", "metadata", "meta", "warc_headers", "body"]
)
ROWS = st.lists(st.dictionaries(FIELDS | st.text(max_size=6), ANYTHING, max_size=6) | ANYTHING, max_size=5)


def _read_all(path: Path, fields: Fields | None = None) -> None:
    for event in read_container(path, fields):
        if isinstance(event, Found):
            try:
                read_record(event.record, id=f"x{event.record.suffix}")
            except ReadingError:
                continue
        elif isinstance(event, Lost):
            assert event.why
            assert event.remedy


@given(
    ROWS, st.sampled_from([None, Fields(text="metadata.a.b", url="meta.url"), Fields(text="", html="text")])
)
@settings(max_examples=150)
def test_rows_of_any_json(tmp_path_factory, rows, fields) -> None:
    folder = tmp_path_factory.mktemp("rows")
    (folder / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "b.json").write_text(json.dumps(rows))
    _read_all(folder / "a.jsonl", fields)
    _read_all(folder / "b.json", fields)


HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "Content-Type",
                "Content-Length",
                "Transfer-Encoding",
                "Content-Encoding",
                "WARC-Type",
                "WARC-Date",
            ]
        )
        | st.text(st.characters(max_codepoint=255), max_size=8),
        st.sampled_from(
            ["text/html; charset=utf-16", "chunked", "gzip", "br", "response", "-1", "99999999999", "*"]
        )
        | st.text(st.characters(max_codepoint=255), max_size=12),
    ),
    max_size=5,
)


@given(HEADERS, HEADERS, st.binary(max_size=60))
@settings(max_examples=150)
def test_whatever_a_server_and_a_crawler_said(tmp_path_factory, outer, inner, body) -> None:
    def plain(pairs) -> bytes:
        return "".join(f"{name}: {value}\r\n" for name, value in pairs).encode("latin-1")

    payload = b"HTTP/1.1 200 OK\r\n" + plain(inner) + b"\r\n" + body
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\n"
    head += b"Content-Type: application/http; msgtype=response\r\n" + plain(outer)
    record = head + b"Content-Length: %d\r\n\r\n" % len(payload) + payload + b"\r\n\r\n"
    path = tmp_path_factory.mktemp("warc") / "a.warc"
    path.write_bytes(record * 2)
    _read_all(path)


TOML = st.recursive(
    st.sampled_from(["1", "-0.5", "true", '"keep"', '"host"', "1979-05-27", "nan", "9" * 5000]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]")
        | st.lists(inner, max_size=2).map(
            lambda items: "{" + ", ".join(f"k{n} = {v}" for n, v in enumerate(items)) + "}"
        )
    ),
    max_leaves=5,
)
KEYS = st.sampled_from(
    [
        "tool",
        "tool.scrubber",
        "tool.scrubber.sites",
        "tool.scrubber.chrome",
        "tool.scrubber.chrome.threshold",
        "tool.scrubber.input",
        "tool.scrubber.input.text",
        "tool.scrubber.input.include",
        "tool.scrubber.raw",
        "tool.scrubber.templates.num_bands",
        "0123456789abcdef",
        "0123456789abcdef.verdict",
        "other",
    ]
)


@given(st.lists(st.tuples(KEYS, TOML), max_size=4))
@settings(max_examples=200)
def test_whatever_settings_say(tmp_path_factory, pairs) -> None:
    folder = tmp_path_factory.mktemp("toml")
    for name in ("pyproject.toml", "scrubber.toml"):
        path = folder / name
        path.write_text("".join(f"{key} = {value}\n" for key, value in pairs))
        for load in (
            configuring.load,
            configuring.load_places,
            configuring.load_intake,
            configuring.load_overrides,
        ):
            try:
                load(path)
            except ConfigError as error:
                assert error.remedy
        configuring.find(folder)


@given(
    ANYTHING
    | st.dictionaries(st.sampled_from(["schema", "ledger", "source", "documents", "shards"]), ANYTHING)
)
@settings(max_examples=150)
def test_our_own_files_of_any_json(value) -> None:
    for schema in (provenance.SCHEMA, manifest.SCHEMA, index_format.SCHEMA, None):
        line = json.dumps(value | {"schema": schema} if isinstance(value, dict) and schema else value)
        rows = f"{line}\n{json.dumps(value)}\n"
        with suppress(ProvenanceError):
            provenance.from_json(line.encode())
        with suppress(ManifestError):
            manifest.from_json(rows.encode())
        with suppress(IndexFormatError):
            index_format.from_lines(rows.splitlines())


def test_a_member_without_a_name_costs_only_itself(tmp_path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name in ("a.txt", "", "b.txt"):
            info = zipfile.ZipInfo("x")
            info.filename = name
            file.writestr(info, f"The text of {name}.")
    found = [event.name for event in read_container(path) if isinstance(event, Found)]
    assert found == ["a.txt", "b.txt"]


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
def test_a_damaged_member_costs_only_itself(tmp_path, method) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", method) as file:
        for name in ("a.txt", "b.txt"):
            file.writestr(name, f"The text of {name}. " * 50)
    data = bytearray(path.read_bytes())
    start = data.index(b"a.txt") + 5
    data[start : start + 12] = b"\xff" * 12
    path.write_bytes(data)
    events = list(read_container(path))
    assert [event.name for event in events if isinstance(event, Found)] == ["b.txt"]
    assert [event.name for event in events if isinstance(event, Lost)] == ["a.txt"]


def test_a_length_beyond_all_limits_costs_only_its_record(tmp_path) -> None:
    path = tmp_path / "a.warc"
    whole = foreign.response(1, foreign.Made("elm/1.txt", "A text.\n"))
    size = next(line for line in whole.splitlines() if line.startswith(b"Content-Length"))
    path.write_bytes(whole.replace(size, b"Content-Length: " + b"9" * 5000, 1) + whole)
    assert [type(event) for event in read_container(path)] == [Lost, Found]


def test_a_structure_that_is_not_utf8_costs_only_itself(tmp_path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    bad = pa.array([b"\xff"]).view(pa.string())
    table = pa.table({"text": ["A text."], "meta": pa.StructArray.from_arrays([bad], names=["url"])})
    parquet.write_table(table, tmp_path / "a.parquet")
    assert [event.record.data for event in read_container(tmp_path / "a.parquet")] == [b"A text."]


def test_a_long_line_takes_no_square_of_its_length() -> None:

    text = "CafÃ© " + "\n" + "a" * 400_000
    assert mojibake.propose(text)
