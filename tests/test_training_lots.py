"""Lots of labelled blocks: labels by lines, pages in other renderings, and planted pages."""

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from invented import chrome, pages

pytest.importorskip("lightgbm")
pytest.importorskip("rapidfuzz")
pytest.importorskip("scipy")

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

import training
from training import forest, gathering, lexicon, planting, renderings
from training.lots import Lot, Row, digest_of, labelled_by_lines
from training.pages import NONE, UNKNOWN, _page, fold_of

from scrubber.classifying.features.extractor import EXTRACTED
from scrubber.classifying.features.links import WRITTEN
from scrubber.classifying.features.sets import HTML, TEXT
from scrubber.config import Config
from scrubber.documents import BlockKind, RawDocument
from scrubber.reading.text import read_plain

CONTENT, CHROME = 0, 1
SITES = ("acorn", "birch", "cedar", "dune")


# --- labels by lines


def by_lines(text, lines, reader=read_plain):
    return labelled_by_lines(reader(text.encode(), id="a/b"), lines, "acorn.example", 2, Config())


def test_a_block_is_what_its_line_is():
    lines = [("Home", True), ("", False), ("  The bell of Ardley  ", False), ("Home", False), ("Terms", True)]
    one = by_lines("\n".join(line for line, _ in lines), lines)
    assert one.labels.tolist() == [CHROME, CONTENT, CONTENT, CHROME]
    assert one.weights.tolist() == [1.0] * 4
    assert (one.site, one.fold) == ("acorn.example", 2)


def test_a_block_of_several_lines_is_what_most_of_its_characters_are():
    lines = [("Read also", True), ("the bell of the ferry was gone that morning", False)]
    text = " ".join(line for line, _ in lines)
    for turned, label in ((False, CONTENT), (True, CHROME)):
        one = by_lines(f"Head\n{text}", [(line, gone ^ turned) for line, gone in lines])
        assert one.labels.tolist() == [UNKNOWN, label]


def test_of_a_block_without_a_known_line_nobody_knows_what_it_is():
    one = by_lines("Home\nunknown\nTerms", [("Home", True), ("Terms", True), ("elsewhere", False)])
    assert one.labels.tolist() == [CHROME, UNKNOWN, CHROME]


def test_a_text_without_blocks_has_no_labels():
    assert by_lines(" \n\n", [("", True)]) is None


def test_a_lot_keeps_what_is_unknown_with_a_weight_of_nothing():
    bins = np.arange(5 * len(TEXT)).reshape(5, len(TEXT)) % 3
    words = [("bell",), (), ("bell", "tide"), ("@nav",), ()]
    rows = [
        Row(bins, np.array([0, 1, UNKNOWN, 1, 0]), np.array([1.0, 2.0, 3.0, 0.0, 5.0]), 1, "acorn", words),
        Row(bins[:1], np.array([1]), np.array([9.0]), NONE, "birch", words[2:3]),
        Row(bins[3:], np.array([UNKNOWN, 0]), np.array([4.0, 6.0]), 1, "acorn", words[3:]),
    ]
    lot = Lot.of("dump some", rows)
    known = np.array([True, True, False, True, True, True, False, True])
    assert lot.labels[known].tolist() == [0, 1, 1, 0, 1, 0]
    assert lot.weights.tolist() == [1.0, 2.0, 0.0, 0.0, 5.0, 9.0, 0.0, 6.0]
    assert lot.bins.tolist() == [*bins.tolist(), bins[0].tolist(), *bins[3:].tolist()]
    assert lot.starts.tolist() == [0, 5, 6, 8]
    assert lot.document.tolist() == [0, 0, 0, 0, 0, 1, 2, 2]
    assert lot.folds.tolist() == [1, NONE, 1]
    assert lot.sites.tolist() == [digest_of("acorn"), digest_of("birch"), digest_of("acorn")]
    assert lexicon.blocks_of(lot, np.array([True, False, True])).tolist() == [0, 1, 4, 7]
    own = lot.lexicon
    spelt = [own.spelt[digest] for digest in own.digests.tolist()]
    pairs = zip(own.starts[:-1].tolist(), own.starts[1:].tolist(), strict=True)
    assert [tuple(spelt[start:end]) for start, end in pairs] == [*words, words[2], *words[3:]]


def test_a_lot_of_nothing_has_no_blocks():
    lot = Lot.of("wrapped none", [])
    assert len(lot.bins) == len(lot.labels) == len(lot.weights) == 0
    assert len(lot.folds) == len(lot.sites) == len(lot.document) == 0
    assert lot.starts.tolist() == lot.lexicon.starts.tolist() == [0]


# --- other renderings

