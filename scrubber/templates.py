"""`resolve`: from evidence to the template index, and how one document sees it.

The index holds, for every site, in how many witnesses (documents that otherwise differ) each block, pair of neighbours,
MinHash band, DOM path and run recurs. A document never sees its own contribution: `View`
takes it out again, so that a document is judged alike whether or not the index has learned it.
What is kept of a site, and what is forgotten, is the business of `slices`.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np

from scrubber.config import Config, SiteMode, Templates
from scrubber.documents import Site
from scrubber.evidence import DocumentEvidence, Evidence
from scrubber.fingerprints import Key, each_once
from scrubber.fragments import Lenders, find_lenders
from scrubber.postings import (
    ROOM,
    Counts,
    Lists,
    Postings,
    count,
    gather_lists,
    has_key,
    is_among,
    unique_keys,
)
from scrubber.sites import (
    FOLDER_NAME,
    JOINING_RUNS,
    Cluster,
    best_site,
    find_sites,
    joined_site,
    most_shared_site,
)
from scrubber.slices import SiteSlice, least_support, members_of, slice_of
from scrubber.witnesses import SHARED_BLOCKS, find_witnesses, named_marks, telling_blocks

ELSEWHERE_AT_MOST: Final = 8
"""Other sites a block is counted in, at most."""
_HOMES: Final = ELSEWHERE_AT_MOST + 2
"""Sites that are kept of a block."""


@dataclass(frozen=True)
class View:
    """What one document sees of the index: everything but its own contribution."""

    site: Site
    support: Counts
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
        if self.slice is None or key not in self._seen:
            return ()
        return self.slice.example_documents(key, self.document)

    @cached_property
    def _seen(self) -> frozenset[Key]:
        return frozenset(self.support.keys_.tolist())


@dataclass(frozen=True)
class Directory:
    """Where to look: the sites that a run of blocks, or what versions of a document have in common, leads to."""

    runs: Lists[str]
    marks: Lists[str]

    @classmethod
    def of(cls, slices: Iterable[SiteSlice]) -> Directory:
        """The directory of these slices."""
        ordered = sorted(slices, key=lambda one: one.id)
        names = [one.id for one in ordered]
        runs, marks = Postings(), Postings()
        for place, one in enumerate(ordered):
            runs.add(one.run_keys, place)
            marks.add(one.marks, place)
        return cls(gather_lists(runs, names), gather_lists(marks, names))


@dataclass(frozen=True)
class TemplateIndex:
    """The resolved templates of all sites: immutable, picklable, saved as JSON lines.

    Its mappings may read from a file what is asked for (see `index_binary`).
    """

    sites: Mapping[str, SiteSlice]
    settings: Templates = field(default_factory=Templates)
    mode: SiteMode = SiteMode.AUTO
    hubs: Lists[str] = field(default_factory=Lists)
    """Blocks that stand on several sites, and (up to ten of) those sites."""
    overrides: Mapping[Key, str] = field(default_factory=dict)
    lenders: Lenders = field(default_factory=dict)
    """Documents that may say how a cut-off passage goes on, by the passage's key."""
    made: Directory | None = None
    """The directory of the sites, where it was made before."""

    @cached_property
    def directory(self) -> Directory:
        """Where to look for a document's site."""
        return self.made or Directory.of(self.sites.values())

    def site(self, id: str) -> TemplateIndex:
        """One site's slice, an index of its own: enough to judge that site's documents.

        Raises KeyError for a site the index does not hold.
        """
        return replace(self, sites={id: self.sites[id]}, made=None)

    def checksum(self, id: str) -> int:
        """Of a site's slice, where it was read from a binary index; else 0."""
        find = getattr(self.sites, "checksum", None)
        return int(find(id)) if find is not None else 0

    def with_overrides(self, overrides: Mapping[str, str]) -> TemplateIndex:
        """The index with people's verdicts: template id (16 hex digits) -> ``keep`` or ``drop``."""
        verdicts = {int(id, 16): verdict for id, verdict in overrides.items()}
        return replace(self, overrides=verdicts)

    def with_lenders(self, seekers: Iterable[DocumentEvidence], evidence: Evidence) -> TemplateIndex:
        """The index for documents that it has not learned: what `evidence` holds to complete them from."""
        return replace(self, lenders=ChainMap(dict(find_lenders(evidence, seekers)), dict(self.lenders)))

    def view(self, document: DocumentEvidence) -> View:
        """Find the document's site and take its own contribution out of the counts."""
        slice = self.slice_of(document)
        elsewhere = self.elsewhere_of(document, slice.id if slice else None)
        host = document.named_host if self.mode in {SiteMode.AUTO, SiteMode.HOST} else document.host
        named_by = "url" if document.host else FOLDER_NAME
        if slice is None:
            site = Site(f"host:{host}", named_by) if host else Site("alone", "nothing")
            return View(site, Counts(), None, document, elsewhere, self.overrides)
        others, support = slice.support(document)
        found_by = "shared blocks" if slice.found_by == "nothing" else slice.found_by
        if host and self.mode in {SiteMode.AUTO, SiteMode.HOST}:
            site = Site(f"host:{host}", named_by, others)
        else:
            site = Site(slice.name_with(document), found_by, others)
        return View(site, support, slice, document, elsewhere, self.overrides)

    def elsewhere_of(self, document: DocumentEvidence, own: str | None) -> Mapping[Key, int]:
        """In how many other sites than `own` each of the document's blocks stands, from two on."""
        found: dict[Key, int] = {}
        blocks = each_once(document.keys)
        hubs = list(self.hubs.among(blocks))
        homes = {
            id: self.sites[id].support_of(blocks, document)
            for id in (self._homes(document) if hubs else ())
            if id != own and len(self.sites[id].kin(document))
        }
        for key, sites in hubs:
            others = [s for s in sites if s != own and (s not in homes or key in homes[s])]
            if len(others) > 1:
                found[key] = min(len(others), ELSEWHERE_AT_MOST)
        return found

    def _homes(self, document: DocumentEvidence) -> Iterator[str]:
        """Sites that may hold a copy or a version of the document, or the document itself."""
        named = unique_keys(named_marks(document))
        telling = np.sort(telling_blocks(document))
        found = {id for _, ids in self.directory.marks.among(named) for id in ids}
        found.update(id for id, held in self.directory.marks.held_by(telling) if held >= SHARED_BLOCKS)
        yield from sorted(found)

    def slice_of(self, document: DocumentEvidence) -> SiteSlice | None:
        """The site a document belongs to, found without its own contribution; None where it is of none."""
        if self.mode is SiteMode.ONE:
            return self.sites.get("one")
        if self.mode is SiteMode.FOLDER:
            return self.sites.get(f"folder:{document.folder}")
        named = document.named_host if self.mode is not SiteMode.SHARED else None
        host = f"host:{named}" if named else None
        if self.mode is SiteMode.HOST or host in self.sites:
            return self.sites.get(host or "")
        supported = self._supported(document)
        open_to = {id: runs for id, runs in supported.items() if host is None or not id.startswith("host:")}
        votes = [(id, len(runs)) for id, runs in open_to.items()]
        best = best_site(votes, len(document.runs))
        if best is None and len(document.opening):
            best = most_shared_site(
                vote for vote in votes if is_among(document.opening, open_to[vote[0]].keys_).all()
            )
        if best is None and self.mode is SiteMode.AUTO:
            best = joined_site(vote for vote in votes if self._is_home(vote[0], document))
        return self.sites[best] if best is not None else None

    def _supported(self, document: DocumentEvidence) -> dict[str, Counts]:
        """The document's runs that each site supports, its own contribution left out, by site.

        Of sites that hold fewer of them than would link nothing need be known.
        """
        held = self.directory.runs.held_by(document.runs)
        return {
            id: self.sites[id].support_of(document.runs, document)
            for id, most in held
            if most >= JOINING_RUNS
        }

    def _is_home(self, id: str, document: DocumentEvidence) -> bool:
        """Whether a site has another document in the folder of this one."""
        slice = self.sites[id]
        own = has_key(slice.families, document.family)
        return slice.folders.get(document.folder, 0) - own > 0


