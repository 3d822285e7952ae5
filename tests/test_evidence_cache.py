"""A saved index and its cache: new documents completed from those that were learned, or flagged."""

import hashlib
import json
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import pages, paragraph

from scrubber import records
from scrubber.cli import run
from scrubber.config import Config
from scrubber.documents import RawDocument
from scrubber.evidence import Evidence, collect
from scrubber.reading import read_path
from scrubber.records import from_row
from scrubber.running import evidence_cache
from scrubber.running.cleaning import clean_one
from scrubber.running.evidence_cache import Cache, beside, load, to_bytes
from scrubber.running.evidence_log import settings_of
from scrubber.running.inputs import Input, find_inputs
from scrubber.running.learning import files_of, load_given
from scrubber.templates import resolve

SENTENCE = (
    "The stubborn committee repaired the wooden bridge near the valley, and then told the whole council that "
    "nobody in the village had ever been asked about it."
)
CUT = SENTENCE[: SENTENCE.index("council") + 5]
TEASER = f"{CUT}…"
NEW = "new.txt"


def prose(seed):
    return paragraph(random.Random(f"cache {seed}"))


def page(id, *parts):
    text = "\n\n".join([prose(id), *parts, prose(f"{id} end")]) + "\n"
    return RawDocument.from_text(text, id=id)


def plant(root, texts):
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return root


def site_texts(count, more):
    """Pages of an invented site by file name; of the n-th the paragraphs ``more[n]`` stand in its body."""
    made = {}
    for n, one in enumerate(pages("acorn", count)):
        name = NEW if n == 0 else f"{n}.txt"
        made[name] = replace(one, body=(*one.body[:2], *more.get(n, ()), *one.body[2:])).text
    return made


@pytest.fixture
def texts():
    return site_texts(5, {0: [TEASER], 3: [SENTENCE]})


@pytest.fixture
def learned(tmp_path, texts):
    """What was learned, and (beside it) a new document."""
    plant(tmp_path / "raw", {name: text for name, text in texts.items() if name != NEW})
    plant(tmp_path / "new", {NEW: texts[NEW]})
    assert run(["learn", str(tmp_path / "raw"), "-o", str(tmp_path / "index.jsonl"), "-q", "-j", "1"]) == 0
    return tmp_path


def clean_new(folder, *options, out="out", new="new"):
    """The record of the new document, cleaned with the learned index."""
    command = [
        "clean",
        str(folder / new),
        "-o",
        str(folder / out),
        "--templates",
        str(folder / "index.jsonl"),
    ]
    assert run([*command, "-q", "-j", "1", *options]) == 0
    return record_of(folder / out)


def record_of(out, name=NEW):
    return json.loads((out / f"{name}.provenance.json").read_text("utf-8"))


def outcomes(record):
    return [(cut["outcome"], cut.get("donor")) for cut in record["cuts"]]


def check_kept(record, asked):
    assert outcomes(record) == [("kept", None)]
    (flag,) = (flag for flag in record["flags"] if flag["rule"] == "ellipsis")
    assert ("others were not asked" in flag["message"]) is not asked


# the file


def rows_of(data):
    """The rows of a cache, checked as `load` does."""
    file = msgspec.msgpack.decode(data, type=evidence_cache._File)
    assert file.content == hashlib.sha256(file.rows).hexdigest()
    return msgspec.msgpack.decode(file.rows, type=list[evidence_cache._Row])


def with_rows(data, rows):
    """The same cache with other rows, as if they had been written so."""
    file = msgspec.msgpack.decode(data, type=evidence_cache._File)
    file.rows = msgspec.msgpack.encode(rows)
    file.content = hashlib.sha256(file.rows).hexdigest()
    return msgspec.msgpack.encode(file)


ONE_LINE = " ".join(
    f"The keeper of the {name} lamp wrote down every ship that came in by night and every one that did not."
    for name in ("first", "second", "third", "fourth", "fifth", "sixth")
)
"""A page of one line, which alone has word-grams."""


