"""Markdown -> blocks: front matter, headings, paragraphs, items, rows, quotes, code, notes, links.

What is one block, so that it stays or goes whole:

- the front matter; a fenced or indented stretch of code, fences and all; a block of HTML;
- an admonition, with its marker and what it holds;
- a heading, with its underline or its closing signs;
- a row of a table (the header with the line of dashes below it), whatever runs over its end;
- a list item's paragraph, without the items nested in it;
- a line, or the lines of a wrapped paragraph (`paragraphs` has the rule);
- every line that one link runs over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from scrubber.documents import Block, BlockKind
from scrubber.front_matter import front_matter_end
from scrubber.segmenting.markdown.links import (
    Inline,
    comparable,
    guess_page,
    label_of,
    links_of,
    may_link,
    read_inline,
    spanning_links,
)
from scrubber.segmenting.markdown.paragraphs import DEFINITION, PARTED, part, with_tables, wrap_column
from scrubber.segmenting.markdown.structure import APART, Leaf, find_leaves, merged
from scrubber.segmenting.targets import Page

__all__ = ["comparable", "segment_markdown"]

_WITHOUT_LINKS: Final = APART - {BlockKind.ADMONITION} | {BlockKind.REFERENCE}


def segment_markdown(text: str, url: str | None = None) -> tuple[Block, ...]:
    """The blocks of a Markdown text, in order. Every character that is not white space is in one of them.

    Only a line feed ends a line: an earlier layer has normalised the others. `url` is the page's own
    address, as far as it is known: links that lead there lead into the page. Time is linear in the
    length of the text. Text in any other format is read too, as paragraphs for the most part.
    """
    lines = text.split("\n")
    head = text.count("\n", 0, front_matter_end(text))
    leaves = _leaves(lines, head + 1 if front_matter_end(text) else 0)
    starts = _starts(lines)
    spans = [(leaf, *_span(text, starts[leaf.first], starts[leaf.stop] - 1)) for leaf in leaves]
    spans = [one for one in spans if one[1] < one[2]]
    references = _references(leaves, lines)
    found = [
        read_inline(text[start:end], references)
        if leaf.kind not in _WITHOUT_LINKS and may_link(text[start:end])
        else None
        for leaf, start, end in spans
    ]
    page = Page.at(url) if url else guess_page([one for one in found if one is not None])
    return tuple(
        _block(leaf, start, end, inline, page)
        for (leaf, start, end), inline in zip(spans, found, strict=True)
    )


def _leaves(lines: Sequence[str], front_matter: int) -> list[Leaf]:
    leaves = find_leaves(lines, front_matter)
    width = wrap_column(leaves, lines)
    parted: list[Leaf] = []
    for leaf in leaves:
        if leaf.kind in PARTED or leaf.is_setext:
            parted += part(leaf, lines, width)
        else:
            parted.append(leaf)
    apart = [False] * len(lines)
    for leaf in parted:
        if leaf.kind in APART:
            apart[leaf.first : leaf.stop] = [True] * (leaf.stop - leaf.first)
    spans = sorted(spanning_links(lines, apart))
    linked: set[int] = set()
    reach = 0
    for first, last in spans:
        linked.update(range(max(first, reach), last))
        reach = max(reach, last)
    return with_tables(merged(parted, [(first, last + 1) for first, last in spans]), lines, linked)


def _starts(lines: Sequence[str]) -> list[int]:
    """Where each line begins, and behind the last where one more would."""
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _span(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the white space at its ends."""
    inside = text[start:end]
    body = inside.lstrip()
    start += len(inside) - len(body)
    return start, start + len(body.rstrip())


def _references(leaves: Sequence[Leaf], lines: Sequence[str]) -> dict[str, str]:
    """The targets of reference links, by label: the first definition holds (CommonMark 4.7)."""
    found: dict[str, str] = {}
    for leaf in leaves:
        if leaf.kind is BlockKind.REFERENCE and (defined := DEFINITION.match(lines[leaf.first])):
            found.setdefault(label_of(defined["label"]), defined["target"])
    return found


def _block(leaf: Leaf, start: int, end: int, inline: Inline | None, page: Page) -> Block:
    kind = leaf.kind
    if inline is None:
        return Block(start, end, kind, level=leaf.level)
    if kind is BlockKind.PARAGRAPH and inline.images and inline.letters == inline.described:
        kind = BlockKind.IMAGE
    return Block(start, end, kind, None, links_of(inline, page), leaf.level)
