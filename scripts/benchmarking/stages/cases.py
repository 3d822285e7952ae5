"""The shared cases: small dumps of which it is written what must stay and what must go."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarking import plots, tables
from benchmarking.bench import Bench
from benchmarking.progress import say

_SCRUBBER = '#!/bin/sh\nexec "{python}" -m scrubber "$@"\n'
_SHOWN = 90
"""Characters of the first thing wrong that the table shows."""


def measure(bench: Bench) -> dict[str, Any]:
    """``{"cases": [{"case", "kind", "group", "wrong": [...]}]}``, by the shared `run_cases.py`."""
    runner = bench.scorer.parent.parent / "cases" / "run_cases.py"
    if not runner.is_file():
        say(f"  no {runner.name} in {runner.parent}: nothing to run")
        return {}
    work = bench.store.folder / "cases"
    work.mkdir(parents=True, exist_ok=True)
    scrubber, verdicts = work / "scrubber", work / "verdicts.json"
    scrubber.write_text(_SCRUBBER.format(python=sys.executable), "utf-8")
    scrubber.chmod(0o755)
    command = [sys.executable, str(runner), str(scrubber), "--json", str(verdicts), "--all"]
    done = subprocess.run(command, stdout=sys.stderr, check=False)
    if done.returncode not in (0, 1):  # 1: a case failed, which is what is asked
        raise RuntimeError(f"{runner} ended with {done.returncode}")
    return {"cases": json.loads(verdicts.read_text("utf-8"))}


def to_tables(bench: Bench, result: dict[str, Any]) -> dict[str, str]:  # noqa: ARG001 - as in every stage
    """``cases``: each with what is wrong; ``cases-count``: how many are right."""
    if not result:
        return {}
    found = result["cases"]
    rows = [
        [one["case"], one["kind"], "right" if not one["wrong"] else f"{len(one['wrong'])} wrong", _first(one)]
        for one in found
    ]
    right = sum(not one["wrong"] for one in found)
    checks = sum(len(one["wrong"]) for one in found)
    return {
        "cases": tables.table(["case", "what it is about", "verdict", "first of what is wrong"], rows),
        "cases-count": tables.table(
            ["cases", "right", "wrong", "single faults"], [[len(found), right, len(found) - right, checks]]
        ),
    }


def _first(one: dict[str, Any]) -> str:
    text = one["wrong"][0] if one["wrong"] else ""
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def draw(bench: Bench, result: dict[str, Any], folder: Path) -> None:  # noqa: ARG001 - as in every stage
    """How much is wrong in each case that fails."""
    wrong = {one["case"]: len(one["wrong"]) for one in result["cases"] if one["wrong"]}
    figure, (axis,) = plots.panels(1, width=6.0, height=0.25 * len(wrong) + 1.3)
    plots.bars(axis, wrong, digits=".0f")
    axis.set_xlabel("single faults")
    axis.margins(x=0.2)
    plots.save(figure, folder / "cases.svg")
