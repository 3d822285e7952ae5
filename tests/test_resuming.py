"""A run that goes on where another ended, or was ended: the same bytes as a run that begins anew."""

from __future__ import annotations

import dataclasses
import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from invented import pages, paragraph

from scrubber.cli import run
from scrubber.running.journal import whole_lines
from scrubber.running.verifying import verify

ROOT = Path(__file__).resolve().parents[1]
FORMATS = ("files", "jsonl", "parquet")


def made(folder: Path) -> Path:
    """Three sites of different sizes; one lends another what was cut off of it."""
    for site, count in (("acorn", 12), ("birch", 4), ("cedar", 4)):
        (folder / site).mkdir(parents=True)
        for number, page in enumerate(pages(site, count, paragraphs=3)):
            is_page = number % 4 == 3
            name = f"{number:02}.html" if is_page else f"{number:02}.txt"
            (folder / site / name).write_text(page.markup if is_page else page.text, encoding="utf-8")
    words = pages("birch", 4, paragraphs=3)[0].body[1].split()
    teaser = " ".join(words[: len(words) // 2]) + " …"
    page = pages("cedar", 4, paragraphs=3)[0]
    page = dataclasses.replace(page, body=(page.body[0], teaser, *page.body[1:]))
    (folder / "cedar" / "00.txt").write_text(page.text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def dump(tmp_path_factory):
    return made(tmp_path_factory.mktemp("dump") / "raw")


@pytest.fixture
def raw(dump, tmp_path):
    return Path(shutil.copytree(dump, tmp_path / "raw"))


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def clean(raw, out, *options, code=0):
    assert run(["clean", str(raw), "-o", str(out), "-q", "-j", "1", *options]) == code
    return cleaned(out)


def cleaned(out):
    return json.loads((out / "run.json").read_bytes())["cleaned_in_this_run"]


def files(out):
    """All that a run leaves for others."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != "run.json" and ".scrubber" not in path.parts
    }


def fresh(raw, tmp_path, *options, code=0):
    """What a run into an empty folder gives."""
    other = tmp_path / "fresh"
    shutil.rmtree(other, ignore_errors=True)
    clean(raw, other, *options, code=code)
    return files(other)


def as_fresh(raw, out, tmp_path, *options, code=0):
    """Resume, compare, and tell how many documents were cleaned."""
    count = clean(raw, out, *options, code=code)
    wanted, found = fresh(raw, tmp_path, *options, code=code), files(out)
    assert found.keys() == wanted.keys()
    assert [name for name in wanted if wanted[name] != found[name]] == []
    assert not verify(out, [raw]).problems
    return count


# A second run


@pytest.mark.parametrize("format", FORMATS)
def test_an_unchanged_dump_is_not_cleaned_again(raw, out, format):
    assert clean(raw, out, "--format", format) == 20
    before = files(out)
    stamps = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.name in before}
    assert clean(raw, out, "--format", format) == 0
    assert files(out) == before
    assert all(path.stat().st_mtime_ns == stamp for path, stamp in stamps.items())


@pytest.mark.parametrize("format", FORMATS)
def test_a_changed_document(raw, out, tmp_path, format):
    clean(raw, out, "--format", format)
    page = raw / "birch" / "01.txt"
    page.write_text(page.read_text().replace("the", "that", 3))
    count = as_fresh(raw, out, tmp_path, "--format", format)
    if format == "files":
        # Its site, and what a document of its site may complete.
        assert 1 <= count < 20


def test_of_other_sites_nothing_is_cleaned_again(raw, out, tmp_path):
    clean(raw, out)
    (raw / "oak").mkdir()
    (raw / "oak" / "new.txt").write_text("Zwölf Kisten standen vor der Tür, als Mia nach Hause kam.\n" * 2)
    assert as_fresh(raw, out, tmp_path) == 1
    (raw / "oak" / "new.txt").unlink()
    assert as_fresh(raw, out, tmp_path) == 0


def test_a_new_document_of_a_site(raw, out, tmp_path):
    clean(raw, out)
    (raw / "acorn" / "new.txt").write_text(pages("acorn", 1, seed=5, paragraphs=3)[0].text)
    assert 13 <= as_fresh(raw, out, tmp_path) < 21


@pytest.mark.parametrize("format", FORMATS)
def test_a_removed_document(raw, out, tmp_path, format):
    clean(raw, out, "--format", format)
    (raw / "birch" / "01.txt").unlink()
    as_fresh(raw, out, tmp_path, "--format", format)


def test_the_document_that_completes_another_is_removed(raw, out, tmp_path):
    clean(raw, out)
    provenance = json.loads((out / "cedar" / "00.txt.provenance.json").read_bytes())
    assert "birch/00.txt" in json.dumps(provenance), "the dump shows no repair across sites any more"
    (raw / "birch" / "00.txt").unlink()
    as_fresh(raw, out, tmp_path)


def test_a_document_comes_back_as_another_format(raw, out, tmp_path):
    clean(raw, out)
    (raw / "acorn" / "03.html").rename(raw / "acorn" / "03.txt")
    as_fresh(raw, out, tmp_path)


def test_a_renamed_document(raw, out, tmp_path):
    clean(raw, out)
    (raw / "acorn" / "01.txt").rename(raw / "birch" / "moved.txt")
    as_fresh(raw, out, tmp_path)


def test_a_folder_comes_where_a_file_was(raw, out, tmp_path):
    (raw / "acorn" / "x.txt").write_text(paragraph(random.Random(1)))
    clean(raw, out)
    (raw / "acorn" / "x.txt").unlink()
    (raw / "acorn" / "x.txt").mkdir()
    (raw / "acorn" / "x.txt" / "y.txt").write_text(paragraph(random.Random(2)))
    as_fresh(raw, out, tmp_path)


# What people and disks do to the output


@pytest.mark.parametrize(
    "name", ["acorn/00.txt", "acorn/03.html.txt.provenance.json", "manifest.jsonl", "templates.jsonl"]
)
@pytest.mark.parametrize("how", ["edited", "deleted"])
def test_an_output_that_was_touched_is_written_again(raw, out, name, how):
    clean(raw, out)
    before = files(out)
    path = out / name
    if how == "edited":
        path.write_bytes(path.read_bytes().replace(b"a", b"b", 1) + b" ")
    else:
        path.unlink()
    assert clean(raw, out) <= 1
    assert files(out) == before


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
@pytest.mark.parametrize("name", ["documents", "ledger", "README.md", "croissant.json"])
@pytest.mark.parametrize("how", ["edited", "deleted"])
def test_a_shard_or_card_that_was_touched_is_written_again(raw, out, format, name, how):
    clean(raw, out, "--format", format)
    before = files(out)
    path = out / name
    path = next(path.iterdir()) if path.is_dir() else path
    if how == "edited":
        path.write_bytes(path.read_bytes()[:-3] + b"xyz")
    else:
        path.unlink()
    clean(raw, out, "--format", format)
    assert files(out) == before


# Other settings


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([], ["--ledger", "none"]),
        (["--ledger", "spans"], []),
        ([], ["--sites", "one"]),
        ([], ["--format", "jsonl"]),
        (["--format", "parquet"], []),
        (["--format", "jsonl"], ["--format", "parquet"]),
        ([], ["--exclude", "acorn/"]),
        (["--include", "birch/"], []),
    ],
    ids=" ".join,
)
def test_other_settings_give_what_a_fresh_run_gives(raw, out, tmp_path, one, other):
    clean(raw, out, *one)
    clean(raw, out, *other)
    assert files(out) == fresh(raw, tmp_path, *other)


def test_an_override_counts(raw, out, tmp_path):
    clean(raw, out)
    record = json.loads((out / "acorn" / "00.txt.provenance.json").read_bytes())
    template = next(
        edit["evidence"]["template"]
        for layer in record["ledger"]["layers"]
        for edit in layer["edits"]
        if edit.get("evidence", {}).get("template")
    )
    overrides = out / "templates.overrides.toml"
    overrides.write_text(f'{template} = "keep"\n')
    before = files(out)
    assert clean(raw, out) == 20
    assert files(out) != before
    overrides.unlink()
    assert clean(raw, out) == 20
    before.pop(overrides.name)
    assert files(out) == before


# Options


def test_no_resume_uses_and_leaves_nothing(raw, out):
    clean(raw, out)
    before = files(out)
    assert clean(raw, out, "--no-resume") == 20
    assert files(out) == before
    assert not (out / ".scrubber").exists()
    assert clean(raw, out) == 20
    assert clean(raw, out) == 0


def test_check_writes_nothing(raw, out):
    clean(raw, out)
    (raw / "birch" / "01.txt").unlink()
    everything = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in out.rglob("*")}
    clean(raw, out, "--check", code=1)
    assert {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in out.rglob("*")} == everything


def test_check_makes_no_folder(raw, out):
    assert run(["clean", str(raw), "-o", str(out), "-q", "--check"]) == 1
    assert not out.exists()


# Damage in what is kept between runs


def damaged(data, chance):
    """A bit turned, a piece cut out, the end cut off, or other bytes put in."""
    data = bytearray(data)
    at = chance.randrange(len(data))
    kind = chance.randrange(4)
    if kind == 0:
        data[at] ^= 1 << chance.randrange(8)
    elif kind == 1:
        del data[at : at + chance.randrange(1, 200)]
    elif kind == 2:
        del data[at:]
    else:
        data[at : at + 8] = chance.randbytes(chance.randrange(1, 30))
    return bytes(data)


@pytest.mark.parametrize("name", ["journal.log", "evidence.log", "finished.json", "templates.slices"])
def test_what_is_damaged_is_not_trusted(raw, out, name):
    clean(raw, out)
    before = files(out)
    chance = random.Random(name)
    path = out / ".scrubber" / name
    kept = path.read_bytes()
    for turn in range(4):
        path.write_bytes(damaged(kept, chance))
        if turn % 2:  # the whole run, and not only the look at whether there is anything to do
            (out / ".scrubber" / "finished.json").unlink(missing_ok=True)
        clean(raw, out)
        assert files(out) == before, turn
        kept = path.read_bytes()


@pytest.mark.parametrize("name", ["journal.log", "evidence.log", "finished.json", "templates.slices"])
def test_what_is_missing_or_of_another_dump_is_not_trusted(raw, out, tmp_path, name):
    other = tmp_path / "other"
    clean(raw / "acorn", other)
    clean(raw, out)
    before = files(out)
    shutil.copy(other / ".scrubber" / name, out / ".scrubber" / name)
    clean(raw, out)
    assert files(out) == before
    (out / ".scrubber" / name).unlink()
    clean(raw, out)
    assert files(out) == before


@pytest.mark.parametrize("suffix", [".records", ".listing"])
def test_damaged_records_of_a_container_are_unpacked_again(raw, out, tmp_path, suffix):
    boxes = boxed(tmp_path / "boxes", [row(number) for number in range(6)])
    clean(boxes, out)
    before = files(out)
    chance = random.Random(suffix)
    (path,) = (out / ".scrubber" / "records").glob(f"*{suffix}")
    for _ in range(5):
        path.write_bytes(damaged(path.read_bytes(), chance))
        clean(boxes, out)
        assert files(out) == before


# Documents that fail


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads everything")
def test_a_failed_document_is_tried_again(raw, out, tmp_path):
    page = raw / "birch" / "01.txt"
    page.chmod(0)
    clean(raw, out, code=1)
    page.chmod(0o644)
    as_fresh(raw, out, tmp_path)


def test_a_document_that_failed_while_it_was_cleaned_is_tried_again(raw, out, tmp_path, monkeypatch):
    from scrubber.running import passes

    whole = passes.checked

    def failing(document):
        if document.raw.id == "birch/01.txt":
            raise passes.UndoError("text")
        return whole(document)

    monkeypatch.setattr(passes, "checked", failing)
    clean(raw, out, code=1)
    assert clean(raw, out, code=1) == 0, "the others stand"
    monkeypatch.undo()
    assert as_fresh(raw, out, tmp_path) == 1


def test_a_full_disk_keeps_what_is_finished(raw, out, tmp_path, monkeypatch):
    from scrubber.running import passes
    from scrubber.writing.files import WriteError

    put = passes._put

    def full(tree, document):
        if document.id.startswith("cedar/"):
            raise WriteError(Path(document.output), OSError(28, "No space left on device"))
        return put(tree, document)

    monkeypatch.setattr(passes, "_put", full)
    assert run(["clean", str(raw), "-o", str(out), "-j", "1", "-q"]) == 1
    monkeypatch.undo()
    assert 4 <= as_fresh(raw, out, tmp_path) < len(list(raw.rglob("*.txt")))


# Records of containers


def row(number, **more):
    page = pages("elm", 6, paragraphs=2)[number]
    base = {
        "id": f"r{number}",
        "text": page.text,
        "url": f"https://elm.example/{number}",
        "date": "2024-05-06",
    }
    return base | more


def boxed(folder, rows):
    folder.mkdir(exist_ok=True)
    data = "".join(json.dumps(one) + "\n" for one in rows)
    (folder / "box.jsonl.gz").write_bytes(gzip.compress(data.encode(), mtime=0))
    return folder


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "more",
    [
        {"url": "https://elm.example/elsewhere"},
        {"url": "https://oak.example/2"},
        {"url": None},
        {"date": "2021-12-24"},
        {"date": None},
    ],
    ids=str,
)
def test_what_a_container_says_of_a_record_changes_and_its_text_does_not(out, tmp_path, format, more):
    rows = [row(number) for number in range(6)]
    boxes = boxed(tmp_path / "boxes", rows)
    clean(boxes, out, "--format", format)
    boxed(boxes, [*rows[:2], row(2, **more), *rows[3:]])
    before = files(out)
    assert as_fresh(boxes, out, tmp_path, "--format", format) >= 1
    assert files(out) != before


def test_the_character_set_of_a_record_changes_and_its_bytes_do_not(out, tmp_path):
    def write(charset):
        records = []
        for number, page in enumerate(pages("elm", 4, paragraphs=2)):
            body = f"{page.text}\nÄrger um Öl und Übermut in der Straße, zum {number}. Mal.\n".encode(
                "cp1252"
            )
            payload = (
                f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset={charset}\r\n\r\n<html><p>".encode()
                + body
            )
            records.append(
                f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://elm.example/{number}\r\n"
                f"WARC-Record-ID: <urn:uuid:0000-{number}>\r\nWARC-Date: 2024-01-02T03:04:05Z\r\n"
                "Content-Type: application/http; msgtype=response\r\n"
                f"Content-Length: {len(payload)}\r\n\r\n".encode()
                + payload
                + b"\r\n\r\n"
            )
        (tmp_path / "boxes").mkdir(exist_ok=True)
        (tmp_path / "boxes" / "box.warc").write_bytes(b"".join(records))
        return tmp_path / "boxes"

    clean(write("windows-1252"), out)
    before = files(out)
    boxes = write("windows-1251")
    assert as_fresh(boxes, out, tmp_path) == 4
    assert files(out) != before


def test_a_container_that_only_grew_has_its_old_records_left_alone(out, tmp_path):
    boxes = boxed(tmp_path / "boxes", [row(number) for number in range(5)])
    (boxes / "lone.txt").write_text(paragraph(random.Random(8), 6))
    clean(boxes, out)
    boxed(boxes, [row(number) for number in range(6)])
    assert as_fresh(boxes, out, tmp_path) <= 6


# Documents that are clean already


def test_another_clean_document_in_place_of_one_is_seen(raw, out, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    clean(raw / "acorn", first)
    (raw / "acorn" / "00.txt").write_text(pages("acorn", 1, seed=9, paragraphs=3)[0].text)
    clean(raw / "acorn", second)
    mixed = Path(shutil.copytree(raw / "birch", tmp_path / "mixed"))

    def take(source):
        for name in ("00.txt", "00.txt.provenance.json"):
            shutil.copy(source / name, mixed / f"clean-{name}")

    take(first)
    clean(mixed, out)
    take(second)
    as_fresh(mixed, out, tmp_path)


# Two runs at once


def start(raw, out, *options):
    line = [sys.executable, "-m", "scrubber", "clean", str(raw), "-o", str(out), "-q", "-j", "1", *options]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        line, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True, env=environment
    )


@pytest.mark.skipif(os.name == "nt", reason="no such locks there")
@pytest.mark.parametrize("options", [[], ["--no-resume"]], ids=["resume", "no-resume"])
@pytest.mark.parametrize("holds", [[], ["--no-resume"]], ids=["beside-resume", "beside-no-resume"])
def test_a_second_run_into_the_same_folder_is_refused(raw, out, capsys, monkeypatch, options, holds):
    from scrubber.running import cleaning

    seen = []
    whole = cleaning.open_dump

    def meanwhile(*given):
        monkeypatch.undo()
        before = sorted(path.name for path in (out / ".scrubber").iterdir())
        seen.append(run(["clean", str(raw), "-o", str(out), "-q", *options]))
        seen.append(sorted(path.name for path in (out / ".scrubber").iterdir()) == before)
        return whole(*given)

    monkeypatch.setattr(cleaning, "open_dump", meanwhile)
    assert clean(raw, out, *holds) == 20
    assert seen == [2, True]
    assert "another run is writing" in capsys.readouterr().err
    assert clean(raw, out, *options) == (20 if options or holds else 0)


# Killed


def kill(raw, out, after, *options, when=None):
    """Kill a run after so many seconds, or as soon as `when` is true; whether it was still at work."""
    process = start(raw, out, *options)
    deadline = time.monotonic() + (60 if when else after)
    while process.poll() is None and time.monotonic() < deadline and not (when and when()):
        time.sleep(0.005)
    alive = process.poll() is None
    if alive:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return alive


def is_cleaning(out):
    return any(noted.saw for noted in whole_lines(out / ".scrubber" / "journal.log"))


@pytest.mark.skipif(os.name == "nt", reason="needs process groups")
def test_killed_while_it_cleans_and_resumed(raw, out, tmp_path):
    assert kill(raw, out, 0, when=lambda: is_cleaning(out))
    assert as_fresh(raw, out, tmp_path) < 20


@pytest.mark.skipif(os.name == "nt", reason="needs process groups")
@pytest.mark.parametrize("format", ["files", "parquet"])
def test_killed_at_random_and_resumed(raw, out, tmp_path, format):
    begun = time.monotonic()
    start(raw, tmp_path / "timed", "--format", format).communicate()
    whole = time.monotonic() - begun
    chance = random.Random(format)
    for _ in range(2):
        kill(raw, out, chance.uniform(0.3, 0.95) * whole, "--format", format)
    as_fresh(raw, out, tmp_path, "--format", format)


@pytest.mark.skipif(os.name == "nt", reason="needs process groups")
@pytest.mark.parametrize("options", [[], ["--no-resume"]], ids=["resume", "no-resume"])
@pytest.mark.parametrize("then", FORMATS)
def test_what_was_removed_between_a_kill_and_the_next_run_is_pruned(raw, out, tmp_path, options, then):
    def some():
        return len(list(out.rglob("*.provenance.json"))) > 3

    kill(raw, out, 0, *options, when=some)
    gone = sorted(out.rglob("*.provenance.json"))[1]
    (
        raw / gone.relative_to(out).as_posix().removesuffix(".provenance.json").replace(".html.txt", ".html")
    ).unlink()
    as_fresh(raw, out, tmp_path, "--format", then)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes by their group")
def test_workers_go_with_a_parent_that_is_killed(raw, out, tmp_path):
    process = start(raw, out, "-j", "2")
    while process.poll() is None and not is_cleaning(out):
        time.sleep(0.005)
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 20
    with pytest.raises(ProcessLookupError):
        while time.monotonic() < deadline:
            os.killpg(process.pid, 0)
            time.sleep(0.02)
    as_fresh(raw, out, tmp_path)
