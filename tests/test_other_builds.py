"""Equal inputs, settings, weights and code give equal outputs; what differs takes nothing over from an earlier run.

A build is a copy of the package, run as a process of its own, as another release of the same version would be.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import msgspec
import pytest
from forests import NAMES
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from invented import pages

import scrubber
from scrubber import version
from scrubber.classifying.model import built_in, built_in_digest, digest_of, parse
from scrubber.cli import run
from scrubber.config import Config
from scrubber.documents import Flag, RawDocument
from scrubber.judged import Judge
from scrubber.pipeline import NO_INDEX, made_by, scrub_by
from scrubber.running import (
    evidence_cache,
    evidence_log,
    learning,
    lending,
    passes,
    resolving,
    unpacking,
)
from scrubber.writing import provenance

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path(scrubber.__file__).parent
HIDDEN = shutil.ignore_patterns("__pycache__", ".*")


# The identities


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A small package in the place of this one."""
    folder = tmp_path / "scrubber"
    (folder / "inner").mkdir(parents=True)
    (folder / "version.py").write_bytes(b"x = 1\n")
    (folder / "inner" / "code.py").write_bytes(b"def f():\n    return 1\n")
    (folder / "inner" / "weights.json").write_bytes(b'{"a": 1}\n')
    monkeypatch.setattr(version, "__file__", str(folder / "version.py"))
    return folder


def digest():
    return version.code_digest.__wrapped__()


@pytest.mark.parametrize("name", ["version.py", "inner/code.py", "inner/weights.json"])
def test_any_file_that_is_edited_renamed_added_or_removed_makes_other_code(package, name):
    before, path = digest(), package / name
    data = path.read_bytes()
    path.write_bytes(data + b"#")
    edited = digest()
    path.write_bytes(data)
    assert digest() == before
    path.rename(path.with_name("other" + path.suffix))
    renamed = digest()
    (package / name).write_bytes(data)
    added = digest()
    path.unlink()
    path.with_name("other" + path.suffix).unlink()
    assert len({before, edited, renamed, added, digest()}) == 5


def test_where_one_file_ends_and_another_begins_is_part_of_the_code(package):
    before = digest()
    (package / "inner" / "code.py").write_bytes(b"def f():\n")
    (package / "inner" / "weights.json").write_bytes(b'    return 1\n{"a": 1}\n')
    assert digest() != before


def test_bytecode_hidden_files_line_ends_and_times_are_no_code(package):
    before = digest()
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "version.cpython-311.pyc").write_bytes(b"\0")
    (package / ".DS_Store").write_bytes(b"\0")
    (package / "inner" / ".code.py.swp").write_bytes(b"\0")
    for path in package.rglob("*.*"):
        if path.suffix in (".py", ".json"):
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
            os.utime(path, (1, 1))
    assert digest() == before


def test_a_package_in_an_archive_is_identified_by_it(package, monkeypatch):
    def packed(text):
        with zipfile.ZipFile(package.parent / "code.zip", "w") as archive:
            archive.writestr("scrubber/version.py", text)
        monkeypatch.setattr(version, "__file__", str(package.parent / "code.zip" / "scrubber" / "version.py"))
        return digest()

    assert packed("x = 1") == packed("x = 1") != packed("x = 2")


def test_the_digest_is_of_all_that_is_installed(tmp_path, monkeypatch):
    """Every file of the package with one byte more: none is passed over."""
    copy = Path(shutil.copytree(PACKAGE, tmp_path / "scrubber", ignore=HIDDEN))
    monkeypatch.setattr(version, "__file__", str(copy / "version.py"))
    assert digest() == version.code_digest()
    listed = [path for path in copy.rglob("*") if path.is_file()]
    seen = {digest()}
    for path in listed:
        data = path.read_bytes()
        path.write_bytes(data + b" ")
        seen.add(digest())
        path.write_bytes(data)
    assert len(seen) == len(listed) + 1


def test_the_build_knows_the_packages_that_are_required():
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert {line.split()[0] for line in version._packages()} == {
        re.split(r"\W*>=", line)[0] for line in needed
    }


