"""Untouched items on their way into the pages they come from."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from repairing.cases import BYLINE, CAPTION, HEADING, LIST_ITEM, Item
from repairing.laying import Draft
from repairing.prose import folded

MOST = 4
"""A page carries, at most."""
_ORDER = (CAPTION, BYLINE, HEADING, LIST_ITEM)
_KEY = 3
"""Words by which the beginnings of cut sentences are looked up."""


class Shelf:
    """The items that have not been planted yet, by page: each text is taken once a site."""

    def __init__(self, items: Mapping[str, Sequence[Item]]) -> None:
        """`items` by page name."""
        self._waiting = {name: list(found) for name, found in items.items()}
        self._made: Counter[str] = Counter()
        self._seen: set[tuple[str, str]] = set()

    def fill(self, drafts: Iterable[Draft], begun: Iterable[str], rng: random.Random) -> None:
        """Plant items into the free places of pages. None holds a beginning of `begun`, folded:
        it might say how that goes on."""
        told = _by_first_words(begun)
        for draft in drafts:
            waiting = [] if draft.is_copy else self._waiting.get(draft.original.name, [])
            rng.shuffle(waiting)
            for gap in draft.gaps(rng)[:MOST]:
                item = self._next(draft.original.site, waiting, told)
                if item is None:
                    break
                draft.planted[gap] = item
                self._made[item.kind] += 1

    def _next(self, site: str, waiting: list[Item], told: Mapping[str, list[str]]) -> Item | None:
        """Take an item of the kind that came up least so far."""
        while waiting:
            have = {item.kind for item in waiting}
            kind = min((k for k in _ORDER if k in have), key=lambda k: self._made[k])
            item = next(item for item in waiting if item.kind == kind)
            waiting.remove(item)
            key = (site, item.text)
            if key not in self._seen and not _tells(item, told):
                self._seen.add(key)
                return item
        return None


def _by_first_words(begun: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for beginning in begun:
        found.setdefault(" ".join(beginning.split()[:_KEY]), []).append(beginning)
    return found


def _tells(item: Item, told: Mapping[str, list[str]]) -> bool:
    text = folded(item.text)
    words = text.split()
    keys = (" ".join(words[n : n + _KEY]) for n in range(len(words)))
    return any(begun in text for key in keys for begun in told.get(key, ()))
