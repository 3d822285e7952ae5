"""Links of Markdown: what is shown of a text, how much of it is linked, and where the links lead.

Inline syntax is read in one pass from left to right, with a stack of open brackets, after the
algorithm in the CommonMark specification ("An algorithm for parsing nested emphasis and links"),
for links and images alone. Time is linear.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from scrubber.documents import Links
from scrubber.segmenting.targets import SCHEME, Page, bare_address, is_near

OWN_PAGE: Final = "thispage"
"""What stands for the page's own address in a text that is compared."""

_TOKEN = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<code>`[^`\n]*`)"
    r"|(?P<open>!?\[)"
    r"|(?P<close>\]\(\s*(?P<target><[^<>\n]*>|[^\s()<]*+(?:\([^\s()]*+\)[^\s()]*+)*+)"
    r"(?:\s+(?P<title>\"[^\"]{0,500}\"|'[^']{0,500}'|\([^()]{0,500}\)))?\s*\))"
    r"|(?P<refer>\]\[(?P<label>[^\[\]\n]{0,200})\])"
    r"|(?P<bare>\])"
    r"|<(?P<auto>(?:https?|ftp|mailto):[^<>\s]*)>"
    r"|(?P<address>https?://[^\s<>\[\]()\"'`]+)"
)
_HEADING_SIGNS = re.compile(r"\A\s*#{1,6}\s+|\s+#+\s*\Z|\s+(?:=+|-+)\s*\Z")
_SIGN = re.compile(r"[\[\]]|https?://|<(?:ftp|mailto):")
_OPEN_TARGET = re.compile(r"\([^()]*\Z")
"""A target that goes on in the next line."""
_WORD = re.compile(r"\w")
_FENCE = ("```", "~~~")
_PICTURE = re.compile(r"\.(?:avif|gif|jpe?g|png|svg|webp)(?:[?#]|\Z)", re.IGNORECASE)
"""The end of a target that is a picture: a caption leads to it, and no menu does."""
_LINES_OF_A_CARD: Final = 60
"""Lines that a link may run over where blank lines stand in it."""
_CHARACTERS_OF_A_CARD: Final = 6000
_GUESSED_FROM: Final = 2
"""Links with an anchor that lead to one address, from which it is taken for the page's own."""


@dataclass(frozen=True, slots=True)
class _Bracket:
    """An open bracket, and what was shown before it."""

    is_image: bool
    length: int
    plain: int
    """Letters and digits outside descriptions."""


@dataclass(slots=True)
class Inline:
    """What reading the inline syntax of a text gave."""

    pieces: list[str] = field(default_factory=list)
    """What is shown, in order: descriptions stand for images, brackets are left out."""
    length: int = 0
    linked: int = 0
    targets: list[str] = field(default_factory=list)
    """Where links lead."""
    images: list[str] = field(default_factory=list)
    """Addresses of images, and of pictures that links lead to: these are no links to other pages."""
    titles: list[str] = field(default_factory=list)
    """What links show only when they are pointed at."""
    letters: int = 0
    """Letters and digits that are shown ..."""
    described: int = 0
    """... and how many of them stand in descriptions of images."""
    _linked_to: int = 0

    @property
    def text(self) -> str:
        """What is shown."""
        return "".join(self.pieces)

    def add(self, piece: str) -> None:
        """Show a piece."""
        if piece:
            self.pieces.append(piece)
            self.length += len(piece)
            self.letters += sum(map(str.isalnum, piece))

    def link_from(self, before: int) -> None:
        """Count what is shown after `before` characters as linked; what is counted already, once."""
        self.linked += max(0, self.length - max(before, self._linked_to))
        self._linked_to = self.length

    def close(self, bracket: _Bracket, target: str | None, title: str | None) -> None:
        """End the link or image that a bracket began."""
        if title is not None:
            self.titles.append(title[1:-1])
        if bracket.is_image:
            self.described = self.letters - bracket.plain
            self.images += [target] if target is not None else []
        elif target is not None and _PICTURE.search(target):
            self.images.append(target)
        elif target is not None:
            self.targets.append(target)
            self.link_from(bracket.length)


