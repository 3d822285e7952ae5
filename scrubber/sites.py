"""Which documents belong together.

A host is known; where none is, documents are linked by the *runs* (three blocks in a row) they share: single lines such as
"Home" stand on every site, the order of a site's chrome does not. A folder is a hint: it lets
fewer runs link, and never links by itself (the root of a dump, where everything may lie, is
none). Runs that span many
candidate sites are furniture of a publishing system, and are cut before weak links count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from scrubber.config import SiteMode
from scrubber.evidence import DocumentEvidence, Evidence
from scrubber.fingerprints import Key, join_keys

STRONG_RUNS: Final = 4
"""Runs two documents must share to be linked on that evidence alone ..."""
STRONG_SHARE: Final = 4
"""... which must be one in this many of the smaller document's runs."""
ENOUGH_RUNS: Final = 8
"""... or this many, whatever their share: the chrome around a long article is a small part of it."""
WEAK_RUNS: Final = 3
"""Runs that link once those of many candidate sites are cut."""
HUB_SITES: Final = 3
"""A run in more candidate sites than this is a hub, and links nothing."""
_NAME: Final = 5  # salt of the keys that name sites
JOINING_RUNS: Final = 2
"""The same for two documents of one folder: it is a hint, which shared runs confirm."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A site: its name, how it was found, and the documents in it (sorted by digest)."""

    id: str
    found_by: str
    documents: tuple[DocumentEvidence, ...]


def find_sites(evidence: Evidence, mode: SiteMode = SiteMode.AUTO) -> tuple[Cluster, ...]:
    """Partition the documents into sites, sorted by site id."""
    documents = sorted(evidence, key=lambda d: (d.digest, d.id))
    if mode is SiteMode.ONE:
        clusters = [Cluster("one", "option", tuple(documents))] if documents else []
    elif mode is SiteMode.FOLDER:
        clusters = list(_labelled(documents, lambda d: f"folder:{d.folder}", "option"))
    elif mode is SiteMode.HOST:
        clusters = list(_labelled(documents, _host_label, "url"))
    else:
        clusters = _shared(documents, use_labels=mode is SiteMode.AUTO)
    return tuple(sorted(_told_apart(clusters), key=lambda c: c.id))


def _told_apart(clusters: Sequence[Cluster]) -> Iterator[Cluster]:
    """Clusters that came by the same name get that of their first document as well."""
    names = Counter(cluster.id for cluster in clusters)
    for cluster in clusters:
        alone = names[cluster.id] == 1
        yield cluster if alone else replace(cluster, id=f"{cluster.id}-{cluster.documents[0].digest[:16]}")


def _host_label(document: DocumentEvidence) -> str:
    return f"host:{document.host}" if document.host else f"alone:{document.digest[:16]}"


def _labelled(
    documents: Sequence[DocumentEvidence], label: Callable[[DocumentEvidence], str], found_by: str
) -> Iterator[Cluster]:
    groups: dict[str, list[DocumentEvidence]] = defaultdict(list)
    for document in documents:
        groups[label(document)].append(document)
    for id, members in groups.items():
        yield Cluster(id, "nothing" if id.startswith("alone:") else found_by, tuple(members))


class _Groups:
    """Union-find over documents that never joins two different known hosts."""

    def __init__(self, hosts: Sequence[str | None]) -> None:
        self._parent = list(range(len(hosts)))
        self.host = list(hosts)

    def find(self, i: int) -> int:
        root = i
        while self._parent[root] != root:
            root = self._parent[root]
        while self._parent[i] != root:
            self._parent[i], i = root, self._parent[i]
        return root

    def join(self, i: int, j: int) -> bool:
        i, j = self.find(i), self.find(j)
        if i == j:
            return True
        if self.host[i] and self.host[j] and self.host[i] != self.host[j]:
            return False
        i, j = min(i, j), max(i, j)
        self._parent[j] = i
        self.host[i] = self.host[i] or self.host[j]
        return True

    def labels(self) -> npt.NDArray[np.int64]:
        return np.array([self.find(i) for i in range(len(self._parent))], dtype=np.int64)


