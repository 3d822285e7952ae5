"""What a run may have lost: doubtful documents, and prose that stands nowhere else, by site."""

from __future__ import annotations

from array import array
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from scrubber.running.signs import DocumentSigns, OtherShares, is_doubtful

WORST: Final = 5
"""Sites that are told one by one."""


@dataclass(frozen=True, slots=True)
class SiteLoss:
    """What one site may have lost."""

    site: str
    documents: int
    doubtful: int
    """Documents that are worth a look, as `audit` lists them."""
    words: int
    """Words of removed prose that is known of no other document, ..."""
    sentences: int
    """... and its sentences."""

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.doubtful or self.words)


@dataclass(frozen=True, slots=True)
class Losses:
    """What a run may have lost."""

    sites: tuple[SiteLoss, ...] = ()
    """Those with something to tell, the most words first, then the most doubtful documents."""

    @property
    def doubtful(self) -> int:
        """Documents that are worth a look."""
        return sum(site.doubtful for site in self.sites)

    @property
    def words(self) -> int:
        """Words of removed prose that is known of no other document."""
        return sum(site.words for site in self.sites)

    @property
    def sentences(self) -> int:
        """Sentences of it."""
        return sum(site.sentences for site in self.sites)


@dataclass(slots=True)
class _SiteSigns:
    """The signs of a site's documents, in few bytes each: a dump may have millions."""

    shares: array[float] = field(default_factory=lambda: array("d"))
    suspected: list[DocumentSigns] = field(default_factory=list)
    """Of those that may be doubtful: for most, not even a site that kept everything could make them so."""
    words: int = 0
    sentences: int = 0

    def add(self, signs: DocumentSigns) -> None:
        self.shares.append(signs.share)
        self.words += signs.lost_words
        self.sentences += signs.lost_sentences
        if is_doubtful(signs, 1.0):
            self.suspected.append(signs)

    def summed(self, site: str) -> SiteLoss:
        others = OtherShares(self.shares)
        doubtful = sum(is_doubtful(signs, others.usual(signs.share)) for signs in self.suspected)
        return SiteLoss(site, len(self.shares), doubtful, self.words, self.sentences)


class LossTally:
    """Adds up what a run may have lost, a document at a time; their order does not matter."""

    def __init__(self) -> None:
        self._sites: dict[str, _SiteSigns] = defaultdict(_SiteSigns)

    def add(self, site: str, signs: DocumentSigns) -> None:
        """Add a document that was written."""
        self._sites[site].add(signs)

    @property
    def losses(self) -> Losses:
        """The sum of all that was added."""
        found = [signs.summed(site) for site, signs in self._sites.items()]
        told = [site for site in found if not site.is_nothing]
        return Losses(tuple(sorted(told, key=lambda one: (-one.words, -one.doubtful, one.site))))
