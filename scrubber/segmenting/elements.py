"""What the lineariser knows of HTML elements: which are skipped, which end a block, and how."""

from __future__ import annotations

from typing import Final

from scrubber.documents import BlockKind

NO_GAP: Final = 0
CELL_GAP: Final = 1
LINE_GAP: Final = 2
PARAGRAPH_GAP: Final = 3

SEPARATORS = ("", "\t", "\n", "\n\n")
"""What stands between two blocks, by gap: the widest that was crossed between them wins."""

SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "svg",
        "iframe",
        "object",
        "audio",
        "video",
        "canvas",
        "select",
        "datalist",
        "embed",
        "applet",
        "noembed",
        "noframes",
        "annotation",
        "annotation-xml",
    ]
)
"""Elements whose content is not shown as text of the page; of ``noscript`` and ``template`` `html` reads some."""

REPLACED = frozenset(["iframe", "object", "audio", "video", "canvas", "select", "embed", "applet"])
"""Skipped elements that take up room on the page: the words beside them stay apart."""

PREFORMATTED = frozenset(["pre", "textarea", "listing", "xmp", "plaintext"])

LINES_OF_CODE = frozenset(["div", "ol", "ul", "li"])
"""Block elements that are lines inside ``<pre>``; any other block element ends it.

A `</pre>` that the author forgot must not turn the rest of the page into one block.
"""

ITEMS = frozenset(["li", "dt", "dd"])
LISTS = frozenset(["ul", "ol", "dl", "menu", "dir"])

_PARAGRAPHS = """
    html body frameset p div section article main nav aside header footer hgroup search center
    h1 h2 h3 h4 h5 h6 ul ol dl menu dir table caption blockquote form fieldset figure figcaption
    address details dialog pre textarea listing xmp plaintext title marquee
    """
_LINES = "li dt dd tr thead tbody tfoot br hr option optgroup button legend summary"

GAPS: dict[str, int] = {
    **dict.fromkeys(_PARAGRAPHS.split(), PARAGRAPH_GAP),
    **dict.fromkeys(_LINES.split(), LINE_GAP),
    "td": CELL_GAP,
    "th": CELL_GAP,
}
"""Block elements, and the gap that stands before and after them."""

KINDS: dict[str, BlockKind] = {
    **dict.fromkeys(GAPS, BlockKind.PARAGRAPH),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), BlockKind.HEADING),
    **dict.fromkeys(ITEMS, BlockKind.LIST_ITEM),
    **dict.fromkeys(("td", "th"), BlockKind.CELL),
    **dict.fromkeys(("figcaption", "caption"), BlockKind.CAPTION),
    **dict.fromkeys(PREFORMATTED, BlockKind.PREFORMATTED),
    "noscript": BlockKind.PARAGRAPH,
}
del KINDS["br"], KINDS["hr"]
