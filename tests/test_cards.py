"""Rows of links: all of those that do not repeat stay, or none."""

from types import SimpleNamespace

import numpy as np
import pytest

from scrubber.classifying.cards import IN_A_ROW, find_cards, find_rest_of_cards
from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.sets import HTML, TEXT
from scrubber.classifying.unique_text import SURE
from scrubber.documents import Block, BlockKind, Links

AWAY, HERE = Links(20, 20, 0, 1, 0), Links(20, 20, 1, 0, 0)
OTHERS = 8


def labels(scores, gone, *, links=AWAY, near=None, kinds=None, features=TEXT):
    """Which of some blocks go after both steps; they are links as a whole where `links` does not say otherwise."""
    count = len(scores)
    each = list(links) if isinstance(links, list) else [links] * count
    blocks = [
        Block(0, 60, kind, None, link)
        for kind, link in zip(kinds or [BlockKind.PARAGRAPH] * count, each, strict=True)
    ]
    bins = np.zeros((count, len(features)), dtype=np.int16)
    counts = np.array(near or [0] * count), np.full(count, 60), OTHERS
    measured = Measured.of_one(features, bins, counts, ((),) * count)
    shown, linked = (np.array([getattr(block, name) for block in blocks]) for name in ("shown", "linked"))
    table = SimpleNamespace(segments=measured.segments, blocks=blocks, shown=shown, linked=linked)
    chrome, weighed = np.array(gone, dtype=bool), np.array(scores)
    chrome = chrome & ~find_cards(table, measured, weighed, chrome)
    return (chrome | find_rest_of_cards(table, measured, weighed, chrome)).tolist()


def test_a_row_that_leads_away_stays_whole_unless_it_is_surely_chrome():
    assert labels([90, 90, 90, 200], [0, 0, 0, 1]) == [False] * 4
    assert labels([SURE - 1] * 3 + [0], [1, 1, 1, 0]) == [False] * 4
    assert labels([SURE, SURE + 40, SURE - 40], [1, 1, 0]) == [True] * 3


def test_a_table_of_contents_goes_whole_where_chrome_is_likelier():
    assert labels([-10, 5, 5], [0, 1, 0], links=HERE) == [True] * 3
    assert labels([-10, 5, 4], [0, 1, 0], links=HERE) == [False] * 3
    assert labels([40, 40, 40], [0, 1, 0], links=[HERE, HERE, AWAY]) == [False] * 3


def test_what_repeats_on_other_pages_has_no_say_in_it():
    assert labels([0, 0, 0, SURE], [0, 0, 1, 1], near=[0, 1, 0, OTHERS]) == [False, False, False, True]


@pytest.mark.parametrize(
    "given",
    [
        {"kinds": [BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.PARAGRAPH]},
        {"links": [AWAY, None, AWAY]},
        {"links": [AWAY, Links(60, 40, 0, 1, 0), AWAY]},
        {"near": [0, OTHERS, 0]},
        {"features": HTML},
    ],
)
def test_noop_what_is_no_row(given):
    assert IN_A_ROW == 3
    assert labels([0, 0, 0], [0, 1, 0], **given) == [False, True, False]


def test_noop_a_row_of_one_mind():
    assert labels([0] * 3, [1] * 3) == [True] * 3
    assert labels([SURE] * 3, [0] * 3) == [False] * 3
