"""What the forest of text learns from: weak labels, labels by lines, other renderings, and what is drawn of them all."""

import json
import random
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import chrome, pages, paragraph

pytest.importorskip("lightgbm")
pytest.importorskip("rapidfuzz")
pytest.importorskip("scipy")

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

import training
from training import forest, gathering, planting, renderings, weak
from training.lots import Lot, labelled_by_lines
from training.pages import NONE, UNKNOWN, _page, fold_of

from scrubber.classifying.features.links import WRITTEN
from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.sets import TEXT
from scrubber.config import Config
from scrubber.documents import BlockKind, RawDocument
from scrubber.evidence import examine
from scrubber.reading.text import read_markdown, read_plain

CONTENT, CHROME = 0, 1
SITES = ("acorn", "birch", "cedar", "dune")


def prose(seed):
    """One paragraph that is prose, and stands nowhere else."""
    return paragraph(random.Random(f"weak {seed}"), 2)


# --- weak labels


def weakly(documents, folder="acorn"):
    """By document, the label and the weight of each block's text; documents are texts in Markdown."""
    read = [
        read_markdown(text.encode(), id=f"{folder}/{number:03}.md") for number, text in enumerate(documents)
    ]
    labelled = weak._labelled([examine(one, Config()) for one in read], 3)
    assert [one.examined.document.id for one in labelled] == [one.id for one in read]
    found = []
    for one in labelled:
        prepared = one.examined.prepared
        assert one.fold == 3
        texts = [prepared.text[block.start : block.end] for block in prepared.blocks]
        found.append(
            dict(zip(texts, zip(one.labels.tolist(), one.weights.tolist(), strict=True), strict=True))
        )
    return found


def page_with(number, *, inside=(), outside=()):
    """A page of two paragraphs of its own: lines between them, and behind them."""
    return "\n\n".join((f"# Page {number}", prose((number, 1)), *inside, prose((number, 2)), *outside))


def spread(line, holders, size, *, place="outside"):
    """What a line is taken for that so many pages of a group hold: of the first page, which is one of them."""
    documents = [page_with(n, **{place: (line,) if n < holders else ()}) for n in range(size)]
    return weakly(documents)[0][line]


def test_prose_that_stands_in_one_document_is_content():
    (page, *_) = weakly([page_with(number) for number in range(6)])
    assert page[prose((0, 1))] == page[prose((0, 2))] == (CONTENT, 1.0)


def test_noop_prose_that_two_documents_hold_outside_of_their_own():
    assert spread(prose("notice"), 3, 6) == (UNKNOWN, 0.0)
    assert spread(prose("notice"), 2, 6, place="inside") == (CONTENT, 0.5)


@pytest.mark.parametrize(("size", "third"), [(6, 4), (12, 4), (30, 10)])
def test_a_link_that_a_third_of_a_group_holds_is_chrome(size, third):
    """And no fewer than four pages, or a link in three pages of five would be a menu."""
    link = "- [Tides and weather](/tides)"
    assert spread(link, third, size) == (CHROME, 1.0)
    assert spread(link, third - 1, size) == (UNKNOWN, 0.0)
    assert spread(link, third - 1, size, place="inside") == (UNKNOWN, 0.0)


@pytest.mark.parametrize(("size", "half"), [(6, 4), (12, 6), (30, 15)])
def test_a_line_that_half_of_a_group_holds_is_chrome(size, half):
    assert spread("Share this page", half, size) == (CHROME, 0.5)
    assert spread("Share this page", half - 1, size) == (UNKNOWN, 0.0)


def test_a_group_is_a_folder_or_a_host():
    link = "- [Tides and weather](/tides)"
    texts = [page_with(number, outside=(link,)) for number in range(6)]
    apart = [read_markdown(text.encode(), id=f"site{n}/page.md") for n, text in enumerate(texts)]
    hosted = [
        read_markdown(text.encode(), id=f"site{n}/page.md", url=f"https://acorn.example/{n}")
        for n, text in enumerate(texts)
    ]
    for read, wanted in ((apart, UNKNOWN), (hosted, CHROME)):
        labelled = weak._labelled([examine(one, Config()) for one in read], 0)
        assert [one.labels.tolist()[-1] for one in labelled] == [wanted] * 6


