"""What the index keeps of one site, and what one document may see of it.

Forgetting happens here alone. Small sites keep the records of their documents whole. A larger one
of n distinct documents keeps what stands in two of them or more, and from a thousand on in one of
500 (`least_support`). A support below that, left when a document's own is taken away, counts as
none: it could not be told from what was forgotten. So a site's slice is bounded, whatever its size:
500 features at most for each that a page has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from itertools import islice
from typing import Any, Final

import numpy as np

from scrubber.evidence import DocumentEvidence, Evidence, Head
from scrubber.fingerprints import Key, each_once
from scrubber.postings import (
    NO_KEYS,
    ROOM,
    Counts,
    Keys,
    Lists,
    Postings,
    count,
    gather_lists,
    has_key,
    is_among,
    joined,
)
from scrubber.sites import Cluster, distinct, most_common_runs, shared_id
from scrubber.wordgrams import least_shared

SMALL_SITE: Final = 10
"""Distinct documents up to which a site keeps its documents' records whole."""
EXAMPLES: Final = 3
FORGETTING: Final = 500
"""Distinct documents of a large site for each in which a feature must stand, to be remembered."""


def least_support(documents: int) -> int:
    """In how many of a site's distinct documents a feature must recur, to be seen by another document."""
    if documents < SMALL_SITE:
        return 1
    return max(2, -(-documents // FORGETTING))


@dataclass(frozen=True, eq=False)
class SiteSlice:
    """What the index knows of one site: all that judging its documents needs."""

    id: str
    found_by: str
    families: Keys
    """The distinct documents, near-duplicates taken together; sorted."""
    records: tuple[DocumentEvidence, ...] = ()
    """All documents, of a small site."""
    counts: Counts = field(default_factory=Counts)
    """Of a larger site: distinct documents by feature, two or more."""
    counted: Keys = field(default_factory=lambda: NO_KEYS)
    """The documents that stand for their families in `counts`: first 64 bits of their digests, sorted."""
    understudies: Mapping[Key, Keys] = field(default_factory=dict)
    """Features (of those in `counts`) of the document that stands in when a counted one is taken away."""
    examples: Lists[str] = field(default_factory=Lists)
    """Ids of documents that hold a block of `counts`, the first four."""
    near: Lists[str] = field(default_factory=Lists)
    """The same of MinHash bands."""
    folders: Mapping[str, int] = field(default_factory=dict)
    """Distinct documents by folder; the root of a dump is none."""
    anchors: Mapping[Key, int] = field(default_factory=dict)
    """The most common runs of a site found by what its documents share: they name it."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SiteSlice):
            return NotImplemented
        return all(_same(getattr(self, f.name), getattr(other, f.name)) for f in fields(self))

    def __hash__(self) -> int:
        return hash((self.id, len(self.families)))

    def support(self, document: DocumentEvidence) -> tuple[int, Counts]:
        """How many other distinct documents there are, and in how many each feature recurs."""
        return self._others(document), self.support_of(document.features, document)

    def support_of(self, keys: Keys, document: DocumentEvidence) -> Counts:
        """The same for some of the document's features alone (sorted)."""
        numbers = self._all_counts.of(keys)
        others = self._others(document)
        if others < SMALL_SITE:
            star = self._stars.get(document.family)
            if star is not None:
                numbers = numbers - is_among(keys, star.features)
        else:
            own = has_key(self.counted, digest_key(document.digest))
            stand_in = self.understudies.get(digest_key(document.digest), NO_KEYS)
            # A near-duplicate was counted in its place: what they share must not speak for either.
            copied = has_key(self.families, document.family) and (not own or len(stand_in) > 0)
            numbers = numbers + is_among(keys, stand_in) - (own + copied)
        seen = numbers >= least_support(others)
        return Counts(keys[seen], numbers[seen].astype(np.uint32))

    def most_alike(self, gram: Key, document: DocumentEvidence) -> int:
        """In how many other distinct pages those words stand whose key shares its high half with `gram`, at most.

        So many go on alike from the first words of a gram (or come to its last words alike). The
        document's own pages are left out, as in `support_of`, whether or not it has the words itself.
        """
        counts = self._all_counts
        low = np.uint64(gram) & np.uint64(0xFFFFFFFF00000000)
        bounds = np.searchsorted(counts.keys_, [low, low | np.uint64(0xFFFFFFFF)], side="left")
        keys = counts.keys_[bounds[0] : bounds[1] + 1]
        keys = keys[keys >> np.uint64(32) == low >> np.uint64(32)]
        numbers = counts.of(keys)
        if self._others(document) < SMALL_SITE:
            star = self._stars.get(document.family)
            if star is not None:
                numbers = numbers - is_among(keys, star.features)
        else:
            own = has_key(self.counted, digest_key(document.digest))
            stand_in = self.understudies.get(digest_key(document.digest), NO_KEYS)
            copied = has_key(self.families, document.family) and (not own or len(stand_in) > 0)
            held = is_among(keys, document.features)
            numbers = numbers + is_among(keys, stand_in) - held * (int(own) + int(copied))
        return int(numbers.max(initial=0))

    def _others(self, document: DocumentEvidence) -> int:
        return len(self.families) - has_key(self.families, document.family)

    @cached_property
    def _stars(self) -> Mapping[Key, DocumentEvidence]:
        """Of a small site: the document that stands for each family."""
        return {record.family: record for record in distinct(self.records)}

    @cached_property
    def _all_counts(self) -> Counts:
        if self.counts or not self.records:
            return self.counts
        return joined(_counted(self._stars.values()), _counted_grams(self._stars.values()))

    @cached_property
    def _by_id(self) -> Sequence[DocumentEvidence]:
        return sorted(self.records, key=lambda record: record.id)

    @cached_property
    def run_keys(self) -> Keys:
        """What documents of this site may be recognised by: all features that recur, of a small site all runs."""
        if self.records:
            return each_once(np.concatenate([record.runs for record in self.records]))
        return self.counts.keys_

    def count_of(self, key: Key) -> int:
        """In how many distinct documents a feature stands, as far as it is kept."""
        return self._all_counts.get(key, 0)

    def example_documents(self, key: Key, document: DocumentEvidence) -> tuple[str, ...]:
        """Up to three other documents that hold a block, by id."""
        if self.records:
            holders = (r.id for r in self._by_id if has_key(r.features, key) and r.family != document.family)
            return tuple(islice(holders, EXAMPLES))
        known = self.examples.find(key) or self.near.find(key)
        return tuple([id for id in known if id != document.id])[:EXAMPLES]

    def name_with(self, document: DocumentEvidence) -> str:
        """The site's id as it is once `document` belongs to it."""
        if self.found_by != "shared blocks" and not self.id.startswith("alone:"):
            return self.id
        if self.records:
            return shared_id(most_common_runs(distinct([*self.records, document])))
        new = not has_key(self.families, document.family)
        stand_in = self.understudies.get(digest_key(document.digest), NO_KEYS)
        own = len(stand_in) > 0
        anchors = np.array(sorted(self.anchors), dtype=np.uint64)
        in_document, in_stand_in = is_among(anchors, document.runs), is_among(anchors, stand_in)
        change = in_document.astype(np.int64) * (int(new) - int(own)) + in_stand_in
        runs = {
            run: self.anchors[run] + more for run, more in zip(anchors.tolist(), change.tolist(), strict=True)
        }
        return shared_id(runs)


def digest_key(digest: str) -> Key:
    """What a document's digest is known by: its first 64 bits."""
    return int(digest[:16], 16)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return bool(one == other)


def _counted(records: Iterable[DocumentEvidence], least: int = 1, room: int = ROOM) -> Counts:
    postings = Postings(room)
    for place, record in enumerate(records):
        postings.add(record.block_features, place)
    return count(postings, least)


def _counted_grams(records: Iterable[DocumentEvidence], least: int = 1, room: int = ROOM) -> Counts:
    """The word-grams of pages of one line that so many of them share that one could be seen as chrome."""
    postings = Postings(room)
    pages = 0
    for place, record in enumerate(records):
        postings.add(record.grams, place)
        pages += len(record.grams) > 0
    return count(postings, max(least, least_shared(pages)))


def _without_rare_grams(records: Sequence[DocumentEvidence]) -> tuple[DocumentEvidence, ...]:
    """The records of a small site: of what pages of one line say, only what two distinct ones share is kept."""
    if not any(len(record.grams) for record in records):
        return tuple(records)
    known = _counted_grams(distinct(records)).keys_
    return tuple(replace(record, grams=record.grams[is_among(record.grams, known)]) for record in records)


def slice_of(cluster: Cluster, evidence: Evidence, room: int = ROOM) -> SiteSlice:
    """What the index keeps of a site; `room` as for `Postings`."""
    families = np.array(sorted({d.family for d in cluster.documents}), dtype=np.uint64)
    inside = {(d.folder, d.family) for d in cluster.documents if d.folder}
    folders = dict(Counter(folder for folder, _ in inside))
    if len(families) <= SMALL_SITE:
        ordered = sorted(cluster.documents, key=lambda d: (d.digest, d.id))
        records = _without_rare_grams([evidence.documents[d.id].without_traces for d in ordered])
        return SiteSlice(cluster.id, cluster.found_by, families, records=records, folders=folders)
    counted = distinct(cluster.documents)
    least = least_support(len(counted) - 1)  # what a document of the site itself will see
    counts = joined(
        _counted((evidence.documents[d.id] for d in counted), least, room),
        _counted_grams((evidence.documents[d.id] for d in counted), least, room),
    )
    anchors: dict[Key, int] = {}
    if cluster.found_by == "shared blocks":
        anchors = most_common_runs(evidence.documents[d.id] for d in counted)
    return SiteSlice(
        cluster.id,
        cluster.found_by,
        families,
        counts=counts,
        counted=np.array(sorted({digest_key(d.digest) for d in counted}), dtype=np.uint64),
        understudies=_understudies(cluster.documents, counted, counts, evidence),
        examples=_examples(cluster.documents, counts, evidence, lambda record: np.unique(record.keys)),
        near=_examples(cluster.documents, counts, evidence, lambda record: np.unique(record.bands)),
        folders=folders,
        anchors=anchors,
    )


def _understudies(
    documents: Iterable[Head], counted: Iterable[Head], counts: Counts, evidence: Evidence
) -> dict[Key, Keys]:
    """For each counted document that has near-duplicates: the features of the next in line."""
    first = {d.family: d for d in counted}
    found: dict[Key, Keys] = {}
    for document in sorted(documents, key=lambda d: (d.digest, d.id)):
        star = first[document.family]
        key = digest_key(star.digest)
        if document.digest != star.digest and key not in found:
            features = evidence.documents[document.id].features
            found[key] = features[is_among(features, counts.keys_)]
    return found


def _examples(
    documents: Iterable[Head],
    counts: Counts,
    evidence: Evidence,
    keys_of: Callable[[DocumentEvidence], Keys],
) -> Lists[str]:
    names = sorted(d.id for d in documents)
    postings = Postings()
    for place, id in enumerate(names):
        shown = keys_of(evidence.documents[id])
        postings.add(shown[is_among(shown, counts.keys_)], place)
    return gather_lists(postings, names, most=EXAMPLES + 1)
