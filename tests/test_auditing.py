"""What people are told about detection: the warnings of a run, `audit`, `explain`."""

import dataclasses
import inspect
import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from invented import pages, paragraph, sentence
from menu_scrub import TEMPLATE, scrub
from msgspec import structs
from test_cli import entries, plant

from scrubber.classifying import guards
from scrubber.classifying.judging import COPIED
from scrubber.cli import run
from scrubber.config import Config
from scrubber.documents import CleanDocument, Flag, RawDocument, Site
from scrubber.edits import Edit, Layer, Ledger, Reason, apply_layer
from scrubber.evidence import Examined
from scrubber.running.doubting import Removal, Reviewed, find_doubts, long_sentences
from scrubber.running.emptied import GUARDS, EmptiedSite, EmptiedTally
from scrubber.running.signs import DocumentSigns

PROSE = [paragraph(random.Random(f"prose {n}"), 3) for n in range(8)]
UNKNOWN = "0123456789abcdef"


# a site that comes out nearly empty


def find_emptied(*documents: tuple[object, ...], site: str = "host:a.example") -> tuple[EmptiedSite, ...]:
    """Of documents that are (id, words before, words after, flags ...)."""
    tally = EmptiedTally()
    for id, raw, clean, *flags in documents:
        # Characters say nothing here: an embedded picture may be most of them.
        signs = DocumentSigns(10**6, 10, raw_words=int(str(raw)), clean_words=int(str(clean)))
        tally.add(site if id != "z" else "host:b.example", str(id), [str(flag) for flag in flags], signs)
    return tally.emptied


@pytest.mark.parametrize(
    "documents",
    [
        [("a", 1000, 10), ("b", 1000, 20), ("c", 1000, 100)],  # 4% of the whole site
        [("a", 1000, 10), ("b", 1000, 10), ("c", 9000, 8000)],  # most of its documents
        [("a", 1000, 900, "would-be-empty"), ("b", 1000, 900, "prose-guard"), ("c", 1000, 900)],
    ],
)
def test_a_site_of_which_nearly_nothing_is_left(documents: list[tuple[str, int, int]]) -> None:
    (found,) = find_emptied(*documents, ("z", 100, 90))
    assert found.site == "host:a.example"
    assert found.documents == 3
    assert found.examples == ("a", "b")
    assert "site host:a.example is nearly empty" in found.message


@pytest.mark.parametrize(
    "documents",
    [
        [("a", 1000, 0), ("b", 1000, 0)],  # two documents are no site to judge by
        [("a", 1000, 0), ("b", 1000, 60), ("c", 1000, 100)],
        [("a", 1000, 500, "would-be-empty"), ("b", 1000, 60), ("c", 1000, 500, "truncation")],
        [],
    ],
)
def test_noop_a_site_that_keeps_something(documents: list[tuple[str, int, int]]) -> None:
    assert find_emptied(*documents) == ()


def test_the_guards_that_empty_a_document_bear_these_names() -> None:
    source = inspect.getsource(guards)
    for rule in GUARDS:
        assert f'"{rule}"' in source


@pytest.fixture
def menus(monkeypatch: pytest.MonkeyPatch) -> None:
    """A core that takes every line that begins with MENU, on a site of its own for each folder."""

    def by_folder(
        document: RawDocument, index: object = None, config: Config | None = None, **rest: object
    ) -> CleanDocument:
        site = dataclasses.replace(scrub(document).site, id=f"host:{document.id.split('/')[0]}")
        return dataclasses.replace(scrub(document, index, config), site=site)

    monkeypatch.setattr("scrubber.running.passes.scrub", by_folder)


