"""Arrays that run over the blocks of several documents, one document behind the other.

What looks at neighbours, windows or distances must stop where a document ends. `Segments` knows
where that is; all of its results are integers, so that they are the same on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]

FAR: Final = 1000
"""The distance to what is not there."""


def per_mille(part: Ints, whole: Ints | int) -> Ints:
    """``1000 * part / whole`` in integers; 0 where there is no whole.

    >>> per_mille(np.array([1, 2, 0]), np.array([3, 2, 0])).tolist()
    [333, 1000, 0]
    """
    return part * 1000 // np.maximum(whole, 1)


@dataclass(frozen=True, eq=False)
class Segments:
    """Where each document's blocks begin and end in arrays that hold several documents.

    Every document has at least one block.
    """

    starts: Ints
    """Shape (documents + 1,): the blocks of document ``i`` are ``starts[i]`` to ``starts[i + 1]``."""
    _windows: dict[int, tuple[Ints, Ints]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, counts: Sequence[int]) -> Segments:
        """Documents of so many blocks each. Raises ValueError for a document without blocks.

        >>> Segments.of([2, 3]).starts.tolist()
        [0, 2, 5]
        """
        if not all(counts):
            raise ValueError("a document without blocks has no place among segments: leave it out")
        return cls(np.cumsum([0, *counts], dtype=np.int64))

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def blocks(self) -> int:
        """How many blocks all documents have together."""
        return int(self.starts[-1])

    @cached_property
    def counts(self) -> Ints:
        """How many blocks each document has; shape (documents,)."""
        return np.diff(self.starts)

    @cached_property
    def document(self) -> Ints:
        """The number of each block's document; shape (blocks,)."""
        return np.repeat(np.arange(len(self)), self.counts)

    @cached_property
    def first(self) -> Ints:
        """Where the document of each block begins; shape (blocks,)."""
        return self.starts[:-1][self.document]

    @cached_property
    def last(self) -> Ints:
        """Where the document of each block ends, half-open; shape (blocks,)."""
        return self.starts[1:][self.document]

    @cached_property
    def place(self) -> Ints:
        """The place of each block in all of the array; shape (blocks,)."""
        return np.arange(self.blocks)

    @cached_property
    def slices(self) -> tuple[slice, ...]:
        """The slice of each document."""
        starts = self.starts.tolist()
        return tuple(map(slice, starts[:-1], starts[1:]))

    def totals(self, values: npt.NDArray[np.generic]) -> Ints:
        """The sum over each document: shape (blocks,) to (documents,).

        >>> Segments.of([2, 3]).totals(np.array([1, 2, 3, 4, 5])).tolist()
        [3, 12]
        """
        total = _totals(values.astype(np.int64))
        return total[self.starts[1:]] - total[self.starts[:-1]]

    def running(self, values: Ints) -> Ints:
        """The sum over all blocks of the document before each block; shape (blocks,).

        >>> Segments.of([2, 3]).running(np.array([1, 2, 3, 4, 5])).tolist()
        [0, 1, 0, 3, 7]
        """
        total = _totals(values)
        return total[:-1] - total[self.first]

    def neighbour(self, values: Ints, by: int) -> Ints:
        """The value so many blocks further on; 0 beyond either end of the document.

        >>> Segments.of([2, 3]).neighbour(np.array([1, 2, 3, 4, 5]), -1).tolist()
        [0, 1, 0, 3, 4]
        """
        there = self.place + by
        inside = (there >= self.first) & (there < self.last)
        return np.where(inside, values[np.where(inside, there, 0)], 0)

    def window_shares(self, part: Ints, whole: Ints | None, width: int) -> tuple[Ints, Ints]:
        """Permille that `part` is of `whole` in the `width` blocks before and behind each block.

        The block itself is not among them. Where `whole` is None, of the number of blocks there.
        """
        before, behind = self.window_sums(part, width)
        if whole is not None:
            return tuple(map(per_mille, (before, behind), self.window_sums(whole, width)))  # type: ignore[return-value]
        first, last = self._window(width)
        return per_mille(before, self.place - first), per_mille(behind, last - self.place - 1)

    def shares_by_window(
        self, part: Ints, whole: Ints | None, widths: Sequence[int]
    ) -> dict[tuple[str, int], Ints]:
        """The same for several widths, by side (``before``, ``behind``) and width."""
        found: dict[tuple[str, int], Ints] = {}
        for width in widths:
            found["before", width], found["behind", width] = self.window_shares(part, whole, width)
        return found

    def window_sums(self, values: Ints, width: int) -> tuple[Ints, Ints]:
        """Sums over the `width` blocks before and behind each block, itself not among them.

        >>> [sums.tolist() for sums in Segments.of([2, 3]).window_sums(np.array([1, 2, 3, 4, 5]), 2)]
        [[0, 1, 0, 3, 7], [2, 0, 9, 5, 0]]
        """
        total = _totals(values)
        first, last = self._window(width)
        return total[:-1] - total[first], total[last] - total[1:]

    def _window(self, width: int) -> tuple[Ints, Ints]:
        """Where the windows before and behind each block begin and end."""
        if width not in self._windows:
            first = np.maximum(self.place - width, self.first)
            self._windows[width] = first, np.minimum(self.place + 1 + width, self.last)
        return self._windows[width]

    def distances(self, marks: Marks) -> tuple[Ints, Ints]:
        """Blocks back to, and ahead to, the nearest mark: 0 for itself, FAR where there is none.

        >>> [far.tolist() for far in Segments.of([2, 2]).distances(np.array([True, False, False, True]))]
        [[0, 1, 1000, 0], [0, 1000, 1, 0]]
        """
        place, count = self.place, self.blocks
        last = np.maximum.accumulate(np.where(marks, place, -1))
        following = np.minimum.accumulate(np.where(marks, place, count)[::-1])[::-1]
        since = np.where(last >= self.first, place - last, FAR)
        until = np.where(following < self.last, following - place, FAR)
        return np.minimum(since, FAR), np.minimum(until, FAR)

    def densest(self, gains: Ints) -> tuple[Ints, Ints]:
        """The stretch of each document with the largest sum, half-open, counted from its start.

        (0, 0) where nothing gains. Of equal stretches the one that ends first, and of those the
        shortest (J. Kadane, 1977, over running sums). Two arrays of shape (documents,).

        >>> [found.tolist() for found in Segments.of([4, 2]).densest(np.array([-1, 2, 3, -9, -1, -1]))]
        [[1, 0], [3, 0]]
        """
        total = _totals(gains)
        # Every document far below the one before it, so that a running minimum begins anew.
        down = self.document * (int(np.ptp(total)) + 1)
        before, behind = total[:-1] - down, total[1:] - down
        lowest = np.minimum.accumulate(before)
        gained = behind - lowest
        best = np.maximum.reduceat(gained, self.starts[:-1])
        at_best = np.where(gained == best[self.document], self.place, self.blocks)
        end = np.minimum.reduceat(at_best, self.starts[:-1])
        start = np.maximum.accumulate(np.where(before == lowest, self.place, -1))[end]
        some, origin = best > 0, self.starts[:-1]
        return np.where(some, start - origin, 0), np.where(some, end + 1 - origin, 0)

    def stretches(self, marks: Marks) -> tuple[Ints, Ints]:
        """The maximal runs of marked blocks inside one document, half-open: where they begin and end.

        >>> [found.tolist() for found in Segments.of([2, 2]).stretches(np.array([False, True, True, True]))]
        [[1, 2], [2, 4]]
        """
        begins, ends = marks.copy(), marks.copy()
        begins[1:] &= ~marks[:-1] | (self.first[1:] == self.place[1:])
        ends[:-1] &= ~marks[1:] | (self.last[:-1] == self.place[1:])
        return np.flatnonzero(begins), np.flatnonzero(ends) + 1


def _totals(values: npt.NDArray[np.int64]) -> Ints:
    """Sums over all blocks before each, and over all; shape (blocks + 1,)."""
    total = np.zeros(len(values) + 1, dtype=np.int64)
    values.cumsum(out=total[1:])
    return total


def sums_of(values: npt.NDArray[np.generic], starts: Ints, ends: Ints) -> Ints:
    """The sum over each half-open stretch of an array; shape of `starts`."""
    total = _totals(values.astype(np.int64))
    return total[ends] - total[starts]
