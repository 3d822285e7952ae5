"""Which gold text stands in which document: runs of paragraphs along a tape, lap after lap.

A tape holds all gold paragraphs of a language. Each document takes the next run of them, of a
length drawn for it; where the tape ends the next lap begins, in another wording (`rewording`), and
with runs that begin and end elsewhere. A document is a few numbers until its text is asked for.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from dumping.gold import Material
from dumping.rewording import Tape, Vocabulary

MEDIAN = 1950
"""Bytes of a body in UTF-8, half of the bodies being shorter."""
SPREAD = 0.5
"""Standard deviation of the natural logarithm of that."""
SHORTEST, LONGEST = 700, 12_000
_TEASER = 48
"""Tokens from which a teaser's text is cut."""


@dataclass(frozen=True, slots=True)
class Body:
    """The run of one document."""

    first: int
    last: int
    """Paragraphs of the tape, the last one left out."""
    wording: int


class Bodies:
    """The bodies and headlines of all documents of one language, by number."""

    def __init__(self, material: Material, seed: str) -> None:
        self._vocabulary = Vocabulary((material.headlines, material.paragraphs))
        self._tape = self._vocabulary.tape(material.paragraphs)
        self._headlines = self._vocabulary.tape(material.headlines)
        self._draw = random.Random(f"{seed}/bodies")
        self._runs: list[Body] = []
        self._next = Body(0, 0, 0)

    def add(self) -> int:
        """Plan one document more; returns its number."""
        wanted = MEDIAN * math.exp(self._draw.gauss(0.0, SPREAD))
        self._next = _run(self._tape, self._next, min(max(wanted, SHORTEST), LONGEST))
        self._runs.append(self._next)
        return len(self._runs) - 1

    def paragraphs(self, number: int) -> Sequence[str]:
        """The paragraphs of a document's body."""
        run = self._runs[number]
        starts = self._tape.starts
        tokens = self._tape.tokens[starts[run.first] : starts[run.last]]
        return self._vocabulary.text(tokens, run.wording).splitlines()

    def headline(self, number: int) -> str:
        """The headline of a document: unlike every other's."""
        starts = self._headlines.starts
        wording, place = divmod(number, len(starts) - 1)
        return self._vocabulary.text(self._headlines.tokens[starts[place] : starts[place + 1] - 1], wording)

    def beginning(self, number: int) -> str:
        """How a document's body begins, cut anywhere after a few words."""
        run = self._runs[number]
        begin, end = self._tape.starts[run.first], self._tape.starts[run.first + 1] - 1
        tokens = self._tape.tokens[begin : min(end, begin + _TEASER)]
        return self._vocabulary.text(tokens, run.wording)


def _run(tape: Tape, before: Body, wanted: float) -> Body:
    """The run after another one, of about the wanted bytes; a run does not go over the tape's end."""
    first, wording = before.last, before.wording
    if first >= len(tape.sizes):
        first, wording = 0, wording + 1
    last, size = first, 0
    while last < len(tape.sizes) and size < wanted:
        size += tape.sizes[last]
        last += 1
    if first and size < SHORTEST:  # the rest of the tape is too short for a body
        return _run(tape, Body(0, 0, wording + 1), wanted)
    return Body(first, last, wording)
