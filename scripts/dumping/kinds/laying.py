"""Pages: the sheets of a venue, revised and reprinted, each laid into the venue's chrome."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from dumping.kinds import goods, manuals, talks
from dumping.kinds.furniture import MAKERS, Around, footer, menu, on_this_page
from dumping.kinds.grammar import Grammar
from dumping.kinds.stretches import Sheet, Sort, Stretch, Unit, slug
from dumping.kinds.venues import Venue

BODIES: Mapping[str, Callable[[Venue, Grammar], Sheet]] = {
    "documentation": manuals.documentation,
    "handbooks": manuals.handbook,
    "legal": manuals.legal,
    "reports": manuals.reports,
    "recipes": goods.recipes,
    "products": goods.products,
    "listings": goods.listings,
    "verse": goods.verse,
    "transcripts": talks.transcripts,
    "forums": talks.forums,
    "papers": talks.papers,
}
"""What makes the content of a page, by the kind of its site."""

_REVISED = frozenset({"documentation", "handbooks", "legal", "products"})
"""Kinds of which some pages are versions of another."""
_REPRINTED = frozenset({"recipes", "papers", "transcripts", "verse", "documentation"})
_CHUNKED = frozenset({"handbooks", "papers", "documentation"})
_FEWEST = 6
"""Pages of a site that has near-duplicates among them."""
_CHANGED = 0.15
"""Share of a page's paragraphs that a version says anew."""
_BETWEEN = (3, 9)
"""Stretches of content between two pieces of chrome that stand inside."""
_EXTRA = 12
"""Titles that teasers name beside those of the site's pages."""


@dataclass(frozen=True, slots=True)
class LaidPage:
    """A page as it will be rendered: content and chrome in their order."""

    venue: Venue
    number: int
    sheet: Sheet
    url: str
    date: str
    """``2024-01-31``."""
    stretches: tuple[Stretch, ...]


def lay_pages(venue: Venue) -> Iterator[LaidPage]:
    """All pages of a venue."""
    sheets = _sheets(venue)
    extra = venue.grammar("teasers")
    titles = [*dict.fromkeys(s.title for s in sheets), *(extra.title() for _ in range(_EXTRA))]
    for number, sheet in enumerate(sheets):
        say = venue.grammar(f"chrome/{number}")
        month = 1 + number % 3
        url = f"https://{venue.host}/{slug(sheet.title)}-{number}"
        others = [title for title in titles if title != sheet.title]
        about = Around(venue, sheet, say, others, url, month)
        laid = sheet.stretches if sheet.role == "chunk" else tuple(_laid(about))
        yield LaidPage(venue, number, sheet, url, f"2024-{month:02d}-{1 + number % 28:02d}", laid)


def _sheets(venue: Venue) -> list[Sheet]:
    """The contents of the venue's pages; of six and more some are another's version, reprint or part."""
    make = BODIES[venue.kind]
    sheets: list[Sheet] = []
    for number in range(venue.pages):
        say = venue.grammar(f"page/{number}")
        role = say.draw.random()
        whole = [sheet for sheet in sheets if sheet.role == "page"]
        if venue.pages < _FEWEST or len(whole) < 3 or role > 0.3:
            sheets.append(make(venue, say))
        elif role < 0.12 and venue.kind in _REVISED:
            sheets.append(_revised(say.draw.choice(whole), say))
        elif role < 0.2 and venue.kind in _REPRINTED:
            sheets.append(replace(say.draw.choice(whole), role="reprint"))
        elif role < 0.3 and venue.kind in _CHUNKED:
            sheets.append(_chunk(say.draw.choice(whole), say.draw))
        else:
            sheets.append(make(venue, say))
    return sheets


def _revised(sheet: Sheet, say: Grammar) -> Sheet:
    """A version: most of it as it was, some of it said anew."""
    made = []
    for stretch in sheet.stretches:
        told = stretch.sort in (Sort.PARAGRAPH, Sort.ITEM) and say.draw.random() < _CHANGED
        made.append(replace(stretch, units=(Unit(say.paragraph("manual")),)) if told else stretch)
    return Sheet(sheet.title, tuple(made), "version")


def _chunk(sheet: Sheet, draw: random.Random) -> Sheet:
    """A part of a page, as tools cut pages for a search: nothing around it."""
    size = max(4, len(sheet.stretches) // 3)
    first = draw.randint(0, max(0, len(sheet.stretches) - size))
    return Sheet(sheet.title, sheet.stretches[first : first + size], "chunk")


def _laid(about: Around) -> Iterator[Stretch]:
    """Content between what stands before, inside and behind it."""
    venue, draw = about.venue, about.draw
    side = [stretch for name in venue.after for stretch in MAKERS[name](about)]
    yield from menu(about)
    for name in venue.before:
        yield from MAKERS[name](about)
    if "side first" in venue.habits:
        yield from side
    yield from on_this_page(about)
    turn = draw.randrange(len(venue.inside))
    left = draw.randint(*_BETWEEN)
    for place, stretch in enumerate(about.sheet.stretches):
        yield stretch
        left -= 1
        last = place == len(about.sheet.stretches) - 1
        if left <= 0 and not last and stretch.sort is not Sort.HEADING and not _paired(stretch):
            yield from MAKERS[venue.inside[turn % len(venue.inside)]](about)
            turn, left = turn + 1, draw.randint(*_BETWEEN)
    if "side first" not in venue.habits:
        yield from side
    yield from footer(about)


def _paired(stretch: Stretch) -> bool:
    """Whether the next stretch belongs to it: nothing stands between them."""
    return stretch.sort in (Sort.ENTRY, Sort.CAPTION)
