"""Each guard steps in where its rule says so, and not one character before."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import chrome, documents

from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.sets import HTML, TEXT
from scrubber.classifying.guards import (
    AMPLE,
    ARTICLE,
    ENOUGH_PROSE,
    LITTLE,
    LITTLE_OF_TWO,
    MILDER,
    PROSE_KEPT,
    TAKEN,
    guard,
    guard_one,
)
from scrubber.documents import RawDocument
from scrubber.evidence import collect
from scrubber.pipeline import scrub
from scrubber.templates import resolve

SURE = 900
"""A score that no milder verdict spares."""


def measured_of(lengths, sentences, near, others=4, *, comments=None, outside=None):
    """Blocks of so many characters; which end a sentence, stand among comments, outside the body.

    With `comments` it is a page of HTML, else a text.
    """
    features = TEXT if comments is None else HTML
    names = features.names
    bins = np.zeros((len(lengths), len(features)), dtype=np.int16)
    bins[:, names.index("ending")] = sentences
    if outside is not None:
        bins[:, names.index("body")] = outside
    if comments is not None:
        bins[:, names.index("comments")] = comments
    counts = np.array(near), np.array(lengths), others
    return Measured.of_one(features, bins, counts, ((),) * len(lengths))


def prose(*lengths, **facts):
    """A page of fresh prose and nothing else."""
    return measured_of(lengths, [1] * len(lengths), [0] * len(lengths), **facts)


def judged(measured, scores, gone=None):
    """The guard's verdict on removing the blocks of `gone` (1 and 0; all where not said)."""
    labels = np.ones(len(scores), dtype=bool) if gone is None else np.array(gone, dtype=bool)
    verdict = guard_one(measured, np.array(scores), labels)
    (same,) = guard(measured, np.array(scores), labels)
    assert (same is None) == (verdict is None)
    return verdict


# --- prose-guard: a page that would lose most of its prose


def test_a_page_that_would_lose_its_prose_keeps_it():
    guarded = judged(measured_of([200, 300, 20], [1, 1, 0], [0, 0, 4]), [SURE] * 3)
    assert guarded.rule == "prose-guard"
    assert "500 characters" in guarded.message
    assert guarded.chrome.tolist() == [False, False, True]


def test_the_mildest_sufficient_verdict_is_taken():
    guarded = judged(prose(200, 300, 200), [400, 200, 400])
    assert guarded.chrome.tolist() == [True, False, True]
    assert PROSE_KEPT <= 300 * 1000 // 700


def test_a_verdict_is_no_milder_than_it_must_be():
    scores = [MILDER[0] + 1, MILDER[1], MILDER[2]]
    assert judged(prose(100, 100, 100), scores).chrome.tolist() == [False, False, True]
    assert judged(prose(100, 300, 100), scores).chrome.tolist() == [False, False, True]
    assert judged(prose(300, 100, 100), [MILDER[0], *scores[1:]]).chrome.tolist() == [False, True, True]


def test_little_prose_needs_no_guard():
    page = measured_of([ENOUGH_PROSE - 1, 20], [1, 0], [0, 4])
    assert judged(page, [SURE, -SURE], [1, 0]) is None
    page = measured_of([ENOUGH_PROSE, 20], [1, 0], [0, 4])
    assert judged(page, [SURE, -SURE], [1, 0]).rule == "prose-guard"


@pytest.mark.parametrize(("kept", "stands"), [(80, True), (79, False)])
def test_a_share_of_the_prose_must_stay(kept, stands):
    assert PROSE_KEPT * 200 == 80 * 1000
    guarded = judged(prose(kept, 200 - kept), [-SURE, SURE], [0, 1])
    assert (guarded is None) == stands


@pytest.mark.parametrize(("kept", "stands"), [(AMPLE, True), (AMPLE - 1, False)])
def test_where_ample_prose_stays_the_rest_may_go(kept, stands):
    guarded = judged(prose(kept, 4000), [-SURE, SURE], [0, 1])
    assert (guarded is None) == stands


