"""Where a sentence may be cut, and what is put behind the cut."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from repairing import links
from repairing.prose import RUN, WORD, is_alone, is_spaceless

INSIDE, BETWEEN, BROKEN = "inside a word", "between words", "inside a character"
BARE, ELLIPSIS, LINK = "bare", "ellipsis", "ellipsis and link"
STYLES = tuple((place, mark) for place in (INSIDE, BETWEEN) for mark in (BARE, ELLIPSIS, LINK))
"""Every place of a cut with every mark behind it."""
BROKEN_STYLE = (BROKEN, BARE)
"""Only the end of a document breaks off inside a character: the bytes were cut, not the text."""
SPACELESS_STYLES = ((BETWEEN, ELLIPSIS), (BETWEEN, LINK))
"""Scripts without spaces have no cut inside a word, and a bare one there cannot be told from a headline."""

FEWEST_WORDS = 10
FEWEST_CHARACTERS = 20
"""Of a sentence in a script without spaces."""
WORDS_BEFORE = 5
SHARE_BEFORE = 0.4
"""Of a sentence in a script without spaces."""
WORDS_BEHIND = 2
CHARACTERS_BEHIND = 4
LETTERS = 2
"""That must stand on either side of a cut inside a word."""
_FOLLOWING = re.compile(r"(?P<comma>[,;:]?)\s")


@dataclass(frozen=True, slots=True)
class Cut:
    """A sentence breaks off at `at`, and `tail` stands there instead of the rest."""

    at: int
    tail: str
    """Empty, an ellipsis, or an ellipsis and a link, with the space before it."""


def is_long_enough(sentence: str) -> bool:
    """Whether a sentence may be cut at all."""
    if is_spaceless(sentence):
        return len(_characters(sentence)) >= FEWEST_CHARACTERS
    return len(WORD.findall(sentence)) >= FEWEST_WORDS


def styles(sentence: str, *, in_bytes: bool = False) -> tuple[tuple[str, str], ...]:
    """The places and marks that its script allows; `in_bytes`: and inside a character, if it has such."""
    found = SPACELESS_STYLES if is_spaceless(sentence) else STYLES
    return (*found, BROKEN_STYLE) if in_bytes and broken(sentence) else found


def choose(sentence: str, style: tuple[str, str], language: str, rng: random.Random) -> Cut | None:
    """A cut of that style at a random place; None where the sentence has no such place."""
    place, mark = style
    if place == BROKEN:
        return _break(sentence, rng)
    spaceless = is_spaceless(sentence)
    if spaceless:
        places = _between_characters(sentence)
    else:
        places = inside(sentence) if place == INSIDE else between(sentence, rng)
    if not places:
        return None
    at = rng.choice(places)
    tail = "" if mark == BARE else links.ellipsis(rng, inside=place == INSIDE, han=spaceless)
    return Cut(at, f"{tail} {links.link(language, rng)}" if mark == LINK else tail)


def _break(sentence: str, rng: random.Random) -> Cut | None:
    """Keep some bytes of a character: in text they are lone surrogates, as Python's decoder leaves them."""
    places = broken(sentence)
    if not places:
        return None
    at = rng.choice(places)
    data = sentence[at].encode()
    return Cut(at, data[: rng.randrange(1, len(data))].decode("utf-8", "surrogateescape"))


def broken(sentence: str) -> list[int]:
    """Every character of more than one byte that has a letter of its word before it, far from both ends."""
    if is_spaceless(sentence):
        return _between_characters(sentence)
    words = list(WORD.finditer(sentence))
    return [
        at
        for word in words[WORDS_BEFORE : len(words) - WORDS_BEHIND]
        for run in RUN.finditer(sentence, word.start(), word.end())
        for at in range(run.start() + 1, run.end())
        if len(sentence[at].encode()) > 1
    ]


def inside(sentence: str) -> list[int]:
    """Every place inside a word, far enough from both ends of the word and of the sentence."""
    words = list(WORD.finditer(sentence))
    return [
        at
        for word in words[WORDS_BEFORE : len(words) - WORDS_BEHIND]
        for run in RUN.finditer(sentence, word.start(), word.end())
        for at in range(run.start() + LETTERS, run.end() - LETTERS + 1)
    ]


def between(sentence: str, rng: random.Random) -> list[int]:
    """The place behind each word that a space follows, far enough from both ends of the sentence.

    A comma may stand between the word and the space: it stays or goes, as chance has it.
    """
    words = list(WORD.finditer(sentence))
    places = []
    for word in words[WORDS_BEFORE - 1 : len(words) - WORDS_BEHIND]:
        following = _FOLLOWING.match(sentence, word.end())
        if following:
            places.append(following.end("comma") if rng.random() < 0.5 else word.end())
    return places


def _between_characters(sentence: str) -> list[int]:
    found = _characters(sentence)
    least = -int(-SHARE_BEFORE * len(found) // 1)
    return [
        behind
        for before, behind in zip(
            found[least - 1 :], found[least : len(found) - CHARACTERS_BEHIND], strict=False
        )
        if behind == before + 1
    ]


def _characters(sentence: str) -> list[int]:
    return [place for place, character in enumerate(sentence) if is_alone(character)]
