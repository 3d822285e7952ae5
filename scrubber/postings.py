"""Which keys stand where: grouped, counted, looked up. Arrays, not objects, for there are many.

`Postings` sorts (key, owner) pairs by key; beyond a budget they wait in a temporary file and
come back in parts. `Counts` and `Lists` are what is concluded from them: sorted arrays that are
searched, and that can be read from a file as they are.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Final, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from scrubber.fingerprints import Key, each_once

Keys = npt.NDArray[np.uint64]
"""Keys, shape (keys,); "sorted" means strictly rising."""
Owners = npt.NDArray[np.uint32]

ROOM: Final = 4_000_000
"""Pairs that are sorted in memory at once (12 bytes each, some copies of them while they are sorted)."""
_PARTS: Final = 256
_PAIR: Final = np.dtype([("key", "<u8"), ("owner", "<u4")])

Name = TypeVar("Name")

NO_KEYS: Final[Keys] = np.zeros(0, dtype=np.uint64)


def unique_keys(*arrays: Keys) -> Keys:
    """The keys of all arrays, each once, sorted."""
    found: Keys = each_once(np.concatenate(arrays)) if arrays else NO_KEYS
    return found


def is_among(keys: Keys, among: Keys) -> npt.NDArray[np.bool_]:
    """Which of `keys` are among the sorted keys `among`; shape of `keys`."""
    if not len(among):
        return np.zeros(len(keys), dtype=np.bool_)
    at = np.minimum(np.searchsorted(among, keys), len(among) - 1)
    found: npt.NDArray[np.bool_] = among[at] == keys
    return found


def has_key(among: Keys, key: Key) -> bool:
    """Whether a key is among sorted keys."""
    at = int(np.searchsorted(among, np.uint64(key)))
    return at < len(among) and int(among[at]) == key


class Postings:
    """Pairs of a key and the number of its owner. Owners come in rising order; a temporary file may be used."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._keys: list[Keys] = []
        self._owners: list[Owners] = []
        self._waiting = 0
        self._runs: list[npt.NDArray[np.int64]] = []
        self._total = 0
        self._file: IO[bytes] | None = None

    def add(self, keys: Keys, owner: int) -> None:
        """Note that `owner` has these keys."""
        self._keys.append(keys)
        self._owners.append(np.full(len(keys), owner, dtype=np.uint32))
        self._waiting += len(keys)
        if self._waiting >= self._room:
            self._spill()

    def _sorted(self) -> tuple[Keys, Owners]:
        keys = np.concatenate(self._keys) if self._keys else NO_KEYS
        owners = np.concatenate(self._owners) if self._owners else np.zeros(0, dtype=np.uint32)
        self._keys, self._owners, self._waiting = [], [], 0
        order = np.argsort(keys, kind="stable")
        return keys[order], owners[order]

    def _spill(self) -> None:
        keys, owners = self._sorted()
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="scrubber-")  # noqa: SIM115 - closed by `groups`
        pairs = np.empty(len(keys), dtype=_PAIR)
        pairs["key"], pairs["owner"] = keys, owners
        edges = np.arange(1, _PARTS, dtype=np.uint64) << np.uint64(56)
        starts = np.concatenate(([0], np.searchsorted(keys, edges), [len(keys)]))
        self._file.seek(0, 2)
        self._runs.append(starts + self._total)
        self._file.write(pairs.tobytes())
        self._total += len(keys)

    def groups(self) -> Iterator[tuple[Keys, Owners]]:
        """All pairs in parts, each sorted by key, then owner; no key is in two parts.

        The pairs are given away: a second call finds none.
        """
        if self._file is None:
            yield self._sorted()
            return
        if self._waiting:
            self._spill()
        with self._file:
            sizes = sum(np.diff(run) for run in self._runs)
            for first, last in _parts(np.asarray(sizes), self._room):
                yield self._merged(first, last)
        self._file, self._runs, self._total = None, [], 0

    def _merged(self, first: int, last: int) -> tuple[Keys, Owners]:
        """The parts from `first` to before `last`, of all runs."""
        assert self._file is not None
        found = []
        for starts in self._runs:
            self._file.seek(int(starts[first]) * _PAIR.itemsize)
            data = self._file.read(int(starts[last] - starts[first]) * _PAIR.itemsize)
            found.append(np.frombuffer(data, dtype=_PAIR))
        pairs = np.concatenate(found)
        order = np.argsort(pairs["key"], kind="stable")
        return pairs["key"][order], pairs["owner"][order]


