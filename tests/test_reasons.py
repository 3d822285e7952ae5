"""Short cuts of the classifier give what the plain way gives: bins, weights, reasons."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.classifying.features import Measured, _binned
from scrubber.classifying.measures import _DATED
from scrubber.classifying.model import Table
from scrubber.classifying.reasons import REASONS, tell
from scrubber.classifying.spec import columns, situation

TABLES = [situation(markup=markup, others=others) for markup in (False, True) for others in (0, 1, 9)]


def table_of(name, seed, words=None):
    """Weights of few different values, so that many are equal."""
    chance = np.random.default_rng(seed)
    rows = tuple(tuple(chance.integers(-3, 4, feature.bins).tolist()) for feature in columns(name))
    return Table(name, 0, 0, rows, words or {})


def measured_of(name, seed, words):
    chance = np.random.default_rng(seed)
    bins = np.stack([chance.integers(0, f.bins, len(words)) for f in columns(name)], axis=1).astype(np.int16)
    nothing = np.zeros(len(words), dtype=np.int64)
    return Measured(columns(name), bins, nothing, nothing, 3, words)


@pytest.mark.parametrize("name", TABLES)
def test_a_value_falls_into_the_bin_that_its_edges_say(name):
    features = columns(name)
    edges = sorted({edge for feature in features for edge in feature.edges})
    values = np.array(sorted({0, 10**9, *edges, *(e - 1 for e in edges), *(e + 1 for e in edges)}))
    bins = _binned(name, [values] * len(features))
    assert bins.dtype == np.int16
    for place, feature in enumerate(features):
        assert bins[:, place].tolist() == np.searchsorted(feature.edges, values, side="right").tolist()


@given(st.sampled_from(TABLES), st.integers(0, 999))
def test_the_heaviest_features_are_those_of_a_stable_sort(name, seed):
    table, measured = table_of(name, seed), measured_of(name, seed + 1, ((),) * 5)
    features, weights = table.heaviest(measured, [0, 2, 4], REASONS)
    for row, block in enumerate((0, 2, 4)):
        own = np.array([table.weights[f][b] for f, b in enumerate(measured.bins[block].tolist())])
        wanted = np.argsort(-own, kind="stable")[:REASONS]
        assert features[row].tolist() == wanted.tolist()
        assert weights[row].tolist() == own[wanted].tolist()


@given(st.integers(0, 999))
def test_reasons_are_the_heaviest_of_features_and_words(seed):
    words = (("@side", "news"), (), ("news", "quiet"))
    table = table_of("html many", seed, {"@side": 2, "news": 9, "quiet": -5})
    measured = measured_of("html many", seed, words)
    first, second, third = tell(measured, table, [0, 1, 2])
    assert first[0] == third[0] == ("holds the word “news”", 9)
    assert all("the word" not in phrase for phrase, _ in second)
    assert all(weight > 0 for reasons in (first, second, third) for _, weight in reasons)
    assert tell(measured, table, [2]) == [third]
    assert tell(measured, table, []) == []


@pytest.mark.parametrize(
    "text",
    ["at 9:30", "1/2/99", "on 24.12.2010", "since 1999", "2031", "5 月", "12月", "٣:٣٠"],
)
def test_dates_and_times_are_seen(text):
    assert _DATED.search(text)


@pytest.mark.parametrize(
    "text",
    ["", "no date", "12", "123/4/99", "a1/2/99", "12999", "21999", "1/2", "9:305", "x2010", "3 moons"],
)
def test_other_numbers_are_no_dates(text):
    assert _DATED.search(text) is None