@pytest.mark.parametrize("place", ["inside", "outside"])
@pytest.mark.parametrize(
    "line", ["## Options", "## [Options](/options)", "> Ring the bell twice", "```\nring --twice\n```"]
)
def test_headings_quotations_and_code_are_never_chrome(line, place):
    """A handbook has the same sections on every page, whether or not they lead somewhere."""
    for holders in (4, 8, 12):
        documents = [page_with(n, **{place: (line,) if n < holders else ()}) for n in range(12)]
        for page in weakly(documents)[:holders]:
            assert CHROME not in {label for label, _ in page.values()}


def test_rows_are_never_chrome():
    table = "| Bell | Weight |\n|------|--------|\n| Ferry | 40 kg |"
    for page in weakly([page_with(n, inside=(table,)) for n in range(12)]):
        assert CHROME not in {label for label, _ in page.values()}


def test_a_heading_that_few_pages_hold_is_content_where_it_stands_between_prose():
    assert spread("## Options", 3, 12, place="inside") == (CONTENT, 0.3)
    assert spread("## Options", 4, 12, place="inside") == (UNKNOWN, 0.0)
    assert spread("## Options", 3, 12) == (UNKNOWN, 0.0)


def test_what_one_document_holds_is_content_between_prose_and_unknown_behind_it():
    assert spread("Rung at noon", 1, 6, place="inside") == (CONTENT, 0.5)
    assert spread("Rung at noon", 1, 6) == (UNKNOWN, 0.0)
    assert spread("- [The oar](/oar)", 1, 6, place="inside") == (UNKNOWN, 0.0)


def write_dump(folder):
    link = "- [Tides and weather](/tides)"
    for number in range(40):
        path = folder / "acorn" / f"{number:02}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        page = page_with(number, outside=(link, "" if number else "Seen once"))
        path.write_text(f"---\nurl: https://acorn.example/{number}\n---\n\n{page}", "utf-8")
    (folder / "acorn" / "menu.html").write_text("<ul><li>Home</ul><p>A page of another kind.", "utf-8")
    return folder


def test_a_dump_is_seen_together_and_among_few_and_what_nobody_knows_is_left_out(tmp_path):
    lot = weak.weak_lot(write_dump(tmp_path), "harbour", "dump")
    assert lot.name == "dump harbour"
    assert set(lot.labels.tolist()) == {CONTENT, CHROME}
    assert set(lot.folds.tolist()) == {fold_of("harbour")}
    assert (lot.weights > 0).all()
    assert lot.bins.shape == (len(lot.labels), len(TEXT))
    others = lot.bins[:, TEXT.places["others"]]
    among = Counter(others.tolist())
    assert set(among) == {int(np.searchsorted(TEXT["others"].edges, n, "right")) for n in (39, 11, 5, 2)}
    known = [label for page in weakly([path.read_text("utf-8") for path in sorted(tmp_path.rglob("*.md"))])
             for label, _ in page.values() if label != UNKNOWN]  # fmt: skip
    assert among[max(among)] == len(known) < 40 * 5
    again = weak.weak_lot(tmp_path, "harbour", "dump")
    assert np.array_equal(lot.bins, again.bins)
    assert np.array_equal(lot.weights, again.weights)


def test_markdown_is_rewritten_as_an_extractor_leaves_it_that_keeps_no_signs():
    text = (
        "---\nurl: https://acorn.example/1\n---\n\n# The bell\n\nIt was **gone**, says [the warden](/w).\n\n"
        "| Bell | Weight |\n|------|--------|\n| Ferry | 40 kg |\n\n```sh\nring\n```\n"
    )
    plain = weak.plain(read_markdown(text.encode(), id="a.md", url="https://acorn.example/1"))
    assert plain.text.split() == [
        "The",
        "bell",
        "It",
        "was",
        "gone,",
        "says",
        "the",
        "warden.",
        "Bell",
        "Weight",
        "Ferry",
        "40",
        "kg",
        "ring",
    ]
    assert plain.text.index("\n\nIt was gone, says the warden.\n") > 0
    assert (plain.id, plain.source.url) == ("a.md", "https://acorn.example/1")
    assert {block.kind for block in examine(plain, Config()).prepared.blocks} == {BlockKind.LINE}


# --- labels by lines


def by_lines(text, lines, reader=read_plain):
    return labelled_by_lines(reader(text.encode(), id="a/b"), lines, 2, Config())


