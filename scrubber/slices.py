"""What the index keeps of one site, and what one document may see of it.

What is counted is witnesses, not documents (`witnesses`). Forgetting happens here alone. Small sites keep the
records of their documents whole. A larger one of n witnesses keeps what stands in two of them or more, and from a thousand on in one of
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
import numpy.typing as npt

from scrubber.evidence import DocumentEvidence, Evidence, Head
from scrubber.fingerprints import Key, each_once
from scrubber.postings import (
    NO_KEYS,
    ROOM,
    Counts,
    Keys,
    Lists,
    Owners,
    Postings,
    count,
    gather_lists,
    has_key,
    is_among,
    joined,
    unique_keys,
)
from scrubber.sites import Cluster, distinct, most_common_runs, shared_id
from scrubber.witnesses import Links, Witnesses, digest_key, find_witnesses, links_by_witness, parted
from scrubber.wordgrams import least_shared

SMALL_SITE: Final = 10
"""Witnesses up to which a site keeps its documents' records whole."""
EXAMPLES: Final = 3
FORGETTING: Final = 500
"""Witnesses of a large site for each in which a feature must stand, to be remembered."""


def least_support(documents: int) -> int:
    """In how many of a site's witnesses a feature must recur, to be seen by another document."""
    if documents < SMALL_SITE:
        return 1
    return max(2, -(-documents // FORGETTING))


@dataclass(frozen=True, eq=False)
class SiteSlice:
    """What the index knows of one site: all that judging its documents needs."""

    id: str
    found_by: str
    records: tuple[DocumentEvidence, ...] = ()
    """All documents, of a small site."""
    known: Witnesses = field(default_factory=Witnesses)
    """The documents of a larger one, and which of them count as one."""
    counts: Counts = field(default_factory=Counts)
    """Of a larger site: witnesses by feature, two or more."""
    lacking: Mapping[Key, Counts] = field(default_factory=dict)
    """By document (`digest_key`): features (of those in `counts`) that not all of what is left of its witness
    without it has, and how many parts of that lack them. It is left in one part, nearly always."""
    understudies: Mapping[Key, Keys] = field(default_factory=dict)
    """By document that stands for its family in `anchors`: those of them that the next in line has."""
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
        return hash((self.id, len(self.witnesses)))

    @cached_property
    def witnesses(self) -> Witnesses:
        """The site's documents, and which of them count as one."""
        return find_witnesses(self.records)[0] if self.records else self.known

    @cached_property
    def families(self) -> Keys:
        """Those of the documents, sorted: see `DocumentEvidence.family`."""
        return unique_keys(self.witnesses.families)

    @cached_property
    def marks(self) -> Keys:
        """What a document that counts as one with some of this site has, or enough of; sorted."""
        known = self.witnesses
        pages = known.pages[known.pages > 0]
        return unique_keys(known.documents, known.families, pages, known.blocks, known.common)

    def support(self, document: DocumentEvidence) -> tuple[int, Counts]:
        """How many other witnesses there are, and in how many each feature recurs."""
        return self._others(document), self.support_of(document.features, document)

    def support_of(self, keys: Keys, document: DocumentEvidence) -> Counts:
        """The same for some of the document's features alone (sorted)."""
        own = self.kin(document)
        numbers = self._numbers(keys, np.ones(len(keys), dtype=np.bool_), document, own)
        seen = numbers >= least_support(len(self.witnesses) - len(own))
        return Counts(keys[seen], numbers[seen].astype(np.uint32))

    def most_alike(self, gram: Key, document: DocumentEvidence) -> int:
        """In how many other witnesses those words stand whose key shares its high half with `gram`, at most.

        So many go on alike from the first words of a gram (or come to its last words alike). The
        document's own witness is left out, as in `support_of`. Of a larger site it is left out only for words
        that the document has itself: which others the rest of its witness has nobody kept.
        """
        known = self._all_counts.keys_
        low = np.uint64(gram) & np.uint64(0xFFFFFFFF00000000)
        first = known.searchsorted(low, "left")
        end = known.searchsorted(low | np.uint64(0xFFFFFFFF), "right")
        keys = known[first:end]
        numbers = self._numbers(keys, is_among(keys, document.features), document, self.kin(document))
        return int(numbers.max(initial=0))

    def kin(self, document: DocumentEvidence) -> Owners:
        """The site's witnesses that a document is part of, by their labels: they say nothing to it."""
        return self.witnesses.kin(document)

    def _numbers(
        self, keys: Keys, held: npt.NDArray[np.bool_], document: DocumentEvidence, own: Owners
    ) -> npt.NDArray[np.int64]:
        """In how many witnesses but its `own` each feature stands; `held` are those that the document has."""
        numbers = self._all_counts.of(keys)
        if self.records:
            for witness in own.tolist():
                numbers = numbers - is_among(keys, self._features[witness])
            return numbers
        # What is left of its witness is taken to have what it has: nobody kept what a single document has.
        numbers = numbers - held * len(own)
        lacking = self.lacking.get(digest_key(document.digest))
        return numbers if lacking is None else numbers - lacking.of(keys)

    def _others(self, document: DocumentEvidence) -> int:
        return len(self.witnesses) - len(self.kin(document))

    def _witness_of(self, record: DocumentEvidence) -> int:
        place = self.witnesses.place_of(record.digest)
        assert place is not None
        return int(self.witnesses.groups[place])

    @cached_property
    def _features(self) -> Mapping[int, Keys]:
        """Of a small site: the features of each witness, by its label."""
        found: dict[int, list[Keys]] = {label: [] for label in self.witnesses.labels.tolist()}
        for record in self.records:
            found[self._witness_of(record)].append(record.features)
        return {label: unique_keys(*features) for label, features in found.items()}

    @cached_property
    def _all_counts(self) -> Counts:
        return self.counts if not self.records else _counted(self._features.values())

    @cached_property
    def _by_id(self) -> Sequence[tuple[DocumentEvidence, int]]:
        return [(one, self._witness_of(one)) for one in sorted(self.records, key=lambda record: record.id)]

    @cached_property
    def run_keys(self) -> Keys:
        """What documents of this site may be recognised by: all features that recur, of a small site all runs."""
        if self.records:
            return each_once(np.concatenate([record.runs for record in self.records]))
        return self.counts.keys_

    def count_of(self, key: Key) -> int:
        """In how many witnesses a feature stands, as far as it is kept."""
        return self._all_counts.get(key, 0)

    def example_documents(self, key: Key, document: DocumentEvidence) -> tuple[str, ...]:
        """Up to three other documents that hold a block, by id."""
        if self.records:
            own = set(self.kin(document).tolist())
            holders = (r.id for r, witness in self._by_id if witness not in own and has_key(r.features, key))
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
        stand_in = self.understudies.get(digest_key(document.digest))
        anchors = np.array(sorted(self.anchors), dtype=np.uint64)
        change = is_among(anchors, document.runs).astype(np.int64) * (int(new) - int(stand_in is not None))
        if stand_in is not None:
            change += is_among(anchors, stand_in)
        runs = {
            run: self.anchors[run] + more for run, more in zip(anchors.tolist(), change.tolist(), strict=True)
        }
        return shared_id(runs)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return bool(one == other)


def _counted(features: Iterable[Keys]) -> Counts:
    """In how many of these each feature stands."""
    postings = Postings()
    for place, keys in enumerate(features):
        postings.add(keys, place)
    return count(postings)


def _counted_by_witness(
    members: Iterable[Mapping[int, str]], evidence: Evidence, least: int, room: int
) -> Counts:
    """In how many witnesses each feature stands, for those in so many or more: of word-grams `least_shared`."""
    blocks, grams, pages = Postings(room), Postings(room), 0
    for place, ids in enumerate(members):
        records = (evidence.documents[id] for id in ids.values())
        found = [(record.block_features, record.grams) for record in records]
        of_blocks, of_one_line = (
            keys[0] if len(keys) == 1 else unique_keys(*keys) for keys in zip(*found, strict=True)
        )
        blocks.add(of_blocks, place)
        grams.add(of_one_line, place)
        pages += len(of_one_line) > 0
    return joined(count(blocks, least), count(grams, max(least, least_shared(pages))))


def _without_rare_grams(
    records: Sequence[DocumentEvidence], members: Iterable[Mapping[int, str]]
) -> tuple[DocumentEvidence, ...]:
    """The records of a small site: of what pages of one line say, only what two witnesses share is kept."""
    grams = {record.id: record.grams for record in records if len(record.grams)}
    if not grams:
        return tuple(records)
    pages = [unique_keys(*(grams.get(id, NO_KEYS) for id in ids.values())) for ids in members]
    counts = _counted(pages)
    known = counts.keys_[counts.numbers >= least_shared(sum(len(page) > 0 for page in pages))]
    return tuple(replace(record, grams=record.grams[is_among(record.grams, known)]) for record in records)


def slice_of(cluster: Cluster, evidence: Evidence, room: int = ROOM) -> SiteSlice:
    """What the index keeps of a site; `room` as for `Postings`."""
    inside = {(d.folder, d.family) for d in cluster.documents if d.folder}
    folders = dict(Counter(folder for folder, _ in inside))
    ordered = sorted(cluster.documents, key=lambda d: (d.digest, d.id))
    known, links = find_witnesses((evidence.documents[d.id] for d in ordered), room)
    members = members_of(known, ordered)
    if len(known) <= SMALL_SITE:
        whole = [evidence.documents[d.id].without_traces for d in ordered]
        records = _without_rare_grams(whole, members.values())
        return SiteSlice(cluster.id, cluster.found_by, records=records, folders=folders)
    least = least_support(len(known) - 1)  # what a document of the site itself will see
    counts = _counted_by_witness(members.values(), evidence, least, room)
    counted = distinct(cluster.documents)
    anchors: dict[Key, int] = {}
    if cluster.found_by == "shared blocks":
        anchors = most_common_runs(evidence.documents[d.id] for d in counted)
    return SiteSlice(
        cluster.id,
        cluster.found_by,
        known=known,
        counts=counts,
        lacking=_lacking(known, links, members, counts, evidence),
        understudies=_understudies(ordered, counted, anchors, evidence) if anchors else {},
        examples=_examples(cluster.documents, counts, evidence, lambda record: np.unique(record.keys)),
        near=_examples(cluster.documents, counts, evidence, lambda record: np.unique(record.bands)),
        folders=folders,
        anchors=anchors,
    )


def members_of(known: Witnesses, documents: Iterable[Head]) -> dict[int, dict[int, str]]:
    """By label of a witness: the ids of its documents by their places, of equal texts the first."""
    found: dict[int, dict[int, str]] = {label: {} for label in known.labels.tolist()}
    for document in documents:
        place = known.place_of(document.digest)
        assert place is not None
        found[int(known.groups[place])].setdefault(place, document.id)
    return found


def _lacking(
    known: Witnesses,
    links: Links,
    members: Mapping[int, Mapping[int, str]],
    counts: Counts,
    evidence: Evidence,
) -> dict[Key, Counts]:
    """For each document that others are one witness with: what not all of those have; see `SiteSlice.lacking`."""
    found = {}
    inner = links_by_witness(known, links)
    for label, ids in members.items():
        if len(ids) < 2:
            continue
        features = {}
        for place, id in ids.items():
            own = evidence.documents[id].features
            features[place] = own[is_among(own, counts.keys_)]
        held, times = np.unique(np.concatenate(list(features.values())), return_counts=True)
        held_once = held[times == 1]
        parts = parted(list(ids), inner[label])
        for place, own in features.items():
            numbers = is_among(own, held_once).astype(np.int64)
            if place in parts:
                left = [unique_keys(*(features[other] for other in part)) for part in parts[place]]
                numbers = np.sum([~is_among(own, part) for part in left], axis=0, dtype=np.int64)
            some = numbers > 0
            if some.any():
                found[int(known.documents[place])] = Counts(own[some], numbers[some].astype(np.uint32))
    return found


def _understudies(
    documents: Iterable[Head], counted: Iterable[Head], anchors: Mapping[Key, int], evidence: Evidence
) -> dict[Key, Keys]:
    """For each counted document that has near-duplicates: which anchors the next in line has."""
    first = {d.family: d for d in counted}
    among = np.array(sorted(anchors), dtype=np.uint64)
    found: dict[Key, Keys] = {}
    for document in documents:
        star = first[document.family]
        key = digest_key(star.digest)
        if document.digest != star.digest and key not in found:
            found[key] = among[is_among(among, evidence.documents[document.id].runs)]
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
