"""What a run is asked for, and what it tells when it is done."""

from __future__ import annotations

import dataclasses
import heapq
import platform
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from scrubber.classifying.model import built_in_digest
from scrubber.config import Intake
from scrubber.rules import truncation
from scrubber.rules.stretches import ONE_LINE
from scrubber.running.emptied import LONE, EmptiedSite, EmptiedTally
from scrubber.running.journal import Noted
from scrubber.running.learning import Progress, silent
from scrubber.running.losses import Losses, LossTally
from scrubber.running.passes import Change, Scrubbed
from scrubber.running.resolving import MEMORY
from scrubber.version import BEHAVIOUR, __version__, build_digest
from scrubber.writing.files import OVERRIDES
from scrubber.writing.manifest import Entry, Status
from scrubber.writing.shards import Format

RUN_SCHEMA: Final = "scrubber.run/2"
_SLOWEST: Final = 10
_SITES_TOLD: Final = 1000


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is carried out: of these only `templates`, `intake` and `format` change what comes out."""

    check: bool = False
    """Write nothing, only tell what would change."""
    jobs: int = 0
    """Worker processes; 0 for as many as there are processors."""
    templates: Path | None = None
    """An index to clean with, in place of the one these documents would give."""
    progress: Progress = silent
    intake: Intake = field(default_factory=Intake)
    """Which documents are taken, and how they are read out of containers."""
    format: Format = Format.FILES
    """How the corpus is written."""
    memory: int = MEMORY
    """Bytes for what is sorted to find sites and templates; more waits in temporary files."""
    resume: bool = True
    """Keep what the next run may use, and use what the last has kept."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Figures of all documents of a run."""

    documents: int
    counts: Mapping[str, int]
    """Documents by status, every status named."""
    size: int
    """Bytes of the raw documents that were cleaned, and characters ..."""
    raw: int
    clean: int
    """... before and after."""
    removed: Mapping[str, int]
    """Characters that each rule took away, less those it put in."""
    repaired: int
    """Passages that were cut off, and are completed, marked, trimmed or dropped."""
    cut_off: int
    """Passages that were cut off, and are flagged and left as they are."""
    flags: Mapping[str, int]
    alone: int
    """Documents that shared too little with any other; not those recognised as clean already."""
    lost: tuple[Entry, ...]
    """Documents that were skipped or failed, by id."""
    emptied: tuple[EmptiedSite, ...]
    """Sites of which nearly nothing is left."""
    losses: Losses
    """Doubtful documents, and removed prose that stands nowhere else."""


def tally(documents: Iterable[Noted]) -> Tally:
    """Add up; the documents come by id, and one is held at a time."""
    statuses: Counter[Status] = Counter()
    flags: Counter[str] = Counter()
    removed: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    lost: list[Entry] = []

    emptied, losses = EmptiedTally(), LossTally()
    for noted in documents:
        entry = noted.entry
        statuses[entry.status] += 1
        flags.update(entry.flags)
        removed.update(noted.removed)
        sums["size"] += noted.size
        sums["raw"] += entry.raw.characters if entry.raw else 0
        sums["clean"] += entry.clean.characters if entry.clean else 0
        sums["repaired"] += sum(entry.counts.get(rule, 0) for rule in truncation.RULES)
        sums["cut off"] += sum(entry.flags.get(rule, 0) for rule in truncation.RULES)
        sums["alone"] += entry.site == LONE and entry.reason is None
        if entry.output is None:
            lost.append(entry)
        elif entry.site is not None:
            emptied.add(entry.site, entry.id, entry.flags, noted.signs)
            losses.add(entry.site, noted.signs)
    return Tally(
        statuses.total(),
        {status.value: statuses[status] for status in Status},
        sums["size"],
        sums["raw"],
        sums["clean"],
        dict(sorted(removed.items())),
        sums["repaired"],
        sums["cut off"],
        dict(sorted(flags.items())),
        sums["alone"],
        tuple(lost),
        emptied.emptied,
        losses.losses,
    )


