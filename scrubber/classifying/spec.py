"""What the classifier looks at: every feature's name, its bins, and how it reads in words.

A feature is an integer cut into bins; each bin has an integer weight in the model. The list is
declared once, here: the order of `TEXT` and `MARKUP` is the order of the columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Feature:
    """One column: values below ``edges[0]`` are bin 0, from ``edges[-1]`` on the last bin."""

    name: str
    edges: tuple[int, ...]
    words: str
    """What a reader is told; ``{}`` stands for the bin's range, ``{}%`` for permille as percent."""
    classes: tuple[str, ...] = ()
    """Where the bins are classes: their names."""

    def __hash__(self) -> int:
        return hash(self.name)  # asked for thousands of times a page

    @property
    def bins(self) -> int:
        """How many bins the edges make."""
        return len(self.edges) + 1

    def describe(self, bin: int) -> str:
        """The feature in words, for one of its bins."""
        if self.classes:
            return self.words.replace("{}", self.classes[bin])
        if "{}" not in self.words:
            return self.words if bin else f"not: {self.words}"
        percent = "{}%" in self.words
        low = self.edges[bin - 1] if bin else 0
        high = self.edges[bin] - 1 if bin < len(self.edges) else None
        if percent:
            low, high = low // 10, high // 10 if high is not None else None
        sign = "%" if percent else ""
        if high is None:
            reach = "100%" if percent and low >= 100 else f"{low}{sign} or more"
        elif low >= high:
            reach = f"{high}{sign}"
        else:
            reach = f"{low}{sign} to {high}{sign}"
        return self.words.replace("{}%", reach).replace("{}", reach)


def _codes(count: int) -> tuple[int, ...]:
    return tuple(range(1, count))


LENGTH: Final = (4, 9, 16, 26, 41, 61, 91, 131, 201, 351, 601)
RATIO: Final = (1, 150, 300, 500, 700, 900)
DENSITY: Final = (1, 200, 400, 600, 800, 1000)
DISTANCE: Final = (1, 2, 3, 5, 8, 15, 30, 1000)
SHARE: Final = (1, 30, 100, 300, 600, 850, 970, 1000)

ENDINGS: Final = (
    "nothing",
    "a sentence end",
    "a colon",
    "an ellipsis",
    "an arrow",
    "a comma or dash",
    "a digit",
)
BEGINNINGS: Final = (
    "another sign",
    "a small letter",
    "a capital",
    "a digit",
    "a bullet",
    "a quotation mark",
    "a bracket",
)
KINDS: Final = ("line", "paragraph", "heading", "list_item", "cell", "preformatted", "caption")

OWN: Final = (
    Feature("length", LENGTH, "is {} characters long"),
    Feature("ending", _codes(len(ENDINGS)), "ends in {}", ENDINGS),
    Feature("beginning", _codes(len(BEGINNINGS)), "begins with {}", BEGINNINGS),
    Feature("commas", (1, 2, 4, 8), "has {} commas"),
    Feature("sentences", (1, 2, 3, 5), "has {} sentence ends inside"),
    Feature("digits", (1, 50, 150, 300, 600), "is {}% digits"),
    Feature("capitals", (1, 200, 400, 600, 800, 1000), "has {}% capitalised words"),
    Feature("shouting", (1,), "is in capitals only"),
    Feature("separators", (1, 2, 4), "has {} separators such as | or »"),
    Feature("legal", (1,), "holds a copyright sign"),
    Feature("address", (1,), "holds a web or mail address"),
    Feature("kind", _codes(len(KINDS)), "is a block of kind {}", KINDS),
    Feature("copies", (2, 3, 5), "stands {} times in this document"),
    Feature("dated", (1,), "holds a date or time"),
)
EVIDENCE: Final = (
    Feature("ratio short", RATIO, "a short line; stands in {}% of the site's other pages"),
    Feature("ratio middling", RATIO, "a middling line; stands in {}% of the site's other pages"),
    Feature("ratio long", RATIO, "a long block; stands in {}% of the site's other pages"),
    Feature("support", (1, 2, 3, 5, 9), "stands in {} other pages of the site"),
    Feature("near ratio", RATIO, "something nearly the same stands in {}% of the other pages"),
    Feature("near gain", (1, 300, 600), "MinHash adds {}% to its exact support"),
    Feature("pair before", RATIO, "follows the same block in {}% of the other pages"),
    Feature("pair after", RATIO, "is followed by the same block in {}% of the other pages"),
    Feature("elsewhere", (2, 3, 5, 8), "stands on {} other sites"),
    Feature("others", (1, 2, 3, 5, 9, 20), "the site has {} other pages"),
)
CONTEXT: Final = (
    *(
        Feature(f"{what} {where}", edges, f"{words} {whither}", ENDINGS if what == "ending" else ())
        for what, edges, words in (
            ("length", (16, 41, 91, 201), "a block of {} characters"),
            ("ending", _codes(len(ENDINGS)), "a block that ends in {}"),
            ("near ratio", (1, 300, 700), "a block found in {}% of other pages"),
        )
        for where, whither in (
            ("-2", "two before"),
            ("-1", "right before"),
            ("+1", "right behind"),
            ("+2", "two behind"),
        )
    ),
    *(
        Feature(f"{what} {side} {width}", DENSITY, f"{words} in the {width} blocks {side}")
        for what, words in (
            ("chrome", "{}% repeat on other pages"),
            ("prose", "{}% is fresh prose"),
        )
        for side in ("before", "behind")
        for width in (3, 8)
    ),
    Feature("prose so far", SHARE, "{}% of the page's fresh prose stands before it"),
    Feature("prose to come", SHARE, "{}% of the page's fresh prose stands behind it"),
    Feature("since prose", DISTANCE, "the last fresh prose is {} blocks back"),
    Feature("until prose", DISTANCE, "the next fresh prose is {} blocks ahead"),
    Feature("since chrome", DISTANCE, "the last repeated block is {} blocks back"),
    Feature("until chrome", DISTANCE, "the next repeated block is {} blocks ahead"),
    Feature("from start", DISTANCE[:-1], "{} blocks from the start"),
    Feature("from end", DISTANCE[:-1], "{} blocks from the end"),
    Feature("body", (1, 2, 3, 5, 9), "{} blocks outside the densest stretch of prose"),
    Feature("page prose", (200, 600, 1500, 4000), "the page has {} characters of fresh prose"),
    Feature("page chrome", (1, 200, 400, 600, 800), "{}% of the page's blocks repeat on other pages"),
)
PLAIN: Final = (
    Feature("page share", (100, 250, 400, 550, 700, 800, 900, 970), "{}% of the page's text is fresh prose"),
    Feature("since comments", DISTANCE, "a line that announces comments is {} blocks back"),
    Feature("until comments", DISTANCE, "a line that announces comments is {} blocks ahead"),
    *(
        Feature(
            f"talk {side} {width}", (1, 130, 260, 400, 600), f"{{}}% of the {width} blocks {side} {words}"
        )
        for words in ("are marks of a thread: a reply link, a time",)
        for width in (3, 8)
        for side in ("before", "behind")
    ),
    Feature("talk", (1,), "is a mark of a thread: a reply link, who said it, a time"),
)
"""What a text file needs in the place of markup: is it cleaned already, where are comments?"""
PAGE: Final = OWN + EVIDENCE + CONTEXT
TEXT: Final = PAGE + PLAIN

