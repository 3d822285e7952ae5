"""What of its lots a forest learns from, and its fit."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("lightgbm")
pytest.importorskip("rapidfuzz")
pytest.importorskip("scipy")

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from training import forest
from training.lots import Lot, Row
from training.pages import NONE

from scrubber.classifying.features.lexicon import LEXICON
from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.sets import TEXT

CONTENT, CHROME = 0, 1
SPOKEN = [TEXT.places[feature.name] for feature in LEXICON]
LONG = 20
"""Blocks of an invented document."""


def invented_lot(name, count, *, seed=1, folds=(0, 1, 2, 3, 4), marks=None):
    """Documents of blocks that are chrome the likelier, the more they recur and the shorter they are."""
    drawn = np.random.default_rng(seed)
    bins = np.stack([drawn.integers(0, f.bins, count) for f in TEXT], axis=1).astype(np.uint8)
    if marks is not None:
        bins[:, TEXT.places["dated"]] = marks
    told = bins[:, TEXT.places["support"]].astype(int) - bins[:, TEXT.places["length"]]
    labels = (told + drawn.integers(-3, 4, count) > 0).astype(np.int8)
    weights = drawn.uniform(0.1, 3.0, count).astype(np.float32)
    rows = []
    for start in range(0, count, LONG):
        own, fold = slice(start, start + LONG), int(drawn.choice(folds))
        size = len(labels[own])
        rows.append(Row(bins[own], labels[own], weights[own], fold, f"{name} {start}", [()] * size))
    return Lot.of(name, rows)


def draw(lots, fold):
    """Words say what they say in the lots themselves."""
    return forest.draw(lots, fold, [lot.bins[:, SPOKEN] for lot in lots], SPOKEN)


@pytest.mark.parametrize("count", [2_000, 20_000, 60_000])
def test_every_kind_has_its_share_whatever_its_number_of_blocks(count, monkeypatch):
    monkeypatch.setattr(forest, "DRAWN", 4_000)
    lots = [invented_lot("pages one", 6_000, marks=0), invented_lot("dump two", count, seed=2, marks=1)]
    bins, labels, weights = draw(lots, NONE)
    assert len(bins) == len(labels) == len(weights)
    assert len(bins) == pytest.approx(forest.DRAWN, rel=0.1)
    assert weights.max() < forest.HEAVIEST
    dumped = bins[:, TEXT.places["dated"]] == 1
    share = weights[~dumped].sum() / weights[dumped].sum()
    assert share == pytest.approx(forest.SHARES["pages"] / forest.SHARES["dump"], rel=0.1)


@pytest.mark.parametrize("power", [forest.EVEN, 1.0])
def test_lots_of_a_kind_share_it_by_a_power_of_their_weights(power, monkeypatch):
    monkeypatch.setattr(forest, "DRAWN", 6_000)
    monkeypatch.setattr(forest, "EVEN", power)
    small, large = invented_lot("dump a", 5_000, marks=0), invented_lot("dump b", 20_000, seed=2, marks=1)
    bins, _, weights = draw([small, large], NONE)
    first = bins[:, TEXT.places["dated"]] == 0
    share = weights[first].sum() / weights[~first].sum()
    assert share == pytest.approx((small.weights.sum() / large.weights.sum()) ** power, rel=0.1)


def test_a_fold_s_documents_are_left_out(monkeypatch):
    monkeypatch.setattr(forest, "DRAWN", 10**9)
    lots = [
        invented_lot("pages one", 500, folds=(0,), marks=0),
        invented_lot("pages two", 400, seed=2, folds=(1,), marks=1),
        invented_lot("planted 1", 300, seed=3, folds=(NONE,), marks=1),
    ]
    counts = {fold: len(draw(lots, fold)[0]) for fold in (0, 1, 2, NONE)}
    assert counts == {0: 700, 1: 800, 2: 1200, NONE: 1200}
    bins, *_ = draw(lots, 0)
    assert (bins[:, TEXT.places["dated"]] == 1).all()


def test_what_is_unknown_is_never_drawn(monkeypatch):
    monkeypatch.setattr(forest, "DRAWN", 10**9)
    lot = invented_lot("dump one", 900, marks=0)
    lot.weights[::3] = 0
    lot.bins[::3, TEXT.places["dated"]] = 1
    bins, _, weights = draw([lot], NONE)
    assert len(bins) == 600
    assert (bins[:, TEXT.places["dated"]] == 0).all()
    assert (weights > 0).all()


def test_what_words_say_goes_into_its_places(monkeypatch):
    monkeypatch.setattr(forest, "DRAWN", 10**9)
    lots = [invented_lot("pages one", 300), invented_lot("dump two", 200, seed=2)]
    before = [lot.bins.copy() for lot in lots]
    said = [np.full((len(lot.labels), len(SPOKEN)), n + 1, dtype=np.uint8) for n, lot in enumerate(lots)]
    bins, *_ = forest.draw(lots, NONE, said, SPOKEN)
    assert np.array_equal(bins[:, SPOKEN], np.concatenate(said))
    others = np.setdiff1d(np.arange(len(TEXT)), SPOKEN)
    assert np.array_equal(bins[:, others], np.concatenate(before)[:, others])
    assert all(np.array_equal(lot.bins, own) for lot, own in zip(lots, before, strict=True))


def test_what_is_drawn_is_the_same_again(monkeypatch):
    monkeypatch.setattr(forest, "DRAWN", 1_000)
    lots = [invented_lot("pages one", 3_000), invented_lot("plain two", 3_000, seed=2)]
    for one, other in zip(draw(lots, 2), draw(lots, 2), strict=True):
        assert np.array_equal(one, other)


@given(st.floats(0.5, 1e6))
def test_law_no_block_weighs_more_than_it_may(heavy):
    lot = invented_lot("dump one", 300)
    lot.weights[0] = heavy
    _, _, weights = draw([lot], NONE)
    assert 0 < weights.max() <= forest.HEAVIEST


@pytest.fixture
def small(monkeypatch):
    """Lots of which a forest is grown at once."""
    monkeypatch.setattr(forest, "DRAWN", 5_000)
    monkeypatch.setattr(forest, "TREES", 12)
    return [invented_lot("pages one", 6_000), invented_lot("dump two", 6_000, seed=2)]


def test_a_fit_gives_the_same_forest_again(small):
    one = forest.fit_forest(small, "text", NONE)
    assert one == forest.fit_forest(small, "text", NONE)
    assert one != forest.fit_forest(small, "text", 1)
    one.check()
    assert len(one.trees) == 12
    assert {"support", "length"} <= set(one.asks)
    assert all(type(number) is int for tree in one.trees for node in tree for number in node)
    assert json.loads(json.dumps(one.trees)) == [[list(node) for node in tree] for tree in one.trees]


def test_a_forest_learns_what_is_chrome_and_recurrence_never_counts_for_content(small):
    one = forest.fit_forest(small, "text", NONE)
    lot = invented_lot("dump three", 2_000, seed=9)
    bins = lot.bins.astype(np.int16)
    scores = one.score(measured(bins))
    assert scores[lot.labels == CHROME].mean() > scores[lot.labels == CONTENT].mean() + 50
    for feature in TEXT:
        if feature.recurs:
            raised = bins.copy()
            raised[:, TEXT.places[feature.name]] = feature.bins - 1
            assert (one.score(measured(raised)) >= scores).all(), feature.name


def test_a_lot_of_nothing_changes_nothing(small):
    nothing = [Lot.of("wrapped none", []), Lot.of("pages none", [])]
    assert forest.fit_forest([*nothing, *small], "text", NONE) == forest.fit_forest(small, "text", NONE)


def measured(bins):
    nothing = np.zeros(len(bins), dtype=np.int64)
    return Measured.of_one(TEXT, bins, (nothing, nothing, 0), [()] * len(bins))


def test_a_forest_for_every_fold_is_the_one_that_is_fitted_alone(small):
    found = dict(forest.fit_forests(small, "text", [0, NONE], 1))
    assert found == {fold: forest.fit_forest(small, "text", fold) for fold in (0, NONE)}
