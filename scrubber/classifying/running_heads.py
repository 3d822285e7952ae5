"""Running heads and page numbers of printed pages, as texts from PDF and from books hold them.

No other document proves them: they recur within the document itself. Numbers that count up from page to page,
with text between them, and lines that stand right beside these numbers again and again, are a page's frame where
a head repeats the title, where sentences go on across the breaks, or where the numbers say that they are a page's
("Page 7") and nearly each of them has one and the same line beside it. Chapters count up as well, so do recipes and
lessons: their sentences end before the number, and what stands below it is no title.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.halves import is_ended
from scrubber.classifying.policy import is_byline
from scrubber.classifying.segments import Marks
from scrubber.lang.punctuation import COLONS
from scrubber.lang.registry import words

RUNNING_HEAD: Final = "stands at the edge of every printed page of this document"
"""Why such a line goes, whatever its score."""
PAGES: Final = 4
"""Numbers in a row from which they count pages."""
STEP: Final = 3
"""From one number to the next, at most: an empty page, or one with a picture, has none."""
APART: Final = 200
"""Characters between two numbers, in the middle at least."""
AGAIN: Final = 3
"""Times that a head stands beside the numbers, at least."""
SHARE: Final = 3
"""One in so many numbers has a head beside it, at least: left pages may have another than right ones."""
LETTERS: Final = 6
"""Letters of a head, at least."""
BESIDE: Final = 2
"""Blocks from the number to a head, at most."""
TORN: Final = 2
"""Sentences that go on across a break, at least, where no head repeats the title; ..."""
MANY: Final = 20
"""... one, where so many numbers count up: chapters seldom do."""
TOLD: Final = 8
"""Numbers that are called a page's, from which a head beside most of them is one without other signs."""
_LONGEST: Final = 120
_NUMBER = re.compile(
    r"[^\w]{0,3}(?:(?P<word>[^\W\d_]{1,12})\.?\s+)?(?P<page>\d{1,4})(?:\s*(?:/|[^\W\d_]{1,4})\s*\d{1,4})?[^\w]{0,3}"
)


def find_running_heads(table: BlockTable) -> Marks:
    """The blocks of texts that frame printed pages; shape (blocks,)."""
    found = np.zeros(table.segments.blocks, dtype=np.bool_)
    if table.has_markup:
        return found
    for part in table.segments.slices:
        texts = table.texts[part]
        numbers = {
            place: number
            for place, text in enumerate(texts)
            if len(text) <= _LONGEST and (number := _NUMBER.fullmatch(text))
        }
        if len(numbers) >= PAGES:
            found[[part.start + place for place in _frame(texts, numbers)]] = True
    return found


def _frame(texts: Sequence[str], candidates: Mapping[int, re.Match[str]]) -> set[int]:
    """The places of page numbers and of the heads beside them; none where they may be the text's own."""
    frame: set[int] = set()
    for numbers in _counting_up(texts, candidates):
        heads = _heads(texts, numbers)
        if not heads:
            continue
        edges = set(numbers).union(*heads.values())
        told = _is_of_page(candidates[numbers[0]]) and len(numbers) >= TOLD
        if (
            (told and max(map(len, heads.values())) * 10 >= len(numbers) * 9)
            or texts[0] in heads
            or _torn(texts, edges) >= (TORN if len(numbers) < MANY else 1)
        ):
            frame |= edges - {0}
    return frame


def _counting_up(texts: Sequence[str], candidates: Mapping[int, re.Match[str]]) -> list[list[int]]:
    """Runs of numbers in one form that count up, with text between them."""
    forms: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, number in candidates.items():
        forms[texts[place][: number.start("page")]].append((place, int(number["page"])))
    runs = []
    for counted in forms.values():
        run = [counted[0]]
        for one in counted[1:]:
            if not 0 < one[1] - run[-1][1] <= STEP:
                runs.append(run)
                run = []
            run.append(one)
        runs.append(run)
    places = [[place for place, _ in run] for run in runs if len(run) >= PAGES]
    return [run for run in places if _middle_gap(texts, run) >= APART]


def _is_of_page(number: re.Match[str]) -> bool:
    """Whether a number is called a page's: ``Page 7``."""
    return (number["word"] or "").casefold() in words("page_words")


def _middle_gap(texts: Sequence[str], places: Sequence[int]) -> int:
    gaps = sorted(sum(map(len, texts[one + 1 : other])) for one, other in pairwise(places))
    return gaps[len(gaps) // 2]


def _heads(texts: Sequence[str], numbers: Sequence[int]) -> dict[str, set[int]]:
    """Short lines that stand beside the numbers again and again, and where."""
    beside: dict[str, set[int]] = defaultdict(set)
    own = set(numbers)
    for number in numbers:
        for place in range(max(0, number - BESIDE), min(len(texts), number + BESIDE + 1)):
            if place not in own and _may_head(texts[place]):
                beside[texts[place]].add(place)
    least = max(AGAIN, len(numbers) // SHARE)
    return {text: places for text, places in beside.items() if len(places) >= least}


def _may_head(text: str) -> bool:
    """Whether a line may be a running head: no label, no date, no mark of a forum's post."""
    if len(text) > _LONGEST or text.endswith(tuple(COLONS)) or is_byline(text):
        return False
    return sum(map(str.isalpha, text)) >= LETTERS


def _torn(texts: Sequence[str], edges: set[int]) -> int:
    """How many sentences go on behind the frame between two pages."""
    torn = 0
    for place in sorted(edges):
        if place - 1 in edges or place == 0:
            continue
        behind = place
        while behind in edges:
            behind += 1
        before = texts[place - 1]
        if behind < len(texts) and texts[behind][0].islower() and not is_ended(before, len(before)):
            torn += 1
    return torn
