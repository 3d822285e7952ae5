"""The values that travel through the pipeline: frozen, slotted, typed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from scrubber.edits import Ledger, apply


class BlockKind(StrEnum):
    """What a block is shown as."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST_ITEM = "list_item"
    CELL = "cell"
    LINE = "line"
    """A line of a text file: nothing says what it is."""
    PREFORMATTED = "preformatted"
    CAPTION = "caption"
    # Markdown alone has these.
    FRONT_MATTER = "front_matter"
    ROW = "row"
    """A row of a table; the header with the line of dashes below it."""
    QUOTE = "quote"
    ADMONITION = "admonition"
    IMAGE = "image"
    """Nothing but images, linked or not."""
    FOOTNOTE = "footnote"
    """The text of a footnote, where it is defined."""
    REFERENCE = "reference"
    """Where a link is defined that other lines refer to."""
    HTML = "html"
    """HTML that stands in Markdown as a block."""
    RULE = "rule"
    """A thematic break."""


@dataclass(frozen=True, slots=True)
class Markup:
    """What HTML tells of a block."""

    xpath: str
    """XPath of the element that holds the block's first character."""
    path: tuple[str, ...]
    """Names from the body down to the block, outermost first: ``div#side``, ``ul.menu``, ``li``.

    Digits inside ids and classes are folded to 0, so that ``post-123`` and ``post-456`` agree.
    """
    linked: int = 0
    """How many of the block's characters stand inside ``<a href>``."""
    here: int = 0
    """Links whose text stands in the block, by where they lead, as `Links` counts them: into this page, ..."""
    near: int = 0
    """... to other pages of its host, ..."""
    far: int = 0
    """... elsewhere."""
    purpose: int = 0
    """What the most telling of them is for: a place in `scrubber.segmenting.targets.PURPOSES`."""
    hiding: int = 0
    """How it is hidden: the bits of `scrubber.segmenting.attributes`, of all elements around it."""
    declared: int = 0
    """What the page declares it to be: a place in `scrubber.segmenting.attributes.DECLARED`."""


@dataclass(frozen=True, slots=True)
class Links:
    """What the links of a Markdown block are: how much of it they are, and where they lead.

    Characters are counted as they are shown: a target counts for nothing, the text of a link and
    the description of an image do.
    """

    shown: int
    """Characters of the block as it is shown."""
    linked: int
    """How many of them stand inside links."""
    here: int = 0
    """Links into this page: ``#anchor``, or the page's own address, with an anchor or without."""
    near: int = 0
    """Links to other pages of the same host; relative ones are."""
    far: int = 0
    """All other links. Where nothing says which host the page is of, absolute ones are far."""


@dataclass(frozen=True, slots=True)
class Block:
    """A maximal run of text shown as one paragraph, line, list item, heading or table cell.

    ``text[start:end]`` has no white space at either end, and is never empty.
    """

    start: int
    end: int
    kind: BlockKind
    markup: Markup | None = None
    links: Links | None = None
    """Of a Markdown block with links; None where there is none."""
    level: int = 0
    """In Markdown: 1 to 6 of a heading; how deep lists are nested around a list item, from 1. Else 0."""

    @property
    def linked(self) -> int:
        """How many characters of what is shown stand inside links, whatever the format."""
        if self.markup is not None:
            return self.markup.linked
        return self.links.linked if self.links is not None else 0

    @property
    def shown(self) -> int:
        """How many characters are shown: in Markdown without the targets of links."""
        return self.links.shown if self.links is not None else self.end - self.start


Columns = tuple[tuple[Any, ...], ...]
_PLAIN, _MARKED, _LINKED = range(3)


def to_columns(blocks: Sequence[Block]) -> Columns:
    """Blocks as plain tuples: a page has hundreds, which pickle ten times as fast this way.

    A block has `Markup` or `Links` or neither, never both: the two come from different formats.
    """
    if not blocks:
        return ()
    rows = [
        (
            b.start,
            b.end,
            b.kind,
            b.level,
            _MARKED if b.markup is not None else _PLAIN if b.links is None else _LINKED,
        )
        for b in blocks
    ]
    marks = [_marks(m) for b in blocks if (m := b.markup) is not None]
    links = [(k.shown, k.linked, k.here, k.near, k.far) for b in blocks if (k := b.links) is not None]
    return (*zip(*rows, strict=True), tuple(zip(*marks, strict=True)), tuple(zip(*links, strict=True)))


