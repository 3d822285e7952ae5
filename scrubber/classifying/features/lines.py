"""Measures of a line by itself: computed together, and remembered, for other pages hold it too."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache, partial
from struct import Struct
from typing import Any, Final, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from scrubber.classifying.features.registry import Column, FeatureGroup
from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.segments import Ints

Line = TypeVar("Line")
Measure = TypeVar("Measure", bound=Callable[..., int])

REMEMBERED: Final = 200
"""Characters of a line up to which its measures are remembered."""
_MOST: Final = 1 << 14
"""Lines that are remembered."""


class LineMeasures(Generic[Line]):
    """Functions of a line alone, each under its name; `read` makes of a block's text what they take.

    The measures of a line stand in one row, in the order of their declaration; they are found by
    name alone.
    """

    def __init__(self, read: Callable[[str], Line]) -> None:
        self._read = read
        self._measures: dict[str, Callable[[Line], int]] = {}
        self._remembered = lru_cache(maxsize=_MOST)(self._row)

    def measure(self, name: str) -> Callable[[Measure], Measure]:
        """A decorator: the function is a measure of this name, which no feature may be."""

        def declare(function: Measure) -> Measure:
            if name in self._measures:
                raise ValueError(f"the measure {name!r} is declared twice")
            self._measures[name] = function
            return function

        return declare

    def feature(
        self,
        group: FeatureGroup,
        name: str,
        edges: tuple[int, ...],
        words: str,
        classes: tuple[str, ...] = (),
    ) -> Callable[[Measure], Measure]:
        """A decorator: the function is a measure, and a feature of the same name in a group."""

        def declare(function: Measure) -> Measure:
            self.measure(name)(function)
            group.feature(name, edges, words, classes)(self.column(name))
            return function

        return declare

    def column(self, name: str) -> Column:
        """The function that gives one measure of all blocks of a table."""
        return partial(self._column, name)

    def of(self, text: str) -> dict[str, int]:
        """All measures of one line, by name."""
        line = self._read(text)
        return {name: measure(line) for name, measure in self._measures.items()}

    def _column(self, name: str, table: BlockTable) -> Ints:
        column: Ints = np.ascontiguousarray(self.rows(table)[name])
        return column

    def rows(self, table: BlockTable) -> npt.NDArray[np.void]:
        """All measures of all blocks: a structured array of shape (blocks,), its fields the names."""
        known: dict[Any, Any] = table._derived  # noqa: SLF001 - kept with the table, as `derived` does
        if self not in known:
            data = bytearray().join(map(self._row_of, table.shown_texts))
            known[self] = np.frombuffer(data, dtype=[(name, np.int64) for name in self._measures])
        rows: npt.NDArray[np.void] = known[self]
        return rows

    def _row_of(self, text: str) -> bytes:
        return self._remembered(text) if len(text) <= REMEMBERED else self._row(text)

    def _row(self, text: str) -> bytes:
        line = self._read(text)
        return self._pack(*[measure(line) for measure in self._measures.values()])

    @cached_property
    def _pack(self) -> Callable[..., bytes]:
        return Struct(f"={len(self._measures)}q").pack
