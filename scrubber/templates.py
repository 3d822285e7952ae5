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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from scrubber.config import Config, SiteMode, Templates
from scrubber.documents import Site
from scrubber.evidence import DocumentEvidence, Evidence
from scrubber.fingerprints import Key
from scrubber.sites import (
    JOINING_RUNS,
    Cluster,
    best_site,
    distinct,
    find_sites,
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
    anchors: Mapping[Key, int] = field(default_factory=dict)
    """The most common runs of a site found by what its documents share: they name it."""

    @property
    def is_small(self) -> bool:
        """Whether the documents' records are kept whole."""
        return len(self.families) <= SMALL_SITE

    def support(self, document: DocumentEvidence) -> tuple[int, Mapping[Key, int]]:
        """How many other distinct documents there are, and in how many each feature recurs."""
        others = len(self.families - {document.family})
        if others < SMALL_SITE:
            rest = distinct(r for r in self.records if r.family != document.family)
            return others, Counter(k for r in rest for k in r.features & document.features)
        counts = self._all_counts
        own = document.digest in self.counted
        stand_in = self.understudies.get(document.digest, frozenset())
        seen = {k: counts.get(k, 0) - own + (k in stand_in) for k in document.features}
        return others, {k: n for k, n in seen.items() if n > 1}

    @cached_property
    def _all_counts(self) -> Mapping[Key, int]:
        if self.counts or not self.records:
            return self.counts
        return Counter(k for r in distinct(self.records) for k in r.features)

    def example_documents(self, key: Key, document: DocumentEvidence) -> tuple[str, ...]:
        """Up to three other documents that hold a block, by id."""
        if self.records:
            ids = sorted(r.id for r in self.records if r.family != document.family and key in r.features)
        else:
            ids = [id for id in self.examples.get(key, ()) if id != document.id]
        return tuple(ids[:EXAMPLES])

    def name_with(self, document: DocumentEvidence) -> str:
        """The site's id as it is once `document` belongs to it."""
        if self.found_by != "shared blocks" and not self.id.startswith("alone:"):
            return self.id
        if self.records:
            return shared_id(run_counts([*self.records, document]))
        new = document.family not in self.families
        runs = {r: n + (new and r in document.runs) for r, n in self.anchors.items()}
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

    def examples(self, key: Key) -> tuple[str, ...]:
        """Up to three other documents that hold a block, by id."""
        return self.slice.example_documents(key, self.document) if self.slice else ()


NO_VIEW_SITE: Final = Site("alone", "nothing")


@dataclass(frozen=True)
class TemplateIndex:
    """The resolved templates of all sites: immutable, picklable, saved as JSON lines."""

    sites: Mapping[str, SiteSlice]
    settings: Templates = field(default_factory=Templates)
    mode: SiteMode = SiteMode.AUTO
    hubs: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)
    """Blocks that stand on several sites, and (up to nine of) those sites."""
    folders: Mapping[str, str] = field(default_factory=dict)
    """Confirmed folders and their sites."""
    overrides: Mapping[Key, str] = field(default_factory=dict)

    def site(self, id: str) -> TemplateIndex:
        """One site's slice, an index of its own: enough to judge that site's documents.

        Raises KeyError for a site the index does not hold.
        """
        hubs = {k: s for k, s in self.hubs.items() if id in s or k in self._known_keys(id)}
        folders = {f: s for f, s in self.folders.items() if s == id}
        return TemplateIndex({id: self.sites[id]}, self.settings, self.mode, hubs, folders, self.overrides)

    def _known_keys(self, id: str) -> frozenset[Key]:
        slice = self.sites[id]
        return frozenset(slice.counts) | frozenset(k for r in slice.records for k in r.keys.tolist())

    def with_overrides(self, overrides: Mapping[str, str]) -> TemplateIndex:
        """The index with people's verdicts: template id (16 hex digits) -> ``keep`` or ``drop``."""
        verdicts = {int(id, 16): verdict for id, verdict in overrides.items()}
        return TemplateIndex(self.sites, self.settings, self.mode, self.hubs, self.folders, verdicts)

    def view(self, document: DocumentEvidence) -> View:
        """Find the document's site and take its own contribution out of the counts."""
        slice = self._slice_of(document)
        elsewhere = self._elsewhere(document, slice.id if slice else None)
        if slice is None:
            site = Site(f"host:{document.host}", "url") if document.host else NO_VIEW_SITE
            return View(site, {}, None, document, elsewhere, self.overrides)
        others, support = slice.support(document)
        found_by = "shared blocks" if slice.found_by == "nothing" else slice.found_by
        site = Site(slice.name_with(document), found_by, others)
        return View(site, support, slice, document, elsewhere, self.overrides)

    def _elsewhere(self, document: DocumentEvidence, own: str | None) -> Mapping[Key, int]:
        found: dict[Key, int] = {}
        own_ids = {own, self._home.get(document.digest)}
        for key in set(document.keys.tolist()):
            sites = self.hubs.get(key)
            if sites:
                count = min(len(set(sites) - own_ids), ELSEWHERE_AT_MOST)
                if count > 1:
                    found[key] = count
        return found

    def _slice_of(self, document: DocumentEvidence) -> SiteSlice | None:
        if self.mode is SiteMode.ONE:
            return self.sites.get("one")
        if self.mode is SiteMode.FOLDER:
            return self.sites.get(f"folder:{document.folder}")
        if self.mode is not SiteMode.SHARED and document.host:
            return self.sites.get(f"host:{document.host}")
        if self.mode is SiteMode.HOST:
            return None
        votes = self._votes(document)
        home = self.folders.get(document.folder) if self.mode is SiteMode.AUTO else None
        if home is not None and dict(votes).get(home, 0) >= JOINING_RUNS:
            return self.sites[home]
        best = best_site(votes, len(document.runs))
        return self.sites[best] if best is not None else None

    def _votes(self, document: DocumentEvidence) -> list[tuple[str, int]]:
        """How many of the document's runs each site supports, its own contribution left out."""
        candidates = {s for run in document.runs for s in self._sites_of_run.get(run, ())}
        votes = []
        for id in sorted(candidates):
            _, support = self.sites[id].support(document)
            votes.append((id, sum(1 for run in document.runs if support.get(run, 0))))
        return votes

    @cached_property
    def _sites_of_run(self) -> Mapping[Key, tuple[str, ...]]:
        found: dict[Key, list[str]] = defaultdict(list)
        for id, slice in self.sites.items():
            keys: Iterable[Key] = slice.counts or {k for r in slice.records for k in r.runs}
            for key in keys:
                found[key].append(id)
        return {key: tuple(sites) for key, sites in found.items()}

    @cached_property
    def _home(self) -> Mapping[str, str]:
        """Digest -> site of the documents the index has learned."""
        return {
            digest: id
            for id, slice in self.sites.items()
            for digest in (*slice.counted, *(r.digest for r in slice.records))
        }


