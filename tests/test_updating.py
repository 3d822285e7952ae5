"""Learning one update at a time ends in the same bytes as learning once."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from invented import documents

from scrubber.cli import run
from scrubber.running import learning


def learn(raw: Path, index: Path, *options: str) -> int:
    return run(["learn", str(raw), "-o", str(index), "-q", "-j", "1", *options])


def files(index: Path) -> dict[str, bytes]:
    return {name: (index.parent / name).read_bytes() for name in (index.name, f"{index.stem}.evidence")}


@pytest.fixture
def pages() -> dict[str, bytes]:
    made = [*documents("acorn", 14), *documents("birch", 4), *documents("cedar", 2)]
    return {f"{number:02d}-{page.id}": page.text.encode() for number, page in enumerate(made)}


def put(raw: Path, name: str, data: bytes) -> None:
    path = raw / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@pytest.mark.parametrize("seed", range(4))
def test_batches_in_any_order_with_deletions_and_changes(
    tmp_path: Path, pages: dict[str, bytes], seed: int
) -> None:
    chance = random.Random(seed)
    raw, index = tmp_path / "raw", tmp_path / "index.jsonl"
    names = sorted(pages)
    chance.shuffle(names)
    while names:
        for name in [names.pop() for _ in range(min(len(names), chance.randint(1, 5)))]:
            put(raw, name, pages[name])
        standing = [path for path in sorted(raw.rglob("*")) if path.is_file()]
        if len(standing) > 6:
            gone, changed = chance.sample(standing, 2)
            names.append(gone.relative_to(raw).as_posix())
            gone.unlink()
            changed.write_bytes(changed.read_bytes() + b"\nA line more.\n" if chance.random() < 0.5 else b"")
            names.append(changed.relative_to(raw).as_posix())
        learn(raw, index, "--update")
        if chance.random() < 0.3 and names:
            names = list(dict.fromkeys(names))
            chance.shuffle(names)
        if len(standing) > 60:
            pytest.fail("the batches do not come to an end")
        if all((raw / name).exists() and (raw / name).read_bytes() == pages[name] for name in pages):
            break
        if chance.random() < 0.2:
            break
    learn(raw, index, "--update")
    once = tmp_path / "once" / "index.jsonl"
    once.parent.mkdir()
    learn(raw, once)
    assert files(index) == files(once)


def test_only_what_is_new_or_changed_is_read(
    tmp_path: Path, pages: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, index = tmp_path / "raw", tmp_path / "index.jsonl"
    for name, data in pages.items():
        put(raw, name, data)
    assert learn(raw, index) == 0
    before = files(index)
    read: list[str] = []
    gather = learning._gather
    monkeypatch.setattr(
        learning, "_gather", lambda inputs, *rest: read.extend(i.id for i in inputs) or gather(inputs, *rest)
    )
    assert learn(raw, index, "--update") == 0
    assert read == []
    assert files(index) == before
    first, second, *_ = sorted(pages)
    put(raw, first, pages[first] + b"\nAnd one sentence more than there was.\n")
    (raw / second).unlink()
    put(raw, "new.txt", pages[second])
    assert learn(raw, index, "--update") == 0
    assert sorted(read) == sorted([first, "new.txt"])
    assert files(index) != before


@pytest.mark.parametrize("damage", ["missing", "damaged", "of another index", "of other settings"])
def test_without_a_cache_that_fits_all_is_read(tmp_path: Path, pages: dict[str, bytes], damage: str) -> None:
    raw, index = tmp_path / "raw", tmp_path / "index.jsonl"
    for name, data in pages.items():
        put(raw, name, data)
    learn(raw, index)
    cache = tmp_path / "index.evidence"
    options: list[str] = []
    if damage == "missing":
        cache.unlink()
    elif damage == "damaged":
        cache.write_bytes(cache.read_bytes()[:-40])
    elif damage == "of another index":
        index.write_bytes(index.read_bytes() + b"\n")
    else:
        settings = tmp_path / "scrubber.toml"
        settings.write_text("[templates]\nshingle_size = 7\n", "utf-8")
        options = ["--config", str(settings)]
    put(raw, "new.txt", next(iter(pages.values())) + b"\nSomething new.\n")
    assert learn(raw, index, "--update", *options) == 0
    once = tmp_path / "once.jsonl"
    assert learn(raw, once, *options) == 0
    assert index.read_bytes() == once.read_bytes()


def test_a_moved_tree_is_learned_again_in_its_new_place(tmp_path: Path, pages: dict[str, bytes]) -> None:
    raw, index = tmp_path / "raw", tmp_path / "index.jsonl"
    for name, data in pages.items():
        put(raw, name, data)
    learn(raw, index)
    moved = tmp_path / "elsewhere"
    shutil.move(raw, moved)
    assert learn(moved, index, "--update") == 0
    once = tmp_path / "once" / "index.jsonl"
    once.parent.mkdir()
    learn(moved, once)
    assert files(index) == files(once)