@pytest.fixture
def saved(tmp_path):
    """An index with its cache, and what both were made of."""
    markup = f"<p>{prose('a')}</p><p>{TEASER}</p><p>{prose('a end')}</p>"
    dump = [
        RawDocument.from_html(markup, id="a", url="https://acorn.example/a"),
        page("sub/b", SENTENCE),
        RawDocument.from_text(ONE_LINE, id="z"),
        page("ü"),
    ]
    evidence = collect(dump)
    inputs = tuple(Input(document.id, tmp_path / document.id) for document in dump)
    index = b"".join(line.encode() + b"\n" for line in ("an index", "of some lines"))
    (tmp_path / "t.jsonl").write_bytes(index)
    settings = settings_of(Config())
    beside(tmp_path / "t.jsonl").write_bytes(to_bytes(evidence, inputs, index, settings))
    return tmp_path / "t.jsonl", Cache(evidence, inputs, settings)


def test_it_lies_beside_its_index(tmp_path):
    assert beside(tmp_path / "templates.jsonl") == tmp_path / "templates.evidence"


def test_round_trip(saved):
    index, cache = saved
    found = load(index)
    assert found.evidence == cache.evidence
    assert found.inputs == cache.inputs
    assert found.settings == cache.settings
    for one, other in zip(found.evidence, cache.evidence, strict=True):
        for name in records._ARRAYS:
            assert getattr(one, name).dtype == getattr(other, name).dtype
            assert getattr(one, name).shape == getattr(other, name).shape
        assert one.features.tolist() == other.features.tolist()
    again = to_bytes(found.evidence, found.inputs, index.read_bytes(), found.settings)
    assert again == beside(index).read_bytes()


TEXTS = st.one_of(
    st.lists(st.sampled_from([TEASER, SENTENCE, "Home", "港口今天早上重新开放…", prose(1)]), max_size=5).map(
        "\n\n".join
    ),
    st.text(max_size=60),
)


@settings(max_examples=40)
@given(st.lists(TEXTS, max_size=4))
def test_any_documents_travel(texts):
    evidence = collect(RawDocument.from_text(text, id=f"{n}") for n, text in enumerate(texts))
    data = to_bytes(evidence, [Input(id, Path(id)) for id in evidence.documents], b"index")
    found = Evidence.of(from_row(row.record) for row in rows_of(data))
    assert found == evidence
    assert resolve(found).lenders == resolve(evidence).lenders
    assert [r.features.tolist() for r in found] == [r.features.tolist() for r in evidence]
    assert data == to_bytes(evidence, reversed([Input(id, Path(id)) for id in evidence.documents]), b"index")


def test_round_trip_of_a_document_of_short_lines():
    evidence = collect([RawDocument.from_text("Home\n\nNews", id="a")])
    (row,) = rows_of(to_bytes(evidence, [Input("a", Path("a"))], b""))
    assert len(evidence.documents["a"].signed) == 0
    assert from_row(row.record) == evidence.documents["a"]
    assert from_row(row.record).bands.shape == evidence.documents["a"].bands.shape


@pytest.mark.parametrize("name", ["caf\udce9.txt", "\ud83d", "ü/港口.txt", "a\nb", "x" * 3000])
def test_any_name_travels(saved, name):
    index, _ = saved
    evidence = collect([RawDocument.from_text(f"{SENTENCE}\n", id=name), page("b", TEASER)])
    inputs = (Input("b", index.with_name("b")), Input(name, index.with_name("caf\udce9.txt")))
    beside(index).write_bytes(to_bytes(evidence, inputs, index.read_bytes()))
    found = load(index)
    assert found.evidence == evidence
    assert {item.id: item.path for item in found.inputs} == {item.id: item.path for item in inputs}


def test_there_may_be_none(tmp_path):
    assert load(tmp_path / "t.jsonl") is None
    (tmp_path / "t.jsonl").write_bytes(b"an index")
    assert load(tmp_path / "t.jsonl") is None


