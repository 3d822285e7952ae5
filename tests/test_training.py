"""What `scripts/train` is made of: labels, samples, bounds, the fit, and the file it writes."""

import importlib.util
import json
import random
import sys
from dataclasses import replace
from importlib.machinery import SourceFileLoader
from pathlib import Path

import numpy as np
import pytest
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

from scrubber.classifying.additive import Table  # noqa: E402
from scrubber.classifying.features.extractor import EXTRACTED  # noqa: E402
from scrubber.classifying.features.sets import FEW, TEXT, features_of, situation  # noqa: E402
from scrubber.classifying.forest import Forest  # noqa: E402
from scrubber.classifying.model import parse  # noqa: E402

SITES = ("acorn", "birch", "cedar")
TABLES = {f"html {others}" for others in ("alone", "few", "many")}


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
        assert sample.table == situation(markup=False, others=sample.others)
        assert sample.bins.shape == (len(sample.page.labels), len(features_of(sample.table)))
        assert sample.measured.features == features_of(sample.table)
    again = training.samples(text_pages)
    assert all(np.array_equal(a.bins, b.bins) for a, b in zip(found, again, strict=True))


def test_the_extractor_is_asked_on_few_pages_and_not_always(html_pages):
    found = training.samples(html_pages)
    asked = {True: 0, False: 0}
    for sample in found:
        names = {feature.name for feature in EXTRACTED}
        assert names & set(sample.measured.features.names) == (names if sample.others < FEW else set())
        if sample.others < FEW:
            asked[any(sample.measured.column(name).any() for name in names)] += 1
    assert asked[True] > asked[False] > 0


# --- the fit


def test_bounds_hold_recurrence_at_or_above_nothing():
    for table in sorted(TABLES):
        features = features_of(table)
        size = 1 + sum(f.bins for f in features) + 3
        limits = training.bounds(features, size)
        assert len(limits) == size
        at = 1
        for feature in features:
            own = limits[at : at + feature.bins]
            if feature.recurs:
                assert own == [(0.0, 0.0), *[(0.0, None)] * (feature.bins - 1)]
            else:
                assert set(own) == {(None, None)}
            at += feature.bins
        assert limits[0] == (None, None)
        assert set(limits[at:]) == {(None, None)}


def test_rows_are_one_hot(html_pages):
    sample = training.samples(html_pages[:1])[0]
    features = features_of(sample.table)
    rows = training.design(sample.bins, features)
    assert rows.shape == (len(sample.bins), sum(f.bins for f in features))
    assert set(rows.sum(axis=1).ravel().tolist()[0]) == {len(features)}
    starts = np.cumsum([0, *(f.bins for f in features)])[:-1]
    assert sorted(rows[0].indices.tolist()) == (starts + sample.bins[0]).tolist()


def test_a_page_counts_as_one_however_many_blocks_it_has(text_pages):
    for page in text_pages[:3]:
        weights = training.block_weights(page)
        assert weights.sum() == pytest.approx(100)
        assert weights.min() > 0


def test_a_word_must_be_found_on_many_sites(html_pages, monkeypatch):
    found = training.samples(html_pages, chunks=(6,))
    assert training.vocabulary(found) == []
    monkeypatch.setattr(training.additive, "WORD_SITES", len(SITES))
    known = training.vocabulary(found)
    assert known == sorted(known)
    assert {"comment", "events"} <= set(known)
    assert "acorn" not in known
    rows = training.word_columns(found, known)
    assert rows.shape == (sum(len(s.bins) for s in found), len(known))
    assert rows.sum() == sum(len(set(words) & set(known)) for s in found for words in s.page.lexicon)


@pytest.fixture(scope="module")
def fitted(html_pages):
    found = training.samples(html_pages, chunks=(1, 6))
    folds = sorted({training.fold_of(site) for site in SITES})
    return found, {fold: dict(_tables(found, fold)) for fold in (*folds, training.NONE)}


def _tables(found, fold):
    for (_, name), table in training.fit_all(found, [fold], 1):
        yield name, table


def test_a_fit_fits_the_features_and_its_bounds(fitted):
    found, tables = fitted
    for table in tables[training.NONE].values():
        table.check()
        assert table.switch == 0
        numbers = [table.bias, *(w for row in table.weights.values() for w in row)]
        assert all(type(number) is int for number in numbers)
        for feature in table.features:
            if feature.recurs:
                assert table.weights[feature.name][0] == 0
                assert min(table.weights[feature.name]) == 0
    assert set(tables[training.NONE]) == {"html alone", "html many"}
    again = training.fit([s for s in found if s.table == "html many"], "html many")
    assert again == tables[training.NONE]["html many"]


