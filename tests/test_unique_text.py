"""Text that stands nowhere else: it stays where the verdict on it is not sure, and the ledger says why."""

import random
from types import SimpleNamespace

import numpy as np
import pytest
from forests import splitting
from hypothesis import given
from hypothesis import strategies as st
from invented import chrome, documents, paragraph

from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.sets import HTML, TEXT
from scrubber.classifying.unique_text import (
    COPIES,
    ENCLOSED_BLOCKS,
    ENCLOSED_CHARACTERS,
    LONG_TEXT,
    OWN_SHARE,
    SURE,
    SURE_OF_COPIES,
    SURE_OF_SHORT,
    UNIQUE_TEXT,
    find_unique_text,
)
from scrubber.config import Config
from scrubber.documents import Block, BlockKind, RawDocument
from scrubber.edits import revert
from scrubber.evidence import collect
from scrubber.judged import Judge
from scrubber.pipeline import scrub_by
from scrubber.templates import resolve

OTHERS = 4
MENU = (20, 0, OTHERS, 0)
"""A block as tests write it: its characters, whether it ends a sentence, on how many other pages and sites it stands."""
PROSE = (120, 1, 0, 0)
DOUBTED = min(SURE, SURE_OF_SHORT) - 1
"""A score that is sure of no text."""
BOOK = LONG_TEXT // PROSE[0] + 1
"""Paragraphs that make a long text."""


def stays(
    blocks,
    scores=None,
    *,
    gone=None,
    features=TEXT,
    kinds=None,
    linked=(),
    others=OTHERS,
    nearly=False,
    level=1,
):
    """Which blocks the guard keeps; all would go where `gone` does not say otherwise.

    They are lines of a text, or of the `kinds` of Markdown; those of `linked` lead elsewhere. With
    `nearly`, what stands on other pages is nearly the same. Where no scores are given, none is sure.
    """
    lengths, ends, near, elsewhere = (np.array(column) for column in zip(*blocks, strict=True))
    exact = np.zeros_like(near) if nearly else near
    bins = np.zeros((len(blocks), len(features)), dtype=np.int16)
    bins[:, features.places["ending"]] = ends
    bins[:, features.places["elsewhere"]] = elsewhere
    bins[:, features.places["support"]] = np.minimum(exact, 1)
    measured = Measured.of_one(features, bins, (near, lengths, others), ((),) * len(blocks))
    scores = np.array([DOUBTED] * len(blocks) if scores is None else scores)
    labels = np.ones(len(blocks), dtype=bool) if gone is None else np.array(gone, dtype=bool)
    table = SimpleNamespace(
        segments=measured.segments,
        blocks=[
            Block(0, 1, kind, level=level if kinds else 0) for kind in kinds or [BlockKind.LINE] * len(blocks)
        ],
        _derived={},
        links_away=np.array([place in linked for place in range(len(blocks))]),
    )
    return find_unique_text(table, measured, scores, labels).tolist()


def test_prose_that_stands_nowhere_else_stays():
    assert stays([MENU, PROSE, (*MENU[:2], 0, 0)]) == [False, True, False]


@pytest.mark.parametrize(("score", "kept"), [(SURE_OF_SHORT - 1, True), (SURE_OF_SHORT, False)])
def test_prose_of_a_short_page_goes_by_its_own_score_and_not_for_its_company(score, kept):
    assert SURE_OF_SHORT < SURE
    assert stays([PROSE], [score]) == [kept]
    assert stays([(LONG_TEXT - 1, 1, 0, 0)], [score]) == [kept]


@pytest.mark.parametrize(("score", "kept"), [(SURE - 1, True), (SURE, False)])
def test_prose_of_a_long_text_goes_where_the_verdict_is_sure(score, kept):
    assert stays([PROSE] * BOOK, [score] * BOOK) == [kept] * BOOK
    assert stays([(LONG_TEXT, 1, 0, 0)], [score]) == [kept]


@pytest.mark.parametrize(
    ("block", "why"),
    [
        ((120, 1, 1, 0), "another page has it, and no passage beside it"),
        ((120, 1, 0, 1), "other sites have it"),
        ((120, 0, 0, 0), "it ends no sentence"),
        ((59, 1, 0, 0), "it is short"),
    ],
)
def test_noop_other_blocks(block, why):
    assert stays([block]) == [False], why


def test_noop_what_is_kept_anyway_needs_no_guard():
    assert stays([PROSE], gone=[False]) == [False]


def test_noop_on_html_the_markup_says_more():
    assert stays([PROSE], features=HTML) == [False]


