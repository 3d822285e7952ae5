"""Which lines of a page still stand in its clean text: lines are told apart by their company.

The same words may stand on a page as a heading and as an entry of its menu. Stretches of lines that
both texts have in the same order are matched first, the longest first, so that a line goes with its
neighbours; what is left over is looked for between them, where a line may have come out as two, or
two as one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import accumulate

_LONG = 15
"""Letters from which a line may stand inside a longer one."""


def letters(line: str) -> str:
    """A line as it is compared: its letters and digits."""
    return "".join(c for c in line.casefold() if c.isalnum())


def standing(raw: Sequence[str], clean: Sequence[str], first: Sequence[bool]) -> list[bool]:
    """For every raw line, whether it stands in the clean lines; a line without a letter does.

    `first` names the lines that a copy of theirs is given to where their company does not tell.
    """
    wanted, found = [letters(line) for line in raw], [key for key in map(letters, clean) if key]
    stands = [not key for key in wanted]
    left: Counter[str] = Counter()
    before, behind = 0, 0
    for a, b, size in SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks():
        left.update(_between(wanted, range(before, a), found[behind:b], stands))
        stands[a : a + size] = [True] * size
        before, behind = a + size, b + size
    for place in sorted(range(len(wanted)), key=lambda place: not first[place]):
        if not stands[place] and left[wanted[place]]:
            left[wanted[place]] -= 1
            stands[place] = True
    return stands


def _between(wanted: Sequence[str], gap: range, found: Sequence[str], stands: list[bool]) -> list[str]:
    """Mark what stands in a gap though not line by line; returns the clean lines that explain nothing."""
    whole = "".join(found)
    starts = [0, *accumulate(map(len, found))]
    edges, used, at = set(starts), set[int](), 0
    for place in gap:
        key = wanted[place]
        begin = whole.find(key, at) if key and whole else -1
        end = begin + len(key)
        if begin >= 0 and (len(key) >= _LONG or (begin in edges | {at} and end in edges)):
            stands[place], at = True, end
            used.update(n for n in range(len(found)) if starts[n] < end and starts[n + 1] > begin)
    return [line for number, line in enumerate(found) if number not in used]