RICH = """<html><body>
<ul class=menu><li><a href="/">Home page</a></li><li><a href="/tides">Tides and weather</a></li></ul>
<h1>The bell of Ardley</h1>
<p>On Monday the bell of the ferry was gone; nobody saw <a href="/thief">the thief of the bell</a>, they say.</p>
<h3>Who took it</h3>
<h3><a href="/more">More of the bell and its thieves</a></h3>
<figure><img src=bell.jpg><figcaption>The bell in better days</figcaption></figure>
<table><tr><td>Ferry bell</td><td>40 kg</td></tr><tr><td>Chapel bell</td><td>80 kg</td></tr></table>
<pre>ring --twice
    wait 5</pre>
<p>The council meets on Thursday, and asks no question of whoever brings it back before the summer.</p>
<p><a href="/terms">Terms and cookies</a></p>
</body></html>"""
OF_MENU = ("Home page", "Tides and weather", "More of the bell", "Terms and cookies")


def rich_page(site):
    page = _page(RawDocument.from_html(RICH, id="one/page.html"), "html", site)
    shown = [page.prepared.text[block.start : block.end] for block in page.prepared.blocks]
    gone = [line.startswith(OF_MENU) for line in shown]
    return replace(page, labels=np.array(gone, dtype=np.int8)), shown


MANNERS = [f"site{number}.example" for number in range(12)]


@pytest.mark.parametrize("site", MANNERS)
def test_a_page_is_written_as_markdown_and_each_block_keeps_the_label_of_its_origin(site):
    page, shown = rich_page(site)
    written = renderings._Writer(page).write()
    text = "\n".join(written.out)
    raw = read_plain(text.encode(), id="a.md", url=written.url)
    assert raw.source.media_type == "text/markdown", "its links tell what it is"
    one = labelled_by_lines(raw, written.lines, site, 0, Config())
    prepared = one.examined.prepared
    found = [
        (block, prepared.text[block.start : block.end], label)
        for block, label in zip(prepared.blocks, one.labels.tolist(), strict=True)
        if block.kind is not BlockKind.FRONT_MATTER
    ]
    assert UNKNOWN not in {label for *_, label in found}
    for block, own, label in found:
        menu = any(line in own for line in OF_MENU)
        assert label == menu, own
        assert block.linked * 2 > block.shown or not menu, own
    kinds = Counter(block.kind for block, *_ in found if block.kind is not BlockKind.IMAGE)
    rows = " ".join(own for block, own, _ in found if block.kind is BlockKind.ROW)
    assert kinds.pop(BlockKind.ROW) >= 1
    assert [rows.index(cell) for cell in ("Ferry bell", "40 kg", "Chapel bell")]
    assert kinds == {
        BlockKind.LIST_ITEM: 2,
        BlockKind.HEADING: 3,
        BlockKind.PARAGRAPH: 4,
        BlockKind.PREFORMATTED: 1,
    }
    levels = {own.strip("# "): block.level for block, own, _ in found if block.kind is BlockKind.HEADING}
    assert levels["The bell of Ardley"] == 1
    assert levels["Who took it"] == 3
    (story,) = (block for block, own, _ in found if own.startswith("On Monday"))
    assert 0 < story.linked < story.shown / 2
    words = [word for line in shown for word in training.tokens(line)]
    assert set(words) <= {word for _, own, _ in found for word in training.tokens(own)}


def test_a_linked_heading_keeps_its_level():
    assert any(line.startswith("### [More of") for line in renderings._Writer(rich_page("a")[0]).write().out)


def test_a_table_keeps_its_rows():
    assert sum(line.startswith("| ") for line in renderings._Writer(rich_page("a")[0]).write().out) == 2


def test_sites_have_manners_of_their_own_and_pages_of_a_site_share_them():
    texts = {site: "\n".join(renderings._Writer(rich_page(site)[0]).write().out) for site in MANNERS}
    for sign in ("---\nurl:", "\n* [", "\n- [", "![", "](/", "](https://"):
        assert 0 < sum(sign in text for text in texts.values()) < len(MANNERS), sign
    page, _ = rich_page(MANNERS[0])
    first, second = (
        [
            line
            for line in renderings._Writer(replace(page, name=name)).write().out
            if line.startswith(("- ", "* "))
        ]
        for name in ("one", "two")
    )
    assert first == second != []


@pytest.fixture(scope="module")
def pagesets(tmp_path_factory):
    """SET/{html,text-full,text-main,gold}/SITE/DOC of invented pages."""
    root = tmp_path_factory.mktemp("renderings")
    for name in SITES:
        for number, page in enumerate(pages(name, 6, paragraphs=4)):
            gold = "\n\n".join((page.title, *page.body))
            forms = {"html": page.markup, "text-full": page.text, "text-main": page.text, "gold": gold}
            for kind, text in forms.items():
                path = root / "one" / kind / name / f"{number}.{'html' if kind == 'html' else 'txt'}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
    return root