def test_readers_comments_are_not_the_prose_that_is_guarded():
    page = measured_of([200, 2000, 2000], [1, 1, 1], [0] * 3, comments=[0, 1, 1])
    assert judged(page, [-SURE, SURE, SURE], [0, 1, 1]) is None


def test_comments_that_stay_do_not_make_up_for_a_body_that_goes():
    page = measured_of([200, 2000, 2000], [1, 1, 1], [0] * 3, comments=[0, 1, 1])
    guarded = judged(page, [SURE, -SURE, -SURE], [1, 0, 0])
    assert guarded.rule == "prose-guard"
    assert "200 characters" in guarded.message
    assert guarded.chrome.tolist() == [False, False, False]


def test_where_all_prose_is_comments_they_are_guarded():
    page = measured_of([ENOUGH_PROSE - 1, 400], [1, 1], [0, 0], comments=[0, 1])
    guarded = judged(page, [SURE, SURE])
    assert guarded.rule == "prose-guard"
    assert not guarded.chrome.any()


def test_prose_outside_the_body_is_not_what_is_guarded():
    """Teasers that end in full stops make no article; one paragraph in the body does."""
    teasers = measured_of([180, 160, 160, 160], [1] * 4, [0] * 4, outside=[0, 3, 4, 5])
    assert judged(teasers, [-SURE, SURE, SURE, SURE], [0, 1, 1, 1]) is None
    assert judged(teasers, [SURE, SURE, SURE, SURE]).rule == "prose-guard"


def test_prose_that_repeats_is_not_guarded():
    page = measured_of([400, 30], [1, 0], [4, 0])
    assert judged(page, [SURE, -SURE], [1, 0]) is None


# --- unseen-guard: a text of which no other page is known


def listing(count, others=0, **facts):
    return measured_of([30] * count, [0] * count, [0] * count, others, **facts)


def test_a_listing_that_stands_alone_is_not_taken_apart():
    guarded = judged(listing(20), [SURE] * 19 + [-SURE], [1] * 19 + [0])
    assert guarded.rule == "unseen-guard"
    assert not guarded.chrome.any()


def test_the_surest_lines_of_a_listing_may_go():
    scores = [SURE] * 4 + [200] * 16
    guarded = judged(listing(20), scores)
    assert guarded.chrome.tolist() == [True] * 4 + [False] * 16


@pytest.mark.parametrize(("gone", "stands"), [(16, True), (17, False)])
def test_a_share_of_a_text_may_go(gone, stands):
    assert TAKEN * 20 == 16 * 1000
    labels = [1] * gone + [0] * (20 - gone)
    guarded = judged(listing(20), [SURE] * 20, labels)
    assert (guarded is None) == stands


@pytest.mark.parametrize(("article", "stands"), [(ARTICLE, True), (ARTICLE - 1, False)])
def test_an_article_that_was_found_may_stand_in_any_amount_of_chrome(article, stands):
    page = measured_of([article, *[60] * 100], [1] + [0] * 100, [0] * 101, 0)
    guarded = judged(page, [-SURE] + [SURE] * 100, [0] + [1] * 100)
    assert (guarded is None) == stands


def test_other_pages_and_markup_are_evidence_enough():
    labels = [1] * 19 + [0]
    assert judged(listing(20, others=1), [SURE] * 20, labels) is None
    assert judged(listing(20, comments=[0] * 20), [SURE] * 20, labels) is None


@pytest.mark.parametrize("body", [100, SURE])
def test_a_harsher_verdict_never_leaves_less(body):
    """A paragraph and a long listing: whether or not the paragraph would go too, the listing is guarded."""
    page = measured_of([200, *[30] * 100], [1] + [0] * 100, [0] * 101, 0)
    mild = judged(page, [-SURE] + [SURE] * 100, [0] + [1] * 100)
    harsh = judged(page, [body] + [SURE] * 100)
    assert mild.rule == "unseen-guard"
    assert not mild.chrome.any()
    assert harsh.chrome.tolist() == mild.chrome.tolist()


# --- a page of which nothing would be left


