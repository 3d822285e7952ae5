"""Which documents of a site speak with one voice: copies, versions, reprints, a page and the chunks of it.

What repeats is chrome because documents repeat it that otherwise differ. Versions of a guide do not differ
otherwise: all of them together are one witness, and so is a page with what was cut out of it. Documents are
one witness where

- they have the address of one page, or the same longest blocks (`DocumentEvidence.family`); or
- the smaller one's long blocks stand in the other, many of them, and what it has of its own stands among
  them, here a block and there one. A page that shares the chrome of its site has its own text in one stretch;
  a version that was edited does not.

Blocks that many documents hold decide nothing, so that a site's notices link no small pages. All of it hangs
on two documents and on how many others hold their blocks: a document that is new to an index finds the
witness it belongs to by what the index keeps of each, its long blocks in order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from scrubber.evidence import DocumentEvidence
from scrubber.fingerprints import Key, each_once
from scrubber.postings import NO_KEYS, ROOM, Keys, Owners, Postings, is_among, starts_of

TELLING: Final = 80
"""Folded characters from which a block may tell a version from another page."""
HOLDERS: Final = 24
"""Documents of a site that may hold a block which tells something: what more hold may be chrome."""
SHARED_BLOCKS: Final = 5
"""Such blocks that two documents must share, ..."""
SHARED_PERMILLE: Final = 400
"""... which are this part of the smaller one's."""
STRETCH_PERMILLE: Final = 400
"""The part of the smaller one's own blocks that may stand in one stretch, ..."""
STRETCH_OF_ALL: Final = 125
"""... or so many permille of all its blocks, but one block at the most."""
LARGER_STRETCH: Final = 800
"""The same of the larger one: a page of nothing but chrome is contained in every page of its site, ..."""
LARGER_OWN: Final = 200
"""... unless it has no more of its own than so many permille of its blocks."""
WOVEN_CHANGES: Final = 10
"""Changes from shared to own and back, all through the smaller one, ..."""
WOVEN_BLOCKS: Final = 15
"""... that make its part of no account where so many are shared: handbooks that take over each other's passages.
Chrome, with notices between the paragraphs of an article, has fewer."""
_LARGEST: Final = 64
"""Documents of a witness up to which it is asked what would be left of it without each of them."""

Places = npt.NDArray[np.int64]
Links = list[tuple[int, int]]


def digest_key(digest: str) -> Key:
    """What a document's digest is known by: its first 64 bits."""
    return int(digest[:16], 16)


def telling_blocks(record: DocumentEvidence) -> Keys:
    """The keys of a document's long blocks, each once, in their order."""
    keys = record.keys[record.lengths >= TELLING]
    _, first = np.unique(keys, return_index=True)
    found: Keys = keys[np.sort(first)]
    return found


def named_marks(record: DocumentEvidence) -> Keys:
    """What a document has in common with those that are one witness with it by name: itself, its family, its page."""
    names = [digest_key(record.digest), record.family, record.page]
    return np.array([name for name in names if name], dtype=np.uint64)