def test_a_cache_of_another_index_is_none(saved):
    index, _ = saved
    index.write_bytes(index.read_bytes() + b"one more line\n")
    assert load(index) is None


def test_a_cache_of_another_version_is_none(saved, monkeypatch):
    index, cache = saved
    assert load(index) is not None
    monkeypatch.setattr(evidence_cache, "SCHEMA", "scrubber.evidence/9")
    assert load(index) is None
    beside(index).write_bytes(to_bytes(cache.evidence, cache.inputs, index.read_bytes()))
    assert load(index) is not None


def test_a_folder_in_its_place_is_none(saved):
    index, _ = saved
    beside(index).unlink()
    beside(index).mkdir()
    assert load(index) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"not a cache at all",
        b"\xc0",
        b"\x93\xa1x\xa1y\x90",
        b"\x95\xa1x\xa1y\xa1z\xa1w\xc4\x01\x90",
        msgspec.msgpack.encode(
            ["scrubber.evidence/9", "0" * 64, "", hashlib.sha256(b"\x90").hexdigest(), b"\x90"]
        ),
        msgspec.msgpack.encode(["scrubber.evidence/9", "0" * 64, []]),
        msgspec.json.encode(["scrubber.evidence/9", "0" * 64, []]),
        bytes(range(256)) * 40,
    ],
)
def test_anything_else_is_none(saved, data):
    index, _ = saved
    beside(index).write_bytes(data)
    assert load(index) is None


def test_a_truncated_cache_is_none(saved):
    index, _ = saved
    data = beside(index).read_bytes()
    for length in [*range(0, len(data), 37), len(data) - 1]:
        beside(index).write_bytes(data[:length])
        assert load(index) is None
    beside(index).write_bytes(data + b"\x00")
    assert load(index) is None


@pytest.mark.parametrize("array", range(len(records._ARRAYS)))
@pytest.mark.parametrize("by", [-1, 1])
def test_an_array_that_does_not_fit_is_none(saved, array, by):
    index, _ = saved
    data = beside(index).read_bytes()
    rows = rows_of(data)
    beside(index).write_bytes(with_rows(data, rows))
    assert load(index) is not None
    arrays = next(row.record.arrays for row in rows if row.record.arrays[array])
    arrays[array] = arrays[array][:by] if by < 0 else arrays[array] + b"\x01"
    beside(index).write_bytes(with_rows(data, rows))
    assert load(index) is None
    arrays.pop()
    beside(index).write_bytes(with_rows(data, rows))
    assert load(index) is None


@pytest.mark.parametrize("bands", [0, 1, 3, 10**6, 2**62])
def test_bands_that_do_not_fit_are_none(saved, bands):
    index, _ = saved
    data = beside(index).read_bytes()
    rows = rows_of(data)
    assert rows[0].record.bands not in (bands, 1, 3)
    rows[0].record.bands = bands
    beside(index).write_bytes(with_rows(data, rows))
    assert load(index) is None


@pytest.mark.parametrize("name", [b"\xff", b"caf\xe9", b"\xc3", b"\xf8\x88\x80\x80\x80"])
@pytest.mark.parametrize("field", ["id", "folder"])
def test_a_name_that_was_never_written_so_is_none(saved, field, name):
    index, _ = saved
    data = beside(index).read_bytes()
    rows = rows_of(data)
    setattr(rows[0].record, field, name)
    beside(index).write_bytes(with_rows(data, rows))
    assert load(index) is None


def test_rows_that_are_not_those_that_were_written_are_none(saved):
    index, _ = saved
    file = msgspec.msgpack.decode(beside(index).read_bytes(), type=evidence_cache._File)
    file.rows = msgspec.msgpack.encode(rows_of(beside(index).read_bytes())[1:])
    beside(index).write_bytes(msgspec.msgpack.encode(file))
    assert load(index) is None


