"""HTML -> linear text and blocks that know where in the DOM they stood.

One pass over the tree without recursion. Inline text is collapsed as a browser does it
(CSS Text 3, section 4.1.1: space, tab, line feed, form feed, carriage return and nothing
else), block elements end a block, and white space between blocks says how far apart they are:
a tab between cells, a line feed between items, rows and lines, a blank line between paragraphs.

`LINEARISER_VERSION` counts up whenever the same tree would give another text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from scrubber.documents import Block, Markup
from scrubber.segmenting.elements import (
    GAPS,
    ITEMS,
    KINDS,
    LINE_GAP,
    LINES_OF_CODE,
    LISTS,
    NO_GAP,
    PARAGRAPH_GAP,
    PREFORMATTED,
    REPLACED,
    SEPARATORS,
    SKIPPED,
)
from scrubber.segmenting.places import Frame, path_of, xpath_of
from scrubber.segmenting.targets import FAR, HERE, NEAR, Targets

LINEARISER_VERSION = "2"

_WHITE = re.compile(r"[ \t\n\r\f]{2,}|[\t\n\r\f]")
_ESCAPED = re.compile(r"<[!/a-zA-Z][^<>]{0,2000}>?")
_SHADOW_ROOTS = ("shadowrootmode", "shadowroot")
_NO_LINKS = (0, 0, 0, 0, 0)
_INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]*")


def linearise(root: Any, url: str | None = None) -> tuple[str, tuple[Block, ...]]:
    """The linear text of a page, and its blocks in order.

    `root` is the ``lxml`` element of the whole page, `url` its address, which says where its links
    lead. Every block has `Markup`; between two
    blocks of the text there is white space only. Hidden elements are kept, and their label in
    ``Markup.path`` ends in ``:hidden``. The text in ``<noscript>`` is read as well, in blocks of its
    own, for it may be the page itself. Time and memory are linear in the size of the tree.
    """
    writer = _Writer(Targets(url))
    write, frame = writer.write, Frame.above_root()
    events = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in events:
        if event == "start":
            tag = element.tag
            frame = Frame(frame, element, tag)
            gap = GAPS.get(tag)
            if gap is not None:
                writer.enter_block(frame, gap)
            elif tag == "a" or tag in REPLACED:
                writer.enter_inline(frame)
            if tag in SKIPPED and not _enter_skipped(writer, frame):
                events.skip_subtree()
            elif text := element.text:
                write(frame, text)
        else:
            if event == "end":
                if frame.gap:
                    writer.end_block(frame, frame.gap)
                frame = frame.parent
            if (tail := element.tail) and element is not root:
                write(frame, tail)
    return writer.finish()


def _enter_skipped(writer: _Writer, frame: Frame) -> bool:
    """Whether an element that is passed over elsewhere is read here: ``<noscript>`` with text, a shadow root.

    Lazy images, tracking pixels and styles stand in ``<noscript>`` inside sentences: these do not end a block.
    """
    if frame.tag == "noscript" and _has_text(frame.element):
        writer.enter_block(frame, PARAGRAPH_GAP)
        return True
    return frame.tag == "template" and any(frame.element.get(name) for name in _SHADOW_ROOTS)


def _has_text(noscript: Any) -> bool:
    """Whether something is written in a ``<noscript>``, beside markup that its author escaped."""
    pieces = []
    events = etree.iterwalk(noscript, events=("start", "end", "comment", "pi"))
    for event, element in events:
        if event == "start":
            if element.tag in SKIPPED and element is not noscript:
                events.skip_subtree()
            elif element.text:
                pieces.append(element.text)
        elif element.tail and element is not noscript:
            pieces.append(element.tail)
    return _INVISIBLE.fullmatch(_ESCAPED.sub("", "".join(pieces))) is None


@dataclass(slots=True)
class _Draft:
    """A block whose text is written and whose place in the DOM is not yet spelt out."""

    start: int
    end: int
    links: tuple[int, int, int, int, int]
    """As `Markup` has them: linked characters, links here, near and far, and what for."""
    first: Frame
    """The element that holds the first character."""
    holder: Frame
    """The innermost element that holds all characters."""


class _Writer:
    """The text so far, and the block that is open."""

    __slots__ = (
        "_at_space",
        "_drafts",
        "_first",
        "_gap",
        "_holder",
        "_length",
        "_links",
        "_parts",
        "_pieces",
        "_targets",
        "_written",
    )

    def __init__(self, targets: Targets) -> None:
        self._targets = targets
        self._parts: list[str] = []
        self._written = 0
        self._drafts: list[_Draft] = []
        self._gap = NO_GAP
        self._pieces: list[str] = []
        self._length = 0
        self._links: list[tuple[int, int, Any]] = []
        self._at_space = True
        self._first: Frame | None = None
        self._holder: Frame | None = None

    def write(self, frame: Frame, text: str) -> None:
        """Add text that stands directly inside an element, the innermost one that is open."""
        if not frame.is_preformatted:
            if self._at_space:
                text = text.lstrip(" \t\n\r\f")
                if not text:
                    return
            # Most texts show by quick looks that there is nothing to collapse.
            if "\n" in text or "  " in text or "\t" in text or "\r" in text or "\f" in text:
                text = _WHITE.sub(" ", text)
            self._at_space = text[-1] == " "
        if frame is not self._holder and not text.isspace():
            self._narrow(frame)
        if frame.link is not None:
            self._links.append((self._length, self._length + len(text), frame.link))
        self._pieces.append(text)
        self._length += len(text)

    def finish(self) -> tuple[str, tuple[Block, ...]]:
        """The text and the blocks, once all elements have been left."""
        self._flush()
        paths: dict[tuple[str, ...], tuple[str, ...]] = {}  # equal ones are kept once
        blocks = []
        for draft in self._drafts:
            holder = draft.holder
            path = path_of(holder)
            markup = Markup(
                xpath_of(draft.first),
                paths.setdefault(path, path),
                *draft.links,
                holder.hiding,
                holder.declared,
            )
            blocks.append(Block(draft.start, draft.end, draft.first.kind, markup))
        return "".join(self._parts), tuple(blocks)

    def enter_inline(self, frame: Frame) -> None:
        """Note what an inline element changes: a link, or something that takes up room."""
        if frame.tag == "a":
            if frame.element.get("href") is not None:
                frame.link = frame.element
        else:
            self.write(frame, " ")

    def enter_block(self, frame: Frame, gap: int) -> None:
        """End the open block at a block element, and say of what kind the next one is."""
        tag = frame.tag
        if tag == "br":
            self._break_line(frame)
            return
        if frame.is_item and tag in LISTS:
            gap = LINE_GAP
        self.end_block(frame, gap)
        if tag == "hr":
            return
        frame.gap = gap
        if not (frame.is_preformatted and tag in LINES_OF_CODE):
            frame.kind = KINDS[tag]
            frame.is_preformatted = tag in PREFORMATTED
        if tag in ITEMS:
            frame.is_item = True

    def _break_line(self, frame: Frame) -> None:
        """``<br>`` ends a line; a second one makes the blank line that authors use it for."""
        if frame.is_preformatted:
            self._pieces.append("\n")
            self._length += 1
        elif self._first is None and self._gap == LINE_GAP:
            self.end_block(frame, PARAGRAPH_GAP)
        else:
            self.end_block(frame, LINE_GAP)

    def end_block(self, frame: Frame, gap: int) -> None:
        """End the open block: the next one stands apart by `gap` at least."""
        if frame.is_preformatted and frame.tag in LINES_OF_CODE:
            if self._pieces and not self._pieces[-1].endswith("\n"):
                self._pieces.append("\n")
                self._length += 1
            return
        if self._pieces:
            self._flush()
        self._gap = max(self._gap, gap)

    def _narrow(self, frame: Frame) -> None:
        """Keep the innermost element that holds all of the open block."""
        holder = self._holder
        if holder is None:
            self._first = self._holder = frame
            return
        while holder is not frame:
            if holder.depth >= frame.depth:
                holder = holder.parent
            else:
                frame = frame.parent
        self._holder = holder

    def _flush(self) -> None:
        """Write the open block, unless nothing of it can be seen."""
        first, holder = self._first, self._holder
        if first is not None and holder is not None:
            text = "".join(self._pieces)
            body = text.strip()
            if body[:1].isalnum() or not _INVISIBLE.fullmatch(body):
                self._add(text, body, first, holder)
            self._first = self._holder = None
        self._pieces.clear()
        self._links.clear()
        self._length = 0
        self._at_space = True

    def _add(self, text: str, body: str, first: Frame, holder: Frame) -> None:
        """Add a block: `body` is `text` without the white space at its ends."""
        lead = text.index(body[0])
        separator = SEPARATORS[self._gap] if self._drafts else ""
        if first.is_preformatted:
            # The indentation of the first line means something: it stays before the block.
            separator += text[text.rfind("\n", 0, lead) + 1 : lead]
        start = self._written + len(separator)
        end = self._written = start + len(body)
        links = self._links_in(lead, lead + len(body)) if self._links else _NO_LINKS
        self._parts += (separator, body)
        self._drafts.append(_Draft(start, end, links, first, holder))
        self._gap = NO_GAP

    def _links_in(self, lead: int, end: int) -> tuple[int, int, int, int, int]:
        """The links that show something between two places of the open block."""
        linked = most = 0
        ways = [0, 0, 0]
        last = None
        for at, stop, link in self._links:
            shown = min(stop, end) - max(at, lead)
            if shown <= 0:
                continue
            linked += shown
            if link is not last:
                last = link
                way, purpose = self._targets.of(link)
                ways[way] += 1
                most = max(most, purpose)
        return linked, ways[HERE], ways[NEAR], ways[FAR], most