@dataclass(frozen=True, eq=False)
class Witnesses:
    """The documents of a site, each text once, and which of them are one witness."""

    documents: Keys = field(default_factory=lambda: NO_KEYS)
    """`digest_key` of each, sorted; shape (documents,)."""
    groups: Owners = field(default_factory=lambda: np.zeros(0, dtype=np.uint32))
    """For each the place of the first document of its witness; shape (documents,)."""
    families: Keys = field(default_factory=lambda: NO_KEYS)
    """See `DocumentEvidence.family`; shape (documents,)."""
    pages: Keys = field(default_factory=lambda: NO_KEYS)
    """See `DocumentEvidence.page`; shape (documents,)."""
    starts: Places = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    """Where the telling blocks of each begin in `blocks`; shape (documents + 1,)."""
    blocks: Keys = field(default_factory=lambda: NO_KEYS)
    """Those that HOLDERS documents hold or fewer, in the order of the texts."""
    common: Keys = field(default_factory=lambda: NO_KEYS)
    """Those that more documents hold, sorted."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Witnesses):
            return NotImplemented
        return all(np.array_equal(getattr(self, f.name), getattr(other, f.name)) for f in fields(self))

    def __hash__(self) -> int:
        return hash((len(self.documents), len(self.blocks)))

    def __len__(self) -> int:
        """How many witnesses there are."""
        return len(self.labels)

    @cached_property
    def labels(self) -> Owners:
        """The witnesses, each by the place of its first document; sorted."""
        found: Owners = each_once(self.groups)
        return found

    def place_of(self, digest: str) -> int | None:
        """Where a document stands among `documents`; None where it is new."""
        key = np.uint64(digest_key(digest))
        at = int(self.documents.searchsorted(key))
        return at if at < len(self.documents) and self.documents[at] == key else None

    def kin(self, record: DocumentEvidence) -> Owners:
        """The witnesses that a document belongs to, by their labels: one, where the document is known."""
        place = self.place_of(record.digest)
        if place is not None:
            return self.groups[place : place + 1]
        alike = self.families == record.family
        if record.page:
            alike |= self.pages == record.page
        places = np.concatenate((np.flatnonzero(alike), self._versions_of(record)))
        found: Owners = each_once(self.groups[places])
        return found

    @cached_property
    def _by_block(self) -> tuple[Keys, Places]:
        """All telling blocks sorted by key, and the place of the document that each stands in."""
        order = np.argsort(self.blocks, kind="stable")
        owners = np.repeat(np.arange(len(self.documents)), np.diff(self.starts))
        return self.blocks[order], owners[order]

    def _versions_of(self, record: DocumentEvidence) -> Places:
        """Places of the documents that a new one is a version of, itself counted among a block's holders."""
        keys, owners = self._by_block
        own = telling_blocks(record)
        own = own[~is_among(own, self.common)]
        first, end = keys.searchsorted(own, "left"), keys.searchsorted(own, "right")
        full = np.sort(own[end - first == HOLDERS])
        few = end - first < HOLDERS
        own, first, end = own[few], first[few], end[few]
        held = [owners[a:b] for a, b in zip(first.tolist(), end.tolist(), strict=True) if a < b]
        if len(held) < SHARED_BLOCKS:
            return np.zeros(0, dtype=np.int64)
        places, shared = np.unique(np.concatenate(held), return_counts=True)
        found = []
        for place in places[shared >= SHARED_BLOCKS].tolist():
            theirs = self.blocks[self.starts[place] : self.starts[place + 1]]
            theirs = theirs[~is_among(theirs, full)]
            first_is_own = digest_key(record.digest) < int(self.documents[place])
            if _are_versions(own, theirs) if first_is_own else _are_versions(theirs, own):
                found.append(place)
        return np.array(found, dtype=np.int64)


def _are_versions(one: Keys, other: Keys) -> bool:
    """Whether of two documents' telling blocks (each once, in order) the smaller's are mostly the other's as well.

    `one` is that of the smaller digest: it is taken for the smaller document where both have as many.
    """
    smaller, larger = (one, other) if len(one) <= len(other) else (other, one)
    shared = is_among(smaller, np.sort(larger))
    held = int(shared.sum())
    woven = np.count_nonzero(shared[1:] != shared[:-1]) >= WOVEN_CHANGES and held >= WOVEN_BLOCKS
    if held < SHARED_BLOCKS or (held * 1000 < SHARED_PERMILLE * len(smaller) and not woven):
        return False
    if not _is_here_and_there(~shared, STRETCH_PERMILLE):
        return False
    own = ~is_among(larger, np.sort(smaller))
    return own.sum() * 1000 <= LARGER_OWN * len(larger) or _is_here_and_there(own, LARGER_STRETCH)


def _is_here_and_there(own: npt.NDArray[np.bool_], permille: int) -> bool:
    """Whether at most so much of a document's own blocks stands in one stretch."""
    edges = np.concatenate(([-1], np.flatnonzero(~own), [len(own)]))
    stretch = int(np.diff(edges).max()) - 1
    return stretch * 1000 <= max(permille * int(own.sum()), min(STRETCH_OF_ALL * len(own), 1000))


