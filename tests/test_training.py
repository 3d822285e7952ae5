"""What `scripts/train` is made of: labels, samples, the file it writes, and what each kind of evidence adds."""

import importlib.util
import json
import random
import sys
from dataclasses import replace
from importlib.machinery import SourceFileLoader
from pathlib import Path

import numpy as np
import pytest
from forests import constant, listening, splitting
from invented import MONTHS, chrome, pages

pytest.importorskip("lightgbm")
pytest.importorskip("scipy")
pytest.importorskip("rapidfuzz")

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
sys.path.insert(0, str(SCRIPTS))

import ablating  # noqa: E402
import training  # noqa: E402
import training.forest  # noqa: E402
from training import writing  # noqa: E402
from training.pages import UNKNOWN, load_snippets  # noqa: E402
from training.sampling import lot_of  # noqa: E402

from scrubber.classifying.features.extractor import EXTRACTED  # noqa: E402
from scrubber.classifying.features.sets import FEW, HTML, features_of  # noqa: E402
from scrubber.classifying.model import parse  # noqa: E402

SITES = ("acorn", "birch", "cedar")


@pytest.fixture(scope="module")
def script():
    """scripts/train itself: it has no suffix."""
    loader = SourceFileLoader("train_script", str(SCRIPTS / "train"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pagesets(tmp_path_factory):
    """SET/{html,text-full,gold}/SITE/DOC of invented pages, and an empty page that teaches nothing."""
    root = tmp_path_factory.mktemp("pagesets")
    for name in SITES:
        for number, page in enumerate(pages(name, 6, paragraphs=3)):
            gold = "\n\n".join((page.title, *page.body))
            for kind, text in (("html", page.markup), ("text-full", page.text), ("gold", gold)):
                path = root / "one" / kind / name / f"{number}.{'html' if kind == 'html' else 'txt'}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
    (root / "one" / "text-full" / SITES[0] / "empty.txt").write_text(" \n", "utf-8")
    return root


@pytest.fixture(scope="module")
def text_pages(pagesets):
    return training.load(pagesets, "text-full", "one")


@pytest.fixture(scope="module")
def html_pages(pagesets):
    return training.load(pagesets, "html", "one")


# --- labels


def test_a_block_is_content_where_half_of_its_words_stand_in_gold():
    blocks = [["menu", "home"], ["the", "bell", "rang", "twice"], ["the", "bell", "fell", "off"]]
    assert training.label(blocks, ["the", "bell", "rang", "twice"]).tolist() == [1, 0, 1]
    assert training.label(blocks, ["the", "bell", "rang", "twice", "the", "bell"]).tolist() == [1, 0, 0]
    assert training.label(blocks, []).tolist() == [1, 1, 1]


def test_gold_in_another_order_is_no_match_twice():
    blocks = [["a", "b", "c"], ["d", "e", "f"]]
    assert sorted(training.label(blocks, ["d", "e", "f", "a", "b", "c"]).tolist()) == [0, 1]


def test_words_of_scripts_without_spaces_are_their_characters():
    assert training.tokens("Ferry 港口 No. 7, l’été_d") == ["ferry", "港", "口", "no", "7", "l", "été", "d"]


def test_pages_are_loaded_with_labels_that_tell_chrome_from_body(text_pages, html_pages):
    for loaded in (text_pages, html_pages):
        assert [page.name.split("/")[0] for page in loaded] == ["one"] * 18
        assert {page.site for page in loaded} == set(SITES)
    head, _ = chrome("acorn")
    for page in text_pages[:6]:
        shown = [page.prepared.text[b.start : b.end] for b in page.prepared.blocks]
        assert [line for line, gone in zip(shown, page.labels, strict=True) if not gone] == [
            line for line in shown if set(training.tokens(line)) <= set(page.gold) and line not in head
        ]
        assert page.extracted is None
        assert page.record.host is None
    assert all(page.extracted for page in html_pages)


def test_folds_part_sites_and_keep_mirrors_together():
    assert {training.fold_of(f"site-{number}.example") for number in range(99)} == set(range(training.FOLDS))
    assert training.fold_of("www.acorn.example") == training.fold_of("acorn.example")
    for mirror, site in training.SHARED_TEMPLATES.items():
        assert training.fold_of(mirror) == training.fold_of(site)
    assert training.NONE not in range(training.FOLDS)


# --- pages of which snippets are known

KNOWN = {
    "acorn.example/one.page": {
        "with": ["The  bell of\nArdley", "ferry left", "in two places"],
        "without": ["Share this", "ferry", "stands nowhere", "in two places"],
    },
    "acorn.example/two": {"with": ["stands nowhere"], "without": []},
    "birch.example/three": {"with": [], "without": ["Share this"]},
    "birch.example/empty": {"with": ["anything"], "without": []},
    "birch.example/missing": {"with": ["anything"], "without": []},
}
SHOWN = (
    "The bell of Ardley was gone.",
    "Share this page",
    "The ferry left at noon.",
    "Nobody knows this one.",
    "It stands in two places.",
    "It stands in two places.",
)


@pytest.fixture(scope="module")
def snippets(tmp_path_factory):
    """SET/html/SITE/DOC and SET/snippets.json."""
    root = tmp_path_factory.mktemp("snippets")
    page = "".join(f"<p>{text}</p>" for text in SHOWN)
    for name in (
        "acorn.example/one.page",
        "acorn.example/two",
        "birch.example/three",
        "birch.example/unnamed",
    ):
        path = root / "some" / "html" / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"<html><body>{page}</body></html>", "utf-8")
    (root / "some" / "html" / "birch.example" / "empty.html").write_text("", "utf-8")
    (root / "some" / "snippets.json").write_text(json.dumps(KNOWN), "utf-8")
    return root


def test_a_block_is_what_its_snippet_says_and_all_others_are_unknown(snippets):
    """What must stay wins, and a snippet that stands in two blocks tells of neither."""
    first, _ = load_snippets(snippets, "some")
    assert [first.prepared.text[b.start : b.end] for b in first.prepared.blocks] == list(SHOWN)
    assert first.labels.tolist() == [0, 1, 0, UNKNOWN, UNKNOWN, UNKNOWN]


def test_pages_without_a_known_block_are_left_out(snippets):
    found = load_snippets(snippets, "some")
    assert [page.name for page in found] == [
        "some/acorn.example/one.page.html",
        "some/birch.example/three.html",
    ]
    assert [page.site for page in found] == ["acorn.example", "birch.example"]
    assert found[1].labels.tolist() == [UNKNOWN, 1, *[UNKNOWN] * 4]
    assert all(page.extracted is not None for page in found)


def test_a_page_counts_as_one_whatever_of_it_is_known(snippets):
    for page in load_snippets(snippets, "some"):
        weights = training.block_weights(page)
        assert weights.sum() == pytest.approx(100)
        assert ((weights > 0) == (page.labels != UNKNOWN)).all()
    lot = lot_of("snippets some", training.samples(load_snippets(snippets, "some")))
    assert lot.weights.sum() == pytest.approx(200)
    known = lot.weights > 0
    assert len(lot.labels) == 6 * len(lot.folds)
    assert set(lot.labels[known].tolist()) == {0, 1}


# --- pages that were cleaned before


def test_a_cleaned_page_is_its_content_and_nothing_of_it_is_chrome(text_pages):
    page = text_pages[0]
    clean = training.cleaned(page)
    assert (clean.name, clean.site, clean.kind) == (page.name, page.site, "clean")
    assert not clean.labels.any()
    assert 0 < len(clean.labels) == len(clean.words) == (page.labels == 0).sum()
    assert [word for block in clean.words for word in block] == clean.gold
    assert 0 < clean.weight < page.weight


def test_a_page_of_chrome_alone_leaves_nothing_to_learn_from(text_pages):
    page = replace(text_pages[0], labels=np.ones_like(text_pages[0].labels))
    assert training.cleaned(page) is None


# --- samples


def test_every_page_is_shown_among_few_and_many(text_pages):
    found = training.samples(text_pages)
    assert {sample.chunk for sample in found} == {1, 2, 3, 5, 6}
    for page in text_pages:
        assert {s.others for s in found if s.page is page} >= {5}
    for sample in found:
        assert sample.others == sample.chunk - 1
        assert sample.model == "text"
        assert sample.bins.shape == (len(sample.page.labels), len(features_of(sample.model)))
    again = training.samples(text_pages)
    assert all(np.array_equal(a.bins, b.bins) for a, b in zip(found, again, strict=True))


def test_the_extractor_is_asked_on_few_pages_and_not_always(html_pages):
    found = training.samples(html_pages)
    asked = {True: 0, False: 0}
    places = [HTML.places[feature.name] for feature in EXTRACTED]
    for sample in found:
        assert sample.model == "html"
        said = bool(sample.bins[:, places].any())
        assert said is (sample.subject.extracted is not None)
        if sample.others < FEW:
            asked[said] += 1
        else:
            assert not said
    assert asked[True] > asked[False] > 0


# --- judging


def test_a_page_counts_as_one_however_many_blocks_it_has(text_pages):
    for page in text_pages[:3]:
        weights = training.block_weights(page)
        assert weights.sum() == pytest.approx(100)
        assert weights.min() > 0


def test_sites_are_judged_by_the_forest_that_never_saw_them(html_pages):
    found = [sample for sample in training.samples(html_pages, chunks=(1, 6)) if sample.others]
    taken = training.fold_of(SITES[0])
    no_short_lines = splitting("html", "length", HTML["length"].bins - 5, (900, -900))
    fitted = {
        fold: {"html": no_short_lines if fold == taken else constant("html", -900)}
        for fold in range(training.FOLDS)
    }
    rows = training.judge_unseen(found, fitted)
    assert [row[0] for row in rows] == found
    for sample, *figures in rows:
        nothing = np.zeros(len(sample.page.labels), dtype=bool)
        untouched = tuple(figures) == training.page_score(sample.page, nothing)
        assert untouched is (training.fold_of(sample.page.site) != taken)


def test_words_are_weighed_by_the_forest_that_judges(html_pages):
    sample = training.samples(html_pages, chunks=(6,))[0]
    fold = training.fold_of(sample.page.site)
    kept, gone = (
        training.judge_unseen([sample], {fold: {"html": listening("html", words, (-300, 900))}})
        for words in ({}, {"home": 900, "comment": 900, "events": 900})
    )
    assert gone[0][1] > kept[0][1]


def test_scores_of_a_page(text_pages):
    page = text_pages[0]
    nothing = np.zeros(len(page.labels), dtype=bool)
    assert training.page_score(page, page.labels.astype(bool)) == (1.0, 1.0, 1.0)
    precision, recall, f1 = training.page_score(page, nothing)
    assert recall == 1.0
    assert 0 < precision < f1 < 1.0
    assert training.page_score(page, ~nothing) == (0.0, 0.0, 0.0)


# --- the file


def test_the_file_is_read_as_it_was_written():
    chance = random.Random(len(MONTHS))
    trees = tuple(((0, chance.randrange(3), 1, 5), (chance.randrange(-99, 99),), (7,)) for _ in range(3))
    weights = {
        name: replace(splitting(name, "commas", 0, (0, 0), {"été": 5, "@side": -7}), trees=trees)
        for name in ("text", "html")
    }
    text = writing.layout(weights)
    assert parse(text) == weights
    assert writing.layout(parse(text)) == text
    assert list(json.loads(text)["forests"]) == ["html", "text"]
    lines = text.splitlines()
    for tree in trees:
        told = json.dumps(tree, separators=(",", ":"))
        assert sum(line.strip().removesuffix(",") == told for line in lines) >= 2


def test_the_committed_file_is_laid_out_as_the_script_writes_it(script):
    committed = (SCRIPTS.parent / "scrubber" / "classifying" / "weights.json").read_text("utf-8")
    weights = parse(committed)
    assert writing.layout(weights) == committed
    assert weights.keys() == script.GATHERED.keys()


def run_script(script, monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["train", *map(str, arguments)])
    script.main()


def test_one_model_is_fitted_and_the_other_is_left_as_it_is(script, tmp_path, monkeypatch):
    (tmp_path / "pagesets").mkdir()
    output = tmp_path / "weights.json"
    known = {name: constant(name, 1) for name in ("text", "html")}
    output.write_text(writing.layout(known), "utf-8")
    monkeypatch.setattr(
        script,
        "fit_forests",
        lambda lots, name, folds, _: ((fold, constant(name, len(lots))) for fold in folds),
    )
    gathered = dict.fromkeys(script.GATHERED, lambda *_: [None] * 7)
    monkeypatch.setattr(script, "GATHERED", gathered)
    given = "--shared", tmp_path, "--output", output, "--jobs", 1
    run_script(script, monkeypatch, *given, "--only", "html")
    assert parse(output.read_text("utf-8")) == {**known, "html": constant("html", 7)}
    run_script(script, monkeypatch, *given, "--folds", tmp_path / "folds")
    fitted = {name: constant(name, 7) for name in known}
    written = sorted((tmp_path / "folds").iterdir())
    assert [path.name for path in written] == [f"fold{fold}.json" for fold in range(training.FOLDS)]
    assert all(parse(path.read_text("utf-8")) == fitted for path in written)


# --- what each kind of evidence adds


def test_every_variant_leaves_something_out():
    names = set(HTML.names)
    first, *others = ablating.VARIANTS
    assert first.name == "everything"
    assert not first.without
    assert len({v.name for v in ablating.VARIANTS}) == len(ablating.VARIANTS)
    for variant in others:
        assert variant.without <= names
        assert variant.without or variant.load
    assert names - set().union(*(v.without for v in others)) <= {"others"}


def test_pages_are_fingerprinted_as_a_variant_says(pagesets):
    plain, folded, unsigned = (_records(pagesets, load) for load in ("plain", "", "unsigned"))
    assert folded == _records(pagesets, "")
    assert all(record.bands.size for record in folded.values())
    assert not any(record.bands.size for record in unsigned.values())
    assert all(folded[name].keys.tolist() == unsigned[name].keys.tolist() for name in folded)
    assert all(folded[name].keys.tolist() != plain[name].keys.tolist() for name in folded)


def _records(pagesets, load):
    with ablating._fingerprinted(load):
        return {page.name: page.record for page in training.load(pagesets, "html", "one")}


@pytest.fixture
def small(monkeypatch):
    """A fit that takes a moment."""
    monkeypatch.setattr(training.forest, "TREES", 12)
    monkeypatch.setattr(
        training.forest, "_PARAMETERS", {**training.forest._PARAMETERS, "min_data_in_leaf": 5}
    )


def test_a_row_a_variant(pagesets, monkeypatch, small):
    chosen = [v for v in ablating.VARIANTS if v.name in ("everything", "no MinHash", "no words")]
    monkeypatch.setattr(ablating, "VARIANTS", chosen)
    monkeypatch.setattr(ablating, "POOLED", ("one",))
    monkeypatch.setattr(ablating, "FOLD", training.fold_of(SITES[0]))
    rows = ablating.ablate(pagesets, 1)
    assert [row["name"] for row in rows] == ["everything", "no MinHash", "no words"]
    for row in rows:
        for kind in (ablating.WHOLE, ablating.ALONE):
            assert row[kind].keys() == {"one", "mean", "lost"}
        assert row[ablating.WHOLE]["one"] > 0.8


def test_a_feature_that_is_left_out_is_never_asked_for(html_pages, small):
    lots = [lot_of("pages one", training.samples(html_pages, chunks=(1, 6)))]
    everything = training.forest.fit_forest(lots, "html", training.NONE)
    bare = training.forest.fit_forest(lots, "html", training.NONE, everything.asks[:3])
    assert set(everything.asks[:3]) & set(bare.asks) == set()
    assert bare.asks
