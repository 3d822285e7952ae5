"""Labelled pages in other renderings: long texts, hard-wrapped lines, and Markdown as crawlers write it.

The page sets hold short pages as plain lines. What people bring is also a handbook of which nothing is chrome,
a text wrapped at 72 characters, and Markdown with its menus: the same blocks, laid out in other ways.
"""

from __future__ import annotations

import hashlib
import random
import re
import textwrap
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scrubber.config import Config
from scrubber.documents import Block, BlockKind
from scrubber.reading.text import read_markdown, read_plain
from training.lots import Labelled, Lot, labelled_by_lines, rows
from training.pages import Page, fold_of

WIDTHS = (64, 72, 78, 95)
"""Characters of a line, as mail, manuals and printed pages wrap it."""
PAGES = (1, 3, 8, 20)
"""Pages of a site whose content makes one long text."""
_LONG_TEXTS, _WRAPPED_PAGES = 4, 12
"""Of a site, at most."""
_WRAPPED_SITES = 0.35
_FEWEST = 5
_HEADING = re.compile(r"h([1-6])")
_ROW = re.compile(r".*/tr(?:\[\d+\])?(?=/|$)")
Line = tuple[str, bool]
"""A line, and whether it is chrome."""


def long_lot(name: str, pages: Sequence[Page]) -> Lot:
    """The content of several pages of a site, one behind the other: texts without any chrome."""
    return _lot(f"long {name}", _long_texts(pages))


def wrapped_lot(name: str, pages: Sequence[Page]) -> Lot:
    """Pages whose lines are wrapped."""
    return _lot(f"wrapped {name}", _wrapped(pages))


def markdown_lot(name: str, pages: Sequence[Page]) -> Lot:
    """HTML pages as Markdown, with the labels of their blocks, each among all pages of its site and among fewer."""
    config, found = Config(), []
    for site, group in sorted(_by_site(pages).items()):
        labelled = []
        for page in group:
            written = _Writer(page).write()
            raw = read_markdown("\n".join(written.out).encode(), id=f"{site}/{page.name}", url=written.url)
            one = labelled_by_lines(raw, written.lines, site, fold_of(site), config)
            if one is not None:
                labelled.append(one)
        for part, share in _among_fewer(labelled):
            found += list(rows(part, share, config))
    return Lot.of(f"markdown {name}", found)


def _among_fewer(group: Sequence[Labelled]) -> Iterator[tuple[Sequence[Labelled], float]]:
    """A site's pages together, in pairs and alone, and what a page counts for there."""
    if len(group) < 3:
        yield group, 1.0
        return
    yield group, 0.6
    for start in range(0, len(group), 2):
        yield group[start : start + 2], 0.2
        yield group[start : start + 1], 0.2


def _by_site(pages: Iterable[Page]) -> Mapping[str, list[Page]]:
    found: dict[str, list[Page]] = defaultdict(list)
    for page in pages:
        found[page.site].append(page)
    return found


def _lot(name: str, texts: Iterable[tuple[str, list[Line]]]) -> Lot:
    """The lot of plain texts, each with its site; they are seen beside the others of their site."""
    config = Config()
    by_site: dict[str, list[Labelled]] = defaultdict(list)
    for number, (site, lines) in enumerate(texts):
        raw = read_plain("\n".join(line for line, _ in lines).encode(), id=f"{site}/{number}")
        one = labelled_by_lines(raw, lines, site, fold_of(site), config)
        if one is not None:
            by_site[site].append(one)
    return Lot.of(name, [row for _, group in sorted(by_site.items()) for row in rows(group, 1.0, config)])


def _long_texts(pages: Sequence[Page]) -> Iterator[tuple[str, list[Line]]]:
    drawn = random.Random(11)
    for site, group in sorted(_by_site(pages).items()):
        drawn.shuffle(group)
        start = 0
        for _ in range(_LONG_TEXTS):
            part = group[start : start + drawn.choice(PAGES)]
            start += len(part)
            blocks = [block for page in part for block in _blocks(page) if not block[1]]
            width, spaced = drawn.choice((0, 0, *WIDTHS)), drawn.random() < 0.6
            if len(blocks) >= _FEWEST:
                yield site, list(_laid_out(blocks, width, spaced=spaced))


def _wrapped(pages: Sequence[Page]) -> Iterator[tuple[str, list[Line]]]:
    drawn = random.Random(12)
    for site, group in sorted(_by_site(pages).items()):
        width, spaced = drawn.choice(WIDTHS), drawn.random() < 0.5
        if drawn.random() < _WRAPPED_SITES:
            for page in group[:_WRAPPED_PAGES]:
                yield site, list(_laid_out(_blocks(page), width, spaced=spaced))


def _blocks(page: Page) -> list[Line]:
    text = page.prepared.text
    pairs = zip(page.prepared.blocks, page.labels.tolist(), strict=True)
    return [(text[block.start : block.end], bool(chrome)) for block, chrome in pairs]


