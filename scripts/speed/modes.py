"""What each mode measures: workloads, and the tools that are run on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from speed.tools import HTML_PEERS, SCRUBBER_HTML, SCRUBBER_TEXT, TEXT_PEERS, Tool, scrubber
from speed.workloads import Workload


@dataclass(frozen=True, slots=True)
class Case:
    """One tool on one workload."""

    workload: Workload
    tool: Tool
    again: bool = False
    """Whether it starts from what the case before it left in its output folder."""


@dataclass(frozen=True, slots=True)
class Mode:
    """One question."""

    documents: int
    """How many, unless the user says otherwise."""
    runs: int
    scored: bool
    """Whether F1 is measured as well."""
    cases: Callable[[int], Sequence[Case]]
    """The cases for a number of documents, in the order of each round."""


def _text(documents: int) -> Sequence[Case]:
    workload = Workload(documents, flat=False, html=False)
    return [Case(workload, tool) for tool in (SCRUBBER_TEXT, *TEXT_PEERS)]


def _html(documents: int) -> Sequence[Case]:
    workload = Workload(documents, flat=False, html=True)
    return [Case(workload, tool) for tool in (SCRUBBER_HTML, *HTML_PEERS)]


def _workers(documents: int) -> Sequence[Case]:
    return [
        Case(Workload(documents, flat=False, html=html), scrubber(f"{count} worker{'s' * (count > 1)}", kind, jobs=count))
        for html, kind in ((True, "html"), (False, "text"))
        for count in (1, 2)
    ]  # fmt: skip


def _growth(documents: int) -> Sequence[Case]:
    sizes = (documents // 4, documents, documents * 4)
    workloads = [Workload(size, flat, html=False) for size in sizes for flat in (False, True)]
    return [Case(workload, SCRUBBER_TEXT) for workload in workloads]


def _again(documents: int) -> Sequence[Case]:
    return [
        Case(Workload(documents, flat=False, html=html), scrubber(name, kind), again=again)
        for html, kind in ((False, "text"), (True, "html"))
        for name, again in (("first run", False), ("second run", True))
    ]


def _ledger(documents: int) -> Sequence[Case]:
    workload = Workload(documents, flat=False, html=False)
    return [
        Case(workload, scrubber(f"--ledger {mode}", "text", "--ledger", mode))
        for mode in ("full", "spans", "none")
    ]


MODES = {
    "text": Mode(20_000, 3, True, _text),
    "html": Mode(2_000, 3, True, _html),
    "workers": Mode(2_000, 3, False, _workers),
    "growth": Mode(20_000, 1, False, _growth),
    "again": Mode(2_000, 3, False, _again),
    "ledger": Mode(20_000, 3, False, _ledger),
}
