"""Text files: every line that is not blank is a block."""

from __future__ import annotations

import re
from collections.abc import Callable

from scrubber.documents import Block, BlockKind
from scrubber.lang.punctuation import BULLETS, BULLETS_WITH_SPACE, any_of

_BULLET = re.compile(
    rf"(?:{any_of(BULLETS, BULLETS_WITH_SPACE)}|\d{{1,3}}[.)])[ \t\u00a0\u3000]|{any_of(BULLETS)}"
)
"""What a list item begins with. A dash, a star or a number needs a space after it."""

_HEADING = re.compile(r"#{1,6}[ \t]+[^#\s]")
_FENCE = re.compile(r"`{3,}|~{3,}")


def segment_text(text: str, media_type: str = "text/plain") -> tuple[Block, ...]:
    """The blocks of a text: its lines without the white space around them.

    Only a line feed ends a line: an earlier layer has normalised the others. With
    ``text/markdown``, ``# …`` is a heading, and front matter and what stands between fences are
    preformatted.
    Time is linear in the length of the text.
    """
    kind_of = _markdown_kinds() if media_type == "text/markdown" else _line_kind
    blocks: list[Block] = []
    at = 0
    while at < len(text):
        stop = text.find("\n", at)
        if stop < 0:
            stop = len(text)
        line = text[at:stop]
        body = line.lstrip()
        if body:
            start = at + len(line) - len(body)
            body = body.rstrip()
            blocks.append(Block(start, start + len(body), kind_of(body)))
        at = stop + 1
    return tuple(blocks)


def _line_kind(line: str) -> BlockKind:
    return BlockKind.LIST_ITEM if _BULLET.match(line) else BlockKind.LINE


def _markdown_kinds() -> Callable[[str], BlockKind]:
    """What a line of markdown is, told from the lines it has been asked about before."""
    fence = ""
    first, in_head = True, False

    def kind_of(line: str) -> BlockKind:
        nonlocal fence, first, in_head
        opens, first = first and line == "---", False
        if opens or in_head:  # front matter, up to the next rule
            in_head = opens or line not in ("---", "...")
            return BlockKind.PREFORMATTED
        mark = _FENCE.match(line)
        if fence:
            # Only a bare fence of the same sign, at least as long, closes (CommonMark 4.5).
            if mark and mark[0].startswith(fence) and mark.end() == len(line):
                fence = ""
            return BlockKind.PREFORMATTED
        if mark:
            fence = mark[0]
            return BlockKind.PREFORMATTED
        return BlockKind.HEADING if _HEADING.match(line) else _line_kind(line)

    return kind_of
