"""Figures as they are kept: a JSON file for each case, so that runs of different days combine."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from speed.environments import PINS
from speed.measuring import Usage
from speed.modes import Case


@dataclass(frozen=True, slots=True)
class Record:
    """All runs of one case."""

    tool: str
    versions: Sequence[str]
    workload: str
    documents: int
    flat: bool
    html: bool
    input_bytes: int
    output_bytes: int
    runs: Sequence[dict[str, float]]
    """Of each run: user, system, wall (seconds), peak (bytes), code (exit code)."""
    quality: dict[str, float] | None
    machine: dict[str, Any]

    @property
    def failed(self) -> bool:
        """Whether a run ended with an error."""
        return not self.runs or any(run["code"] for run in self.runs)

    @property
    def cpu(self) -> float:
        """Median CPU seconds of a run."""
        return median(run["user"] + run["system"] for run in self.runs)

    @property
    def wall(self) -> float:
        """Median seconds from start to end."""
        return median(run["wall"] for run in self.runs)

    @property
    def peak(self) -> float:
        """Median of the peaks of memory, bytes."""
        return median(run["peak"] for run in self.runs)


def record(
    case: Case, usages: Sequence[Usage], sizes: tuple[int, int], quality: dict[str, float] | None
) -> Record:
    """What is kept of a case's runs; `sizes` are the bytes of the dump and of the output."""
    runs = [{name: round(value, 3) for name, value in asdict(usage).items()} for usage in usages]
    workload = case.workload
    return Record(
        case.tool.name, PINS.get(case.tool.environment, ()), workload.name, workload.documents, workload.flat,
        workload.html, *sizes, runs, quality, machine(),
    )  # fmt: skip


def machine() -> dict[str, Any]:
    """The machine, without its name."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text("utf-8", "replace"))
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**30),
        "processor": model[1] if model else platform.machine(),
        "python": platform.python_version(),
    }


@dataclass(frozen=True, slots=True)
class Store:
    """The folder of all records: ``MODE/WORKLOAD/TOOL.json``."""

    folder: Path

    def write(self, mode: str, found: Record) -> None:
        """Keep a record; it takes the place of an older one of the same case."""
        name = re.sub(r"[^a-z0-9]+", "-", found.tool.lower()).strip("-")
        path = self.folder / mode / found.workload / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(found), indent=1, sort_keys=True) + "\n", "utf-8")

    def read(self, mode: str) -> list[Record]:
        """All records of a mode, the smallest workload first."""
        paths = sorted((self.folder / mode).glob("*/*.json"))
        found = [Record(**json.loads(path.read_text("utf-8"))) for path in paths]
        return sorted(
            found, key=lambda one: (one.html, one.documents, one.flat, one.tool != "scrubber", one.tool)
        )
