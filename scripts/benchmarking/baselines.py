"""The simple rules for text dumps that everybody starts with: what a site repeats is dropped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

COMMON = 0.3
"""Share of a site's pages from which a line is dropped ..."""
FEWEST = 2
"""... if that many pages hold it."""
_DIGITS = re.compile(r"\d")


def _fold(line: str) -> str:
    return _DIGITS.sub("0", " ".join(line.split()))


def untouched(texts: Sequence[str]) -> list[str]:
    """The texts of a site's pages as they are."""
    return list(texts)


def repeated_dropped(texts: Sequence[str]) -> list[str]:
    """Without the lines (digits folded) that at least 30% of the site's pages hold."""
    counts = Counter(line for text in texts for line in {_fold(line) for line in text.splitlines()})
    bar = max(FEWEST, COMMON * len(texts))
    return ["\n".join(x for x in text.splitlines() if counts[_fold(x)] < bar) for text in texts]


def each_line_once(texts: Sequence[str]) -> list[str]:
    """Each line (digits folded) only where the site shows it first, as CCNet does by its hashes."""
    seen: set[str] = set()
    results = []
    for text in texts:
        kept = []
        for line in text.splitlines():
            folded = _fold(line)
            if folded not in seen:
                seen.add(folded)
                kept.append(line)
        results.append("\n".join(kept))
    return results


RULES = {"untouched": untouched, "repeated": repeated_dropped, "once": each_line_once}
"""By the name of their row."""