def test_a_damaged_cache_is_none(saved):
    index, _ = saved
    data = beside(index).read_bytes()
    settings = data.index(settings_of(Config()).encode())
    for place in [*range(300), *range(300, len(data), 11), len(data) - 1]:
        beside(index).write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        found = load(index)
        if settings <= place < settings + 64:
            # Taken with settings that nobody has: good for completing, not for learning on.
            assert found.settings != settings_of(Config())
        else:
            assert found is None


def test_a_cache_that_names_a_document_twice_is_none(saved):
    index, _ = saved
    data = beside(index).read_bytes()
    rows = rows_of(data)
    rows[1].record.id = rows[0].record.id
    beside(index).write_bytes(with_rows(data, rows))
    assert load(index) is None


# learn


def test_learn_writes_it_beside_the_index(learned):
    index = learned / "index.jsonl"
    cache = load(index)
    assert sorted(path.name for path in learned.iterdir()) == [
        "index.evidence",
        "index.jsonl",
        "index.slices",
        "new",
        "raw",
    ]
    documents = [read_path(path, id=path.name) for path in sorted((learned / "raw").iterdir())]
    assert cache.evidence == collect(documents)
    assert [(i.id, i.path) for i in cache.inputs] == [
        (d.id, (learned / "raw" / d.id).resolve()) for d in documents
    ]


def test_it_names_the_digest_of_its_index(learned):
    file = msgspec.msgpack.decode((learned / "index.evidence").read_bytes(), type=evidence_cache._File)
    assert file.schema == "scrubber.evidence/8"
    assert file.index == hashlib.sha256((learned / "index.jsonl").read_bytes()).hexdigest()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_any_number_of_workers_writes_the_same_cache(learned, jobs):
    again = learned / jobs / "index.jsonl"
    again.parent.mkdir()
    assert run(["learn", str(learned / "raw"), "-o", str(again), "-q", "-j", jobs]) == 0
    for name in ("index.jsonl", "index.evidence"):
        assert (again.parent / name).read_bytes() == (learned / name).read_bytes()


def test_a_file_name_that_is_no_unicode(tmp_path, texts):
    name = b"caf\xe9.txt".decode("utf-8", "surrogateescape")
    learned = {(name if file == "3.txt" else file): text for file, text in texts.items() if file != NEW}
    try:
        plant(tmp_path / "raw", learned)
    except OSError:
        pytest.skip("this file system takes no such name")
    assert run(["clean", str(tmp_path / "raw"), "-o", str(tmp_path / "out"), "-q", "-j", "1"]) == 0
    assert run(["learn", str(tmp_path / "raw"), "-o", str(tmp_path / "index.jsonl"), "-q", "-j", "1"]) == 0
    assert name in [item.path.name for item in load(tmp_path / "index.jsonl").inputs]
    plant(tmp_path / "new", {NEW: texts[NEW]})
    assert outcomes(clean_new(tmp_path, out="done"))[0][0] == "completed"
    assert SENTENCE in (tmp_path / "done" / NEW).read_text("utf-8")


# clean


def test_a_new_document_is_completed_from_those_that_were_learned(learned, texts):
    record = clean_new(learned)
    assert outcomes(record) == [("completed", "3.txt")]
    text = (learned / "out" / NEW).read_text("utf-8")
    assert SENTENCE in text
    assert TEASER not in text
    (edit,) = (e for layer in record["ledger"]["layers"] for e in layer["edits"] if e["rule"] == "ellipsis")
    donor = edit["evidence"]["donor"]
    assert edit["inserted"] == texts["3.txt"][donor["start"] : donor["end"]] == SENTENCE[len(CUT) :]
    assert run(["restore", str(learned / "out"), "--output", str(learned / "back"), "-q"]) == 0
    assert (learned / "back" / NEW).read_bytes() == texts[NEW].encode()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_it_is_written_as_if_all_had_been_cleaned_together(learned, texts, jobs):
    plant(learned / "all", texts)
    assert run(["clean", str(learned / "all"), "-o", str(learned / "batch"), "-q", "-j", jobs]) == 0
    clean_new(learned, "-j", jobs)
    for name in (NEW, f"{NEW}.provenance.json"):
        assert (learned / "out" / name).read_bytes() == (learned / "batch" / name).read_bytes()


