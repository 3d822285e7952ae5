"""Postings: on disk they say what they say in memory; and what is concluded from them."""

from __future__ import annotations

import random
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.postings import (
    NO_KEYS,
    Counts,
    Lists,
    Postings,
    count,
    gather_lists,
    has_key,
    is_among,
    starts_of,
    unique_keys,
)

KEYS = st.one_of(
    st.integers(0, 40),
    st.integers(0, 2**64 - 1),
    st.sampled_from([0, 2**56 - 1, 2**56, 2**63, 2**64 - 1]),
)
OWNED = st.lists(st.sets(KEYS, max_size=12), max_size=12)
ROOMS = st.sampled_from([1, 2, 7, 50])


def array(keys) -> np.ndarray:
    return np.array(sorted(keys), dtype=np.uint64)


def filled(owned, room: int = 4_000_000) -> Postings:
    postings = Postings(room)
    for owner, keys in enumerate(owned):
        postings.add(array(keys), owner)
    return postings


def pairs(postings: Postings) -> list[tuple[int, int]]:
    return [
        (key, owner)
        for keys, owners in postings.groups()
        for key, owner in zip(keys.tolist(), owners.tolist(), strict=True)
    ]


def holders(owned) -> dict[int, list[int]]:
    found = defaultdict(list)
    for owner, keys in enumerate(owned):
        for key in keys:
            found[key].append(owner)
    return dict(sorted(found.items()))


@given(OWNED, ROOMS)
def test_spilled_pairs_are_those_of_memory(owned, room) -> None:
    wanted = sorted((key, owner) for owner, keys in enumerate(owned) for key in keys)
    assert pairs(filled(owned)) == wanted
    assert pairs(filled(owned, room)) == wanted


@given(OWNED, ROOMS)
def test_no_key_stands_in_two_groups(owned, room) -> None:
    seen: set[int] = set()
    for keys, _ in filled(owned, room).groups():
        assert not seen & set(keys.tolist())
        seen |= set(keys.tolist())


@given(OWNED, ROOMS, st.integers(1, 3))
def test_counts_are_the_same_from_disk(owned, room, least) -> None:
    wanted = {key: len(owners) for key, owners in holders(owned).items() if len(owners) >= least}
    for postings in (filled(owned), filled(owned, room)):
        assert count(postings, least).to_dict() == wanted


@given(OWNED, ROOMS, st.integers(1, 3), st.sampled_from([None, 1, 2]))
def test_lists_are_the_same_from_disk(owned, room, least, most) -> None:
    names = [f"d{number:02}" for number in range(len(owned))]
    wanted = {
        key: tuple(names[owner] for owner in owners[:most])
        for key, owners in holders(owned).items()
        if len(owners) >= least
    }
    for postings in (filled(owned), filled(owned, room)):
        assert dict(gather_lists(postings, names, least, most)) == wanted


def test_groups_stay_within_the_room() -> None:
    chance = random.Random(1)
    owned = [{chance.getrandbits(64) for _ in range(100)} for _ in range(40)]
    sizes = [len(keys) for keys, _ in filled(owned, 500).groups()]
    assert sum(sizes) == 4000
    assert max(sizes) <= 500


def test_one_key_of_many_owners_is_in_one_group_however_small_the_room() -> None:
    postings = filled([{7}] * 300, 10)
    ((keys, owners),) = [group for group in postings.groups() if len(group[0])]
    assert set(keys.tolist()) == {7}
    assert owners.tolist() == list(range(300))


@pytest.mark.parametrize("room", [2, 4_000_000])
def test_they_are_given_away(room) -> None:
    postings = filled([{1, 2}, {2, 3}], room)
    assert len(pairs(postings)) == 4
    assert pairs(postings) == []
    postings.add(array({9}), 0)
    assert pairs(postings) == [(9, 0)]


def test_the_temporary_file_is_closed(monkeypatch) -> None:
    opened = []
    import tempfile

    make = tempfile.TemporaryFile
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **given: opened.append(make(**given)) or opened[-1])
    pairs(filled([{1, 2}, {2, 3}], 1))
    assert len(opened) == 1
    assert opened[0].closed


@given(st.dictionaries(KEYS, st.integers(1, 9), max_size=20), st.lists(KEYS, max_size=8))
def test_counts_are_a_mapping(numbers, asked) -> None:
    counts = Counts.of_mapping(numbers)
    assert dict(counts) == counts.to_dict() == numbers
    keys = np.array(asked, dtype=np.uint64)
    assert counts.of(keys).tolist() == [numbers.get(key, 0) for key in asked]
    assert all((key in counts) == (key in numbers) for key in asked)


@given(
    st.dictionaries(
        KEYS, st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True), max_size=9
    )
)
def test_lists_are_a_mapping(given_) -> None:
    lists = Lists.of_mapping(given_)
    assert dict(lists) == {key: tuple(names) for key, names in given_.items()}
    assert lists.held() == {name for names in given_.values() for name in names}
    asked = array(given_)
    assert dict(lists.among(asked)) == dict(lists)


def test_keys_that_are_not_there() -> None:
    lists = Lists.of_mapping({5: ["a"]})
    other = array({4, 6})
    assert list(lists.among(other)) == []
    assert 6 not in lists
    assert 2**64 - 1 not in lists


@given(st.sets(KEYS, max_size=12), st.sets(KEYS, max_size=12))
def test_arrays_of_keys_as_sets(one, other) -> None:
    a, b = array(one), array(other)
    assert is_among(a, b).tolist() == [key in other for key in sorted(one)]
    assert unique_keys(a, b).tolist() == sorted(one | other)
    assert all(has_key(a, key) == (key in one) for key in other)


def test_where_keys_begin() -> None:
    assert starts_of(np.array([3, 3, 4, 9, 9], dtype=np.uint64)).tolist() == [0, 2, 3]
    assert starts_of(NO_KEYS).tolist() == []