def test_trap_7_a_page_of_nothing_but_chrome_goes_and_is_flagged():
    guarded = judged(measured_of([20, 20], [0, 0], [4, 4]), [SURE, SURE])
    assert guarded.rule == "nothing-but-chrome"
    assert guarded.chrome.all()


def test_trap_7_a_page_that_would_become_empty_says_so():
    guarded = judged(measured_of([20, 20], [0, 0], [4, 0]), [SURE, SURE])
    assert guarded.rule == "would-be-empty"
    assert guarded.chrome.tolist() == [True, False]


@pytest.mark.parametrize("comments", [None, [0]])
def test_trap_7_a_single_line_that_nothing_is_known_of_stays(comments):
    guarded = judged(measured_of([20], [0], [0], 0, comments=comments), [SURE])
    assert not guarded.chrome.any()


def test_a_page_of_which_one_line_stays_is_not_empty():
    assert judged(measured_of([20, 20], [0, 0], [4, 0]), [SURE, -SURE], [1, 0]) is None


def test_a_verdict_that_takes_nothing_is_not_guarded():
    assert judged(prose(200), [-5], [0]) is None


# --- nearly-empty: a page of which little would be left


@pytest.mark.parametrize(("kept", "stands"), [(LITTLE, True), (LITTLE - 1, False)])
def test_what_is_doubtful_stays_where_little_else_does(kept, stands):
    page = measured_of([kept, 40, 40, 40], [0] * 4, [0, 0, 4, 0])
    guarded = judged(page, [-SURE, MILDER[0], MILDER[0], MILDER[0] + 1], [0, 1, 1, 1])
    assert (guarded is None) == stands
    if guarded is not None:
        assert guarded.rule == "nearly-empty"
        assert str(kept) in guarded.message
        assert guarded.chrome.tolist() == [False, False, True, True]


@pytest.mark.parametrize(("kept", "stands"), [(LITTLE_OF_TWO, True), (LITTLE_OF_TWO - 1, False)])
def test_of_two_pages_the_one_is_little_evidence_on_the_other(kept, stands):
    """Trap 2: what both say may be the article, scraped twice. What is doubtful stays though it repeats."""
    page = measured_of([kept, 40, 40], [0] * 3, [0, 1, 1], others=1)
    guarded = judged(page, [-SURE, MILDER[0], MILDER[0] + 1], [0, 1, 1])
    assert (guarded is None) == stands
    if guarded is not None:
        assert guarded.rule == "nearly-empty"
        assert guarded.chrome.tolist() == [False, False, True]


def test_noop_where_little_stays_and_the_rest_is_sure():
    page = measured_of([40, 40, 40], [0] * 3, [0, 4, 0])
    assert judged(page, [-SURE, 0, MILDER[0] + 1], [0, 1, 1]) is None


BLOCK = st.tuples(
    st.sampled_from((9, 40, 70, 200, 700)),
    st.booleans(),
    st.integers(0, 4),
    st.booleans(),
    st.integers(-SURE, SURE),
    st.booleans(),
)


@given(st.lists(BLOCK, min_size=1, max_size=12), st.integers(0, 4), st.booleans())
def test_law_a_guard_only_ever_spares(blocks, others, markup):
    lengths, sentences, near, comments, scores, gone = (list(column) for column in zip(*blocks, strict=True))
    near = [min(n, others) for n in near]
    measured = measured_of(lengths, sentences, near, others, comments=comments if markup else None)
    guarded = judged(measured, scores, gone)
    labels = np.array(gone)
    if guarded is None:
        assert not labels.all()
        return
    assert not (guarded.chrome & ~labels).any()
    assert guarded.message
    assert guarded.rule == "nothing-but-chrome" or not guarded.chrome.all()


# --- whole documents


def test_a_bare_listing_keeps_most_of_itself():
    lines = [
        f"{name} {number}"
        for number in range(1, 13)
        for name in ("Lantern quay", "Old Customs", "Berth", "Ferry pier", "Dry dock")
    ]
    page = scrub(RawDocument.from_text("\n".join(lines), id="berths"))
    assert len(page.text) * 1000 >= (1000 - TAKEN) * len(page.raw.text)


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