def _marks(markup: Markup) -> tuple[Any, ...]:
    return (
        markup.xpath,
        markup.path,
        markup.linked,
        markup.here,
        markup.near,
        markup.far,
        markup.purpose,
        markup.hiding,
        markup.declared,
    )


def from_columns(columns: Columns) -> tuple[Block, ...]:
    """The inverse of `to_columns`."""
    if not columns:
        return ()
    starts, ends, kinds, levels, which, marked, linked = columns
    marks, links = map(Markup, *marked) if marked else iter(()), map(Links, *linked) if linked else iter(())
    return tuple(
        Block(
            start,
            end,
            kind,
            next(marks) if brought == _MARKED else None,
            next(links) if brought == _LINKED else None,
            level,
        )
        for start, end, kind, level, brought in zip(starts, ends, kinds, levels, which, strict=True)
    )


@dataclass(frozen=True, slots=True)
class BytePatch:
    """Where encoding the decoded text again would not give the raw bytes: put `data` there.

    Patches are ordered; each replaces ``encoded[start:end]`` of the *re-encoded* text.
    """

    start: int
    end: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document was read, and all that is needed to write its bytes again."""

    path: str
    """POSIX path inside the dump; ``-`` for standard input; the id where there was no file."""
    size: int
    """Bytes."""
    sha256: str
    encoding: str
    """A Python codec name. ``utf-8`` with ``byte_order_mark`` for a UTF-8 file with a BOM."""
    media_type: str
    """``text/plain``, ``text/markdown`` or ``text/html``."""
    url: str | None = None
    errors: str = "strict"
    """``surrogateescape`` where undecodable bytes stand in the text as lone surrogates."""
    byte_order_mark: bytes = b""
    """Bytes before the text that decoding took off."""
    patches: tuple[BytePatch, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of metadata and where it was read: ``json-ld``, ``opengraph`` or ``block 3``."""

    value: str
    where: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document says of itself. Dates are ISO 8601, languages BCP 47."""

    title: Found | None = None
    author: Found | None = None
    date: Found | None = None
    language: Found | None = None
    site_name: Found | None = None


@dataclass(frozen=True, slots=True)
class StatedText:
    """What an HTML page says that its text is, outside its text; an empty string where it is silent."""

    body: str = ""
    """The whole of it, or its beginning: of the page's own article, question, recipe in JSON-LD."""
    description: str = ""
    """What it is about; several descriptions stand in lines of their own."""

    def __bool__(self) -> bool:
        return bool(self.body or self.description)


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One page or text file of the dump, decoded once, exactly.

    For HTML, `text` is the page made linear and `blocks` know where in the DOM they stood;
    for text files `blocks` is None and `scrubber.segmenting` finds them.
    """

    id: str
    text: str
    source: Source
    blocks: tuple[Block, ...] | None = None
    metadata: Metadata = field(default=Metadata())
    markup: str | None = field(default=None, repr=False)
    """Of HTML: the page as it was decoded, for evidence that needs the whole of it."""

    @property
    def is_html(self) -> bool:
        """Whether the document brought its own blocks, from markup."""
        return self.blocks is not None

    @property
    def digest(self) -> str:
        """Hex sha256 of the raw bytes: the identity that evidence and index know."""
        return self.source.sha256

    @classmethod
    def from_text(
        cls,
        text: str,
        *,
        id: str,
        url: str | None = None,
        media_type: str = "text/plain",
        metadata: Metadata | None = None,
    ) -> RawDocument:
        """A document from text that the caller has decoded already.

        The text is taken as it stands, never parsed: use `from_html` for markup. Raises
        TypeError for anything but `str`.
        """
        if not isinstance(text, str):
            raise TypeError(
                f"from_text takes decoded text, not {type(text).__name__}: decode bytes first, "
                "or use from_path, which finds the encoding"
            )
        data = text.encode("utf-8", "surrogatepass")
        source = Source(
            path=id,
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            encoding="utf-8",
            errors="surrogatepass" if _has_surrogates(text) else "strict",
            media_type=media_type,
            url=url,
        )
        return cls(id, text, source, metadata=metadata or Metadata())

    @classmethod
    def from_html(cls, data: bytes | str, *, id: str, url: str | None = None) -> RawDocument:
        """A document from HTML: bytes (the charset is found) or decoded markup.

        Raises TypeError for anything else, `scrubber.reading.SkippedFile` for white space alone.
        """
        if not isinstance(data, bytes | str):
            raise TypeError(f"from_html takes bytes or str, not {type(data).__name__}")
        from scrubber.reading.html import read_html

        return read_html(data, id=id, url=url)

    @classmethod
    def from_path(cls, path: str | Path, *, id: str | None = None) -> RawDocument:
        """Read a file by its suffix (``.txt``, ``.md``, ``.html``, ``.htm``, ``.xhtml``).

        Raises `scrubber.reading.SkippedFile` for empty and for binary files,
        `scrubber.reading.UnreadableFile` where the file cannot be read.
        """
        from scrubber.reading import read_path

        return read_path(Path(path), id=id)


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= c <= "\udfff" for c in text)


@dataclass(frozen=True, slots=True)
class Site:
    """The documents a document shares templates with, and how that was found."""

    id: str
    """``host:example.org``, ``shared:9f2c01ab…``, ``folder:news``, ``one`` or ``alone``."""
    found_by: str
    """``url``, ``shared blocks``, ``option`` or ``nothing``."""
    documents: int = 0
    """How many other distinct documents of the site the index knew."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something a person may want to look at: `start`..`end` of the raw text."""

    rule: str
    start: int
    end: int
    message: str


