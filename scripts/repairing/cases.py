"""What is planted into a dump: cut text and whole text, each with what a judge must know."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scrubber.documents import RawDocument
from scrubber.reading.text import read_plain

PULL_QUOTE, TEASER, END = "pull-quote", "teaser", "document end"
KINDS = (PULL_QUOTE, TEASER, END)
HEADING, LIST_ITEM, CAPTION, BYLINE = "heading", "list item", "caption", "byline"
ITEM_KINDS = (HEADING, LIST_ITEM, CAPTION, BYLINE)
_BYTES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Case:
    """A text that breaks off."""

    kind: str
    """One of KINDS."""
    place: str
    """``inside a word``, ``between words`` or ``inside a character``."""
    mark: str
    """``bare``, ``ellipsis`` or ``ellipsis and link``."""
    donor: bool
    """Whether the dump holds the whole sentence."""
    language: str
    source: str
    """Name of the page it was cut from."""
    fragment: str
    """The text up to the cut."""
    tail: str
    """What stands there instead of the rest."""
    continuation: str
    """How the sentence went on, to its full stop."""
    following: str
    """What stood behind the full stop in the paragraph."""
    begun: int = 0
    """Where in the fragment the sentence begins that was cut."""
    is_word: bool = False
    """Cut inside a word: whether what is left of it is a word of the dump as well."""

    @property
    def text(self) -> str:
        """What is planted."""
        return self.fragment + self.tail

    @property
    def sentence(self) -> str:
        """The whole sentence."""
        return self.fragment[self.begun :] + self.continuation


@dataclass(frozen=True, slots=True)
class Item:
    """A whole text that ends without a full stop, or may: nothing of it is to be changed."""

    kind: str
    """One of ITEM_KINDS."""
    language: str
    source: str
    text: str


Planted = Case | Item


@dataclass(frozen=True, slots=True)
class Carrier:
    """A document of the dump."""

    id: str
    """``SET/SITE/DOC.txt``."""
    text: str
    planted: tuple[tuple[int, int, Planted], ...] = ()
    """Where it stands: ``text[start:end]``; in order."""

    def document(self) -> RawDocument:
        """As scrubber takes it."""
        if _BYTES.search(self.text) is None:
            return RawDocument.from_text(self.text, id=self.id)
        return read_plain(self.text.encode("utf-8", "surrogateescape"), id=self.id)


@dataclass(frozen=True, slots=True)
class Dump:
    """Documents that are cleaned together."""

    set: str
    round: int
    carriers: tuple[Carrier, ...]

    def cases(self) -> list[Case]:
        """All text that breaks off."""
        return [p for c in self.carriers for _, _, p in c.planted if isinstance(p, Case)]

    def items(self) -> list[Item]:
        """All whole text that was planted."""
        return [p for c in self.carriers for _, _, p in c.planted if isinstance(p, Item)]
