"""The classifier: its weights fit its features, its labels are the best ones, comments are one thread."""

import json
import random
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest
from forests import NAMES, listening, splitting
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import chrome, documents, pages, paragraph, placed

from scrubber.classifying import Subject, classify
from scrubber.classifying.features import markup
from scrubber.classifying.features.markup import LEAVES
from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.sets import UnknownModelError, features_of, model_of
from scrubber.classifying.judging import DROPPED
from scrubber.classifying.model import SCHEMA, built_in, parse
from scrubber.classifying.text_ends import KNOWN, SPARED, SPARED_OF_FEW
from scrubber.classifying.weighing import WeightsError, logit, probability
from scrubber.config import Chrome, Config, Policy
from scrubber.documents import RawDocument
from scrubber.evidence import collect, fingerprint
from scrubber.judged import Judge
from scrubber.pipeline import NO_INDEX, scrub, scrub_by
from scrubber.preparing import prepare
from scrubber.templates import resolve


def committed():
    return files("scrubber.classifying").joinpath("weights.json").read_text("utf-8")


def judged(document, index):
    prepared = prepare(document, Config())
    record = fingerprint(document, prepared, Config().templates)
    view = index.view(record)
    (verdict,) = classify([Subject(prepared, record)], [view], Config())
    return prepared, record, view, verdict


def test_the_committed_weights_fit_the_features():
    weights = parse(committed())
    assert set(weights) == set(NAMES)
    for name, one in weights.items():
        assert one.name == name
        one.check()


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_trees_are_whole_numbers_and_lead_somewhere(name):
    forest = parse(committed())[name]
    assert all(type(weight) is int for weight in forest.words.values())
    for tree in forest.trees:
        told = [number for node in tree for number in node]
        assert all(type(number) is int for number in told)
        asked = {place: node for place, node in enumerate(tree) if len(node) == 4}
        children = [child for _, _, first, _ in asked.values() for child in (first, first + 1)]
        assert sorted(children) == list(range(1, len(tree)))
        for place, (feature, bin, child, _) in asked.items():
            assert 0 <= bin < forest.bins[feature]
            assert child > place


@pytest.mark.parametrize("name", NAMES)
def test_recurrence_never_counts_for_content(name):
    """Whatever a block looks like: one bin more of what recurs, and its score is the same or higher."""
    forest, features = parse(committed())[name], features_of(name)
    recurrence = [feature for feature in features if feature.recurs]
    assert len(recurrence) >= 8
    drawn = np.random.default_rng(3)
    rows = np.stack([drawn.integers(0, f.bins, 200) for f in features], axis=1).astype(np.int16)
    raised = 0
    for feature in recurrence:
        scores = []
        for bin in range(feature.bins):
            rows[:, features.places[feature.name]] = bin
            nothing = np.zeros(len(rows), dtype=np.int64)
            measured = Measured.of_one(features, rows, (nothing, nothing, 0), ((),) * len(rows))
            scores.append(forest.score(measured))
        steps = np.diff(scores, axis=0)
        assert (steps >= 0).all(), feature.name
        raised += (steps > 0).sum()
    assert raised > 0


@pytest.mark.parametrize("markup", [False, True])
def test_every_document_has_a_model(markup):
    name = model_of(markup=markup)
    assert built_in()[name].features is features_of(name)


@pytest.mark.parametrize("name", ["html many", "", "Text"])
def test_models_that_judge_nothing_are_refused(name):
    with pytest.raises(UnknownModelError, match="scripts/train") as raised:
        features_of(name)
    assert raised.value.name == name
    content = json.loads(committed())
    content["forests"][name] = content["forests"]["html"]
    with pytest.raises(WeightsError, match="scripts/train"):
        parse(json.dumps(content))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("field", "value"), [("asks", "another"), ("bins", 2), ("bins", 99)])
def test_trees_that_do_not_fit_are_refused(name, field, value):
    content = json.loads(committed())
    content["forests"][name][field][0] = value
    with pytest.raises(WeightsError, match="scripts/train"):
        parse(json.dumps(content))


def test_weights_of_another_model_are_refused():
    """A text has no place for what markup says."""
    content = json.loads(committed())
    swapped = {**content, "forests": {"text": content["forests"]["html"]}}
    with pytest.raises(WeightsError, match=r"text.*scripts/train"):
        parse(json.dumps(swapped))


@pytest.mark.parametrize("other", [0, 1, 2, 4])
def test_weights_of_another_schema_are_refused(other):
    """Older ones held additive tables."""
    assert SCHEMA == "scrubber.weights/3"
    with pytest.raises(WeightsError, match=r"schema.*scripts/train"):
        parse(json.dumps({"schema": f"scrubber.weights/{other}", "tables": {}, "forests": {}}))