def test_without_a_list_of_requirements_all_packages_count(monkeypatch):
    named = version._packages()
    monkeypatch.setattr(version, "_DISTRIBUTION", "no-such-distribution")
    every = {line.casefold() for line in version._packages.__wrapped__()}
    assert every > {line.casefold() for line in named}


@pytest.mark.parametrize(
    ("name", "value"), [("code_digest", lambda: "other"), ("_packages", lambda: ("numpy 0",))]
)
def test_other_code_and_other_packages_make_another_build(monkeypatch, name, value):
    before = version.build_digest()
    monkeypatch.setattr(version, name, value)
    assert version.build_digest() != before


# Weights


def weights_text():
    return (PACKAGE / "classifying" / "weights.json").read_text("utf-8")


def test_weights_are_identified_by_what_they_say():
    laid_out = json.dumps(json.loads(weights_text()), indent=5)
    assert digest_of(parse(laid_out)) == digest_of(built_in()) == built_in_digest()


@pytest.mark.parametrize("kind", ["words", "a word more"])
@pytest.mark.parametrize("name", NAMES)
def test_any_number_that_differs_makes_other_weights(name, kind):
    plain = json.loads(weights_text())
    forest = plain["forests"][name]
    if kind == "words" and forest["words"]:
        forest["words"][min(forest["words"])] += 1
    else:
        forest["words"]["no such word"] = 0
    assert digest_of(parse(json.dumps(plain))) != built_in_digest()


@settings(max_examples=15)
@given(st.data())
def test_any_number_of_a_tree_that_differs_makes_other_weights(data):
    plain = json.loads(weights_text())
    forest = plain["forests"][data.draw(st.sampled_from(NAMES))]
    kind = data.draw(st.sampled_from(["value", "bin", "a tree less", "the trees' order"]))
    tree = forest["trees"][data.draw(st.integers(0, len(forest["trees"]) - 2))]
    if kind == "value":
        tree[data.draw(st.integers(0, len(tree) - 1))][-1] += 1
    elif kind == "bin":
        assume(len(tree) > 1)
        tree[0][1] += 1
    elif kind == "a tree less":
        forest["trees"].remove(tree)
    else:
        assume(tree != forest["trees"][-1])
        forest["trees"].remove(tree)
        forest["trees"].append(tree)
    assert digest_of(parse(json.dumps(plain))) != built_in_digest()


def test_a_document_names_the_weights_that_judged_it():
    document = RawDocument.from_text(pages("acorn", 1)[0].text, id="a.txt")
    other = parse(without_chrome(weights_text()))
    committed = scrub_by(document, Judge(NO_INDEX, Config())).versions
    judged = scrub_by(document, Judge(NO_INDEX, Config(), other)).versions
    assert committed.weights == scrub_by(document, Judge(NO_INDEX, Config(), built_in())).versions.weights
    assert committed.weights == built_in_digest()
    assert judged.weights == digest_of(other) != committed.weights
    assert committed.behaviour == judged.behaviour == version.BEHAVIOUR


def test_the_versions_of_a_document_are_those_of_its_maker():
    document = RawDocument.from_text(pages("acorn", 1)[0].text, id="a.txt")
    by = Judge(NO_INDEX, Config())
    assert scrub_by(document, by).versions.maker == made_by(by).maker


def test_a_record_from_before_is_read_and_names_neither():
    document = RawDocument.from_text(pages("acorn", 1)[0].text, id="a.txt")
    clean = scrub_by(document, Judge(NO_INDEX, Config()))
    written = provenance.to_json(provenance.describe(clean, clean.text, Config().ledger))
    plain = json.loads(written)
    del plain["versions"]["behaviour"], plain["versions"]["weights"]
    record = provenance.from_json(json.dumps(plain).encode())
    assert (record.versions.behaviour, record.versions.weights) == (None, None)
    assert record.versions.maker != provenance.from_json(written).versions.maker
    assert "weights" not in json.loads(provenance.to_json(record))["versions"]


# Two builds of one version, and one output folder


WEIGHTS = "classifying/weights.json"


