"""A few lines between text of the page's own stay with it, unless they recur or the verdict is sure."""

import numpy as np
import pytest

from scrubber.classifying.enclosed import BLOCKS, CHARACTERS, CLOSE, find_enclosed
from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.sets import HTML, TEXT
from scrubber.classifying.unique_text import SURE

PROSE, LINE = (200, 1), (20, 0)


def stays(rows, gone, *, near=(), scores=None, features=TEXT):
    """Which blocks, by characters and whether they end a sentence, the guard keeps of those that are `gone`."""
    lengths = np.array([size for size, _ in rows], dtype=np.int64)
    bins = np.zeros((len(rows), len(features)), dtype=np.int16)
    bins[:, features.places["ending"]] = [ends for _, ends in rows]
    known = np.zeros(len(rows), dtype=np.int64)
    known[list(near)] = 1
    measured = Measured.of_one(features, bins, (known, lengths, 9), [()] * len(rows))
    chrome = np.zeros(len(rows), dtype=np.bool_)
    chrome[list(gone)] = True
    given = np.array(scores if scores is not None else [100] * len(rows), dtype=np.int64)
    return np.flatnonzero(find_enclosed(measured, given, chrome)).tolist()


def test_a_list_between_paragraphs_stays_whole():
    assert stays([PROSE, LINE, LINE, LINE, PROSE], [1, 2, 3]) == [1, 2, 3]
    assert stays([PROSE, LINE, LINE, LINE, PROSE], [2]) == [2]


@pytest.mark.parametrize(("count", "kept"), [(BLOCKS, True), (BLOCKS + 1, False)])
def test_noop_a_long_list(count, kept):
    gone = range(1, count + 1)
    assert stays([PROSE, *[LINE] * count, PROSE], gone) == (list(gone) if kept else [])


@pytest.mark.parametrize(("size", "kept"), [(CHARACTERS, True), (CHARACTERS + 1, False)])
def test_noop_long_lines(size, kept):
    assert stays([PROSE, (size, 0), PROSE], [1]) == ([1] if kept else [])


@pytest.mark.parametrize(("score", "kept"), [(SURE - 1, True), (SURE, False)])
def test_noop_where_the_verdict_is_sure(score, kept):
    assert stays([PROSE, LINE, PROSE], [1], scores=[0, score, 0]) == ([1] if kept else [])


def test_noop_what_recurs_or_stands_beside_what_does():
    assert stays([PROSE, LINE, LINE, PROSE], [1, 2], near=[2]) == []
    assert stays([PROSE, LINE, LINE, PROSE], [1], near=[2]) == []


def test_noop_at_the_ends_of_a_page_and_far_from_its_prose():
    assert stays([LINE, PROSE, LINE], [0, 2]) == []
    far = [PROSE, *[LINE] * CLOSE, LINE, *[LINE] * CLOSE, PROSE]
    assert stays(far, [CLOSE + 1]) == []
    assert stays(far[1:-1], [CLOSE]) == []


def test_noop_html():
    assert stays([PROSE, LINE, PROSE], [1], features=HTML) == []
