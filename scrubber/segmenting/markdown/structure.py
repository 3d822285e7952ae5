"""Lines of a Markdown text -> its leaves: headings, paragraphs, code, HTML and rules, in lists and quotes.

The block rules are markdown-it-py's (CommonMark 0.31). Two of them are left out. *Reference*
definitions and *tables* are told from the lines of paragraphs afterwards (`paragraphs`): crawlers
write rows that begin like list items, and links that run from row to row.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from scrubber.documents import BlockKind

if TYPE_CHECKING:
    from markdown_it.token import Token

_LONGEST_HEAD: Final = 4000
_LONGEST_TAIL: Final = 1000
"""Characters of a line, from its beginning and before its end, that the block rules are shown."""
_ALERT = re.compile(r"[ \t>]*\[!(\w+)\]")
_MARKED = re.compile(r"(?P<indent>[ \t]*)(?:(?:!!!|\?\?\?\+?)[ \t]*[\w-]+|===[!+]?[ \t]+\")")
_CONTAINER = re.compile(r"[ \t]*(?P<fence>:{3,})[ \t]*(?:\{\s*\.?)?(?P<name>[\w-]*)")
_NAMES: Final = frozenset(
    """
    note notes info information tip hint important warning warn caution danger error attention example success
    question abstract summary details seealso todo bug quote failure admonition callout aside
    """.split()  # noqa: SIM905
)
_LINES_OF_A_NOTE: Final = 80
"""Lines between the fences of an admonition. What is longer is a part of the page that some converter fenced in."""
_MARKER = re.compile(r"[*+-]|\d{1,9}[.)]")
_LINK = re.compile(r"\]\((?:https?://|/|#)|^\s*(?:[*+-]|\d{1,9}[.)])\s+\S", re.MULTILINE)


@dataclass(slots=True)
class Leaf:
    """Lines ``first`` up to and without ``stop`` that belong together."""

    first: int
    stop: int
    kind: BlockKind
    level: int = 0
    is_setext: bool = False


APART: Final = frozenset(
    (BlockKind.PREFORMATTED, BlockKind.HTML, BlockKind.FRONT_MATTER, BlockKind.ADMONITION, BlockKind.RULE)
)
"""Kinds whose lines are never parted, and hold no paragraphs."""


@lru_cache(maxsize=1)
def _parser() -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").disable("reference")


def find_leaves(lines: Sequence[str], front_matter: int = 0) -> list[Leaf]:
    """The leaves of a text, in order; every line that is not blank belongs to exactly one.

    `front_matter` is how many lines of it stand at the head.
    """
    # Structure shows at both ends of a line; a line may be as long as the file.
    shown = [
        line
        if len(line) <= _LONGEST_HEAD + _LONGEST_TAIL
        else f"{line[:_LONGEST_HEAD]} {line[-_LONGEST_TAIL:]}"
        for line in lines
    ]
    shown[:front_matter] = [""] * front_matter
    tokens: list[Token] = []
    parser = _parser()
    parser.block.parse("\n".join(shown), parser, {}, tokens)
    leaves = [Leaf(0, front_matter, BlockKind.FRONT_MATTER)] if front_matter else []
    leaves += _read(tokens, lines)
    leaves = _complete(leaves, lines)
    notes = [*_alerts(tokens, lines), *_notes(leaves, lines)]
    if not notes:
        return leaves
    return merged(_parted(leaves, {line for note in notes for line in note}), notes, BlockKind.ADMONITION)


def _read(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[Leaf]:
    depth = dict.fromkeys(("blockquote", "list"), 0)
    waiting: list[Token] = []  # list items of which no leaf has come yet
    for token in tokens:
        if token.type == "list_item_open":
            waiting.append(token)
        elif token.type == "list_item_close":
            if waiting:
                first, _ = waiting.pop().map or (0, 0)
                yield Leaf(first, first + 1, BlockKind.LIST_ITEM, depth["list"])
        elif container := _CONTAINERS.get(token.type.rpartition("_")[0]):
            depth[container] += token.nesting
        elif token.type in _LEAVES:
            leaf = _leaf(token, lines, in_quote=depth["blockquote"] > 0)
            if waiting and leaf.kind in (BlockKind.PARAGRAPH, BlockKind.QUOTE):
                leaf.kind, leaf.level = BlockKind.LIST_ITEM, depth["list"]
            waiting.clear()
            yield leaf


_CONTAINERS: Final = {"blockquote": "blockquote", "bullet_list": "list", "ordered_list": "list"}
_LEAVES: Final = {
    "paragraph_open": BlockKind.PARAGRAPH,
    "heading_open": BlockKind.HEADING,
    "fence": BlockKind.PREFORMATTED,
    "code_block": BlockKind.PREFORMATTED,
    "html_block": BlockKind.HTML,
    "hr": BlockKind.RULE,
}


def _leaf(token: Token, lines: Sequence[str], *, in_quote: bool) -> Leaf:
    first, stop = token.map or (0, 0)
    while stop - 1 > first and not lines[stop - 1].strip():
        stop -= 1
    kind = _LEAVES[token.type]
    if token.type == "paragraph_open" and in_quote:
        kind = BlockKind.QUOTE
    elif token.type == "code_block" and _LINK.search("\n".join(lines[first:stop])):
        # A list that lost its beginning (a chunk of a page), not code.
        kind = BlockKind.PARAGRAPH
    level = int(token.tag[1]) if token.type == "heading_open" else 0
    return Leaf(first, stop, kind, level, token.markup in ("=", "-") and level > 0)


def _complete(leaves: Sequence[Leaf], lines: Sequence[str]) -> list[Leaf]:
    """The leaves in order, with those lines that the rules left over.

    A quote's empty line (``>``) goes with the leaf above it, all others stand alone.
    """
    found: list[Leaf] = []
    at = 0
    for leaf in [*leaves, Leaf(len(lines), len(lines), BlockKind.PARAGRAPH)]:
        for number in range(at, leaf.first):
            line = lines[number]
            if not line.strip():
                continue
            is_quote = line.lstrip().startswith(">")
            if is_quote and found and found[-1].stop == number:
                found[-1].stop += 1
            else:
                found.append(Leaf(number, number + 1, _kind_of_rest(line)))
        first = max(leaf.first, at)
        if leaf.stop > first:
            leaf.first = first
            found.append(leaf)
        at = max(at, leaf.stop)
    return found


def _kind_of_rest(line: str) -> BlockKind:
    bare = line.strip()
    if bare.startswith(">"):
        return BlockKind.QUOTE
    return BlockKind.LIST_ITEM if _MARKER.fullmatch(bare) else BlockKind.PARAGRAPH


def _parted(leaves: Sequence[Leaf], lines: Collection[int]) -> list[Leaf]:
    """The leaves, where those that may be parted are, before each of some lines."""
    found: list[Leaf] = []
    for leaf in leaves:
        if leaf.kind not in APART:
            for line in range(leaf.first + 1, leaf.stop):
                if line in lines:
                    found.append(replace(leaf, stop=line, is_setext=False))
                    leaf = replace(leaf, first=line)  # noqa: PLW2901 - what is left of it
        found.append(leaf)
    return found


def _alerts(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Quotes that are alerts: ``> [!NOTE]``."""
    for token in tokens:
        if token.type == "blockquote_open" and token.map is not None:
            first, stop = token.map
            alert = _ALERT.match(lines[first])
            if alert and alert[1].lower() in _NAMES:
                yield first, stop