@pytest.mark.parametrize("tag", ["h1", "h2", "h3", "h4"])
def test_a_heading_with_attributes_is_a_heading(tag):
    """The digit of ``h1`` is no serial number: ids and classes beside it are folded, it is not."""
    for attributes in ("", " class=head7", " id=post-12", " style='display:none'"):
        (block,) = RawDocument.from_html(f"<{tag}{attributes}>Ferry", id="x").blocks
        assert block.markup.path[0].startswith(tag)
        document = RawDocument.from_html(f"<{tag}{attributes}>Ferry</{tag}><p>It left.", id="x")
        measured = judged(document, resolve(collect([])))[-1].measured
        assert [LEAVES[bin] for bin in measured.column("leaf").tolist()] == [tag, "p"]


def test_scores_and_probabilities():
    assert probability(0) == 0.5
    assert probability(10**9) == 1.0
    assert probability(-(10**9)) == 0.0
    assert logit(0.5) == 0
    assert logit(0.0) < -1000 < 1000 < logit(1.0)
    assert all(abs(probability(logit(p / 100)) - p / 100) < 0.011 for p in range(1, 100))


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
        f.rule != "truncation"
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
    assert all(0 <= sure <= 1 for sure in first.confidences(range(len(first.scores))))


def test_the_document_s_place_in_the_dump_is_not_a_feature():
    page = pages("acorn", 1)[0]
    dump = documents("acorn", 5)[1:]
    index = resolve(collect(dump))
    one = scrub(placed(page, "acorn", 0), index)
    other = scrub(placed(page, "acorn", 4242), index)
    assert one.text == other.text
    assert one.ledger == other.ledger


# What acts behind the scores, with forests that know nothing but a few words.


def weighing(scores=(-300, -300), **words):
    """Forests of every name: blocks of which these words speak for chrome have the second of two scores."""
    return {name: listening(name, words, scores) for name in NAMES}


def by(weights, index=NO_INDEX, config=None):
    return Judge(index, config or Config(), weights)


BODY = [paragraph(random.Random(f"body {number}")) for number in range(5)]
BAR = logit(Chrome().threshold)
LONG = 5
"""The last bin of short lines, by their length."""


@pytest.mark.parametrize("more", [-1, 1])
def test_one_bar_holds_whatever_is_known_of_the_site(more):
    weights = weighing((-300, BAR + more), subscribe=300)
    lone = RawDocument.from_text("\n\n".join([*BODY, "Subscribe"]), id="x")
    assert ("Subscribe" not in scrub_by(lone, by(weights)).text) == (more > 0)
    markup = "".join(f"<p>{text}</p>" for text in BODY)
    page = RawDocument.from_html(f"<div>{markup}</div><div><p>Subscribe</p></div>", id="x")
    assert ("Subscribe" not in scrub_by(page, by(weights)).text) == (more > 0)
    first, second = pages("acorn", 2)
    dump = [placed(replace(first, foot=("Subscribe",)), "acorn", 0), placed(second, "acorn", 1)]
    left = scrub_by(dump[0], by(weights, resolve(collect(dump)))).text
    assert ("Subscribe" not in left) == (more > 0)


@pytest.mark.parametrize(("name", "spared"), [("text", {0, SPARED, SPARED_OF_FEW}), ("html", {0})])
@pytest.mark.parametrize("count", [1, 3, 6])
def test_scores_are_those_of_the_forest_but_for_the_ends_of_texts(count, name, spared):
    dump = documents("acorn", count, markup=name == "html")
    verdict = judged(dump[0], resolve(collect(dump)))[-1]
    alone = built_in()[name].score(verdict.measured)
    assert set((alone - verdict.scores).tolist()) <= spared


STANDFIRST = "A standfirst that says what is to come"


@pytest.mark.parametrize("count", [1, 3, 6])
def test_the_ends_of_a_text_are_spared_by_how_many_pages_are_known(count):
    dump = [
        RawDocument.from_text(
            "\n\n".join(["Harbour news", *own, "Written on deck"]),
            id=f"{number}.txt",
            url=f"https://acorn.example/{number}",
        )
        for number in range(count)
        for own in ([paragraph(random.Random(f"{number} {place}")) for place in range(3)],)
    ]
    dump[0] = RawDocument.from_text(
        "\n\n".join(["A note", STANDFIRST, *BODY, STANDFIRST[::-1], "On paper"]),
        id="0.txt",
        url="https://acorn.example/0",
    )
    index = resolve(collect(dump))
    prepared = prepare(dump[0], Config())
    record = fingerprint(dump[0], prepared, Config().templates)
    weights = {"text": splitting("text", "length", LONG, (200, -300))}
    (verdict,) = classify([Subject(prepared, record)], [index.view(record)], Config(), weights)
    next_to_body, beyond = (SPARED, SPARED) if count > KNOWN else (SPARED_OF_FEW, 0)
    before = [200 - beyond, 200 - next_to_body]
    assert verdict.scores.tolist() == [*before, *[-300] * len(BODY), *reversed(before)]


