"""What cut-off text of the documents at hand may be completed from: what was learned, and what is new.

What was learned is told by the cache beside the index. Raw documents that it does not know, because
they are new or have changed since, are read on the spot, as long as they are few: a batch run that
learned them would complete from them too. Which they are does not depend on which documents are at
hand, so a list that is cut up over several processes comes out as one that is not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scrubber.documents import RawDocument
from scrubber.evidence import Evidence
from scrubber.library import Library
from scrubber.pipeline import library_of
from scrubber.running import evidence_cache
from scrubber.running.corpus import Corpus, Examining, gather
from scrubber.running.evidence_cache import Cache
from scrubber.running.inputs import Input, raw_bytes
from scrubber.running.rereading import Shelf
from scrubber.templates import TemplateIndex

REHEARSED = 500
"""Raw documents up to which a corpus without an index, or what its cache does not know, is read on the spot."""


@dataclass(frozen=True, slots=True)
class Lending:
    """The index with what may complete the documents at hand, and where to read it."""

    index: TemplateIndex
    library: Library | None
    """None: they are too many to be asked."""
    note: str | None = None
    """What a person should know where those that were learned could not be asked."""


def lend(corpus: Corpus, index: TemplateIndex, own: Evidence, how: Examining) -> Lending:
    """Find for the documents at hand, whose evidence is `own`, who may complete them.

    The cache, which may be large, is read only where one of them has a passage that seems cut off.
    """
    if not any(len(record.fragments) for record in own):
        asked = evidence_cache.beside(corpus.places.index).is_file() or len(corpus.documents) <= REHEARSED
        return Lending(index, library_of(_Raw(corpus), index, how.config) if asked else None)
    cache = evidence_cache.load(corpus.places.index)
    fresh = _fresh(corpus, cache)
    if cache is None and len(fresh) > REHEARSED:
        return Lending(index, None, _note(corpus.places.index))
    learned = cache.inputs if cache is not None else ()
    evidence = _standing(corpus, cache, fresh)
    if len(fresh) <= REHEARSED:
        others = [item for item in fresh if item.id not in own.documents]
        evidence = evidence.without(own.documents).merge(own).merge(gather(others, how).evidence)
    lending = index.with_lenders(own, evidence)
    return Lending(lending, library_of(Shelf([*learned, *corpus.documents]), lending, how.config))


def _note(index: Path) -> str | None:
    """What is to be said of a cache that is there and is of no use."""
    why = evidence_cache.why_not(index) if evidence_cache.beside(index).is_file() else None
    return f"{why}: {evidence_cache.ALONE}; `scrubber hook learn` makes it anew" if why is not None else None


class _Raw(Mapping[str, RawDocument]):
    """The raw documents of a corpus by id, looked for when one is asked for."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    @cached_property
    def _shelf(self) -> Shelf:
        return Shelf(self._corpus.documents)

    def __getitem__(self, id: str) -> RawDocument:
        return self._shelf[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._shelf)

    def __len__(self) -> int:
        return len(self._shelf)


def _fresh(corpus: Corpus, cache: Cache | None) -> list[Input]:
    """The raw documents that are not as they were learned."""
    if cache is None:
        return list(corpus.documents)
    known = cache.evidence.documents
    written = evidence_cache.beside(corpus.places.index).stat().st_mtime_ns
    return [
        item
        for item in corpus.documents
        if item.id not in known
        or (_may_differ(item.path, written) and _digest(item) != known[item.id].digest)
    ]


def _may_differ(path: Path, since: int) -> bool:
    """Whether a file was touched after a time (in nanoseconds): most need not be read to know their digest."""
    try:
        found = path.stat()
    except OSError:
        return True
    return max(found.st_mtime_ns, found.st_ctime_ns) >= since


def _digest(item: Input) -> str | None:
    try:
        return hashlib.sha256(raw_bytes(item)).hexdigest()
    except OSError:
        return None


def _standing(corpus: Corpus, cache: Cache | None, fresh: list[Input]) -> Evidence:
    """What was learned, of documents that are still there and unchanged."""
    if cache is None:
        return Evidence({})
    return cache.evidence.without([*(item.id for item in fresh), *_gone(corpus, cache)])


def _gone(corpus: Corpus, cache: Cache) -> Iterator[str]:
    there = {item.id for item in corpus.documents}
    for item in cache.inputs:
        if item.id not in there and not item.path.exists():
            yield item.id
