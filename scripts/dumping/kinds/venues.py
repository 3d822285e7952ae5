"""Invented sites of one kind of text each: what their pages share, as content and as chrome."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dumping.kinds.grammar import NOUNS, Grammar

CHROME: Mapping[str, Any] = tomllib.loads((Path(__file__).parent / "chrome.toml").read_text("utf-8"))
"""What sites say around their texts: data, of which there may be more."""
_OWN_NOUNS = 60
_TITLES = ("{n} {kind}", "The {n} {noun}", "{n} & {m}", "{noun} of {n}", "{n} online")
_HABITS = {"spaced": 0.6, "bullets": 0.6, "landmarks": 0.5, "tabs": 0.5, "side first": 0.4, "front matter": 0.7,
           "indented": 0.5, "canonical": 0.6}  # fmt: skip
INSIDE = ("read also", "newsletter", "advert", "offer", "share", "helpful", "survey", "related")
"""Chrome that may stand between the blocks of the content."""
AFTER = ("neighbours", "comment form", "calendar", "poll", "popular", "readers", "tags", "related", "contact")
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

    def wording(self, chrome: str) -> tuple[str, ...]:
        """How this site says a kind of chrome; the blanks that differ by page are still open."""
        say = self.grammar(f"wording/{chrome}")
        chosen = say.draw.choice(CHROME["wordings"][chrome])
        known = {"site": self.title, "noun": self.nouns[0], "home": say.name(), "founded": f"{say.number()}"}
        for name, value in known.items():
            chosen = [text.replace(f"{{{name}}}", value) for text in chosen]
        return tuple(chosen)

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
        menu=tuple(draw.sample([*draw.sample(CHROME["menu"], 6), *_own(say, 6)], draw.randint(5, 12))),
        footer=tuple(draw.sample([*draw.sample(CHROME["footer"], 6), f"About {title}"], draw.randint(4, 7))),
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


def _own(say: Grammar, count: int) -> list[str]:
    """Entries of a menu that this site alone has."""
    return [
        f"{say.noun().capitalize()} {say.pick(('room', 'desk', 'club', 'atlas', 'school'))}"
        for _ in range(count)
    ]