@pytest.fixture(scope="module")
def text_pages(pagesets):
    return training.load(pagesets, "text-full", "one")


def test_long_texts_hold_the_content_of_pages_and_no_chrome(text_pages):
    texts = list(renderings._long_texts(text_pages))
    assert {site for site, _ in texts} <= set(SITES)
    assert max(Counter(site for site, _ in texts).values()) > 1
    sources = {site: pages(site, 6, paragraphs=4) for site in SITES}
    for site in SITES:
        told = Counter(line for own, lines in texts if own == site for line, _ in lines)
        assert all(told[page.title] <= 1 for page in sources[site]), "each page stands in one text"
    for site, lines in texts:
        assert not any(gone for _, gone in lines)
        said = " ".join(line for line, _ in lines)
        assert not any(line in said for line in chrome(site)[0])
        known = {word for page in sources[site] for part in (page.title, *page.body) for word in part.split()}
        assert set(said.split()) <= known
    lot = renderings.long_lot("one", text_pages)
    assert lot.name == "long one"
    assert len(lot.labels) > 0
    assert not lot.labels.any()


def test_wrapped_lines_are_short_and_each_is_what_its_block_was(text_pages, monkeypatch):
    monkeypatch.setattr(renderings, "_WRAPPED_SITES", 1.0)
    texts = list(renderings._wrapped(text_pages))
    assert len(texts) == len(text_pages)
    for (site, lines), page in zip(texts, text_pages, strict=True):
        assert site == page.site
        assert max(len(line) for line, _ in lines) <= max(renderings.WIDTHS)
        for label in (False, True):
            words = [word for line, gone in lines if gone is label for word in line.split()]
            blocks = [text for text, gone in renderings._blocks(page) if gone is label]
            assert words == [word for text in blocks for word in text.split()]
    assert any(len(lines) > len(page.labels) for (_, lines), page in zip(texts, text_pages, strict=True))
    assert set(renderings.wrapped_lot("one", text_pages).labels.tolist()) == {CONTENT, CHROME}


def test_the_lots_of_a_page_set_are_the_same_again_and_each_kind_has_a_share(pagesets):
    first, second = gathering._pages(pagesets, "one"), gathering._pages(pagesets, "one")
    assert {lexicon.kind_of(lot) for lot in first} == {"pages", "cleaned", "long", "wrapped", "markdown"}
    for one, other in zip(first, second, strict=True):
        assert one.name == other.name
        assert lexicon.kind_of(one) in forest.SHARES
        assert np.array_equal(one.bins, other.bins)
        assert np.array_equal(one.labels, other.labels)
        assert np.array_equal(one.weights, other.weights)
        assert np.array_equal(one.starts, other.starts)
        assert np.array_equal(one.lexicon.digests, other.lexicon.digests)
        pairs = zip(one.sites.tolist(), one.folds.tolist(), strict=True)
        assert set(pairs) <= {(digest_of(site), fold_of(site)) for site in SITES}


@pytest.fixture
def few_planted(monkeypatch):
    monkeypatch.setattr(planting, "BODIES", dict(list(planting.BODIES.items())[:2]))
    monkeypatch.setattr(planting, "SIZES", (1, 3))


def test_planted_pages_are_left_out_of_no_fold(few_planted):
    lot = planting.planted_lot(5, ("text", "markdown"))
    assert lot.name == "planted 5"
    assert set(lot.labels.tolist()) == {CONTENT, CHROME}
    assert set(lot.folds.tolist()) == {NONE}
    written = set(lot.bins[:, TEXT.places["written"]].tolist())
    assert WRITTEN.index("a line") in written, "as text ..."
    assert WRITTEN.index("a heading") in written, "... and as Markdown"
    assert set(lot.bins[:, TEXT.places["others"]].tolist()) == {0, 2}
    assert len(set(lot.sites.tolist())) == 4, "two bodies, each in sites of two sizes"


def test_planted_pages_of_html_ask_the_extractor(few_planted):
    asked = []

    def extracted(document):
        asked.append(document.id)
        return "\n".join(document.text.splitlines()[:1])

    lot = planting.planted_lot(5, ("html",), extracted)
    assert set(lot.labels[lot.weights > 0].tolist()) == {CONTENT, CHROME}
    assert lot.bins.shape == (len(lot.labels), len(HTML))
    assert len(set(asked)) == len(asked) == len(lot.folds) == 8
    assert lot.bins[:, [HTML.places[feature.name] for feature in EXTRACTED]].any()
