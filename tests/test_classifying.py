"""The classifier: its tables fit its features, its labels are the best ones, its guards hold."""

import itertools
import json
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import chrome, documents, pages, placed

from scrubber.classifying import Subject, classify
from scrubber.classifying.decoding import ANCHORED, decode
from scrubber.classifying.features import Measured, measure_document
from scrubber.classifying.guards import ENOUGH_PROSE, PROSE_KEPT, guard
from scrubber.classifying.measures import (
    FAR,
    beginning,
    densest,
    distances,
    ending,
    measure,
    per_mille,
    shifted,
    wide_length,
    window_sums,
)
from scrubber.classifying.model import WeightsError, built_in, logit, parse, probability, situation
from scrubber.classifying.spec import BEGINNINGS, CONTEXT, ENDINGS, EVIDENCE, KINDS, MARKUP, OWN, TEXT
from scrubber.config import Chrome, Config
from scrubber.documents import BlockKind, RawDocument
from scrubber.evidence import collect, fingerprint
from scrubber.pipeline import scrub
from scrubber.preparing import prepare
from scrubber.templates import resolve

COLUMNS = {"text": TEXT, "html": TEXT + MARKUP}
SITUATIONS = {f"{kind} {others}" for kind in ("text", "html") for others in ("alone", "few", "many")}


def committed():
    return files("scrubber.classifying").joinpath("weights.json").read_text("utf-8")


def judged(document, index):
    prepared = prepare(document, Config())
    record = fingerprint(document, prepared, Config().templates)
    view = index.view(record)
    return prepared, record, view, classify(Subject(prepared, record), view, Config())


def test_the_committed_weights_fit_the_features():
    tables = parse(committed(), COLUMNS)
    assert set(tables) == SITUATIONS
    for name, table in tables.items():
        columns = COLUMNS[name.split()[0]]
        assert [len(row) for row in table.weights] == [f.bins for f in columns]
        assert table.switch >= 0
        numbers = [
            table.bias,
            table.switch,
            *table.words.values(),
            *(w for row in table.weights for w in row),
        ]
        assert all(type(number) is int for number in numbers)


@pytest.mark.parametrize("others", range(8))
@pytest.mark.parametrize("markup", [False, True])
def test_every_situation_has_a_table(markup, others):
    assert situation(markup=markup, others=others) in built_in()


def spoilt(change):
    content = json.loads(committed())
    change(content["tables"][min(content["tables"])]["weights"])
    return json.dumps(content)


def shuffle(weights):
    items = list(weights.items())
    weights.clear()
    weights.update([items[1], items[0], *items[2:]])


def shorten(weights):
    weights["length"] = weights["length"][:-1]


def lengthen(weights):
    weights["length"] = [*weights["length"], 0]


def rename(weights):
    weights["another"] = weights.pop("length")


def drop(weights):
    weights.popitem()


@pytest.mark.parametrize("change", [shuffle, shorten, lengthen, rename, drop])
def test_weights_that_do_not_fit_are_refused(change):
    with pytest.raises(WeightsError, match="scripts/train"):
        parse(spoilt(change), COLUMNS)


def test_weights_of_another_schema_are_refused():
    with pytest.raises(WeightsError, match="schema"):
        parse('{"schema": "scrubber.weights/0", "tables": {}}', COLUMNS)


def test_features_are_declared_once():
    names = [f.name for f in TEXT + MARKUP]
    assert len(set(names)) == len(names)
    assert TEXT == OWN + EVIDENCE + CONTEXT
    for feature in TEXT + MARKUP:
        assert list(feature.edges) == sorted(set(feature.edges))
        told = [feature.describe(bin) for bin in range(feature.bins)]
        assert len(set(told)) == feature.bins
        assert all(told)


def test_every_kind_of_block_has_a_bin():
    assert {kind.value for kind in BlockKind} == set(KINDS)


@pytest.mark.parametrize("markup", [False, True])
def test_measured_columns_have_the_declared_shape(markup):
    dump = documents("acorn", 5, markup=markup)
    document = dump[0]
    prepared = prepare(document, Config())
    record = fingerprint(document, prepared, Config().templates)
    measured = measure_document(prepared, record, resolve(collect(dump)).view(record))
    assert measured.features == COLUMNS["html" if markup else "text"]
    assert measured.bins.shape == (len(prepared.blocks), len(measured.features))
    for column, feature in enumerate(measured.features):
        assert measured.bins[:, column].min() >= 0
        assert measured.bins[:, column].max() < feature.bins
    assert measured.others == 4


# Decoding.


