"""The title of a passage that several pages hold stays with the passage; other lines of theirs do not."""

from random import Random

import numpy as np
import pytest
from invented import paragraph

from scrubber.classifying.features.measured import measure
from scrubber.classifying.features.table import BlockTable, Subject
from scrubber.classifying.passages import find_heads_of_passages
from scrubber.config import Config
from scrubber.documents import RawDocument
from scrubber.evidence import collect, examine
from scrubber.templates import resolve

TITLE = "The school and the orchard"
LEAD = (
    "For ten years the parish has asked for a second school, and for ten years it was given a wall instead."
)


def kept_in_first(shared, gone, *, others=(), parts=4):
    """The lines kept on the first of some pages that share lines, where those of `gone` would go."""
    chance = Random(3)
    texts = [
        "\n\n".join(["Pier Post", *shared, *(paragraph(chance, 3) for _ in range(6))]) for _ in range(parts)
    ]
    texts += [
        "\n\n".join(["Pier Post", *others, *(paragraph(chance, 3) for _ in range(6))]) for _ in range(8)
    ]
    pages = [
        RawDocument.from_text(t, id=f"{n:02}", url=f"https://pier.example/{n}") for n, t in enumerate(texts)
    ]
    index = resolve(collect(pages))
    first = examine(pages[0], Config())
    table = BlockTable.of([Subject(first.prepared, first.record)], [index.view(first.record)])
    chrome = np.array([text in gone for text in table.texts])
    marks = find_heads_of_passages(table, measure(table, "text"), chrome)
    return [text for text, marked in zip(table.texts, marks.tolist(), strict=True) if marked]


def test_a_title_stays_with_its_lead():
    assert kept_in_first([TITLE, LEAD], [TITLE]) == [TITLE]


@pytest.mark.parametrize(
    ("shared", "gone", "others"),
    [
        ([TITLE, LEAD], [TITLE, LEAD], []),  # the passage goes as well
        ([TITLE, LEAD], [TITLE], [TITLE]),  # it stands above other text too
        ([TITLE, "The Pier Post", LEAD], [TITLE], []),  # no prose right below
        ([LEAD, TITLE], [TITLE], []),  # text of the page's own below
    ],
)
def test_noop_other_lines(shared, gone, others):
    assert kept_in_first(shared, gone, others=others) == []