def without_chrome(text):
    """Weights that find no chrome."""
    plain = json.loads(text)
    for forest in plain["forests"].values():
        forest["trees"].append([[-9999]])
    return json.dumps(plain)


BUILDS = {
    "first": ("version.py", lambda text: text),
    "other weights": (WEIGHTS, without_chrome),
    "other comments": ("rules/boilerplate.py", lambda text: f"{text}\n# Nothing that is run.\n"),
    "other code": ("rules/boilerplate.py", lambda text: text.replace("confidence,\n", "0.5,\n", 1)),
}


@pytest.fixture(scope="module")
def builds(tmp_path_factory):
    """The package as it is, and with one file of it changed."""
    made = {}
    for name, (file, change) in BUILDS.items():
        folder = tmp_path_factory.mktemp("build")
        shutil.copytree(PACKAGE, folder / "scrubber", ignore=HIDDEN)
        path = folder / "scrubber" / file
        text = path.read_text("utf-8")
        path.write_text(change(text), "utf-8")
        assert (change(text) == text) == (name == "first")
        made[name] = folder
    return made


def by(build, *arguments, cwd=None):
    """What a build says on its standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "scrubber", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(build)},
        cwd=cwd or build,  # where it would be found first
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dump(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dump")
    for name in ("acorn", "birch"):
        (folder / name).mkdir()
        for number, page in enumerate(pages(name, 3, paragraphs=2)):
            (folder / name / f"{number}.txt").write_text(page.text, encoding="utf-8")
    return folder


def clean(build, raw, out, *options):
    """How many documents a run cleaned, and how many files it wrote."""
    by(build, "clean", raw, "-o", out, "-q", "-j", "1", *options)
    facts = json.loads((out / "run.json").read_bytes())
    return facts["cleaned_in_this_run"], facts["files"]


def files(out):
    """All that a run leaves for others."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != "run.json" and ".scrubber" not in path.parts
    }


def changed(build, raw, out):
    """What `--check` lists, which knows of no earlier run."""
    told = by(build, "clean", raw, "-o", out, "-q", "-j", "1", "--check")
    return {line.partition(": ")[2] for line in told.splitlines()}


@pytest.mark.parametrize("name", ["other weights", "other code", "other comments"])
def test_a_rerun_by_another_build_writes_what_check_lists_and_the_next_one_nothing(
    builds, dump, tmp_path, name
):
    out = tmp_path / "out"
    clean(builds["first"], dump, out)
    before = files(out)
    listed = changed(builds[name], dump, out)
    assert bool(listed) == (name != "other comments")
    assert clean(builds[name], dump, out) == (6, len(listed))
    after = files(out)
    assert {file for file in before if before[file] != after[file]} == listed
    assert clean(builds[name], dump, out) == (0, 0)


def test_shards_of_other_weights_are_written_again(builds, dump, tmp_path):
    out, fresh = tmp_path / "out", tmp_path / "fresh"
    clean(builds["first"], dump, out, "--format", "jsonl")
    cleaned, written = clean(builds["other weights"], dump, out, "--format", "jsonl")
    assert cleaned == 6
    assert written > 0
    assert clean(builds["other weights"], dump, out, "--format", "jsonl") == (0, 0)
    clean(builds["other weights"], dump, fresh, "--format", "jsonl")
    assert files(out) == files(fresh)


def test_provenance_tells_other_weights_and_not_other_comments(builds, dump, tmp_path):
    made = {}
    for name, build in builds.items():
        clean(build, dump, tmp_path / name)
        record = json.loads((tmp_path / name / "acorn" / "0.txt.provenance.json").read_bytes())
        made[name] = record["versions"]
    assert made["first"]["weights"] != made["other weights"]["weights"]
    assert made["first"]["behaviour"] == made["other weights"]["behaviour"] == version.BEHAVIOUR
    assert made["first"] == made["other comments"]