def value(scores, labels, switch, repeated):
    """What a labelling is worth: a change costs by the block that begins or ends the chrome."""
    cost = [switch // ANCHORED if again else switch for again in repeated]
    total = sum(score for score, label in zip(scores, labels, strict=True) if label)
    for place in range(1, len(labels)):
        if labels[place] and not labels[place - 1]:
            total -= cost[place]
        elif labels[place - 1] and not labels[place]:
            total -= cost[place - 1]
    return total


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(-300, 300), st.booleans()), max_size=9), st.integers(0, 250))
def test_law_decoding_finds_the_best_labels(blocks, switch):
    scores, repeated = [score for score, _ in blocks], [again for _, again in blocks]
    labels = decode(scores, switch, repeated).tolist()
    assert len(labels) == len(scores)
    every = itertools.product((False, True), repeat=len(scores))
    best = max(value(scores, other, switch, repeated) for other in every)
    assert value(scores, labels, switch, repeated) == best


def test_a_tie_is_kept():
    assert decode([0], 10, [False]).tolist() == [False]
    assert decode([50, -50], 0, [False, False]).tolist() == [True, False]
    assert decode([], 10, []).tolist() == []


def test_the_odd_line_inside_a_repeated_region_goes_with_it():
    again = [True, True, False, True, True]
    assert decode([300, 300, -20, 300, 300], 100, again).all()
    assert not decode([-300, -300, 50, -300, -300], 100, [False] * 5).any()


def test_what_repeats_may_go_alone():
    scores = [-300, 120, -300]
    assert decode(scores, 100, [False, True, False]).tolist() == [False, True, False]
    assert not decode(scores, 100, [False] * 3).any()


# Measures.


def test_classes_of_beginnings_and_ends():
    ends = {
        "End.": 1,
        "“End.”": 1,
        "完。": 1,
        "τέλος;": 1,
        "label:": 2,
        "and so on...": 3,
        "more >": 4,
        "this,": 5,
        "no 7": 6,
        "word": 0,
    }
    assert {text: ending(text) for text in ends} == ends
    assert max(ends.values()) < len(ENDINGS)
    begins = {"(x": 6, "“x": 5, "• x": 4, "7 x": 3, "X": 2, "x": 1, "©": 0}
    assert {text: beginning(text) for text in begins} == begins
    assert max(begins.values()) < len(BEGINNINGS)


def test_scripts_without_spaces_weigh_more():
    assert wide_length("harbour") == 7
    assert wide_length("港口重开") == 10


@given(st.text(min_size=1, max_size=60).filter(lambda text: text.strip() == text))
def test_measuring_any_text(text):
    measured = measure(text)
    assert len(measured) == len(OWN)
    assert all(number >= 0 for number in measured)


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=12))
def test_the_densest_stretch_is_the_best_one(gains):
    start, end = densest(gains)
    sums = [sum(gains[i:j]) for i in range(len(gains)) for j in range(i + 1, len(gains) + 1)]
    assert sum(gains[start:end]) == max(0, *sums)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=12), st.integers(1, 9))
def test_windows_against_slices(values, width):
    before, behind = window_sums(np.array(values), width)
    assert before.tolist() == [sum(values[max(i - width, 0) : i]) for i in range(len(values))]
    assert behind.tolist() == [sum(values[i + 1 : i + 1 + width]) for i in range(len(values))]


@given(st.lists(st.booleans(), min_size=1, max_size=12))
def test_distances_against_search(marks):
    since, until = distances(np.array(marks))
    places = [i for i, mark in enumerate(marks) if mark]
    for i in range(len(marks)):
        assert since[i] == min((i - p for p in places if p <= i), default=FAR)
        assert until[i] == min((p - i for p in places if p >= i), default=FAR)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.sampled_from((-2, -1, 1, 2)))
def test_neighbours_against_lookup(values, by):
    found = shifted(np.array(values), by, -1).tolist()
    assert found == [values[i + by] if 0 <= i + by < len(values) else -1 for i in range(len(values))]


def test_shares_of_nothing():
    assert per_mille(np.array([0, 5]), 0).tolist() == [0, 5000]
    assert per_mille(np.array([1]), np.array([3])).tolist() == [333]


def test_scores_and_probabilities():
    assert probability(0) == 0.5
    assert probability(10**9) == 1.0
    assert probability(-(10**9)) == 0.0
    assert logit(0.5) == 0
    assert logit(0.0) < -1000 < 1000 < logit(1.0)
    assert all(abs(probability(logit(p / 100)) - p / 100) < 0.011 for p in range(1, 100))


# Guards.


def measured_of(lengths, sentences, near, others=4):
    bins = np.zeros((len(lengths), len(TEXT)), dtype=np.int16)
    bins[:, [f.name for f in TEXT].index("ending")] = sentences
    return Measured(TEXT, bins, np.array(near), np.array(lengths), others, ((),) * len(lengths))


def test_a_page_that_would_lose_its_prose_keeps_it():
    measured = measured_of([200, 300, 20], [1, 1, 0], [0, 0, 4])
    guarded = guard(measured, np.array([900, 900, 900]), np.ones(3, dtype=bool))
    assert guarded.rule == "prose-guard"
    assert guarded.chrome.tolist() == [False, False, True]


def test_the_mildest_sufficient_verdict_is_taken():
    measured = measured_of([200, 300, 200], [1, 1, 1], [0, 0, 0])
    guarded = guard(measured, np.array([400, 200, 400]), np.ones(3, dtype=bool))
    assert guarded.chrome.tolist() == [True, False, True]
    assert PROSE_KEPT <= 300 * 1000 // 700