LEAVES: Final = (
    "other",
    "p",
    "a",
    "li",
    "td",
    "h1",
    "h2",
    "h3",
    "h4",
    "div",
    "span",
    "strong",
    "dd",
    "blockquote",
)
LEVELS: Final = (1, 2, 3, 5)
"""Ancestors that are asked: parent, grandparent, ..."""
LANDMARKS: Final = (
    "nav", "footer", "header", "aside", "form", "article", "main", "table", "figure", "ul", "button", "blockquote",
)  # fmt: skip

MARKUP: Final = (
    Feature("links short", DENSITY, "a short line; {}% of it is link"),
    Feature("links long", DENSITY, "a longer block; {}% of it is link"),
    Feature("leaf", _codes(len(LEAVES)), "its element is {}", LEAVES),
    *(Feature(f"in {tag}", (1,), f"stands in <{tag}>") for tag in LANDMARKS),
    Feature("hidden", (1,), "is hidden on the page"),
    Feature("comments", (1,), "stands among the readers' comments"),
    Feature("path ratio", RATIO, "its DOM path is found in {}% of the other pages"),
    Feature("placed ratio", RATIO, "the same block at the same DOM path in {}% of the other pages"),
    *(
        Feature(f"{what} at {level}", edges, f"{words}, {level} up")
        for level in LEVELS
        for what, edges, words in (
            ("chrome", DENSITY, "{}% of the region's blocks repeat on other pages"),
            ("links", DENSITY, "{}% of the region is link"),
            ("prose", SHARE, "{}% of the page's fresh prose stands in the region"),
            ("mean length", (16, 31, 61, 121, 241), "the region's blocks have {} characters on average"),
        )
    ),
)

EXTRACTED_CLASSES: Final = ("not asked", "dropped it", "kept a part of it", "kept it")
EXTRACTED: Final = (
    *(
        Feature(f"extractor {size}", _codes(4), f"a {size} block; trafilatura {{}}", EXTRACTED_CLASSES)
        for size in ("short", "long")
    ),
    *(
        Feature(f"extracted {side} {width}", DENSITY, f"trafilatura kept {{}}% of the {width} blocks {side}")
        for width in (2, 6)
        for side in ("before", "behind")
    ),
    Feature("extracted so far", SHARE, "{}% of what trafilatura kept stands up to here"),
    Feature("extracted page", (1, 300, 1000, 3000), "trafilatura kept {} characters of the page"),
)
"""What a single page's extractor says: asked where a site has few pages."""
FEW: Final = 4
"""Other pages of a site from which the site itself is evidence enough."""


def situation(*, markup: bool, others: int) -> str:
    """Which table judges a document: by what it is, and how many pages its site has."""
    pages = "alone" if others == 0 else "few" if others < FEW else "many"
    return f"{'html' if markup else 'text'} {pages}"


def columns(table: str) -> tuple[Feature, ...]:
    """The features that a table weighs, by the table's name."""
    if table.startswith("text"):
        return TEXT
    return PAGE + MARKUP if table == "html many" else PAGE + MARKUP + EXTRACTED