def _shared(documents: Sequence[DocumentEvidence], *, use_labels: bool) -> list[Cluster]:
    groups = _Groups([d.host if use_labels else None for d in documents])
    if use_labels:
        first: dict[str, int] = {}
        for i, document in enumerate(documents):
            if document.host:
                groups.join(first.setdefault(document.host, i), i)
    postings = _Postings(documents)
    sizes = postings.sizes
    for count, i, j in postings.links():
        if is_strong(count, min(sizes[i], sizes[j])):
            groups.join(i, j)
    postings.cut_hubs(groups.labels())
    for count, i, j in postings.links():
        near = use_labels and documents[i].folder == documents[j].folder != ""
        if count >= (JOINING_RUNS if near else WEAK_RUNS):
            groups.join(i, j)
    members: dict[int, list[DocumentEvidence]] = defaultdict(list)
    for i, document in enumerate(documents):
        members[groups.find(i)].append(document)
    return [_named(group, groups.host[root]) for root, group in members.items()]


class _Postings:
    """Which run stands in which documents: parallel arrays, sorted by run, then document."""

    def __init__(self, documents: Sequence[DocumentEvidence]) -> None:
        self.sizes = [len(d.runs) for d in documents]
        runs = np.fromiter((r for d in documents for r in sorted(d.runs)), np.uint64, sum(self.sizes))
        owners = np.repeat(np.arange(len(documents), dtype=np.int64), self.sizes)
        order = np.lexsort((owners, runs))
        self._runs, self._owners = runs[order], owners[order]

    def cut_hubs(self, labels: npt.NDArray[np.int64]) -> None:
        """Drop the runs that stand in more than HUB_SITES groups."""
        if not len(self._runs):
            return
        _, which = np.unique(self._runs, return_inverse=True)
        spread = np.unique(np.stack((which, labels[self._owners]), axis=1), axis=0)
        keep = (np.bincount(spread[:, 0]) <= HUB_SITES)[which]
        self._runs, self._owners = self._runs[keep], self._owners[keep]

    def links(self) -> list[tuple[int, int, int]]:
        """(shared runs, i, j) of documents that follow one another in a run's list, most first.

        The lists of one site's runs hold nearly the same documents in the same order, so that
        followers meet again in list after list: no need to count all pairs.
        """
        same = np.flatnonzero(self._runs[1:] == self._runs[:-1])
        if not len(same):
            return []
        pairs = np.stack((self._owners[same], self._owners[same + 1]), axis=1)
        unique, counts = np.unique(pairs, axis=0, return_counts=True)
        rows = zip(counts.tolist(), unique[:, 0].tolist(), unique[:, 1].tolist(), strict=True)
        return sorted(rows, key=lambda row: (-row[0], row[1], row[2]))


def _named(members: list[DocumentEvidence], host: str | None) -> Cluster:
    documents = tuple(members)
    if host:
        return Cluster(f"host:{host}", "url", documents)
    if len(documents) == 1:
        return Cluster(f"alone:{documents[0].digest[:16]}", "nothing", documents)
    return Cluster(shared_id(run_counts(documents)), "shared blocks", documents)


def distinct(documents: Iterable[DocumentEvidence]) -> list[DocumentEvidence]:
    """The first document of each family by digest: near-duplicates count once."""
    first: dict[Key, DocumentEvidence] = {}
    for document in sorted(documents, key=lambda d: (d.digest, d.id)):
        first.setdefault(document.family, document)
    return list(first.values())


def run_counts(documents: Iterable[DocumentEvidence]) -> Counter[Key]:
    """In how many distinct documents each run stands."""
    return Counter(run for document in distinct(documents) for run in document.runs)


def shared_id(runs: Mapping[Key, int]) -> str:
    """The name of a site that nothing but its documents names: all of its most common runs.

    One run would not do: that of a publishing system stands on every page of several sites.
    """
    most = max(runs.values(), default=0)
    name = 0
    for run in sorted(r for r, n in runs.items() if n == most):
        name = join_keys(name, run, _NAME)
    return f"shared:{name:016x}"


def _most_shared(votes: Iterable[tuple[str, int]]) -> tuple[str, int]:
    return min(votes, key=lambda vote: (-vote[1], vote[0]), default=("", 0))


def is_strong(shared: int, runs: int) -> bool:
    """Whether so many shared runs link a document of `runs` runs on that evidence alone."""
    return shared >= STRONG_RUNS and (shared * STRONG_SHARE >= runs or shared >= ENOUGH_RUNS)


def best_site(votes: Iterable[tuple[str, int]], runs: int) -> str | None:
    """The site that shares most runs with a document of `runs` runs; None where too few."""
    site, shared = _most_shared(votes)
    return site if is_strong(shared, runs) else None


def joined_site(votes: Iterable[tuple[str, int]]) -> str | None:
    """The same among sites that have documents in the same folder: fewer runs will do."""
    site, shared = _most_shared(votes)
    return site if shared >= JOINING_RUNS else None
