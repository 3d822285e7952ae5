"""What spoke most for chrome in a block, in words: features, by what they add to its score."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Final

import numpy as np

from scrubber.classifying.features.lexicon import NOTHING
from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.registry import Feature
from scrubber.classifying.forest import Forest
from scrubber.classifying.segments import Ints

REASONS: Final = 4
"""Features that are told of a block, at most."""
WORDS: Final = 3
"""Words, or names of elements, that are told of it, at most."""

Reasons = tuple[tuple[str, int], ...]
"""Phrases, each with its weight in hundredths of a logit, heaviest first."""

_WEIGHT: Final = itemgetter(1)
_NOT: Final = "not: "
"""How a feature's own words begin where a statement that is true or false is false, ..."""
_DENIED: Final = (("stands ", "does not stand "), ("holds a ", "holds no "), ("is ", "is not "))
"""... and how the statement then begins in plain words."""
_PLAIN: Final = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        # Distances: 0 is the block itself, and the last bin is "nowhere".
        (r"^the (?:last|next) fresh prose is 0 blocks .*", "is fresh prose itself"),
        (r"^the (?:last|next) repeated block is 0 blocks .*", "is a repeated block itself"),
        (r"^the (?:last|next) heading is 0 blocks .*", "is a heading itself"),
        (r"^a line that announces comments is 0 blocks .*", "announces comments itself"),
        (
            r"^the (?:last|next) block that the page states is 0 blocks .*",
            "is part of the stated text itself",
        ),
        (r"^the page's description stands 0 blocks .*", "is the page's description itself"),
        (
            r"^the (?:last|next) link to share the page is 0 blocks .*",
            "holds a link to share the page itself",
        ),
        (r"^the (?:last|next) block of which words (speak .+) is 0 blocks .*", r"holds words that \1 itself"),
        (r"^stands (?:among 0 blocks|in 0 characters) that do not recur$", "is a repeated block itself"),
        (r"^stands among 1 blocks that do not recur$", "stands alone among blocks that recur"),
        (r"^(?:the last|the next|a) (.+) is 1000 or more blocks back$", r"no \1 stands before it"),
        (r"^(?:the last|the next|a) (.+) is 1000 or more blocks ahead$", r"no \1 stands behind it"),
        (r"^(the page's description stands) 1000 or more blocks back$", r"\1 nowhere before it"),
        (r"^(the page's description stands) 1000 or more blocks ahead$", r"\1 nowhere behind it"),
        (r"^0 blocks from the (start|end)$", r"stands at the very \1"),
        (r"^0 blocks outside ", "stands inside "),
        (r"^(?=\d.* blocks (?:from|outside) )", "stands "),
        # Runs that other pages hold as well, copies, and how a block begins and ends.
        (
            r"^the (?:last|next) block that any other page holds is 0 blocks .*",
            "stands on another page itself",
        ),
        (r"^stands in a run of 0 blocks that (other pages hold) .*", r"stands in no run of blocks that \1"),
        (r"^its run has 0 characters$", "belongs to no run that other pages hold"),
        (r"^(each two neighbours of its run stand together on) 0 (other page)s$", r"\1 no \2"),
        (r"^its nearest copy on this page is 0 to 1 blocks away$", "a copy stands right beside it"),
        (r"^its nearest copy on this page is 1000 or more blocks away$", "has no copy on this page"),
        (
            r"^stands in 0 to 3 blocks whose forms come in turn$",
            "stands in no row of forms that come in turn",
        ),
        (r"^(the forms of blocks around it) come back after 0 to 1 blocks$", r"\1 do not come in turn"),
        (r"^0 other pages have (a block that \w+ as it does)$", r"no other page has \1"),
        (r"^1 other pages have (a block that \w+ as it does)$", r"1 other page has \1"),
        (r"^on this page 0 blocks (begin|end)s like it$", r"is too short for how it \1s to say something"),
        (r"^on this page 1 blocks (begin|end)s like it$", r"no other block of this page \1s like it"),
        (r"^(on this page .+ blocks) (begin|end)s like it$", r"\1 \2 like it"),
        # None, one, and the classes that are named for the model and not for a reader.
        (r"^has 0%? (comma|separator|sentence end|capitalised word)s", r"has no \1"),
        (r"^is 0% digits$", "has no digit"),
        (r"^is indented by 0 characters$", "is not indented"),
        (r"^is a heading or an item of level 0$", "is neither a heading nor an item with a level"),
        (r"^stands in a run of 0 to 1 blocks that look alike$", "looks like neither of its neighbours"),
        (r"^(in )?0 other pages of the site (stands|are)\b", r"\1no other page of the site \2"),
        (r"\bends in nothing\b", "ends without punctuation"),
        (r"^begins with another sign$", "begins with a sign such as © or #"),
        (r"^is a block of kind preformatted$", "is preformatted text"),
        (r"^is a block of kind list_item$", "is a list item"),
        (r"^is a block of kind (\w+)$", r"is a \1"),
        (r"^its element is other$", "its element is an unusual one"),
        (r"^its element is (\w+)$", r"its element is <\1>"),
        (r"^has 0 links$", "has no link"),
        (r"^the most telling of its links leads to no link$", "holds no link"),
        (r"^is part of what opens$", "is part of what a reader can open"),
        # What the page states of itself, in its markup.
        (r"; the page states no body$", "; the page states no text of its own"),
        (r"; the page states a body without it$", "; the text that the page states leaves it out"),
        (r"; the page states a part of it$", "; the text that the page states holds a part of it"),
        (r"; the page states it$", "; the text that the page states holds it"),
        (r"^the page states 0 characters of its text$", "the page states nothing of its text"),
        (r"^the page states another description$", "the page's description says something else"),
        (r"^the page states a description that holds it$", "the page's description holds it"),
        (r"^the page states it as a description$", "the page's description is the same"),
        (r"\b0 to (\d+)(?= characters)", r"at most \1"),
        (r"^0 (block|line break)s stand\b", r"no \1 stands"),
        (r"(?<!to )\b1 (block|comma|line break|sentence end|separator|time|character|link)s\b", r"1 \1"),
        (r"(?<!to )\b1 other (page|site)s\b", r"1 other \1"),
        (r"^(1 .+) stand\b", r"\1 stands"),
        (r"^((?:1|no) other page .+) are\b", r"\1 is"),
        # Whose neighbour, which region.
        (r"^MinHash adds (.+) to its exact support$", r"in \1 of the other pages stands nearly the same"),
        (r"^(a block .+) right (before|behind)$", r"right \2 it stands \1"),
        (r"^(a block .+) two (before|behind)$", r"two blocks \2 it stands \1"),
        (
            r"^(.+%.*) (repeat on other pages|is fresh prose) in (the \d blocks (?:before|behind))$",
            r"of \3 \1 \2",
        ),
        (r"\b(of the \d blocks (?:before|behind))\b", r"\1 it"),
        (r"^(the words of the) block right (before|behind)\b", r"\1 block right \2 it"),
        (r"^(the words of the) block two (before|behind)\b", r"\1 second block \2 it"),
        (r"\bthe region's blocks (.+), (\d) up$", r"the blocks in the element \2 up \1"),
        (r"\bthe region(.*), (\d) up$", r"the element \2 up\1"),
        (r"\bthe element 1 up\b", "the element around it"),
        (r"\bthe element (\d) up\b", r"the element \1 levels up"),
    )
)
"""What is better said in other words than a feature's own, in the order in which it is replaced."""


