"""The chrome of a page: sections of lines that a site repeats, with what changes from page to page."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from dumping.sites import Site, person

TEASERS = frozenset({"related", "latest", "popular"})
"""Sections that show other pages of the site: `pages` makes them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as a reader sees it."""

    text: str
    link: str = ""
    """The path that it leads to, if any."""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that stand together in a page."""

    name: str
    kind: str
    """``links``, ``notes``, ``teasers``, ``form``, ``heading`` or ``body``."""
    lines: tuple[Line, ...]


class Filled:
    """What stands in the blanks of a site's phrases on one page."""

    def __init__(self, site: Site, draw: random.Random, day: date) -> None:
        self.site, self.draw, self.day = site, draw, day

    def fill(self, phrase: str, **more: object) -> str:
        if "{" not in phrase:
            return phrase
        site = self.site
        known: dict[str, object] = {
            "site": site.title, "town": site.town, "founded": site.founded, "number": site.founded % 190 + 1,
            "year": self.day.year, "count": f"{self.draw.randrange(1, 4000):,}", "name": site.staff[0],
            "weekday": site.phrases["weekdays"][site.founded % 7], "section": site.menu[1],
        }  # fmt: skip
        if "{date}" in phrase:
            known["date"] = self.date_of(self.day)
        return phrase.format(**(known | more))

    def date_of(self, day: date) -> str:
        return str(self.site.wording["date"].format(**self.words_of(day)))

    def words_of(self, day: date) -> dict[str, object]:
        phrases = self.site.phrases
        return {
            "day": day.day,
            "month": phrases["months"][day.month - 1],
            "year": day.year,
            "weekday": phrases["weekdays"][day.weekday()],
        }

    def each(self, name: str) -> list[Line]:
        return list(linked([self.fill(text) for text in self.site.wording[name]], f"/{name}"))


def linked(texts: Sequence[str], path: str) -> tuple[Line, ...]:
    """Lines that each lead somewhere."""
    return tuple(Line(text, f"{path}/{place}") for place, text in enumerate(texts))


def cut(text: str, draw: random.Random) -> str:
    """A beginning as teasers show it: cut off, with an ellipsis."""
    return text[: draw.randint(80, 130)].rstrip() + draw.choice(("…", "...", " …"))


def comments(said: Filled) -> tuple[Line, ...]:
    form = [Line(text) for text in said.site.wording["comment_form"]]
    return (Line(said.fill(said.site.wording["comments_head"])), *form)


def _menu(said: Filled) -> list[Line]:
    return list(linked(said.site.menu, "/section"))


def _submenu(said: Filled) -> list[Line]:
    return list(linked(said.site.menu[2:9:2], "/section/more"))


def _note(*names: str) -> Callable[[Filled], list[Line]]:
    return lambda said: [Line(said.fill(said.site.wording[name])) for name in names]


def _weather(said: Filled) -> list[Line]:
    sky = said.draw.choice(said.site.phrases["skies"])
    return [Line(said.fill(said.site.wording["weather"], degrees=said.draw.randint(-8, 33), sky=sky))]


def _events(said: Filled) -> list[Line]:
    """The month's calendar: pages of one month share what is to come."""
    site = said.site
    month = random.Random(f"{site.key}/{said.day.year}/{said.day.month}")
    lines = [Line(said.fill(site.wording["events_head"]))]
    days = sorted(month.sample(range(1, 29), 9))
    planned = [
        (
            day,
            month.choice(site.wording["events"]),
            month.choice(site.wording["places"]),
            month.randint(10, 20),
        )
        for day in days
    ]
    ahead = [one for one in planned if one[0] >= said.day.day]
    for day, what, place, hour in ahead[:5] or planned[-2:]:
        words = said.words_of(said.day.replace(day=day))
        text = site.wording["event"].format(event=what, place=place, hour=hour, **words)
        lines.append(Line(text, f"/events/{said.day.year}-{said.day.month}-{day}"))
    return lines


def _poll(said: Filled) -> list[Line]:
    answers = said.site.phrases["poll_answers"]
    return [Line(said.fill(said.site.wording["poll"])), *(Line(said.fill(text)) for text in answers)]


def _counter(said: Filled) -> list[Line]:
    guest = person(said.site.phrases, said.site.language, said.draw)
    return [Line(said.fill(said.site.wording["counters"])), Line(said.fill("{count} · {guest}", guest=guest))]


SECTIONS: dict[str, tuple[str, Callable[[Filled], list[Line]]]] = {
    "account": ("links", lambda said: said.each("account")),
    "menu": ("links", _menu),
    "submenu": ("links", _submenu),
    "weather": ("notes", _weather),
    "notice": ("notes", _note("cookies")),
    "events": ("teasers", _events),
    "poll": ("form", _poll),
    "newsletter": ("notes", _note("newsletter")),
    "about": ("notes", _note("about")),
    "promo": ("links", lambda said: said.each("promo")),
    "counter": ("notes", _counter),
    "footer": ("links", lambda said: said.each("footer")),
    "legal": ("notes", _note("legal")),
}
