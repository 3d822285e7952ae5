"""The page sets as they are: every completion that is made, for a person to read.

What a person says of one stands in a file of verdicts, a line each: the completion's key, a tab,
``right``, ``wrong`` or ``undecidable``, and perhaps a tab and a note. A key stays the same as long
as the same words are written into the same paragraph.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarking import parallel
from benchmarking.pages import SETS, Page
from benchmarking.tables import table

from repairing.bench import Bench
from repairing.reading import Record, printable
from repairing.records import REPAIR_ALONE, line_around
from repairing.touching import Touch, now, touches
from scrubber.config import Config
from scrubber.documents import CleanDocument, RawDocument
from scrubber.pipeline import clean
from scrubber.preparing import prepare
from scrubber.reading import ReadingError, read_path

HALVED = False
GOLD = "gold"
ALONE = "text-full, repair alone"
"""All chrome stays: its teasers are cut as well."""
INPUTS = {"html": Config(), "text-full": Config(), ALONE: REPAIR_ALONE, GOLD: REPAIR_ALONE}
VERDICTS = ("right", "wrong", "undecidable")
UNREAD = "unread"
_AROUND = 160
"""Characters of the donor that are shown on either side."""


class VerdictError(ValueError):
    """A line of the file of verdicts says none."""

    def __init__(self, path: Path, number: int) -> None:
        super().__init__(f"{path}, line {number}: wants a key, a tab, and one of {', '.join(VERDICTS)}")
        self.path = path
        self.number = number


def measure(bench: Bench) -> dict[str, Any]:
    """``{"dumps": [{"input", "set", "documents", "flags"}], "completions": [...]}``."""
    sets = {name: [page for page in bench.pages if page.set == name] for name in SETS}
    tasks = [(kind, _some(pages, bench.cases)) for kind in INPUTS for pages in sets.values() if pages]
    result: dict[str, list[Any]] = {"dumps": [], "completions": []}
    for dump, completions in parallel.spread(_clean, None, tasks, bench.jobs, "page sets as they are"):
        result["dumps"].append(dump)
        result["completions"] += completions
    return result


def _some(pages: Sequence[Page], cases: int | None) -> Sequence[Page]:
    return pages if cases is None else pages[: max(10, cases // len(SETS))]


def _clean(_: None, task: tuple[str, Sequence[Page]]) -> tuple[Record, list[Record]]:
    kind, pages = task
    config = INPUTS[kind]
    documents = [raw for page in pages if (raw := _read(page, kind)) is not None]
    texts = {raw.id: prepare(raw, config).text for raw in documents}
    flags: Counter[str] = Counter()
    completions: list[Record] = []
    for document in clean(documents, config):
        found = touches(document)
        flags.update(touch.rule for touch in found if touch.is_flag)
        completions += [
            {"input": kind, "set": pages[0].set, **_told(document, touch, texts)}
            for touch in found
            if touch.completes
        ]
    return {"input": kind, "set": pages[0].set, "documents": len(documents), "flags": flags}, printable(
        completions
    )


def _read(page: Page, kind: str) -> RawDocument | None:
    if kind == GOLD:
        return RawDocument.from_text(page.gold(), id=f"{page.name}.txt")
    path = page.path(kind.partition(",")[0])
    try:
        return read_path(path, id=f"{page.name}{path.suffix}")
    except ReadingError:
        return None


def _told(document: CleanDocument, touch: Touch, texts: dict[str, str]) -> Record:
    raw = document.raw.text
    start, end = line_around(raw, touch.start, touch.end)
    key = hashlib.sha256("\0".join((document.id, raw[start:end], touch.inserted)).encode("utf-8", "replace"))
    told: Record = {
        "key": key.hexdigest()[:12],
        "document": document.id,
        "rule": touch.rule,
        "paragraph": raw[start:end],
        "removed": touch.removed,
        "inserted": touch.inserted,
        "became": now(document, start, end),
    }
    if touch.donor is None:
        return {**told, "where": "nowhere"}
    donor = touch.donor
    text = texts.get(donor.document, "")
    return {
        **told,
        "where": _where(document.id, donor.document),
        "overlap": donor.overlap,
        "donor": {
            "document": donor.document,
            "before": text[max(0, donor.start - _AROUND) : donor.start],
            "span": text[donor.start : donor.end],
            "behind": text[donor.end : donor.end + _AROUND],
        },
    }


def _where(document: str, donor: str) -> str:
    if document == donor:
        return "same document"
    return "same site" if document.rpartition("/")[0] == donor.rpartition("/")[0] else "rest of the dump"


def read_verdicts(path: Path) -> dict[str, str]:
    """Verdicts by key; none where there is no file. Raises VerdictError."""
    return dict(_verdicts(path)) if path.is_file() else {}


def _verdicts(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        key, _, rest = line.partition("\t")
        verdict = rest.partition("\t")[0].strip()
        if verdict not in VERDICTS:
            raise VerdictError(path, number)
        yield key.strip(), verdict


def to_tables(bench: Bench, result: dict[str, Any]) -> dict[str, str]:
    """``natural``: completions with what people said of them; ``natural-rules``: by rule; flags."""
    said = read_verdicts(bench.verdicts)
    rows = []
    for dump in result["dumps"]:
        mine = [c for c in result["completions"] if (c["input"], c["set"]) == (dump["input"], dump["set"])]
        flags = sum(dump["flags"].values())
        rows.append([dump["input"], dump["set"], dump["documents"], *_row(mine, said), flags])
    everything = [sum(dump["documents"] for dump in result["dumps"]), *_row(result["completions"], said)]
    rows.append(["all", "", *everything, sum(sum(dump["flags"].values()) for dump in result["dumps"])])
    heads = ["input", "set", "documents", "completions", "same document", "same site", "rest of the dump"]
    natural = table([*heads, *VERDICTS, UNREAD, "flags"], rows)
    return {"natural": natural, "natural-rules": _rules(result, said)}


def _row(completions: Sequence[Record], said: dict[str, str]) -> list[int]:
    where = Counter(c["where"] for c in completions)
    verdicts = Counter(said.get(c["key"], UNREAD) for c in completions)
    places = [where[name] for name in ("same document", "same site", "rest of the dump")]
    return [len(completions), *places, *(verdicts[name] for name in (*VERDICTS, UNREAD))]


def _rules(result: dict[str, Any], said: dict[str, str]) -> str:
    flags: Counter[str] = Counter()
    for dump in result["dumps"]:
        flags.update(dump["flags"])
    names = sorted({c["rule"] for c in result["completions"]} | set(flags))
    rows = []
    for name in names:
        mine = [c for c in result["completions"] if c["rule"] == name]
        rows.append([f"`{name}`", *_row(mine, said), flags[name]])
    heads = ["rule", "completions", "same document", "same site", "rest of the dump"]
    return table([*heads, *VERDICTS, UNREAD, "flags"], rows)


def lists(bench: Bench, result: dict[str, Any]) -> dict[str, Sequence[Record]]:
    """``completions.jsonl``: each with what was said of it."""
    said = read_verdicts(bench.verdicts)
    found = [{**c, "verdict": said.get(c["key"], UNREAD)} for c in result["completions"]]
    return {"completions.jsonl": found}


def failures(result: dict[str, Any]) -> dict[str, list[Record]]:
    """None that a machine could tell: a person reads the list."""
    del result
    return {}


def draw(bench: Bench, result: dict[str, Any], folder: Path) -> None:
    """Nothing."""
