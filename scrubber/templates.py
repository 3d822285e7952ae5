"""`resolve`: from evidence to the template index, and how one document sees it.

The index holds, for every site, in how many distinct documents each block, pair of neighbours,
MinHash band, DOM path and run recurs. A document never sees its own contribution: `View`
takes it out again, so that a document is judged alike whether or not the index has learned it.

Forgetting happens here alone. Small sites keep the records of their documents whole; larger
ones keep what stands in two distinct documents or more, and a support of one, left when a
document's own is taken away, counts as none: it could not be told from what was forgotten.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Final

from scrubber.config import Config, SiteMode, Templates
from scrubber.documents import Site
from scrubber.evidence import DocumentEvidence, Evidence
from scrubber.fingerprints import Key
from scrubber.fragments import Lenders, find_lenders
from scrubber.sites import (
    Cluster,
    best_site,
    distinct,
    find_sites,
    joined_site,
    run_counts,
    shared_id,
)

SMALL_SITE: Final = 10
"""Distinct documents up to which a site keeps its documents' records whole."""
EXAMPLES: Final = 3
ELSEWHERE_AT_MOST: Final = 8
"""Other sites a block is counted in, at most."""


@dataclass(frozen=True)
class SiteSlice:
    """What the index knows of one site: all that judging its documents needs."""

    id: str
    found_by: str
    families: frozenset[Key]
    """The distinct documents, near-duplicates taken together."""
    records: tuple[DocumentEvidence, ...] = ()
    """All documents, of a small site."""
    counts: Mapping[Key, int] = field(default_factory=dict)
    """Of a larger site: distinct documents by feature, two or more."""
    counted: frozenset[str] = frozenset()
    """Digests of the documents that stand for their families in `counts`."""
    understudies: Mapping[str, frozenset[Key]] = field(default_factory=dict)
    """Features of the document that stands in when a counted one is taken away."""
    examples: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)
    """Ids of documents that hold a block, the first four."""
    folders: Mapping[str, int] = field(default_factory=dict)
    """Distinct documents by folder; the root of a dump is none."""
    anchors: Mapping[Key, int] = field(default_factory=dict)
    """The most common runs of a site found by what its documents share: they name it."""

    def support(self, document: DocumentEvidence) -> tuple[int, Mapping[Key, int]]:
        """How many other distinct documents there are, and in how many each feature recurs."""
        return self._others(document), self.support_of(document.features, document)

    def support_of(self, keys: frozenset[Key], document: DocumentEvidence) -> Mapping[Key, int]:
        """The same for some of the document's features alone."""
        count = self._all_counts.get
        if self._others(document) < SMALL_SITE:
            star = self._stars.get(document.family)
            own_features = star.features if star is not None else frozenset()
            return {k: n for k in keys if (n := count(k, 0) - (k in own_features))}
        own = document.digest in self.counted
        stand_in = self.understudies.get(document.digest, frozenset())
        # A near-duplicate was counted in its place: what they share must not speak for either.
        copied = document.family in self.families and (not own or bool(stand_in))
        less = own + copied
        if not stand_in:
            return {k: n for k in keys if (n := count(k, 0) - less) > 1}
        return {k: n for k in keys if (n := count(k, 0) + (k in stand_in) - less) > 1}

    def _others(self, document: DocumentEvidence) -> int:
        return len(self.families) - (document.family in self.families)

    @cached_property
    def _stars(self) -> Mapping[Key, DocumentEvidence]:
        """Of a small site: the document that stands for each family."""
        return {record.family: record for record in distinct(self.records)}

    @cached_property
    def _all_counts(self) -> Mapping[Key, int]:
        if self.counts or not self.records:
            return self.counts
        counts: Counter[Key] = Counter()
        for record in self._stars.values():
            counts.update(record.features)
        return counts

    @cached_property
    def _by_id(self) -> Sequence[DocumentEvidence]:
        return sorted(self.records, key=lambda record: record.id)

    def example_documents(self, key: Key, document: DocumentEvidence) -> tuple[str, ...]:
        """Up to three other documents that hold a block, by id."""
        if self.records:
            holders = (r.id for r in self._by_id if key in r.features and r.family != document.family)
            return tuple(islice(holders, EXAMPLES))
        known = self.examples.get(key, ())
        return tuple([id for id in known if id != document.id])[:EXAMPLES]

    def name_with(self, document: DocumentEvidence) -> str:
        """The site's id as it is once `document` belongs to it."""
        if self.found_by != "shared blocks" and not self.id.startswith("alone:"):
            return self.id
        if self.records:
            return shared_id(run_counts([*self.records, document]))
        new = document.family not in self.families
        stand_in = self.understudies.get(document.digest, frozenset())
        own = bool(stand_in)
        runs = {
            r: n + (new and r in document.runs) - (own and r in document.runs) + (r in stand_in)
            for r, n in self.anchors.items()
        }
        return shared_id(runs)


