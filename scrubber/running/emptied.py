"""Sites that come out nearly empty: seldom what they deserve, and never to be passed over in silence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from scrubber.writing.manifest import Entry

SEVERAL: Final = 3
"""Documents of a site from which it is looked at as a whole."""
NEARLY_NOTHING: Final = 0.05
"""The share of its text below which a document, or a site, is nearly empty.

On the page sets the lowest share of a site of three pages and more is 0.07 (a shop), then 0.08.
"""
GUARDS: Final = frozenset(
    {"nothing-but-chrome", "prose-guard", "unseen-guard", "would-be-empty", "nearly-empty"}
)
"""Flags of documents that lost all they had, or would have without a milder verdict."""
LONE: Final = "alone"
"""The site id of documents that share nothing with any other."""
_EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class EmptiedSite:
    """A site of several documents of which nearly nothing is left."""

    site: str
    documents: int
    raw: int
    """Characters of its documents before cleaning ..."""
    clean: int
    """... and after."""
    emptied: int
    """Documents that are nearly empty, or would be without a milder verdict."""
    examples: tuple[str, ...]
    """Ids of up to three of those, or else of its documents."""

    @property
    def message(self) -> str:
        """What happened, in a sentence."""
        site = "the site of documents that share nothing" if self.site == LONE else f"site {self.site}"
        return (
            f"{site} is nearly empty: {self.clean:,} of {self.raw:,} characters are left of its "
            f"{self.documents:,} documents, and in {self.emptied:,} of them the verdict left nearly nothing, "
            f"or would have (for example {', '.join(self.examples)})"
        )


@dataclass(slots=True)
class _Tally:
    documents: int = 0
    raw: int = 0
    clean: int = 0
    emptied: int = 0
    examples: list[str] = field(default_factory=list)
    """Ids of nearly empty documents, the first few."""
    others: list[str] = field(default_factory=list)
    """Ids of its documents, the first few."""

    def add(self, entry: Entry) -> None:
        self.documents += 1
        self.raw += entry.raw.characters if entry.raw is not None else 0
        self.clean += entry.clean.characters if entry.clean is not None else 0
        self.others = sorted([*self.others, entry.id])[:_EXAMPLES]
        if _is_emptied(entry):
            self.emptied += 1
            self.examples = sorted([*self.examples, entry.id])[:_EXAMPLES]

    def of(self, site: str) -> EmptiedSite | None:
        if self.documents < SEVERAL:
            return None
        if not is_nearly_empty(self.raw, self.clean) and self.emptied * 2 <= self.documents:
            return None
        examples = tuple(self.examples or self.others)
        return EmptiedSite(site, self.documents, self.raw, self.clean, self.emptied, examples)


def find_emptied(entries: Iterable[Entry]) -> tuple[EmptiedSite, ...]:
    """The nearly empty sites of a run, sorted by site id. One entry is held at a time."""
    by_site: dict[str, _Tally] = defaultdict(_Tally)
    for entry in entries:
        if entry.output is not None and entry.site is not None:
            by_site[entry.site].add(entry)
    found = (tally.of(site) for site, tally in sorted(by_site.items()))
    return tuple(site for site in found if site is not None)


def is_nearly_empty(raw: int, clean: int) -> bool:
    """Whether so few of `raw` characters are left."""
    return clean < NEARLY_NOTHING * raw


def _is_emptied(entry: Entry) -> bool:
    if entry.raw is None or entry.clean is None:
        return False
    return not GUARDS.isdisjoint(entry.flags) or is_nearly_empty(entry.raw.characters, entry.clean.characters)