def test_sites_that_were_not_seen_are_judged(fitted):
    found, tables = fitted
    rows = training.judge_unseen(found, tables)
    assert [row[0] for row in rows] == found
    whole = [f1 for sample, _, _, f1 in rows if sample.chunk == 6]
    assert np.mean(whole) > 0.9
    lines = training.summary(rows)
    assert len(lines) == 3
    assert lines[2].startswith("| html | one | ")
    assert lines[0].count("|") == lines[2].count("|")


def test_a_fold_never_sees_its_sites(fitted):
    _, tables = fitted
    assert len({training.fold_of(site) for site in SITES}) > 1
    assert any(tables[training.fold_of(site)] != tables[training.NONE] for site in SITES)


def test_scores_of_a_page(text_pages):
    page = text_pages[0]
    nothing = np.zeros(len(page.labels), dtype=bool)
    assert training.page_score(page, page.labels.astype(bool)) == (1.0, 1.0, 1.0)
    precision, recall, f1 = training.page_score(page, nothing)
    assert recall == 1.0
    assert 0 < precision < f1 < 1.0
    assert training.page_score(page, ~nothing) == (0.0, 0.0, 0.0)


# --- the file


def test_the_file_is_read_as_it_was_written(script):
    chance = random.Random(len(MONTHS))
    tables = {}
    for name in TABLES:
        rows = {f.name: tuple(chance.randrange(-300, 300) for _ in range(f.bins)) for f in features_of(name)}
        tables[name] = Table(name, chance.randrange(-99, 99), script.SWITCH, rows, {"été": 5, "@side": -7})
    trees = tuple(((0, chance.randrange(3), 1, 5), (chance.randrange(-99, 99),), (7,)) for _ in range(3))
    forest = Forest("text", script.SWITCH, ("commas",), (TEXT["commas"].bins,), trees)
    weights = {"text": forest, **tables}
    text = writing.layout(weights)
    assert parse(text) == weights
    assert writing.layout(parse(text)) == text
    assert list(json.loads(text)["tables"]) == sorted(TABLES)
    assert list(json.loads(text)["forests"]) == ["text"]
    lines = text.splitlines()
    for tree in trees:
        told = json.dumps(tree, separators=(",", ":"))
        assert sum(line.strip().removesuffix(",") == told for line in lines) >= 1


def test_the_committed_file_is_laid_out_as_the_script_writes_it(script):
    committed = (SCRIPTS.parent / "scrubber" / "classifying" / "weights.json").read_text("utf-8")
    weights = parse(committed)
    assert writing.layout(weights) == committed
    assert {one.switch for name, one in weights.items() if name != "text"} == {script.SWITCH}
    assert weights["text"].switch == training.forest.SWITCH


# --- what each kind of evidence adds


def test_every_variant_leaves_something_out():
    names = {f.name for f in features_of(ablating.TABLE)}
    first, *others = ablating.VARIANTS
    assert first.name == "everything"
    assert not first.without
    assert len({v.name for v in ablating.VARIANTS}) == len(ablating.VARIANTS)
    for variant in others:
        assert variant.without <= names
        assert variant.without or variant.load or not (variant.steps and variant.decoded and variant.words)
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


def test_without_steps_nothing_but_the_scores_decides(fitted):
    found, tables = fitted
    found = found[:6]
    for sample in found:
        table = tables[training.fold_of(sample.page.site)][sample.table]
        with ablating._stepping(steps=False):
            ((_, *figures),) = training.judge_unseen([sample], tables)
        gone = table.score(sample.measured) > 0
        assert table.switch == 0
        assert tuple(figures) == training.page_score(sample.page, gone)


def test_a_row_a_variant(pagesets, monkeypatch):
    chosen = [v for v in ablating.VARIANTS if v.name in ("everything", "no MinHash", "no steps")]
    monkeypatch.setattr(ablating, "VARIANTS", chosen)
    monkeypatch.setattr(ablating, "POOLED", ("one",))
    rows = ablating.ablate(pagesets, 100, 1)
    assert [row["name"] for row in rows] == ["everything", "no MinHash", "no steps"]
    for row in rows:
        assert row[ablating.INPUT].keys() == {"one", "mean", "lost"}
        assert row[ablating.INPUT]["one"] > 0.8


def test_an_emptied_feature_says_nothing(html_pages):
    sample = training.samples(html_pages, chunks=(6,))[0]
    variant = next(v for v in ablating.VARIANTS if v.name == "no order")
    bare = ablating._emptied(sample, variant, sample.page)
    names = [f.name for f in features_of(sample.table)]
    gone = [names.index(name) for name in variant.without]
    assert sample.bins[:, gone].any()
    assert not bare.bins[:, gone].any()
    rest = [i for i in range(len(names)) if i not in gone]
    assert np.array_equal(bare.bins[:, rest], sample.bins[:, rest])