def read_inline(source: str, references: Mapping[str, str] | None = None) -> Inline:
    """Read the links and images of a text.

    `references` are the targets of the document's reference links by label; without them a
    reference link shows its text and leads nowhere.
    """
    found = Inline()
    stack: list[_Bracket] = []
    at = 0
    for token in _TOKEN.finditer(source):
        found.add(source[at : token.start()])
        at = token.end()
        kind = token.lastgroup
        if kind == "open":
            stack.append(_Bracket(token[0] == "![", found.length, found.letters - found.described))
        elif kind in ("address", "auto"):
            before = found.length
            found.add(token[kind])
            found.targets.append(token[kind])
            if not stack:  # inside a link the link counts
                found.link_from(before)
        elif kind in _CLOSING:
            if stack:
                found.close(stack.pop(), _target_of(token, found, references or {}), token["title"])
        else:
            found.add(token[0][1] if kind == "escape" else token[0])
    found.add(source[at:])
    return found


_CLOSING: Final = frozenset(("close", "refer", "bare"))


def _target_of(token: re.Match[str], found: Inline, references: Mapping[str, str]) -> str | None:
    """Where the link leads that a closing bracket ends; None where it is none."""
    if token.lastgroup == "close":
        return str(token["target"]).strip("<>")
    return references.get(label_of(token["label"] or "".join(found.pieces[-1:]))) if references else None


def heading_text(source: str) -> str:
    r"""What a heading says: without its signs, its underline, and the link to itself.

    >>> heading_text("## Why [to wait](/w)[¶](#why 'Permanent link') ##"), heading_text("Tides\n=====")
    ('Why to wait', 'Tides')
    """
    shown = read_inline(_HEADING_SIGNS.sub("", source)).text
    return " ".join(shown.replace("**", "").split()).rstrip("¶ ")


def silent_links(source: str) -> list[tuple[int, int]]:
    r"""Where links to an anchor stand that show no letter and no digit, with the blanks that set one apart.

    >>> silent_links("## Usage [¶](#usage 'Permanent link')"), silent_links("## [Usage](#usage) and [notes](n.md)")
    ([(8, 37)], [])
    >>> silent_links("## [](#usage)Usage")
    [(3, 13)]
    """
    found: list[tuple[int, int]] = []
    stack: list[tuple[int, int, bool]] = []
    for token in _TOKEN.finditer(source):
        kind = token.lastgroup
        if kind == "open":
            stack.append((token.start(), token.end(), token[0] == "!["))
        elif kind in _CLOSING and stack:
            start, inside, is_image = stack.pop()
            silent = not is_image and _WORD.search(source[inside : token.start()]) is None
            if kind == "close" and silent and "#" in token["target"]:
                behind = source[token.end() :].partition("\n")[0]
                blanks = len(behind) - len(behind.lstrip(" ")) if source[:start].endswith(" ") else 0
                is_last = not behind.strip(" ")
                found.append(
                    (len(source[:start].rstrip(" ")), token.end())
                    if is_last
                    else (start, token.end() + blanks)
                )
    return found


def label_of(label: str) -> str:
    """The form in which labels of references are compared."""
    return " ".join(label.casefold().split())


def may_link(source: str) -> bool:
    """Whether a quick look finds anything that `read_inline` might."""
    return _SIGN.search(source) is not None


def links_of(found: Inline, page: Page) -> Links | None:
    """The links of a block; None where it has none."""
    if not found.targets:
        return None
    shown = len(found.text.strip())
    here = near = 0
    for target in found.targets:
        if page.is_own(target):
            here += 1
        elif is_near(target, page):
            near += 1
    return Links(shown, min(found.linked, shown), here, near, len(found.targets) - here - near)