def test_little_prose_needs_no_guard():
    measured = measured_of([ENOUGH_PROSE - 1, 20], [1, 0], [0, 4])
    assert guard(measured, np.array([900, -900]), np.array([True, False])) is None


def test_trap_7_a_page_of_nothing_but_chrome_goes_and_is_flagged():
    measured = measured_of([20, 20], [0, 0], [4, 4])
    guarded = guard(measured, np.array([900, 900]), np.ones(2, dtype=bool))
    assert guarded.rule == "nothing-but-chrome"
    assert guarded.chrome.all()


def test_trap_7_a_page_that_would_become_empty_says_so():
    measured = measured_of([20, 20], [0, 0], [4, 0])
    guarded = guard(measured, np.array([900, 900]), np.ones(2, dtype=bool))
    assert guarded.rule == "would-be-empty"
    assert guarded.chrome.tolist() == [True, False]
    nothing_known = guard(measured_of([20], [0], [0], others=0), np.array([900]), np.ones(1, dtype=bool))
    assert not nothing_known.chrome.any()


def test_a_verdict_that_takes_nothing_is_not_guarded():
    assert guard(measured_of([200], [1], [0]), np.array([-5]), np.zeros(1, dtype=bool)) is None


# Verdicts that any sane weights give.


@pytest.mark.parametrize("markup", [False, True])
@pytest.mark.parametrize("count", [5, 14])
def test_chrome_that_stands_on_every_page_goes_and_prose_stays(count, markup):
    dump = documents("acorn", count, markup=markup)
    index = resolve(collect(dump))
    head, foot = chrome("acorn")
    for document, page in zip(dump[:4], pages("acorn", count), strict=False):
        left = scrub(document, index).text.split("\n")
        assert [line for line in (*head, *foot) if line in left] == []
        assert [line for line in page.body if line not in left] == []


def test_reasons_are_told_in_words_and_pull_towards_chrome():
    dump = documents("acorn", 5)
    page = scrub(dump[0], resolve(collect(dump)))
    removals = [edit for edit in page.ledger if edit.rule == "boilerplate"]
    assert removals
    for edit in removals:
        weights = [weight for _, weight in edit.reason.weights]
        assert weights == sorted(weights, reverse=True)
        assert all(weight > 0 for weight in weights)
        assert all(words and "{}" not in words for words, _ in edit.reason.weights)
        assert edit.reason.template
        assert len(edit.reason.template) == 16
        assert dump[0].id not in edit.reason.examples


@settings(max_examples=6)
@given(st.sampled_from((0.02, 0.2, 0.5, 0.8, 0.98)), st.sampled_from((0.02, 0.2, 0.5, 0.8, 0.98)))
def test_a_higher_threshold_keeps_more(one, other):
    low, high = sorted((one, other))
    dump = documents("acorn", 4)
    index = resolve(collect(dump))
    texts = [scrub(dump[0], index, Config(chrome=Chrome(threshold=t))).text for t in (low, high)]
    if not any(
        f.rule == "prose-guard"
        for t in (low, high)
        for f in scrub(dump[0], index, Config(chrome=Chrome(threshold=t))).flags
    ):
        assert len(texts[0]) <= len(texts[1])


def test_nothing_to_judge():
    *_, verdict = judged(RawDocument.from_text("", id="x"), resolve(collect([])))
    assert verdict.chrome.shape == (0,)
    assert verdict.guarded is None


def test_labels_are_the_same_on_every_run():
    dump = documents("acorn", 5)
    index = resolve(collect(dump))
    first, second = (judged(dump[0], index)[-1] for _ in range(2))
    assert first.scores.dtype == np.int64
    assert first.scores.tolist() == second.scores.tolist()
    assert first.chrome.tolist() == second.chrome.tolist()
    assert all(0 <= first.confidence(i) <= 1 for i in range(len(first.scores)))


def test_a_site_s_only_pages_of_chrome_are_flagged():
    """Trap 7, whole: a page that holds nothing of its own."""
    dump = documents("acorn", 6)
    head, foot = chrome("acorn")
    bare = RawDocument.from_text(
        "\n\n".join((*head, *(line.format(n=3, month="May") for line in foot))),
        id="bare.txt",
        url="https://acorn.example/x",
    )
    page = scrub(bare, resolve(collect(dump)))
    assert page.text == ""
    assert [flag.rule for flag in page.flags] == ["nothing-but-chrome"]
    assert (page.flags[0].start, page.flags[0].end) == (0, len(bare.text))


def test_the_document_s_place_in_the_dump_is_not_a_feature():
    page = pages("acorn", 1)[0]
    dump = documents("acorn", 5)[1:]
    index = resolve(collect(dump))
    one = scrub(placed(page, "acorn", 0), index)
    other = scrub(placed(page, "acorn", 4242), index)
    assert one.text == other.text
    assert one.ledger == other.ledger