@dataclass(frozen=True)
class View:
    """What one document sees of the index: everything but its own contribution."""

    site: Site
    support: Mapping[Key, int]
    slice: SiteSlice | None
    document: DocumentEvidence
    elsewhere: Mapping[Key, int]
    """In how many other sites a block stands (two to eight; else none)."""
    overrides: Mapping[Key, str]

    @property
    def home(self) -> str:
        """What documents of one site share: the slice of the index, whose name the document did not help to make."""
        return self.slice.id if self.slice is not None else self.site.id

    def examples(self, key: Key) -> tuple[str, ...]:
        """Up to three other documents that hold a block, by id."""
        known = self.slice is not None and self.support.get(key, 0)
        return self.slice.example_documents(key, self.document) if self.slice and known else ()


@dataclass(frozen=True)
class TemplateIndex:
    """The resolved templates of all sites: immutable, picklable, saved as JSON lines."""

    sites: Mapping[str, SiteSlice]
    settings: Templates = field(default_factory=Templates)
    mode: SiteMode = SiteMode.AUTO
    hubs: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)
    """Blocks that stand on several sites, and (up to ten of) those sites."""
    overrides: Mapping[Key, str] = field(default_factory=dict)
    lenders: Lenders = field(default_factory=dict)
    """Documents that may say how a cut-off passage goes on, by the passage's key."""

    def site(self, id: str) -> TemplateIndex:
        """One site's slice, an index of its own: enough to judge that site's documents.

        Raises KeyError for a site the index does not hold.
        """
        return replace(self, sites={id: self.sites[id]})

    def with_overrides(self, overrides: Mapping[str, str]) -> TemplateIndex:
        """The index with people's verdicts: template id (16 hex digits) -> ``keep`` or ``drop``."""
        verdicts = {int(id, 16): verdict for id, verdict in overrides.items()}
        return replace(self, overrides=verdicts)

    def with_lenders(self, seekers: Iterable[DocumentEvidence], evidence: Evidence) -> TemplateIndex:
        """The index for documents that it has not learned: what `evidence` holds to complete them from."""
        return replace(self, lenders={**self.lenders, **find_lenders(evidence, seekers)})

    def view(self, document: DocumentEvidence) -> View:
        """Find the document's site and take its own contribution out of the counts."""
        slice = self._slice_of(document)
        elsewhere = self.elsewhere_of(document, slice.id if slice else None)
        if slice is None:
            site = Site(f"host:{document.host}", "url") if document.host else Site("alone", "nothing")
            return View(site, {}, None, document, elsewhere, self.overrides)
        others, support = slice.support(document)
        found_by = "shared blocks" if slice.found_by == "nothing" else slice.found_by
        if document.host and self.mode in {SiteMode.AUTO, SiteMode.HOST}:
            site = Site(f"host:{document.host}", "url", others)
        else:
            site = Site(slice.name_with(document), found_by, others)
        return View(site, support, slice, document, elsewhere, self.overrides)

    def elsewhere_of(self, document: DocumentEvidence, own: str | None) -> Mapping[Key, int]:
        """In how many other sites than `own` each of the document's blocks stands, from two on."""
        found: dict[Key, int] = {}
        blocks = frozenset(document.keys.tolist())
        homes = {
            id: self.sites[id].support_of(blocks, document)
            for id in self._homes.get(document.family, ())
            if id != own
        }
        for key in blocks & self.hubs.keys():
            others = [s for s in self.hubs[key] if s != own and (s not in homes or key in homes[s])]
            if len(others) > 1:
                found[key] = min(len(others), ELSEWHERE_AT_MOST)
        return found

    def _slice_of(self, document: DocumentEvidence) -> SiteSlice | None:
        if self.mode is SiteMode.ONE:
            return self.sites.get("one")
        if self.mode is SiteMode.FOLDER:
            return self.sites.get(f"folder:{document.folder}")
        host = f"host:{document.host}" if document.host and self.mode is not SiteMode.SHARED else None
        if self.mode is SiteMode.HOST or host in self.sites:
            return self.sites.get(host or "")
        votes = self._votes(document)
        if host is not None:
            votes = [vote for vote in votes if not vote[0].startswith("host:")]
        at_home = [vote for vote in votes if self.mode is SiteMode.AUTO and self._is_home(vote[0], document)]
        best = best_site(votes, len(document.runs)) or joined_site(at_home)
        return self.sites[best] if best is not None else None

    def _votes(self, document: DocumentEvidence) -> list[tuple[str, int]]:
        """How many of the document's runs each site supports, its own contribution left out."""
        candidates = {s for run in document.runs for s in self._sites_of_run.get(run, ())}
        return [(id, len(self.sites[id].support_of(document.runs, document))) for id in sorted(candidates)]

    def _is_home(self, id: str, document: DocumentEvidence) -> bool:
        """Whether a site has another document in the folder of this one."""
        slice = self.sites[id]
        own = document.family in slice.families
        return slice.folders.get(document.folder, 0) - own > 0

    @cached_property
    def _sites_of_run(self) -> Mapping[Key, tuple[str, ...]]:
        found: dict[Key, list[str]] = defaultdict(list)
        for id, slice in self.sites.items():
            keys: Iterable[Key] = slice.counts or {k for r in slice.records for k in r.runs}
            for key in keys:
                found[key].append(id)
        return {key: tuple(sites) for key, sites in found.items()}

    @cached_property
    def _homes(self) -> Mapping[Key, tuple[str, ...]]:
        """The sites of each family of documents."""
        found: dict[Key, list[str]] = defaultdict(list)
        for id, slice in self.sites.items():
            for family in slice.families:
                found[family].append(id)
        return {family: tuple(ids) for family, ids in found.items()}


