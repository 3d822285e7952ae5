"""Sites that come out nearly empty: seldom what they deserve, and never to be passed over in silence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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


def find_emptied(entries: Iterable[Entry]) -> tuple[EmptiedSite, ...]:
    """The nearly empty sites of a run, sorted by site id."""
    by_site: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.output is not None and entry.site is not None:
            by_site[entry.site].append(entry)
    found = (_look_at(site, documents) for site, documents in sorted(by_site.items()))
    return tuple(site for site in found if site is not None)


def is_nearly_empty(raw: int, clean: int) -> bool:
    """Whether so few of `raw` characters are left."""
    return clean < NEARLY_NOTHING * raw


def _look_at(site: str, documents: Sequence[Entry]) -> EmptiedSite | None:
    if len(documents) < SEVERAL:
        return None
    raw = sum(entry.raw.characters for entry in documents if entry.raw is not None)
    clean = sum(entry.clean.characters for entry in documents if entry.clean is not None)
    emptied = sorted(entry.id for entry in documents if _is_emptied(entry))
    if not is_nearly_empty(raw, clean) and len(emptied) * 2 <= len(documents):
        return None
    examples = emptied or sorted(entry.id for entry in documents)
    return EmptiedSite(site, len(documents), raw, clean, len(emptied), tuple(examples[:_EXAMPLES]))


def _is_emptied(entry: Entry) -> bool:
    if entry.raw is None or entry.clean is None:
        return False
    return not GUARDS.isdisjoint(entry.flags) or is_nearly_empty(entry.raw.characters, entry.clean.characters)
