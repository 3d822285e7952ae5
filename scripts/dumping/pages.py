"""A page: an invented site's chrome around a headline and a body, as sections of lines."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from dumping.chrome import SECTIONS, TEASERS, Filled, Line, Section, comments, cut, linked
from dumping.sites import Site

_FIRST_DAY = date(2023, 1, 2)
_DAYS = 700


class Library(Protocol):
    """The headlines and beginnings of the pages of one site, by the page's number in it."""

    def headline(self, page: int) -> str:
        """A page's headline."""

    def beginning(self, page: int) -> str:
        """How its body begins."""


@dataclass(frozen=True, slots=True)
class Page:
    """A whole page, its sections in the order of the source."""

    site: Site
    number: int
    count: int
    """How many pages the site has."""
    day: date
    author: str
    headline: str
    body: Sequence[str]
    sections: tuple[Section, ...]

    @property
    def path(self) -> str:
        """Where it stands on its site."""
        return address(self.number)

    @property
    def url(self) -> str:
        """Its address."""
        return f"https://{self.site.host}{self.path}"

    @property
    def gold(self) -> str:
        """Its main text: headline and body."""
        return "\n".join((self.headline, *self.body)) + "\n"


def address(number: int) -> str:
    """The path of a page on its site."""
    return f"/story/{number:06d}.html"


class Composer:
    """Composes the pages of one site."""

    def __init__(self, site: Site, count: int, library: Library, seed: int) -> None:
        self._site, self._count, self._library, self._seed = site, count, library, seed

    def page(self, number: int, body: Sequence[str]) -> Page:
        """The page of a number, with its body."""
        site, say = self._site, self._site.wording
        draw = random.Random(f"{self._seed}/{site.key}/{number}")
        day = self._day(number)
        said = Filled(site, draw, day)
        author = draw.choice(site.staff)
        section = site.menu[1 + number % (len(site.menu) - 1)]
        headline = self._library.headline(number)
        crumbs = said.fill(say["breadcrumb"], section=section, subsection=draw.choice(site.menu))
        article = [
            Section("breadcrumb", "notes", (Line(crumbs),)),
            Section("headline", "heading", (Line(headline),)),
            Section("byline", "notes", (Line(said.fill(say["byline"], name=author)),
                                        Line(said.fill(say["posted"], section=section)))),
            Section("share", "links", linked(say["share"], "/share")),
            *self._body(body, said, number),
        ]  # fmt: skip
        if "tags" in site.habits:
            tags = [Line(say["tags_head"]), *linked(draw.sample(site.menu, 3), "/tag")]
            article.append(Section("tags", "links", tuple(tags)))
        article.append(Section("comments", "form", comments(said)))
        side = [made for name in site.side if (made := self._section(name, said, number))]
        top = [made for name in site.top if (made := self._section(name, said, number))]
        bottom = [made for name in site.bottom if (made := self._section(name, said, number))]
        middle = [*side, *article] if site.side_first else [*article, *side]
        return Page(site, number, self._count, day, author, headline, body, (*top, *middle, *bottom))

    def _day(self, number: int) -> date:
        """The day a page appeared: later for higher numbers."""
        return _FIRST_DAY + timedelta(days=number * _DAYS // max(self._count, 1))

    def _body(self, body: Sequence[str], said: Filled, number: int) -> list[Section]:
        """The body, on some sites in two parts with something of the site's between them."""
        site = self._site
        lines = tuple(Line(paragraph) for paragraph in body)
        inside: list[Line] = []
        if "related inside" in site.habits:
            other = self._other(said.draw, number)
            inside.append(
                Line(f"{site.wording['related_head']}: {self._library.headline(other)}", address(other))
            )
        if "promo inside" in site.habits:
            inside.append(Line(said.fill(site.wording["newsletter"])))
        half = len(lines) // 2
        if not inside or not 1 <= half < len(lines):
            return [Section("body", "body", lines)]
        return [
            Section("body", "body", lines[:half]),
            Section("inside", "notes", tuple(inside)),
            Section("body", "body", lines[half:]),
        ]

    def _other(self, draw: random.Random, number: int) -> int:
        """Another page of the site."""
        other = draw.randrange(max(self._count - 1, 1))
        return other + 1 if other >= number and self._count > 1 else other

    def _section(self, name: str, said: Filled, number: int) -> Section | None:
        if name in TEASERS:
            return self._teasers(name, said, number)
        kind, make = SECTIONS[name]
        return Section(name, kind, tuple(make(said)))

    def _teasers(self, name: str, said: Filled, number: int) -> Section:
        """Headlines of other pages: drawn for the page, the latest before it, or the week's favourites."""
        draw, count = said.draw, self._count
        if name == "related":
            chosen = [self._other(draw, number) for _ in range(4)]
        elif name == "latest":
            chosen = [(number - back) % count for back in range(1, 6)]
        else:
            week = random.Random(f"{self._seed}/{self._site.key}/{said.day.isocalendar()[:2]}")
            chosen = [week.randrange(count) for _ in range(5)]
        lines = [Line(said.fill(self._site.wording[f"{name}_head"], section=draw.choice(self._site.menu)))]
        for other in dict.fromkeys(chosen):
            lines.append(Line(self._library.headline(other), address(other)))
            if name == "related" and "summaries" in self._site.habits:
                lines.append(Line(cut(self._library.beginning(other), draw)))
                lines.append(Line(self._site.wording["more"], address(other)))
            elif name == "latest":
                lines.append(Line(said.date_of(self._day(other))))
        return Section(name, "teasers", tuple(lines))
