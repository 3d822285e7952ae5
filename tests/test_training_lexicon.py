"""Words of labelled blocks: their weights, and the columns by which no site is weighed by what it taught."""

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import pages

pytest.importorskip("lightgbm")
pytest.importorskip("rapidfuzz")
pytest.importorskip("scipy")

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

import training
from training import forest, lexicon
from training.lots import Lot, Row, digest_of
from training.pages import NONE, UNKNOWN, fold_of
from training.sampling import lot_of

from scrubber.classifying.features.lexicon import LEXICON, NOTHING, columns, sums
from scrubber.classifying.features.measured import measure
from scrubber.classifying.features.sets import TEXT, features_of
from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.segments import Segments

CONTENT, CHROME = 0, 1
SITES = [f"site{number}.example" for number in range(200)]
PART = {site: digest_of(site) % lexicon.PARTS for site in SITES}


def row(site, blocks, *, weight=1.0):
    """A document of blocks, each given as its label and its words, that is of its site's fold."""
    labels = np.array([label for label, *_ in blocks])
    bins = np.zeros((len(blocks), len(TEXT)), dtype=np.uint8)
    words = [tuple(said) for _, *said in blocks]
    return Row(bins, labels, np.full(len(blocks), weight), fold_of(site), site, words)


def lot(rows, name="pages one"):
    return Lot.of(name, rows)


def spelt(lots, fold=NONE, part=None):
    """The weights that are fitted, by word; digests and words tell the same."""
    weighed, words = lexicon.fit(lots, fold, part)
    assert list(words) == sorted(words)
    assert {digest_of(word): weight for word, weight in words.items()} == dict(
        zip(weighed.digests.tolist(), weighed.weights.tolist(), strict=True)
    )
    return words


def in_columns(found, name):
    """A feature of words among what `lexicon.crossed` gives of a lot."""
    return found[:, [feature.name for feature in LEXICON].index(name)].tolist()


# --- which words have weights


def test_words_of_chrome_and_of_content_have_weights_of_their_sides():
    blocks = [(CHROME, "menu", "@nav"), (CONTENT, "bell"), (CHROME, "both"), (CONTENT, "both")]
    rows = [row(site, blocks) for site in SITES]
    found = spelt([lot(rows)])
    assert min(found["menu"], found["@nav"]) > 25
    assert found["bell"] < -25
    assert abs(found.get("both", 0)) < min(found["menu"], -found["bell"])
    assert all(type(weight) is int and weight for weight in found.values())


def test_a_word_is_learned_where_it_stands_on_many_sites():
    many, few = SITES[: lexicon.SITES], SITES[1 : lexicon.SITES]
    rows = [row(site, [(CHROME, "many")]) for site in many] + [
        row(site, [(CHROME, "few")]) for site in few
    ] * 3
    rows += [row(site, [(CONTENT, "bell")]) for site in SITES]
    assert spelt([lot(rows)]).keys() == {"many", "bell"}


