"""`collect`: what documents say about one another, exact and mergeable.

Evidence is a cache: one record a document, keyed by its id, so that merging is a union of
records (associative, commutative, idempotent) and forgetting a document is dropping its record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from scrubber.config import Config, Templates
from scrubber.cuts.suspects import suspect_alone
from scrubber.cuts.traces import NONE, Traces, tail_traces, traces
from scrubber.documents import Columns, RawDocument, from_columns, to_columns
from scrubber.fingerprints import Key, band_keys, block_key, fold, join_arrays, join_keys, sign
from scrubber.hosts import host_in, host_of, host_of_skip_link
from scrubber.lang import scripts
from scrubber.lang.punctuation import COLONS
from scrubber.postings import NO_KEYS, Keys, unique_keys
from scrubber.preparing import Prepared, prepare
from scrubber.segmenting import MARKDOWN, comparable
from scrubber.wordgrams import Words, family_of, grams_of, is_one_line, kin_of, links_of

START: Final[Key] = block_key("\x02")
END: Final[Key] = block_key("\x03")
_START, _END = np.array([START], dtype=np.uint64), np.array([END], dtype=np.uint64)
_PAIR, _PATH, _PLACE, _RUN, _COPY, _WRITTEN, _FIGURES, _OPENS, _CLOSES = 1, 2, 3, 4, 6, 7, 8, 9, 10
_LONG: Final = 80
_FOLDED: Final = re.compile(r"0|\bdate\b")
"""What digits, weekdays and months are in a folded block."""
_WRITTEN_AT_MOST: Final = 4096
"""Characters of a block that are compared as they are written."""
_SKETCHED: Final = 4
_OPENING: Final = 5
"""Blocks that a site's pages begin with alike, ..."""
_MENU_ENTRIES: Final = 3
"""... of which so many ..."""
_MENU_ENTRY: Final = 8
"""... have so many folded characters."""
_STEM: Final = 3
"""Words at either end of a block by which its like is known; it has two more at least."""
_WIDE_STEM: Final = 5
"""The same in signs of a script that puts no blanks between words."""
_STEMMED: Final = 400
"""Folded characters of a block up to which it may be furniture with a word exchanged."""
_WIDE: Final = re.compile(f"[{scripts.WIDE}]")
_LABEL: Final = re.compile(
    rf"\s*((?:[^\W_]\S*[^\S\n]+){{0,4}}?[^\W\d_][^\s{COLONS}]*)\s?[{COLONS}](?!//)\s*\S"
)
_NO_STEMS: Final = np.zeros((0, 2), dtype=np.uint64)
_LENDING: Final = 60
"""Characters from which a block may say how a passage goes on."""
FRAGMENT_TRACES: Final = 8
_FOR_CHROME: Final = (
    "keys",
    "lengths",
    "signed",
    "bands",
    "paths",
    "written",
    "stems",
    "grams",
    "links",
    "kin",
)
_ARRAYS: Final = (*_FOR_CHROME, "traces", "fragments", "fragment_traces")
COPIES: Final = 8
"""Copies of one block in one document that are told apart."""


class EvidenceConflictError(ValueError):
    """Two records of one document id differ: the same id was given to two documents."""

    def __init__(self, id: str) -> None:
        self.id = id
        super().__init__(f"two different documents are called {id!r}: give each document an id of its own")


def copy_key(key: Key, number: int) -> Key:
    """The key of a block's `number`-th copy in one document; of the first, the block's own."""
    return key if number == 1 else join_keys(key, min(number, COPIES), _COPY)


