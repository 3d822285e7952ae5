"""Records counted: rates of groups of cases, and what a report says of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from repairing.cutting import BARE, BETWEEN
from repairing.judging import COMPLETED, DETECTED, EXACT, WRONG

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Counts:
    """A group of cases."""

    cases: int
    detected: int
    completed: int
    exact: int
    wrong: int

    @classmethod
    def of(cls, records: Iterable[Record]) -> Counts:
        """Count the outcomes."""
        outcomes = [record["outcome"] for record in records]
        return cls(
            len(outcomes),
            sum(outcome in DETECTED for outcome in outcomes),
            sum(outcome in COMPLETED for outcome in outcomes),
            outcomes.count(EXACT),
            outcomes.count(WRONG),
        )

    @property
    def recall(self) -> float | None:
        """Share that was noticed."""
        return self.detected / self.cases if self.cases else None

    @property
    def exactly(self) -> float | None:
        """Share that was completed as the original went on."""
        return self.exact / self.cases if self.cases else None


def has_donor(record: Record) -> bool:
    """Whether the dump holds the whole sentence."""
    return bool(record["donor"])


def may_be_whole(record: Record) -> bool:
    """Cut between words, with no mark and no donor: it may as well be a headline."""
    return record["place"] == BETWEEN and record["mark"] == BARE and not record["donor"]


def counts(records: Sequence[Record], *tests: Callable[[Record], bool]) -> Counts:
    """Counts of the records that pass all tests."""
    return Counts.of(record for record in records if all(test(record) for test in tests))


def is_(**values: object) -> Callable[[Record], bool]:
    """A test: the record has all these values."""
    return lambda record: all(record[name] == value for name, value in values.items())


def percent(value: float | None, digits: int = 1) -> str:
    """``97.3%``; empty where there is nothing to count."""
    return "" if value is None else f"{value:.{digits}%}"


def printable(value: Any) -> Any:
    """The same plain value, bytes that are no text written as ``\\udcc4``: JSON files are valid UTF-8."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, Mapping):
        return {name: printable(inner) for name, inner in value.items()}
    return [printable(inner) for inner in value] if isinstance(value, list | tuple) else value