def _parts(sizes: npt.NDArray[np.int64], room: int) -> Iterator[tuple[int, int]]:
    """Ranges of parts that fit into `room` pairs together; a part that does not comes alone."""
    first, held = 0, 0
    for part, size in enumerate(sizes.tolist()):
        if held and held + size > room:
            yield first, part
            first, held = part, 0
        held += size
    yield first, len(sizes)


def starts_of(keys: Keys) -> npt.NDArray[np.int64]:
    """Where each distinct key of a sorted array begins."""
    if not len(keys):
        return np.zeros(0, dtype=np.int64)
    return np.concatenate(([0], np.flatnonzero(keys[1:] != keys[:-1]) + 1))


@dataclass(frozen=True, eq=False)
class Counts(Mapping[Key, int]):
    """How often each of some keys recurs: ``numbers[i]`` is that of ``keys_[i]``; shape (keys,)."""

    keys_: Keys = field(default_factory=lambda: NO_KEYS)
    """Sorted."""
    numbers: Owners = field(default_factory=lambda: np.zeros(0, dtype=np.uint32))

    def __len__(self) -> int:
        return len(self.keys_)

    def __iter__(self) -> Iterator[Key]:
        return iter(self.keys_.tolist())

    def __getitem__(self, key: Key) -> int:
        at = int(self.keys_.searchsorted(np.uint64(key)))
        if at == len(self.keys_) or int(self.keys_[at]) != key:
            raise KeyError(key)
        return int(self.numbers[at])

    def of(self, keys: Keys) -> npt.NDArray[np.int64]:
        """The number of each key, 0 for those that are not here; shape of `keys`."""
        if not len(self.keys_):
            return np.zeros(keys.shape, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.keys_, keys), len(self.keys_) - 1)
        return np.where(self.keys_[at] == keys, self.numbers[at], 0).astype(np.int64)

    def to_dict(self) -> dict[Key, int]:
        """The same as a dictionary, for many look-ups one at a time."""
        return dict(zip(self.keys_.tolist(), self.numbers.tolist(), strict=True))

    @classmethod
    def of_mapping(cls, counts: Mapping[Key, int]) -> Counts:
        """From a dictionary."""
        keys = sorted(counts)
        return cls(np.array(keys, dtype=np.uint64), np.array([counts[k] for k in keys], dtype=np.uint32))


def count(postings: Postings, least: int = 1) -> Counts:
    """In how many owners each key stands, for those in `least` or more. Each owner has a key once."""
    keys, numbers = [NO_KEYS], [np.zeros(0, dtype=np.uint32)]
    for group, _ in postings.groups():
        starts = starts_of(group)
        sizes = np.diff(starts, append=len(group))
        kept = sizes >= least
        keys.append(group[starts[kept]])
        numbers.append(sizes[kept].astype(np.uint32))
    return Counts(np.concatenate(keys), np.concatenate(numbers))


def joined(one: Counts, other: Counts) -> Counts:
    """Both counts as one; no key is in both."""
    if not len(other):
        return one
    keys = np.concatenate((one.keys_, other.keys_))
    order = np.argsort(keys, kind="stable")
    return Counts(keys[order], np.concatenate((one.numbers, other.numbers))[order])


