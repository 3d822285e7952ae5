"""Sites that nobody runs: a name, a language, a layout, and the phrases that each says always."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

Phrases = Mapping[str, Any]
_PHRASES = Path(__file__).parent / "phrases"
_PATTERN = ("en", "en", "el", "en", "en", "pl", "en", "en", "en", "zh", "en", "en", "el",
            "en", "en", "en", "ru", "en", "en", "en", "pl", "en", "en", "el", "en")  # fmt: skip
"""Languages of the sites, in turn: about the shares of the gold text."""

TOP = ("account", "menu", "weather", "notice", "submenu")
SIDE = ("related", "latest", "popular", "events", "poll", "newsletter", "about", "promo", "counter")
BOTTOM = ("footer", "legal")


@dataclass(frozen=True, slots=True)
class Site:
    """An invented site."""

    key: str
    """Its folder: ``site-07``."""
    language: str
    phrases: Phrases
    town: str
    title: str
    staff: tuple[str, ...]
    menu: tuple[str, ...]
    wording: Mapping[str, Any]
    """What it chose of each phrase that has variants."""
    top: tuple[str, ...]
    side: tuple[str, ...]
    bottom: tuple[str, ...]
    side_first: bool
    """Whether the sidebar stands before the article in the page's source."""
    bullet: str
    """What a text extractor puts before the items of its lists."""
    habits: frozenset[str]
    """Of ``summaries``, ``promo inside``, ``related inside``, ``json-ld``, ``opengraph``, ``meta``, …"""
    founded: int

    @property
    def host(self) -> str:
        """Its host name, under the domain that is reserved for examples."""
        return f"www.{self.key}.example"


_HABITS = {"summaries": 0.4, "promo inside": 0.4, "related inside": 0.3, "json-ld": 0.5, "opengraph": 0.6,
           "meta": 0.5, "landmarks": 0.6, "tables": 0.15, "time": 0.5, "tags": 0.7}  # fmt: skip


def invent(number: int, seed: int) -> Site:
    """The site of a number."""
    language = _PATTERN[number % len(_PATTERN)]
    draw = random.Random(f"{seed}/site/{number}")
    phrases = phrases_of(language)
    town = draw.choice(phrases["towns"])
    side = draw.sample(SIDE, draw.randint(6, len(SIDE)))
    top = [name for name in TOP if name in ("menu", "account") or draw.random() < 0.6]
    bottom = list(BOTTOM)
    if "notice" not in top:  # many put the cookie notice last in the source
        bottom.append("notice")
    return Site(
        key=f"site-{number:02d}",
        language=language,
        phrases=phrases,
        town=town,
        title=draw.choice(phrases["titles"]).format(town=town),
        staff=tuple(person(phrases, language, draw) for _ in range(9)),
        menu=tuple(draw.sample(phrases["sections"], draw.randint(10, 17))),
        wording=_choose(phrases, draw),
        top=tuple(draw.sample(top, len(top))),
        side=tuple(side),
        bottom=tuple(bottom),
        side_first=draw.random() < 0.4,
        bullet=draw.choice(("  • ", "• ", "", "", "* ", "- ")),
        habits=frozenset(name for name, share in _HABITS.items() if draw.random() < share),
        founded=draw.randint(1880, 2009),
    )


@cache
def phrases_of(language: str) -> Phrases:
    """The phrases that chrome of a language is made of."""
    return tomllib.loads((_PHRASES / f"{language}.toml").read_text("utf-8"))


def person(phrases: Phrases, language: str, draw: random.Random) -> str:
    """A name."""
    first, last = draw.choice(phrases["first_names"]), draw.choice(phrases["last_names"])
    return f"{last}{first}" if language == "zh" else f"{first} {last}"


_SOME = {"account": (4, 8), "share": (4, 8), "comment_form": (5, 9), "footer": (7, 13), "promo": (3, 6),
         "events": (8, 12), "places": (5, 8)}  # fmt: skip
"""Of these a site takes some, always the same; of all other lists of variants, one."""
_SHARED = ("months", "weekdays", "skies", "first_names", "last_names", "sections", "towns", "titles",
           "poll_answers")  # fmt: skip


def _choose(phrases: Phrases, draw: random.Random) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    for name, variants in sorted(phrases.items()):
        if name in _SHARED or isinstance(variants, str):
            chosen[name] = variants
        elif name in _SOME:
            least, most = _SOME[name]
            chosen[name] = tuple(draw.sample(variants, min(len(variants), draw.randint(least, most))))
        else:
            chosen[name] = draw.choice(variants)
    return chosen


def shares(count: int, documents: int, seed: int) -> Sequence[int]:
    """How many of the documents each site has: large and small ones, the largest five times the smallest.

    None has fewer than five, as long as there are enough documents for that.
    """
    weights = [1 / (1 + rank / (count / 4)) for rank in range(count)]
    random.Random(f"{seed}/shares").shuffle(weights)
    least = min(5, documents // count)
    free = documents - least * count
    total = sum(weights)
    edges = [0]
    done = 0.0
    for weight in weights:
        done += weight
        edges.append(round(free * done / total))
    return [least + edges[place + 1] - edges[place] for place in range(count)]