def test_hook_check_names_the_documents_that_other_weights_cleaned(builds, tmp_path):
    (tmp_path / "scrubber.toml").write_text("")
    for number, page in enumerate(pages("north", 3)):
        path = tmp_path / "corpus" / "raw" / f"{number:02}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page.text, encoding="utf-8")
    both = ("clean", "corpus/raw", "--output", "corpus/clean", "--quiet")
    by(builds["first"], *both, cwd=tmp_path)

    def outdated(build):
        told = by(build, "hook", "check", "--quiet", cwd=tmp_path).splitlines()
        return {line.split(": ")[1] for line in told if line.startswith("outdated: ")}

    texts = {path.name: path.read_bytes() for path in (tmp_path / "corpus" / "clean").glob("*.txt")}
    assert outdated(builds["first"]) == outdated(builds["other comments"]) == set()
    named = outdated(builds["other weights"])
    by(builds["other weights"], *both, cwd=tmp_path)
    assert outdated(builds["other weights"]) == set()
    now = {path.name: path.read_bytes() for path in (tmp_path / "corpus" / "clean").glob("*.txt")}
    assert named == {name for name in texts if texts[name] != now[name]} != set()


# What is cached


@pytest.fixture
def other_code(monkeypatch):
    """From when it is called on, the code is another one."""

    def change(name="other"):
        for module in (version, resolving):
            monkeypatch.setattr(module, "code_digest", lambda: name)

    return change


@pytest.fixture
def learned(dump, tmp_path):
    index = tmp_path / "index.jsonl"
    assert run(["learn", str(dump), "-o", str(index), "-q", "-j", "1"]) == 0
    return index


def test_the_evidence_of_other_code_is_not_read_again_from_the_log(dump, tmp_path, other_code):
    out = tmp_path / "out"
    assert run(["clean", str(dump), "-o", str(out), "-q", "-j", "1"]) == 0
    log = out / ".scrubber" / "evidence.log"
    assert len(evidence_log.load(log, evidence_log.settings_of(Config()))) == 6
    other_code()
    assert not evidence_log.load(log, evidence_log.settings_of(Config()))


def test_the_cache_of_other_code_is_not_read(learned, other_code):
    assert evidence_cache.load(learned) is not None
    assert evidence_cache.why_not(learned) is None
    other_code()
    assert evidence_cache.load(learned) is None
    assert learning.load_given(learned).cache is None
    assert "made by another version of scrubber" in evidence_cache.why_not(learned)


def test_a_cache_from_before_code_was_named_is_not_read(learned):
    path = evidence_cache.beside(learned)
    schema, index, build, *rest = msgspec.msgpack.decode(path.read_bytes())
    assert build == version.build_digest()
    for older in ([schema, index, *rest], ["scrubber.evidence/2", index, *rest]):
        path.write_bytes(msgspec.msgpack.encode(older))
        assert evidence_cache.load(learned) is None
    path.write_bytes(msgspec.msgpack.encode([schema, index, build, *rest]))
    assert evidence_cache.load(learned) is not None


def test_clean_says_that_it_could_not_use_the_cache(learned, dump, tmp_path, other_code, capsys):
    command = ["clean", str(dump), "-o", str(tmp_path / "out"), "--templates", str(learned), "-j", "1"]
    assert run(command) == 0
    assert "index.evidence" not in capsys.readouterr().err
    other_code()
    assert run(command) == 0
    said = capsys.readouterr().err
    assert "index.evidence is damaged, of another index, or made by another version of scrubber" in said
    assert "`scrubber learn` makes it" in said


def test_an_update_by_other_code_reads_everything(learned, dump, other_code, monkeypatch):
    read = []
    gather = learning._gather
    monkeypatch.setattr(
        learning, "_gather", lambda inputs, *rest: read.extend(i.id for i in inputs) or gather(inputs, *rest)
    )
    command = ["learn", str(dump), "-o", str(learned), "-q", "-j", "1", "--update"]
    index = learned.read_bytes()
    assert run(command) == 0
    assert read == []
    other_code()
    assert run(command) == 0
    assert len(read) == 6
    assert run(command) == 0
    assert len(read) == 6
    assert learned.read_bytes() == index


def test_the_binary_index_of_other_code_is_not_read(learned, other_code):
    lines = learned.read_bytes()
    assert resolving.load_beside(learned, lines) is not None
    other_code()
    assert resolving.load_beside(learned, lines) is None
    assert learning.index_bytes(learning.load_index(learned)) == lines


