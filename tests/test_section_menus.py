"""The menu of a section goes with its own pages for witnesses; lists of links in the body, and of few pages, stay."""

from random import Random

import numpy as np
import pytest
from invented import paragraph

from scrubber.classifying.features.measured import measure
from scrubber.classifying.features.table import BlockTable, Subject
from scrubber.classifying.section_menus import BLOCKS, PAGES, find_section_menus
from scrubber.config import Config
from scrubber.documents import RawDocument
from scrubber.evidence import collect, examine
from scrubber.templates import resolve

MENU = [
    "### Moorings",
    *(f"* [{name}](https://quay.example/{name})" for name in ("Berths", "Fees", "Winter")),
]
OTHERS = 12
"""Pages of other sections."""


def page(chance, number, above=(), amid=(), below=()):
    """A page of its own text with lines above it, in the middle of it, and below."""
    own = [f"# Page {paragraph(chance, 1)}", paragraph(chance, 2)]
    lines = [*above, *own, *amid, paragraph(chance, 2), *below]
    url = f"https://quay.example/pages/{number}"
    return RawDocument.from_text(
        "\n\n".join(lines), id=f"{number:02}.md", url=url, media_type="text/markdown"
    )


def found_on_first(section, **lines):
    """The lines found on the first of so many pages that share some, among pages of other sections."""
    chance = Random(5)
    pages = [
        page(chance, number, **(lines if number < section else {})) for number in range(section + OTHERS)
    ]
    index = resolve(collect(pages))
    first = examine(pages[0], Config())
    table = BlockTable.of([Subject(first.prepared, first.record)], [index.view(first.record)])
    marks = find_section_menus(table, measure(table, "text"), np.zeros(table.segments.blocks, dtype=np.bool_))
    return [text for text, marked in zip(table.texts, marks.tolist(), strict=True) if marked]


@pytest.mark.parametrize("place", ["above", "below"])
@pytest.mark.parametrize("links", [BLOCKS, BLOCKS + 5])
def test_the_menu_of_a_section_goes_with_its_heading(place, links):
    menu = [
        "### Moorings",
        *(f"* [Berth {name}](https://quay.example/{name})" for name in "abcdefgh"[:links]),
    ]
    assert found_on_first(PAGES + 1, **{place: menu}) == menu


def test_noop_too_few_pages_or_blocks():
    assert found_on_first(PAGES, above=MENU) == []
    assert found_on_first(PAGES + 1, above=MENU[: BLOCKS - 1]) == []


def test_noop_a_list_of_links_amid_the_text():
    assert found_on_first(PAGES + 1, amid=MENU) == []


def test_noop_what_leads_nowhere():
    assert found_on_first(PAGES + 1, above=["### Moorings", "* Berths", "* Fees", "* Winter"]) == []
    sentence = "[The pilots](https://quay.example/pilots) meet each boat at the outer buoy, in fog as well."
    assert (
        found_on_first(PAGES + 1, below=[sentence] * 1 + ["Ask at the quay.", "It is open on weekdays."])
        == []
    )


def test_noop_a_page_that_is_nothing_else():
    chance = Random(6)
    pages = [page(chance, number) for number in range(OTHERS)]
    menus = [
        RawDocument.from_text(
            "\n\n".join(MENU), id=f"menu{n}.md", url=f"https://quay.example/m/{n}", media_type="text/markdown"
        )
        for n in range(1)
    ]
    sections = [page(chance, 20 + number, above=MENU) for number in range(PAGES + 1)]
    index = resolve(collect([*pages, *menus, *sections]))
    first = examine(menus[0], Config())
    table = BlockTable.of([Subject(first.prepared, first.record)], [index.view(first.record)])
    marks = find_section_menus(table, measure(table, "text"), np.zeros(table.segments.blocks, dtype=np.bool_))
    assert not marks.any()
