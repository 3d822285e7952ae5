import dataclasses
import errno
import json
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from menu_scrub import scrub

from scrubber.config import LedgerMode
from scrubber.documents import BytePatch, Found, Metadata, RawDocument
from scrubber.edits import Declined, Donor, Edit, Layer, Ledger, Reason, apply, revert
from scrubber.writing import files, json_lines, manifest, provenance
from scrubber.writing.files import OutputError, Tree, WriteError
from scrubber.writing.manifest import Entry, Manifest, ManifestError, Status
from scrubber.writing.provenance import ProvenanceError, Record, TextFacts

ANY_TEXT = st.text(st.characters(), max_size=60) | st.text("aé\udc80\ud800\r\n\x00🦊", max_size=30)


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[str, Ledger]:
    """A text and a ledger of up to three layers that fits it."""
    raw = text = draw(ANY_TEXT)
    layers = []
    for name in draw(st.lists(st.sampled_from(["encoding", "boilerplate", "whitespace"]), max_size=3)):
        cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
        edits = [
            Edit(start, end, text[start:end], draw(ANY_TEXT), "rule", draw(st.integers(0, 100)) / 100)
            for start, end in zip(cuts[::2], cuts[1::2], strict=False)
        ]
        layer = Layer(name, tuple(edits), tuple(Declined(e, "overlaps") for e in edits[:1]))
        layers.append(layer)
        text = apply(text, Ledger((layer,)))
    return raw, Ledger(tuple(layers))


def record_of(raw: str, ledger: Ledger | None = None, mode: LedgerMode = LedgerMode.FULL) -> Record:
    document = scrub(RawDocument.from_text(raw, id="a/b.txt"))
    if ledger is not None:
        document = dataclasses.replace(document, ledger=ledger)
    return provenance.describe(document, document.text, mode)


@given(ledgers())
def test_law_provenance_reads_back_what_was_written(case: tuple[str, Ledger]) -> None:
    record = record_of(*case)
    data = provenance.to_json(record)
    assert provenance.from_json(data) == record
    assert provenance.to_json(provenance.from_json(data)) == data
    data.decode("utf-8")  # valid, whatever stood in the text


@given(ledgers())
def test_law_the_written_ledger_leads_back_to_the_raw_text(case: tuple[str, Ledger]) -> None:
    raw, ledger = case
    clean = provenance.to_bytes(apply(raw, ledger))
    record = provenance.from_json(provenance.to_json(record_of(raw, ledger)))
    assert record.ledger is not None
    assert revert(provenance.to_text(clean), record.ledger) == raw
    assert TextFacts.of(raw) == record.raw


def test_provenance_says_everything_that_the_format_promises() -> None:
    donor = Donor("b.txt", 10, 20, 31)
    edit = Edit(0, 4, "MENU", "", "boilerplate", 0.9, Reason("0" * 16, ("x", "y"), (("w", 3),), donor, "why"))
    document = scrub(RawDocument.from_text("MENU body", id="a.txt", url="https://example.org/a"))
    source = dataclasses.replace(document.raw.source, patches=(BytePatch(1, 2, b"\xff\x00"),))
    document = dataclasses.replace(
        document,
        raw=dataclasses.replace(document.raw, source=source),
        ledger=Ledger((Layer("boilerplate", (edit,), (Declined(edit, "overlaps other"),)),)),
        metadata=Metadata(title=Found("T", "json-ld")),
    )
    record = provenance.describe(document, document.text, LedgerMode.FULL)
    plain = json.loads(provenance.to_json(record))
    assert plain["schema"] == "scrubber.provenance/1"
    assert plain["source"]["patches"] == [{"start": 1, "end": 2, "data": "/wA="}]
    assert plain["metadata"] == {"title": {"value": "T", "where": "json-ld"}}
    written = plain["ledger"]["layers"][0]["edits"][0]
    assert written["removed"] == "MENU"
    assert written["confidence"] == 0.9
    assert written["evidence"] == {
        "template": "0" * 16,
        "examples": ["x", "y"],
        "weights": [[0, 3]],
        "donor": {"document": "b.txt", "start": 10, "end": 20, "overlap": 31},
        "note": "why",
    }
    assert plain["ledger"]["factors"] == ["w"]
    assert plain["ledger"]["layers"][0]["declined"][0]["because"] == "overlaps other"
    assert provenance.from_json(provenance.to_json(record)) == record


