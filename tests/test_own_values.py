"""On pages of HTML a price below its headline stays, and so does the last section above the foot."""

import numpy as np
import pytest

from scrubber.classifying.features.measured import measure
from scrubber.classifying.features.table import BlockTable, Subject
from scrubber.classifying.rows import find_figures, find_last_sections
from scrubber.config import Config
from scrubber.documents import RawDocument
from scrubber.evidence import collect, examine
from scrubber.templates import resolve

PLACES = ("reeds", "sluices", "gravel", "thatch", "willow")


def kept_on_first(find, gone, body):
    """What a guard keeps on the first of five pages; `body` makes the inside of one, `gone` says what would go."""
    pages = [
        RawDocument.from_html(
            f"<body><ul><li><a href=/>Weir</a></li></ul><div class=main>{body(place)}</div>"
            "<div class=foot><p>The weir shop, Slip 2.</p></div></body>",
            id=f"{place}.html",
            url=f"https://weir.example/{place}",
        )
        for place in PLACES
    ]
    index = resolve(collect(pages))
    first = examine(pages[0], Config())
    table = BlockTable.of([Subject(first.prepared, first.record)], [index.view(first.record)])
    chrome = np.array([text in gone for text in table.texts])
    marks = find(table, measure(table, "html"), chrome)
    return [text for text, marked in zip(table.texts, marks.tolist(), strict=True) if marked]


@pytest.mark.parametrize(
    ("below", "kept"),
    [
        ("7 florins the bundle", True),
        ("<a href=/x>7 florins the bundle</a>", False),
        ("Cut by hand", False),
        ("Cut on 7 January 2024", False),
    ],
)
def test_a_value_right_below_the_headline(below, kept):
    text = below.removeprefix("<a href=/x>").removesuffix("</a>")

    def body(place):
        value = below if place == "reeds" else f"one basket of {place}"
        return f"<h1>Bundle of {place}</h1><div>{value}</div><p>They say {place} was cut long before {place} had a name.</p>"

    assert kept_on_first(find_figures, {text}, body) == ([text] if kept else [])


def note(place, *, inside=True, linked=False):
    words = f"Of {place} nobody has ever asked for more than two."
    shown = f"<a href=/y>{words}</a>" if linked else words
    end = f"<h2>Note</h2><p>{shown}</p>"
    start = f"<h1>Bundle of {place}</h1><p>They say {place} was cut long before {place} had a name.</p>"
    return start + (end if inside else f"<div class=box>{end}</div>")


NOTE = "Of reeds nobody has ever asked for more than two."


def test_the_last_section_stays_with_the_text_beside_it():
    assert kept_on_first(find_last_sections, {"Note", NOTE}, note) == [NOTE]


@pytest.mark.parametrize(
    "body",
    [
        lambda place: note(place, inside=False),
        lambda place: note(place, linked=True),
        lambda place: note(place).replace(f"Of {place} nobody", "Of this nobody"),
        lambda place: note(place).replace("<h2>Note</h2>", ""),
    ],
)
def test_noop_what_stands_in_a_box_leads_elsewhere_recurs_or_has_no_heading(body):
    gone = {"Note", NOTE, NOTE.replace("reeds", "this")}
    assert kept_on_first(find_last_sections, gone, body) == []


def test_noop_where_nothing_beside_it_stays():
    everything = {"Bundle of reeds", "They say reeds was cut long before reeds had a name.", "Note", NOTE}
    assert kept_on_first(find_last_sections, everything, note) == []