def resolve(evidence: Evidence, config: Config | None = None) -> TemplateIndex:
    """The global step: sites, support, forgetting. Depends on nothing but its arguments."""
    config = config or Config()
    clusters = find_sites(evidence, config.sites)
    slices = {c.id: slice_of(c, evidence) for c in clusters}
    hubs = find_hubs(clusters, evidence)
    return TemplateIndex(slices, config.templates, config.sites, hubs, lenders=find_lenders(evidence))


def find_hubs(clusters: Iterable[Cluster], evidence: Evidence, room: int = ROOM) -> Lists[str]:
    """Blocks that stand on two sites or more, with the first ten of the sites by id.

    Of a larger site only what recurs: what one page has, another index may have forgotten.
    """
    ordered = sorted(clusters, key=lambda c: c.id)
    sites = Postings(room)
    for place, cluster in enumerate(ordered):
        known, _ = find_witnesses((evidence.documents[head.id] for head in cluster.documents), room)
        blocks = Postings(room)
        for number, ids in enumerate(members_of(known, cluster.documents).values()):
            blocks.add(unique_keys(*(evidence.documents[id].keys for id in ids.values())), number)
        sites.add(count(blocks, least_support(len(known))).keys_, place)
    return gather_lists(sites, [c.id for c in ordered], least=2, most=_HOMES)
