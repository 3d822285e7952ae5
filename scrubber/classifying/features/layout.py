"""How a text is laid out: gaps, indentation, size of the page, stretches of what does not recur, blocks of one form."""

from __future__ import annotations

from typing import Final

import numpy as np

from scrubber.classifying.features.own import LINES, Line, lengths
from scrubber.classifying.features.recurrence import near_ratio, others, repeated, support
from scrubber.classifying.features.registry import RATIO, FeatureGroup
from scrubber.classifying.features.table import BlockTable, derived
from scrubber.classifying.segments import FAR, Ints, per_mille, sums_of
from scrubber.documents import BlockKind

LAYOUT = FeatureGroup("layout")
_COUNTS: Final = (1, 2, 3, 5, 9, 20, 50, 100, 300)
_PLACES: Final = (1, 2, 3, 5, 8, 12, 20, 30, 60, 120, 250)
_SHARES: Final = (1, 50, 150, 300, 500, 700, 850, 950, 1000)
_SHORT: Final = 41
_SMALL: Final = 3
_FORM_KINDS: Final = {kind: number for number, kind in enumerate(BlockKind)}


@derived
def _gaps(table: BlockTable) -> tuple[Ints, Ints]:
    """Line breaks before each block (0 before the first), and characters between its line's start and itself."""
    breaks, indents = [], []
    for subject in table.subjects:
        text, end = subject.prepared.text, 0
        for block in subject.prepared.blocks:
            between = text[end : block.start]
            breaks.append(between.count("\n") if end else 0)
            indents.append(len(between) - between.rfind("\n") - 1)
            end = block.end
    return np.array(breaks, dtype=np.int64), np.array(indents, dtype=np.int64)


@LAYOUT.feature("gap before", (1, 2, 3), "{} line breaks stand before it")
def _gap_before(table: BlockTable) -> Ints:
    return _gaps(table)[0]


@LAYOUT.feature("gap behind", (1, 2, 3), "{} line breaks stand behind it")
def _gap_behind(table: BlockTable) -> Ints:
    return table.segments.neighbour(_gaps(table)[0], 1)


@LAYOUT.feature("indent", (1, 3, 5, 9), "is indented by {} characters")
def _indent(table: BlockTable) -> Ints:
    return _gaps(table)[1]


@LAYOUT.feature("place", _PLACES, "{} blocks stand before it")
def _place(table: BlockTable) -> Ints:
    return table.segments.place - table.segments.first


@LAYOUT.feature("place from end", _PLACES, "{} blocks stand behind it")
def _place_from_end(table: BlockTable) -> Ints:
    return table.segments.last - 1 - table.segments.place


@LAYOUT.feature("way", (30, 100, 200, 400, 600, 800, 900, 970), "{}% of the page's text stands before it")
def _way(table: BlockTable) -> Ints:
    segments, own = table.segments, lengths(table)
    return per_mille(segments.running(own), segments.totals(own)[segments.document])


@LAYOUT.feature("page blocks", (3, 6, 10, 20, 40, 80, 160, 320), "the page has {} blocks")
def _page_blocks(table: BlockTable) -> Ints:
    return table.segments.counts[table.segments.document]


@LAYOUT.feature("page length", (300, 1000, 3000, 10_000, 30_000), "the page has {} characters")
def _page_length(table: BlockTable) -> Ints:
    return table.segments.totals(lengths(table))[table.segments.document]


@LAYOUT.feature("page short", _SHARES, "{}% of the page's text stands in short lines")
def _page_short(table: BlockTable) -> Ints:
    segments, own = table.segments, lengths(table)
    short = segments.totals(np.where(own < _SHORT, own, 0))
    return per_mille(short, segments.totals(own))[segments.document]


@LAYOUT.feature("size", (12, 21, 34, 51, 81, 121, 161, 251, 501, 1001, 2001), "has {} characters")
def _size(table: BlockTable) -> Ints:
    return lengths(table)


@LAYOUT.feature("witnesses", _COUNTS, "in {} other pages of the site stands the same, or nearly", recurs=True)
def _witnesses(table: BlockTable) -> Ints:
    return support(table).near


@LAYOUT.feature("known pages", _COUNTS, "{} other pages of the site are known")
def _known_pages(table: BlockTable) -> Ints:
    return others(table)