def test_provenance_has_an_edit_a_line() -> None:
    data = provenance.to_json(record_of("MENU 1\nbody\nMENU 2\n"))
    lines = [line for line in data.decode().splitlines() if '"rule": "boilerplate"' in line]
    assert len(lines) == 2
    assert data.endswith(b"}\n")


def test_removed_text_that_is_not_unicode_is_kept_as_base64() -> None:
    data = provenance.to_json(record_of("MENU \udcff\nbody"))
    edit = json.loads(data)["ledger"]["layers"][0]["edits"][0]
    assert "removed" not in edit
    assert edit["removed_base64"] == "TUVOVSDts78K"
    assert next(iter(provenance.from_json(data).ledger or ())).removed == "MENU \udcff\n"


def test_spans_keep_no_removed_text() -> None:
    data = provenance.to_json(record_of("MENU secret\nbody", mode=LedgerMode.SPANS))
    assert b"secret" not in data
    edit = json.loads(data)["ledger"]["layers"][0]["edits"][0]
    assert edit["removed_characters"] == 12
    assert edit["removed_sha256"] == TextFacts.of("MENU secret\n").sha256
    assert next(iter(provenance.from_json(data).ledger or ())).removed is None


def test_no_ledger_keeps_the_counts() -> None:
    data = provenance.to_json(record_of("MENU secret\nbody", mode=LedgerMode.NONE))
    assert json.loads(data)["ledger"] == {"mode": "none"}
    assert provenance.from_json(data).counts == {"boilerplate": 1}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "not a provenance file"),
        (b'{"schema": "other/1"}', "not a provenance file"),
        (b'{"schema": "scrubber.provenance/9"}', "schema scrubber.provenance/9"),
        (b'{"schema": "scrubber.provenance/1"}', "incomplete"),
    ],
)
def test_damaged_provenance_is_refused_with_a_remedy(data: bytes, message: str) -> None:
    with pytest.raises(ProvenanceError, match=message) as caught:
        provenance.from_json(data)
    assert "scrubber clean" in caught.value.remedy


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"start": 0', b'"start": -1'),
        (b'"rule": "boilerplate"', b'"rule": 3'),
        (b'"mode": "full"', b'"mode": "half"'),
        (b'"size": 15', b'"size": "x"'),
        (b'"removed": "MENU 1', b'"removed": "MENU'),
    ],
)
def test_tampered_provenance_is_refused(old: bytes, new: bytes) -> None:
    data = provenance.to_json(record_of("MENU 1\nthe body"))
    assert old in data
    with pytest.raises(ProvenanceError):
        provenance.from_json(data.replace(old, new))


@pytest.mark.parametrize(
    ("id", "output"),
    [
        ("notes.txt", "notes.txt"),
        ("NOTES.TXT", "NOTES.TXT"),
        ("a/notes.md", "a/notes.md"),
        ("page.html", "page.html.txt"),
        ("page.htm", "page.htm.txt"),
        ("page.xhtml", "page.xhtml.txt"),
    ],
)
def test_output_names(id: str, output: str) -> None:
    assert files.output_name(id) == output
    assert files.provenance_name(output) == f"{output}.provenance.json"


@pytest.mark.parametrize(
    "pair",
    [
        ("page.html", "page.html.txt"),
        ("Notes.txt", "notes.TXT"),
        ("caf\u00e9.txt", "cafe\u0301.txt"),
        ("straße.md", "STRASSE.md"),
        ("page.html", "page.html.txt/inner.txt"),
    ],
)
def test_names_that_collide(pair: tuple[str, str]) -> None:
    one, other = pair
    assert files.collisions([*pair, "else.txt"]) == {one: other, other: one}


def test_noop_names_that_do_not_collide() -> None:
    assert files.collisions(["a.txt", "a.md", "a.html", "a/a.txt", "b/a.txt"]) == {}


def test_collisions_do_not_depend_on_normal_forms_of_folding() -> None:
    name = "ǰ\u0323.txt"
    assert files.collisions([name, unicodedata.normalize("NFD", name)])