def find_witnesses(records: Iterable[DocumentEvidence], room: int = ROOM) -> tuple[Witnesses, Links]:
    """The witnesses of a site, and the pairs of places that are linked; `room` as for `Postings`.

    Places from ``len(documents)`` on stand for a family or a page, which links all that are of it.
    """
    told: dict[Key, tuple[Key, Key, Keys]] = {}
    for record in records:
        key = digest_key(record.digest)
        known = told.get(key)
        if known is None:
            told[key] = record.family, record.page, telling_blocks(record)
        elif record.page:
            told[key] = known[0], min(known[1] or record.page, record.page), known[2]
    ordered = sorted(told.items())
    families = [family for _, (family, _, _) in ordered]
    pages = [page for _, (_, page, _) in ordered]
    blocks = [keys for _, (_, _, keys) in ordered]
    common, pairs = _shared(blocks, room)
    blocks = [keys[~is_among(keys, common)] for keys in blocks]
    links: Links = [(i, j) for i, j in pairs if _are_versions(blocks[i], blocks[j])]
    for names in (families, pages):
        links += _named_alike(names, len(ordered) + len(links))
    found = Witnesses(
        documents=np.array([key for key, _ in ordered], dtype=np.uint64),
        groups=_components(len(ordered), links),
        families=np.array(families, dtype=np.uint64),
        pages=np.array(pages, dtype=np.uint64),
        starts=np.cumsum([0, *map(len, blocks)]).astype(np.int64),
        blocks=np.concatenate([NO_KEYS, *blocks]),
        common=common,
    )
    return found, links


def _shared(blocks: Sequence[Keys], room: int) -> tuple[Keys, Links]:
    """Blocks that more than HOLDERS documents hold, and the pairs of places that share enough of the others."""
    postings = Postings(room)
    for place, keys in enumerate(blocks):
        postings.add(np.sort(keys), place)
    common, pairs, times = [NO_KEYS], [NO_KEYS], [np.zeros(0, dtype=np.int64)]
    for keys, owners in postings.groups():
        starts = starts_of(keys)
        sizes = np.diff(starts, append=len(keys))
        common.append(keys[starts[sizes > HOLDERS]])
        few = np.repeat((sizes > 1) & (sizes <= HOLDERS), sizes)
        keys, owners = keys[few], owners[few].astype(np.uint64)  # noqa: PLW2901
        met = [
            (owners[:-apart][same] << np.uint64(32)) | owners[apart:][same]
            for apart in range(1, min(HOLDERS, len(keys)))
            for same in [keys[apart:] == keys[:-apart]]
        ]
        found, counts = np.unique(np.concatenate([NO_KEYS, *met]), return_counts=True)
        pairs.append(found)
        times.append(counts)
    met_, which = np.unique(np.concatenate(pairs), return_inverse=True)
    enough = met_[np.bincount(which, np.concatenate(times), len(met_)) >= SHARED_BLOCKS]
    first, second = (enough >> np.uint64(32)).tolist(), (enough & np.uint64(0xFFFFFFFF)).tolist()
    return np.concatenate(common), list(zip(first, second, strict=True))


def _named_alike(names: Sequence[Key], node: int) -> Iterator[tuple[int, int]]:
    """Links of the places that have a name in common to a node of their own, numbered from `node` on; 0 is no name."""
    places: dict[Key, list[int]] = defaultdict(list)
    for place, name in enumerate(names):
        if name:
            places[name].append(place)
    for held in places.values():
        if len(held) > 1:
            yield from ((place, node) for place in held)
            node += 1


def _components(count: int, links: Links) -> Owners:
    """For each of the first `count` places the smallest of those that links lead to."""
    parent: dict[int, int] = {}

    def find(place: int) -> int:
        root = place
        while (above := parent.get(root, root)) != root:
            root = above
        while (above := parent.get(place, place)) != root:
            parent[place], place = root, above
        return root

    for i, j in links:
        one, other = find(i), find(j)
        parent[max(one, other)] = min(one, other)
    return np.array([find(place) for place in range(count)], dtype=np.uint32)


def links_by_witness(known: Witnesses, links: Links) -> dict[int, Links]:
    """The links inside each witness that has several documents, by its label."""
    found: dict[int, Links] = defaultdict(list)
    groups = known.groups.tolist()
    for i, j in links:
        found[groups[i]].append((i, j))
    return found


def parted(members: Sequence[int], links: Links) -> dict[int, list[list[int]]]:
    """What is left of a witness without each of its members that holds it together: two parts or more.

    Of very large witnesses it is not asked.
    """
    if len(members) > _LARGEST:
        return {}
    near: dict[int, list[int]] = defaultdict(list)
    for i, j in links:
        near[i].append(j)
        near[j].append(i)
    found = {}
    for member in members:
        left, parts = set(members) - {member}, []
        while left:
            reached, waiting = {member, min(left)}, [min(left)]
            while waiting:
                fresh = [place for place in near[waiting.pop()] if place not in reached]
                reached.update(fresh)
                waiting += fresh
            parts.append(sorted(left & reached))
            left -= reached
        if len(parts) > 1:
            found[member] = parts
    return found
