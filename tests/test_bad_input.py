"""Whatever is fed in: a clear message that says what to do, the other documents done, nothing half-written."""

import errno
import json
import os
import signal
import sys
from pathlib import Path

import pytest
from menu_scrub import menu_scrub, scrub
from test_cli import entries, plant, tree

from scrubber.cli import run
from scrubber.config import Config
from scrubber.documents import RawDocument
from scrubber.running.inputs import Input
from scrubber.writing.files import provenance_name

__all__ = ["menu_scrub"]
pytestmark = pytest.mark.usefixtures("menu_scrub")

GOOD = {"good.txt": b"MENU\nBody\n"}


def clean(raw: Path, *options: str) -> int:
    return run(["clean", str(raw), "-o", str(raw.parent / "out"), "-j", "1", "-q", *options])


def assert_whole(out: Path) -> None:
    """Nothing written aside is left, and every text has its provenance."""
    names = {
        path.relative_to(out).as_posix()
        for path in out.rglob("*")
        if path.is_file() and ".scrubber" not in path.parts
    }
    assert not [name for name in names if name.endswith(".tmp")]
    texts = {name for name in names if name.endswith((".txt", ".md"))}
    assert {provenance_name(name) for name in texts} <= names


def reason(raw: Path, id: str) -> str:
    entry = entries(raw.parent / "out")[id]
    return f"{entry['status']}: {entry['reason']}"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("empty.txt", b"", "skipped: is empty; fetch it again"),
        ("image.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "skipped: is not text but"),
        ("noise.txt", bytes(range(1, 9)) * 200, "skipped: is not text but"),
    ],
)
def test_files_without_text_are_skipped(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    raw = plant(tmp_path / "raw", {**GOOD, name: data})
    assert clean(raw) == 0
    assert reason(raw, name).startswith(message)
    assert ";" in reason(raw, name)
    assert (tmp_path / "out" / "good.txt").read_bytes() == b"Body\n"
    assert_whole(tmp_path / "out")


def test_noop_one_nul_does_not_make_a_file_binary(tmp_path: Path) -> None:
    raw = plant(tmp_path / "raw", {"nul.txt": b"One \x00 in a text.\n"})
    assert clean(raw) == 0
    assert entries(tmp_path / "out")["nul.txt"]["status"] == "unchanged"


@pytest.mark.parametrize("documents", [{}, {"image.png": b"\x89PNG"}])
def test_a_folder_without_documents(
    tmp_path: Path, documents: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    plant(raw, documents)
    assert clean(raw) == 2
    assert "no documents" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = plant(tmp_path / "raw", {**GOOD, "locked.txt": b"x"})
    read_bytes = Path.read_bytes

    def locked(path: Path) -> bytes:
        if path.name == "locked.txt":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", locked)
    assert clean(raw) == 1
    assert reason(raw, "locked.txt").startswith("failed: cannot be read (Permission denied); check ")
    assert (tmp_path / "out" / "good.txt").read_bytes() == b"Body\n"


def test_links_that_lead_nowhere_or_out_are_told(tmp_path: Path) -> None:
    raw = plant(tmp_path / "raw", GOOD)
    secret = plant(tmp_path, {"secret.txt": b"x"}) / "secret.txt"
    (raw / "dangling.txt").symlink_to(raw / "gone.txt")
    (raw / "outside.txt").symlink_to(secret)
    (raw / "folder.txt").mkdir()
    assert clean(raw) == 0
    assert reason(raw, "dangling.txt").startswith("skipped: a link that leads nowhere")
    assert reason(raw, "outside.txt").startswith("skipped: a link that leads out of the root")
    assert sorted(p.name for p in (tmp_path / "out").glob("*.txt")) == ["good.txt"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("page.html", "page.html.txt"), ("caf\u00e9.txt", "cafe\u0301.txt"), ("a.html", "a.html.txt/b.txt")],
)
def test_two_inputs_that_would_write_one_output(tmp_path: Path, one: str, other: str) -> None:
    raw = plant(tmp_path / "raw", {**GOOD, one: b"<p>one</p>", other: b"other\n"})
    assert clean(raw) == 1
    for name in (one, other):
        told = reason(raw, name)
        assert told.startswith("failed: ")
        assert one in told or other in told
        assert "rename one of the two" in told
    assert [p.name for p in (tmp_path / "out").rglob("*.txt")] == ["good.txt"]


@pytest.mark.parametrize("output", ["raw", "raw/out", "raw/deep/er", "."])
def test_output_and_input_inside_each_other(
    tmp_path: Path, output: str, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = plant(tmp_path / "raw", GOOD)
    assert run(["clean", str(raw), "-o", str(tmp_path / output)]) == 2
    told = capsys.readouterr().err
    assert "lies inside the" in told
    assert "choose a folder beside the input" in told
    assert tree(tmp_path) == {"raw/good.txt": GOOD["good.txt"]}


def test_output_inside_the_input_by_a_link(tmp_path: Path) -> None:
    raw = plant(tmp_path / "raw", GOOD)
    (tmp_path / "alias").symlink_to(raw)
    assert run(["clean", str(raw), "-o", str(tmp_path / "alias" / "out")]) == 2
    assert run(["clean", str(raw / "good.txt"), "-o", str(raw)]) == 2


def test_an_output_folder_that_is_not_ours(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = plant(tmp_path / "raw", GOOD)
    out = plant(tmp_path / "out", {"thesis.txt": b"years of work"})
    assert clean(raw) == 2
    assert "holds thesis.txt and no manifest of scrubber; choose an empty folder" in capsys.readouterr().err
    assert tree(out) == {"thesis.txt": b"years of work"}
    plant(tmp_path / "out", {"manifest.jsonl": b'{"schema": "theirs/1"}\n'})
    assert clean(raw) == 2


def test_an_output_folder_with_nothing_but_overrides_and_dot_files(tmp_path: Path) -> None:
    raw = plant(tmp_path / "raw", GOOD)
    plant(tmp_path / "out", {".gitkeep": b"", "templates.overrides.toml": b""})
    assert clean(raw) == 0


def test_an_output_that_is_a_file(tmp_path: Path) -> None:
    raw = plant(tmp_path / "raw", GOOD)
    (tmp_path / "out").write_bytes(b"x")
    assert clean(raw) == 2


def test_a_disk_that_fills_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The run stops; what was finished stays, and is not done again."""
    raw = plant(tmp_path / "raw", {"a.txt": b"MENU\nBody of a\n", "b.txt": b"Body of b\n"})
    assert clean(raw) == 0
    before = (tmp_path / "out" / "b.txt").read_bytes()
    plant(raw, {"a.txt": b"New a\n", "b.txt": b"New b, for which there is no room\n", "c.txt": b"New c\n"})
    write = os.write

    def nearly_full(descriptor: int, data: bytes) -> int:
        if b"no room" in bytes(data):
            write(descriptor, bytes(data)[:5])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", nearly_full)
    assert clean(raw) == 1
    assert "cannot write b.txt: No space left on device; free some space" in capsys.readouterr().err
    assert (tmp_path / "out" / "a.txt").read_bytes() == b"New a\n"
    assert (tmp_path / "out" / "b.txt").read_bytes() == before
    assert not (tmp_path / "out" / "c.txt").exists()
    assert not list((tmp_path / "out").rglob("*.tmp"))
    monkeypatch.setattr(os, "write", write)
    assert clean(raw) == 0
    assert_whole(tmp_path / "out")
    run = json.loads((tmp_path / "out" / "run.json").read_bytes())
    assert (run["documents"]["cleaned"] + run["documents"]["unchanged"], run["cleaned_in_this_run"]) == (3, 2)
    assert (tmp_path / "out" / "b.txt").read_bytes().startswith(b"New b")
    (raw / "b.txt").unlink()
    assert clean(raw) == 0
    assert not (tmp_path / "out" / "b.txt").exists()


def test_a_disk_that_is_full_from_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = plant(tmp_path / "raw", GOOD)

    def full(descriptor: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    assert clean(raw) == 1
    assert "No space left on device; free some space" in capsys.readouterr().err
    assert tree(tmp_path / "out") == {}


def test_what_an_interrupted_run_left_aside_is_swept_up(tmp_path: Path) -> None:
    raw = plant(tmp_path / "raw", GOOD)
    assert clean(raw) == 0
    plant(tmp_path / "out", {"sub/.scrubber-0123456789ab.tmp": b"half"})
    assert clean(raw) == 0
    assert_whole(tmp_path / "out")


def test_a_fault_of_ours_costs_one_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = plant(tmp_path / "raw", {**GOOD, "bad.txt": b"x"})

    def faulty(document: RawDocument, *rest: object, **options: object) -> object:
        if document.id == "bad.txt":
            raise IndexError("out of luck")
        return scrub(document)

    monkeypatch.setattr("scrubber.running.passes.scrub", faulty)
    assert clean(raw) == 1
    assert reason(raw, "bad.txt") == "failed: IndexError: out of luck (a fault of scrubber: please report it)"
    assert (tmp_path / "out" / "good.txt").read_bytes() == b"Body\n"


def test_a_fault_while_collecting_costs_one_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scrubber.running import passes

    raw = plant(tmp_path / "raw", {**GOOD, "bad.txt": b"x", "more.txt": b"y\n"})
    examine = passes.examine

    def faulty(document: RawDocument, config: Config) -> object:
        if document.id == "bad.txt":
            raise IndexError("out of luck")
        return examine(document, config)

    monkeypatch.setattr(passes, "examine", faulty)
    assert clean(raw) == 1
    assert {name for name, e in entries(tmp_path / "out").items() if e["status"] == "failed"} == {"bad.txt"}


def test_a_result_that_cannot_be_undone_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dataclasses

    def forgetful(document: RawDocument, *rest: object, **options: object) -> object:
        clean_document = scrub(document)
        source = dataclasses.replace(document.source, sha256="0" * 64)
        return dataclasses.replace(clean_document, raw=dataclasses.replace(document, source=source))

    raw = plant(tmp_path / "raw", GOOD)
    monkeypatch.setattr("scrubber.running.passes.scrub", forgetful)
    assert clean(raw) == 1
    assert "does not lead back to the raw bytes; nothing was written" in reason(raw, "good.txt")
    assert not (tmp_path / "out" / "good.txt").exists()


def test_a_file_that_changes_during_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scrubber.running import resolving

    raw = plant(tmp_path / "raw", {**GOOD, "live.txt": b"first\n"})
    resolve = resolving.resolve_into

    def meanwhile(*arguments: object) -> object:
        (raw / "live.txt").write_bytes(b"second\n")
        return resolve(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(resolving, "resolve_into", meanwhile)
    assert clean(raw) == 1
    assert reason(raw, "live.txt") == "failed: the file changed during the run; run the same command again"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="workers inherit the fault by forking")
@pytest.mark.parametrize("fault", ["scrub", "collect"])
def test_a_killed_worker_costs_one_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    from scrubber.running import passes

    raw = plant(tmp_path / "raw", {f"{i:02}.txt": b"MENU\nBody %d\n" % i for i in range(40)})
    plant(raw, {"20-deadly.txt": b"deadly\n"})
    usual_read = passes.read

    def deadly_read(item: Input, **options: object) -> RawDocument:
        if "deadly" in item.id:
            os.kill(os.getpid(), signal.SIGKILL)
        return usual_read(item, **options)  # type: ignore[arg-type]

    def deadly_scrub(document: RawDocument, *rest: object, **options: object) -> object:
        if "deadly" in document.id:
            os.kill(os.getpid(), signal.SIGKILL)
        return scrub(document)

    if fault == "collect":
        monkeypatch.setattr(passes, "read", deadly_read)
    else:
        monkeypatch.setattr(passes, "scrub", deadly_scrub)
    assert clean(raw, "--jobs", "2") == 1
    assert reason(raw, "20-deadly.txt").startswith("failed: its worker process was killed")
    statuses = [entry["status"] for entry in entries(tmp_path / "out").values()]
    assert (statuses.count("cleaned"), statuses.count("failed")) == (40, 1)
    assert_whole(tmp_path / "out")


def test_html_nested_a_hundred_thousand_deep(tmp_path: Path) -> None:
    deep = b"<html><body>" + b"<div>" * 100_000 + b"the bottom" + b"</div>" * 100_000 + b"</body></html>"
    raw = plant(tmp_path / "raw", {**GOOD, "deep.html": deep})
    code = clean(raw)
    entry = entries(tmp_path / "out")["deep.html"]
    assert (code, entry["status"]) in ((0, "cleaned"), (0, "unchanged"), (1, "failed"))
    if entry["status"] == "failed":
        assert ";" in str(entry["reason"])
        assert "fault of scrubber" not in str(entry["reason"])
    assert (tmp_path / "out" / "good.txt").read_bytes() == b"Body\n"
    assert_whole(tmp_path / "out")


@pytest.mark.slow
def test_a_hundred_megabytes_in_one_line(tmp_path: Path) -> None:
    data = b"All work and no play makes a long line. " * 2_500_000
    raw = plant(tmp_path / "raw", {**GOOD, "long.txt": data})
    assert clean(raw) == 0
    assert entries(tmp_path / "out")["long.txt"]["status"] == "unchanged"
    assert (tmp_path / "out" / "good.txt").read_bytes() == b"Body\n"


def test_names_of_any_bytes(tmp_path: Path) -> None:
    raw = plant(tmp_path / "raw", GOOD)
    try:
        (raw / os.fsdecode(b"caf\xe9.txt")).write_bytes(b"x\n")
    except OSError:
        pytest.skip("the file system takes valid names only")
    assert clean(raw) == 0
    assert len(entries(tmp_path / "out")) == 2
    assert run(["verify", str(tmp_path / "out"), str(raw), "-q"]) == 0


def test_a_damaged_manifest_prunes_nothing(tmp_path: Path) -> None:
    raw = plant(tmp_path / "raw", {**GOOD, "b.txt": b"x\n"})
    assert clean(raw) == 0
    path = tmp_path / "out" / "manifest.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    (raw / "b.txt").unlink()
    assert clean(raw) == 0
    assert (tmp_path / "out" / "b.txt").exists()
    assert list(entries(tmp_path / "out")) == ["good.txt"]


def test_a_manifest_that_leads_out_removes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = plant(tmp_path / "raw", {**GOOD, "b.txt": b"x\n"})
    treasure = plant(tmp_path, {"treasure.txt": b"gold"}) / "treasure.txt"
    assert clean(raw) == 0
    path = tmp_path / "out" / "manifest.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"output": "b.txt"', b'"output": "../treasure.txt"'))
    assert clean(raw) == 2
    assert "is not a path inside" in capsys.readouterr().err
    assert treasure.read_bytes() == b"gold"


def test_json_names_the_failed_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = plant(tmp_path / "raw", {**GOOD, "a.html": b"<p>a</p>", "a.html.txt": b"a"})
    assert clean(raw, "--json") == 1
    lost = json.loads(capsys.readouterr().out)["lost"]
    assert [(row["id"], row["status"]) for row in lost] == [("a.html", "failed"), ("a.html.txt", "failed")]