@derived
def _stretches(table: BlockTable) -> tuple[Ints, Ints]:
    """Blocks and characters of the stretch of blocks around each that do not recur; 0 for those that do."""
    starts, ends = table.segments.stretches(~repeated(table))
    sizes = ends - starts
    characters = sums_of(lengths(table), starts, ends)
    blocks, text = np.zeros((2, table.segments.blocks), dtype=np.int64)
    inside = ~repeated(table)
    blocks[inside] = np.repeat(sizes, sizes)
    text[inside] = np.repeat(characters, sizes)
    return blocks, text


@LAYOUT.feature("stretch", (1, 2, 3, 5, 9, 17, 33, 65, 129), "stands among {} blocks that do not recur")
def _stretch(table: BlockTable) -> Ints:
    return _stretches(table)[0]


@LAYOUT.feature(
    "stretch length", (1, 40, 100, 200, 400, 1000, 3000, 10_000), "stands in {} characters that do not recur"
)
def _stretch_length(table: BlockTable) -> Ints:
    return _stretches(table)[1]


@derived
def _nearest_repeats(table: BlockTable) -> tuple[Ints, Ints]:
    """The share of other pages that hold the nearest recurring block before and behind each; 0 for none."""
    since, until = table.segments.distances(repeated(table))
    place, share = table.segments.place, near_ratio(table)
    before = np.where(since < FAR, share[np.maximum(place - since, 0)], 0)
    behind = np.where(until < FAR, share[np.minimum(place + until, len(share) - 1)], 0)
    return before, behind


@LAYOUT.feature("repeat before", RATIO, "the recurring block before it stands in {}% of the other pages")
def _repeat_before(table: BlockTable) -> Ints:
    return _nearest_repeats(table)[0]


@LAYOUT.feature("repeat behind", RATIO, "the recurring block behind it stands in {}% of the other pages")
def _repeat_behind(table: BlockTable) -> Ints:
    return _nearest_repeats(table)[1]


@derived
def forms(table: BlockTable) -> Ints:
    """What each block looks like, in one number: how it begins, ends, how long it is, and its kind."""
    rows = LINES.rows(table)
    size = np.searchsorted((12, 34, 81, 251), lengths(table))
    kinds = np.array([_FORM_KINDS[block.kind] for block in table.blocks], dtype=np.int64)
    return np.asarray(((rows["beginning"] * 16 + rows["ending"]) * 8 + size) * 32 + kinds)


@derived
def _likes(table: BlockTable) -> tuple[Ints, Ints]:
    """For each block the permille of its page's blocks that have its form, and how many of those recur."""
    segments = table.segments
    _, numbers = np.unique(forms(table) * len(segments) + segments.document, return_inverse=True)
    like = np.bincount(numbers)
    recurring = np.bincount(numbers, weights=repeated(table)).astype(np.int64)
    shares = per_mille(like[numbers], segments.counts[segments.document])
    return shares, per_mille(recurring, like)[numbers]


@LAYOUT.feature("likes", (50, 100, 200, 400, 600, 800), "{}% of the page's blocks look like it")
def _like(table: BlockTable) -> Ints:
    return _likes(table)[0]


@LAYOUT.feature("likes recur", RATIO, "{}% of the page's blocks that look like it recur")
def _likes_recur(table: BlockTable) -> Ints:
    return _likes(table)[1]


@LAYOUT.feature("run", (2, 3, 5, 9, 17, 33), "stands in a run of {} blocks that look alike")
def _run(table: BlockTable) -> Ints:
    segments, form = table.segments, forms(table)
    begins = np.ones(len(form), dtype=np.bool_)
    begins[1:] = (form[1:] != form[:-1]) | (segments.document[1:] != segments.document[:-1])
    number = np.cumsum(begins) - 1
    return np.asarray(np.bincount(number)[number])


@LINES.feature(
    LAYOUT, "small words", (1, 100, 200, 300, 400, 550), "{}% of its words are short and in small letters"
)
def _small_words(line: Line) -> int:
    if not line.words:
        return 0
    return sum(len(word) <= _SMALL and word.islower() for word in line.words) * 1000 // len(line.words)


@LINES.feature(
    LAYOUT, "signs", (1, 50, 100, 200, 400), "{}% of it are signs, neither letters nor digits nor blanks"
)
def _signs(line: Line) -> int:
    head = line.head
    return (len(head) - sum(map(str.isalnum, head)) - sum(map(str.isspace, head))) * 1000 // len(head)
