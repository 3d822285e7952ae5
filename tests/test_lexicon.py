"""Words of short lines and names of elements: their weights are summed up, and told to the trees in classes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import documents
from measuring import columns_of, table_of

from scrubber.classifying.features.lexicon import LEXICON, VOICES, columns, sums, voice
from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.segments import Segments
from scrubber.documents import RawDocument
from scrubber.evidence import collect
from scrubber.reading.html import read_html
from scrubber.templates import resolve

NOTHING = VOICES.index("say nothing")


def spoken(document: RawDocument, weights):
    table = table_of([document], resolve(collect([document])))
    return columns_of(BlockTable.of(table.subjects, table.views, weights), LEXICON)


@pytest.mark.parametrize(
    ("total", "said"),
    [
        (-301, "speak for content beyond doubt"),
        (-26, "speak a little for content"),
        (-25, "say nothing"),
        (0, "say nothing"),
        (24, "say nothing"),
        (25, "speak a little for chrome"),
        (300, "speak for chrome beyond doubt"),
    ],
)
def test_classes_begin_where_they_say(total, said):
    assert VOICES[voice(np.array([total]))[0]] == said


def test_words_and_names_are_added_up_apart():
    document = read_html(
        b"<div class='side-bar'><p>Subscribe today</p></div><p>The ferry left.</p>", id="x.html"
    )
    found = spoken(document, {"subscribe": 200, "today": 150, "@side": 90, "ferry": -80})
    assert [VOICES[one] for one in found["words"]] == ["speak for chrome beyond doubt", "speak for content"]
    assert [VOICES[one] for one in found["names"]] == ["speak for chrome", "say nothing"]


def test_a_word_is_heard_by_its_neighbours():
    text = "Read more\n\nOf harbours\n\nOf bells\n\nOf tides"
    found = spoken(RawDocument.from_text(text, id="x.txt"), {"more": 160})
    assert found["words -1"][1] == found["words -2"][2] == found["words"][0] > NOTHING
    assert found["since loud words"] == [0, 1, 2, 3]
    assert found["words before"][3] > NOTHING
    assert found["words behind"] == [NOTHING] * 4


def test_long_text_has_no_voice():
    line = "Subscribe " + "and read of the harbour " * 8
    assert spoken(RawDocument.from_text(line, id="x.txt"), {"subscribe": 500})["words"] == [NOTHING]


@given(st.lists(st.integers(-900, 900), min_size=4, max_size=9), st.integers(1, 3))
def test_law_no_document_hears_another(values, cut):
    own = np.array(values, dtype=np.int64)
    together = columns(Segments.of([cut, len(own) - cut]), own, own)
    alone = columns(Segments.of([cut]), own[:cut], own[:cut])
    for name, column in alone.items():
        assert np.array_equal(together[name][:cut], column), name


def test_without_weights_nothing_is_said():
    dump = documents("acorn", 2, markup=True)
    table = table_of(dump, resolve(collect(dump)))
    found = columns_of(table, LEXICON)
    assert set(found["words"]) == set(found["names"]) == {NOTHING}
    assert set(found["until loud words"]) == {1000}


def test_sums_count_each_word_once_a_block():
    own, named = sums([("bell", "tide"), ("@nav",), ()], {"bell": 3, "tide": -1, "@nav": 7})
    assert own.tolist() == [2, 0, 0]
    assert named.tolist() == [0, 7, 0]
