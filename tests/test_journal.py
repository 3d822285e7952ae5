"""The journal: what was noted stays, whatever kills the run; what is damaged is none."""

from __future__ import annotations

import random

import pytest

from scrubber.running.journal import Journal, Noted, whole_lines
from scrubber.writing.manifest import Entry, Status


def noted(id: str, saw: str = "seen") -> Noted:
    entry = Entry(id, Status.CLEANED, output=id, source="0" * 64, counts={"boilerplate": len(id)})
    return Noted(entry, saw, 120, {"boilerplate": 40}, "en")


IDS = ["b.txt", "a/é 日本.txt", "c/\udcff.txt", "a.txt"]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.log"


def write(path, ids=IDS, settings="s", saw="seen"):
    journal = Journal(path, settings)
    for id in ids:
        journal.add(noted(id, saw))
    journal.close()


def earlier(path, settings="s"):
    journal = Journal(path, settings)
    found = {id: journal.earlier(id) for id in journal.earlier_ids()}
    journal.close()
    return found


def test_what_was_noted_is_of_the_run_by_id(path):
    journal = Journal(path, "s")
    for id in IDS:
        journal.add(noted(id))
    assert [one.entry.id for one in journal] == sorted(IDS)
    assert len(journal) == 4
    assert "a.txt" in journal
    assert "z.txt" not in journal
    assert not journal.earlier_ids()


def test_the_next_run_finds_it(path):
    write(path)
    assert earlier(path) == {id: noted(id) for id in IDS}


def test_what_is_found_is_not_of_the_next_run_until_it_is_kept(path):
    write(path)
    journal = Journal(path, "s")
    assert len(journal) == 0
    journal.keep("a.txt")
    journal.add(noted("b.txt", "otherwise"))
    assert [one.entry.id for one in journal] == ["a.txt", "b.txt"]
    assert [one.saw for one in journal] == ["seen", "otherwise"]
    assert journal.earlier("b.txt") == noted("b.txt")


def test_of_two_lines_the_later_one_holds(path):
    write(path)
    write(path, ["a.txt"], saw="later")
    assert earlier(path)["a.txt"].saw == "later"
    assert earlier(path)["b.txt"].saw == "seen"


def test_other_settings_begin_anew(path):
    write(path)
    assert earlier(path, "other") == {}
    assert earlier(path) == {}


def test_closing_at_the_end_keeps_only_this_run_sorted(path):
    write(path)
    journal = Journal(path, "s")
    journal.keep("b.txt")
    journal.add(noted("a.txt", "new"))
    journal.close(path)
    assert [one.entry.id for one in whole_lines(path)] == ["a.txt", "b.txt"]
    assert earlier(path).keys() == {"a.txt", "b.txt"}
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_closed_journal_can_be_asked_still(path):
    journal = Journal(path, "s")
    for id in IDS:
        journal.add(noted(id))
    journal.close()
    assert [one.entry.id for one in journal] == sorted(IDS)


def test_cut_anywhere_whole_lines_hold_and_writing_goes_on(path):
    write(path)
    data = path.read_bytes()
    ends = [at + 1 for at, byte in enumerate(data) if byte == ord("\n")]
    for size in range(len(data)):
        path.write_bytes(data[:size])
        whole = sum(end <= size for end in ends) - 1
        assert list(earlier(path)) == IDS[: max(whole, 0)] or set(earlier(path)) == set(IDS[: max(whole, 0)])
        write(path, ["new.txt"])
        assert set(earlier(path)) == {*IDS[: max(whole, 0)], "new.txt"}


def test_a_turned_bit_anywhere_costs_lines_and_changes_none(path):
    write(path)
    data = path.read_bytes()
    for at in range(len(data)):
        damaged = bytearray(data)
        damaged[at] ^= 1 << (at % 8)
        path.write_bytes(damaged)
        found = earlier(path)
        assert all(found[id] == noted(id) for id in found)
        assert len(found) < len(IDS)


def test_lines_of_another_order_still_hold(path):
    write(path)
    first, *lines = path.read_bytes().splitlines(keepends=True)
    random.Random(2).shuffle(lines)
    path.write_bytes(b"".join((first, *lines)))
    assert earlier(path) == {id: noted(id) for id in IDS}


@pytest.mark.parametrize("data", [b"", b"\n", b"[" * 100_000 + b"\n", bytes(range(256)), b"{}\n{}\n"])
def test_what_is_no_journal_is_an_empty_one(path, data):
    path.write_bytes(data)
    assert list(whole_lines(path)) == []
    assert earlier(path) == {}
    write(path)
    assert len(earlier(path)) == len(IDS)


def test_whole_lines_of_nothing(path):
    assert list(whole_lines(path)) == []
