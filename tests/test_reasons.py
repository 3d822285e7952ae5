"""Short cuts of the classifier give what the plain way gives: bins, weights, reasons. Reasons are plain words."""

import re

import numpy as np
import pytest
from forests import NAMES, listening
from hypothesis import given
from hypothesis import strategies as st

from scrubber.classifying.features.lexicon import NOTHING, VOICES
from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.own import LINES
from scrubber.classifying.features.sets import EVERY, features_of
from scrubber.classifying.forest import Forest
from scrubber.classifying.reasons import REASONS, WORDS, in_words, tell


def forest_of(name, seed, words=None):
    """A tree of one question for each feature, with values of which few differ: many features are equally heavy."""
    chance = np.random.default_rng(seed)
    features = features_of(name)
    trees = []
    for place, feature in enumerate(features):
        low, high = chance.integers(-3, 4, 2).tolist()
        trees.append(((place, int(chance.integers(0, feature.bins - 1)), 1, 0), (low,), (high,)))
    return Forest(name, features.names, tuple(f.bins for f in features), tuple(trees), words or {})


def measured_of(name, seed, words):
    chance = np.random.default_rng(seed)
    bins = np.stack([chance.integers(0, f.bins, len(words)) for f in features_of(name)], axis=1).astype(
        np.int16
    )
    nothing = np.zeros(len(words), dtype=np.int64)
    return Measured.of_one(features_of(name), bins, (nothing, nothing, 3), words)


@pytest.mark.parametrize("name", NAMES)
def test_a_value_falls_into_the_bin_that_its_edges_say(name):
    features = features_of(name)
    edges = sorted({edge for feature in features for edge in feature.edges})
    values = np.array(sorted({0, 10**9, *edges, *(e - 1 for e in edges), *(e + 1 for e in edges)}))
    bins = features.bin_columns(dict.fromkeys(features.names, values))
    assert bins.dtype == np.int16
    for place, feature in enumerate(features):
        assert bins[:, place].tolist() == np.searchsorted(feature.edges, values, side="right").tolist()


@given(st.sampled_from(NAMES), st.integers(0, 999))
def test_the_heaviest_features_are_those_of_a_stable_sort(name, seed):
    forest, measured = forest_of(name, seed), measured_of(name, seed + 1, ((),) * 5)
    features, weights = forest.heaviest(measured, [0, 2, 4], REASONS)
    for row, block in enumerate((0, 2, 4)):
        own = np.array(
            [
                tree[1 + (bin > tree[0][1])][0]
                for tree, bin in zip(forest.trees, measured.bins[block].tolist(), strict=True)
            ]
        )
        wanted = np.argsort(-own, kind="stable")[:REASONS]
        assert features[row].tolist() == wanted.tolist()
        assert weights[row].tolist() == own[wanted].tolist()


@given(st.sampled_from(NAMES), st.integers(0, 999))
def test_reasons_are_the_same_alone_and_together(name, seed):
    words = (("@side", "news"), (), ("news", "quiet"))
    forest = forest_of(name, seed, {"@side": 2, "news": 9, "quiet": -5})
    measured = measured_of(name, seed, words)
    together = tell(measured, forest, [0, 1, 2])
    assert all(weight > 0 for reasons in together for _, weight in reasons)
    assert [tell(measured, forest, [block])[0] for block in range(3)] == together
    assert tell(measured, forest, []) == []


WEIGHTS = {
    "menu": 90,
    "subscribe": 120,
    "news": 90,
    "links": 5,
    "quiet": -70,
    "@side": 150,
    "@related": 40,
    "@story": -80,
}