def copy_keys(keys: npt.NDArray[np.uint64], numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """`copy_key` of many blocks, each with the number of its copy; arrays of one shape."""
    found, several = keys.copy(), numbers > 1
    counted = np.minimum(numbers[several], COPIES).astype(np.uint64)
    found[several] = join_arrays(keys[several], counted, _COPY)
    return found


@dataclass(frozen=True, eq=False)
class DocumentEvidence:
    """The fingerprints of one document. Arrays run over its blocks, in order."""

    id: str
    digest: str
    host: str | None
    folder: str
    keys: npt.NDArray[np.uint64]
    """Exact key of each folded block, shape (blocks,)."""
    lengths: npt.NDArray[np.int32]
    """Folded characters of each block, shape (blocks,)."""
    signed: npt.NDArray[np.int32]
    """Which blocks bear a signature (long enough, first of their key), shape (signed,)."""
    bands: npt.NDArray[np.uint64]
    """Band keys, shape (signed, num_bands)."""
    paths: npt.NDArray[np.uint64]
    """Key of each block's DOM path; empty for text files."""
    written: npt.NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    """Key of each block with the digits, weekdays and months that folding makes alike; 0 where there are none.
    Shape (blocks,); empty where no block has any."""
    stems: npt.NDArray[np.uint64] = field(default_factory=lambda: np.zeros((0, 2), dtype=np.uint64))
    """Of a text: keys of how each block begins and ends (see `stems`), 0 where it is short. Shape (blocks, 2); (0, 2)
    for HTML."""
    page: Key = 0
    """Key of the page's address, where it names more than a host; else 0."""
    traces: Traces = field(default_factory=lambda: NONE)
    """What passages of its longer blocks may be recognised by, sorted; see `cuts.traces`."""
    fragments: npt.NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    """Keys of the passages that seem to break off, each once, sorted; shape (fragments,)."""
    fragment_traces: npt.NDArray[np.uint32] = field(
        default_factory=lambda: np.zeros((0, FRAGMENT_TRACES), dtype=np.uint32)
    )
    """Traces of the ends of these passages, shape (fragments, FRAGMENT_TRACES)."""
    grams: Keys = field(default_factory=lambda: NO_KEYS)
    """Of a text of one line: its word-grams, each once, sorted (see `wordgrams`); of all others none, ..."""
    links: Keys = field(default_factory=lambda: NO_KEYS)
    """... likewise those of them that say which pages belong to a site, ..."""
    kin: Keys = field(default_factory=lambda: NO_KEYS)
    """... and the four sentences that near-duplicates of it have in common."""

    def __len__(self) -> int:
        return len(self.keys)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DocumentEvidence):
            return NotImplemented
        told = (self.id, self.digest, self.host, self.page) == (
            other.id,
            other.digest,
            other.host,
            other.page,
        )
        return told and all(np.array_equal(getattr(self, name), getattr(other, name)) for name in _ARRAYS)

    def __hash__(self) -> int:
        return hash((self.id, self.digest))

    @property
    def without_traces(self) -> DocumentEvidence:
        """The record without what it says of cut-off text: all that judging chrome needs."""
        names = ("id", "digest", "host", "folder", "page", *_FOR_CHROME)
        return DocumentEvidence(**{name: getattr(self, name) for name in names})

    @property
    def named_host(self) -> str | None:
        """The host of its address, else that which its folder is named after."""
        return self.host or host_in(self.folder)

    @cached_property
    def family(self) -> Key:
        """Equal for near-duplicate documents: one of several things that make documents one witness (`witnesses`).

        Derived from the longest blocks alone: the body, where there is one. A function of the
        document itself, so that no third document can change who belongs together.
        """
        if len(self.kin):
            return family_of(self.kin.tolist())
        longest = sorted(
            {(-int(n), int(k)) for n, k in zip(self.lengths, self.keys, strict=True) if n >= _LONG}
        )[:_SKETCHED]
        if len(longest) < _SKETCHED:
            return int(self.digest[:16], 16)
        family = block_key("family")
        for key in sorted(key for _, key in longest):
            family = join_keys(family, key)
        return family

    @cached_property
    def bands_by_key(self) -> dict[Key, list[Key]]:
        """The band keys of every block that bears a signature, by its exact key."""
        keys = self.keys.tolist()
        rows = zip(self.signed.tolist(), self.bands.tolist(), strict=True)
        return {keys[place]: row for place, row in rows}

    @property
    def _row(self) -> npt.NDArray[np.uint64]:
        """The keys between the document's edges."""
        return np.concatenate((_START, self.keys, _END))

    @property
    def pairs(self) -> Keys:
        """Keys of neighbours, ``len(self) + 1`` of them: the edges of the document count."""
        row = self._row
        return join_arrays(row[:-1], row[1:], _PAIR)

    @property
    def written_pairs(self) -> Keys:
        """Keys of neighbours as they are written, ``len(self) - 1`` of them; of those without figures, as `pairs`."""
        if not len(self.written):
            return self.pairs[1:-1]
        told = self.written > 0
        row = np.where(told, self.written, self.keys)
        return np.where(told[:-1] | told[1:], join_arrays(row[:-1], row[1:], _FIGURES), self.pairs[1:-1])

    @cached_property
    def runs(self) -> Keys:
        """Keys of three blocks in a row, each once, sorted: what links the documents of a site.

        Of a text of one line also its `links`.
        """
        row = self._row
        return unique_keys(join_arrays(join_arrays(row[:-2], row[1:-1], _RUN), row[2:], _RUN), self.links)

    @cached_property
    def opening(self) -> Keys:
        """Keys of the runs of the document's first blocks: a menu, which is its site's; empty where they say little."""
        lengths = self.lengths[:_OPENING]
        if len(self) <= 2 * _OPENING or np.count_nonzero(lengths >= _MENU_ENTRY) < _MENU_ENTRIES:
            return self.runs[:0]
        row = np.concatenate((_START, self.keys[:_OPENING]))
        found: Keys = join_arrays(join_arrays(row[:-2], row[1:-1], _RUN), row[2:], _RUN)
        return found

    @property
    def placed(self) -> Keys:
        """Key of each block together with its DOM path; empty for text files."""
        return join_arrays(self.keys[: len(self.paths)], self.paths, _PLACE)

    @property
    def path_keys(self) -> Keys:
        """The DOM paths as keys of their own family."""
        return join_arrays(self.paths, np.uint64(0), _PATH)

    @property
    def copies(self) -> Keys:
        """Keys of "a second copy of this block", "a third", up to COPIES."""
        blocks, counts = np.unique(self.keys, return_counts=True)
        several = counts > 1
        found = [
            copy_key(key, n)
            for key, count in zip(blocks[several].tolist(), counts[several].tolist(), strict=True)
            for n in range(2, min(count, COPIES) + 1)
        ]
        return np.array(found, dtype=np.uint64)

    @cached_property
    def features(self) -> Keys:
        """Everything of this document that can recur, sorted: its blocks in all respects, and word-grams."""
        return unique_keys(self.grams, self.block_features) if len(self.grams) else self.block_features

    @cached_property
    def block_features(self) -> Keys:
        """The same without word-grams: blocks, copies, pairs, bands, paths, runs, figures."""
        return unique_keys(
            self.keys,
            self.pairs,
            self.bands.ravel(),
            self.path_keys,
            self.placed,
            self.runs,
            self.copies,
            self.written[self.written > 0],
            self.written_pairs,
            self.stems[self.stems > 0],
        )