@dataclass(frozen=True, eq=False)
class Lists(Mapping[Key, tuple[Name, ...]], Generic[Name]):
    """For each of some keys a short list of names: ``names[places[starts[i]:starts[i + 1]]]``."""

    keys_: Keys = field(default_factory=lambda: NO_KEYS)
    """Sorted."""
    starts: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    """Shape (keys + 1,)."""
    places: Owners = field(default_factory=lambda: np.zeros(0, dtype=np.uint32))
    names: Sequence[Name] = ()

    def __len__(self) -> int:
        return len(self.keys_)

    def __iter__(self) -> Iterator[Key]:
        return iter(self.keys_.tolist())

    def __getitem__(self, key: Key) -> tuple[Name, ...]:
        found = self.find(key)
        if not found:
            raise KeyError(key)
        return found

    def find(self, key: Key) -> tuple[Name, ...]:
        """The list of a key; empty where it has none."""
        at = int(self.keys_.searchsorted(np.uint64(key)))
        return self._at(at) if at < len(self.keys_) and int(self.keys_[at]) == key else ()

    def _at(self, at: int) -> tuple[Name, ...]:
        places = self.places[self.starts[at] : self.starts[at + 1]]
        return tuple(self.names[place] for place in places.tolist())

    def held(self) -> set[Name]:
        """Everyone in a list."""
        return {self.names[place] for place in each_once(self.places).tolist()}

    def among(self, keys: Keys) -> Iterator[tuple[Key, tuple[Name, ...]]]:
        """The lists of those of the given keys that have one, in the order given."""
        if not len(self.keys_):
            return
        at = np.minimum(np.searchsorted(self.keys_, keys), len(self.keys_) - 1)
        for place in at[self.keys_[at] == keys].tolist():
            yield int(self.keys_[place]), self._at(place)

    def held_by(self, keys: Keys) -> Iterator[tuple[Name, int]]:
        """Everyone in the lists of the given keys, in the order of the names, and in how many of them."""
        if not len(self.keys_):
            return
        at = np.minimum(np.searchsorted(self.keys_, keys), len(self.keys_) - 1)
        rows = at[self.keys_[at] == keys]
        starts, ends = self.starts[rows].tolist(), self.starts[rows + 1].tolist()
        found = [self.places[start:end] for start, end in zip(starts, ends, strict=True)]
        if found:
            places, times = np.unique(np.concatenate(found), return_counts=True)
            yield from zip((self.names[p] for p in places.tolist()), times.tolist(), strict=True)

    @classmethod
    def of_mapping(cls, lists: Mapping[Key, Sequence[Any]]) -> Lists[Any]:
        """From a dictionary; names are numbered in their order."""
        names = sorted({name for held in lists.values() for name in held})
        number = {name: place for place, name in enumerate(names)}
        keys = sorted(lists)
        starts = np.cumsum([0, *(len(lists[key]) for key in keys)])
        places = np.array([number[name] for key in keys for name in lists[key]], dtype=np.uint32)
        return cls(np.array(keys, dtype=np.uint64), starts.astype(np.int64), places, names)


def gather_lists(
    postings: Postings, names: Sequence[Name], least: int = 1, most: int | None = None
) -> Lists[Name]:
    """The owners of every key that `least` of them have; only the first `most` of each."""
    keys, sizes_, places = [NO_KEYS], [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.uint32)]
    for group, owners in postings.groups():
        starts = starts_of(group)
        sizes = np.diff(starts, append=len(group))
        kept = sizes >= least
        rank = np.arange(len(group)) - np.repeat(starts, sizes)
        taken = np.repeat(kept, sizes) & ((rank < most) if most is not None else True)
        keys.append(group[starts[kept]])
        sizes_.append(np.minimum(sizes[kept], most) if most is not None else sizes[kept])
        places.append(owners[taken])
    bounds = np.concatenate(([0], np.cumsum(np.concatenate(sizes_)))).astype(np.int64)
    return Lists(np.concatenate(keys), bounds, np.concatenate(places), names)