def test_a_block_is_what_its_line_is():
    lines = [("Home", True), ("", False), ("  The bell of Ardley  ", False), ("Home", False), ("Terms", True)]
    one = by_lines("\n".join(line for line, _ in lines), lines)
    assert one.labels.tolist() == [CHROME, CONTENT, CONTENT, CHROME]
    assert one.weights.tolist() == [1.0] * 4
    assert one.fold == 2


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


def test_a_lot_leaves_out_what_is_unknown_or_weighs_nothing():
    bins = np.arange(5 * len(TEXT)).reshape(5, len(TEXT)) % 3
    rows = [
        (bins, np.array([0, 1, UNKNOWN, 1, 0]), np.array([1.0, 2.0, 3.0, 0.0, 5.0]), 1),
        (bins[:1], np.array([1]), np.array([9.0]), NONE),
    ]
    lot = Lot.of("dump some", rows)
    assert lot.labels.tolist() == [0, 1, 0, 1]
    assert lot.weights.tolist() == [1.0, 2.0, 5.0, 9.0]
    assert lot.folds.tolist() == [1, 1, 1, NONE]
    assert lot.bins.tolist() == [*bins[[0, 1, 4]].tolist(), bins[0].tolist()]


def test_a_lot_of_nothing_has_no_blocks():
    lot = Lot.of("wrapped none", [])
    assert lot.bins.shape == (0, len(TEXT))
    assert len(lot.labels) == len(lot.weights) == len(lot.folds) == 0


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
    one = labelled_by_lines(raw, written.lines, 0, Config())
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
    assert {forest._kind(lot) for lot in first} == {"pages", "cleaned", "long", "wrapped", "markdown"}
    for one, other in zip(first, second, strict=True):
        assert one.name == other.name
        assert forest._kind(one) in forest.SHARES
        assert np.array_equal(one.bins, other.bins)
        assert np.array_equal(one.labels, other.labels)
        assert np.array_equal(one.weights, other.weights)
        assert set(one.folds.tolist()) <= set(map(fold_of, SITES))


def test_planted_pages_are_left_out_of_no_fold(monkeypatch):
    monkeypatch.setattr(planting, "BODIES", dict(list(planting.BODIES.items())[:2]))
    monkeypatch.setattr(planting, "SIZES", (1, 3))
    lot = planting.planted_lot(5)
    assert lot.name == "planted 5"
    assert set(lot.labels.tolist()) == {CONTENT, CHROME}
    assert set(lot.folds.tolist()) == {NONE}
    written = set(lot.bins[:, TEXT.places["written"]].tolist())
    assert WRITTEN.index("a line") in written, "as text ..."
    assert WRITTEN.index("a heading") in written, "... and as Markdown"
    assert set(lot.bins[:, TEXT.places["others"]].tolist()) == {0, 2}


# --- weak labels that hang on company


def in_company(documents):
    """As `weakly`, with what the company of lines tells."""
    read = [
        RawDocument.from_text(text, id=f"acorn/{n:03}.txt", url=f"https://acorn.example/{n}")
        for n, text in enumerate(documents)
    ]
    labelled = weak._with_runs(weak._labelled([examine(one, Config()) for one in read], 3), Config())
    found = []
    for one in labelled:
        text, blocks = one.examined.prepared.text, one.examined.prepared.blocks
        rows = zip(blocks, one.labels.tolist(), one.weights.tolist(), strict=True)
        found.append({text[block.start : block.end]: (label, weight) for block, label, weight in rows})
    return found


SECTION = ("Boats of the harbour", "Ropes and sails", "Where to moor")


def plain_page(number, *, inside=(), outside=()):
    return "\n\n".join((prose((number, 1)), *inside, prose((number, 2)), *outside))


@pytest.mark.parametrize(("holders", "wanted"), [(1, UNKNOWN), (2, UNKNOWN), (3, CHROME), (4, CHROME)])
def test_a_menu_of_a_section_is_chrome_where_two_other_pages_hold_it(holders, wanted):
    pages = [plain_page(n, outside=SECTION if n < holders else ()) for n in range(24)]
    assert {in_company(pages)[0][line][0] for line in SECTION} == {wanted}


def test_a_heading_of_plain_text_is_content_in_its_ever_new_company():
    pages = [plain_page(n, inside=("Parameters",)) for n in range(24)]
    assert in_company(pages)[0]["Parameters"] == (CONTENT, weak.OF_STRANGE)