@pytest.mark.parametrize(
    ("feature", "words", "said"),
    [
        ("words", ("@side", "news", "quiet"), "holds the word “news”"),
        ("words", ("news", "other", "subscribe"), "holds the words “subscribe”, “news”"),
        ("words", ("links", "menu", "news", "subscribe"), "holds the words “subscribe”, “menu”, “news”"),
        ("words", ("@side", "quiet"), "its words speak for chrome clearly"),
        ("names", ("@side", "@story", "news"), "stands in an element named “side”"),
        ("names", ("@related", "@side", "@story", "news"), "stands in elements named “side”, “related”"),
        ("names", ("news",), "the names of the elements around it speak for chrome clearly"),
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_a_reader_is_told_which_words_speak_for_chrome(name, feature, words, said):
    """The heaviest first, and those of equal weight as they are spelt."""
    forest = listening(name, WEIGHTS, (-100, 60), feature)
    measured = measured_of(name, 1, (words,))
    measured.bins[0, measured.features.places[feature]] = VOICES.index("speak for chrome clearly")
    assert tell(measured, forest, [0]) == [((said, 160),)]
    assert said.count("“") <= WORDS


def test_words_that_say_nothing_are_not_told():
    """Nor where that nothing is said speaks for chrome: it is a word that would have to stand there."""
    bins = features_of("html")["words"].bins
    forest = Forest("html", ("words",), (bins,), (((0, NOTHING, 1, 0), (60,), (-100,)),), WEIGHTS)
    measured = measured_of("html", 1, (("news",),))
    measured.bins[0, measured.features.places["words"]] = NOTHING
    assert tell(measured, forest, [0]) == [(("its words say nothing", 60),)]


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
        ("stated long", 0, "a long block; the page states no text of its own"),
        ("stated short", 3, "a short block; the text that the page states holds it"),
        ("since stated", 0, "is part of the stated text itself"),
        ("until stated", 8, "no block that the page states stands behind it"),
        ("description", 2, "the page's description holds it"),
        ("since description", 8, "the page's description stands nowhere before it"),
        ("links", 0, "has no link"),
        ("links", 1, "has 1 link"),
        ("links for", 5, "the most telling of its links leads to a way to share it"),
        ("near before 3", 5, "80% or more of the 3 blocks before it link to pages of its host"),
        ("until sharing", 0, "holds a link to share the page itself"),
        ("shown", 3, "is part of what a reader can open"),
        ("in noscript", 0, "does not stand in <noscript>"),
        ("words", 8, "its words speak for chrome beyond doubt"),
        ("words -1", 6, "the words of the block right before it speak for chrome"),
        ("words +2", 4, "the words of the second block behind it say nothing"),
        ("words behind", 0, "the words of the 4 blocks behind it speak for content beyond doubt"),
        ("since loud words", 0, "holds words that speak for chrome itself"),
        ("until loud words", 8, "no block of which words speak for chrome stands behind it"),
        ("chrome at 3", 6, "100% of the blocks in the element 3 levels up repeat on other pages"),
    ],
)
def test_a_feature_reads_as_one_would_say_it(name, bin, said):
    assert in_words(feature(name), bin) == said


@pytest.mark.parametrize("name", NAMES)
def test_no_phrase_speaks_the_language_of_the_table(name):
    told = [(f, in_words(f, bin)) for f in features_of(name) for bin in range(f.bins)]
    for one, phrase in told:
        assert not re.search(r"^not:|\{|_|MinHash|, \d up$|\b1000 or more blocks|\b0 blocks", phrase), phrase
        assert not re.search(
            r"(?<!to )\b1 (?:other )?(?:block|comma|line break|page|site|separator|link)s\b", phrase
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
    trees = tuple(((place, 0, 1, 0), (weight,), (0,)) for place, weight in enumerate(first.values()))
    forest = Forest("text", tuple(first), tuple(features[name].bins for name in first), trees)
    bins = np.zeros((1, len(features)), dtype=np.int16)
    nothing = np.zeros(1, dtype=np.int64)
    measured = Measured.of_one(features, bins, (nothing, nothing, 9), ((),))
    assert tell(measured, forest, [0]) == [(("announces comments itself", 70), ("has no comma", 50))]


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
