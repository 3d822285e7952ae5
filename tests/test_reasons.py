"""Short cuts of the classifier give what the plain way gives: bins, weights, reasons. Reasons are plain words."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.classifying.additive import Table
from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.own import LINES
from scrubber.classifying.features.sets import EVERY, features_of, situation
from scrubber.classifying.reasons import REASONS, in_words, tell

TABLES = ["text", *(situation(markup=True, others=others) for others in (0, 1, 9))]


def table_of(name, seed, words=None):
    """Weights of few different values, so that many are equal."""
    chance = np.random.default_rng(seed)
    rows = {f.name: tuple(chance.integers(-3, 4, f.bins).tolist()) for f in features_of(name)}
    return Table(name, 0, 0, rows, words or {})


def measured_of(name, seed, words):
    chance = np.random.default_rng(seed)
    bins = np.stack([chance.integers(0, f.bins, len(words)) for f in features_of(name)], axis=1).astype(
        np.int16
    )
    nothing = np.zeros(len(words), dtype=np.int64)
    return Measured.of_one(features_of(name), bins, (nothing, nothing, 3), words)


@pytest.mark.parametrize("name", TABLES)
def test_a_value_falls_into_the_bin_that_its_edges_say(name):
    features = features_of(name)
    edges = sorted({edge for feature in features for edge in feature.edges})
    values = np.array(sorted({0, 10**9, *edges, *(e - 1 for e in edges), *(e + 1 for e in edges)}))
    bins = features.bin_columns(dict.fromkeys(features.names, values))
    assert bins.dtype == np.int16
    for place, feature in enumerate(features):
        assert bins[:, place].tolist() == np.searchsorted(feature.edges, values, side="right").tolist()


@given(st.sampled_from(TABLES), st.integers(0, 999))
def test_the_heaviest_features_are_those_of_a_stable_sort(name, seed):
    table, measured = table_of(name, seed), measured_of(name, seed + 1, ((),) * 5)
    features, weights = table.heaviest(measured, [0, 2, 4], REASONS)
    for row, block in enumerate((0, 2, 4)):
        own = np.array(
            [
                table.weights[f][b]
                for f, b in zip(table.features.names, measured.bins[block].tolist(), strict=True)
            ]
        )
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


def feature(name):
    return EVERY[name]


@pytest.mark.parametrize(
    ("name", "bin", "said"),
    [
        ("in article", 0, "does not stand in <article>"),
        ("in article", 1, "stands in <article>"),
        ("hidden", 0, "is not hidden on the page"),
        ("legal", 0, "holds no copyright sign"),
        ("address", 0, "holds no web or mail address"),
        ("comments", 0, "does not stand among the readers' comments"),
        ("since prose", 0, "is fresh prose itself"),
        ("since prose", 1, "the last fresh prose is 1 block back"),
        ("since prose", 8, "no fresh prose stands before it"),
        ("until chrome", 8, "no repeated block stands behind it"),
        ("until comments", 8, "no line that announces comments stands behind it"),
        ("from start", 0, "stands at the very start"),
        ("body", 0, "stands inside the densest stretch of prose"),
        ("body", 5, "stands 9 or more blocks outside the densest stretch of prose"),
        ("commas", 0, "has no comma"),
        ("commas", 1, "has 1 comma"),
        ("digits", 0, "has no digit"),
        ("length", 0, "is at most 3 characters long"),
        ("kind", 3, "is a list item"),
        ("leaf", 1, "its element is <p>"),
        ("support", 1, "stands in 1 other page of the site"),
        ("length -1", 0, "right before it stands a block of at most 15 characters"),
        ("ending +2", 0, "two blocks behind it stands a block that ends without punctuation"),
        ("chrome behind 8", 6, "of the 8 blocks behind it 100% repeat on other pages"),
        ("prose at 2", 0, "0% of the page's fresh prose stands in the element 2 levels up"),
        ("since heading", 0, "is a heading itself"),
        ("level", 2, "is a heading or an item of level 2"),
        ("leads", 3, "its links lead to other hosts"),
        ("gap before", 1, "1 line break stands before it"),
        ("place", 0, "no block stands before it"),
        ("known pages", 1, "1 other page of the site is known"),
        ("witnesses", 0, "in no other page of the site stands the same, or nearly"),
        ("stretch", 0, "is a repeated block itself"),
        ("stretch", 1, "stands alone among blocks that recur"),
        ("run", 0, "looks like neither of its neighbours"),
        ("links at 1", 6, "100% of the element around it is link"),
        ("chrome at 3", 6, "100% of the blocks in the element 3 levels up repeat on other pages"),
    ],
)
def test_a_feature_reads_as_one_would_say_it(name, bin, said):
    assert in_words(feature(name), bin) == said


@pytest.mark.parametrize("name", TABLES)
def test_no_phrase_speaks_the_language_of_the_table(name):
    told = [(f, in_words(f, bin)) for f in features_of(name) for bin in range(f.bins)]
    for one, phrase in told:
        assert not re.search(r"^not:|\{|_|MinHash|, \d up$|\b1000 or more blocks|\b0 blocks", phrase), phrase
        assert not re.search(
            r"(?<!to )\b1 (?:other )?(?:block|comma|line break|page|site|separator)s\b", phrase
        )
        assert not re.match(r"(?:in )?(?:0 (?!characters|to)[a-z]|(?:1|no) .*\b(?:stand|are)\b)", phrase), (
            phrase
        )
        assert re.match(r"[a-z]", phrase) or phrase[0].isdigit(), one.name
    phrases = [phrase for _, phrase in told if not phrase.endswith("itself")]
    assert len(set(phrases)) == len(phrases)


def test_features_that_come_to_the_same_are_told_once_with_their_sum():
    features = features_of("text")
    first = {"since comments": 40, "until comments": 30, "commas": 50}
    rows = {f.name: (first.get(f.name, 0), *(0,) * (f.bins - 1)) for f in features}
    table = Table("text", 0, 0, rows, {})
    bins = np.zeros((1, len(features)), dtype=np.int16)
    nothing = np.zeros(1, dtype=np.int64)
    measured = Measured.of_one(features, bins, (nothing, nothing, 9), ((),))
    assert tell(measured, table, [0]) == [(("announces comments itself", 70), ("has no comma", 50))]


@pytest.mark.parametrize(
    "text",
    ["at 9:30", "1/2/99", "on 24.12.2010", "since 1999", "2031", "5 月", "12月", "٣:٣٠"],
)
def test_dates_and_times_are_seen(text):
    assert LINES.of(text)["dated"] == 1


@pytest.mark.parametrize(
    "text",
    ["no date", "12", "123/4/99", "a1/2/99", "12999", "21999", "1/2", "9:305", "x2010", "3 moons"],
)
def test_other_numbers_are_no_dates(text):
    assert LINES.of(text)["dated"] == 0
