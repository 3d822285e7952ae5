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

LINEARISER_VERSION = "1"

_WHITE = re.compile(r"[ \t\n\r\f]{2,}|[\t\n\r\f]")
_INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]*")


def linearise(root: Any) -> tuple[str, tuple[Block, ...]]:
    """The linear text of a page, and its blocks in order.

    `root` is the ``lxml`` element of the whole page. Every block has `Markup`; between two
    blocks of the text there is white space only. Hidden elements are kept, and their label in
    ``Markup.path`` ends in ``:hidden``. Of a page that shows nothing without its scripts, the
    text in ``<noscript>`` is taken. Time and memory are linear in the size of the tree.
    """
    text, blocks = _walk(root, SKIPPED)
    return (text, blocks) if blocks else _walk(root, SKIPPED - {"noscript"})


def _walk(root: Any, skipped: frozenset[str]) -> tuple[str, tuple[Block, ...]]:
    writer = _Writer()
    write = writer.write
    events = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in events:
        if event == "start":
            tag = element.tag
            writer.enter(element, tag)
            if tag in skipped:
                events.skip_subtree()
            elif text := element.text:
                write(text)
        else:
            if event == "end":
                writer.leave()
            if (tail := element.tail) and element is not root:
                write(tail)
    return writer.finish()


@dataclass(slots=True)
class _Draft:
    """A block whose text is written and whose place in the DOM is not yet spelt out."""

    start: int
    end: int
    linked: int
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
        "_stack",
        "_written",
    )

    def __init__(self) -> None:
        self._stack = [Frame.above_root()]
        self._parts: list[str] = []
        self._written = 0
        self._drafts: list[_Draft] = []
        self._gap = NO_GAP
        self._pieces: list[str] = []
        self._length = 0
        self._links: list[tuple[int, int]] = []
        self._at_space = True
        self._first: Frame | None = None
        self._holder: Frame | None = None

    def enter(self, element: Any, tag: str) -> None:
        """Step down into an element."""
        frame = Frame(self._stack[-1], element, tag)
        self._stack.append(frame)
        gap = GAPS.get(tag)
        if gap is not None:
            self._enter_block(frame, tag, gap)
        elif tag == "a":
            frame.is_link = frame.is_link or element.get("href") is not None
        elif tag in REPLACED:
            self.write(" ")

    def leave(self) -> None:
        """Step up out of the element that was entered last."""
        frame = self._stack.pop()
        if frame.gap:
            self._end_block(frame, frame.gap)

    def write(self, text: str) -> None:
        """Add text that stands directly inside the innermost open element."""
        frame = self._stack[-1]
        if not frame.is_preformatted:
            if self._at_space:
                text = text.lstrip(" \t\n\r\f")
                if not text:
                    return
            text = _WHITE.sub(" ", text)
            self._at_space = text[-1] == " "
        if frame is not self._holder and not text.isspace():
            self._narrow(frame)
        if frame.is_link:
            self._links.append((self._length, self._length + len(text)))
        self._pieces.append(text)
        self._length += len(text)

    def finish(self) -> tuple[str, tuple[Block, ...]]:
        """The text and the blocks, once all elements have been left."""
        self._flush()
        blocks = tuple(
            Block(d.start, d.end, d.first.kind, Markup(xpath_of(d.first), path_of(d.holder), d.linked))
            for d in self._drafts
        )
        return "".join(self._parts), blocks

    def _enter_block(self, frame: Frame, tag: str, gap: int) -> None:
        """End the open block, and say of what kind the next one is."""
        if tag == "br":
            self._break_line(frame)
            return
        if frame.is_item and tag in LISTS:
            gap = LINE_GAP
        self._end_block(frame, gap)
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
            self._end_block(frame, PARAGRAPH_GAP)
        else:
            self._end_block(frame, LINE_GAP)

    def _end_block(self, frame: Frame, gap: int) -> None:
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
        stack = self._stack
        while holder.depth >= len(stack) or stack[holder.depth] is not holder:
            holder = holder.parent
        self._holder = holder

    def _flush(self) -> None:
        """Write the open block, unless nothing of it can be seen."""
        first, holder = self._first, self._holder
        if first is not None and holder is not None:
            text = "".join(self._pieces)
            body = text.strip()
            if not _INVISIBLE.fullmatch(body):
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
        linked = 0
        for at, stop in self._links:
            linked += max(0, min(stop, lead + len(body)) - max(at, lead))
        self._parts += (separator, body)
        self._drafts.append(_Draft(start, end, linked, first, holder))
        self._gap = NO_GAP