def test_an_address_alone_is_not_taken_for_content():
    pages = [plain_page(n, inside=(f"https://ardley.example/{'abcdefgh'[n] * 9}",)) for n in range(6)]
    assert in_company(pages)[0][f"https://ardley.example/{'a' * 9}"] == (UNKNOWN, 0.0)


# --- what is drawn, and the fit


def invented_lot(name, count, *, seed=1, folds=(0, 1, 2, 3, 4), marks=None):
    """Blocks that are chrome the likelier, the more they recur and the shorter they are."""
    drawn = np.random.default_rng(seed)
    bins = np.stack([drawn.integers(0, f.bins, count) for f in TEXT], axis=1).astype(np.uint8)
    if marks is not None:
        bins[:, TEXT.places["dated"]] = marks
    told = bins[:, TEXT.places["support"]].astype(int) - bins[:, TEXT.places["length"]]
    labels = (told + drawn.integers(-3, 4, count) > 0).astype(np.int8)
    weights = drawn.uniform(0.1, 3.0, count).astype(np.float32)
    return Lot(name, bins, labels, weights, drawn.choice(folds, count).astype(np.int8))


@pytest.mark.parametrize("count", [2_000, 20_000, 60_000])
def test_every_kind_has_its_share_whatever_its_number_of_blocks(count, monkeypatch):
    monkeypatch.setattr(forest, "DRAWN", 4_000)
    lots = [invented_lot("pages one", 6_000, marks=0), invented_lot("dump two", count, seed=2, marks=1)]
    bins, labels, weights = forest.draw(lots, NONE)
    assert len(bins) == len(labels) == len(weights)
    assert len(bins) == pytest.approx(forest.DRAWN, rel=0.1)
    assert weights.max() < forest.HEAVIEST
    dumped = bins[:, TEXT.places["dated"]] == 1
    share = weights[~dumped].sum() / weights[dumped].sum()
    assert share == pytest.approx(forest.SHARES["pages"] / forest.SHARES["dump"], rel=0.1)


def test_lots_of_a_kind_share_it_by_their_weights(monkeypatch):
    monkeypatch.setattr(forest, "DRAWN", 6_000)
    small, large = invented_lot("dump a", 5_000, marks=0), invented_lot("dump b", 20_000, seed=2, marks=1)
    bins, _, weights = forest.draw([small, large], NONE)
    first = bins[:, TEXT.places["dated"]] == 0
    share = weights[first].sum() / weights[~first].sum()
    assert share == pytest.approx(small.weights.sum() / large.weights.sum(), rel=0.1)


def test_a_fold_s_documents_are_left_out(monkeypatch):
    monkeypatch.setattr(forest, "DRAWN", 10**9)
    lots = [
        invented_lot("pages one", 500, folds=(0,), marks=0),
        invented_lot("pages two", 400, seed=2, folds=(1,), marks=1),
        invented_lot("planted 1", 300, seed=3, folds=(NONE,), marks=1),
    ]
    counts = {fold: len(forest.draw(lots, fold)[0]) for fold in (0, 1, 2, NONE)}
    assert counts == {0: 700, 1: 800, 2: 1200, NONE: 1200}
    bins, *_ = forest.draw(lots, 0)
    assert (bins[:, TEXT.places["dated"]] == 1).all()


def test_what_is_drawn_is_the_same_again(monkeypatch):
    monkeypatch.setattr(forest, "DRAWN", 1_000)
    lots = [invented_lot("pages one", 3_000), invented_lot("plain two", 3_000, seed=2)]
    for one, other in zip(forest.draw(lots, 2), forest.draw(lots, 2), strict=True):
        assert np.array_equal(one, other)


@given(st.floats(0.5, 1e6))
def test_law_no_block_weighs_more_than_it_may(heavy):
    lot = invented_lot("dump one", 300)
    lot.weights[0] = heavy
    _, _, weights = forest.draw([lot], NONE)
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


def measured(bins):
    nothing = np.zeros(len(bins), dtype=np.int64)
    return Measured.of_one(TEXT, bins, (nothing, nothing, 0), [()] * len(bins))


def test_a_forest_for_every_fold_is_the_one_that_is_fitted_alone(small):
    found = dict(forest.fit_forests(small, "text", [0, NONE], 1))
    assert found == {fold: forest.fit_forest(small, "text", fold) for fold in (0, NONE)}