def test_containers_are_unpacked_again_by_other_code(tmp_path, other_code, monkeypatch):
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    (raw / "rows.jsonl").write_text(
        "".join(json.dumps({"id": str(n), "text": f"Lock {n} opens at dawn."}) + "\n" for n in range(3))
    )
    unpacked = []
    made_of = unpacking._load
    monkeypatch.setattr(unpacking, "_load", lambda *given: unpacked.append(found := made_of(*given)) or found)
    for code, known in (("one", False), ("one", True), ("other", False), ("other", True)):
        other_code(code)
        assert run(["clean", str(raw), "-o", str(out), "-q", "-j", "1"]) == 0
        assert (unpacked.pop() is not None) == known


def test_a_hook_says_where_its_cache_cannot_be_used(tmp_path, monkeypatch, other_code, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(lending, "REHEARSED", 5)
    (tmp_path / "scrubber.toml").write_text("")
    for number, page in enumerate(pages("north", 8)):
        path = tmp_path / "corpus" / "raw" / f"{number:02}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page.text, encoding="utf-8")
    run(["hook", "learn", "--quiet"])
    path.write_text(page.text.replace(page.body[-1], f"{page.body[-1][:70]}…"), encoding="utf-8")
    capsys.readouterr()
    other_code()
    assert run(["hook", "fix", "--quiet", str(path)]) == 1
    assert "made by another version of scrubber, and was not used" in capsys.readouterr().out
    run(["hook", "learn", "--quiet"])
    path.write_text(path.read_text() + "\nOne line more.\n")
    capsys.readouterr()
    assert run(["hook", "fix", "--quiet", str(path)]) == 1
    assert "another version" not in capsys.readouterr().out


# The law


TEXTS = [
    {f"{number}.txt": page.text for number, page in enumerate(pages("acorn", 4, seed=seed, paragraphs=2))}
    for seed in range(2)
]
SETTINGS = ((), ("--sites", "one"), ("--ledger", "none"), ("--format", "jsonl"))


def core(code, ends_after):
    """The true core, which leaves the name of its code on what it cleans; and is killed after some documents."""
    left = [ends_after]

    def scrub(*given, **rest):
        if left[0] == 0:
            raise KeyboardInterrupt
        if left[0] is not None:
            left[0] -= 1
        document = TRUE_CORE(*given, **rest)
        return dataclasses.replace(document, flags=(*document.flags, Flag("code", 0, 0, code)))

    return scrub


TRUE_CORE = passes.scrub
RUNS = st.tuples(
    st.sampled_from(["one", "other"]),
    st.sampled_from(SETTINGS),
    st.sampled_from([0, 1]),
    st.sampled_from([None, None, 0, 2]),
)


@pytest.fixture(scope="module")
def fresh_runs():
    """What runs into an empty folder gave, by code, settings and dump."""
    return {}


@settings(max_examples=15)
@given(runs=st.lists(RUNS, min_size=2, max_size=6))
def test_whatever_ran_before_a_run_gives_what_it_gives_alone(tmp_path_factory, fresh_runs, runs):
    """The counter of behaviour stands still here: what a run remembers does not rest on it."""
    folder = tmp_path_factory.mktemp("law")
    out = folder / "out"

    def clean(out, code, options, texts, ends_after):
        raw = folder / "raw"
        raw.mkdir(exist_ok=True)
        for name, text in TEXTS[texts].items():
            (raw / name).write_text(text, encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(version, "code_digest", lambda: code)
            patch.setattr(passes, "scrub", core(code, ends_after))
            return run(["clean", str(raw), "-o", str(out), "-q", "-j", "1", *options])

    for number, (code, options, texts, ends_after) in enumerate(runs):
        if clean(out, code, options, texts, ends_after) == 130:
            continue
        if (code, options, texts) not in fresh_runs:
            alone = folder / f"alone {number}"
            assert clean(alone, code, options, texts, None) == 0
            fresh_runs[code, options, texts] = files(alone)
        assert files(out) == fresh_runs[code, options, texts]
