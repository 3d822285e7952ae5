"""Sites that come out nearly empty: seldom what they deserve, and never to be passed over in silence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from scrubber.running.signs import SEVERAL, DocumentSigns, is_nearly_empty

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
    """Words of its documents before cleaning (characters where the ledgers keep no removed text) ..."""
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
            f"{site} is nearly empty: {self.clean:,} of {self.raw:,} words are left of its "
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

    def add(self, id: str, flags: Iterable[str], signs: DocumentSigns) -> None:
        raw, clean = signs.sizes
        self.documents += 1
        self.raw += raw
        self.clean += clean
        self.others = sorted([*self.others, id])[:_EXAMPLES]
        if signs.is_nearly_empty or not GUARDS.isdisjoint(flags):
            self.emptied += 1
            self.examples = sorted([*self.examples, id])[:_EXAMPLES]

    def of(self, site: str) -> EmptiedSite | None:
        if self.documents < SEVERAL:
            return None
        if not is_nearly_empty(self.raw, self.clean) and self.emptied * 2 <= self.documents:
            return None
        examples = tuple(self.examples or self.others)
        return EmptiedSite(site, self.documents, self.raw, self.clean, self.emptied, examples)


class EmptiedTally:
    """Looks for nearly empty sites, a document at a time; their order does not matter."""

    def __init__(self) -> None:
        self._sites: dict[str, _Tally] = defaultdict(_Tally)

    def add(self, site: str, id: str, flags: Iterable[str], signs: DocumentSigns) -> None:
        """Add a document that was written; `flags` are the rules of its flags."""
        self._sites[site].add(id, flags, signs)

    @property
    def emptied(self) -> tuple[EmptiedSite, ...]:
        """The nearly empty sites of all that was added, sorted by site id."""
        found = (tally.of(site) for site, tally in sorted(self._sites.items()))
        return tuple(site for site in found if site is not None)
