"""Which documents belong together.

A host is known by addresses, or by a folder that is named after it; where none is, documents are linked by the *runs* (three blocks in a row) they share: single lines such as
"Home" stand on every site, the order of a site's chrome does not. The first five blocks, a menu perhaps, link as well. A folder is a hint: it lets
fewer runs link, and never links by itself (the root of a dump, where everything may lie, is
none). Runs that span many
candidate sites are furniture of a publishing system, and are cut before weak links count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from scrubber.config import SiteMode
from scrubber.evidence import DocumentEvidence, Evidence, Head
from scrubber.fingerprints import Key, join_keys
from scrubber.postings import ROOM, Keys, Owners, Postings, count, starts_of

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
FOLDER_NAME: Final = "folder name"
"""How a site was found whose documents lie in a folder that is named after a host."""
_NAME: Final = 5  # salt of the keys that name sites
JOINING_RUNS: Final = 2
"""The same for two documents of one folder: it is a hint, which shared runs confirm."""


_AT_ONCE: Final = 1 << 16


class _Resembling(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def family(self) -> Key: ...


Known = TypeVar("Known", bound=_Resembling)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A site: its name, how it was found, and the documents in it (sorted by digest)."""

    id: str
    found_by: str
    documents: tuple[Head, ...]


def find_sites(evidence: Evidence, mode: SiteMode = SiteMode.AUTO, room: int = ROOM) -> tuple[Cluster, ...]:
    """Partition the documents into sites, sorted by site id; `room` as for `Postings`."""
    documents = sorted(evidence.heads, key=lambda d: (d.digest, d.id))
    if mode is SiteMode.ONE:
        clusters = [Cluster("one", "option", tuple(documents))] if documents else []
    elif mode is SiteMode.FOLDER:
        clusters = list(_labelled(documents, lambda d: f"folder:{d.folder}", "option"))
    elif mode is SiteMode.HOST:
        clusters = list(_labelled(documents, _host_label, "url"))
    else:
        clusters = _shared(documents, evidence, room, use_labels=mode is SiteMode.AUTO)
    return tuple(sorted(_told_apart(clusters), key=lambda c: c.id))


def _told_apart(clusters: Sequence[Cluster]) -> Iterator[Cluster]:
    """Clusters that came by the same name get that of their first document as well."""
    names = Counter(cluster.id for cluster in clusters)
    for cluster in clusters:
        alone = names[cluster.id] == 1
        yield cluster if alone else replace(cluster, id=f"{cluster.id}-{cluster.documents[0].digest[:16]}")


def _host_label(document: Head) -> str:
    return f"host:{document.named_host}" if document.named_host else f"alone:{document.digest[:16]}"


def _labelled(documents: Sequence[Head], label: Callable[[Head], str], found_by: str) -> Iterator[Cluster]:
    groups: dict[str, list[Head]] = defaultdict(list)
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

    def labels(self) -> npt.NDArray[np.uint32]:
        return np.array([self.find(i) for i in range(len(self._parent))], dtype=np.uint32)


def _shared(documents: Sequence[Head], evidence: Evidence, room: int, *, use_labels: bool) -> list[Cluster]:
    groups = _Groups([d.named_host if use_labels else None for d in documents])
    if use_labels:
        first: dict[str, int] = {}
        for i, document in enumerate(documents):
            if document.named_host:
                groups.join(first.setdefault(document.named_host, i), i)
    records = [d.id for d in documents]
    _join_by_opening(groups, evidence, records)
    sizes, links = _links(evidence, records, None, room)
    for shared, i, j in links:
        if is_strong(shared, min(sizes[i], sizes[j])):
            groups.join(i, j)
    _, links = _links(evidence, records, groups.labels(), room)
    for shared, i, j in links:
        near = use_labels and documents[i].folder == documents[j].folder != ""
        if shared >= (JOINING_RUNS if near else WEAK_RUNS):
            groups.join(i, j)
    members: dict[int, list[Head]] = defaultdict(list)
    for i, document in enumerate(documents):
        members[groups.find(i)].append(document)
    return [_named(group, groups.host[root], evidence) for root, group in members.items()]


def _join_by_opening(groups: _Groups, evidence: Evidence, ids: Sequence[str]) -> None:
    """Documents whose first blocks are the same belong together, however long they are, and however many."""
    first: dict[bytes, int] = {}
    for i, id in enumerate(ids):
        opening = evidence.documents[id].opening
        if len(opening):
            groups.join(first.setdefault(opening.tobytes(), i), i)


Link = tuple[int, int, int]


