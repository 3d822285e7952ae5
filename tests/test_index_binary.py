"""The binary index says what the index in memory says, and is refused where it is damaged."""

from __future__ import annotations

import dataclasses
import pickle
import random
from collections.abc import Sequence

import pytest
from invented import documents, pages

from scrubber import collect, resolve
from scrubber.config import Config
from scrubber.documents import RawDocument
from scrubber.evidence import Evidence
from scrubber.index_binary import MAGIC, BinaryIndexError, Writer, from_buffer, stamp_of
from scrubber.index_format import from_lines, to_lines
from scrubber.running.resolving import resolve_into
from scrubber.templates import TemplateIndex, View


def packed(index: TemplateIndex, stamp: str = "") -> bytes:
    pieces: list[bytes] = []
    writer = Writer(pieces.append)
    for id in sorted(index.sites):
        writer.add(index.sites[id])
    writer.finish(index, stamp)
    return b"".join(pieces)


def cut_short(page: RawDocument, number: int) -> RawDocument:
    """A page that ends within a paragraph of another."""
    whole = pages("acorn", 14)[number]
    teaser = " ".join(whole.body[0].split()[:25]) + " …"
    return RawDocument.from_text(f"{page.text}\n{teaser}\n", id=f"cut/{page.id}", url=page.source.url)


@pytest.fixture(scope="module")
def raw() -> Sequence[RawDocument]:
    """A large site, a small one, one without addresses, odd names, near-duplicates, what is cut off."""
    large, flat = documents("acorn", 14), documents("cedar", 12, place="flat")
    odd = RawDocument.from_text(documents("elm", 1)[0].text, id="a/é 日本 name.txt")
    copies = [
        RawDocument.from_text(page.text.replace("Home", "Start"), id=f"copy/{page.id}", url=page.source.url)
        for page in large[:2]
    ]
    cut = [cut_short(page, number) for number, page in enumerate(large[4:7])]
    return [
        *large,
        *documents("birch", 3, markup=True),
        *flat,
        RawDocument.from_text(flat[0].text.replace("Home", "Start"), id="copy/cedar.txt"),
        odd,
        *copies,
        *cut,
    ]


@pytest.fixture(scope="module")
def evidence(raw: Sequence[RawDocument]) -> Evidence:
    return collect(raw)


@pytest.fixture(scope="module")
def index(evidence: Evidence) -> TemplateIndex:
    return resolve(evidence)


@pytest.fixture(scope="module")
def data(index: TemplateIndex) -> bytes:
    return packed(index, "a stamp")


@pytest.fixture
def read(data: bytes) -> TemplateIndex:
    return from_buffer(data)


def seen(view: View) -> object:
    examples = {key: view.examples(key) for key in view.support}
    return view.site, view.home, dict(view.support), dict(view.elsewhere), examples


def test_what_is_compared_holds_something(index: TemplateIndex) -> None:
    assert index.hubs
    assert index.lenders
    assert any(one.records for one in index.sites.values())
    assert any(one.counts and one.lacking for one in index.sites.values())
    assert any(one.counts and one.understudies for one in index.sites.values())
    assert any(one.anchors for one in index.sites.values())


def test_sites_hubs_lenders_and_settings_are_those_of_memory(
    index: TemplateIndex, read: TemplateIndex
) -> None:
    assert list(read.sites) == sorted(index.sites)
    assert dict(read.sites) == dict(index.sites)
    assert dict(read.hubs) == dict(index.hubs)
    assert dict(read.lenders) == dict(index.lenders)
    assert (read.settings, read.mode) == (index.settings, index.mode)
    assert list(to_lines(read)) == list(to_lines(index))


def test_every_document_sees_the_same(index: TemplateIndex, read: TemplateIndex, evidence: Evidence) -> None:
    for record in evidence:
        assert seen(read.view(record)) == seen(index.view(record))


def test_a_new_document_sees_the_same(index: TemplateIndex, read: TemplateIndex) -> None:
    for new in (
        *documents("acorn", 1, seed=9),
        *documents("cedar", 1, place="flat", seed=9),
        *documents("oak", 1),
    ):
        (record,) = collect([new])
        assert seen(read.view(record)) == seen(index.view(record))


def test_it_travels_between_processes(index: TemplateIndex, read: TemplateIndex) -> None:
    again = pickle.loads(pickle.dumps(read))
    assert list(to_lines(again)) == list(to_lines(index))


def test_lines_give_the_same_bytes(index: TemplateIndex, data: bytes) -> None:
    read = dataclasses.replace(from_lines(to_lines(index)), lenders=index.lenders)
    assert packed(read, "a stamp") == data


def test_resolving_into_a_file_gives_the_same(tmp_path, evidence: Evidence, index: TemplateIndex) -> None:
    found = resolve_into(tmp_path / "templates.slices", evidence, Config())
    assert list(to_lines(found)) == list(to_lines(index))
    assert (tmp_path / "templates.slices").read_bytes() == packed(index)


def test_an_index_of_nothing() -> None:
    empty = from_buffer(packed(TemplateIndex({})))
    (record,) = collect(documents("acorn", 1))
    assert not empty.sites
    assert empty.view(record).slice is None


def test_the_stamp_and_checksums(data: bytes, read: TemplateIndex) -> None:
    assert stamp_of(data) == "a stamp"
    assert len({read.checksum(id) for id in read.sites}) == len(read.sites)
    assert {id: read.checksum(id) for id in read.sites} == {
        id: from_buffer(data).checksum(id) for id in read.sites
    }


def everything(index: TemplateIndex) -> list[str]:
    index.directory.runs.held()
    index.directory.marks.held()
    return list(to_lines(index))


def test_a_turned_bit_anywhere_is_refused_or_changes_nothing(data: bytes, index: TemplateIndex) -> None:
    wanted = everything(index)
    chance = random.Random(4)
    near_the_end = range(len(data) - 600, len(data))
    places = [*chance.sample(range(len(data)), 150), *chance.sample(near_the_end, 80)]
    refused = 0
    for place in places:
        damaged = bytearray(data)
        damaged[place] ^= 1 << chance.randrange(8)
        try:
            assert everything(from_buffer(bytes(damaged))) == wanted
        except BinaryIndexError:
            refused += 1
    assert refused >= len(places) * 0.9


@pytest.mark.parametrize("size", [0, 1, 8, 23, 24, 25, -1, -24])
def test_what_is_cut_off_is_refused(data: bytes, size: int) -> None:
    with pytest.raises(BinaryIndexError, match="remove the file"):
        from_buffer(data[:size])
    with pytest.raises(BinaryIndexError):
        stamp_of(data[:size])


def test_a_missing_middle_is_refused(data: bytes) -> None:
    with pytest.raises(BinaryIndexError):
        everything(from_buffer(data[:100] + data[300:]))


def test_a_damaged_site_costs_only_itself(data: bytes, index: TemplateIndex) -> None:
    damaged = bytearray(data)
    damaged[len(MAGIC) + 40] ^= 1  # the first slice begins behind the mark
    read = from_buffer(bytes(damaged))
    first, *others = sorted(index.sites)
    with pytest.raises(BinaryIndexError, match="damaged"):
        read.sites[first]
    assert all(read.sites[id] == index.sites[id] for id in others)


def test_another_version_is_named(data: bytes, monkeypatch) -> None:
    from scrubber import index_binary

    monkeypatch.setattr(index_binary, "SCHEMA", "scrubber.slices/999")
    with pytest.raises(BinaryIndexError, match="is of version"):
        from_buffer(data)