@pytest.mark.parametrize(("count", "kept"), [(ENCLOSED_BLOCKS, False), (ENCLOSED_BLOCKS + 1, True)])
def test_a_short_stretch_between_recurring_chrome_goes_with_it(count, kept):
    """This page's teasers stand between a heading and a link that every page has."""
    teaser = (ENCLOSED_CHARACTERS // (ENCLOSED_BLOCKS + 1), 1, 0, 0)
    assert teaser[0] >= 60
    assert stays([MENU, *[teaser] * count, MENU]) == [False, *[kept] * count, False]


@pytest.mark.parametrize(
    ("characters", "kept"), [(ENCLOSED_CHARACTERS, False), (ENCLOSED_CHARACTERS + 1, True)]
)
def test_a_long_paragraph_between_recurring_chrome_stays(characters, kept):
    """An article of one paragraph, between a menu and a footer."""
    assert stays([MENU, (characters, 1, 0, 0), MENU]) == [False, kept, False]


def test_what_is_kept_encloses_nothing():
    """A heading that all pages share and that stays above its text is no edge of chrome."""
    assert stays([MENU, PROSE, MENU], gone=[0, 1, 1]) == [False, True, False]
    assert stays([MENU, PROSE, (20, 0, 0, 0), MENU], gone=[1, 1, 0, 1]) == [False, True, False, False]


def test_the_end_of_the_page_encloses_nothing():
    assert stays([PROSE, MENU]) == [True, False]
    assert stays([MENU, PROSE]) == [False, True]


SHORT = (24, 0, 0, 0)
"""A heading, an item, a row: by its looks it may be anything."""


@pytest.mark.parametrize(
    "kind", [BlockKind.HEADING, BlockKind.LIST_ITEM, BlockKind.ROW, BlockKind.PREFORMATTED, BlockKind.QUOTE]
)
def test_in_markdown_whatever_says_something_stays(kind):
    assert stays([SHORT, SHORT], kinds=[BlockKind.HEADING, kind]) == [True, True]


@pytest.mark.parametrize("kind", [BlockKind.LINE, BlockKind.LIST_ITEM])
def test_noop_a_short_line_of_a_plain_text(kind):
    assert stays([SHORT, SHORT], kinds=[BlockKind.LINE, kind], level=0) == [False, False]


@pytest.mark.parametrize("kind", [BlockKind.RULE, BlockKind.IMAGE, BlockKind.HTML])
def test_noop_in_markdown_what_says_nothing(kind):
    assert stays([SHORT, SHORT], kinds=[BlockKind.HEADING, kind]) == [True, False]


def test_in_markdown_what_differs_in_a_word_stays():
    kinds = [BlockKind.HEADING, BlockKind.ROW]
    assert stays([(24, 0, 3, 0)] * 2, kinds=kinds, nearly=True) == [True, True]
    assert stays([(24, 0, 3, 0)] * 2, kinds=kinds) == [False, False]


@pytest.mark.parametrize(
    ("kind", "kept"), [(BlockKind.ROW, True), (BlockKind.PREFORMATTED, True), (BlockKind.LIST_ITEM, False)]
)
def test_in_markdown_rows_and_code_of_its_own_stay_whatever_the_verdict(kind, kept):
    assert stays([SHORT, SHORT], [0, SURE + 900], kinds=[BlockKind.HEADING, kind]) == [True, kept]


def test_noop_in_markdown_what_leads_elsewhere():
    kinds = [BlockKind.HEADING, BlockKind.LIST_ITEM, BlockKind.LIST_ITEM]
    assert stays([SHORT] * 3, kinds=kinds, linked={2}) == [True, True, False]


def test_noop_in_markdown_what_is_surely_chrome_or_stands_elsewhere():
    kinds = [BlockKind.HEADING] * 3
    assert stays([SHORT, (24, 0, 1, 0), SHORT], [0, 0, SURE], kinds=kinds) == [True, False, False]


@pytest.mark.parametrize("others", [0, OTHERS])
@pytest.mark.parametrize(("score", "kept"), [(SURE - 1, True), (SURE, False)])
def test_short_lines_of_a_long_text_stay_where_the_verdict_is_not_sure(score, kept, others):
    """A handbook's options, a paper's rows, a programme: also where its site is not known."""
    found = stays([*[PROSE] * BOOK, SHORT, SHORT], [DOUBTED] * BOOK + [score] * 2, others=others)
    assert found == [True] * BOOK + [kept] * 2


@pytest.mark.parametrize(
    ("prose", "why"),
    [
        ((LONG_TEXT - 1, 1, 0, 0), "its prose is no long text"),
        ((LONG_TEXT * 2, 0, 0, 0), "what is long is no prose"),
        ((LONG_TEXT * 2, 1, OTHERS, 0), "its prose stands on the other pages"),
    ],
)
def test_noop_short_lines_of_other_pages(prose, why):
    assert not any(stays([prose, *[SHORT] * 80])[1:]), why


def test_noop_short_lines_of_a_short_page_whose_site_is_not_known():
    assert not any(stays([PROSE, *[SHORT] * 80], others=0)[1:])


@pytest.mark.parametrize(("recurring", "kept"), [(29, True), (30, False)])
def test_a_long_text_is_mostly_its_own(recurring, kept):
    """Where three of ten blocks recur, it is a page of menus with a long list of teasers."""
    assert OWN_SHARE * 100 == 30 * 1000
    blocks = [*[MENU] * recurring, *[PROSE] * BOOK, *[SHORT] * (100 - BOOK - recurring)]
    scores = [SURE - 1] * len(blocks)
    assert len(blocks) == 100
    found = stays(blocks, scores)
    assert found == [False] * recurring + [kept] * (100 - recurring)


def test_noop_a_line_of_a_long_text_that_one_other_page_has():
    assert stays([*[PROSE] * BOOK, (24, 0, 1, 0)])[-1] is False


@pytest.mark.parametrize("near", [1, COPIES])
@pytest.mark.parametrize(("score", "kept"), [(SURE_OF_COPIES - 1, True), (SURE_OF_COPIES, False)])
def test_passages_that_one_or_two_others_hold_stay_together(near, score, kept):
    """An article scraped twice, or a part of another: no proof of anything. One paragraph alone may be a notice."""
    copied = (120, 1, near, 0)
    assert stays([copied, copied], [score] * 2) == [kept, kept]
    assert stays([copied, MENU, copied], [score] * 3) == [False] * 3
    assert stays([(120, 1, COPIES + 1, 0)] * 2, [score] * 2) == [False, False]


@pytest.mark.parametrize(("near", "kept"), [(0, True), (1, True), (2, True), (3, False)])
def test_prose_that_a_few_other_pages_hold_stays(near, kept):
    """A copy, a version, a quotation prove nothing; a notice stands on a quarter of the pages at least."""
    assert stays([(120, 1, near, 0)], others=10) == [kept]


BLOCK = st.tuples(
    st.sampled_from((20, 70, 200, 400)), st.integers(0, 1), st.integers(0, OTHERS), st.integers(0, 1)
)


@given(st.lists(st.tuples(BLOCK, st.integers(-900, 900), st.booleans()), min_size=1, max_size=12))
def test_law_nothing_but_unsure_unique_prose_is_spared(rows):
    blocks, scores, gone = (list(column) for column in zip(*rows, strict=True))
    for kept, (length, ends, near, elsewhere), score, going in zip(
        stays(blocks, scores, gone=gone), blocks, scores, gone, strict=True
    ):
        assert not kept or (going and ends and length >= 60 and not elsewhere)
        assert not kept or score < (SURE_OF_COPIES if near else SURE_OF_SHORT)
        assert not kept or near <= COPIES


@given(st.lists(st.tuples(BLOCK, st.integers(-900, 900), st.booleans()), min_size=1, max_size=12))
def test_law_in_a_long_text_nothing_is_spared_that_is_sure_or_stands_elsewhere(rows):
    blocks, scores, gone = (list(column) for column in zip(*rows, strict=True))
    found = stays([*[PROSE] * BOOK, *blocks], [DOUBTED] * BOOK + scores, gone=[*[False] * BOOK, *gone])
    assert not any(found[:BOOK])
    for kept, (length, ends, near, elsewhere), score, going in zip(
        found[BOOK:], blocks, scores, gone, strict=True
    ):
        assert not kept or (going and score < SURE and not elsewhere)
        assert not kept or not near or (near <= COPIES and ends and length >= 60)


# --- whole documents


def handbook(count=40):
    """A page of one site whose body is long; weights that take all but the first blocks for chrome."""
    chance = random.Random("handbook")
    head, foot = chrome("acorn")
    body = [paragraph(chance, 2) for _ in range(count)]
    lines = (*head, *body, *(line.format(n=3, month="May") for line in foot))
    return body, RawDocument.from_text("\n\n".join(lines), id="book.txt", url="https://acorn.example/book")


@pytest.mark.parametrize(("score", "kept"), [(300, True), (SURE + 200, False)])
def test_a_long_page_keeps_its_text_and_the_ledger_says_why(score, kept):
    body, document = handbook()
    index = resolve(collect([*documents("acorn", 5), document]))
    far = TEXT["from start"].bins - 3
    weights = {"text": splitting("text", "from start", far, (-100, score - 100))}
    page = scrub_by(document, Judge(index, Config(), weights))
    left = page.text.split("\n")
    missing = [text for text in body if text not in left]
    assert bool(missing) is not kept
    assert revert(page.text, page.ledger) == document.text
    declined = [d for layer in page.ledger.layers for d in layer.declined if d.because == UNIQUE_TEXT]
    assert bool(declined) is kept
    assert {d.edit.removed for d in declined} <= set(body)