def _links(
    evidence: Evidence, ids: Sequence[str], labels: Owners | None, room: int
) -> tuple[npt.NDArray[np.int64], Iterator[Link]]:
    """Runs of each document, and (shared runs, i, j) of those that follow one another in a run's list, most first.

    The lists of one site's runs hold nearly the same documents in the same order, so that
    followers meet again in list after list: no need to count all pairs. With `labels` (the group
    of each document) the runs of more than HUB_SITES groups are left out.
    """
    postings = Postings(room)
    sizes = np.zeros(len(ids), dtype=np.int64)
    for place, id in enumerate(ids):
        runs = evidence.documents[id].runs
        sizes[place] = len(runs)
        postings.add(runs, place)
    found, shared = np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    for runs, owners in postings.groups():
        if labels is not None:
            kept = _of_few(runs, labels[owners])
            runs, owners = runs[kept], owners[kept]  # noqa: PLW2901
        same = np.flatnonzero(runs[1:] == runs[:-1])
        pairs, counts = np.unique(
            (owners[same].astype(np.uint64) << np.uint64(32)) | owners[same + 1], return_counts=True
        )
        found, shared = _added(found, shared, pairs, counts)
    order = np.lexsort((found, -shared))
    return sizes, _rows(found[order], shared[order])


def _rows(pairs: Keys, shared: npt.NDArray[np.int64]) -> Iterator[Link]:
    for start in range(0, len(pairs), _AT_ONCE):
        part = pairs[start : start + _AT_ONCE]
        first, second = (part >> np.uint64(32)).tolist(), (part & np.uint64(0xFFFFFFFF)).tolist()
        yield from zip(shared[start : start + _AT_ONCE].tolist(), first, second, strict=True)


def _of_few(runs: Keys, labels: Owners) -> npt.NDArray[np.bool_]:
    """Which entries are of runs that stand in HUB_SITES groups or fewer."""
    if not len(runs):
        return np.zeros(0, dtype=np.bool_)
    starts = starts_of(runs)
    which = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(runs)))
    spread = np.unique((which.astype(np.uint64) << np.uint64(32)) | labels)
    kept: npt.NDArray[np.bool_] = (np.bincount((spread >> np.uint64(32)).astype(np.int64)) <= HUB_SITES)[
        which
    ]
    return kept


def _added(
    pairs: Keys, shared: npt.NDArray[np.int64], more: Keys, counts: npt.NDArray[np.int64]
) -> tuple[Keys, npt.NDArray[np.int64]]:
    """Two lists of counted pairs as one."""
    if not len(pairs):
        return more, counts
    both, which = np.unique(np.concatenate((pairs, more)), return_inverse=True)
    summed = np.bincount(which, weights=np.concatenate((shared, counts))).astype(np.int64)
    return both, summed


def _named(members: list[Head], host: str | None, evidence: Evidence) -> Cluster:
    documents = tuple(members)
    if host:
        return Cluster(f"host:{host}", "url" if any(d.host for d in documents) else FOLDER_NAME, documents)
    if len(documents) == 1:
        return Cluster(f"alone:{documents[0].digest[:16]}", "nothing", documents)
    records = (evidence.documents[d.id] for d in distinct(documents))
    return Cluster(shared_id(most_common_runs(records)), "shared blocks", documents)


def distinct(documents: Iterable[Known]) -> list[Known]:
    """The first document of each family by digest: near-duplicates count once."""
    first: dict[Key, Known] = {}
    for document in sorted(documents, key=lambda d: (d.digest, d.id)):
        first.setdefault(document.family, document)
    return list(first.values())


def most_common_runs(records: Iterable[DocumentEvidence]) -> dict[Key, int]:
    """The runs that stand in most of these documents, and those in up to two fewer; no run is in every list."""
    postings = Postings()
    for place, record in enumerate(records):
        postings.add(record.runs, place)
    counts = count(postings)
    numbers = counts.numbers.astype(np.int64)
    top = numbers >= max(int(numbers.max(initial=0)) - 2, 1)
    return dict(zip(counts.keys_[top].tolist(), numbers[top].tolist(), strict=True))


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


def most_shared_site(votes: Iterable[tuple[str, int]]) -> str | None:
    """The site that shares most runs; None where there is none."""
    return _most_shared(votes)[0] or None


def joined_site(votes: Iterable[tuple[str, int]]) -> str | None:
    """The same among sites that have documents in the same folder: fewer runs will do."""
    site, shared = _most_shared(votes)
    return site if shared >= JOINING_RUNS else None
