"""Labels of values that stay: the guard acts on HTML, on rows that hold data, and on nothing else."""

import numpy as np
import pytest

from scrubber.classifying.features.table import BlockTable, Subject
from scrubber.classifying.labels import find_labels
from scrubber.config import Config
from scrubber.documents import RawDocument
from scrubber.evidence import examine
from scrubber.reading.html import read_html

ROWS = "<table><tr><th>Status:</th><td>built in</td></tr><tr><th>Since:</th><td>2.4</td></tr></table>"
HEADED = (
    "<table><tr><th>sign</th><th>meaning</th></tr><tr><td>=</td><td>is the same</td></tr>"
    "<tr><td>&gt;</td><td>is larger</td></tr></table>"
)
LAYOUT = "<table><tr><td><p>Home</p><p>News</p></td><td><p>The bell was gone.</p><p>Nobody saw it leave.</p></td></tr></table>"
TERMS = "<dl><dt>Returns</dt><dt>Yields</dt><dd>The number of bells.</dd></dl><p>Foot</p>"
ABOVE = (
    "<div><p>Returns:</p><p>The number of bells.</p></div><div><p>See also:</p></div><div><p>Bells</p></div>"
)


def kept_of(page: str, gone: set[str]) -> set[str]:
    """Of the blocks that would go, the text of those that the guard keeps."""
    examined = examine(read_html(page.encode(), id="x.html"), Config())
    table = BlockTable.of([Subject(examined.prepared, examined.record)])
    chrome = np.array([text in gone for text in table.texts])
    assert chrome.sum() == len(gone)
    return {text for text, stays in zip(table.texts, find_labels(table, chrome), strict=True) if stays}


@pytest.mark.parametrize(
    ("page", "gone", "kept"),
    [
        pytest.param(ROWS, {"Status:", "Since:"}, {"Status:", "Since:"}, id="labels of kept values"),
        pytest.param(ROWS, {"Status:", "built in"}, {"Status:", "built in"}, id="half of a table stays"),
        pytest.param(
            ROWS,
            {"Status:", "built in", "Since:", "2.4"} - {"2.4"},
            {"Status:", "built in", "Since:"},
            id="a row",
        ),
        pytest.param(HEADED, {"sign", "meaning"}, {"sign", "meaning"}, id="a header above its rows"),
        pytest.param(
            HEADED,
            {"sign", "meaning", "=", "is the same", ">", "is larger"} - {"="},
            set(),
            id="a table that goes",
        ),
        pytest.param(LAYOUT, {"Home", "News"}, set(), id="cells of several blocks lay out a page"),
        pytest.param(TERMS, {"Returns", "Yields"}, {"Returns", "Yields"}, id="terms of a description"),
        pytest.param(TERMS, {"Returns", "Yields", "The number of bells."}, set(), id="terms of nothing"),
        pytest.param(ABOVE, {"Returns:", "See also:"}, {"Returns:"}, id="a label in its own element"),
    ],
)
def test_labels_stay_with_what_they_name(page, gone, kept):
    assert kept_of(page, gone) == kept


def test_a_link_that_fills_a_cell_keeps_no_label():
    page = "<table><tr><th>Next:</th><td><a href='/x'>The ferry</a></td></tr><tr><th>Up:</th><td>Bells</td></tr></table>"
    assert kept_of(page, {"Next:", "Up:", "Bells"}) == set()


def test_texts_are_left_alone():
    examined = examine(RawDocument.from_text("Returns:\n\nThe number of bells.", id="x.txt"), Config())
    table = BlockTable.of([Subject(examined.prepared, examined.record)])
    assert not find_labels(table, np.array([True, False])).any()
