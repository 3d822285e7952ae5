"""Evidence on disk: whole frames hold wherever the log is cut, and nothing damaged is read."""

from __future__ import annotations

import random

import numpy as np
import pytest
from invented import documents

from scrubber import collect
from scrubber.config import Config, Templates
from scrubber.documents import RawDocument
from scrubber.evidence import Evidence
from scrubber.running.evidence_log import (
    EvidenceLog,
    Filed,
    StoredEvidence,
    frame,
    load,
    opening,
    settings_of,
)

SETTINGS = settings_of(Config())
_ARRAYS = (
    "keys",
    "lengths",
    "signed",
    "bands",
    "paths",
    "written",
    "stems",
    "traces",
    "fragments",
    "fragment_traces",
)


def same(one, other) -> bool:
    heads = ("id", "digest", "host", "folder")
    return all(getattr(one, name) == getattr(other, name) for name in heads) and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in _ARRAYS
    )


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    odd = RawDocument.from_text("A line of text.\n", id="f/\udcff é.txt")
    return collect([*documents("acorn", 4), *documents("birch", 2, markup=True), odd])


@pytest.fixture(scope="module")
def filed(evidence: Evidence) -> list[Filed]:
    return [Filed.of(record, number) for number, record in enumerate(evidence)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "evidence.log"


def write(path, *frames, settings=SETTINGS) -> None:
    log = EvidenceLog(path, settings)
    for one in frames:
        log.append(one)
    log.close()


def found(path) -> list[str]:
    return sorted(load(path, SETTINGS))


def test_records_come_back(path, evidence: Evidence, filed: list[Filed]) -> None:
    write(path, filed[:3], filed[3:])
    stored = load(path, SETTINGS)
    assert stored.keys() == evidence.documents.keys()
    assert len(stored) == len(filed)
    for number, record in enumerate(evidence):
        assert same(stored[record.id], record)
        assert stored.heads[record.id].stated == number
        assert stored.heads[record.id].family == record.family


def test_some_of_them_are_an_evidence(path, evidence: Evidence, filed: list[Filed]) -> None:
    write(path, filed)
    ids = sorted(evidence.documents)[::2]
    some = load(path, SETTINGS).of(reversed(ids))
    assert [record.id for record in some] == ids
    assert [head.id for head in some.heads] == ids
    assert sorted(evidence.documents)[1] not in some.documents
    with pytest.raises(KeyError):
        some.documents[sorted(evidence.documents)[1]]


def test_no_log_no_evidence(path) -> None:
    assert found(path) == []
    path.write_bytes(b"")
    assert found(path) == []


def test_appending_nothing_writes_nothing(path) -> None:
    write(path, [])
    assert path.read_bytes() == opening(SETTINGS)


def test_the_later_record_wins(path, filed: list[Filed]) -> None:
    changed = collect([RawDocument.from_text("Quite another text.\n", id=filed[0].head.id)])
    write(path, filed)
    write(path, [Filed.of(record, 77) for record in changed])
    stored = load(path, SETTINGS)
    assert len(stored) == len(filed)
    assert stored[filed[0].head.id].digest == next(iter(changed)).digest
    assert stored.heads[filed[0].head.id].stated == 77


def test_other_settings_begin_anew(path, filed: list[Filed]) -> None:
    write(path, filed)
    other = settings_of(Config(templates=Templates(shingle_size=7)))
    assert other != SETTINGS
    assert not load(path, other)
    write(path, filed[:1], settings=other)
    assert found(path) == []
    assert len(load(path, other)) == 1


def test_cut_anywhere_whole_frames_hold_and_writing_goes_on(path, filed: list[Filed]) -> None:
    frames = [filed[:2], filed[2:3], filed[3:]]
    write(path, *frames)
    data = path.read_bytes()
    ends = [len(opening(SETTINGS))]
    for one in frames:
        ends.append(ends[-1] + len(frame(one)))
    assert ends[-1] == len(data)
    chance = random.Random(3)
    near = [end + step for end in ends for step in (-17, -16, -1, 0, 1, 15, 16, 17)]
    for size in sorted({0, 1, *near, *(chance.randrange(len(data)) for _ in range(60))}):
        if not 0 <= size <= len(data):
            continue
        path.write_bytes(data[:size])
        whole = sum(end <= size for end in ends) - 1
        ids = sorted(one.head.id for part in frames[: max(whole, 0)] for one in part)
        assert found(path) == ids, size
        write(path, filed[-1:])
        assert found(path) == sorted({*ids, filed[-1].head.id}), size


def test_a_turned_bit_costs_its_frame_and_those_behind(path, filed: list[Filed]) -> None:
    write(path, filed[:2], filed[2:])
    data = path.read_bytes()
    wanted = {id: StoredEvidence(data, SETTINGS).row(id) for id in found(path)}
    first = sorted(one.head.id for one in filed[:2])
    start = len(opening(SETTINGS)) + len(frame(filed[:2]))
    chance = random.Random(5)
    for at in [*range(start - 20, start + 20), *(chance.randrange(len(data)) for _ in range(200))]:
        damaged = bytearray(data)
        damaged[at] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        stored = load(path, SETTINGS)
        assert sorted(stored) == (first if at >= start else [])
        assert all(stored.row(id) == wanted[id] for id in stored)


@pytest.mark.parametrize("tail", [b"\x00" * 16, b"\x00" * 400, b"\xff" * 64, b"no frame"])
def test_what_is_no_frame_ends_the_log(path, filed: list[Filed], tail: bytes) -> None:
    write(path, filed)
    with path.open("ab") as file:
        file.write(tail)
    assert len(load(path, SETTINGS)) == len(filed)
    write(path)
    assert not path.read_bytes().endswith(tail)


def test_a_record_can_be_sent_and_read(evidence: Evidence, filed: list[Filed]) -> None:
    assert all(same(one.record, record) for one, record in zip(filed, evidence, strict=True))
