"""A dump of venues: every kind asked for, each with sites of so many pages."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dumping.containers import Document
from dumping.kinds.laying import BODIES, LaidPage, lay_pages
from dumping.kinds.rendering import rendered
from dumping.kinds.venues import found

SIZES = (1, 2, 3, 6, 20, 100)
"""Pages of the sites of each kind."""


class NoSuchBodyError(ValueError):
    """A kind of body that nothing here makes."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no bodies of kind {name!r}: choose from {', '.join(BODIES)}, or all")
        self.name = name


@dataclass(frozen=True, slots=True)
class PlantedOrder:
    """What is asked for."""

    kinds: tuple[str, ...]
    sizes: tuple[int, ...]
    seed: int
    form: str
    """``text``, ``markdown`` or ``html``."""
    flat: bool
    """All sites in one folder, shuffled, under names that tell nothing, without addresses beside them."""


def kinds_of(text: str) -> tuple[str, ...]:
    """The kinds that a user names, with commas between. Raises NoSuchBodyError."""
    names = tuple(BODIES) if text == "all" else tuple(text.split(","))
    for name in names:
        if name not in BODIES:
            raise NoSuchBodyError(name)
    return names


class PlantedDump:
    """The documents of an order; the gold of each is a JSON object with a row for each of its lines.

    ``{"site", "kind", "pages", "role", "lines": [[line, words, sort, chrome, place], ...]}``.
    """

    def __init__(self, order: PlantedOrder) -> None:
        self._order = order
        self._venues = [found(kind, size, order.seed) for kind in order.kinds for size in order.sizes]

    def __len__(self) -> int:
        return sum(venue.pages for venue in self._venues)

    def __iter__(self) -> Iterator[Document]:
        pages: Sequence[LaidPage] = [page for venue in self._venues for page in lay_pages(venue)]
        if self._order.flat:
            pages = random.Random(f"{self._order.seed}/flat").sample(pages, len(pages))
        for place, page in enumerate(pages):
            text, marked = rendered(page, self._order.form)
            venue = page.venue
            gold = {
                "site": venue.key, "kind": venue.kind, "pages": venue.pages, "role": page.sheet.role,
                "lines": [one.as_row() for one in marked],
            }  # fmt: skip
            yield Document(
                name=f"doc-{place:05d}" if self._order.flat else f"{venue.key}/page-{page.number:03d}",
                text=text,
                gold=json.dumps(gold, ensure_ascii=False, sort_keys=True),
                url="" if self._order.flat else page.url,
                date=page.date,
            )
