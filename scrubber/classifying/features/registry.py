"""Features of a block, each declared once: its name, its bins, its words, and how it is measured.

A feature is an integer cut into bins, of which the trees of the model ask. It is declared
where it is measured, in a group, by a decorator over the function that gives its column for all
blocks of a batch:

    @OWN.feature("commas", (1, 2, 4, 8), "has {} commas")
    def commas(table: BlockTable) -> Ints: ...

Everything else (weights, training, reasons) finds it by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt

from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.segments import Ints

Column = Callable[[BlockTable], Ints]
"""A feature's values for all blocks of a batch: shape (blocks,)."""

LENGTH: Final = (4, 9, 16, 26, 41, 61, 91, 131, 201, 351, 601)
RATIO: Final = (1, 150, 300, 500, 700, 900)
DENSITY: Final = (1, 200, 400, 600, 800, 1000)
DISTANCE: Final = (1, 2, 3, 5, 8, 15, 30, 1000)
SHARE: Final = (1, 30, 100, 300, 600, 850, 970, 1000)


def codes(classes: Sequence[str]) -> tuple[int, ...]:
    """The edges of a feature whose values are the numbers of classes.

    >>> codes(("a line", "a heading", "a cell"))
    (1, 2)
    """
    return tuple(range(1, len(classes)))


class FeatureError(ValueError):
    """A feature is declared twice, or its edges do not rise."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"feature {name!r} {why}")
        self.name = name


@dataclass(frozen=True, slots=True)
class Feature:
    """One column: values below ``edges[0]`` are bin 0, from ``edges[-1]`` on the last bin."""

    name: str
    edges: tuple[int, ...]
    words: str
    """What a reader is told; ``{}`` stands for the bin's range, ``{}%`` for permille as percent."""
    classes: tuple[str, ...] = ()
    """Where the bins are classes: their names."""
    recurs: bool = False
    """Whether it measures recurrence of the block itself, which never speaks for content."""
    column: Column = field(kw_only=True, repr=False, compare=False)
    """How it is measured."""

    def __post_init__(self) -> None:
        if list(self.edges) != sorted({*self.edges} - {0}):
            raise FeatureError(self.name, f"has edges that do not rise from 1 on: {self.edges}")

    def __hash__(self) -> int:
        return hash(self.name)  # asked for thousands of times a page

    @property
    def bins(self) -> int:
        """How many bins the edges make."""
        return len(self.edges) + 1

    def describe(self, bin: int) -> str:
        """The feature in words, for one of its bins.

        >>> commas = Feature("commas", (1, 2, 4), "has {} commas", column=lambda table: table.sizes)
        >>> commas.describe(2)
        'has 2 to 3 commas'
        """
        if self.classes:
            return self.words.replace("{}", self.classes[bin])
        if "{}" not in self.words:
            return self.words if bin else f"not: {self.words}"
        percent = "{}%" in self.words
        low = self.edges[bin - 1] if bin else 0
        high = self.edges[bin] - 1 if bin < len(self.edges) else None
        if percent:
            low, high = low // 10, high // 10 if high is not None else None
        sign = "%" if percent else ""
        if high is None:
            reach = "100%" if percent and low >= 100 else f"{low}{sign} or more"
        elif low >= high:
            reach = f"{high}{sign}"
        else:
            reach = f"{low}{sign} to {high}{sign}"
        return self.words.replace("{}%", reach).replace("{}", reach)


class FeatureGroup:
    """Features that belong together, in the order in which they are declared."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._features: dict[str, Feature] = {}

    def __iter__(self) -> Iterator[Feature]:
        return iter(self._features.values())

    def __len__(self) -> int:
        return len(self._features)

    def __contains__(self, feature: object) -> bool:
        return isinstance(feature, Feature) and self._features.get(feature.name) == feature

    def add(self, feature: Feature) -> None:
        """Declare a feature. Raises FeatureError where the group has one of this name."""
        if feature.name in self._features:
            raise FeatureError(feature.name, f"is declared twice in the group {self.name!r}")
        self._features[feature.name] = feature

    def feature(
        self,
        name: str,
        edges: tuple[int, ...],
        words: str,
        classes: tuple[str, ...] = (),
        *,
        recurs: bool = False,
    ) -> Callable[[Column], Column]:
        """A decorator: the function gives the column of a feature. Raises FeatureError as `add` does."""

        def declare(column: Column) -> Column:
            self.add(Feature(name, edges, words, classes, recurs, column=column))
            return column

        return declare


@dataclass(frozen=True)
class FeatureSet:
    """The features of a kind of document, found by name.

    Raises FeatureError where two have the same name.
    """

    features: tuple[Feature, ...]

    @classmethod
    def of(cls, *groups: Iterable[Feature]) -> FeatureSet:
        """The features of several groups."""
        return cls(tuple(chain.from_iterable(groups)))

    def __post_init__(self) -> None:
        if len(self.places) < len(self.features):
            names = [feature.name for feature in self.features]
            raise FeatureError(next(n for n in names if names.count(n) > 1), "is declared twice")

    def __len__(self) -> int:
        return len(self.features)

    def __iter__(self) -> Iterator[Feature]:
        return iter(self.features)

    def __getitem__(self, name: str) -> Feature:
        return self.features[self.places[name]]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The column of each feature, by name."""
        return {feature.name: place for place, feature in enumerate(self.features)}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names in the order of the columns."""
        return tuple(self.places)

    def bin_columns(self, columns: Mapping[str, Ints]) -> npt.NDArray[np.int16]:
        """The bin of every value, from each feature's column by name: shape (blocks, features)."""
        bins, starts = self._laid_out
        # `np.stack` takes longer than all the rest.
        values = np.concatenate([columns[name] for name in self.names]).reshape(len(self), -1)
        np.maximum(values, 0, out=values)
        np.minimum(values, bins.size // len(starts) - 1, out=values)
        values += starts[:, np.newaxis]
        return bins.take(values).T.astype(np.int16, order="C")

    @cached_property
    def _laid_out(self) -> tuple[npt.NDArray[np.uint8], Ints]:
        """The bins of the values 0, 1, ... up to the largest edge, feature after feature; where each begins.

        To look a value up is a tenth of the work of a search among the edges.
        """
        values = np.arange(max(feature.edges[-1] for feature in self.features) + 1)
        rows = [np.searchsorted(feature.edges, values, side="right") for feature in self.features]
        return np.concatenate(rows).astype(np.uint8), np.arange(len(self)) * len(values)
