"""The whole pages that cases are made from, and the two halves of the sites."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarking.pages import Page, language_of

from repairing.prose import word_set
from scrubber.config import Config
from scrubber.documents import RawDocument
from scrubber.preparing import prepare

HALVES = ("tune", "report")
_SHARED_LABELS = word_set("com co org net gov edu ac")
"""Of names such as example.co.uk: the label before is the owner's."""
_SALT = "repair 188"
"""Chosen before anything was measured: with it every language has sites in both halves, most evenly."""


@dataclass(frozen=True, slots=True)
class Original:
    """The gold text of a page after the encoding layer, in paragraphs."""

    name: str
    """``SET/SITE/DOC``."""
    language: str
    """ISO 639-1, or ``und``."""
    paragraphs: tuple[str, ...]
    gaps: tuple[str, ...]
    """What stands between two paragraphs: one line end, or two."""

    @property
    def site(self) -> str:
        """``SET/SITE``."""
        return self.name.rpartition("/")[0]

    @property
    def set(self) -> str:
        """The page set."""
        return self.name.partition("/")[0]

    @classmethod
    def of(cls, name: str, language: str, text: str) -> Original:
        """From a text: every line that is not blank is a paragraph."""
        paragraphs: list[str] = []
        gaps: list[str] = []
        blank = False
        for line in text.split("\n"):
            body = line.strip()
            if body and paragraphs:
                gaps.append("\n\n" if blank else "\n")
            if body:
                paragraphs.append(body)
            blank = not body
        return cls(name, language, tuple(paragraphs), tuple(gaps))


def read(_: None, page: Page) -> Original:
    """A page's gold text. The encoding layer comes first: what it mends is no repair of a cut."""
    document = RawDocument.from_text(page.gold(), id=f"{page.name}.txt")
    return Original.of(page.name, language_of(page), prepare(document, Config()).text)


def half_of(site: str) -> str:
    """``tune`` or ``report``, by a hash of who owns the host: hosts of one owner stay together."""
    digest = hashlib.sha256(f"{_SALT} {owner_of(site)}".encode()).digest()
    return HALVES[digest[0] % 2]


def owner_of(site: str) -> str:
    """The label before the public suffix: ``example`` of ``news.example.co.uk``; else the name itself."""
    labels = site.casefold().split(".")
    while len(labels) > 1:
        labels.pop()
        if labels[-1] not in _SHARED_LABELS:
            break
    return labels[-1]


def of_half(pages: Iterable[Page], half: str) -> list[Page]:
    """The pages of one half of the sites."""
    return [page for page in pages if half_of(page.site) == half]