@dataclass(frozen=True, slots=True)
class CutOff:
    """A passage that was cut off: `start`..`end` of the raw text, what was found, how it ended."""

    rule: str
    start: int
    end: int
    outcome: str
    """``completed``, ``marked`` or ``left`` where it is proved; ``kept``, ``trimmed`` or ``dropped``."""
    donor: str | None = None
    """Id of the document that proves how it goes on."""


@dataclass(frozen=True, slots=True)
class KeptBlock:
    """One entry of the block map: a block that survived, where it is now, and where it was."""

    kind: BlockKind
    clean_start: int
    clean_end: int
    raw_start: int
    raw_end: int
    xpath: str | None = None


@dataclass(frozen=True, slots=True)
class Versions:
    """What made a clean document: equal versions and equal raw bytes give equal results.

    An older record does not say what stands last here: then it is None.
    """

    tool: str
    configuration: str
    """Digest of the settings that change results."""
    index: str
    """Digest of the site's slice of the index: another site's documents do not move it."""
    lineariser: str | None = None
    """For HTML: version of the lineariser and of libxml2."""
    extractor: str | None = None
    """Version of the single-page extractor, where it was asked."""
    behaviour: int | None = None
    """See `scrubber.version.BEHAVIOUR`: code of one behaviour cleans alike, whatever else changed in it."""
    weights: str | None = None
    """Digest of the weights that judged: see `scrubber.classifying.model.digest_of`."""

    @property
    def maker(self) -> tuple[str, int | None, str | None, str]:
        """Which code, weights and settings: what is the same for all documents of a run."""
        return self.tool, self.behaviour, self.weights, self.configuration


@dataclass(frozen=True, slots=True)
class CleanDocument:
    """A document after `scrub`: the raw text, all that was done to it, and what is left."""

    raw: RawDocument
    ledger: Ledger
    site: Site
    blocks: tuple[KeptBlock, ...]
    flags: tuple[Flag, ...]
    metadata: Metadata
    versions: Versions
    cuts: tuple[CutOff, ...] = ()

    @property
    def id(self) -> str:
        """The raw document's id."""
        return self.raw.id

    @property
    def text(self) -> str:
        """The clean text, computed from the raw text and the ledger."""
        return apply(self.raw.text, self.ledger)

    @property
    def status(self) -> str:
        """``cleaned``, or ``unchanged`` where the ledger is empty."""
        return "unchanged" if self.ledger.is_empty else "cleaned"