# Readers' comments.

COMMENTS = (
    "I heard the spoon as far as the lighthouse, and the dog would not stop barking at it.",
    "My grandmother rang that bell for forty years, and she never once dropped it in the lake.",
    "Whoever took it should be made to row every child of the village to school, all winter.",
    "Nobody asked the fish, as usual, and it is the fish that have to live with the noise of it.",
)


def with_comments(opening="<div id='comments'>", comments=COMMENTS):
    body = "".join(f"<p>{text}</p>" for text in BODY)
    thread = "".join(f"<div class='one'><p>{text}</p></div>" for text in comments)
    return RawDocument.from_html(
        f"<html><body><div class='story'><h1>The bell</h1>{body}</div>{opening}{thread}</div>", id="x"
    )


def comments_of(document):
    measured = judged(document, resolve(collect([])))[-1].measured
    shown = [document.text[b.start : b.end] for b in document.blocks]
    return [line for line, inside in zip(shown, measured.comments, strict=True) if inside]


@pytest.mark.parametrize(
    "opening",
    [
        "<div id='comments'>",
        "<div id=Comments-Area>",
        "<ol class='comment-list'>",
        "<ol class='commentlist'>",
        "<section class='post-comments'>",
        "<div id='disqus_thread'>",
        "<div class='wide fb-comments'>",
        "<div id=comment-204>",
    ],
)
def test_markup_names_readers_comments(opening):
    assert comments_of(with_comments(opening)) == list(COMMENTS)


@pytest.mark.parametrize(
    "opening", ["<div id='community'>", "<div class='recommended reading'>", "<comments>", "<div>"]
)
def test_noop_markup_that_names_no_comments(opening):
    assert comments_of(with_comments(opening)) == []


def test_a_path_is_looked_at_once(monkeypatch):
    document = with_comments(comments=COMMENTS * 30)
    seen = []
    markup._facts.cache_clear()
    monkeypatch.setattr(markup, "_is_comment", lambda path: bool(seen.append(path)))
    judged(document, resolve(collect([])))
    markup._facts.cache_clear()
    assert len(document.blocks) > 100
    assert 0 < len(seen) <= len({block.markup.path for block in document.blocks})


def policies(policy, score, comments=COMMENTS):
    """Which of the comments stay; they have the score."""
    config = Config(chrome=Chrome(comments=policy, extractor=False))
    weights = {"html": listening("html", {"@comments": 100}, (-300, score), "names")}
    page = scrub_by(with_comments(comments=comments), by(weights, config=config))
    left = page.text.split("\n")
    assert [line for line in BODY if line not in left] == []
    return [line in left for line in comments], page


def test_comments_that_are_judged_go_by_their_evidence():
    assert policies(Policy.JUDGE, -300)[0] == [True] * 4
    assert policies(Policy.JUDGE, 600)[0] == [False] * 4


def test_comments_dropped_against_the_evidence_say_so():
    kept, page = policies(Policy.DROP, -300)
    assert kept == [False] * 4
    removals = [edit for edit in page.ledger if edit.rule == "boilerplate"]
    assert [edit.removed for edit in removals] == list(COMMENTS)
    assert {edit.confidence for edit in removals} == {1.0}
    assert {edit.reason.note for edit in removals} == {DROPPED}


def test_comments_that_would_have_gone_anyway_tell_their_evidence():
    kept, page = policies(Policy.DROP, 600)
    assert kept == [False] * 4
    removals = [edit for edit in page.ledger if edit.rule == "boilerplate"]
    assert {edit.reason.note for edit in removals} == {""}
    assert {edit.confidence for edit in removals} == {probability(600)}
    assert all(edit.reason.weights for edit in removals)


@pytest.mark.parametrize("count", [1, 4, 40])
def test_comments_that_are_kept_stay_whatever_speaks_against_them(count):
    thread = tuple(f"{number} {COMMENTS[number % 4]}" for number in range(count))
    kept, page = policies(Policy.KEEP, 600, thread)
    assert kept == [True] * count
    assert "boilerplate" not in {edit.rule for edit in page.ledger}


def test_forced_removals_are_those_that_stand_in_the_ledger():
    kept, page = policies(Policy.DROP, -300)
    assert kept == [False] * 4
    assert page.text == with_comments(comments=()).text + "\n"
    assert [edit.start for edit in page.ledger if edit.reason.note] == [
        page.raw.text.index(line) for line in COMMENTS
    ]
