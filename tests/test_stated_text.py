"""What a page states of its text outside it, and what is measured of its blocks by that."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from measuring import columns_of

from scrubber.classifying.features.matching import ABSENT, HELD, PARTLY, letters_of, matches, matches_in_flow
from scrubber.classifying.features.stated import STATED
from scrubber.classifying.features.table import BlockTable, Subject
from scrubber.config import Config
from scrubber.documents import RawDocument, StatedText
from scrubber.evidence import examine
from scrubber.judged import stated_text_of
from scrubber.reading.stated_text import plain, read_stated_text

CASES = tomllib.loads((Path(__file__).parent / "cases" / "stated" / "pages.toml").read_text("utf-8"))["case"]
LONG = "The ferry bell was stolen in the night, and nobody saw the thief leave by the harbour road."
LAST = "The warden now rings a spoon instead, and the fish are said to come to it at five in the morning."


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_a_page_states(case):
    markup = f"<html><head>{case['head']}</head><body><p>x</p></body></html>"
    wanted = StatedText(case.get("body", ""), case.get("description", ""))
    assert read_stated_text(markup, case.get("url")) == wanted


def test_of_a_text_nothing_is_stated():
    assert stated_text_of(RawDocument.from_text('<meta name="description" content="x">', id="x")) is None
    assert stated_text_of(RawDocument.from_html("<p>x", id="x")) == StatedText()


PIECES = st.lists(
    st.sampled_from([
        "<script type='application/ld+json'>", "</script>", "<meta ", "name='description'", ' content="', '"', "'", ">", "<",
        '{"@type": "Article", ', '"articleBody": ', '"a"', "}", "[", "]", "&amp;", "&lt;p&gt;", "ld+json", "<body>", "x",
    ]),
    max_size=40,
)  # fmt: skip


@given(PIECES)
def test_law_any_markup_is_read(pieces):
    markup = "".join(pieces)
    assert read_stated_text(markup) == read_stated_text(markup)


@given(st.text(max_size=60))
def test_law_a_plain_text_stays_plain(text):
    for once in (plain(text), plain(text.replace("<", "").replace("&", ""))):
        assert once == once.strip()
        assert "  " not in once
    letters = text.replace("<", "").replace("&", "").replace("[", "")
    assert "".join(plain(letters).split()) == "".join(plain(letters.replace(" ", "")).split())


@pytest.mark.parametrize(
    ("blocks", "other", "wanted"),
    [
        ([LONG, LAST], f"{LONG} {LAST}", [HELD, HELD]),
        ([LONG, "Advertisement", LAST], f"{LONG} {LAST}", [HELD, ABSENT, HELD]),
        ([LONG, "Spoons", LAST], f"{LONG} Spoons {LAST}", [HELD, HELD, HELD]),
        ([LONG, "Forks", "Spoons", LAST], f"{LONG} Forks Spoons {LAST}", [HELD, HELD, HELD, HELD]),
        ([LONG, "Advertisement", "Spoons", LAST], f"{LONG} Spoons {LAST}", [HELD, ABSENT, HELD, HELD]),
        (["Spoons", LONG], f"Spoons! {LONG}", [HELD, HELD]),
        (["Ferry", LONG, LAST], f"{LONG[:60]}", [ABSENT, PARTLY, ABSENT]),
        (["Ferry"], "The ferry bell", [ABSENT]),
        (["Ferry"], "Gulls\nFERRY", [HELD]),
        ([], LONG, []),
    ],
)
def test_short_blocks_are_found_beside_what_is_held(blocks, other, wanted):
    assert matches_in_flow(list(map(letters_of, blocks)), other) == wanted


@given(
    st.lists(st.sampled_from(["home", "bells", "x" * 30, "y" * 40, ""]), max_size=6),
    st.text("hbxy\n", max_size=80),
)
def test_law_flow_takes_nothing_back(blocks, other):
    pairs = zip(matches(blocks, other), matches_in_flow(blocks, other), strict=True)
    assert all(lines == flow or (lines, flow) == (ABSENT, HELD) for lines, flow in pairs)


def told(stated):
    """What is measured of a page of four blocks: a short one, two long ones, a short one."""
    page = f"<html><body><p>Home</p><p>{LONG}</p><p>{LAST}</p><p>At home</p></body></html>"
    seen = examine(RawDocument.from_html(page, id="page.html"), Config())
    return columns_of(BlockTable.of([Subject(seen.prepared, seen.record, stated=stated)]), STATED)


@pytest.mark.parametrize("stated", [None, StatedText()])
def test_where_nothing_is_stated_nothing_is_measured(stated):
    found = told(stated)
    far = [1000] * 4
    distances = {"since stated", "until stated", "since description", "until description"}
    assert {name for name, column in found.items() if column == far} == distances
    assert {tuple(column) for name, column in found.items() if name not in distances} == {(0, 0, 0, 0)}


def test_a_body_that_ends_early():
    found = told(StatedText(body=LONG))
    assert found["stated short"] == [1, 0, 0, 1]
    assert found["stated long"] == [0, 3, 1, 0]
    assert found["stated so far"] == [0, 1000, 1000, 1000]
    assert found["since stated"] == [1000, 0, 1, 2]
    assert found["until stated"] == [1, 0, 1000, 1000]
    assert found["stated page"] == [len(LONG)] * 4
    assert found["stated found"] == [1000] * 4
    assert found["stated before 2"] == [0, 0, 957, 484]


def test_a_body_that_the_page_does_not_show():
    found = told(StatedText(body=f"{LONG} {'Nobody reads on for nothing here. ' * 20}"))
    assert 0 < found["stated found"][0] < 200


@pytest.mark.parametrize(
    ("description", "wanted"),
    [
        ("Of gulls", [1, 1, 1, 1]),
        ("At home!", [1, 1, 1, 3]),
        (LONG, [1, 3, 1, 1]),
        (f"{LONG[:60]}…", [1, 3, 1, 1]),
        (f"Ardley: {LONG}", [1, 2, 1, 1]),
        (f"Of gulls\n{LAST}", [1, 1, 3, 1]),
    ],
)
def test_descriptions(description, wanted):
    found = told(StatedText(description=description))
    assert found["description"] == wanted
    assert found["since description"].count(0) == sum(one > 1 for one in wanted)