def guess_page(found: Sequence[Inline]) -> Page:
    """The page of a document that does not say its address: where most links with an anchor lead.

    Skip links, tables of contents and the links beside headings hold the page's own address.
    """
    count = Counter(
        bare_address(target)
        for one in found
        for target in one.targets
        if "#" in target and target[0] != "#" and SCHEME.match(target)
    )
    if not count:
        return Page()
    address, most = min(count.items(), key=lambda item: (-item[1], item[0]))
    return Page.at(f"https://{address}") if most >= _GUESSED_FROM and 2 * most > count.total() else Page()


def comparable(source: str, url: str | None = None) -> str:
    """The text of a block in the form in which two blocks of Markdown are compared.

    A link counts by what it shows: a skip link holds the address of its page and would recur
    nowhere, and "Read more" is one template, whatever it leads to. A link that shows nothing
    counts by its title, else by its target, where the page's own address (`url`) is one and the
    same word on every page. An image counts by description and address, for many share "image".
    A fenced block is compared as it stands.

    >>> comparable("* [Skip to content](https://example.org/a/#main)")
    '* Skip to content'
    >>> comparable("[](https://example.org/a/#one 'Direct link')"), comparable("[](/a#one)", "https://x.org/b")
    ('Direct link', '/a')
    """
    if not may_link(source) or source.startswith(_FENCE):
        return source
    found = read_inline(source)
    page = Page.at(url)
    text = found.text
    if page.address and page.address in text:
        text = _without_own(text, page)
    parts = [text, *(_named(image) for image in found.images)]
    if found.titles and not _WORD.search(text):
        parts += found.titles
    elif not any(map(_WORD.search, parts)):
        parts += [_target(target, page) for target in found.targets]
    return " ".join(filter(None, (part.strip() for part in parts))) or source


def _target(target: str, page: Page) -> str:
    return OWN_PAGE if page.is_own(target) else target.partition("#")[0]


def _named(image: str) -> str:
    """An image's address; of one that is written out (``data:``) its kind and how long it is."""
    if not image.lower().startswith("data:"):
        return image
    return f"{image[:40].partition(',')[0]} {image[-12:]} {len(image)}"


def _without_own(text: str, page: Page) -> str:
    """A text where `OWN_PAGE` stands for the addresses of its own page."""

    def put(match: re.Match[str]) -> str:
        return OWN_PAGE if page.is_own(match[0]) else match[0]

    return re.sub(r"https?://[^\s<>()\"']+", put, text)


def spanning_links(lines: Sequence[str], apart: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """First and last line of every link that runs over several lines.

    Lines that stand `apart` (code, front matter, HTML) hold no links. Blank lines end a paragraph
    and every link in it (CommonMark 4.8), but converters of HTML write a card as a bracket at the
    beginning of a line, its headings and paragraphs, and the target behind: such a link is found
    over blank lines too, up to some sixty lines.
    """
    stack: list[tuple[int, bool, int]] = []  # line, whether it began the line, characters before
    passed = 0
    for number, line in enumerate(lines):
        passed += len(line) + 1
        if apart[number]:
            stack.clear()
            continue
        if not line.strip():
            stack = [
                one
                for one in stack
                if one[1] and number - one[0] <= _LINES_OF_A_CARD and passed - one[2] <= _CHARACTERS_OF_A_CARD
            ]
            continue
        if "]" not in line and "[" not in line:
            continue
        body = len(line) - len(line.lstrip(" \t*-+>"))
        for token in _TOKEN.finditer(line):
            kind = token.lastgroup
            if kind == "open":
                stack.append((number, token.start() == body, passed - len(line)))
            elif kind in ("close", "refer", "bare") and stack:
                first = stack.pop()[0]
                if kind == "bare" and _OPEN_TARGET.match(line, token.end()):
                    yield first, number + 1
                elif kind == "close" and first < number:
                    yield first, number
