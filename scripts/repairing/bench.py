"""One run of the benchmark: what its stages share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from benchmarking.pages import Page
from benchmarking.store import Store


@dataclass(frozen=True, slots=True)
class Bench:
    """The pages, the half of the sites that is looked at, and where results are kept."""

    pages: tuple[Page, ...]
    half: str
    """``tune`` or ``report``."""
    cases: int | None
    """About so many planted cases, for a quick look; None: as many as the figures need."""
    jobs: int
    written: Path
    """The folder of hand-written cases."""
    verdicts: Path
    """The file of what a person says of natural completions."""
    store: Store
    lists: Path
    """The folder of the lists that people read: ``failures.jsonl`` and the like."""


class Stage(Protocol):
    """What a module of `repairing.stages` offers."""

    HALVED: bool
    """Whether it looks at one half of the sites only."""

    def measure(self, bench: Bench) -> dict[str, Any]:
        """The records, as plain values for JSON."""

    def to_tables(self, bench: Bench, result: dict[str, Any]) -> dict[str, str]:
        """Markdown by the name of its marker."""

    def lists(self, bench: Bench, result: dict[str, Any]) -> dict[str, Sequence[dict[str, Any]]]:
        """Records for people to read, by the name of their file."""

    def failures(self, result: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
        """What went wrong, by kind."""

    def draw(self, bench: Bench, result: dict[str, Any], folder: Path) -> None:
        """Write the plots."""