def test_without_the_cache_it_is_flagged_and_otherwise_the_same(learned):
    with_cache = clean_new(learned)
    text = (learned / "out" / NEW).read_text("utf-8")
    (learned / "index.evidence").unlink()
    without = clean_new(learned, out="bare")
    check_kept(without, asked=False)
    assert (learned / "bare" / NEW).read_text("utf-8") == text.replace(SENTENCE, TEASER)
    for key in ("source", "site", "metadata", "id"):
        assert without[key] == with_cache[key]
    assert without["versions"]["index"] != with_cache["versions"]["index"]
    assert len(without["blocks"]) == len(with_cache["blocks"])


def test_what_was_not_cut_is_the_same_with_and_without_it(learned):
    plant(learned / "new", {NEW: site_texts(1, {})[NEW]})
    clean_new(learned)
    (learned / "index.evidence").unlink()
    clean_new(learned, out="bare")
    for name in (NEW, f"{NEW}.provenance.json"):
        assert (learned / "out" / name).read_bytes() == (learned / "bare" / name).read_bytes()


@pytest.mark.parametrize("damage", ["truncated", "stale", "foreign"])
def test_a_cache_that_does_not_fit_is_as_good_as_none(learned, damage):
    cache = learned / "index.evidence"
    if damage == "truncated":
        cache.write_bytes(cache.read_bytes()[:-5])
    elif damage == "stale":
        plant(learned / "raw", {"3.txt": "Something else.\n"})
        old = cache.read_bytes()
        assert run(["learn", str(learned / "raw"), "-o", str(learned / "index.jsonl"), "-q", "-j", "1"]) == 0
        cache.write_bytes(old)
    else:
        plant(learned / "other", {"3.txt": f"{SENTENCE}\n"})
        assert (
            run(["learn", str(learned / "other"), "-o", str(learned / "other.jsonl"), "-q", "-j", "1"]) == 0
        )
        cache.write_bytes((learned / "other.evidence").read_bytes())
    check_kept(clean_new(learned), asked=False)


@pytest.mark.parametrize("change", ["other words", "one more line", "gone", "empty", "a folder", "no text"])
def test_a_donor_that_has_changed_since_completes_nothing(learned, texts, change):
    path = learned / "raw" / "3.txt"
    path.unlink()
    if change == "a folder":
        path.mkdir()
    elif change != "gone":
        made = {
            "other words": texts["3.txt"].replace("nobody in the village", "everybody in the town").encode(),
            "one more line": texts["3.txt"].encode() + b"More.\n",
            "empty": b"",
            "no text": b"\x00\x01\x02\xff" * 500,
        }
        path.write_bytes(made[change])
    check_kept(clean_new(learned), asked=True)
    assert TEASER in (learned / "out" / NEW).read_text("utf-8")


def test_other_donors_stand_in_for_one_that_has_changed(tmp_path):
    texts = site_texts(6, {0: [TEASER], 2: [SENTENCE], 4: [SENTENCE]})
    plant(tmp_path / "raw", {name: text for name, text in texts.items() if name != NEW})
    plant(tmp_path / "new", {NEW: texts[NEW]})
    assert run(["learn", str(tmp_path / "raw"), "-o", str(tmp_path / "index.jsonl"), "-q", "-j", "1"]) == 0
    assert outcomes(clean_new(tmp_path)) == [("completed", "2.txt")]
    (tmp_path / "raw" / "2.txt").write_text("Something else.\n")
    assert outcomes(clean_new(tmp_path, out="again")) == [("completed", "4.txt")]


