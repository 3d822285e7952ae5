"""Stems: how blocks begin and end, and what is known by it of blocks in which a name or a title is exchanged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from measuring import columns_of, table_of

from scrubber.classifying.features.runs import RUNS
from scrubber.classifying.features.stems import STEMS
from scrubber.documents import RawDocument
from scrubber.evidence import collect, stems
from scrubber.fingerprints import fold
from scrubber.templates import resolve

LINES = st.text(alphabet="ab :é\n港口重开了。 12/", max_size=60)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Read also: The ferry is back", ("read also:", "ferry is back")),
        ("Weight: 40 kg", ("weight:", "")),
        ("Weight : 40 kg", ("weight:", "")),
        ("Open from 10:30 on every day", ("open from 0", "on every day")),
        ("https://ardley.example/a-page", ("https ardley example", "example a page")),
        ("Weight:", ("", "")),
        ("The bell of Ardley", ("", "")),
        ("港口今天早上重新开放了", ("港口今天早", "重新开放了")),
    ],
)
def test_stems_of_a_line(text, wanted):
    assert stems(text, fold(text)) == wanted


@given(LINES)
def test_stems_of_any_line_are_its_beginning_and_its_end(text):
    folded = fold(text) if text else ""
    opening, closing = stems(text, folded)
    assert folded.startswith(opening.removesuffix(":"))
    assert folded.endswith(closing)


MENU = "Home\n\nNews of today\n\nTides and bells\n\nWeather and wind"
AT = 5
"""The place of the line among the blocks of its page."""


def _site(lines):
    """Pages of one site, each with a line of its own amid text that no other page has."""
    own = [" ".join(f"{letter * size} tells" for size in range(3, 16)) + "." for letter in "abcdef"]
    rows = zip(own, lines, reversed(own), strict=True)
    texts = [f"{MENU}\n\n{before}\n\n{line}\n\nSo {behind}" for before, line, behind in rows]
    return [
        RawDocument.from_text(text, id=f"{number}.txt", url=f"https://ardley.example/{number}")
        for number, text in enumerate(texts)
    ]


def _columns(dump, names):
    index = resolve(collect(dump))
    features = [feature for group in (RUNS, STEMS) for feature in group if feature.name in names]
    return columns_of(table_of([dump[0]], index), features)


TOWNS = ("Ardley", "Birch", "Cedarham", "Dunely", "Elmstead", "Fernhill")


def test_furniture_with_a_name_exchanged_is_known_by_its_ends():
    dump = _site([f"See the offers of {town} before they all are gone" for town in TOWNS])
    columns = _columns(dump, {"begins ratio", "ends ratio"})
    assert columns["begins ratio"][AT] == 1000
    assert columns["ends ratio"][AT] == 1000


def test_a_label_is_known_by_its_words_before_the_colon():
    dump = _site([f"See too: {town}" for town in TOWNS])
    assert _columns(dump, {"begins support"})["begins support"][AT] == len(TOWNS) - 1


def test_a_line_in_other_company_on_each_page_stands_alone():
    dump = _site(["The bell is rung twice" for _ in TOWNS])
    columns = _columns(dump, {"company", "shared run"})
    assert columns["company"][AT] == 0
    assert columns["shared run"][AT] == 1
