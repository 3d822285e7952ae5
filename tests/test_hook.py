"""``scrubber hook fix``, ``check`` and ``learn``: what they write, what they say, how they exit.

`test_precommit` tells the same stories through the real pre-commit program.
"""

import json
import os
import random
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from invented import pages, paragraph

from scrubber.cli import run
from scrubber.configuring import Places
from scrubber.fingerprints import block_key, fold
from scrubber.running import corpus as corpora
from scrubber.running import passes, workers
from scrubber.running.inputs import Input
from scrubber.writing.files import collisions

ROOT = Path(__file__).resolve().parents[1]
RAW = Path("corpus/raw")
CLEAN = Path("corpus/clean")
INDEX = CLEAN / "templates.jsonl"
CACHE = CLEAN / "templates.evidence"
OVERRIDES = CLEAN / "templates.overrides.toml"
SITE = pages("north", 14)
"""More than ten pages: in the index the site has counts, not its documents' records."""
NOTICE = "The office by the old weighbridge is open from nine to five, and at noon the dog is fed."
NOTED = [replace(page, foot=(NOTICE, *page.foot)) for page in SITE]
"""The same with a sentence that is a page's own, until others are seen to have it."""
WHOLE = (
    "The stubborn committee repaired the wooden bridge near the valley, and then told the whole council that "
    "nobody in the village had ever been asked about it."
)
CUT = WHOLE[: WHOLE.index("council") + 5]