def test_an_index_that_has_moved_without_its_documents_completes_nothing(learned):
    (learned / "raw").rename(learned / "moved")
    check_kept(clean_new(learned), asked=True)


def test_a_learned_document_cleaned_again_is_as_it_was_in_its_dump(learned, texts):
    plant(learned / "all", texts)
    assert run(["learn", str(learned / "all"), "-o", str(learned / "index.jsonl"), "-q", "-j", "1"]) == 0
    assert run(["clean", str(learned / "all"), "-o", str(learned / "batch"), "-q", "-j", "1"]) == 0
    clean_new(learned, new="all")
    for name in texts:
        for file in (name, f"{name}.provenance.json"):
            assert (learned / "out" / file).read_bytes() == (learned / "batch" / file).read_bytes()


def test_a_page_of_html_is_completed_from_pages_of_html(tmp_path):
    for n, one in enumerate(pages("acorn", 5)):
        more = {0: [TEASER], 3: [SENTENCE]}.get(n, [])
        markup = replace(one, body=(*one.body[:2], *more, *one.body[2:])).markup
        plant(tmp_path / ("raw" if n else "new"), {f"{n}.html": markup})
    assert run(["learn", str(tmp_path / "raw"), "-o", str(tmp_path / "index.jsonl"), "-q", "-j", "1"]) == 0
    command = [
        "clean",
        str(tmp_path / "new"),
        "-o",
        str(tmp_path / "out"),
        "--templates",
        str(tmp_path / "index.jsonl"),
    ]
    assert run([*command, "-q", "-j", "1"]) == 0
    assert outcomes(record_of(tmp_path / "out", "0.html.txt")) == [("completed", "3.html")]
    assert SENTENCE in (tmp_path / "out" / "0.html.txt").read_text("utf-8")


def test_a_single_document_is_completed_too(learned, texts):
    document = RawDocument.from_text(texts[NEW], id=NEW)
    index = learned / "index.jsonl"
    done = clean_one(document, Config(), index)
    assert [(cut.outcome, cut.donor) for cut in done.cuts] == [("completed", "3.txt")]
    clean_new(learned)
    assert done.text == (learned / "out" / NEW).read_text("utf-8")
    (learned / "index.evidence").unlink()
    assert [(cut.outcome, cut.donor) for cut in clean_one(document, Config(), index).cuts] == [("kept", None)]
    assert [(cut.outcome, cut.donor) for cut in clean_one(document, Config()).cuts] == [("kept", None)]


def test_from_standard_input_too(learned, texts):
    command = [sys.executable, "-m", "scrubber", "clean", "-", "--templates", str(learned / "index.jsonl")]
    done = subprocess.run(command, input=texts[NEW].encode(), capture_output=True, check=True)
    assert SENTENCE in done.stdout.decode()
    assert TEASER not in done.stdout.decode()


def test_the_cache_is_no_input(learned, capsys):
    (learned / "raw" / "index.evidence").write_bytes((learned / "index.evidence").read_bytes())
    assert [item.id for item in find_inputs([learned / "raw"]).documents] == [
        "1.txt",
        "2.txt",
        "3.txt",
        "4.txt",
    ]
    assert run(["clean", str(learned / "raw"), "-o", str(learned / "out"), "-j", "1", "-q"]) == 0
    assert not (learned / "out" / "index.evidence").exists()
    assert capsys.readouterr().err == ""


def test_what_learn_writes_is_what_clean_reads(learned):
    from scrubber.running.learning import Reading, learn

    made = learn(find_inputs([learned / "raw"]).documents, Config(), Reading(1))
    files = files_of(made, learned / "index.jsonl", Config())
    assert files == {
        path: path.read_bytes()
        for path in (learned / f"index.{kind}" for kind in ("jsonl", "evidence", "slices"))
    }
    given_ = load_given(learned / "index.jsonl")
    assert given_.cache.evidence == made.evidence
    assert given_.cache.settings == settings_of(Config())
    assert dict(given_.index.sites) == dict(made.index.sites)