def full_disk(descriptor: int, data: bytes) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.write({tmp_path / "a.txt": b"old"})
    monkeypatch.setattr(os, "write", full_disk)
    with pytest.raises(WriteError, match=r"a\.txt.*No space left.*free some space") as caught:
        files.write({tmp_path / "a.txt": b"new"})
    assert caught.value.is_full
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a.txt", b"old")]


def test_files_that_belong_together_appear_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write

    def no_room_for_long(descriptor: int, data: bytes) -> int:
        return full_disk(descriptor, data) if len(data) > 10 else write(descriptor, data)

    monkeypatch.setattr(os, "write", no_room_for_long)
    with pytest.raises(WriteError, match=r"b\.json"):
        Tree(tmp_path).put({"a.txt": b"short", "b.json": b"much too long"})
    assert list(tmp_path.iterdir()) == []


def test_short_writes_are_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, bytes(data)[:3]))
    files.write({tmp_path / "deep" / "a.txt": b"0123456789"})
    assert (tmp_path / "deep" / "a.txt").read_bytes() == b"0123456789"


def test_tree_tells_what_changed_and_leaves_equal_files_alone(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    assert tree.put({"a/b.txt": b"1"}) == {"a/b.txt": "new"}
    before = (tmp_path / "a/b.txt").stat().st_mtime_ns
    assert tree.put({"a/b.txt": b"1"}) == {}
    assert (tmp_path / "a/b.txt").stat().st_mtime_ns == before
    assert tree.put({"a/b.txt": b"2"}) == {"a/b.txt": "changed"}
    assert tree.remove("a/b.txt")
    assert list(tmp_path.iterdir()) == []


def test_tree_that_checks_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"1")
    tree = Tree(tmp_path, check=True)
    assert tree.put({"a.txt": b"2", "b.txt": b"2"}) == {"a.txt": "changed", "b.txt": "new"}
    assert tree.remove("a.txt")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a.txt", b"1")]


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", ""])
def test_tree_stays_inside(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="not a path inside"):
        Tree(tmp_path).put({name: b""})


def some_manifest() -> Manifest:
    record = record_of("MENU 1\nbody wor")
    entry = manifest.entry_of("a/b.txt", "a/b.txt", record, provenance.to_json(record))
    return Manifest("0.1", "c" * 16, "t" * 64, (entry, Entry("z.txt", Status.SKIPPED, "is empty")))


def test_manifest_reads_back_and_is_sorted() -> None:
    listing = some_manifest()
    data = manifest.to_json(dataclasses.replace(listing, entries=listing.entries[::-1]))
    assert manifest.from_json(data) == listing
    assert manifest.is_ours(data)
    header, first, second = (json.loads(line) for line in data.splitlines())
    assert header["schema"] == "scrubber.manifest/1"
    assert first["counts"] == {"boilerplate": 1}
    assert first["flags"] == {"truncation": 1}
    assert second == {"id": "z.txt", "status": "skipped", "reason": "is empty"}


def test_manifest_finds_by_id_and_by_output() -> None:
    entry = Entry("p.html", Status.CLEANED, output="p.html.txt")
    listing = Manifest("", "", "", (entry,))
    for name in ("p.html", "p.html.txt", "p.html.txt.provenance.json"):
        assert listing.find(name) == entry
    assert listing.find("p") is None


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: b"", "not a manifest"),
        (lambda data: b"[]\n", "not a manifest"),
        (lambda data: data.replace(b"manifest/1", b"manifest/7"), "manifest/7"),
        (lambda data: data[: data.rindex(b"{")], "cut off"),
        (lambda data: data[:-9] + b"\n", "line 3"),
        (lambda data: data.replace(b'"skipped"', b'"lost"'), "line 3"),
    ],
)
def test_damaged_manifest_is_refused(damage: object, message: str) -> None:
    with pytest.raises(ManifestError, match=message):
        manifest.from_json(damage(manifest.to_json(some_manifest())))  # type: ignore[operator]


def test_manifest_carries_names_that_are_not_unicode() -> None:
    listing = Manifest("", "", "", (Entry("caf\udce9.txt", Status.FAILED, "why"),))
    assert manifest.from_json(manifest.to_json(listing)) == listing


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | ANY_TEXT
    | st.integers(0, 100).map(lambda n: n / 100),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_a_line_is_what_the_standard_library_writes(value):
    assert json_lines.line(value) == json.dumps(value, ensure_ascii=False, sort_keys=True)