def _laid_out(blocks: Iterable[Line], width: int, *, spaced: bool) -> Iterator[Line]:
    for text, chrome in blocks:
        for line in text.split("\n"):
            parts = textwrap.wrap(line, width) if width and len(line) > width and " " in line else [line]
            yield from ((part, chrome) for part in parts)
        if spaced:
            yield "", chrome


@dataclass
class _Writer:
    """Writes a page as Markdown, in the manner of its site."""

    page: Page
    out: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    url: str | None = None
    _row: list[Line] = field(default_factory=list)
    _row_at: str = ""
    """XPath of the row that is being written."""
    _last: BlockKind | None = None

    def __post_init__(self) -> None:
        manner = random.Random(self.page.site)
        self._item, self._absolute = manner.choice("*-"), manner.random() < 0.6
        self._fronted, self._pictured = manner.random() < 0.3, manner.random() < 0.5
        self._drawn = random.Random(self.page.name)
        self._host = f"https://{re.sub(r'[^a-z0-9.-]', '', self.page.site.lower()) or 'site'}.example"

    def write(self) -> _Writer:
        """The page, written: `out` and `lines` are whole."""
        if self._fronted:
            self.url = f"{self._host}/page/{_digest(self.page.name)[:8]}"
            self.out += ["---", f"url: {self.url}", "---", ""]
        text = self.page.prepared.text
        for block, chrome in zip(self.page.prepared.blocks, self.page.labels.tolist(), strict=True):
            if block.kind is not BlockKind.CELL:
                self._end_row()
            _WRITE.get(block.kind, _Writer.paragraph)(
                self, block, text[block.start : block.end], bool(chrome)
            )
            self._last = block.kind
        self._end_row()
        return self

    def _put(self, line: str, *, chrome: bool, apart: bool = True) -> None:
        if apart:
            self.out.append("")
        self.out.append(line)
        self.lines.append((line, chrome))

    def paragraph(self, block: Block, text: str, chrome: bool) -> None:
        self._put(self._linked(block, text), chrome=chrome)

    def heading(self, block: Block, text: str, chrome: bool) -> None:
        path = block.markup.path if block.markup else ()
        found = next(filter(None, map(_HEADING.match, reversed(path))), None)
        self._put("#" * int(found[1] if found else 2) + " " + self._linked(block, text), chrome=chrome)

    def list_item(self, block: Block, text: str, chrome: bool) -> None:
        apart = self._last is not BlockKind.LIST_ITEM
        self._put(f"{self._item} {self._linked(block, text)}", chrome=chrome, apart=apart)

    def caption(self, block: Block, text: str, chrome: bool) -> None:
        if self._pictured:
            self._put(f"![{' '.join(text.split())[:40]}]({self._target(text)}.jpg)", chrome=chrome)
        self.paragraph(block, text, chrome)

    def code(self, _block: Block, text: str, chrome: bool) -> None:
        self.out += ["", "```"]
        for line in text.split("\n"):
            self._put(line, chrome=chrome, apart=False)
        self.out.append("```")

    def cell(self, block: Block, text: str, chrome: bool) -> None:
        row = _ROW.match(block.markup.xpath) if block.markup else None
        if self._row and (row is None or row[0] != self._row_at):
            self._end_row()
        self._row_at = row[0] if row else ""
        self._row.append((self._linked(block, text), chrome))

    def _end_row(self) -> None:
        if self._row:
            sums = [0, 0]
            for cell, chrome in self._row:
                sums[chrome] += len(cell)
            line = f"| {' | '.join(cell for cell, _ in self._row)} |"
            self._put(line, chrome=sums[1] > sums[0], apart=False)
            self._row = []

    def _linked(self, block: Block, text: str) -> str:
        """The text with its links: as much of it as markup says, where nobody knows which part."""
        one = " ".join(text.split())
        linked = block.linked
        if linked * 2 > len(text):
            return f"[{one}]({self._target(one)})"
        words = one.split(" ")
        if not linked or len(words) < _FEWEST:
            return one
        count = max(1, min(len(words) - 1, linked * len(words) // len(text)))
        start = self._drawn.randrange(len(words) - count + 1)
        said = " ".join(words[start : start + count])
        link = f"[{said}]({self._target(said)})"
        return " ".join([*words[:start], link, *words[start + count :]])

    def _target(self, text: str) -> str:
        """Where a link of this text leads: the same on every page of a site, as menus do."""
        digest = _digest(text)
        path = f"/{digest[:6]}" + (f"/{digest[6:10]}" if digest[0] < "8" else "")
        return (self._host if self._absolute else "") + path


_WRITE: Mapping[BlockKind, Callable[[_Writer, Block, str, bool], None]] = {
    BlockKind.HEADING: _Writer.heading,
    BlockKind.LIST_ITEM: _Writer.list_item,
    BlockKind.CAPTION: _Writer.caption,
    BlockKind.PREFORMATTED: _Writer.code,
    BlockKind.CELL: _Writer.cell,
}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