def _notes(leaves: Sequence[Leaf], lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Admonitions: ``!!! note`` with what is indented below it, ``:::note`` with what stands before ``:::``.

    Tabs (``=== "Linux"``) are written like the first, and are one block each as well.
    """
    opened: list[tuple[int, int, bool]] = []  # line, length of the fence, whether it is an admonition
    done = 0
    for leaf in leaves:
        if leaf.kind in APART or leaf.first < done:
            continue
        for number in range(leaf.first, leaf.stop):
            marked = _MARKED.match(lines[number])
            if marked:
                done = _indented_below(lines, number, len(marked["indent"].expandtabs(4)))
                yield number, done
                break
            container = _CONTAINER.match(lines[number])
            if container is None:
                continue
            fence = len(container["fence"])
            if container["name"]:
                opened.append((number, fence, container["name"].lower() in _NAMES))
                continue
            while opened and opened[-1][1] > fence:
                opened.pop()
            if opened:
                first, _, is_note = opened.pop()
                if is_note and number - first <= _LINES_OF_A_NOTE:
                    yield first, number + 1


def _indented_below(lines: Sequence[str], first: int, indent: int) -> int:
    """The line behind those that are indented further than an admonition's first."""
    stop = number = first + 1
    while number < len(lines):
        line = lines[number].expandtabs(4)
        if line.strip():
            if len(line) - len(line.lstrip(" ")) < indent + 2:
                break
            stop = number + 1
        number += 1
    return stop


def merged(
    leaves: Sequence[Leaf], ranges: Sequence[tuple[int, int]], kind: BlockKind | None = None
) -> list[Leaf]:
    """The leaves, where those that one range of lines touches are one.

    It has `kind`, or the kind of its first leaf. Ranges that overlap count as one.
    """
    found: list[Leaf] = []
    waiting = sorted(ranges, reverse=True)
    reach = -1
    for leaf in leaves:
        touched = leaf.first < reach
        while waiting and waiting[-1][0] < leaf.stop:
            stop = waiting.pop()[1]
            if stop > leaf.first:
                reach = max(reach, stop)
                if not touched and kind is not None:
                    leaf.kind, leaf.level = kind, 0
        if touched and found:
            found[-1].stop = leaf.stop
        else:
            found.append(leaf)
    return found