def test_sites_are_counted_once_over_all_lots():
    """The same pages as their full text and as their main text are no more sites."""
    rows = [row(site, [(CHROME, "few")]) for site in SITES[: lexicon.SITES // 2]]
    rest = [row(site, [(CONTENT, "bell")]) for site in SITES]
    assert spelt([lot(rows), lot(rows, "pages one main"), lot(rest)]).keys() == {"bell"}
    more = [row(site, [(CHROME, "few")]) for site in SITES[lexicon.SITES // 2 :]]
    assert spelt([lot(rows), lot(more, "pages two"), lot(rest)]).keys() == {"bell", "few"}


def test_what_is_unknown_teaches_no_word():
    rows = [row(site, [(UNKNOWN, "unknown"), (CHROME, "menu"), (CONTENT, "bell")]) for site in SITES]
    rows += [row(site, [(CHROME, "weightless")], weight=0.0) for site in SITES]
    assert spelt([lot(rows)]).keys() == {"menu", "bell"}


def test_words_are_learned_from_page_sets_alone_and_heard_everywhere():
    rows = [row(site, [(CHROME, "menu"), (CONTENT, "bell")]) for site in SITES]
    dump = lot([row(site, [(CHROME, "harbour", "menu"), (CONTENT, "bell")]) for site in SITES], "dump one")
    assert spelt([lot(rows), dump]) == spelt([lot(rows)])
    (_, found), words = lexicon.crossed([lot(rows), dump], NONE)
    assert words == spelt([lot(rows)])
    assert min(in_columns(found, "words")[::2]) > NOTHING
    assert max(in_columns(found, "words")[1::2]) < NOTHING


@pytest.mark.parametrize(
    "lots",
    [
        [],
        [Lot.of("pages none", [])],
        [lot([row(site, [(CHROME,), (CONTENT,)]) for site in SITES])],
        [lot([row(site, [(UNKNOWN, "menu")]) for site in SITES])],
        [lot([row(site, [(CHROME, "menu"), (CONTENT, "bell")]) for site in SITES], "dump one")],
    ],
    ids=["no lots", "a lot of nothing", "no words", "unknown", "no page set"],
)
def test_where_no_word_is_learned_nothing_is_said(lots):
    assert spelt(lots) == {}
    found, words = lexicon.crossed(lots, NONE)
    assert words == {}
    assert [len(own) for own in found] == [len(one.labels) for one in lots]
    for own in found:
        assert set(in_columns(own, "words")) | set(in_columns(own, "names")) <= {NOTHING}


# --- by which weights a site's words are weighed


def test_a_site_is_weighed_without_its_own_part(monkeypatch):
    """A word is chrome on the sites of one part, and content on all others: nowhere does one hear its own."""
    monkeypatch.setattr(lexicon, "_STRENGTH", 1.0)
    for fold in (NONE, 2):
        for part in range(lexicon.PARTS):
            own = [site for site in SITES if PART[site] == part]
            rows = [
                row(site, [(CHROME if site in own else CONTENT, "bell"), (CONTENT, "tide"), (CHROME, "menu")])
                for site in SITES
            ]
            (found,), _ = lexicon.crossed([lot(rows)], fold)
            said, always = in_columns(found, "words")[::3], in_columns(found, "words")[1::3]
            for site, bell, tide in zip(SITES, said, always, strict=True):
                assert tide < NOTHING
                if site in own:
                    assert bell == tide, "as a word that is content everywhere"
                else:
                    assert bell > tide


@pytest.mark.parametrize("mirror", ["www.acorn.example", *training.SHARED_TEMPLATES])
def test_a_mirror_is_no_other_site(mirror):
    """It has the part of its site, and is no second witness of a word."""
    site = training.SHARED_TEMPLATES.get(mirror, "acorn.example")
    few = [mirror, site, *SITES[: lexicon.SITES - 2]]
    rows = [row(one, [(CHROME, "few")]) for one in few] + [row(one, [(CONTENT, "bell")]) for one in SITES]
    one = lot(rows)
    assert one.sites[0] == one.sites[1]
    assert one.sites[0] not in one.sites[2:]
    assert spelt([one]).keys() == {"bell"}


def test_a_fold_teaches_no_word():
    rows = [
        row(site, [(CHROME if fold_of(site) == 2 else CONTENT, "bell"), (CHROME, "menu")]) for site in SITES
    ]
    (found,), words = lexicon.crossed([lot(rows)], 2)
    outside = [one for one in rows if one.fold != 2]
    assert words == spelt([lot(outside)])
    assert words["bell"] < spelt([lot(rows)])["bell"] < 0
    assert len(set(in_columns(found, "words")[::2])) == 1


def test_every_site_is_weighed_as_by_a_fit_of_the_documents_that_it_may_know():
    """Against the columns that features give at run time of those weights."""
    drawn = np.random.default_rng(4)
    known = [f"word{number}" for number in range(12)] + ["@nav", "@main"]

    def some(label):
        chances = np.linspace(0.1, 0.9, len(known)) if label else np.linspace(0.9, 0.1, len(known))
        return [label, *(word for word in known if drawn.random() < chances[known.index(word)] / 2)]

    rows = [row(site, [some(int(drawn.integers(2))) for _ in range(9)]) for site in (*SITES, *SITES[:50])]
    fold = 3
    (found,), _ = lexicon.crossed([lot(rows)], fold)
    for part in range(lexicon.PARTS):
        others = [one for one in rows if one.fold != fold and PART[one.site] != part]
        words = spelt([lot(others)])
        assert spelt([lot(rows)], fold, part) == words
        assert words
        for number, one in enumerate(rows):
            if PART[one.site] == part:
                start = number * 9
                expected = columns(Segments.of([9]), *sums(one.words, words))
                for feature in LEXICON:
                    bins = np.searchsorted(feature.edges, expected[feature.name], side="right")
                    assert in_columns(found[start : start + 9], feature.name) == bins.tolist(), feature.name


@pytest.fixture(scope="module")
def invented_pages(tmp_path_factory):
    """Pages of HTML, as a page set holds them, with their labels."""
    root = tmp_path_factory.mktemp("words")
    for number in range(10):
        name = ("acorn", "birch", "cedar", "dune", "elm")[number % 5] + "abcdefghij"[number]
        for place, page in enumerate(pages(name, 2, paragraphs=2)):
            for kind, text in (("html", page.markup), ("gold", "\n\n".join((page.title, *page.body)))):
                path = root / "one" / kind / name / f"{place}.{'html' if kind == 'html' else 'txt'}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
    return training.load(root, "html", "one")


def test_pages_are_weighed_in_training_as_they_are_at_run_time(invented_pages, monkeypatch):
    monkeypatch.setattr(lexicon, "SITES_OF_NAMES", 3)
    monkeypatch.setattr(lexicon, "SITES", 3)
    monkeypatch.setattr(lexicon, "_STRENGTH", 0.1)
    features = features_of("html")
    places = [features.places[feature.name] for feature in LEXICON]
    samples = training.samples(invented_pages, chunks=(1, 2))
    lots = [lot_of("pages one", samples)]
    (found,), _ = lexicon.crossed(lots, NONE)
    inner = [spelt(lots, NONE, part) for part in range(lexicon.PARTS)]
    assert len({tuple(words.items()) for words in inner}) == lexicon.PARTS
    start, heard = 0, set()
    for sample in samples:
        words = inner[digest_of(sample.page.site) % lexicon.PARTS]
        table = BlockTable.of([sample.subject], [sample.view], words)
        bins = measure(table, "html").bins[:, places]
        end = start + len(bins)
        assert np.array_equal(found[start:end], bins), sample.page.name
        heard |= {name for name in ("words", "names") if set(in_columns(bins, name)) - {NOTHING}}
        start = end
    assert start == len(found)
    assert heard == {"words", "names"}


# --- sums


WORDS = ("bell", "menu", "tide", "@bell", "@nav")


@given(
    st.lists(st.lists(st.sets(st.sampled_from(WORDS)), max_size=4), max_size=4),
    st.dictionaries(st.sampled_from(WORDS), st.integers(-900, 900)),
)
def test_law_words_and_names_are_added_up_apart_as_at_run_time(documents, weights):
    rows = [row("acorn", [(CONTENT, *sorted(words)) for words in blocks]) for blocks in documents]
    one = lot(rows)
    digests = np.array(sorted(map(digest_of, weights)), dtype=np.uint64)
    by_digest = {digest_of(word): weight for word, weight in weights.items()}
    weighed = lexicon.Weighed(digests, np.array([by_digest[int(d)] for d in digests], dtype=np.int64))
    named = np.array([one.lexicon.spelt[int(d)].startswith("@") for d in one.lexicon.digests], dtype=np.bool_)
    own, names = sums([words for document in rows for words in document.words], weights)
    assert weighed.sums(one, named).tolist() == [own.tolist(), names.tolist()]


# --- the forest


def test_a_forest_has_the_words_for_sites_that_nobody_has_seen_and_asks_for_them(monkeypatch):
    monkeypatch.setattr(forest, "TREES", 5)
    rows = [row(site, [(CHROME, "menu"), (CONTENT, "bell"), (CHROME, "menu")] * 3) for site in SITES]
    for fold in (NONE, 1):
        one = forest.fit_forest([lot(rows)], "text", fold)
        assert one.words == spelt([lot(rows)], fold)
        assert "words" in one.asks
    without = [feature.name for feature in LEXICON]
    assert not set(forest.fit_forest([lot(rows)], "text", NONE, without).asks) & set(without)
