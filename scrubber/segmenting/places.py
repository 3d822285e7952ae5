"""Where an element stands in the DOM: its XPath, and the labels from the body down to it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from scrubber.documents import BlockKind
from scrubber.segmenting.attributes import HIDDEN, OPENS, declared_of, hides, hiding_of_classes, may_open

DEEPEST_LABEL = 24
"""Labels kept of a DOM path: the outermost."""

DEEPEST_XPATH = 200
"""Steps of an XPath. Deeper elements name their ancestor there: the paths of a page that is
nested thousands deep would outgrow the page."""

_LONGEST_LABEL = 80
"""Characters of an id or of classes that a label keeps."""
_DECLARING = frozenset(("role", "itemprop", "property"))
_TELLING = _DECLARING | {"hidden", "aria-hidden", "style"}
_SHUT = {"dialog": HIDDEN, "details": OPENS}
"""Elements that are shut until a reader opens them."""
_OUTSIDE = frozenset(("html", "body"))
_DIGITS = re.compile(r"\d+")
_NAME = re.compile(r"[^\W\d][\w.\-]*")


class Frame:
    """An element on the way from the root to where a walk stands, and what it hands down.

    It outlives the visit where a block points to it, for XPaths are known only when all
    siblings have been counted.
    """

    __slots__ = (
        "children",
        "declared",
        "depth",
        "element",
        "gap",
        "hiding",
        "is_item",
        "is_preformatted",
        "kind",
        "link",
        "ordinal",
        "parent",
        "path",
        "tag",
        "xpath",
    )

    parent: Frame
    element: Any
    tag: str
    depth: int
    kind: BlockKind
    is_item: bool
    is_preformatted: bool
    link: Any | None
    gap: int
    ordinal: int
    children: dict[str, int] | None
    path: tuple[str, ...] | None
    xpath: str | None
    hiding: int
    declared: int

    def __init__(self, parent: Frame, element: Any, tag: str) -> None:
        self.parent = parent
        self.element = element
        self.tag = tag
        self.depth = parent.depth + 1
        self.kind = parent.kind
        self.is_item = parent.is_item
        self.link = parent.link
        self.is_preformatted = parent.is_preformatted
        self.gap = 0
        siblings = parent.children
        if siblings is None:
            siblings = parent.children = {}
        self.ordinal = siblings[tag] = siblings.get(tag, 0) + 1
        self.children = None
        self.path = None
        self.xpath = None

    @classmethod
    def above_root(cls) -> Frame:
        """The frame that stands over the root of a walk."""
        frame = cls.__new__(cls)
        frame.parent = frame
        frame.element = None
        frame.tag = ""
        frame.depth = 0
        frame.kind = BlockKind.PARAGRAPH
        frame.is_item = frame.is_preformatted = False
        frame.link = None
        frame.gap = frame.ordinal = 0
        frame.children = None
        frame.path = ()
        frame.xpath = ""
        frame.hiding = frame.declared = 0
        return frame


def xpath_of(frame: Frame) -> str:
    """The XPath of an element, as libxml2's ``xmlGetNodePath`` writes it.

    It finds exactly this element, or its ancestor `DEEPEST_XPATH` steps down.
    """
    way: list[Frame] = []
    while (xpath := frame.xpath) is None:
        way.append(frame)
        frame = frame.parent
    while way:
        frame = way.pop()
        frame.xpath = xpath = _step(frame, xpath)
    return xpath


def path_of(frame: Frame) -> tuple[str, ...]:
    """The labels from below the body down to an element: see ``Markup.path``.

    What the elements on the way say of it is then known as well: `Frame.hiding`, `Frame.declared`.
    """
    way: list[Frame] = []
    while (path := frame.path) is None:
        way.append(frame)
        frame = frame.parent
    while way:
        above = frame
        frame = way.pop()
        frame.hiding, frame.declared = above.hiding, above.declared
        if frame.tag in _OUTSIDE:
            path = ()
        elif len(path) < DEEPEST_LABEL:
            path = (*path, _label(frame))
        frame.path = path
    return path


def _label(frame: Frame) -> str:
    """``div#side``, ``ul.menu``, ``p:hidden``: how an element is recognised on another page."""
    element, tag = frame.element, frame.tag
    attributes = element.items()
    if not attributes:
        if tag in _SHUT:
            frame.hiding |= _SHUT[tag]
        return tag
    given = dict(attributes)
    text, bits = _named(tag, given.get("id", ""), given.get("class", ""))
    if not bits and _TELLING.isdisjoint(given) and tag not in _SHUT:
        return text
    hidden = "hidden" in given or given.get("aria-hidden") == "true"
    if not hidden and "style" in given:
        hidden = hides(given["style"])
    if hidden:
        bits |= HIDDEN
    if tag in _SHUT and not (tag == "dialog" and "open" in given):
        bits |= _SHUT[tag]
    if not _DECLARING.isdisjoint(given):
        frame.declared = declared_of(given) or frame.declared
    if bits & HIDDEN and not bits & OPENS and may_open(element, given):
        bits |= OPENS
    if given.get("role") == "tabpanel":
        bits |= OPENS
    frame.hiding |= bits
    return f"{text}:hidden" if hidden else text


# The pages of a site share their ids and classes.
@lru_cache(maxsize=1 << 14)
def _named(tag: str, name: str, classes: str) -> tuple[str, int]:
    """The label of an element that is not hidden, and what its classes say of hiding."""
    name = name.strip()
    rest = f"#{name}" if name else "".join(f".{one}" for one in classes.split()[:3])
    return tag + _DIGITS.sub("0", rest[:_LONGEST_LABEL].lower()), hiding_of_classes(classes) if classes else 0


def _step(frame: Frame, above: str) -> str:
    """The XPath of a frame whose parent's is `above`."""
    if frame.depth == 1:
        return str(frame.element.getroottree().getpath(frame.element))
    name = _node_test(frame.tag) if frame.depth <= DEEPEST_XPATH else None
    if name is None:
        return above
    siblings = frame.parent.children
    is_only = siblings is None or siblings[frame.tag] == 1
    return f"{above}/{name}" if is_only else f"{above}/{name}[{frame.ordinal}]"


@lru_cache(maxsize=256)
def _node_test(tag: str) -> str | None:
    """What a step of an XPath calls an element; None where it cannot.

    HTML allows names (<o:p>) that cannot stand there themselves.
    """
    if _NAME.fullmatch(tag):
        return tag
    return None if '"' in tag else f'*[name()="{tag}"]'
