"""A page on its way into a dump: what is planted into it, taken out of it, and where it breaks off."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from repairing.cases import Carrier, Case, Planted
from repairing.originals import Original
from repairing.prose import is_body

COPY = "-copy"


@dataclass
class Draft:
    """A document in the making. It changes while a dump is planned, and never after."""

    original: Original
    is_copy: bool = False
    """Whether it is the whole copy of a page that breaks off."""
    planted: dict[int, Planted] = field(default_factory=dict)
    """By the paragraph after which it stands."""
    closed: set[int] = field(default_factory=set)
    """Paragraphs after which nothing may be planted."""
    gone: set[int] = field(default_factory=set)
    """Paragraphs that are taken out."""
    end: tuple[int, Case] | None = None
    """The paragraph that breaks off, and how; all behind it is left out."""

    @property
    def id(self) -> str:
        """``SET/SITE/DOC.txt``."""
        return f"{self.original.name}{COPY if self.is_copy else ''}.txt"

    def gaps(self, rng: random.Random) -> list[int]:
        """Paragraphs of prose with prose behind them and nothing planted between, shuffled."""
        paragraphs = self.original.paragraphs
        stop = len(paragraphs) - 1 if self.end is None else self.end[0] - 1
        free = (n for n in range(stop) if n not in self.planted and n not in self.closed)
        found = [n for n in free if is_body(paragraphs[n]) and is_body(paragraphs[n + 1])]
        rng.shuffle(found)
        return found

    def take_out(self, paragraph: int) -> None:
        """Leave a paragraph out; nothing is planted where it stood."""
        self.gone.add(paragraph)
        self.closed |= {paragraph - 1, paragraph}

    def cases(self) -> list[Case]:
        """The cut texts it carries so far."""
        found = [planted for planted in self.planted.values() if isinstance(planted, Case)]
        return found if self.end is None else [*found, self.end[1]]

    def carrier(self) -> Carrier:
        """The document as it goes into the dump."""
        text = ""
        planted: list[tuple[int, int, Planted]] = []
        for gap, said, what in self._parts():
            start = len(text) + len(gap) if text else 0
            text = f"{text}{gap}{said}" if text else said
            if what is not None:
                planted.append((start, len(text), what))
        return Carrier(self.id, text, tuple(planted))

    def _parts(self) -> list[tuple[str, str, Planted | None]]:
        """Paragraphs in order, with what stands before each, and whether it was planted."""
        parts: list[tuple[str, str, Planted | None]] = []
        gap = ""
        for number, paragraph in enumerate(self.original.paragraphs):
            if self.end is not None and number == self.end[0]:
                return [*parts, (gap, self.end[1].text, self.end[1])]
            following = self.original.gaps[number] if number < len(self.original.gaps) else ""
            if number in self.gone:
                gap = "\n\n"
                continue
            parts.append((gap, paragraph, None))
            gap = following
            if number in self.planted:
                parts.append(("\n\n", self.planted[number].text, self.planted[number]))
                gap = "\n\n"
        return parts


def apart(gaps: list[int], paragraph: int) -> int | None:
    """The first of the gaps that is not beside the paragraph."""
    return next((gap for gap in gaps if gap not in (paragraph - 1, paragraph)), None)
