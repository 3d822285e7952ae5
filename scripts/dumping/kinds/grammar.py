"""Invented prose: sentences of templates whose places are filled with words at random.

A page has its own draw, so that two pages share a sentence only where they are made to. Names of
people, places and things are put together from syllables and belong to nobody.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

WORDS: Mapping[str, Any] = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))
"""Word lists, and templates of sentences by register: data, of which there may be more."""
NOUNS: Sequence[str] = WORDS["nouns"]
ADJECTIVES: Sequence[str] = WORDS["adjectives"]
VERBS: Sequence[str] = WORDS["verbs"]
MATERIALS: Sequence[str] = WORDS["materials"]
UNITS: Sequence[str] = WORDS["units"]
_JOINED = 0.35
"""Share of sentences that go on with another."""


class Grammar:
    """Words and sentences by one draw."""

    def __init__(self, seed: str, nouns: Sequence[str] = NOUNS) -> None:
        self.draw = random.Random(seed)
        self._nouns = nouns

    def noun(self) -> str:
        """A noun in the singular."""
        return self.draw.choice(self._nouns)

    def name(self) -> str:
        """A proper name: ``Braindreth``."""
        parts = [self._syllable() for _ in range(self.draw.choice((1, 2, 2, 3)))]
        return ("".join(parts) + self.draw.choice(("", "", "a", "o", "y", "en"))).capitalize()

    def person(self) -> str:
        """A first and a last name."""
        return f"{self.name()} {self.name()}"

    def thing(self) -> str:
        """A name as programs and products have: ``gasket_limit``."""
        return f"{self.noun()}_{self.draw.choice(('limit', 'path', 'mode', 'count', 'level', 'rate', 'list', 'key'))}"

    def number(self, most: int = 900) -> int:
        """A number from 2."""
        return self.draw.randint(2, most)

    def pick(self, choices: Sequence[str]) -> str:
        """One of them."""
        return self.draw.choice(choices)

    def title(self) -> str:
        """A title of a few words."""
        draw, noun = self.draw, self.noun
        shape = draw.choice(WORDS["titles"])
        text = shape.format(a=draw.choice(ADJECTIVES), n=noun(), m=noun(), p=self.name())
        return text[0].upper() + text[1:]

    def sentence(self, register: str) -> str:
        """A sentence of a register."""
        draw = self.draw
        text = draw.choice(WORDS["registers"][register])
        if draw.random() < _JOINED:
            joint, more = draw.choice(WORDS["joints"]), draw.choice(WORDS["registers"][register])
            text += joint + more[0].lower() + more[1:]
        known = {
            "n": self.noun(), "n2": self.noun(), "n3": self.noun(), "n4": self.noun(),
            "a": draw.choice(ADJECTIVES), "a2": draw.choice(ADJECTIVES), "v": draw.choice(VERBS),
            "adv": draw.choice(WORDS["adverbs"]), "material": draw.choice(MATERIALS), "unit": draw.choice(UNITS),
            "num": self.number(), "num2": self.number() + 900, "small": self.number(40),
            "place": self.name(), "person": self.person(), "thing": self.thing(),
        }  # fmt: skip
        text = text.format(**known)
        return text[0].upper() + text[1:]

    def paragraph(self, register: str, least: int = 2, most: int = 5) -> str:
        """Some sentences in one line."""
        return " ".join(self.sentence(register) for _ in range(self.draw.randint(least, most)))

    def paragraphs(self, register: str, count: int) -> list[str]:
        """So many paragraphs."""
        return [self.paragraph(register) for _ in range(count)]

    def _syllable(self) -> str:
        parts = WORDS["onsets"], WORDS["nuclei"], (*WORDS["codas"], "", "")
        return "".join(self.draw.choice(part) for part in parts)