def tell(measured: Measured, forest: Forest, blocks: Sequence[int]) -> list[Reasons]:
    """The reasons for each of some blocks of a document. All at once: the page's phrases are few."""
    features, weights = forest.heaviest(measured, blocks, REASONS)
    bins = measured.bins[np.array(blocks, dtype=np.intp)[:, np.newaxis], features].astype(np.int64)
    phrases = _phrases(measured.features.features, features, bins)
    for name in ("words", "names"):
        told = (features == measured.features.places[name]) & (bins > NOTHING)
        for row, place in np.argwhere(told).tolist():
            own = _loudest(measured.words[blocks[row]], forest.words, named=name == "names")
            if own:
                phrases[row][place] = _in_a_phrase(own, named=name == "names")
    return [_heaviest(zip(*told, strict=True)) for told in zip(phrases, weights.tolist(), strict=True)]


@lru_cache(maxsize=1 << 12)
def in_words(feature: Feature, bin: int) -> str:
    """A feature as one says it to a reader, for one of its bins."""
    words = feature.describe(bin)
    if words.startswith(_NOT):
        said = words.removeprefix(_NOT)
        denied = (no + said.removeprefix(yes) for yes, no in _DENIED if said.startswith(yes))
        return next(denied, words)
    for pattern, plain in _PLAIN:
        words = pattern.sub(plain, words)
    return words


def _heaviest(said: Iterable[tuple[str, int]]) -> Reasons:
    """What spoke most for chrome. Features that come to the same in words are told once, with their sum."""
    weights: dict[str, int] = {}
    for phrase, weight in said:
        if weight > 0:
            weights[phrase] = weights.get(phrase, 0) + weight
    # By weight, then by phrase: two sorts in C are half the cost of one by a pair.
    ranked = sorted(weights.items())
    ranked.sort(key=_WEIGHT, reverse=True)
    return tuple(ranked[:REASONS])


def _phrases(columns: Sequence[Feature], features: Ints, bins: Ints) -> list[list[str]]:
    """Features in words, each for a bin: arrays of one shape, and so are the phrases."""
    width = int(bins.max(initial=0)) + 1
    codes, which = np.unique(features * width + bins, return_inverse=True)
    phrases = [in_words(columns[code // width], code % width) for code in codes.tolist()]
    return [[phrases[place] for place in row] for row in which.reshape(features.shape).tolist()]


def _loudest(words: Sequence[str], weights: Mapping[str, int], *, named: bool) -> list[str]:
    """The words of a block, or the names around it, that speak most for chrome."""
    loud = [word for word in words if word.startswith("@") is named and weights.get(word, 0) > 0]
    return sorted(loud, key=lambda word: (-weights[word], word))[:WORDS]


def _in_a_phrase(words: Sequence[str], *, named: bool) -> str:
    """As one says it to a reader which words a block holds, or which names stand around it.

    >>> _in_a_phrase(["subscribe", "newsletter"], named=False)
    'holds the words “subscribe”, “newsletter”'
    """
    one, more = (
        ("stands in an element named", "stands in elements named")
        if named
        else ("holds the word", "holds the words")
    )
    told = ", ".join(f"“{word.removeprefix('@')}”" for word in words)
    return f"{one if len(words) == 1 else more} {told}"
