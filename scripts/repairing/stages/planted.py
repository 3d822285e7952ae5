"""Cut text planted into whole pages, and whole text beside it: what is found, and how it is completed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarking import parallel
from benchmarking.pages import SETS, Page
from benchmarking.progress import say

from repairing import originals, plotting, untouched
from repairing.bench import Bench
from repairing.cases import Dump, Item
from repairing.judging import EXACT, LONG, MISSED, REMOVED, SHORT, WRONG
from repairing.planting import Planter
from repairing.reading import Record, has_donor
from repairing.records import judged
from repairing.reporting import planted_tables

HALVED = True
ENOUGH = 4000
"""Planted cases, and as many untouched items."""
_MOST_ROUNDS = 12


def measure(bench: Bench) -> dict[str, Any]:
    """``{"cases", "items", "natural", "faults"}``: lists of records."""
    dumps = plan(bench)
    dumps.sort(key=lambda dump: -len(dump.carriers))  # so that no worker is left with a large one at the end
    result: dict[str, list[Any]] = {"cases": [], "items": [], "natural": [], "faults": []}
    for found in parallel.spread(judged, None, dumps, bench.jobs, "cleaning and judging dumps"):
        for name, records in found.items():
            result[name] += records
    for records in result.values():
        records.sort(key=str)
    result["natural"] = _once(result["natural"])
    for fault in result["faults"]:
        say(f"  a law is broken: {fault}")
    return result


def plan(bench: Bench) -> list[Dump]:
    """The dumps of as many rounds as give enough cases."""
    pages = originals.of_half(bench.pages, bench.half)
    planters = {name: _planter([p for p in pages if p.set == name], bench) for name in SETS}
    share = {name: sum(page.set == name for page in pages) / len(pages) for name in SETS}
    dumps: list[Dump] = []
    for number in range(_MOST_ROUNDS):
        for name, planter in planters.items():
            if planter is not None:
                enough = None if bench.cases is None else round(share[name] * bench.cases)
                dumps.append(planter.dump(number, enough))
        cases = sum(len(dump.cases()) for dump in dumps)
        items = sum(len(dump.items()) for dump in dumps)
        say(f"  round {number + 1}: {cases} cases and {items} untouched items so far")
        if bench.cases is not None or (cases >= ENOUGH and items >= cases):
            return dumps
    return dumps


def _planter(pages: Sequence[Page], bench: Bench) -> Planter | None:
    if not pages:
        return None
    read = list(parallel.spread(originals.read, None, pages, bench.jobs, f"reading {pages[0].set}"))
    pairs = [(page, original.language) for page, original in zip(pages, read, strict=True)]
    items = parallel.spread(_items, None, pairs, bench.jobs, f"headings and the like of {pages[0].set}")
    return Planter(read, {page.name: found for page, found in zip(pages, items, strict=True)})


def _items(_: None, pair: tuple[Page, str]) -> list[Item]:
    return untouched.items_of(*pair)


def _once(records: Sequence[Record]) -> list[Record]:
    """The same paragraph stands in the dumps of all rounds: each once."""
    seen: dict[tuple[str, str], Record] = {}
    for record in records:
        seen.setdefault((record["document"].replace("-copy.txt", ".txt"), record["text"]), record)
    return list(seen.values())


def to_tables(bench: Bench, result: dict[str, Any]) -> dict[str, str]:
    """Those of `reporting.planted_tables`."""
    return planted_tables(result, bench.half)


def lists(bench: Bench, result: dict[str, Any]) -> dict[str, Sequence[Record]]:  # noqa: ARG001 - as in every stage
    """``failures.jsonl``: all cases and items that went wrong; ``natural.jsonl``: what nobody planted."""
    failures = [{"failure": kind, **record} for kind, some in failures_of(result).items() for record in some]
    return {"failures.jsonl": failures, "natural.jsonl": result["natural"]}


def failures_of(result: dict[str, Any]) -> dict[str, list[Record]]:
    """Wrong completions, donors not used, cuts not noticed, whole text that was touched."""
    cases = result["cases"]
    return {
        "wrong completion": [r for r in cases if r["outcome"] == WRONG],
        "not to the end of the sentence, or beyond": [r for r in cases if r["outcome"] in (SHORT, LONG)],
        "not completed although the donor is there": [
            r for r in cases if has_donor(r) and r["outcome"] not in (EXACT, SHORT, LONG, WRONG)
        ],
        "missed, no donor": [r for r in cases if not has_donor(r) and r["outcome"] in (MISSED, REMOVED)],
        "untouched item touched": [r for r in result["items"] if r["rules"]],
        "touched, planted by nobody": result["natural"],
    }


failures = failures_of


def draw(bench: Bench, result: dict[str, Any], folder: Path) -> None:
    """Recall by kind."""
    plotting.recall_by_kind(result["cases"], folder / "planted.svg", bench.half)