def resolve(evidence: Evidence, config: Config | None = None) -> TemplateIndex:
    """The global step: sites, support, forgetting. Depends on nothing but its arguments."""
    config = config or Config()
    clusters = find_sites(evidence, config.sites)
    slices = {c.id: slice_of(c) for c in clusters}
    return TemplateIndex(
        slices, config.templates, config.sites, find_hubs(clusters), lenders=find_lenders(evidence)
    )


def slice_of(cluster: Cluster) -> SiteSlice:
    """What the index keeps of a site."""
    families = frozenset(d.family for d in cluster.documents)
    inside = {(d.folder, d.family) for d in cluster.documents if d.folder}
    folders = dict(Counter(folder for folder, _ in inside))
    if len(families) <= SMALL_SITE:
        records = tuple(d.without_traces for d in sorted(cluster.documents, key=lambda d: (d.digest, d.id)))
        return SiteSlice(cluster.id, cluster.found_by, families, records=records, folders=folders)
    counted = distinct(cluster.documents)
    counts = Counter(k for d in counted for k in d.features)
    kept = {k: n for k, n in counts.items() if n > 1}
    anchors: dict[Key, int] = {}
    if cluster.found_by == "shared blocks":
        runs = run_counts(cluster.documents)
        most = max(runs.values(), default=0)
        anchors = {r: n for r, n in runs.items() if n >= most - 2}
    return SiteSlice(
        cluster.id,
        cluster.found_by,
        families,
        counts=kept,
        counted=frozenset(d.digest for d in counted),
        understudies=_understudies(cluster.documents, counted),
        examples=_examples(cluster.documents, kept),
        folders=folders,
        anchors=anchors,
    )


def _understudies(
    documents: Iterable[DocumentEvidence], counted: Iterable[DocumentEvidence]
) -> dict[str, frozenset[Key]]:
    """For each counted document that has near-duplicates: the features of the next in line."""
    first = {d.family: d for d in counted}
    found: dict[str, frozenset[Key]] = {}
    for document in sorted(documents, key=lambda d: (d.digest, d.id)):
        star = first[document.family]
        if document.digest != star.digest:
            found.setdefault(star.digest, document.features)
    return found


def _examples(documents: Iterable[DocumentEvidence], kept: Mapping[Key, int]) -> dict[Key, tuple[str, ...]]:
    found: dict[Key, list[str]] = defaultdict(list)
    for document in sorted(documents, key=lambda d: d.id):
        for key in {*document.keys.tolist(), *document.bands.ravel().tolist()}:
            if key in kept and len(found[key]) <= EXAMPLES:
                found[key].append(document.id)
    return {key: tuple(ids) for key, ids in found.items()}


def find_hubs(clusters: Iterable[Cluster]) -> dict[Key, tuple[str, ...]]:
    """Blocks that stand on two sites or more, with the first ten of the sites by id.

    Of a larger site only what recurs: what one page has, another index may have forgotten.
    """
    sites: dict[Key, list[str]] = defaultdict(list)
    for cluster in sorted(clusters, key=lambda c: c.id):
        families = distinct(cluster.documents)
        counts = Counter(k for d in families for k in set(d.keys.tolist()))
        least = 2 if len(families) >= SMALL_SITE else 1
        for key, count in counts.items():
            if count >= least and len(sites[key]) <= ELSEWHERE_AT_MOST + 1:
                sites[key].append(cluster.id)
    return {key: tuple(ids) for key, ids in sites.items() if len(ids) > 1}
