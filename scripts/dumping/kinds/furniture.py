"""Planted chrome: what a site says around its content and between its blocks."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dumping.kinds.grammar import Grammar
from dumping.kinds.stretches import Sheet, Sort, Stretch, Unit, planted, slug
from dumping.kinds.venues import CHROME, Venue

EXCHANGED = frozenset({"banner", "offer", "readers", "visitors", "contact"})
"""Kinds whose lines have one or two words exchanged from page to page, beside their numbers."""
ONCE = frozenset({"breadcrumb", "on this page", "neighbours", "related", "read also", "popular"})
"""Kinds whose lines name other pages or parts of this one: some stand on one page only."""


@dataclass(frozen=True, slots=True)
class Around:
    """What chrome of one page may speak of."""

    venue: Venue
    sheet: Sheet
    say: Grammar
    """The words of this page's chrome."""
    others: Sequence[str]
    """Titles of other pages of the site, some of which the dump lacks."""
    url: str
    month: int
    """Of the year in which it was fetched."""

    @property
    def draw(self) -> random.Random:
        """Of this page's chrome."""
        return self.say.draw

    def teasers(self, count: int) -> tuple[Unit, ...]:
        """Links to other pages."""
        chosen = self.draw.sample(self.others, min(count, len(self.others)))
        return tuple(Unit(title, f"https://{self.venue.host}/{slug(title)}") for title in chosen)


def menu(about: Around) -> list[Stretch]:
    """The skip link and the menu; of documentation the version picker."""
    skip = Unit(about.venue.wording("skip link")[0], f"{about.url}#main")
    made = [Stretch(Sort.PARAGRAPH, (skip,), "skip link"), *_of_site(about, about.venue.menu, "menu")]
    if about.venue.kind in ("documentation", "handbooks"):
        made += _of_site(about, about.venue.wording("version picker"), "version picker")
    return made


def on_this_page(about: Around) -> list[Stretch]:
    """Anchors into the page, where it has headings enough."""
    heads = [s.units[0].text for s in about.sheet.stretches if s.sort is Sort.HEADING and s.level > 1][:12]
    if len(heads) < 3:
        return []
    return _led("on this page", about, tuple(Unit(text, f"{about.url}#{slug(text)}") for text in heads))


def footer(about: Around) -> list[Stretch]:
    """Links, the legal line, and the cookie notice, which stands last in most sources."""
    links = _of_site(about, about.venue.footer, "footer")
    return [*links, *_said("legal")(about), *_said("cookie notice")(about)]


def _of_site(about: Around, texts: Sequence[str], name: str) -> list[Stretch]:
    return [planted(name, Sort.ITEM, texts, f"https://{about.venue.host}/")]


def _led(name: str, about: Around, units: tuple[Unit, ...]) -> list[Stretch]:
    """A heading and a list."""
    return [planted(name, Sort.HEADING, about.venue.wording(name)), Stretch(Sort.ITEM, units, name)]


def _said(name: str) -> Callable[[Around], list[Stretch]]:
    """Each line a paragraph, with what differs from page to page filled in."""

    def made(about: Around) -> list[Stretch]:
        say = about.say
        known = {
            "thing": say.pick(CHROME["things"]).lower(), "town": say.name(), "name": say.name(),
            "count": str(say.number(90)),
        }  # fmt: skip
        texts = list(about.venue.wording(name))
        if name in EXCHANGED:
            texts = [text.format(**known) for text in texts]
        return [planted(name, Sort.PARAGRAPH, [text]) for text in texts]

    return made


def _linked(name: str) -> Callable[[Around], list[Stretch]]:
    """A list of links."""
    return lambda about: _of_site(about, about.venue.wording(name), name)


def _headed(name: str) -> Callable[[Around], list[Stretch]]:
    """A heading, and each further line a paragraph."""

    def made(about: Around) -> list[Stretch]:
        first, *rest = about.venue.wording(name)
        return [
            planted(name, Sort.HEADING, [first]),
            *(planted(name, Sort.PARAGRAPH, [text]) for text in rest),
        ]

    return made


def _breadcrumb(about: Around) -> list[Stretch]:
    trail = f"{about.venue.menu[0]} > {about.draw.choice(about.venue.sections)} > {about.sheet.title}"
    return [planted("breadcrumb", Sort.PARAGRAPH, [trail])]


def _read_also(about: Around) -> list[Stretch]:
    unit, before = about.teasers(1)[0], about.venue.wording("read also")[0]
    return [Stretch(Sort.PARAGRAPH, (Unit(f"{before}{unit.text}", unit.link),), "read also")]


def _neighbours(about: Around) -> list[Stretch]:
    pairs = zip(about.venue.wording("neighbours"), about.teasers(2), strict=True)
    units = [Unit(f"{before}{unit.text}", unit.link) for before, unit in pairs]
    return [Stretch(Sort.PARAGRAPH, (unit,), "neighbours") for unit in units]


def _calendar(about: Around) -> list[Stretch]:
    """What the month has to offer: pages of one month share it."""
    month = about.venue.grammar(f"month/{about.month}")
    days = sorted(month.draw.sample(range(1, 29), 5))
    dated = [f"{day}.{about.month}. {month.noun().capitalize()} evening in {month.name()}" for day in days]
    return _led(
        "calendar",
        about,
        tuple(Unit(text, f"https://{about.venue.host}/events/{slug(text)}") for text in dated),
    )


def _tags(about: Around) -> list[Stretch]:
    return [*_said("tags")(about), *_of_site(about, about.venue.nouns[1:5], "tags")]


MAKERS: dict[str, Callable[[Around], list[Stretch]]] = {
    "account": _linked("account"),
    "banner": _said("banner"),
    "breadcrumb": _breadcrumb,
    "search": _said("search"),
    "visitors": _said("visitors"),
    "languages": _linked("languages"),
    "read also": _read_also,
    "newsletter": _said("newsletter"),
    "advert": _said("advert"),
    "offer": _said("offer"),
    "share": _linked("share"),
    "helpful": _said("helpful"),
    "survey": _said("survey"),
    "related": lambda about: _led("related", about, about.teasers(4)),
    "neighbours": _neighbours,
    "comment form": _headed("comment form"),
    "calendar": _calendar,
    "poll": _headed("poll"),
    "popular": lambda about: _led("popular", about, about.teasers(5)),
    "readers": _said("readers"),
    "tags": _tags,
    "contact": _said("contact"),
}
"""By the names that a venue chooses from."""
