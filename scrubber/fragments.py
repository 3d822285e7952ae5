"""Which other documents may say how a cut-off passage goes on: found by the traces they share.

Only documents are found here, not places in them: evidence holds no text. Whether one proves
anything is decided where its text is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from scrubber.cuts.traces import Traces
from scrubber.evidence import DocumentEvidence, Evidence
from scrubber.fingerprints import Key

LENDERS: Final = 12
"""Documents that are named for one passage."""
_COMMON: Final = 256
"""Documents from which a trace tells too little."""
_SHARE: Final = 0.34
"""Of a passage's traces, those a document must hold: what a shortened sentence may leave."""


@dataclass(frozen=True, slots=True, order=True)
class Lender:
    """A document that may say how a passage goes on."""

    document: str
    digest: str
    """Hex sha256 of its raw bytes: another text under its name proves nothing."""


Lenders = Mapping[Key, tuple[Lender, ...]]
"""By the key of a passage (`cuts.suspects.Passage.key`); the likeliest first."""


def find_lenders(evidence: Evidence, seekers: Iterable[DocumentEvidence] | None = None) -> Lenders:
    """For every passage of the `seekers` (default: of all documents) the likeliest lenders.

    One more than LENDERS: the document that seeks may be among them, and passes itself over.
    """
    wanted: dict[Key, Traces] = {}
    seeking: dict[Key, set[str]] = defaultdict(set)
    for document in evidence if seekers is None else seekers:
        for key, row in zip(document.fragments.tolist(), document.fragment_traces, strict=True):
            wanted.setdefault(key, row)
            seeking[key].add(document.id)
    if not wanted:
        return {}
    known = np.unique(np.concatenate(list(wanted.values())))
    documents = evidence.heads
    holders, cut_too = _read_through(evidence, known, wanted)
    found = {}
    for key in sorted(wanted):
        ranked = _ranked(np.unique(wanted[key]), known, holders)
        only = seeking[key] if len(seeking[key]) == 1 else frozenset[str]()
        fit = sum(place not in cut_too[key] for _, place in ranked)
        # Of a passage that is everywhere nobody knows who would disagree.
        if fit <= LENDERS and any(documents[place].id not in only for _, place in ranked):
            # Who breaks off where the passage does can hardly say how it goes on.
            ranked.sort(key=lambda row: (row[1] in cut_too[key], -row[0], documents[row[1]].id))
            best = [documents[place] for _, place in ranked[: LENDERS + 1]]
            found[key] = tuple(Lender(d.id, d.digest) for d in best)
    return found


@dataclass(frozen=True, slots=True)
class _Holders:
    """Which documents hold which of the known traces: ``places[starts[i]:starts[i + 1]]`` the i-th."""

    starts: npt.NDArray[np.int64]
    places: npt.NDArray[np.int32]

    def of(self, trace: int) -> npt.NDArray[np.int32]:
        return self.places[self.starts[trace] : self.starts[trace + 1]]


def _read_through(
    evidence: Evidence, known: Traces, wanted: Mapping[Key, Traces]
) -> tuple[_Holders, Mapping[Key, set[int]]]:
    """Who holds the known traces, and in which documents a wanted passage breaks off as well."""
    held, places = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int32)]
    cut_too: dict[Key, set[int]] = defaultdict(set)
    for place, document in enumerate(evidence):
        for key in document.fragments.tolist():
            if key in wanted:
                cut_too[key].add(place)
        at = np.searchsorted(known, document.traces)
        found = at[known[np.minimum(at, len(known) - 1)] == document.traces]
        if len(found):
            held.append(found)
            places.append(np.full(len(found), place, dtype=np.int32))
    traces = np.concatenate(held)
    order = np.argsort(traces, kind="stable")
    starts = np.searchsorted(traces[order], np.arange(len(known) + 1))
    return _Holders(starts, np.concatenate(places)[order]), cut_too


def _ranked(wanted: Traces, known: Traces, holders: _Holders) -> list[tuple[int, int]]:
    """Documents that hold enough of a passage's traces, as (traces held, place)."""
    lists = [holders.of(trace) for trace in np.searchsorted(known, wanted).tolist()]
    telling = [places for places in lists if len(places) <= _COMMON]
    if not telling:
        return []
    places, counts = np.unique(np.concatenate(telling), return_counts=True)
    enough = counts >= _SHARE * len(telling)
    return list(zip(counts[enough].tolist(), places[enough].tolist(), strict=True))