def resolve(evidence: Evidence, config: Config | None = None) -> TemplateIndex:
    """The global step: sites, support, forgetting. Depends on nothing but its arguments."""
    config = config or Config()
    clusters = find_sites(evidence, config.sites)
    slices = {c.id: _slice(c) for c in clusters}
    folders: dict[str, str] = {}
    for cluster in clusters:
        if cluster.id.startswith("folder:"):
            folders[cluster.id.removeprefix("folder:")] = cluster.id
    return TemplateIndex(slices, config.templates, config.sites, _hubs(clusters), folders)


def _slice(cluster: Cluster) -> SiteSlice:
    families = frozenset(d.family for d in cluster.documents)
    if len(families) <= SMALL_SITE:
        records = tuple(sorted(cluster.documents, key=lambda d: (d.digest, d.id)))
        return SiteSlice(cluster.id, cluster.found_by, families, records=records)
    counted = distinct(cluster.documents)
    counts = Counter(k for d in counted for k in d.features)
    kept = {k: n for k, n in counts.items() if n > 1}
    anchors: dict[Key, int] = {}
    if cluster.found_by == "shared blocks":
        runs = run_counts(cluster.documents)
        most = max(runs.values(), default=0)
        anchors = {r: n for r, n in runs.items() if n >= most - 1}
    return SiteSlice(
        cluster.id,
        cluster.found_by,
        families,
        counts=kept,
        counted=frozenset(d.digest for d in counted),
        understudies=_understudies(cluster.documents, counted),
        examples=_examples(cluster.documents, kept),
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


def _hubs(clusters: Iterable[Cluster]) -> dict[Key, tuple[str, ...]]:
    """Blocks that stand on two sites or more, with the first nine of the sites by id."""
    sites: dict[Key, list[str]] = defaultdict(list)
    for cluster in sorted(clusters, key=lambda c: c.id):
        for key in {k for d in cluster.documents for k in d.keys.tolist()}:
            if len(sites[key]) <= ELSEWHERE_AT_MOST:
                sites[key].append(cluster.id)
    return {key: tuple(ids) for key, ids in sites.items() if len(ids) > 1}
