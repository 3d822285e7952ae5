"""Documents -> blocks: lines of text files, blocks of Markdown, block elements of HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrubber.segmenting.text import MARKDOWN, segment_text

if TYPE_CHECKING:
    from scrubber.segmenting.html import LINEARISER_VERSION, linearise

__all__ = [
    "LINEARISER_VERSION",
    "MARKDOWN",
    "comparable",
    "heading_text",
    "linearise",
    "segment_text",
    "silent_links",
]


def comparable(text: str, media_type: str, url: str | None = None) -> str:
    """The text of a block in the form in which blocks are compared: see `markdown.comparable`.

    Only Markdown is changed. `url` is the address of the block's own page.
    """
    if media_type != MARKDOWN:
        return text
    from scrubber.segmenting.markdown import links

    return links.comparable(text, url)


def heading_text(source: str) -> str:
    """What a heading of Markdown says: see `markdown.links.heading_text`."""
    from scrubber.segmenting.markdown import links

    return links.heading_text(source)


def silent_links(source: str) -> list[tuple[int, int]]:
    """The links of a block of Markdown to an anchor that show no word: see `markdown.links.silent_links`."""
    from scrubber.segmenting.markdown import links

    return links.silent_links(source)


def __getattr__(name: str) -> Any:
    # Text files have no use for lxml.
    if name not in __all__:
        raise AttributeError(f"module 'scrubber.segmenting' has no attribute {name!r}")
    from scrubber.segmenting import html

    return getattr(html, name)
