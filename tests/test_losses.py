"""What a run says that it may have lost: doubtful documents, unique prose, by site; ``--strict``; words, not letters."""

from __future__ import annotations

import dataclasses
import json
import random
import re
import shlex
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import paragraph
from menu_scrub import scrub
from test_cli import plant
from test_guards import SURE, measured_of

from scrubber.classifying.guards import LITTLE, guard_one
from scrubber.cli import run
from scrubber.cli.losing import command, hook_lines, loss_lines
from scrubber.config import Config
from scrubber.configuring import ConfigError, load, load_strict
from scrubber.documents import CleanDocument, RawDocument, Site
from scrubber.edits import Edit, Layer, Ledger, apply_layer
from scrubber.running.doubting import Removal, Reviewed, find_doubts, prose
from scrubber.running.losses import WORST, Losses, LossTally, SiteLoss
from scrubber.running.signs import DocumentSigns, OtherShares
from scrubber.wording import count_words, embedded_length

PROSE = [paragraph(random.Random(f"loss {n}"), 3) for n in range(12)]
PICTURE = f"![logo](data:image/png;base64,{'iVBORw0KGgo' * 500})"


@pytest.fixture
def losing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A core that removes lines which begin with LOST, unsure, and knows no other document that holds them."""

    def core(
        document: RawDocument, index: object = None, config: Config | None = None, **_: object
    ) -> CleanDocument:
        lost = [
            Edit(m.start(), m.end(), m[0], "", "boilerplate", 0.6)
            for m in re.finditer(r"^LOST.*\n?", document.text, re.MULTILINE)
        ]
        layer = Layer("boilerplate", tuple(lost))
        clean = apply_layer(document.text, layer)
        site = Site(f"host:{document.id.split('/')[0]}", "url", 3)
        blocks = [
            dataclasses.replace(block, clean_end=len(clean)) for block in scrub(document).blocks if clean
        ]
        return dataclasses.replace(
            scrub(document, index, config), ledger=Ledger((layer,)), site=site, blocks=tuple(blocks)
        )

    monkeypatch.setattr("scrubber.running.passes.scrub", core)


def dump(root: Path, *sites: str, lost: int = 2) -> Path:
    """Four documents a site: of the first `lost` a paragraph goes."""
    texts = {
        f"{site}/{n}.txt": f"{PROSE[n]} Of {site}.\n" + (f"LOST {PROSE[n + 4]}\n" if n < lost else "")
        for site in sites
        for n in range(4)
    }
    return plant(root, {name: text.encode() for name, text in texts.items()})


def losses_of(out: Path) -> dict[str, object]:
    facts: dict[str, object] = json.loads((out / "run.json").read_bytes())["losses"]
    return facts


@pytest.mark.usefixtures("losing")
@pytest.mark.parametrize("format", ["files", "jsonl", "parquet"])
def test_a_run_ends_with_what_it_may_have_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], format: str
) -> None:
    raw, out = dump(tmp_path / "raw", "bell", "lamp"), tmp_path / "out of it's mind"
    assert run(["clean", str(raw), "-o", str(out), "-j", "1", "--format", format]) == 0
    told = capsys.readouterr().err.splitlines()
    words = 2 * sum(count_words(f"LOST {PROSE[n]}") for n in (4, 5))
    assert (
        f"doubtful: 4 documents; {words:,} words of prose (12 sentences) went that stand in no other document"
        in told
    )
    assert any(line.startswith("  site host:bell: 2 of 4 documents; ") for line in told)
    facts = losses_of(out)
    assert (facts["doubtful"], facts["words"], facts["sentences"]) == (4, words, 12)
    (look,) = [line for line in told if line.startswith("  look: ")]
    name, *arguments = shlex.split(look.removeprefix("  look: "))
    assert (name, arguments) == ("scrubber", ["audit", str(out)])
    assert run([*arguments, "--json"]) == 0
    audited = json.loads(capsys.readouterr().out)
    assert sum(len(site["doubts"]) for site in audited["sites"]) == 4


@pytest.mark.usefixtures("losing")
def test_the_numbers_of_a_resumed_run_are_those_of_a_fresh_one(tmp_path: Path) -> None:
    raw, out = dump(tmp_path / "raw", "bell", "lamp"), tmp_path / "out"
    clean = ["clean", str(raw), "-j", "1", "-q", "-o"]
    assert run([*clean, str(out)]) == 0
    first = losses_of(out)
    assert run([*clean, str(out)]) == 0  # nothing is new: all documents are left alone
    assert losses_of(out) == first
    assert json.loads((out / "run.json").read_bytes())["cleaned_in_this_run"] == 0
    dump(tmp_path / "raw", "moor", lost=4)
    assert run([*clean, str(out)]) == 0
    assert run([*clean, str(tmp_path / "fresh"), "--no-resume"]) == 0
    assert losses_of(out) == losses_of(tmp_path / "fresh") != first


@pytest.mark.usefixtures("losing")
def test_what_is_recognised_as_clean_counts_again(tmp_path: Path) -> None:
    raw, out = dump(tmp_path / "raw", "bell"), tmp_path / "out"
    assert run(["clean", str(raw), "-o", str(out), "-j", "1", "-q"]) == 0
    assert run(["clean", str(out), "-o", str(tmp_path / "again"), "-j", "1", "-q"]) == 0
    assert losses_of(tmp_path / "again") == losses_of(out)


@pytest.mark.usefixtures("losing")
@pytest.mark.parametrize("ledger", ["full", "spans", "none"])
def test_it_is_known_whatever_the_ledger_keeps(tmp_path: Path, ledger: str) -> None:
    raw, out = dump(tmp_path / "raw", "bell"), tmp_path / "out"
    assert run(["clean", str(raw), "-o", str(out), "-j", "1", "-q", "--ledger", ledger]) == 0
    assert losses_of(out)["doubtful"] == 2


@pytest.mark.usefixtures("losing")
def test_strict_fails_a_run_with_doubtful_documents(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = dump(tmp_path / "raw", "bell")
    clean = ["clean", str(raw), "-o", str(tmp_path / "out"), "-j", "1", "-q"]
    assert run(clean) == 0
    assert capsys.readouterr().err == ""
    assert run([*clean, "--strict"]) == 1  # also where nothing was left to do
    assert capsys.readouterr().err.startswith("strict: ")
    file = tmp_path / "scrubber.toml"
    file.write_text("strict = true\n")
    assert run([*clean, "--config", str(file)]) == 1
    assert run([*clean, "--config", str(file), "--no-strict"]) == 0
    assert run([*clean, "--strict", "--check", "--no-resume"]) == 1


@pytest.mark.usefixtures("losing")
def test_noop_strict_lets_a_run_without_doubts_pass(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = dump(tmp_path / "raw", "bell", lost=0)
    assert run(["clean", str(raw), "-o", str(tmp_path / "out"), "-j", "1", "--strict"]) == 0
    assert "doubtful: no document, and no prose went that stands nowhere else" in capsys.readouterr().err


@pytest.mark.usefixtures("losing")
def test_json_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = dump(tmp_path / "raw", "bell")
    assert run(["clean", str(raw), "-o", str(tmp_path / "out"), "-j", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["losses"]
    assert told == losses_of(tmp_path / "out")
    assert told["sites"][0] == {
        "site": "host:bell",
        "documents": 4,
        "doubtful": 2,
        "words": told["words"],
        "sentences": 6,
    }


def test_strict_is_no_part_of_what_comes_out(tmp_path: Path) -> None:
    file = tmp_path / "scrubber.toml"
    file.write_text("strict = true\n[chrome]\nthreshold = 0.7\n")
    assert load_strict(file)
    assert load(file).chrome.threshold == 0.7
    assert not load_strict(start=Path("/"))
    file.write_text('strict = "yes"\n')
    with pytest.raises(ConfigError, match="strict: 'yes' is not true or false"):
        load_strict(file)


# --- one definition


def reviewed(name: str, raw: int, kept: int, loss: float, flagged: bool, lone: bool) -> Reviewed:
    text = f"{PROSE[0]}\n"
    lost = Removal(name, "boilerplate", loss, 0, raw - kept, text, None, alone=True)
    flags = (("prose-guard", "most would have gone"),) if flagged else ()
    return Reviewed(name, "host:a", raw, kept, flags, (lost,), lone, (raw // 6, kept // 6))


DOCUMENTS = st.lists(
    st.tuples(
        st.integers(0, 5000),
        st.floats(0, 1),
        st.sampled_from([0.5, 0.9, 0.99, 1.0]),
        st.booleans(),
        st.booleans(),
    ),
    max_size=12,
)


@settings(deadline=None)
@given(DOCUMENTS)
def test_clean_and_audit_count_the_same_documents(drawn: list[tuple[int, float, float, bool, bool]]) -> None:
    documents = [
        reviewed(f"{n}", raw, int(raw * share), *rest) for n, (raw, share, *rest) in enumerate(drawn)
    ]
    tally = LossTally()
    for document in documents:
        tally.add("host:a", document.signs)
    assert tally.losses.doubtful == len(find_doubts(documents))


@settings(deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.4, 0.9, 1.0]), min_size=3, max_size=9), st.data())
def test_each_document_is_compared_with_the_others(shares: list[float], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(shares) - 1))
    others = sorted(shares[:place] + shares[place + 1 :])
    assert OtherShares(shares).usual(shares[place]) == np.median(others)
    assert OtherShares(shares[:2]).usual(shares[0]) is None


def test_sites_are_told_worst_first_the_rest_as_a_sum() -> None:
    sites = tuple(SiteLoss(f"host:{n}", 9, n, 100 - n, 7) for n in range(WORST + 3))
    lines = list(loss_lines(Losses(sites), Path("-out")))
    assert len(lines) == 1 + WORST + 1 + 1
    assert lines[1].startswith("  site host:0: 0 of 9 documents; 100 words of prose (7 sentences)")
    assert lines[-2].startswith("  3 more sites: 18 of 27 documents; 282 words of prose (21 sentences)")
    assert lines[-1] == "  look: scrubber audit ./-out"


def test_the_hook_says_it_in_a_line() -> None:
    (line,) = hook_lines([("a b.txt", "far less was kept", 7)], "corpus/clean")
    assert line == (
        "doubtful: a b.txt: far less was kept; 7 words of prose went that stand in no other document; "
        "look: scrubber explain corpus/clean 'a b.txt'"
    )
    assert command("audit", "it's") == "scrubber audit 'it'\"'\"'s'"


# --- prose, and words


@pytest.mark.parametrize(
    ("line", "is_prose"),
    [
        ("The ferry crews have voted for longer breaks between the crossings of the river at noon.", True),
        (
            "渡轮船员投票决定延长中午过河之间的休息时间，会谈将于下周开始，任何班次都不会取消，也不会推迟。",
            True,
        ),
        ("The ferry crews have voted for longer breaks between the crossings of the river at noon", False),
        ("The ferry crews have voted for longer breaks.", False),
        (
            "- [one](https://a.example/1) [two](https://a.example/2) [three](https://a.example/3) and more of it.",
            False,
        ),
    ],
)
def test_prose_is_long_ends_a_sentence_and_is_not_mostly_links(line: str, is_prose: bool) -> None:
    assert list(prose(f"x\n {line}\ny")) == ([line] if is_prose else [])


def test_words_of_any_script() -> None:
    assert count_words("Ferry crews vote") == 3
    assert count_words("渡轮停了。") == 4
    assert count_words("عبارة جديدة") == 2
    assert count_words(f"Ferry {PICTURE} crews") == 3
    assert count_words("") == 0
    assert embedded_length(PICTURE) == len(PICTURE) - len("![logo]()")
    assert embedded_length("see data: it is there") == 0


@settings(deadline=None)
@given(st.text(alphabet='data:image/svg+xml;,base64()" \n渡x', max_size=80))
def test_what_is_embedded_is_never_more_than_the_text(text: str) -> None:
    assert 0 <= embedded_length(text) <= len(text)
    assert count_words(text) <= len(text)


def test_time_of_embedded_files_is_linear() -> None:
    for text in ("data:a/b," + "(" * 200_000, "data:a/b,(" * 50_000, "data:" * 100_000, PICTURE * 200):
        embedded_length(text)
        count_words(text)


def test_letters_of_an_embedded_file_are_no_text_that_is_left() -> None:
    lengths, sentences, near = [LITTLE + 1, 100, 60], [0, 1, 0], [0, 0, 4]
    scores, gone = np.array([0, 140, SURE]), np.array([False, True, True])
    measured = measured_of(lengths, sentences, near)
    assert guard_one(measured, scores, gone) is None
    embedded = dataclasses.replace(measured, embedded=np.array([LITTLE, 0, 0]))
    guarded = guard_one(embedded, scores, gone)
    assert guarded is not None
    assert guarded.rule == "nearly-empty"
    assert "only 1 characters" in guarded.message
    assert guarded.chrome.tolist() == [False, False, True]


def test_a_document_is_nearly_empty_by_its_words() -> None:
    assert not DocumentSigns(100_000, 500, raw_words=100, clean_words=60).is_nearly_empty
    assert DocumentSigns(100_000, 90_000, raw_words=100, clean_words=4).is_nearly_empty
    assert DocumentSigns(100_000, 500).is_nearly_empty


@pytest.mark.usefixtures("losing")
def test_pictures_in_letters_do_not_make_a_site_nearly_empty(tmp_path: Path) -> None:
    texts = {f"bell/{n}.txt": f"{PROSE[n]}\nLOST {PICTURE}\n".encode() for n in range(4)}
    out = tmp_path / "out"
    assert run(["clean", str(plant(tmp_path / "raw", texts)), "-o", str(out), "-j", "1", "-q"]) == 0
    assert json.loads((out / "run.json").read_bytes())["warnings"] == []


def test_the_sum_over_sites() -> None:
    by_site: dict[str, int] = defaultdict(int)
    tally = LossTally()
    for n in range(9):
        by_site[f"host:{n % 3}"] += n
        tally.add(f"host:{n % 3}", DocumentSigns(9, 9, lost_words=n, lost_sentences=1))
    assert {site.site: site.words for site in tally.losses.sites} == by_site
    assert (tally.losses.words, tally.losses.sentences, tally.losses.doubtful) == (36, 9, 0)


@pytest.mark.usefixtures("losing")
def test_the_hook_tells_the_documents_that_it_cleaned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "scrubber.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    dump(tmp_path / "corpus" / "raw", "bell", lost=1)
    files = [f"corpus/raw/bell/{n}.txt" for n in range(4)]
    assert run(["hook", "fix", *files]) == 1
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("doubtful: ")]
    (line,) = told
    assert line.startswith("doubtful: bell/0.txt: about ")
    assert line.endswith("look: scrubber explain corpus/clean bell/0.txt")
    assert run(["hook", "fix", *files]) == 0  # nothing was cleaned, nothing is said
    assert "doubtful" not in capsys.readouterr().out
