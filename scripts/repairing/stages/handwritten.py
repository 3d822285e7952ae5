"""Pull-quotes written by hand that shorten and change their sentence, and decoys that must stay as they are."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarking import parallel
from benchmarking.progress import say
from benchmarking.tables import table

from repairing.bench import Bench
from repairing.prose import CLOSING
from repairing.reading import Record, percent
from repairing.records import REPAIR_ALONE, line_around
from repairing.touching import now, touches
from scrubber.documents import RawDocument
from scrubber.pipeline import clean

HALVED = False
COMPLETES, DECOY = "completes", "decoy"
EXACT, OTHERWISE, FLAGGED, LEFT = "exact", "completed otherwise", "flagged", "left"


class WrittenCaseError(ValueError):
    """A hand-written case lacks something."""

    def __init__(self, path: Path, number: int, what: str) -> None:
        super().__init__(f"{path}, case {number}: {what}")
        self.path = path
        self.number = number


def measure(bench: Bench) -> dict[str, Any]:
    """``{"cases": [...]}``: a record for each case."""
    cases = [case for path in sorted(bench.written.glob("*.toml")) for case in read(path)]
    if not cases:
        say(f"  no cases in {bench.written}")
    return {"cases": list(parallel.spread(judged, None, cases, bench.jobs, "hand-written cases"))}


def read(path: Path) -> list[Record]:
    """The cases of a file. Raises WrittenCaseError."""
    found = []
    for number, case in enumerate(tomllib.loads(path.read_text("utf-8")).get("case", []), 1):
        if case.get("kind") not in (COMPLETES, DECOY):
            raise WrittenCaseError(path, number, f"`kind` is neither {COMPLETES} nor {DECOY}")
        wanted = ("name", "text", "completion") if case["kind"] == COMPLETES else ("name", "text")
        missing = [name for name in wanted if not case.get(name)]
        if missing:
            raise WrittenCaseError(path, number, f"it has no `{missing[0]}`")
        found.append({"file": path.stem, "completion": "", **case})
    return found


def judged(_: None, case: Record) -> Record:
    """The case with its outcome: what was written into the text, and where."""
    raw = RawDocument.from_text(case["text"].strip("\n"), id=f"{case['file']}.txt")
    (document,) = clean([raw], REPAIR_ALONE)
    touched = touches(document)
    edits = [touch for touch in touched if touch.completes]
    became = []
    exact = len(edits) == 1
    for edit in edits:
        start, end = line_around(raw.text, edit.start, edit.end)
        became.append(now(document, start, end))
        exact = exact and _is(became[-1], raw.text[start : edit.start], case["completion"])
    if edits:
        outcome = EXACT if exact and case["kind"] == COMPLETES else OTHERWISE
    else:
        outcome = FLAGGED if touched else LEFT
    told = {name: case[name] for name in ("file", "name", "kind", "completion")}
    rules = sorted({touch.rule for touch in touched})
    return {**told, "outcome": outcome, "rules": rules, "became": became, "text": case["text"]}


def _is(became: str, begun: str, completion: str) -> bool:
    """Whether a paragraph is its beginning and the completion, with or without a closing quote."""
    got = " ".join(became.split())
    for between in ("", " "):
        want = " ".join(f"{begun}{between}{completion}".split())
        if got.rstrip(CLOSING) == want.rstrip(CLOSING):
            return True
    return False


def to_tables(bench: Bench, result: dict[str, Any]) -> dict[str, str]:  # noqa: ARG001 - as in every stage
    """``handwritten``: a row for each file, and all."""
    cases = result["cases"]
    files = sorted({case["file"] for case in cases})
    groups = {name: [c for c in cases if c["file"] == name] for name in files} | {"all": cases}
    rows = []
    for name, some in groups.items():
        to_complete = [c for c in some if c["kind"] == COMPLETES]
        decoys = [c for c in some if c["kind"] == DECOY]
        exact = sum(c["outcome"] == EXACT for c in to_complete)
        otherwise = sum(c["outcome"] == OTHERWISE for c in to_complete)
        share = percent(exact / len(to_complete) if to_complete else None)
        completed = sum(c["outcome"] == OTHERWISE for c in decoys)
        rows.append([name, len(to_complete), exact, share, otherwise, len(decoys), completed])
    heads = ["hand-written", "to complete", "completed exactly", "share", "completed otherwise", "decoys"]
    return {"handwritten": table([*heads, "decoys completed"], rows)}


def lists(bench: Bench, result: dict[str, Any]) -> dict[str, Sequence[Record]]:  # noqa: ARG001 - as in every stage
    """``handwritten.jsonl``: the cases that failed."""
    found = [{"failure": kind, **record} for kind, some in failures(result).items() for record in some]
    return {"handwritten.jsonl": found}


def failures(result: dict[str, Any]) -> dict[str, list[Record]]:
    """What was not completed, what was completed otherwise, decoys that were completed."""
    cases = result["cases"]
    to_complete = [case for case in cases if case["kind"] == COMPLETES]
    return {
        "decoy completed": [c for c in cases if c["kind"] == DECOY and c["outcome"] == OTHERWISE],
        "completed otherwise": [c for c in to_complete if c["outcome"] == OTHERWISE],
        "not completed": [c for c in to_complete if c["outcome"] in (FLAGGED, LEFT)],
    }


def draw(bench: Bench, result: dict[str, Any], folder: Path) -> None:
    """Nothing: the table says it all."""
