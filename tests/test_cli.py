"""The command line and the engine behind it, on a core that does what `menu_scrub` says."""

import dataclasses
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from menu_scrub import TEMPLATE, menu_scrub, scrub

from scrubber import cli, configuring
from scrubber.cli import run
from scrubber.documents import CleanDocument, RawDocument, Site
from scrubber.running import resolving

__all__ = ["menu_scrub"]
pytestmark = pytest.mark.usefixtures("menu_scrub")

LONG = "MENU This sentence of the page stands in the chrome and is long enough to be looked at."
RAW = {
    "a.txt": f"Headline\r\nIntroduction.\n{LONG}\nBody of a.\n".encode(),
    "sub/b.md": b"\xef\xbb\xbfMENU x\n# Title\r\nno final line end",
    "sub/bytes.txt": b"caf\xe9 MENU\nMENU \xff\xfe\x00\nwor",
    "wide.txt": "MENU één\nbreed\n".encode("utf-16"),
    "plain.txt": b"Nothing to do.\n",
    "page.html": b"<html lang='en'><body><p>MENU one</p><p>Body &amp; soul</p></body></html>",
}


def plant(root: Path, documents: dict[str, bytes]) -> Path:
    for name, data in documents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def tree(root: Path) -> dict[str, bytes]:
    """All files but the run's own facts."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".scrubber" not in path.parts and path.name != "run.json"
    }


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return plant(tmp_path / "raw", RAW)


@pytest.fixture
def out(raw: Path, tmp_path: Path) -> Path:
    assert run(["clean", str(raw), "--output", str(tmp_path / "out"), "--jobs", "1", "--quiet"]) == 0
    return tmp_path / "out"


def entries(out: Path) -> dict[str, dict[str, object]]:
    rows = [json.loads(line) for line in (out / "manifest.jsonl").read_bytes().splitlines()]
    return {row["id"]: row for row in rows[1:]}


# clean


def test_clean_mirrors_the_tree(out: Path) -> None:
    documents = ["a.txt", "page.html.txt", "plain.txt", "sub/b.md", "sub/bytes.txt", "wide.txt"]
    provenance = [f"{name}.provenance.json" for name in documents]
    assert sorted(tree(out)) == sorted([*documents, *provenance, "manifest.jsonl", "templates.jsonl"])
    assert (out / "a.txt").read_bytes() == b"Headline\nIntroduction.\nBody of a.\n"
    assert (out / "page.html.txt").read_text().strip() == "Body & soul"
    assert entries(out)["plain.txt"]["status"] == "unchanged"
    assert entries(out)["a.txt"]["counts"] == {"boilerplate": 1, "line_ends": 1}
    assert json.loads((out / "run.json").read_bytes())["documents"]["cleaned"] == 5


def test_nothing_that_is_compared_names_a_clock_or_a_path(out: Path, tmp_path: Path) -> None:
    for name, data in tree(out).items():
        assert str(tmp_path).encode() not in data, name
        assert not re.search(rb"20\d\d-\d\d-\d\dT", data), name


@pytest.mark.parametrize("jobs", ["1", "2", "5"])
def test_any_number_of_workers_and_any_run_gives_the_same_bytes(
    raw: Path, out: Path, tmp_path: Path, jobs: str
) -> None:
    plant(raw, {f"more/{i}.txt": b"MENU\nBody %d\n" % i for i in range(40)})
    one, other = tmp_path / "one", tmp_path / "other"
    assert run(["clean", str(raw), "-o", str(one), "-j", "1", "-q"]) == 0
    assert run(["clean", str(raw), "-o", str(other), "-j", jobs, "-q"]) == 0
    assert run(["clean", str(raw), "-o", str(out), "-j", jobs, "-q"]) == 0
    assert tree(one) == tree(other) == tree(out)


def test_check_writes_nothing_and_lists_what_would_change(
    raw: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["clean", str(raw), "-o", str(out), "--check"]) == 0
    assert "nothing would change" in capsys.readouterr().out
    before = tree(out)
    (raw / "a.txt").write_bytes(b"New body.\n")
    (raw / "new.txt").write_bytes(b"New.\n")
    (raw / "plain.txt").unlink()
    assert run(["clean", str(raw), "-o", str(out), "--check", "-q"]) == 1
    assert tree(out) == before
    lines = capsys.readouterr().out.splitlines()
    assert "changed: a.txt" in lines
    assert "new: new.txt" in lines
    assert "removed: plain.txt" in lines
    assert lines.count("removed: plain.txt") == 1


def test_check_of_an_output_that_is_not_there(raw: Path, tmp_path: Path) -> None:
    assert run(["clean", str(raw), "-o", str(tmp_path / "none"), "--check", "-q"]) == 1
    assert not (tmp_path / "none").exists()


def test_outputs_are_pruned_when_the_manifest_lists_them(raw: Path, out: Path) -> None:
    (out / "sub" / "mine.txt").write_bytes(b"a note")
    (out / "templates.overrides.toml").write_text("")
    (raw / "sub" / "b.md").unlink()
    (raw / "a.txt").write_bytes(b"")
    assert run(["clean", str(raw), "-o", str(out), "-q"]) == 0
    assert not list(out.glob("sub/b.md*"))
    assert not list(out.glob("a.txt*"))
    assert (out / "sub" / "mine.txt").exists()
    assert (out / "templates.overrides.toml").exists()
    assert entries(out)["a.txt"]["status"] == "skipped"


def test_a_folder_may_come_where_a_file_stood(raw: Path, out: Path) -> None:
    (raw / "page.html").unlink()
    plant(raw, {"page.html.txt/inner.txt": b"x\n"})
    assert run(["clean", str(raw), "-o", str(out), "-q"]) == 0
    assert (out / "page.html.txt" / "inner.txt").read_bytes() == b"x\n"


def test_a_clean_tree_is_recognised_and_left_alone(
    raw: Path, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = tmp_path / "again"
    assert run(["clean", str(out), "-o", str(again), "-q"]) == 0
    documents = {name: data for name, data in tree(out).items() if not name.endswith(".jsonl")}
    assert {n: d for n, d in tree(again).items() if not n.endswith(".jsonl")} == documents
    assert {row["status"] for row in entries(again).values()} == {"unchanged"}
    assert "recognised" in str(entries(again)["page.html.txt"]["reason"])
    assert run(["verify", str(again), str(out)]) == 0
    capsys.readouterr()
    assert run(["restore", str(again), "--output", str(tmp_path / "back"), "-q"]) == 0
    assert (tmp_path / "back" / "wide.txt").read_bytes() == RAW["wide.txt"]


def test_a_clean_text_changed_by_hand_is_raw_again(out: Path, tmp_path: Path) -> None:
    (out / "a.txt").write_bytes(b"MENU again\nBody.\n")
    assert run(["clean", str(out), "-o", str(tmp_path / "again"), "-q"]) == 0
    assert (tmp_path / "again" / "a.txt").read_bytes() == b"Body.\n"
    assert entries(tmp_path / "again")["a.txt"]["status"] == "cleaned"


def test_several_roots_are_prefixed_by_their_names(raw: Path, tmp_path: Path) -> None:
    other = plant(tmp_path / "other", {"a.txt": b"Other a.\n"})
    assert run(["clean", str(raw), str(other), "-o", str(tmp_path / "o"), "-q"]) == 0
    assert (tmp_path / "o" / "other" / "a.txt").read_bytes() == b"Other a.\n"
    assert (tmp_path / "o" / "raw" / "a.txt").exists()


def test_clean_with_a_learned_index(raw: Path, out: Path, tmp_path: Path) -> None:
    index = tmp_path / "templates.jsonl"
    assert run(["learn", str(raw), "--output", str(index), "-q"]) == 0
    assert index.read_bytes() == (out / "templates.jsonl").read_bytes()
    assert run(["clean", str(raw), "-o", str(tmp_path / "o"), "--templates", str(index), "-q"]) == 0
    assert tree(tmp_path / "o") == tree(out)


def test_overrides_reach_the_core_and_survive(raw: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(
        "scrubber.running.passes.scrub",
        lambda document, index, config, **_: seen.append(dict(index.overrides)) or scrub(document),
    )
    text = f'{TEMPLATE} = {{ verdict = "keep", reason = "the author\'s own" }}\n'
    (out / "templates.overrides.toml").write_text(text)
    assert run(["clean", str(raw), "-o", str(out), "-j", "1", "-q"]) == 0
    assert seen[0] == {0xAB: "keep"}
    assert (out / "templates.overrides.toml").read_text() == text


def test_ledger_modes(raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for mode in ("spans", "none"):
        out = tmp_path / mode
        assert run(["clean", str(raw), "-o", str(out), "--ledger", mode, "-q"]) == 0
        assert b"long enough" not in (out / "a.txt.provenance.json").read_bytes()
        assert run(["verify", str(out)]) == 0
        assert "name the RAW folders" in capsys.readouterr().err
        assert run(["verify", str(out), str(raw)]) == 0
        assert "name the RAW folders" not in capsys.readouterr().err
        assert run(["restore", str(out), "a.txt"]) == 1
        assert f"--ledger {mode}" in capsys.readouterr().err


def test_verify_says_what_a_run_without_ledgers_leaves_to_check(
    raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "none"
    assert run(["clean", str(raw), "-o", str(out), "--ledger", "none", "-q"]) == 0
    assert run(["verify", str(out)]) == 0
    said = capsys.readouterr().err
    assert "6 documents written with --ledger none:" in said
    assert "cannot be checked: what was removed" in said
    assert "not checked: that the raw files are those which were cleaned" in said
    assert "`scrubber clean RAW --output OUT --ledger full`" in said
    assert run(["verify", str(out), str(raw), "--json", "-q"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {
        "documents": 6,
        "replayed": 0,
        "ledgers": {"none": 6},
        "problems": [],
    }
    assert captured.err == ""
    assert run(["clean", str(raw), "-o", str(out), "--ledger", "full", "-q"]) == 0
    assert run(["verify", str(out)]) == 0
    assert "6 replayed" in capsys.readouterr().out


def test_restore_tells_the_same_trouble_once(
    raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "none"
    assert run(["clean", str(raw), "-o", str(out), "--ledger", "none", "-q"]) == 0
    assert run(["restore", str(out), "--output", str(tmp_path / "back"), "-q"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("failed: a.txt and 5 more: its ledger was written with --ledger none")


def test_json_prints_one_object(raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plant(raw, {"empty.txt": b""})
    assert run(["clean", str(raw), "-o", str(tmp_path / "o"), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["documents"] == {"cleaned": 5, "unchanged": 1, "skipped": 1, "failed": 0}
    assert result["lost"][0]["id"] == "empty.txt"
    assert {"kind": "new", "name": "a.txt"} in result["changes"]


def test_standard_output_is_for_results(
    raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["clean", str(raw), "-o", str(tmp_path / "o")]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("6 documents: 5 cleaned, 1 unchanged; ")
    assert captured.out.count("\n") == 1
    assert "reading: 6 of 6 documents" in captured.err
    assert run(["clean", str(raw), "-o", str(tmp_path / "o"), "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def finding_no_site(monkeypatch: pytest.MonkeyPatch) -> None:
    """A core that finds none for documents whose name begins with ``lone``."""

    def judged_alone(document: RawDocument, *given: object, **rest: object) -> CleanDocument:
        clean = scrub(document)
        lone = document.id.startswith("lone")
        return dataclasses.replace(clean, site=Site("alone", "nothing")) if lone else clean

    monkeypatch.setattr("scrubber.running.passes.scrub", judged_alone)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["lone1.txt", "lone2.txt", "a.txt"], "2 documents were judged alone: no site was found for them."),
        (["lone1.html", "lone2.txt", "lone3.txt"], "3 documents were judged alone"),
        (["lone1.txt"], None),  # there is nobody it could belong to
        (["lone1.txt", "a.txt", "b.txt"], None),
        (["a.html", "b.html"], None),
    ],
)
def test_clean_says_how_many_were_judged_alone(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    names: list[str],
    told: str | None,
) -> None:
    finding_no_site(monkeypatch)
    raw = plant(tmp_path / "raw", dict.fromkeys(names, b"Some body text.\n"))
    command = ["clean", str(raw), "-o", str(tmp_path / "out"), "-j", "1"]
    assert run(command) == 0
    captured = capsys.readouterr()
    assert "alone" not in captured.out
    hints = [line for line in captured.err.splitlines() if "alone" in line]
    if told is None:
        assert hints == []
    else:
        (line,) = hints
        assert line.startswith(told)
        assert line.endswith("Which of them belong together, say with `--sites folder` or `--sites one`")
    assert run([*command, "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")
    assert run([*command, "--json", "--quiet"]) == 0
    alone = sum(name.startswith("lone") for name in names)
    assert json.loads(capsys.readouterr().out)["judged_alone"] == alone


def test_with_a_learned_index_sites_come_from_learning(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    finding_no_site(monkeypatch)
    index = tmp_path / "templates.jsonl"
    assert run(["learn", str(raw), "--output", str(index), "-q"]) == 0
    new = plant(tmp_path / "new", {"lone1.txt": b"One body.\n", "lone2.txt": b"Another body.\n"})
    assert run(["clean", str(new), "-o", str(tmp_path / "o"), "--templates", str(index), "-j", "1"]) == 0
    assert "2 documents were judged alone: the index knows no site of theirs." in capsys.readouterr().err
    assert run(["clean", str(tmp_path / "o"), "-o", str(tmp_path / "again"), "-j", "1"]) == 0
    assert "alone" not in capsys.readouterr().err  # recognised, not judged


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        (f'{TEMPLATE} = "kep"', "'kep' is no verdict; did you mean \"keep\"?"),
        (f'{TEMPLATE} = "Drop"', "'Drop' is no verdict; did you mean \"drop\"?"),
        (f'{TEMPLATE} = "remove"', '\'remove\' is no verdict; write "keep" or "drop"'),
        (f'{TEMPLATE} = {{ verdikt = "keep" }}', "there is no 'verdikt' here; did you mean \"verdict\"?"),
        (f'{TEMPLATE} = {{ reason = "mine" }}', "says no verdict; write"),
        (f'{TEMPLATE.upper()} = "keep"', "is no template id; copy one from `scrubber explain`"),
    ],
)
def test_a_misspelt_override_is_refused_before_anything_is_written(
    raw: Path, out: Path, capsys: pytest.CaptureFixture[str], line: str, remedy: str
) -> None:
    (out / "templates.overrides.toml").write_text(f"{line}\n")
    (raw / "a.txt").write_bytes(b"Another body.\n")
    before = tree(out)
    assert run(["clean", str(raw), "-o", str(out), "-q"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "templates.overrides.toml: " in captured.err
    assert remedy in captured.err
    assert tree(out) == before


# standard input


def piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    read, write = os.pipe()
    os.write(write, data)
    os.close(write)
    monkeypatch.setattr("sys.stdin", os.fdopen(read))


@pytest.mark.parametrize(
    ("options", "data", "expected"),
    [
        ([], b"MENU\nBody\r\n", b"Body\n"),
        (["--name", "x.md"], b"MENU\n# Body\n", b"# Body\n"),
        (["--html"], b"<p>Body &amp; soul</p>", b"Body & soul"),
        (["--name", "p.html"], b"<p>Body &amp; soul</p>", b"Body & soul"),
        ([], b"<p>never guessed</p>", b"<p>never guessed</p>"),
        ([], b"", b""),
    ],
)
def test_standard_input(
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
    options: list[str],
    data: bytes,
    expected: bytes,
) -> None:
    piped(monkeypatch, data)
    assert run(["clean", "-", *options]) == 0
    assert capfdbinary.readouterr().out.strip() == expected.strip()


# undoing


def test_verify_replays_every_ledger(raw: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", str(out)]) == 0
    assert "6 documents: 6 replayed, 0 problems" in capsys.readouterr().out
    assert run(["verify", str(out), str(raw), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "documents": 6,
        "replayed": 6,
        "ledgers": {"full": 6},
        "problems": [],
    }


def flip(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda raw, out: flip(out / "a.txt", b"Body", b"Bodi"), "a.txt: the clean text a.txt was changed"),
        (lambda raw, out: (out / "a.txt").unlink(), "a.txt: the clean text a.txt is missing"),
        (
            lambda raw, out: (out / "a.txt.provenance.json").unlink(),
            "a.txt: the provenance of a.txt is missing",
        ),
        (
            lambda raw, out: flip(out / "a.txt.provenance.json", b"0.87", b"0.88"),
            "a.txt: its provenance is not the one",
        ),
        (
            lambda raw, out: flip(out / "a.txt.provenance.json", b"{", b"["),
            "a.txt: its provenance cannot be read",
        ),
        (
            lambda raw, out: flip(out / "manifest.jsonl", b'"line_ends": 1', b'"line_ends": 2'),
            "a.txt: its line in the manifest does not follow",
        ),
        (
            lambda raw, out: flip(out / "templates.jsonl", b"{", b" {"),
            "templates.jsonl: missing, or not the one",
        ),
        (lambda raw, out: flip(raw / "a.txt", b"Body", b"Bodi"), "a.txt: the raw file has changed since"),
        (
            lambda raw, out: flip(raw / "page.html", b"soul", b"mind"),
            "page.html: the raw file has changed since",
        ),
        (lambda raw, out: (raw / "a.txt").unlink(), "a.txt: stands in the output and not in the dump"),
        (lambda raw, out: plant(raw, {"x.txt": b"x"}), "x.txt: stands in the dump and not in the output"),
    ],
)
def test_verify_names_what_is_broken_and_what_to_do(
    raw: Path,
    out: Path,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path, Path], object],
    why: str,
) -> None:
    damage(raw, out)
    assert run(["verify", str(out), str(raw)]) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("broken: ")]
    assert any(line.startswith(f"broken: {why}") and "; " in line for line in lines), lines


def test_verify_catches_a_ledger_that_lies(out: Path) -> None:
    """All digests made to agree again: the replay itself must notice."""
    import hashlib

    path = out / "a.txt.provenance.json"
    before = hashlib.sha256(path.read_bytes()).hexdigest().encode()
    flip(path, b"long enough", b"tall enough")
    flip(out / "manifest.jsonl", before, hashlib.sha256(path.read_bytes()).hexdigest().encode())
    assert run(["verify", str(out)]) == 1


@pytest.mark.parametrize("name", [name for name in RAW if not name.endswith(".html")])
def test_restore_gives_the_raw_bytes(out: Path, capfdbinary: pytest.CaptureFixture[bytes], name: str) -> None:
    assert run(["restore", str(out), name]) == 0
    assert capfdbinary.readouterr().out == RAW[name]


def test_restore_of_html_gives_its_linear_text_and_says_so(
    out: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(["restore", str(out), "page.html"]) == 0
    captured = capfdbinary.readouterr()
    assert b"MENU one" in captured.out
    assert b"linearised text" in captured.err


def test_restore_of_all_text_files(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    back = tmp_path / "back"
    assert run(["restore", str(out), "--output", str(back)]) == 0
    assert tree(back) == {name: data for name, data in RAW.items() if name != "page.html"}
    captured = capsys.readouterr()
    assert captured.out == f"5 documents restored to {back}\n"
    assert "1 HTML page left out" in captured.err


def test_restore_overwrites_nothing(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    back = plant(tmp_path / "back", {"a.txt": b"mine"})
    assert run(["restore", str(out), "--output", str(back), "--json"]) == 1
    assert (back / "a.txt").read_bytes() == b"mine"
    assert json.loads(capsys.readouterr().out)["problems"][0]["id"] == "a.txt"


def test_restore_stays_in_its_folder(out: Path, tmp_path: Path) -> None:
    flip(out / "manifest.jsonl", b'"id": "plain.txt"', b'"id": "../plain.txt"')
    assert run(["restore", str(out), "--output", str(tmp_path / "back" / "deep"), "-q"]) == 1
    assert not (tmp_path / "back" / "plain.txt").exists()


# reviewing


def test_explain_marks_changes_and_gives_reasons(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", str(out), "a.txt"]) == 0
    shown = capsys.readouterr().out
    assert f"Headline[-␍-]\nIntroduction.\n[-{LONG}\n-]Body of a.\n" in shown
    assert "rule boilerplate, confidence 0.87" in shown
    assert re.search(r"\+812  support ratio\n +-90  end punctuation\n", shown)
    assert f"template {TEMPLATE}" in shown
    assert "for example in other.txt" in shown
    assert "normalised" in shown


def test_explain_takes_an_output_path_and_shows_flags(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", str(out), "page.html.txt", "--quiet"]) == 0
    assert "[-MENU one" in capsys.readouterr().out
    assert run(["explain", str(out), "sub/bytes.txt"]) == 0
    shown = capsys.readouterr().out
    assert "flag truncation" in shown
    assert "␀" in shown


def test_explain_in_colour_on_a_terminal(
    out: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert run(["explain", str(out), "a.txt", "-q"]) == 0
    assert "\x1b[9;31mMENU" in capsys.readouterr().out
    assert run(["explain", str(out), "a.txt", "-q", "--no-color"]) == 0
    assert "\x1b" not in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    assert run(["explain", str(out), "a.txt", "-q"]) == 0
    assert "[-␍-]" in capsys.readouterr().out


def test_explain_as_json(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", str(out), "a.txt", "--json"]) == 0
    explained = json.loads(capsys.readouterr().out)
    raw = explained["raw"]
    assert raw.encode() == RAW["a.txt"]
    kinds = {change["kind"]: change for change in explained["changes"]}
    removal = kinds["removed"]
    assert raw[removal["start"] : removal["end"]] == removal["removed"] == LONG + "\n"
    assert removal["edits"][0]["weights"] == {"support_ratio": 812, "end_punctuation": -90}


def test_explain_names_what_was_meant(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", str(out), "plian.txt"]) == 2
    assert "did you mean plain.txt?" in capsys.readouterr().err


# exit codes and messages


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["clean"], "Missing argument"),
        (["clean", "{raw}"], "Missing option '--output'"),
        (["clean", "{raw}/none", "-o", "x"], "does not exist"),
        (["clean", "{raw}", "-", "-o", "x"], "is cleaned alone"),
        (["clean", "-", "-o", "x"], "goes to standard output"),
        (["clean", "{raw}", "-o", "x", "--html"], "go with '-'"),
        (["clean", "{raw}", "-o", "x", "--ledger", "half"], "is not one of"),
        (["clean", "{raw}", "-o", "x", "--jobs", "0"], "--jobs"),
        (["clean", "{raw}", "-o", "x", "--chek"], "No such option"),
        (["clean", "{raw}", "-o", "x", "--config", "none.toml"], "there is no such file"),
        (["clean", "{raw}", "-o", "x", "--templates", "none.jsonl"], "scrubber learn RAW"),
        (["clean", "{raw}", "-o", "x", "--templates", "{raw}/a.txt"], "scrubber learn RAW"),
        (["learn", "-", "-o", "x"], "can only be cleaned"),
        (["verify", "{raw}"], "has no manifest.jsonl"),
        (["restore", "{raw}"], "name a DOCUMENT"),
        (["nonsense"], "No such command"),
    ],
)
def test_usage_errors(
    raw: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run([argument.format(raw=raw) for argument in arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert not list((tmp_path / "x").glob("*.txt")) if (tmp_path / "x").exists() else True


def test_the_configuration_is_found_and_the_command_line_wins(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(raw)
    (tmp_path / "scrubber.toml").write_text('ledger = "none"\n')
    assert run(["clean", str(raw), "-o", str(tmp_path / "one"), "-q"]) == 0
    assert b'"mode": "none"' in (tmp_path / "one" / "a.txt.provenance.json").read_bytes()
    assert run(["clean", str(raw), "-o", str(tmp_path / "two"), "-q", "--ledger", "full"]) == 0
    assert b'"mode": "full"' in (tmp_path / "two" / "a.txt.provenance.json").read_bytes()
    (tmp_path / "scrubber.toml").write_text('leger = "none"\n')
    assert run(["clean", str(raw), "-o", str(tmp_path / "three"), "-q"]) == 2
    assert "leger: there is no such setting; did you mean ledger?" in capsys.readouterr().err


def test_the_example_of_a_configuration_in_the_readme_is_one(raw: Path, tmp_path: Path) -> None:
    readme = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```TOML\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    file = tmp_path / "example.toml"
    file.write_text(example)
    chrome = configuring.load(file).chrome
    named = dict(re.findall(r"^(\w+) = (\S+)", example, re.MULTILINE))
    told = {name: json.dumps(getattr(chrome, name)) for name in named}
    assert named == told
    assert set(named) == {field.name for field in dataclasses.fields(chrome)}
    assert run(["clean", str(raw), "-o", str(tmp_path / "o"), "--config", str(file), "-q"]) == 0


def test_interrupt(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object, **rest: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("scrubber.running.passes.scrub", interrupted)
    out = tmp_path / "o"
    assert run(["clean", str(raw), "-o", str(out), "-j", "1"]) == 130
    monkeypatch.setattr("scrubber.running.passes.scrub", scrub)
    assert run(["clean", str(raw), "-o", str(out), "-j", "1"]) == 0


def test_internal_errors_ask_for_a_report(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(resolving, "resolve_into", broken)
    assert run(["clean", str(raw), "-o", str(tmp_path / "o"), "-j", "1"]) == 3
    shown = capsys.readouterr().err
    assert "internal error (ZeroDivisionError: oops)" in shown
    assert "Please report it" in shown
    assert "Traceback" not in shown
    assert run(["clean", str(raw), "-o", str(tmp_path / "o"), "-j", "1", "--debug"]) == 3
    assert "Traceback" in capsys.readouterr().err


def test_every_command_and_option_has_help() -> None:
    for name, command in cli.scrubber.commands.items():
        assert command.help, name
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{name} {parameter.name}"


def test_module_and_version() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scrubber", "--version"], capture_output=True, text=True, check=True
    )
    assert re.fullmatch(r"scrubber, version \d+\.\d+\.\d+\n", done.stdout)


def test_start_up_is_light() -> None:
    heavy = ("trafilatura", "htmldate", "datasketch", "py3langid", "ftfy", "rich")
    code = f"import sys, scrubber.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


LISTENING = "signal.signal(signal.SIGINT, signal.default_int_handler)"
"""What a shell starts in the background would ignore Ctrl-C."""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="workers are forked on Linux alone")
def test_interrupt_reaches_a_run_with_workers(raw: Path, tmp_path: Path) -> None:
    plant(raw, {f"{i}.txt": b"x\n" for i in range(20)})
    code = (
        "import os, signal, sys, time\n"
        "from scrubber import cli\n"
        "from scrubber.running import passes\n"
        f"{LISTENING}\n"
        "passes.scrub = lambda *_, **__: (os.write(2, b'on\\n'), time.sleep(0.3))\n"
        f"sys.exit(cli.run(['clean', {str(raw)!r}, '-o', {str(tmp_path / 'o')!r}, '-j', '2', '-q']))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE)
    assert process.stderr is not None
    assert process.stderr.readline() == b"on\n"
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 130
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="workers are forked on Linux alone")
def test_interrupt_while_a_worker_is_forked_is_not_lost(raw: Path, tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "from scrubber import cli\n"
        f"{LISTENING}\n"
        "os.register_at_fork(after_in_parent=lambda: signal.raise_signal(signal.SIGINT))\n"
        f"sys.exit(cli.run(['clean', {str(raw)!r}, '-o', {str(tmp_path / 'o')!r}, '-j', '2', '-q']))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=60)
    assert done.returncode == 130
    assert b"Traceback" not in done.stderr


# --- what the first pass leaves for the second


def test_what_finds_no_room_is_read_again(
    raw: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scrubber.running import spooling

    monkeypatch.setattr(spooling, "MOST", 0)
    assert run(["clean", str(raw), "-o", str(tmp_path / "o"), "-q"]) == 0
    assert tree(tmp_path / "o") == tree(out)


def test_without_a_folder_for_temporary_files(
    raw: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    for name in ("TemporaryDirectory", "mkstemp"):
        monkeypatch.setattr(f"scrubber.running.spooling.tempfile.{name}", full)
        assert run(["clean", str(raw), "-o", str(tmp_path / name), "-j", "1", "-q"]) == 0
        assert tree(tmp_path / name) == tree(out)


def test_a_kept_document_is_what_was_put_aside(tmp_path: Path) -> None:
    from scrubber.config import Config
    from scrubber.documents import RawDocument
    from scrubber.evidence import examine
    from scrubber.running import spooling

    page = "<p class=a>One <a href=x>two</a><ul><li>a\u0301 b<li>c</ul>"
    documents = [RawDocument.from_html(page, id="p"), RawDocument.from_text("one\n\n\udc80", id="t")]
    examined = [examine(d, Config()) for d in [*documents, RawDocument.from_text("", id="e")]]
    with spooling.spool_for(3) as spool, spooling.spool_file(spool, 3) as file:
        slots = [file.put(one) for one in examined]
        assert [spooling.take(slot) for slot in slots] == examined
    assert spooling.take(slots[0]) is None