@pytest.fixture(autouse=True)
def repository(tmp_path, monkeypatch):
    """An empty folder to work in; its own configuration, so that none above it holds."""
    (tmp_path / "scrubber.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def plant(name, text):
    path = RAW / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def plant_site(name="north", made=SITE, start=0):
    return [plant(f"{name}/{n:02}.txt", page.text) for n, page in enumerate(made, start)]


def plant_pages(name, count):
    return [plant(f"{name}/{n:02}.html", page.markup) for n, page in enumerate(pages(name, count))]


def git(*arguments):
    subprocess.run(["git", *arguments], check=True)


def hook(*arguments):
    return run(["hook", *map(str, arguments)])


def said(capsys):
    """Standard output and standard error since the last look: pre-commit shows both."""
    out, err = capsys.readouterr()
    return out + err


def tree(root=CLEAN):
    """All files but the run's own facts and the cache, which are not committed."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and ".scrubber" not in path.parts
        and path.name != "run.json"
        and path.suffix not in (".evidence", ".slices")
    }


def documents(root=CLEAN):
    """The clean texts and their provenance alone."""
    return {name: data for name, data in tree(root).items() if name not in ("manifest.jsonl", INDEX.name)}


def clean_texts():
    """Without provenance, which counts the documents of a site and so moves when more are learned."""
    return {name: data for name, data in documents().items() if not name.endswith(".provenance.json")}


def fixed(*files):
    """Clean the files, and prove that nothing is left to do."""
    assert hook("fix", "--quiet", *files) == 1
    assert hook("fix", "--quiet", *files) == 0


def learned():
    assert hook("learn", "--quiet") == 1


def corpus():
    """A learned site whose documents are all cleaned; returns the raw files."""
    files = plant_site()
    learned()
    assert hook("fix", "--quiet", *files) == 1
    return files


def record(name):
    return json.loads((CLEAN / f"{name}.provenance.json").read_bytes())


def template_of(name, block):
    """The template id of a removed block, as `explain` shows it."""
    for layer in record(name)["ledger"]["layers"]:
        for edit in layer["edits"]:
            if edit["removed"].strip() == block:
                return edit["evidence"]["template"]
    raise AssertionError(f"{block!r} was not removed from {name}")


# fix


def test_the_first_document_is_written_told_of_and_then_left_alone(capsys):
    file = plant("one.txt", SITE[0].text)
    assert hook("fix", file) == 1
    text = said(capsys)
    assert "there is no index templates.jsonl yet: `scrubber hook learn` makes one" in text
    assert "judged by itself" in text
    assert "no other document of the site of one.txt" in text
    assert sorted(tree()) == ["one.txt", "one.txt.provenance.json"]
    for part in (SITE[0].title, *SITE[0].body):
        assert part in (CLEAN / "one.txt").read_text()
    assert hook("fix", file) == 0
    assert hook("check") == 0


def test_a_document_without_a_change_is_written_too():
    file = plant("plain.txt", "Nothing to do.\n")
    assert hook("fix", file) == 1
    assert (CLEAN / "plain.txt").read_bytes() == b"Nothing to do.\n"
    assert hook("fix", file) == 0


def test_a_new_document_of_a_known_site_loses_what_the_others_share(capsys):
    corpus()
    before, (new,) = tree(), pages("north", 1, seed=7)
    file = plant("north/new.txt", new.text)
    said(capsys)
    assert hook("fix", file) == 1
    text = said(capsys)
    assert "no index" not in text
    assert "no other document of the site" not in text
    clean = (CLEAN / "north/new.txt").read_text()
    for block in (new.title, *new.body):
        assert block in clean
    for block in (*new.head, *new.foot):
        assert block not in clean
    after = tree()
    assert {name: data for name, data in after.items() if name in before} == before
    assert sorted(after.keys() - before.keys()) == ["north/new.txt", "north/new.txt.provenance.json"]


def test_neither_index_nor_manifest_is_written():
    files = plant_site()
    learned()
    index, cache = INDEX.read_bytes(), CACHE.read_bytes()
    fixed(*files)
    assert (INDEX.read_bytes(), CACHE.read_bytes()) == (index, cache)
    assert not (CLEAN / "manifest.jsonl").exists()
    assert not (CLEAN / "run.json").exists()


def test_a_raw_document_that_changed_is_cleaned_again():
    files = corpus()
    plant("north/03.txt", SITE[3].text.replace(SITE[3].body[0], "A paragraph that was written anew."))
    assert hook("check") == 1
    assert hook("fix", *files) == 1
    clean = (CLEAN / "north/03.txt").read_text()
    assert "A paragraph that was written anew." in clean
    assert SITE[3].body[0] not in clean
    assert hook("fix", *files) == hook("check") == 0


def test_what_was_edited_by_hand_is_overwritten_by_fix():
    files = corpus()
    before = tree()
    (CLEAN / "north/03.txt").write_text("Mine.\n")
    assert hook("fix", files[2]) == 0
    assert hook("fix", files[3]) == 1
    assert tree() == before


def test_files_that_are_no_raw_documents_are_passed_over(capsys):
    corpus()
    before = tree()
    Path("notes.txt").write_text("Not in the raw tree.\n")
    plant("north/table.csv", "a,b\n")
    clean, gone = CLEAN / "north/00.txt", RAW / "north/gone.txt"
    assert hook("fix", "notes.txt", clean, RAW / "north/table.csv", gone, RAW) == 0
    assert hook("fix") == 0
    assert tree() == before
    assert not (CLEAN / "north/table.csv").exists()


def test_files_are_named_in_any_way():
    files = plant_site(made=SITE[:3])
    fixed(*files)
    before = tree()
    shutil.rmtree(CLEAN)
    fixed(Path(files[2]).resolve(), files[1], f"./{files[0]}", files[0])
    assert tree() == before


def test_names_with_blanks_and_other_letters():
    file = plant("übersicht/ein Bild – 写真.txt", SITE[0].text)
    fixed(file)
    assert (CLEAN / "übersicht/ein Bild – 写真.txt").is_file()
    assert hook("check") == 0


def test_the_hooks_work_from_a_folder_below(monkeypatch):
    file = Path(plant("one.txt", SITE[0].text)).resolve()
    monkeypatch.chdir(RAW)
    assert hook("fix", file) == 1
    assert hook("fix", "one.txt") == 0
    assert hook("check") == 0
    assert hook("learn") == 1
    monkeypatch.chdir("../..")
    assert sorted(tree()) == ["one.txt", "one.txt.provenance.json", "templates.jsonl"]


@pytest.mark.parametrize("name", [".draft.txt", ".notes/draft.txt"])
def test_what_a_batch_run_passes_over_the_hook_passes_over_too(name):
    assert hook("fix", plant(name, SITE[0].text)) == 0
    assert hook("check") == 0
    assert not CLEAN.exists()


def test_a_link_inside_the_raw_tree_is_a_document_of_its_own():
    files = [plant("a.txt", SITE[0].text), str(RAW / "link.txt")]
    Path(files[1]).symlink_to("a.txt")
    assert run(["clean", str(RAW), "--output", "batch", "--quiet"]) == 0
    assert (Path("batch") / "link.txt").is_file()
    assert hook("fix", *files) == 1
    assert (CLEAN / "link.txt").is_file()
    assert hook("check") == 0


def test_a_name_that_is_not_utf_8_is_escaped_as_in_a_batch_run():
    RAW.mkdir(parents=True)
    file = os.fsdecode(os.fsencode(RAW) + b"/caf\xe9.txt")
    try:
        Path(file).write_text(SITE[0].text)
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    assert hook("fix", file) == 1
    assert (CLEAN / "caf%E9.txt").is_file()
    assert hook("check") == 0


def test_two_documents_that_would_be_written_to_one_file_fail_as_in_a_batch_run(capsys):
    files = [plant("page.html", SITE[0].markup), plant("page.html.txt", SITE[1].text)]
    assert hook("fix", *files) == 1
    text = said(capsys)
    assert "failed: page.html: page.html and page.html.txt would both be written to page.html.txt" in text
    assert hook("fix", files[1]) == 1
    assert not (CLEAN / "page.html.txt").exists()


CLASHES = (
    ("page.html", "page.html.txt"),
    ("a/Page.txt", "A/page.TXT"),
    ("a/b.txt", "a/b.txt/c.txt"),
    ("b.txt/c/d.txt", "b.TXT"),
    ("stra\u00dfe.txt", "STRASSE.txt"),
    ("a/s.txt", "a/\u017f.txt"),
    ("s/a.txt", "\u017f/a.txt"),
    ("caf\u00e9/a.txt", "cafe\u0301/a.txt"),
)


@pytest.mark.parametrize("pair", CLASHES)
def test_clashes_are_those_of_all_documents(pair):
    others = ["x/y.txt", "a/other.txt", "b/c.txt", "page.txt", "strasse.md", "caf\u00e9/b.txt"]
    inputs = [Input(id, Path(id)) for id in sorted([*pair, *others])]
    expected = collisions(item.id for item in inputs)
    assert set(expected) == set(pair)
    for item in inputs:
        found = corpora.clashes([item], inputs)
        assert set(found) == {item.id} & set(pair)
    assert set(corpora.clashes(inputs, inputs)) == set(pair)


@pytest.mark.parametrize(
    "pair", [pair for pair in CLASHES if not {"\u0301", "\u017f", "\u00df"} & set("".join(pair))]
)
def test_clashes_are_found_where_only_what_is_near_is_searched(pair, tmp_path):
    raw = tmp_path / "raw"
    others = ["x/y.txt", "a/other.txt", "b/c.txt", "page.txt", "far/away/z.txt"]
    for id in (*pair, *others):
        path = raw / id
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("A page.\n")
        except OSError:
            pytest.skip("not two files here")
    places = Places(raw, tmp_path / "clean", tmp_path / "clean" / "templates.jsonl")
    inputs = corpora.raw_documents(places)
    if len(inputs) < len(pair) + len(others):
        pytest.skip("not two files here")
    for item in inputs:
        found = corpora.wanted(places, [item.path])
        assert found.clashing == corpora.clashes([item], inputs)
        assert {one.id for one in found.inputs} | set(found.clashing) == {item.id}


def test_a_link_from_elsewhere_brings_its_own_neighbours(tmp_path):
    raw = tmp_path / "raw"
    for id in ("near/a.txt", "far/B.TXT", "else/c.txt"):
        (raw / id).parent.mkdir(parents=True, exist_ok=True)
        (raw / id).write_text("A page.\n")
    (raw / "far/b.txt").symlink_to("../near/a.txt")
    places = Places(raw, tmp_path / "clean", tmp_path / "clean" / "templates.jsonl")
    found = corpora.wanted(places, [raw / "near/a.txt"])
    assert [one.id for one in found.inputs] == ["near/a.txt"]
    assert set(found.clashing) == {"far/b.txt"}


def test_of_folders_that_are_not_near_only_links_are_told(tmp_path):
    raw = tmp_path / "raw"
    for id in ("near/a.txt", "near/b.md", "far/c.txt", "far/deep/d.txt"):
        (raw / id).parent.mkdir(parents=True, exist_ok=True)
        (raw / id).write_text("A page.\n")
    (raw / "far/deep/link.txt").symlink_to("d.txt")
    places = Places(raw, tmp_path / "clean", tmp_path / "clean" / "templates.jsonl")
    found = corpora.raw_documents(places, lambda folder: folder == "near")
    assert [one.id for one in found] == ["far/deep/link.txt", "near/a.txt", "near/b.md"]


def test_a_clean_tree_inside_the_raw_tree_is_refused(capsys):
    Path("scrubber.toml").write_text('raw = "corpus"\n')
    Path("corpus").mkdir()
    Path("corpus/a.txt").write_text(SITE[0].text)
    assert hook("fix", "corpus/a.txt") == 2
    assert "lies inside the input" in said(capsys)


def test_one_bad_document_is_told_of_and_the_others_are_cleaned(capsys):
    files = plant_site(made=SITE[:3])
    (CLEAN / "north/01.txt").mkdir(parents=True)
    assert hook("fix", *files) == 1
    text = said(capsys)
    assert "failed: north/01.txt" in text
    assert (CLEAN / "north/00.txt").is_file()
    assert (CLEAN / "north/02.txt").is_file()
    assert hook("fix", *files) == 1  # it still fails


# explain in place


def test_what_was_done_is_shown_in_a_table_with_the_commands_that_show_more(capsys):
    corpus()
    new = replace(pages("north", 1, seed=7)[0], body=(CUT, *SITE[0].body[:2], WHOLE))
    said(capsys)
    assert hook("fix", plant("north/new.txt", new.text)) == 1
    lines = said(capsys).splitlines()
    head = next(n for n, line in enumerate(lines) if line.startswith("document"))
    assert lines[head].split("  ")[0] == "document"
    assert lines[head + 1].split() == ["north/new.txt", str(len(new.head) + len(new.foot)), "1", "-"]
    assert "wrote 2 files to corpus/clean: review and stage them" in lines
    (why,) = (line for line in lines if "why:" in line)
    command = why.split("why:")[1].split()
    assert command[0] == "scrubber"
    assert run(command[1:]) == 0
    assert template_of("north/new.txt", new.head[0]) in said(capsys)
    (overrule,) = (line for line in lines if "to overrule:" in line)
    assert str(OVERRIDES) in overrule


def test_flags_have_their_column(capsys):
    corpus()
    new = replace(SITE[0], body=(*pages("north", 1, seed=7)[0].body, CUT))
    said(capsys)
    assert hook("fix", plant("north/new.txt", new.text)) == 1
    (row,) = (line for line in said(capsys).splitlines() if line.startswith("north/new.txt"))
    flags = {flag["rule"] for flag in record("north/new.txt")["flags"]}
    assert "cut-word" in flags
    assert row.endswith(", ".join(sorted(flags)))


def test_a_long_list_is_cut_short(capsys):
    files = plant_site(made=pages("north", 24, paragraphs=1))
    assert hook("fix", *files) == 1
    lines = said(capsys).splitlines()
    assert sum(line.startswith("north/") for line in lines) == 20
    assert "and 4 more documents" in lines
    assert "wrote 48 files to corpus/clean: review and stage them" in lines


def test_nothing_to_do_says_nothing(capsys):
    files = corpus()
    capsys.readouterr()
    assert hook("fix", *files) == hook("check") == hook("learn") == 0
    assert capsys.readouterr().out == ""


# batch and hook


def plant_all():
    """Sites of both kinds, one of few pages, a stranger, and text cut off here and whole there."""
    lent = [replace(SITE[0], body=(*SITE[0].body, CUT)), replace(SITE[1], body=(*SITE[1].body, WHOLE))]
    files = [*plant_site(made=[*lent, *SITE[2:]]), *plant_pages("south", 5), *plant_pages("east", 2)]
    stranger = paragraph(random.Random("stranger"), 6)
    files.append(plant("stranger.txt", stranger))
    files.append(plant("latin.txt", f"Le café.\r\n\r\n{CUT}\r\n".encode("cp1252")))
    return files


@pytest.mark.parametrize("cached", [True, False])
def test_batch_and_hook_write_the_same_bytes(cached):
    files = plant_all()
    learned()
    assert run(["clean", str(RAW), "--output", "batch", "--templates", str(INDEX), "--quiet"]) == 0
    if not cached:
        CACHE.unlink()
    fixed(*files)
    batch = documents(Path("batch"))
    assert WHOLE in (CLEAN / "north/00.txt").read_text()
    assert documents() == batch
    for name in batch:
        (CLEAN / name).unlink()
    for file in reversed(files):
        assert hook("fix", "--quiet", file) == 1
    assert documents() == batch


def test_a_new_document_comes_out_as_in_a_batch_with_the_same_index():
    corpus()
    files = [
        plant("north/new.txt", pages("north", 1, seed=7)[0].text),
        plant("south/new.html", SITE[1].markup),
    ]
    fixed(*files)
    assert run(["clean", str(RAW), "--output", "batch", "--templates", str(INDEX), "--quiet"]) == 0
    assert documents() == documents(Path("batch"))


def test_after_a_batch_run_there_is_nothing_left_to_fix():
    files = plant_all()
    assert run(["clean", str(RAW), "--output", str(CLEAN), "--quiet"]) == 0
    before = tree()
    assert hook("fix", *files) == hook("check", "--strict") == 0
    assert tree() == before


def test_what_one_process_makes_of_many_files_two_make_too():
    files = plant_all()
    learned()
    fixed(*files)
    together = tree()
    for file in files:
        (CLEAN / Path(file).relative_to(RAW)).unlink(missing_ok=True)
    assert hook("fix", "--quiet", *files[::2]) == 1
    assert hook("fix", "--quiet", *files[1::2]) == 1
    assert tree() == together


def with_text(n, *paragraphs):
    (page,) = pages("north", 1, seed=n)
    return replace(page, body=(*page.body, *paragraphs)).text


def test_a_new_document_lends_to_another_whether_or_not_there_is_a_cache():
    corpus()
    fixed(plant("north/whole.txt", with_text(7, WHOLE)))
    cut = plant("north/cut.txt", with_text(8, CUT))
    fixed(cut)
    cached = tree()
    CACHE.unlink()
    assert hook("fix", "--quiet", cut) == 0
    assert tree() == cached


def test_with_a_cache_two_processes_complete_what_one_does():
    corpus()
    files = [plant("north/cut.txt", with_text(8, CUT)), plant("north/whole.txt", with_text(7, WHOLE))]
    fixed(*files)
    together = tree()
    for name in together:
        if name.startswith(("north/cut", "north/whole")):
            (CLEAN / name).unlink()
    for file in files:
        assert hook("fix", "--quiet", file) == 1
    assert tree() == together


# first documents


def test_documents_staged_together_do_not_vouch_for_one_another():
    files = plant_site(made=SITE[:4])
    fixed(*files)
    together = tree()
    for n, file in enumerate(files):
        shutil.rmtree(CLEAN)
        shutil.rmtree(RAW)
        plant(f"north/{n:02}.txt", SITE[n].text)
        fixed(file)
        alone = tree()
        assert alone == {name: data for name, data in together.items() if name in alone}


def test_without_an_index_two_processes_do_what_one_does():
    """Only git knows which documents come together."""
    files = plant_site(made=SITE[:4])
    git("init", "--quiet")
    git("add", "--all")
    fixed(*files)
    together = tree()
    shutil.rmtree(CLEAN)
    assert hook("fix", "--quiet", *files[:2]) == 1
    assert hook("fix", "--quiet", *files[2:]) == 1
    assert tree() == together


def test_without_an_index_the_rest_of_the_corpus_speaks(capsys):
    plant_site()
    (new,) = pages("north", 1, seed=7)
    assert hook("fix", plant("north/new.txt", new.text)) == 1
    text = said(capsys)
    assert "judged with what the other 14 raw documents have in common" in text
    clean = (CLEAN / "north/new.txt").read_text()
    assert all(block in clean for block in (new.title, *new.body))
    assert not any(block in clean for block in (*new.head, *new.foot))


def test_a_site_that_the_index_does_not_know_is_named(capsys):
    corpus()
    said(capsys)
    assert hook("fix", *plant_site("south", pages("south", 5))) == 1
    text = said(capsys)
    assert "no other document of the site of south/00.txt, south/01.txt, south/02.txt and 2 more" in text
    assert "`scrubber hook learn`" in text


# check


def test_check_writes_nothing():
    corpus()
    (CLEAN / "north/03.txt").write_text("Mine.\n")
    before = {
        path: (path.stat().st_mtime_ns, path.read_bytes()) for path in Path().rglob("*.*") if path.is_file()
    }
    assert hook("check") == 1
    after = {
        path: (path.stat().st_mtime_ns, path.read_bytes()) for path in Path().rglob("*.*") if path.is_file()
    }
    assert after == before


def test_check_of_no_corpus_finds_nothing():
    assert hook("check") == 0
    assert not Path("corpus").exists()


def clean_file(end=""):
    return CLEAN / f"north/03.txt{end}"


def forget_an_edit():
    """A ledger that no longer leads back to the raw text."""
    path = clean_file(".provenance.json")
    plain = json.loads(path.read_bytes())
    plain["ledger"]["layers"][-1]["edits"].pop()
    path.write_text(json.dumps(plain))


def uncleaned():
    clean_file().unlink()
    clean_file(".provenance.json").unlink()


BROKEN = {
    "edited by hand": (lambda: clean_file().write_text("Mine.\n"), "was changed after the run"),
    "raw changed": (lambda: plant("north/03.txt", "Other.\n"), "the raw file has changed since"),
    "raw gone": ((RAW / "north/03.txt").unlink, "its raw document is gone"),
    "text gone": (clean_file().unlink, "the clean text north/03.txt is missing"),
    "provenance gone": (clean_file(".provenance.json").unlink, "is not cleaned"),
    "provenance torn": (
        lambda: clean_file(".provenance.json").write_text("{"),
        "its provenance cannot be read",
    ),
    "ledger torn": (forget_an_edit, "ledger"),
    "never cleaned": (uncleaned, "there is no north/03.txt"),
}


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.parametrize("strict", [False, True])
def test_a_broken_document_fails_and_is_named(case, strict, capsys):
    corpus()
    action, message = BROKEN[case]
    action()
    said(capsys)
    assert hook("check", *(["--strict"] if strict else [])) == 1
    broken = [line for line in said(capsys).splitlines() if line.startswith("broken: ")]
    assert all(line.startswith("broken: north/03.txt: ") for line in broken)
    assert message in broken[0]


@pytest.mark.parametrize("case", [case for case in BROKEN if case != "raw gone"])
def test_fix_mends_what_is_broken(case):
    files = corpus()
    BROKEN[case][0]()
    assert hook("check", "--quiet") == 1
    assert hook("fix", "--quiet", files[3]) == 1
    assert hook("check", "--quiet") == 0


def test_a_document_that_became_empty_is_told_of_until_its_files_are_removed():
    file = plant("one.txt", SITE[0].text)
    fixed(file)
    plant("one.txt", "")
    assert hook("fix", file) == 0
    assert hook("check") == 1
    for path in CLEAN.glob("one.txt*"):
        path.unlink()
    assert hook("check") == 0


def test_a_deleted_document_is_told_of_until_its_files_are_removed(capsys):
    corpus()
    (RAW / "north/03.txt").unlink()
    said(capsys)
    assert hook("check") == 1
    assert "remove north/03.txt and its provenance as well, or restore the raw document" in said(capsys)
    (CLEAN / "north/03.txt").unlink()
    assert hook("check") == 1
    (CLEAN / "north/03.txt.provenance.json").unlink()
    assert hook("check") == 0


def test_a_clean_text_without_raw_document_and_provenance_is_told_of(capsys):
    corpus()
    (RAW / "north/03.txt").unlink()
    (CLEAN / "north/03.txt.provenance.json").unlink()
    said(capsys)
    assert hook("check") == 1
    assert "north/03.txt" in said(capsys)


def test_a_document_that_cannot_be_cleaned_does_not_stop_every_commit(capsys):
    files = corpus()
    picture = plant("picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(200))
    empty = plant("empty.txt", b"")
    assert hook("fix", picture, empty) == 0
    assert "skipped: picture.txt" in said(capsys)
    assert hook("check") == 0
    assert hook("fix", *files) == 0


def test_other_settings_make_documents_outdated(capsys):
    corpus()
    Path("scrubber.toml").write_text("[chrome]\nthreshold = 1.0\n")
    said(capsys)
    assert hook("check") == 0
    text = said(capsys)
    assert "outdated: north/00.txt" in text
    assert "14 documents outdated" in text
    assert hook("check", "--strict") == 1
    fixed(*(RAW / f"north/{n:02}.txt" for n in range(len(SITE))))
    assert hook("check", "--strict") == 0


def test_the_command_that_brings_outdated_documents_up_to_date_does_so(capsys):
    corpus()
    Path("scrubber.toml").write_text("[chrome]\nthreshold = 1.0\n")
    said(capsys)
    assert hook("check", "--strict") == 1
    (command,) = (part for part in said(capsys).split("`") if part.startswith("scrubber "))
    assert run([*command.split()[1:], "--quiet"]) == 0
    assert hook("check", "--strict") == 0


def test_without_an_index_documents_grow_old_as_well():
    file = plant("one.txt", SITE[0].text)
    fixed(file)
    Path("scrubber.toml").write_text("[chrome]\nthreshold = 1.0\n")
    assert hook("check", "--strict") == 1
    fixed(file)
    assert hook("check", "--strict") == 0


def test_what_was_completed_from_others_is_not_outdated_where_there_is_no_cache():
    files = plant_all()
    assert run(["clean", str(RAW), "--output", str(CLEAN), "--quiet"]) == 0
    assert WHOLE in (CLEAN / "north/00.txt").read_text()
    new = plant("north/new.txt", pages("north", 1, seed=7)[0].text)
    learned()
    fixed(new)
    CACHE.unlink()
    assert hook("check", "--strict") == 0
    texts = clean_texts()
    hook("fix", "--quiet", *files)
    assert clean_texts() == texts


def outdate():
    """Learn what makes the chrome of documents cleaned alone known."""
    files = plant_site(made=NOTED[:1])
    fixed(*files)
    assert NOTICE in (CLEAN / "north/00.txt").read_text("utf-8")
    plant_site(made=NOTED[1:], start=1)
    learned()
    fixed(*(RAW / f"north/{n:02}.txt" for n in range(1, len(SITE))))


def test_a_newer_index_makes_documents_outdated(capsys):
    outdate()
    said(capsys)
    assert hook("check") == 0
    assert "outdated: north/00.txt" in said(capsys)
    assert hook("check", "--strict") == 1
    fixed(RAW / "north/00.txt")
    assert hook("check", "--strict") == 0


def test_a_newer_index_makes_documents_of_a_batch_run_outdated(capsys):
    plant("north/00.txt", NOTED[0].text)
    assert run(["clean", str(RAW), "--output", str(CLEAN), "--quiet"]) == 0
    assert NOTICE in (CLEAN / "north/00.txt").read_text("utf-8")
    plant_site(made=NOTED[1:], start=1)
    learned()
    fixed(*(RAW / f"north/{n:02}.txt" for n in range(1, len(SITE))))
    said(capsys)
    assert hook("check") == 0
    assert "outdated: north/00.txt" in said(capsys)
    assert hook("check", "--strict") == 1


@pytest.mark.parametrize("batch", [True, False])
def test_a_moved_count_is_neither_broken_nor_outdated(batch, capsys):
    if batch:
        plant_site()
        assert run(["clean", str(RAW), "--output", str(CLEAN), "--quiet"]) == 0
    else:
        corpus()
    before = INDEX.read_bytes()
    fixed(plant("north/new.txt", pages("north", 1, seed=7)[0].text))
    learned()
    assert INDEX.read_bytes() != before
    capsys.readouterr()
    assert hook("check", "--strict") == 0
    assert capsys.readouterr().out == ""


# overrides


def test_an_override_makes_fix_write_the_block_again(capsys):
    files = corpus()
    block = SITE[3].foot[0]
    template = template_of("north/03.txt", block)
    OVERRIDES.write_text(f'"{template}" = {{ verdict = "keep", reason = "ours" }}\n')
    assert hook("fix", *files) == 1
    for n in range(len(SITE)):
        assert block in (CLEAN / f"north/{n:02}.txt").read_text()
    assert hook("fix", *files) == hook("check", "--strict") == 0
    fixed(plant("north/new.txt", pages("north", 1, seed=7)[0].text))
    assert block in (CLEAN / "north/new.txt").read_text()
    texts = clean_texts()
    assert hook("learn") == 1
    hook("fix", *files)
    assert clean_texts() == texts  # it survives learning
    OVERRIDES.unlink()
    assert hook("fix", *files) == 1
    assert block not in (CLEAN / "north/03.txt").read_text()


def test_an_override_makes_documents_outdated_until_they_are_cleaned_again(capsys):
    files = corpus()
    template = template_of("north/03.txt", SITE[3].foot[0])
    OVERRIDES.write_text(f'"{template}" = "keep"\n')
    said(capsys)
    assert hook("check") == 0
    assert "outdated: north/03.txt" in said(capsys)
    assert hook("check", "--strict") == 1
    fixed(*files)
    assert hook("check", "--strict") == 0


def overrule(name, block, verdict):
    """Rule on a removed block of a document; returns its template."""
    template = template_of(name, block)
    OVERRIDES.write_text(f'"{template}" = "{verdict}"\n')
    return template


def outdated(capsys):
    """The documents that check calls outdated, cleaned again one and all."""
    said(capsys)
    assert hook("check") == 0
    names = [line.split(": ")[1] for line in said(capsys).splitlines() if line.startswith("outdated: ")]
    assert hook("check", "--strict") == (1 if names else 0)
    return names


@pytest.mark.parametrize("batch", [True, False])
def test_an_override_makes_only_documents_outdated_that_hold_the_block(batch, capsys, monkeypatch):
    files = [*plant_site(), *plant_site("south", pages("south", 14))]
    if batch:
        assert run(["clean", str(RAW), "--output", str(CLEAN), "--quiet"]) == 0
    else:
        learned()
        assert hook("fix", "--quiet", *files) == 1
    block = SITE[3].foot[0]
    holders = [f"north/{n:02}.txt" for n, page in enumerate(SITE) if block in page.foot]
    assert hook("check", "--strict") == 0
    overrule("north/03.txt", block, "keep")
    if batch:  # after `hook learn` all are looked at, for want of a manifest
        cleaned = []
        scrub = passes.scrub_and_write
        monkeypatch.setattr(
            passes,
            "scrub_and_write",
            lambda c, inputs: cleaned.extend(i.id for i in inputs) or scrub(c, inputs),
        )
        monkeypatch.setattr(workers, "available_jobs", lambda: 1)
    assert outdated(capsys) == holders
    if batch:
        assert sorted(set(cleaned)) == holders
    hook("fix", "--quiet", *files)
    assert outdated(capsys) == []


@pytest.mark.parametrize("after", ["drop", None])
def test_an_override_that_agrees_makes_nothing_outdated(after, capsys):
    plant_site()
    assert run(["clean", str(RAW), "--output", str(CLEAN), "--quiet"]) == 0
    overrule("north/03.txt", SITE[3].foot[0], "drop")
    assert outdated(capsys) == []
    if after is None:
        OVERRIDES.unlink()
        assert outdated(capsys) == []


def test_a_block_that_people_dropped_is_missed_when_they_take_that_back(capsys):
    files = plant_site()
    assert run(["clean", str(RAW), "--output", str(CLEAN), "--quiet"]) == 0
    key = block_key(fold(SITE[3].body[0]))
    OVERRIDES.write_text(f'"{key:016x}" = "drop"\n')
    assert outdated(capsys) == ["north/03.txt"]
    assert hook("fix", "--quiet", *files) == 1
    assert SITE[3].body[0] not in (CLEAN / "north/03.txt").read_text()
    assert outdated(capsys) == []
    OVERRIDES.unlink()
    assert outdated(capsys) == ["north/03.txt"]


def test_a_block_that_people_kept_is_too_much_when_they_take_that_back(capsys):
    files = plant_site()
    assert run(["clean", str(RAW), "--output", str(CLEAN), "--quiet"]) == 0
    block = SITE[3].foot[0]
    holders = [f"north/{n:02}.txt" for n, page in enumerate(SITE) if block in page.foot]
    overrule("north/03.txt", block, "keep")
    assert hook("fix", "--quiet", *files) == 1
    assert outdated(capsys) == []
    OVERRIDES.unlink()
    assert outdated(capsys) == holders
    assert hook("fix", "--quiet", *files) == 1
    assert block not in (CLEAN / "north/03.txt").read_text()
    assert outdated(capsys) == []


def test_overrides_are_found_behind_the_layers_of_encoding(capsys):
    """Line ends and a word that was decoded wrongly: the block has its key from what they become."""
    for n, page in enumerate(SITE):
        plant(f"north/{n:02}.txt", page.text.replace("\n", "\r\n") + "\r\nLe cafÃ© du village.\r\n")
    assert run(["clean", str(RAW), "--output", str(CLEAN), "--quiet"]) == 0
    for verdict in ("keep", "drop"):
        key = block_key(fold("Le café du village."))
        OVERRIDES.write_text(f'"{key:016x}" = "{verdict}"\n')
        kept = "Le café du village." in (CLEAN / "north/03.txt").read_text()
        assert len(outdated(capsys)) == (0 if kept == (verdict == "keep") else len(SITE))


@pytest.mark.parametrize("mode", ["spans", "none"])
def test_without_a_full_ledger_overrides_are_found_too(mode, capsys):
    Path("scrubber.toml").write_text(f'ledger = "{mode}"\n')
    plant_site()
    assert run(["clean", str(RAW), "--output", str(CLEAN), "--quiet"]) == 0
    key = block_key(fold(SITE[3].body[0]))
    OVERRIDES.write_text(f'"{key:016x}" = "drop"\n')
    assert outdated(capsys) == ["north/03.txt"]


@pytest.mark.parametrize("command", ["fix", "check"])
def test_a_misspelt_override_is_refused(command, capsys):
    files = corpus()
    OVERRIDES.write_text('"0123456789abcdef" = "kep"\n')
    before = tree()
    said(capsys)
    assert hook(command, *(files if command == "fix" else ["--strict"])) == 2
    assert 'did you mean "keep"?' in said(capsys)
    assert tree() == before


# the index


def test_learn_writes_what_scrubber_learn_writes(capsys):
    plant_all()
    assert hook("learn") == 1
    assert "learned 23 documents into corpus/clean/templates.jsonl: stage it" in said(capsys)
    assert run(["learn", str(RAW), "--output", "other/templates.jsonl", "--quiet"]) == 0
    assert INDEX.read_bytes() == Path("other/templates.jsonl").read_bytes()
    assert CACHE.read_bytes() == Path("other/templates.evidence").read_bytes()


def test_learn_without_raw_documents_writes_nothing(capsys):
    assert hook("learn") == 0
    assert "nothing to learn" in said(capsys)
    assert not Path("corpus").exists()


def test_learn_says_what_it_could_not_read(capsys):
    plant_site(made=SITE[:3])
    plant("picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(200))
    assert hook("learn") == 1
    text = said(capsys)
    assert "skipped: picture.txt" in text
    assert "learned 3 documents" in text


def test_learn_makes_the_cache_anew_and_exits_with_nothing_changed():
    plant_site()
    learned()
    cache = CACHE.read_bytes()
    CACHE.unlink()
    assert hook("learn") == 0
    assert CACHE.read_bytes() == cache


def of_an_older_version():
    first, *rest = INDEX.read_text().splitlines(keepends=True)
    INDEX.write_text(re.sub(r"scrubber\.templates/\d+", "scrubber.templates/0", first) + "".join(rest))
    assert "scrubber.templates/0" in INDEX.read_text()


def with_a_conflict():
    lines = INDEX.read_text().splitlines(keepends=True)
    INDEX.write_text(
        "".join([*lines[:3], "<<<<<<< HEAD\n", lines[3], "=======\n", ">>>>>>> other\n", *lines[4:]])
    )


def cut_short():
    INDEX.write_bytes(INDEX.read_bytes()[:-100])


@pytest.mark.parametrize("damage", [of_an_older_version, with_a_conflict, cut_short])
def test_an_index_that_cannot_be_read_is_refused_with_the_command_that_rebuilds_it(damage, capsys):
    files = corpus()
    index, before = INDEX.read_bytes(), documents()
    damage()
    said(capsys)
    assert hook("fix", *files) == 2
    text = said(capsys)
    assert "learn" in text
    assert "internal error" not in text
    assert documents() == before
    assert hook("learn") == 1
    assert INDEX.read_bytes() == index
    assert hook("fix", *files) == 0


def test_the_command_that_rebuilds_the_index_is_one_that_can_be_pasted(capsys):
    files = corpus()
    of_an_older_version()
    said(capsys)
    assert hook("fix", *files) == 2
    assert "`scrubber hook learn`" in said(capsys)


def test_check_tells_of_an_index_that_cannot_be_read(capsys):
    corpus()
    of_an_older_version()
    said(capsys)
    assert hook("check") == 2
    assert "learn" in said(capsys)


# configuration


def test_raw_clean_and_index_come_from_the_configuration():
    Path("scrubber.toml").unlink()
    Path("pyproject.toml").write_text(
        '[tool.scrubber]\nraw = "dump"\nclean = "tidy/texts"\nindex = "tidy/known.jsonl"\n'
    )
    Path("dump").mkdir()
    for n, page in enumerate(SITE):
        Path(f"dump/{n}.txt").write_text(page.text)
    assert hook("learn") == 1
    assert hook("fix", *Path("dump").iterdir()) == 1
    assert sorted(path.name for path in Path("tidy").iterdir()) == [
        "known.evidence",
        "known.jsonl",
        "known.slices",
        "texts",
    ]
    assert len(list(Path("tidy/texts").iterdir())) == 2 * len(SITE)
    assert hook("check", "--strict") == 0
    assert not Path("corpus").exists()


def test_the_configuration_can_be_named():
    Path("elsewhere").mkdir()
    Path("elsewhere/ours.toml").write_text('raw = "in"\nclean = "out"\n')
    Path("elsewhere/in").mkdir()
    Path("elsewhere/in/one.txt").write_text(SITE[0].text)
    assert hook("fix", "--config", "elsewhere/ours.toml", "elsewhere/in/one.txt") == 1
    assert Path("elsewhere/out/one.txt").is_file()
    assert hook("check", "--config", "elsewhere/ours.toml") == 0
    assert hook("learn", "--config", "elsewhere/ours.toml") == 1


@pytest.mark.parametrize("command", ["fix", "check", "learn"])
def test_a_wrong_key_in_the_configuration_is_named(command, capsys):
    Path("scrubber.toml").write_text("threshold = 1\n")
    assert hook(command) == 2
    assert "threshold" in said(capsys)


# what a process loads


def loaded(*arguments):
    """Exit code of a process of its own, and the modules that it has loaded at its end."""
    program = (
        "import json, sys; from scrubber.cli import run; code = run(sys.argv[1:]);"
        "print(); print(json.dumps([code, sorted(sys.modules)]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "hook", *map(str, arguments)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    code, modules = json.loads(done.stdout.splitlines()[-1])
    return code, {name.partition(".")[0] for name in modules}


HEAVY = {
    "datasketch",
    "scipy",
    "trafilatura",
    "htmldate",
    "justext",
    "wordfreq",
    "langcodes",
    "pyarrow",
    "rich",
}
"""What HTML, learning anew, or a terminal may need. (lxml is loaded: a few milliseconds.)"""


@pytest.mark.parametrize("state", ["no index", "index of the site", "index and no cache"])
def test_a_text_document_does_not_pay_for_imports_that_it_does_not_need(state):
    if state != "no index":
        corpus()
    if state == "index and no cache":
        CACHE.unlink()
    code, modules = loaded("fix", plant("north/new.txt", pages("north", 1, seed=7)[0].text))
    assert code == 1
    assert not modules & HEAVY


@pytest.mark.parametrize("arguments", [["check"], ["check", "--strict"]])
def test_checking_text_documents_does_not_pay_for_them_either(arguments):
    corpus()
    code, modules = loaded(*arguments)
    assert code == 0
    assert not modules & HEAVY


def test_files_that_are_none_of_ours_cost_next_to_nothing():
    corpus()
    Path("notes.txt").write_text("Not in the raw tree.\n")
    code, modules = loaded("fix", "notes.txt")
    assert code == 0
    assert not modules & {*HEAVY, "wordfreq", "py3langid", "ftfy", "rich"}