@dataclass(frozen=True, slots=True)
class Head:
    """What tells to which site a document belongs and which others it resembles, without its fingerprints."""

    id: str
    digest: str
    host: str | None
    folder: str
    family: Key

    @property
    def named_host(self) -> str | None:
        """The host of its address, else that which its folder is named after."""
        return self.host or host_in(self.folder)

    @classmethod
    def of(cls, record: DocumentEvidence) -> Head:
        """The head of a record."""
        return cls(record.id, record.digest, record.host, record.folder, record.family)


@dataclass(frozen=True, slots=True)
class Examined:
    """A document as `collect` and `scrub` both look at it: made ready, and fingerprinted."""

    document: RawDocument
    prepared: Prepared
    record: DocumentEvidence

    def __reduce__(self) -> tuple[Any, ...]:
        """Spools hold these by the thousand: their blocks go in columns."""
        own, blocks = self.document.blocks, self.prepared.blocks
        given = None if own is None or own is blocks else to_columns(own)
        bare = replace(self.document, blocks=own and ())
        return _restored, (bare, given, replace(self.prepared, blocks=()), to_columns(blocks), self.record)


def _restored(
    bare: RawDocument, given: Columns | None, prepared: Prepared, columns: Columns, record: DocumentEvidence
) -> Examined:
    blocks = from_columns(columns)
    own = from_columns(given) if given is not None else blocks
    document = bare if bare.blocks is None else replace(bare, blocks=own)
    return Examined(document, replace(prepared, blocks=blocks), record)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Records by document id; the mapping may read them from a file, one at a time."""

    documents: Mapping[str, DocumentEvidence]
    known_heads: tuple[Head, ...] | None = None
    """The heads of all records by id, where they are at hand."""

    @property
    def heads(self) -> tuple[Head, ...]:
        """The heads of all records, by id."""
        return self.known_heads if self.known_heads is not None else tuple(map(Head.of, self))

    @classmethod
    def of(cls, records: Iterable[DocumentEvidence]) -> Evidence:
        """The evidence of documents. Raises EvidenceConflictError as `collect` does."""
        documents: dict[str, DocumentEvidence] = {}
        for record in records:
            if documents.setdefault(record.id, record) != record:
                raise EvidenceConflictError(record.id)
        return cls(documents)

    def merge(self, other: Evidence) -> Evidence:
        """The union. Raises EvidenceConflictError where one id names two different documents."""
        for id in self.documents.keys() & other.documents.keys():
            if self.documents[id] != other.documents[id]:
                raise EvidenceConflictError(id)
        return Evidence({**self.documents, **other.documents})

    def without(self, ids: Iterable[str]) -> Evidence:
        """The evidence as if these documents had never been seen."""
        gone = set(ids)
        return Evidence({id: d for id, d in self.documents.items() if id not in gone})

    def __iter__(self) -> Iterator[DocumentEvidence]:
        """Records in the order of their ids: nothing may depend on arrival."""
        return (self.documents[id] for id in sorted(self.documents))


def collect(documents: Iterable[RawDocument], config: Config | None = None) -> Evidence:
    """Gather evidence from documents, one at a time: none is kept.

    Raises EvidenceConflictError where one id names two different documents.
    """
    config = config or Config()
    return Evidence.of(examine(document, config).record for document in documents)


def examine(document: RawDocument, config: Config) -> Examined:
    """What can be known of a document by itself. A pure function."""
    if not isinstance(document, RawDocument):
        raise TypeError(
            f"collect takes RawDocuments, not {type(document).__name__}: make them with "
            "RawDocument.from_text(text, id=...), from_html or from_path"
        )
    prepared = prepare(document, config)
    return Examined(document, prepared, fingerprint(document, prepared, config.templates))


def fingerprint(document: RawDocument, prepared: Prepared, settings: Templates) -> DocumentEvidence:
    """The evidence of one prepared document."""
    compared = _compared(document, prepared)
    folded = [fold(text) for text in compared]
    keys = [block_key(text) for text in folded]
    first: dict[Key, int] = {}
    for place, key in enumerate(keys):
        if len(folded[place]) >= settings.minimum_signed:
            first.setdefault(key, place)
    signed = list(first.values())
    signatures = sign([folded[i] for i in signed], settings)
    fragments, fragment_traces = _fragments(prepared)
    words = Words(prepared.text, prepared.blocks) if _is_one_line(document, prepared) else None
    return DocumentEvidence(
        id=document.id,
        digest=document.digest,
        host=_host(document, prepared),
        folder=document.id.rpartition("/")[0],
        keys=np.array(keys, dtype=np.uint64),
        lengths=np.array([len(text) for text in folded], dtype=np.int32),
        signed=np.array(signed, dtype=np.int32),
        bands=band_keys(signatures, settings),
        paths=_path_keys(prepared),
        written=_written_keys(compared, folded, keys),
        stems=_stem_keys(compared, folded) if not document.is_html else _NO_STEMS,
        page=_page(document.source.url),
        traces=_traces(prepared),
        fragments=fragments,
        fragment_traces=fragment_traces,
        grams=grams_of(words) if words is not None else NO_KEYS,
        links=links_of(words) if words is not None else NO_KEYS,
        kin=kin_of(prepared.text, prepared.blocks) if words is not None else NO_KEYS,
    )


def _is_one_line(document: RawDocument, prepared: Prepared) -> bool:
    """Markdown has blocks of its own, and HTML its markup."""
    plain = not document.is_html and document.source.media_type != MARKDOWN
    return plain and is_one_line(prepared.text, prepared.blocks)


def _written_keys(
    compared: Iterable[str], folded: Iterable[str], keys: Iterable[Key]
) -> npt.NDArray[np.uint64]:
    """What tells blocks apart that folding made alike; see `DocumentEvidence.written`."""
    found = [
        join_keys(key, block_key(" ".join(text[:_WRITTEN_AT_MOST].casefold().split())), _WRITTEN)
        if _FOLDED.search(form)
        else 0
        for text, form, key in zip(compared, folded, keys, strict=True)
    ]
    return np.array(found if any(found) else [], dtype=np.uint64)


def _stem_keys(compared: Iterable[str], folded: Iterable[str]) -> npt.NDArray[np.uint64]:
    """How blocks begin and end: by this lines are known of which a name, a title or a value differs."""
    found: list[tuple[Key, Key]] = []
    for text, form in zip(compared, folded, strict=True):
        opening, closing = stems(text, form)
        found.append((
            join_keys(block_key(opening), 0, _OPENS) if opening else 0,
            join_keys(block_key(closing), 0, _CLOSES) if closing else 0,
        ))  # fmt: skip
    return np.array(found, dtype=np.uint64).reshape(-1, 2)


def stems(text: str, folded: str) -> tuple[str, str]:
    """The first and the last words of a block, given as it is written and folded; none where it is hardly more.

    A label is all that stands before its colon.

    >>> stems("Read also: The ferry at Ardley is back", "read also the ferry at ardley is back")
    ('read also:', 'ardley is back')
    >>> stems("The harbour", "the harbour")
    ('', '')
    """
    words = folded[:_STEMMED].split(" ") if len(folded) <= _STEMMED else []
    wide = len(folded) >= 2 * _WIDE_STEM and len(words) < _STEM + 2 and _WIDE.search(folded) is not None
    if wide:
        opening, closing = folded[:_WIDE_STEM], folded[-_WIDE_STEM:]
    elif len(words) >= _STEM + 2:
        opening, closing = " ".join(words[:_STEM]), " ".join(words[-_STEM:])
    else:
        opening, closing = "", ""
    label = _LABEL.match(text)
    if label is not None:
        opening = f"{fold(label[1])}:"
    return opening, closing


def _compared(document: RawDocument, prepared: Prepared) -> list[str]:
    texts = [prepared.text[b.start : b.end] for b in prepared.blocks]
    if document.is_html:
        return texts
    return [comparable(text, document.source.media_type, document.source.url) for text in texts]


def _traces(prepared: Prepared) -> Traces:
    text = prepared.text
    return traces("\n".join(text[b.start : b.end] for b in prepared.blocks if b.end - b.start >= _LENDING))


def _fragments(prepared: Prepared) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]]:
    """Passages that other documents may complete: keys, and the traces of their ends."""
    found: dict[Key, Traces] = {}
    for block in prepared.blocks:
        suspect = suspect_alone(prepared.text, block)
        if suspect is None or (key := suspect.passage.key) in found:
            continue
        tail = tail_traces(suspect.passage.lead, FRAGMENT_TRACES)
        if len(tail):
            found[key] = tail
    keys = sorted(found)
    return (
        np.array(keys, dtype=np.uint64),
        np.array([found[key] for key in keys], dtype=np.uint32).reshape(-1, FRAGMENT_TRACES),
    )


def _path_keys(prepared: Prepared) -> npt.NDArray[np.uint64]:
    known: dict[tuple[str, ...], Key] = {}
    keys = [
        known[b.markup.path]
        if b.markup.path in known
        else known.setdefault(b.markup.path, block_key(" ".join(b.markup.path)))
        for b in prepared.blocks
        if b.markup is not None
    ]
    return np.array(keys if len(keys) == len(prepared.blocks) else [], dtype=np.uint64)


def _host(document: RawDocument, prepared: Prepared) -> str | None:
    """That of its address; of a text without one, that of its skip link."""
    if document.source.url or document.is_html:
        return host_of(document.source.url)
    return host_of_skip_link(prepared.text[b.start : b.end] for b in prepared.blocks)


def _page(url: str | None) -> Key:
    """What a page's address is known by: without a fragment, unless that is a path of its own; 0 for a host's."""
    host = host_of(url)
    if not url or host is None:
        return 0
    parts = urlsplit(url)
    fragment = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
    path = parts.path.rstrip("/")
    return block_key(f"{host}{path}?{parts.query}#{fragment}") if path or parts.query or fragment else 0