@pytest.mark.usefixtures("menus")
def test_a_run_warns_of_an_emptied_site(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chrome = "".join(f"MENU {sentence(random.Random(n))}\n" for n in range(20))
    raw = plant(
        tmp_path / "raw",
        {
            **{f"gone/{n}.txt": f"{chrome}Left {n}.\n".encode() for n in range(3)},
            **{f"fine/{n}.txt": f"{chrome}{PROSE[n]}\n".encode() for n in range(3)},
        },
    )
    out = tmp_path / "out"
    assert run(["clean", str(raw), "-o", str(out), "-j", "1", "-q"]) == 0
    captured = capsys.readouterr()
    (line,) = captured.err.splitlines()
    assert captured.out == ""
    assert line.startswith("warning: site host:gone is nearly empty: 6 of ")
    assert "`scrubber audit OUT --site host:gone`" in line
    assert "chrome.threshold" in line
    assert "templates.overrides.toml" in line
    (warning,) = json.loads((out / "run.json").read_bytes())["warnings"]
    assert warning["kind"] == "emptied-site"
    assert (warning["site"], warning["documents"], warning["emptied"]) == ("host:gone", 3, 3)
    assert warning["examples"] == ["gone/0.txt", "gone/1.txt", "gone/2.txt"]
    assert run(["clean", str(raw), "-o", str(out), "-j", "1", "--json", "--check"]) == 0
    assert json.loads(capsys.readouterr().out)["warnings"][0]["clean"] == 6
    assert run(["audit", str(out)]) == 0
    assert "warning: site host:gone is nearly empty" in capsys.readouterr().out


def test_noop_a_healthy_run_warns_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = plant(tmp_path / "raw", {f"{n}.txt": p.text.encode() for n, p in enumerate(pages("bell", 5))})
    assert run(["clean", str(raw), "-o", str(tmp_path / "out"), "-j", "1", "-q"]) == 0
    assert capsys.readouterr() == ("", "")
    assert json.loads((tmp_path / "out" / "run.json").read_bytes())["warnings"] == []


# overrides that match nothing


@pytest.fixture
def bells(tmp_path: Path) -> Path:
    """Fourteen pages of a site (its index forgets single blocks), cleaned."""
    raw = plant(tmp_path / "raw", {f"{n}.txt": p.text.encode() for n, p in enumerate(pages("bell", 14))})
    assert run(["clean", str(raw), "-o", str(tmp_path / "out"), "-j", "1", "-q"]) == 0
    return tmp_path


def templates_of(out: Path, name: str) -> dict[str, str]:
    """The removed texts of a document, and their template ids."""
    record = json.loads((out / f"{name}.provenance.json").read_bytes())
    edits = [e for layer in record["ledger"]["layers"] for e in layer["edits"] if e["rule"] == "boilerplate"]
    return {edit["removed"]: edit["evidence"]["template"] for edit in edits}


def override(folder: Path, *ids: str) -> None:
    lines = "".join(f'"{id}" = "keep"\n' for id in ids)
    (folder / "templates.overrides.toml").write_text(lines)


def test_an_override_that_matches_nothing_is_told(bells: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known = templates_of(bells / "out", "3.txt")["• Home"]
    override(bells / "out", known, UNKNOWN)
    command = ["clean", str(bells / "raw"), "-o", str(bells / "out"), "-j", "1", "-q"]
    assert run(command) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("warning: templates.overrides.toml: no document and no template has the id ")
    assert f"the id {UNKNOWN};" in line
    assert known not in line
    (warning,) = json.loads((bells / "out" / "run.json").read_bytes())["warnings"]
    assert (warning["kind"], warning["templates"]) == ("unknown-override", [UNKNOWN])
    assert "• Home" in (bells / "out" / "3.txt").read_text()
    override(bells / "out", known)
    assert run(command) == 0
    assert capsys.readouterr().err == ""


def test_with_an_index_learned_before_overrides_are_sought_in_both(
    bells: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learned = bells / "learned" / "templates.jsonl"
    learned.parent.mkdir()
    assert run(["learn", str(bells / "raw"), "-o", str(learned), "-q"]) == 0
    known = templates_of(bells / "out", "3.txt")["• Home"]
    new = plant(bells / "new", {"one.txt": f"{PROSE[0]}\n\n{PROSE[1]}\n".encode()})
    command = ["clean", str(new), "-o", str(bells / "o"), "--templates", str(learned), "-j", "1", "-q"]
    from scrubber.evidence import examine

    record = examine(RawDocument.from_path(new / "one.txt"), Config()).record
    alone = f"{record.keys.tolist()[1]:016x}"
    near = f"{record.bands.ravel().tolist()[0]:016x}"
    override(learned.parent, known, alone, near)  # of another document; of this one alone, twice
    assert run(command) == 0
    assert capsys.readouterr().err == ""
    override(learned.parent, known, UNKNOWN)
    assert run(command) == 0
    assert UNKNOWN in capsys.readouterr().err


# doubts


def removal(text: str, confidence: float, **more: object) -> Removal:
    given = {"start": 0, "template": TEMPLATE, "alone": False, "note": "", **more}
    return Removal("x.txt", "boilerplate", confidence, characters=len(text), text=text, **given)  # type: ignore[arg-type]


def reviewed(name: str, raw: int, clean: int, *removals: Removal, **more: object) -> Reviewed:
    given = {"flags": (), "lone": False, **more}
    return Reviewed(name, "host:a.example", raw, clean, removals=removals, **given)  # type: ignore[arg-type]


def test_what_the_confidences_expect_to_be_lost_comes_first() -> None:
    sure = reviewed("sure", 5000, 2000, removal("x" * 3000, 0.99))
    doubtful = reviewed("doubtful", 5000, 2000, removal("x" * 2000, 0.7), removal("y" * 1000, 0.9, start=9))
    worse = reviewed("worse", 5000, 2000, removal("x" * 3000, 0.5))
    found = find_doubts([sure, doubtful, worse])
    assert [doubt.document for doubt in found] == ["worse", "doubtful"]
    assert found[1].doubt == pytest.approx(700 / (2000 + 700 + 200), abs=0.01)
    assert found[1].reasons[0].startswith("about 700 of the removed characters may belong to it")
    assert [r.characters for r in found[1].removals] == [2000, 1000]


def test_a_removal_that_was_decided_otherwise_expects_no_loss() -> None:
    assert find_doubts([reviewed("a", 5000, 2000, removal("x" * 3000, 0.4, note="by a person"))]) == ()


def test_a_verdict_put_aside_is_a_doubt_in_the_words_of_its_flag() -> None:
    (found,) = find_doubts([reviewed("a", 5000, 2000, flags=(("prose-guard", "most would have gone"),))])
    assert found.reasons == ("most would have gone",)
    assert found.doubt == 0.1


def test_a_document_that_keeps_far_less_than_its_site() -> None:
    site = [reviewed(name, 5000, 2000) for name in "bcd"]
    (found,) = find_doubts([reviewed("a", 5000, 500), *site])
    assert found.document == "a"
    assert found.reasons == ("10% of its text was kept, of the site's other documents 40%",)
    assert find_doubts([reviewed("a", 5000, 1500), *site]) == ()
    lone = [dataclasses.replace(document, lone=True) for document in [reviewed("a", 5000, 500), *site]]
    assert find_doubts(lone) == ()


def test_nearly_nothing_left_is_a_doubt_for_a_site_of_one_page() -> None:
    (found,) = find_doubts([reviewed("a", 5000, 100)])
    assert found.reasons == ("only 100 of 5,000 characters are left",)
    assert find_doubts([reviewed("a", 300, 0)]) == ()


def test_prose_that_stands_nowhere_else_and_second_copies_are_named() -> None:
    alone = removal(PROSE[0], 0.98, alone=True)
    copied = removal(PROSE[1], 1.0, note=COPIED, start=99)
    (found,) = find_doubts([reviewed("a", 5000, 2000, alone, copied)])
    assert found.reasons == (
        f"{len(PROSE[1]):,} characters were taken for a second copy of its own text",
        "3 removed sentences stand in no other document",
    )
    assert copied in found.removals
    assert find_doubts([reviewed("a", 5000, 2000, structs.replace(alone, alone=False))]) == ()


def test_of_a_document_judged_alone_no_other_is_spoken_of() -> None:
    (found,) = find_doubts([reviewed("a", 5000, 100, removal(PROSE[0], 0.98, alone=True), lone=True)])
    assert found.reasons == (
        "only 100 of 5,000 characters are left",
        "3 removed sentences of 60 characters or more, and no other document to compare with",
    )


def test_audit_counts_what_was_judged_alone_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def core(document: RawDocument, *rest: object, **more: object) -> CleanDocument:
        clean = scrub(document)
        lone = document.id.startswith("lone/")
        return dataclasses.replace(clean, site=Site("alone", "nothing")) if lone else clean

    monkeypatch.setattr("scrubber.running.passes.scrub", core)
    names = ["lone/a.txt", "lone/b.txt", "site/c.txt", "site/d.txt", "site/e.txt"]
    raw = plant(tmp_path / "raw", {name: f"MENU x\n{PROSE[0]}\n".encode() for name in names})
    assert run(["clean", str(raw), "-o", str(tmp_path / "out"), "-j", "1", "-q"]) == 0
    assert run(["audit", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out == "3 documents of 1 site, 2 documents judged alone: 0 doubtful\n"
    assert run(["audit", str(tmp_path / "out"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["judged_alone"] == 2
    assert run(["audit", str(tmp_path / "out"), "--site", "alone"]) == 0
    assert capsys.readouterr().out.startswith("2 documents judged alone: 0 doubtful\n")


def test_long_sentences() -> None:
    long, longer = "x" * 59 + ".", "y" * 70 + "?”"
    assert list(long_sentences(f"Short. {long} {longer}\nno end {'z' * 80}")) == [long, longer]
    assert list(long_sentences("字" * 60 + "。" + "字" * 5 + "。")) == ["字" * 60 + "。"]
    assert list(long_sentences("字" * 29 + "。" + "字" * 28 + "。")) == ["字" * 29 + "。"]
    assert list(long_sentences("a" * 200_000)) == []


# audit


def judged(monkeypatch: pytest.MonkeyPatch, doubts: dict[str, float]) -> None:
    """A core that takes the lines that begin with MENU; how surely, each document says for itself."""

    def doubting(document: RawDocument, *rest: object, **more: object) -> CleanDocument:
        clean = scrub(document)
        layers = tuple(
            Layer(
                layer.name,
                tuple(
                    dataclasses.replace(
                        edit, confidence=doubts.get(document.id, 1.0), reason=Reason(TEMPLATE)
                    )
                    for edit in layer.edits
                ),
            )
            for layer in clean.ledger.layers
        )
        return dataclasses.replace(clean, ledger=Ledger(layers))

    monkeypatch.setattr("scrubber.running.passes.scrub", doubting)


@pytest.fixture
def doubted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Fourteen documents, each less surely cleaned than the one before; the first two beyond doubt."""
    judged(monkeypatch, {f"{n:02}.txt": 1.0 - n / 20 for n in range(2, 14)})
    page = f"{PROSE[0]}\nMENU {PROSE[1]}\n".encode()
    raw = plant(tmp_path / "raw", {f"{n:02}.txt": page for n in range(14)})
    assert run(["clean", str(raw), "-o", str(tmp_path / "out"), "-j", "1", "-q"]) == 0
    return tmp_path / "out"


def test_audit_shows_the_most_doubtful_first_and_how_many_more(
    doubted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit", str(doubted)]) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines[0] == "14 documents of 1 site: 12 doubtful, the most doubtful first"
    assert lines[2].startswith("site host:example.org: 14 documents, ")
    named = re.findall(r"^  (\d\d\.txt):", captured.out, re.MULTILINE)
    assert named == [f"{n:02}.txt" for n in range(13, 3, -1)]
    assert lines[-1] == "2 more doubtful documents: --all"
    assert re.search(rf'^ +0\.35 "MENU .+" \(template {TEMPLATE}\)$', captured.out, re.MULTILINE)
    assert "may belong to it" in lines[4]
    assert "removed sentences:" not in captured.out
    assert 'write its id into templates.overrides.toml: "id" = "keep"' in captured.err


@pytest.mark.parametrize("option", [["--all"], ["--site", "host:example.org"]])
def test_audit_of_everything(doubted: Path, capsys: pytest.CaptureFixture[str], option: list[str]) -> None:
    assert run(["audit", str(doubted), *option, "--nearest", "2"]) == 0
    shown = capsys.readouterr().out
    assert len(re.findall(r"^  \d\d\.txt:", shown, re.MULTILINE)) == 12
    assert "more doubtful" not in shown
    nearest = shown.partition("  least sure removals:\n")[2]
    assert nearest.startswith(f"    0.35 13.txt (template {TEMPLATE})\n")
    assert "14 removals of what no other document holds:" in shown
    (first, *_) = long_sentences(PROSE[1])
    assert first in shown.partition("  removed sentences:\n")[2]
    assert "0.35 00.txt, 01.txt, 02.txt and 11 more" in shown


def test_audit_as_json_holds_all(doubted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", str(doubted), "--json", "--nearest", "2"]) == 0
    found = json.loads(capsys.readouterr().out)
    (site,) = found["sites"]
    assert (found["unrecorded"], found["untold"], found["emptied"]) == (0, 0, [])
    assert [d["document"] for d in site["doubts"]] == [f"{n:02}.txt" for n in range(13, 1, -1)]
    assert [r["confidence"] for r in site["nearest"]] == [0.35, 0.4]
    worst = site["doubts"][0]
    assert worst["removals"][0]["text"].strip() == f"MENU {PROSE[1]}"
    assert worst["raw"] - worst["clean"] == worst["removals"][0]["characters"]
    assert worst["doubt"] == max(d["doubt"] for d in site["doubts"])


def test_audit_of_a_site_that_is_not_there(doubted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", str(doubted), "--site", "example.org"]) == 2
    assert "there is no site example.org; did you mean host:example.org?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        ("none", "14 documents written with --ledger none: what was removed from them is not known"),
        ("spans", "14 documents written with --ledger spans: removed text cannot be shown"),
    ],
)
def test_audit_without_whole_ledgers_says_what_it_cannot_show(
    doubted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: str, why: str
) -> None:
    out = tmp_path / mode
    assert run(["clean", str(tmp_path / "raw"), "-o", str(out), "--ledger", mode, "-j", "1", "-q"]) == 0
    assert run(["audit", str(out)]) == 0
    captured = capsys.readouterr()
    assert why in captured.err
    assert PROSE[1][:40] not in captured.out
    assert captured.out.startswith(
        "14 documents of 1 site: " + {"none": "0 doubtful", "spans": "12 doubtful"}[mode]
    )


@pytest.mark.usefixtures("menus")
def test_audit_where_all_is_sure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = plant(tmp_path / "raw", {"a.txt": PROSE[0].encode()})
    assert run(["clean", str(raw), "-o", str(tmp_path / "out"), "-j", "1", "-q"]) == 0
    assert run(["audit", str(tmp_path / "out")]) == 0
    assert capsys.readouterr() == ("1 document of 1 site: 0 doubtful\n", "")


# explain


def explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edit: dict[str, object]) -> Path:
    """One document of which the first line was removed as `edit` says."""
    text = f"The first line.\n{PROSE[0]}\n"

    def core(document: RawDocument, *rest: object, **more: object) -> CleanDocument:
        given = {"rule": "boilerplate", "confidence": 0.9, "reason": Reason(), **edit}
        removed = Edit(0, 16, text[:16], "", **given)  # type: ignore[arg-type]
        clean = dataclasses.replace(scrub(document), ledger=Ledger((Layer("boilerplate", (removed,)),)))
        flag = Flag("prose-guard", 0, len(text), "a milder verdict was used")
        return dataclasses.replace(clean, flags=(flag,), blocks=())

    monkeypatch.setattr("scrubber.running.passes.scrub", core)
    raw = plant(tmp_path / "raw", {"a.txt": text.encode()})
    assert run(["clean", str(raw), "-o", str(tmp_path / "out"), "-j", "1", "-q"]) == 0
    assert entries(tmp_path / "out")["a.txt"]["flags"] == {"prose-guard": 1}
    return tmp_path / "out"


WEIGHTS = (("repeats on 50% of the other pages", 181), ("is short", 42))


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (
            {"confidence": 0.93, "reason": Reason(TEMPLATE, weights=WEIGHTS)},
            ["confidence 0.93\n", "+181  repeats on 50%", f"template {TEMPLATE} stands in no other document"],
        ),
        (
            {"confidence": 1.0, "reason": Reason(TEMPLATE, weights=WEIGHTS, note=COPIED)},
            [f"confidence 1.00: {COPIED}\n", "that decided, whatever the evidence; which is:", "+181"],
        ),
        (
            {"confidence": 0.31, "reason": Reason(TEMPLATE, ("b.txt",), weights=WEIGHTS)},
            ["confidence 0.31\n", "by itself it would have stayed", "for example in b.txt"],
        ),
        (
            {"confidence": 0.8, "reason": Reason(TEMPLATE)},
            ["confidence 0.80\n", "no single feature spoke for it"],
        ),
    ],
)
def test_explain_tells_what_decided(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    edit: dict[str, object],
    said: list[str],
) -> None:
    out = explained(tmp_path, monkeypatch, edit)
    assert run(["explain", str(out), "a.txt"]) == 0
    shown = capsys.readouterr().out
    for words in said:
        assert words in shown
    # The flag stands where it is seen, before the text.
    assert shown.index("flag prose-guard") < shown.index("[-The first line.")
    assert ("100 makes it 2.7 times as likely" in shown) == ("+181" in shown)


def test_explain_finds_one_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = explained(tmp_path, monkeypatch, {"reason": Reason(TEMPLATE, weights=WEIGHTS)})
    assert run(["explain", str(out), "a.txt", "--find", "FIRST  line"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith('rule boilerplate, confidence 0.90 of "The first line.␊"\n')
    assert "+181" in shown
    assert PROSE[0][:30] not in shown
    assert run(["explain", str(out), "a.txt", "--find", PROSE[0][:30]]) == 0
    assert capsys.readouterr().out == "kept (once): no change touches it\n"
    assert run(["explain", str(out), "a.txt", "--find", "qwertz"]) == 0
    assert capsys.readouterr().out == "neither the raw nor the clean text holds it\n"
    assert run(["explain", str(out), "a.txt", "--find", " "]) == 2
    assert "--find wants some text" in capsys.readouterr().err


def edits_of(*layers: tuple[str, list[tuple[str, str, str, Reason]]]) -> Callable[[str], Ledger]:
    """A ledger for a text: by layer (removed, inserted, rule, reason), wherever `removed` stands once more."""

    def ledger(text: str) -> Ledger:
        made = []
        for name, edits in layers:
            at, found = 0, []
            for removed, inserted, rule, reason in edits:
                start = text.index(removed, at)
                at = start + len(removed)
                found.append(Edit(start, at, removed, inserted, rule, 0.9, reason))
            made.append(Layer(name, tuple(found)))
            text = apply_layer(text, made[-1])
        return Ledger(tuple(made))

    return ledger


def cleaned_by(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    ledger: Callable[[str], Ledger],
    site: Site | None = None,
) -> Path:
    """One document, `a.txt`, that a core has cleaned by this ledger."""

    def core(document: RawDocument, *rest: object, **more: object) -> CleanDocument:
        clean = dataclasses.replace(scrub(document), ledger=ledger(document.text), flags=(), blocks=())
        return dataclasses.replace(clean, site=site or clean.site)

    monkeypatch.setattr("scrubber.running.passes.scrub", core)
    raw = plant(tmp_path / "raw", {"a.txt": text.encode()})
    assert run(["clean", str(raw), "-o", str(tmp_path / "out"), "-j", "1", "-q"]) == 0
    return tmp_path / "out"


MENU = Reason(TEMPLATE, ("b.txt", "c.txt"), WEIGHTS)


def test_explain_tells_equal_reasons_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = Reason(UNKNOWN, ("b.txt", "c.txt"), (("is short", 42),))
    removed = [(f"{word}\n", "", "boilerplate", MENU) for word in ("Home", "News")]
    removed += [("Print\n", "", "boilerplate", other), ("Sport\n", "", "boilerplate", MENU)]
    ledger = edits_of(("boilerplate", removed))
    out = cleaned_by(tmp_path, monkeypatch, f"Home\nNews\nPrint\nSport\n{PROSE[0]}\n", ledger)
    assert run(["explain", str(out), "a.txt"]) == 0
    told = capsys.readouterr().out.partition("   1. ")[2].splitlines()[1:]
    standing = f"template {TEMPLATE}"
    assert [line.strip() for line in told] == [
        "rule boilerplate, 3 blocks for the same reasons",
        f'confidence 0.90 of "Home␊"  {standing}',
        f'confidence 0.90 of "News␊"  {standing}',
        f'confidence 0.90 of "Sport␊"  {standing}',
        "+181  repeats on 50% of the other pages",
        "+42  is short",
        "for example in b.txt, c.txt",
        'rule boilerplate, confidence 0.90 of "Print␊"',
        "+42  is short",
        f"template {UNKNOWN}",
        "for example in the same documents",
    ]
    assert run(["explain", str(out), "a.txt", "--json"]) == 0
    (change,) = json.loads(capsys.readouterr().out)["changes"]
    assert [len(edit["weights"]) for edit in change["edits"]] == [2, 2, 1, 2]


def test_explain_tells_a_repeated_normalisation_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ends = [("\r\n", "\n", "line-ends", Reason())] * 4
    ledger = edits_of(("characters", ends), ("whitespace", [("  ", " ", "inner-space", Reason())]))
    out = cleaned_by(tmp_path, monkeypatch, "One.\r\nTwo.\r\nThree  and.\r\nFour.\r\n", ledger)
    assert run(["explain", str(out), "a.txt"]) == 0
    shown = capsys.readouterr().out
    assert re.findall(r"^ +\d+\. .*$", shown, re.MULTILINE) == [
        '   1. to 2. normalised 2 times, 4..6 to 10..12  "\u240d␊" -> "␊"',
        '   3. normalised 17..19  "  " -> " "',
        '   4. to 5. normalised 2 times, 23..25 to 30..32  "\u240d␊" -> "␊"',
    ]
    assert shown.count("rule line-ends") == 2


SOUGHT = (
    "Home\nNews\nThe mayor opened\na bridge of st\nHome\nThe mayor opened a bridge of stone.\nShare\nHome\n"
)
"""A menu, text that a menu interrupts and that was cut off, and a heading called as an entry of the menu."""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("news", ['rule boilerplate, confidence 0.90 of "News␊"', "+181", "+42", "template", "for example"]),
        (
            "home NEWS",  # two blocks, both removed
            [
                "no single change holds all of it: it goes over 2 changes:",
                "rule boilerplate, 2 blocks for the same reasons",
                'confidence 0.90 of "Home␊"',
                'confidence 0.90 of "News␊"',
                "+181",
                "+42",
                "for example",
            ],
        ),
        (
            "stone. Share",  # kept up to the second block
            [
                "no single change holds all of it: it goes over 1 change, and the rest was kept:",
                'rule boilerplate, confidence 0.90 of "Share␊"',
                "+181",
                "+42",
                "template",
                "for example",
            ],
        ),
        (
            "a bridge of stone",  # once completed, once as it was
            [
                "no single change holds all of it: it goes over 1 change, and the rest was kept:",
                'rule cut-word, confidence 0.90 of nothing -> "one."',
                "also kept (once): no change touches it",
            ],
        ),
        ("mayor opened a bridge of", ["kept (2 times): no change touches it"]),
        (
            "Home",  # removed twice, and kept once
            [
                "rule boilerplate, 2 blocks for the same reasons",
                'confidence 0.90 of "Home␊"',
                "+181",
                "+42",
                "for example",
                "also kept (once): no change touches it",
            ],
        ),
    ],
)
def test_explain_says_what_became_of_a_text(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: str,
    lines: list[str],
) -> None:
    menu = [(word, "", "boilerplate", MENU) for word in ("Home\n", "News\n", "Home\n", "Share\n")]
    ledger = edits_of(("boilerplate", menu), ("truncation", []))

    def completed(raw: str) -> Ledger:
        first, _ = ledger(raw).layers
        at = apply_layer(raw, first).index("st\n") + 2
        return Ledger((first, Layer("truncation", (Edit(at, at, "", "one.", "cut-word", 0.9),))))

    out = cleaned_by(tmp_path, monkeypatch, SOUGHT, completed)
    assert run(["explain", str(out), "a.txt", "--find", text]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) == len(lines), shown
    for line, begins in zip(shown, lines, strict=True):
        assert line.strip().startswith(begins)


def test_a_document_judged_alone_is_of_no_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reason = Reason(TEMPLATE, weights=WEIGHTS)
    ledger = edits_of(("boilerplate", [("Home\n", "", "boilerplate", reason)]))
    site = Site("alone", "nothing")
    out = cleaned_by(tmp_path, monkeypatch, f"Home\n{PROSE[0]}\n", ledger, site)
    assert run(["explain", str(out), "a.txt"]) == 0
    shown = capsys.readouterr().out
    assert shown.splitlines()[1].startswith("judged alone: ")
    assert "site alone" not in shown
    assert "no other document\n" not in shown
    assert f"template {TEMPLATE}: judged alone" in shown
    assert run(["audit", str(out), "--all"]) == 0
    shown = capsys.readouterr().out
    assert shown.splitlines()[0] == "1 document judged alone: 0 doubtful"
    assert "judged alone (--site alone): 1 document, " in shown
    assert "no other document" not in shown
    assert "Home" in shown


def test_every_removal_of_the_real_core_says_why(bells: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", str(bells / "out"), "3.txt", "--json"]) == 0
    changes = json.loads(capsys.readouterr().out)["changes"]
    edits = [e for change in changes for e in change["edits"] if e["rule"] == "boilerplate"]
    assert len(edits) > 8
    for edit in edits:
        assert 0 <= edit["confidence"] <= 1
        assert edit["weights"] or edit["note"]
        assert all(re.search(r"[a-z]{2}", name) and "_" not in name for name in edit["weights"])


def test_explain_tells_of_an_override(bells: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = (bells / "out" / "3.txt").read_text().splitlines()
    known = templates_of(bells / "out", "3.txt")["• Home"]
    from scrubber.evidence import examine

    prepared = examine(RawDocument.from_path(bells / "raw" / "3.txt"), Config())
    blocks = [prepared.prepared.text[b.start : b.end] for b in prepared.prepared.blocks]
    dropped = f"{prepared.record.keys.tolist()[blocks.index(kept[2])]:016x}"
    (bells / "out" / "templates.overrides.toml").write_text(
        f'"{known}" = {{ verdict = "keep", reason = "its title" }}\n"{dropped}" = "drop"\n'
    )
    assert run(["clean", str(bells / "raw"), "-o", str(bells / "out"), "-j", "1", "-q"]) == 0
    assert run(["explain", str(bells / "out"), "3.txt", "--find", kept[2]]) == 0
    shown = capsys.readouterr().out
    assert "confidence 1.00 of " in shown
    assert ": by templates.overrides.toml\n" in shown
    assert f'templates.overrides.toml says "{dropped}" = "drop"\n' in shown
    says = f'templates.overrides.toml says "{known}" = "keep" ("its title")'
    assert run(["explain", str(bells / "out"), "3.txt", "--find", "• Home"]) == 0
    assert capsys.readouterr().out == f"kept (once): no change touches it\n  {says}\n"
    assert run(["explain", str(bells / "out"), "3.txt"]) == 0
    assert f'"• Home"\n        {says}\n' in capsys.readouterr().out


def test_explain_tells_of_an_override_that_the_last_run_did_not_know(
    bells: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (bells / "out" / "3.txt").read_text().splitlines()[0]
    ids = templates_of(bells / "out", "3.txt")
    override(bells / "out", ids["• Home"])
    assert run(["explain", str(bells / "out"), "3.txt", "--find", "• Home"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("rule boilerplate, ")
    assert '= "keep", and the last run did not know that: run `scrubber clean` again\n' in shown
    assert run(["explain", str(bells / "out"), "3.txt", "--find", text]) == 0
    assert "templates.overrides.toml" not in capsys.readouterr().out


def test_explain_knows_an_override_for_what_is_nearly_the_same(
    bells: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from scrubber.evidence import examine

    examined = examine(RawDocument.from_path(bells / "raw" / "3.txt"), Config())
    place = next(p for p in examined.record.signed.tolist() if PROSE_LIKE.search(_block(examined, p)))
    row = examined.record.signed.tolist().index(place)
    override(bells / "out", f"{int(examined.record.bands[row, 2]):016x}")
    assert run(["clean", str(bells / "raw"), "-o", str(bells / "out"), "-j", "1", "-q"]) == 0
    assert run(["explain", str(bells / "out"), "3.txt", "--find", _block(examined, place)]) == 0
    assert '= "keep"\n' in capsys.readouterr().out


PROSE_LIKE = re.compile(r"\w{3} .*\w\.$")


def _block(examined: Examined, place: int) -> str:
    block = examined.prepared.blocks[place]
    return examined.prepared.text[block.start : block.end]
