"""The documents of a dump, one by one, in the order of a crawl or site by site."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dumping.bodies import Bodies
from dumping.containers import Document
from dumping.gold import read_material
from dumping.markup import to_html
from dumping.pages import Composer
from dumping.sites import invent, shares
from dumping.text import to_text


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for."""

    documents: int
    sites: int
    seed: int
    html: bool
    flat: bool
    """Names that tell nothing, shuffled, and no addresses."""
    mixed: bool
    """The pages of all sites mixed, as a crawl brings them; otherwise site by site."""


@dataclass(frozen=True, slots=True)
class _OneSite:
    """The pages of a site in the bodies of its language: a `Library`."""

    bodies: Bodies
    numbers: Sequence[int]

    def headline(self, page: int) -> str:
        return self.bodies.headline(self.numbers[page])

    def beginning(self, page: int) -> str:
        return self.bodies.beginning(self.numbers[page])


class Dump:
    """All documents that an order asks for; the plan is made at once, a text when it is asked for."""

    def __init__(self, order: Order, pagesets: Path) -> None:
        """Raises NoPageSetsError and TooLittleGoldError."""
        self._order = order
        material = read_material(pagesets, order.seed)
        bodies = {name: Bodies(one, f"{order.seed}/{name}") for name, one in material.items()}
        sites = [invent(number, order.seed) for number in range(order.sites)]
        counts = shares(order.sites, order.documents, order.seed)
        pages = [(site, page) for site, count in enumerate(counts) for page in range(count)]
        crawl = list(pages)
        random.Random(f"{order.seed}/crawl").shuffle(crawl)
        numbers: list[list[int]] = [[0] * count for count in counts]
        for site, page in crawl:  # neighbours on the tape are seldom of one site
            numbers[site][page] = bodies[sites[site].language].add()
        libraries = [
            _OneSite(bodies[site.language], found) for site, found in zip(sites, numbers, strict=True)
        ]
        self._libraries = libraries
        self._composers = [
            Composer(site, len(library.numbers), library, order.seed)
            for site, library in zip(sites, libraries, strict=True)
        ]
        self._pages = crawl if order.flat or order.mixed else pages
        self._sites = sites

    def __len__(self) -> int:
        return len(self._pages)

    def __iter__(self) -> Iterator[Document]:
        for place, (site, number) in enumerate(self._pages):
            library = self._libraries[site]
            body = library.bodies.paragraphs(library.numbers[number])
            page = self._composers[site].page(number, body)
            flat = self._order.flat
            yield Document(
                name=f"doc-{place:06d}" if flat else f"{self._sites[site].key}/page-{number:06d}",
                text=to_html(page, known=not flat) if self._order.html else to_text(page),
                gold=page.gold,
                url="" if flat else page.url,
                date=page.day.isoformat(),
            )
