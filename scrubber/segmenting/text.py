"""Plain text: every line that is not blank is a block."""

from __future__ import annotations

import re

from scrubber.documents import Block, BlockKind
from scrubber.front_matter import read_front_matter
from scrubber.lang.punctuation import BULLETS, BULLETS_WITH_SPACE, any_of

MARKDOWN = "text/markdown"

_BULLET = re.compile(
    rf"(?:{any_of(BULLETS, BULLETS_WITH_SPACE)}|\d{{1,3}}[.)])[ \t\u00a0\u3000]|{any_of(BULLETS)}"
)
"""What a list item begins with. A dash, a star or a number needs a space after it."""


def segment_text(text: str, media_type: str = "text/plain", url: str | None = None) -> tuple[Block, ...]:
    """The blocks of a text: its lines without the white space around them.

    Only a line feed ends a line: an earlier layer has normalised the others. Front matter is one
    block. ``text/markdown`` is left to `segment_markdown`; `url` is the page's own address.
    Time is linear in the length of the text.
    """
    if media_type == MARKDOWN:
        # Plain text has no use for a parser of Markdown.
        from scrubber.segmenting.markdown import segment_markdown

        return segment_markdown(text, url)
    blocks: list[Block] = []
    at = 0
    head = read_front_matter(text)
    if head is not None and head.is_telling:
        at = head.end
        start = at - len(text[:at].lstrip())
        blocks.append(Block(start, len(text[:at].rstrip()), BlockKind.FRONT_MATTER))
    while at < len(text):
        stop = text.find("\n", at)
        if stop < 0:
            stop = len(text)
        line = text[at:stop]
        body = line.lstrip()
        if body:
            start = at + len(line) - len(body)
            body = body.rstrip()
            blocks.append(Block(start, start + len(body), _line_kind(body)))
        at = stop + 1
    return tuple(blocks)


def _line_kind(line: str) -> BlockKind:
    return BlockKind.LIST_ITEM if _BULLET.match(line) else BlockKind.LINE