class Course:
    """What is noted while documents are cleaned: files that changed, tracebacks, the slowest documents."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.traces: list[str] = []
        self.slowest: list[tuple[float, str]] = []
        self.cleaned = 0
        """Documents that were cleaned in this run, and not left alone."""

    def add(self, part: Scrubbed) -> None:
        """What became of a chunk."""
        self.changes += part.changes
        self.traces += part.traces
        self.cleaned += len(part.spent)
        self.slowest = heapq.nlargest(_SLOWEST, [*self.slowest, *part.spent])


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did, or with ``--check`` would do."""

    tally: Tally
    changes: tuple[Change, ...]
    """Files of the output that are new, changed or removed, by name."""
    seconds: float
    traces: tuple[str, ...] = ()
    ignored: Mapping[str, int] = field(default_factory=dict)
    """Files under the roots that no reader reads, by suffix."""
    unknown_overrides: tuple[str, ...] = ()
    """Template ids of overrides that nothing in the dump or the index has."""
    slowest: tuple[tuple[float, str], ...] = ()
    """Seconds and id of the documents that took longest, worst first."""
    cleaned: int = 0
    """Documents that were cleaned in this run; the others stood as they would come out."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Documents by status."""
        return self.tally.counts

    @property
    def needs_a_look(self) -> bool:
        """Whether a document is doubtful, or nearly nothing of a site is left: what ``--strict`` fails for.

        Unique prose that went weighs in the doubt of its document: a teaser more or less fails no run.
        """
        return bool(self.tally.losses.doubtful or self.tally.emptied)

    @property
    def failed(self) -> tuple[Entry, ...]:
        """The documents that could not be cleaned."""
        return tuple(entry for entry in self.tally.lost if entry.status is Status.FAILED)


def run_facts(result: RunResult, started: datetime, jobs: int) -> dict[str, Any]:
    """What ``run.json`` says: of this run alone, with the clock."""
    all_ = result.tally
    share = {rule: round(n / all_.raw, 4) for rule, n in all_.removed.items()} if all_.raw else {}
    return {
        "schema": RUN_SCHEMA,
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(result.seconds, 3),
        "documents_per_second": round(all_.documents / result.seconds, 1) if result.seconds else None,
        "tool": __version__,
        "behaviour": BEHAVIOUR,
        "weights": built_in_digest(),
        "build": build_digest(),
        "python": platform.python_version(),
        "platform": sys.platform,
        "jobs": jobs,
        "documents": dict(all_.counts),
        "cleaned_in_this_run": result.cleaned,
        "bytes": all_.size,
        "characters": {"raw": all_.raw, "clean": all_.clean},
        "removed": dict(all_.removed),
        "share_removed": share,
        "repaired": all_.repaired,
        "cut_off": all_.cut_off,
        "flags": dict(all_.flags),
        "slowest": [{"id": id, "seconds": round(seconds, 3)} for seconds, id in result.slowest],
        "failed": [{"id": e.id, "reason": e.reason} for e in result.failed],
        "files": len(result.changes),
        "warnings": warnings(result),
        "losses": told_losses(all_.losses),
    }


def told_losses(losses: Losses) -> dict[str, Any]:
    """What may have been lost, for people's programs: of the sites that have something to tell the worst thousand."""
    return {
        "doubtful": losses.doubtful,
        "words": losses.words,
        "sentences": losses.sentences,
        "sites": [dataclasses.asdict(site) for site in losses.sites[:_SITES_TOLD]],
    }


def warnings(result: RunResult) -> list[dict[str, object]]:
    """What a person should know of a run that failed at nothing: kind, message, remedy, and figures."""
    found: list[dict[str, object]] = [
        {
            "kind": "emptied-site",
            "message": site.message,
            "remedy": f"look with `scrubber audit OUT --site {site.site}`; a higher chrome.threshold keeps more, "
            f"a line in {OVERRIDES} a single template",
            **dataclasses.asdict(site),
        }
        for site in result.tally.emptied
    ]
    alone = result.tally.flags.get(ONE_LINE, 0)
    if alone:
        found.append(
            {
                "kind": "one-line",
                "message": f"{alone:,} documents have all their text on one line, and too few other pages of their "
                "sites are known: where a menu ends and the text begins could not be seen, and they were left as "
                "they are",
                "remedy": "scrape them again with their line structure, or add more pages of the same sites",
                "documents": alone,
            }
        )
    if result.unknown_overrides:
        ids = ", ".join(result.unknown_overrides)
        found.append(
            {
                "kind": "unknown-override",
                "message": f"{OVERRIDES}: no document and no template has the id {ids}",
                "remedy": "look for a typo (`scrubber explain` and `audit` show the ids), or take the line out",
                "templates": result.unknown_overrides,
            }
        )
    return found
