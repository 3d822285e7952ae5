"""Planted chrome: what a site says around its content and between its blocks."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dumping.kinds.grammar import Grammar
from dumping.kinds.stretches import Sheet, Sort, Stretch, Unit, planted, slug
from dumping.kinds.venues import Venue

EXCHANGED = frozenset({"banner", "offer", "readers", "visitors", "contact"})
"""Kinds whose lines have one or two words exchanged from page to page, beside their numbers."""
ONCE = frozenset({"breadcrumb", "on this page", "neighbours", "related", "read also", "popular"})
"""Kinds whose lines name other pages or parts of this one: some stand on one page only."""
_FRUITS = (
    "Bread",
    "Boots",
    "Clocks",
    "Tents",
    "Lamps",
    "Kettles",
    "Scarves",
    "Saddles",
    "Chairs",
    "Bicycles",
)

_FORM = (
    "Leave a reply",
    "Your e-mail address will not be published. Required fields are marked *",
    "Name *",
    "E-mail *",
    "Website",
    "Save my name, e-mail and website in this browser for the next time I comment.",
    "Post comment",
)


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


def _led(name: str, head: str, units: tuple[Unit, ...], sort: Sort = Sort.ITEM) -> list[Stretch]:
    return [planted(name, Sort.HEADING, [head]), Stretch(sort, units, name)]


def _of_site(about: Around, texts: Sequence[str], name: str, sort: Sort = Sort.ITEM) -> list[Stretch]:
    return [planted(name, sort, texts, f"https://{about.venue.host}/")]


def menu(about: Around) -> list[Stretch]:
    """The skip link and the menu; of documentation the version picker."""
    skip = Stretch(Sort.PARAGRAPH, (Unit("Skip to main content", f"{about.url}#main"),), "skip link")
    made = [skip, *_of_site(about, about.venue.menu, "menu")]
    if about.venue.kind in ("documentation", "handbooks"):
        versions = ["Version: 3.2 (latest)", "3.1", "3.0", "2.8 (long-term support)"]
        made += _of_site(about, versions, "version picker")
    return made


def on_this_page(about: Around) -> list[Stretch]:
    """Anchors into the page, where it has headings enough."""
    heads = [s.units[0].text for s in about.sheet.stretches if s.sort is Sort.HEADING and s.level > 1][:12]
    if len(heads) < 3:
        return []
    units = tuple(Unit(text, f"{about.url}#{slug(text)}") for text in heads)
    return _led("on this page", "On this page", units)


def _banner(about: Around) -> list[Stretch]:
    thing, place = about.draw.choice(_FRUITS), about.say.name()
    text = f"Members save {about.say.number(40)}% on {thing.lower()} this week in our {place} branch, while stocks last."
    return [planted("banner", Sort.PARAGRAPH, [text])]


def _offer(about: Around) -> list[Stretch]:
    thing, price = about.draw.choice(_FRUITS), about.say.number(90)
    text = f"Today's offer from our partners: {thing} from {price}.99, delivered to {about.say.name()} within two working days."
    return [planted("offer", Sort.PARAGRAPH, [text])]


def _readers(about: Around) -> list[Stretch]:
    text = (
        f"{about.say.person()} and {about.say.number(400)} other readers recommend this page; "
        "sign in to recommend it to your friends as well."
    )
    return [planted("readers", Sort.PARAGRAPH, [text])]


def _visitors(about: Around) -> list[Stretch]:
    text = f"You are visitor {about.say.number(9000)} from {about.say.name()}; the site was last seen from {about.say.name()} a moment ago."
    return [planted("visitors", Sort.PARAGRAPH, [text])]


def _contact(about: Around) -> list[Stretch]:
    text = (
        f"Your adviser for questions of every kind is {about.say.person()}; call {about.say.number(900)} 55 on "
        f"weekdays from 9 to 5, or write to us whenever you like."
    )
    return [planted("contact", Sort.PARAGRAPH, [text])]


def _read_also(about: Around) -> list[Stretch]:
    unit = about.teasers(1)[0]
    return [Stretch(Sort.PARAGRAPH, (Unit(f"Read also: {unit.text}", unit.link),), "read also")]


def _related(about: Around) -> list[Stretch]:
    return _led("related", "You may also like", about.teasers(4))


def _popular(about: Around) -> list[Stretch]:
    return _led("popular", "Most read this month", about.teasers(5))


def _neighbours(about: Around) -> list[Stretch]:
    before, after = (about.teasers(2) * 2)[:2]
    units = (Unit(f"Previous: {before.text}", before.link), Unit(f"Next: {after.text}", after.link))
    return [Stretch(Sort.PARAGRAPH, (unit,), "neighbours") for unit in units]


def _calendar(about: Around) -> list[Stretch]:
    """What the month has to offer: pages of one month share it."""
    month = about.venue.grammar(f"month/{about.month}")
    days = sorted(month.draw.sample(range(1, 29), 5))
    dated = [f"{day}.{about.month}. {month.noun().capitalize()} evening in {month.name()}" for day in days]
    return [planted("calendar", Sort.HEADING, ["Coming up"]), *_of_site(about, dated, "calendar")]


def _newsletter(about: Around) -> list[Stretch]:
    text = (
        f"Never miss a story from {about.venue.title}: our free newsletter arrives each Thursday, "
        "and you can leave whenever you wish."
    )
    field = "Enter your e-mail address"
    return [planted("newsletter", Sort.PARAGRAPH, [text]), planted("newsletter", Sort.PARAGRAPH, [field])]


def _comments(_: Around) -> list[Stretch]:
    return [
        planted("comment form", Sort.HEADING if text == _FORM[0] else Sort.PARAGRAPH, [text])
        for text in _FORM
    ]


def _cookies(about: Around) -> list[Stretch]:
    text = (
        f"{about.venue.title} uses cookies to make the site work, to count visits and to show you offers that "
        "suit you. You can change your mind in the settings at any time."
    )
    buttons = [
        planted("cookie notice", Sort.PARAGRAPH, [t]) for t in ("Accept all", "Only what is necessary")
    ]
    return [planted("cookie notice", Sort.PARAGRAPH, [text]), *buttons]


def footer(about: Around) -> list[Stretch]:
    """Links, the legal line, and the cookie notice, which stands last in most sources."""
    legal = f"© 2024 {about.venue.title}. All rights reserved. No part of this site may be copied without permission."
    return [
        *_of_site(about, about.venue.footer, "footer"),
        planted("legal", Sort.PARAGRAPH, [legal]),
        *_cookies(about),
    ]


def _fixed(name: str, sort: Sort, *texts: str, linked: bool = False) -> Callable[[Around], list[Stretch]]:
    def made(about: Around) -> list[Stretch]:
        return [planted(name, sort, texts, f"https://{about.venue.host}/" if linked else "")]

    return made


MAKERS: dict[str, Callable[[Around], list[Stretch]]] = {
    "account": _fixed("account", Sort.ITEM, "Sign in", "Create an account", "Basket (0)", linked=True),
    "banner": _banner,
    "breadcrumb": lambda about: [
        planted("breadcrumb", Sort.PARAGRAPH, [f"Home > {about.draw.choice(about.venue.sections)} > {about.sheet.title}"])
    ],
    "search": _fixed("search", Sort.PARAGRAPH, "Search the site", "Search"),
    "visitors": _visitors,
    "languages": _fixed("languages", Sort.ITEM, "English", "Deutsch", "Polski", "Ελληνικά", "Français", linked=True),
    "read also": _read_also,
    "newsletter": _newsletter,
    "advert": _fixed("advert", Sort.PARAGRAPH, "Advertisement", "Continue reading below the advertisement"),
    "offer": _offer,
    "share": _fixed("share", Sort.ITEM, "Share by e-mail", "Print this page", "Copy the link", linked=True),
    "helpful": _fixed("helpful", Sort.PARAGRAPH, "Was this section helpful?", "Yes", "No"),
    "survey": _fixed("survey", Sort.PARAGRAPH, "Take our two-minute survey and help us to make these pages better for everybody."),
    "related": _related,
    "neighbours": _neighbours,
    "comments": _comments,
    "calendar": _calendar,
    "poll": lambda about: [
        planted("poll", Sort.HEADING, ["Question of the week"]),
        planted("poll", Sort.ITEM, [f"Do you trust your {about.venue.nouns[0]}?", "Always", "Sometimes", "Show results"]),
    ],
    "popular": _popular,
    "readers": _readers,
    "tags": lambda about: [planted("tags", Sort.PARAGRAPH, ["Topics"]), *_of_site(about, about.venue.nouns[1:5], "tags")],
    "contact": _contact,
}  # fmt: skip
"""By the names that a venue chooses from."""
