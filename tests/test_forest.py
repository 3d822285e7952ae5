"""The forest: its scores are those of a walk down every tree, and its reasons add up to them."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from forests import NAMES
from hypothesis import given
from hypothesis import strategies as st

from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.sets import TEXT
from scrubber.classifying.forest import Forest
from scrubber.classifying.model import SCHEMA, built_in, parse
from scrubber.classifying.weighing import WeightsError

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
sys.path.insert(0, str(SCRIPTS))

ASKS = ("length", "ending", "support", "likes")
BINS = tuple(TEXT[name].bins for name in ASKS)
values = st.integers(-300, 300)


@st.composite
def trees(draw, depth=4):
    """Nodes of a tree, level by level, the two children of a node side by side."""
    nodes, waiting = [None], [(0, depth)]
    while waiting:
        place, left = waiting.pop(0)
        if not left or not draw(st.booleans()):
            nodes[place] = (draw(values),)
            continue
        asked = draw(st.integers(0, len(ASKS) - 1))
        child = len(nodes)
        nodes += [None, None]
        nodes[place] = (asked, draw(st.integers(0, BINS[asked] - 2)), child, draw(values))
        waiting += [(child, left - 1), (child + 1, left - 1)]
    return tuple(nodes)


forests = st.lists(trees(), min_size=1, max_size=5).map(
    lambda found: Forest("text", ASKS, BINS, tuple(found))
)


@st.composite
def pages(draw):
    """Bins of the blocks of a page, of the features that trees ask for; all others are 0."""
    count = draw(st.integers(1, 200))
    bins = np.zeros((count, len(TEXT)), dtype=np.int16)
    drawn = np.random.default_rng(draw(st.integers(0, 99)))
    for name, most in zip(ASKS, BINS, strict=True):
        bins[:, TEXT.places[name]] = drawn.integers(0, most, count)
    nothing = np.zeros(count, dtype=np.int64)
    return Measured.of_one(TEXT, bins, (nothing, nothing, 0), [()] * count)


def walk(forest, row):
    """The score of a block, and what each feature adds to it, a tree and a step at a time."""
    score, added = 0, {}
    for tree in forest.trees:
        node = tree[0]
        while len(node) > 1:
            name = forest.asks[node[0]]
            onward = tree[node[2] + (row[TEXT.places[name]] > node[1])]
            added[name] = added.get(name, 0) + onward[-1] - node[-1]
            node = onward
        score += node[-1]
    return score, added


@given(forests, pages())
def test_the_score_is_that_of_a_walk_down_every_tree(forest, page):
    scores = forest.score(page)
    assert scores.tolist() == [walk(forest, row)[0] for row in page.bins.tolist()]


@given(forests, pages())
def test_reasons_add_up_to_the_score(forest, page):
    blocks = list(range(len(page.bins)))
    features, added = forest.heaviest(page, blocks, len(TEXT))
    roots = sum(tree[0][-1] for tree in forest.trees)
    assert (added.sum(axis=1) + roots).tolist() == forest.score(page).tolist()
    for block, row in enumerate(page.bins.tolist()):
        told = {
            TEXT.names[f]: a
            for f, a in zip(features[block].tolist(), added[block].tolist(), strict=True)
            if a
        }
        assert told == {name: gain for name, gain in walk(forest, row)[1].items() if gain}


def test_trees_of_other_features_are_refused():
    forest = Forest("text", ("length", "wing span"), (TEXT["length"].bins, 2), (((1,),),))
    with pytest.raises(WeightsError, match=r"wing span.*scripts/train"):
        forest.check()
    with pytest.raises(WeightsError, match="length"):
        Forest("text", ("length",), (2,), (((1,),),)).check()


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_forests_have_many_trees(name):
    assert len(built_in()[name].trees) > 100


@given(forests, st.dictionaries(st.text(min_size=1, max_size=9), st.integers(-300, 300), max_size=4))
def test_a_file_of_a_forest_says_the_same(forest, words):
    forest = replace(forest, words=words)
    body = {"words": words, "asks": ASKS, "bins": BINS, "trees": forest.trees}
    assert parse(json.dumps({"schema": SCHEMA, "forests": {"text": body}})) == {"text": forest}
    training = pytest.importorskip("training.writing", reason="the `train` extra is not installed")
    assert parse(training.layout({"text": forest})) == {"text": forest}


def test_a_forest_in_integers_says_what_the_library_says():
    lightgbm = pytest.importorskip("lightgbm", reason="the `train` extra is not installed")
    from training.forest import grown_from

    drawn = np.random.default_rng(4)
    bins = np.stack([drawn.integers(0, f.bins, 4000) for f in TEXT], axis=1).astype(np.uint8)
    asked = [bins[:, TEXT.places[name]] for name in ("length", "support", "likes")]
    labels = (asked[0] + 2 * asked[1] > asked[2] + drawn.integers(0, 9, 4000)).astype(int)
    data = lightgbm.Dataset(bins, labels, params={"verbose": -1, "min_data_in_bin": 1})
    model = lightgbm.train(
        {"objective": "binary", "num_leaves": 15, "verbose": -1, "num_threads": 1}, data, 40
    )
    forest = grown_from(model.dump_model(), "text")
    nothing = np.zeros(len(bins), dtype=np.int64)
    page = Measured.of_one(TEXT, bins.astype(np.int16), (nothing, nothing, 0), [()] * len(bins))
    wanted = model.predict(bins, raw_score=True) * 100
    assert np.abs(forest.score(page) - wanted).max() <= len(forest.trees) / 2
