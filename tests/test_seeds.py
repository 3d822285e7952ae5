"""The five seed documents, by the benchmark's own checker, in every company they may be found in."""

import json
import random
import subprocess
import sys
from dataclasses import replace

import pytest

from scrubber.documents import RawDocument
from scrubber.pipeline import clean
from scrubber.segmenting import segment_text

POURED = 300


@pytest.fixture(scope="module")
def seeds(shared):
    return [RawDocument.from_path(path) for path in sorted((shared / "seeds").glob("*.txt"))]


@pytest.fixture
def check(shared, tmp_path):
    """Clean documents through the library, and ask the checker: its exit code, and what it says."""

    def run(dump, *options, names=None):
        wanted = set((names or {}).values()) or None
        for document in clean(dump):
            if wanted is None or document.id in wanted:
                (tmp_path / document.id).write_bytes(document.text.encode())
        command = [sys.executable, str(shared / "bench" / "check_seeds.py"), str(tmp_path), *options]
        if names:
            listed = tmp_path / "names.json"
            listed.write_text(json.dumps(names), "utf-8")
            command += ["--names", str(listed)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    return run


def all_right(result):
    code, said = result
    assert code == 0, said
    assert "all right" in said


def test_all_five(seeds, check):
    assert len(seeds) == 5
    all_right(check(seeds))


@pytest.mark.parametrize("seed", [1, 2])
def test_renamed_and_shuffled(seeds, check, seed):
    chance = random.Random(seed)
    renamed = [replace(d, id=f"{chance.randrange(16**8):08x}.txt") for d in seeds]
    names = {d.id: r.id for d, r in zip(seeds, renamed, strict=True)}
    chance.shuffle(renamed)
    all_right(check(renamed, names=names))


@pytest.mark.parametrize("gone", range(5))
def test_any_one_left_out(seeds, check, gone):
    rest = [d for number, d in enumerate(seeds) if number != gone]
    all_right(check(rest, "--only", *(d.id for d in rest)))


@pytest.mark.slow
@pytest.mark.parametrize("sample", [0, 1])
def test_poured_among_the_pages_of_others(seeds, check, shared, sample):
    """Three hundred full pages of all sets, in the same flat dump, with no address to tell them apart."""
    paths = [p for p in sorted((shared / "pagesets").glob("*/text-full/**/*.txt")) if p.stat().st_size]
    chosen = random.Random(sample).sample(paths, POURED)
    dump = [RawDocument.from_path(path, id=f"{number:04}.txt") for number, path in enumerate(chosen)] + seeds
    random.Random(sample).shuffle(dump)
    all_right(check(dump, names={d.id: d.id for d in seeds}))


@pytest.mark.parametrize("number", range(5))
def test_quite_alone_no_headline_or_long_paragraph_is_lost(seeds, shared, number):
    """What is left of each document with nothing to compare it with: its content, at the least."""
    document = seeds[number]
    (page,) = clean([document])
    gold = json.loads((shared / "bench" / "seeds_gold.json").read_text("utf-8"))["documents"][document.id]
    lines = document.text.split("\n")
    content = [lines[n - 1].strip() for first, last in gold["content"] for n in range(first, last + 1)]
    kept = set(page.text.split("\n"))
    lost = [line for line in content if len(line) > 100 and line not in kept]
    completed = [edit for edit in page.ledger if edit.reason.donor]
    assert len(lost) <= len(completed)


def test_a_second_scrub_takes_nothing(seeds):
    """Cleaned, copied without their provenance, and cleaned again: together, and each alone."""
    once = [RawDocument.from_text(page.text, id=page.id) for page in clean(seeds)]
    assert [page.text for page in clean(once)] == [document.text for document in once]
    for document in once:
        (page,) = clean([document])
        assert page.text == document.text


def test_every_block_of_a_seed_is_one_line(seeds):
    for document in seeds:
        blocks = segment_text(document.text)
        assert [document.text[b.start : b.end] for b in blocks] == [
            line.strip() for line in document.text.split("\n") if line.strip()
        ]
