"""Invented sites of one kind of text each: what their pages share, as content and as chrome."""

from __future__ import annotations

from dataclasses import dataclass

from dumping.kinds.grammar import NOUNS, Grammar

_OWN_NOUNS = 60
_TITLES = ("{n} {kind}", "The {n} {noun}", "{n} & {m}", "{noun} of {n}", "{n} online")
_MENU = ("Home", "News", "Guides", "Shop", "Forum", "Archive", "Events", "Membership", "Downloads", "Contact us",
         "About us", "Jobs", "Press", "Support", "Gallery", "Partners", "Library", "Calendar")  # fmt: skip
_FOOTER = ("Terms of use", "Privacy policy", "Cookie settings", "Imprint", "Accessibility statement", "Site map",
           "Report a problem", "Subscribe to our newsletter", "Careers", "Advertise with us", "RSS feed")  # fmt: skip
_HABITS = {"spaced": 0.6, "bullets": 0.6, "landmarks": 0.5, "tabs": 0.5, "side first": 0.4, "front matter": 0.7,
           "indented": 0.5, "canonical": 0.6}  # fmt: skip
INSIDE = ("read also", "newsletter", "advert", "offer", "share", "helpful", "survey", "related")
"""Chrome that may stand between the blocks of the content."""
AFTER = ("neighbours", "comments", "calendar", "poll", "popular", "readers", "tags", "related", "contact")
"""Chrome that may stand behind the content, before the footer."""
BEFORE = ("account", "banner", "breadcrumb", "search", "visitors", "languages")
"""Chrome that may stand before the content, beside the menu."""


@dataclass(frozen=True, slots=True)
class Venue:
    """An invented site."""

    key: str
    """Its folder: ``recipes-006``, by its kind and its number of pages."""
    kind: str
    pages: int
    seed: str
    title: str
    nouns: tuple[str, ...]
    """What its texts are about."""
    menu: tuple[str, ...]
    footer: tuple[str, ...]
    sections: tuple[str, ...]
    """Parts of the site, as breadcrumbs and menus of a sidebar name them."""
    warnings: tuple[str, ...]
    """Sentences of content that several pages hold in their body."""
    commands: tuple[str, ...]
    """Lines of code of which that is true."""
    staff: tuple[str, ...]
    before: tuple[str, ...]
    inside: tuple[str, ...]
    after: tuple[str, ...]
    habits: frozenset[str]
    bullet: str

    @property
    def host(self) -> str:
        """Its host name, under the domain that is reserved for examples."""
        return f"{self.key}.example"

    def grammar(self, what: str) -> Grammar:
        """Words for one purpose, always the same."""
        return Grammar(f"{self.seed}/{self.key}/{what}", self.nouns)


def found(kind: str, pages: int, seed: int) -> Venue:
    """The site of a kind with so many pages."""
    key = f"{kind}-{pages:03d}"
    say = Grammar(f"{seed}/{key}/site")
    draw = say.draw
    nouns = tuple(draw.sample(NOUNS, _OWN_NOUNS))
    say = Grammar(f"{seed}/{key}/words", nouns)
    title = draw.choice(_TITLES).format(n=say.name(), m=say.name(), noun=say.noun().capitalize(), kind=kind)
    return Venue(
        key=key,
        kind=kind,
        pages=pages,
        seed=str(seed),
        title=title,
        nouns=nouns,
        menu=tuple(draw.sample(_MENU, draw.randint(5, 12))),
        footer=tuple(draw.sample(_FOOTER, draw.randint(4, 8))),
        sections=tuple(say.title() for _ in range(5)),
        warnings=tuple(say.sentence("manual") for _ in range(2)),
        commands=tuple(f"{say.noun()} --{say.noun()} {say.thing()}" for _ in range(3)),
        staff=tuple(say.person() for _ in range(6)),
        before=tuple(name for name in BEFORE if draw.random() < 0.6),
        inside=tuple(draw.sample(INSIDE, draw.randint(1, 4))),
        after=tuple(draw.sample(AFTER, draw.randint(3, 7))),
        habits=frozenset(name for name, share in _HABITS.items() if draw.random() < share),
        bullet=draw.choice(("• ", "- ", "", "* ")),
    )
