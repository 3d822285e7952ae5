"""Headings, headers of tables and labels that every page has stay where they head text that stays."""

import numpy as np
import pytest

from scrubber.classifying.features.table import BlockTable, Subject
from scrubber.classifying.section_heads import find_section_heads
from scrubber.config import Config
from scrubber.documents import RawDocument
from scrubber.edits import revert
from scrubber.evidence import examine
from scrubber.pipeline import clean

URL = "https://kiln.example/valve"


def heads(markdown, gone):
    """The first lines of the blocks that the guard keeps, where the blocks that begin as in `gone` would go."""
    seen = examine(
        RawDocument.from_text(markdown, id="valve.md", url=URL, media_type="text/markdown"), Config()
    )
    table = BlockTable.of([Subject(seen.prepared, seen.record)])
    chrome = np.array([text.startswith(tuple(gone)) for text in table.texts])
    assert all(any(text.startswith(one) for text in table.texts) for one in gone)
    found = find_section_heads(table, chrome)
    assert not (found & ~chrome).any()
    return [text.splitlines()[0] for text, kept in zip(table.texts, found.tolist(), strict=True) if kept]


def test_a_heading_above_kept_text_stays():
    page = "# Valve\n\nIt opens.\n\n## Parameters\n\nThe pressure.\n"
    assert heads(page, ["# Valve", "## Param"]) == ["# Valve", "## Parameters"]


def test_a_heading_above_a_section_that_stays():
    page = "## API\n\n### open()\n\nIt opens the valve.\n"
    assert heads(page, ["## API", "### open"]) == ["## API", "### open()"]


def test_noop_a_heading_above_what_goes():
    page = "It opens.\n\n## Related\n\n- [Kiln](/kiln)\n- [Oven](/oven)\n"
    assert heads(page, ["## Rel", "- [K", "- [O"]) == []


def test_noop_a_heading_above_a_list_of_which_one_item_is_left():
    page = (
        "It opens.\n\n## Related\n\n- [Kilns of the north](/kiln)\n- [Ovens of the south](/oven)\n- Valve\n"
    )
    assert heads(page, ["## Rel", "- [K", "- [O"]) == []


def test_noop_a_heading_at_the_end_and_one_above_the_next():
    assert heads("It opens.\n\n## Share\n\n# Next\n\nMore text.\n\n## End\n", ["## Share", "## End"]) == []


def test_noop_the_title_of_a_teaser():
    page = "It opens.\n\n### [A kiln for everyone](https://other.example/kiln)\n\nRead how the kiln came to be.\n"
    assert heads(page, ["### [A"]) == []


def test_the_title_of_a_post_stays_with_what_a_listing_says_of_it():
    said = (
        "The kiln at Ardley was lit for the first time in sixty years, and nobody knew who had laid the fire."
    )
    page = f"## [A kiln for everyone](https://kiln.example/kiln)\n\n{said}\n"
    assert heads(page, ["## [A"]) == ["## [A kiln for everyone](https://kiln.example/kiln)"]
    assert heads(page, ["## [A", "The kiln"]) == []


def test_an_anchor_beside_a_heading_is_no_teaser():
    page = f'## Methods[#]({URL}#methods "Direct link to Methods")\n\nIt opens.\n'
    assert heads(page, ["## Meth"]) == [page.splitlines()[0]]


@pytest.mark.parametrize(("rows", "kept"), [(1, True), (3, True), (0, False)])
def test_the_header_of_a_table_stays_with_its_rows(rows, kept):
    lines = ["Name | Type", "--- | ---", *(f"valve{n} | number" for n in range(rows)), "help | text"]
    gone = ["Name", "help"] if not kept else ["Name"]
    found = heads("It opens.\n\n" + "\n".join(lines) + "\n", gone)
    assert found == (["Name | Type"] if kept else [])


def test_noop_a_table_of_which_most_goes():
    page = "It opens.\n\nA | B\n--- | ---\nc | d\ne | f\ng | h\n"
    assert heads(page, ["A", "c", "e"]) == []


def test_a_label_right_above_what_stays():
    page = "It opens.\n\n**Returns:**\n\nA number.\n\nShare this page:\n\n## End\n\nText.\n"
    assert heads(page, ["**Ret", "Share"]) == ["**Returns:**"]


def test_noop_a_plain_text_has_no_headings():
    seen = examine(RawDocument.from_text("Parameters\nThe pressure is high.", id="x"), Config())
    table = BlockTable.of([Subject(seen.prepared, seen.record)])
    assert not find_section_heads(table, np.array([True, False])).any()


def test_whole_pages_keep_their_headings():
    pages = [
        RawDocument.from_text(
            "[Home](/) [News](/news) [About](/about)\n\n"
            f"# The {name}\n\n## Parameters\n\nThe {name} takes the {size} pressure that the maker wrote on it.\n\n"
            f"## Returns\n\nWhat the {name} of {size} bar returns is read from its {name}-side gauge.\n\n"
            "[Imprint](/imprint)\n",
            id=f"{name}.md",
            url=f"https://kiln.example/{name}",
            media_type="text/markdown",
        )
        for name, size in (
            ("valve", "one"), ("kiln", "two"), ("pipe", "three"), ("lamp", "four"), ("oven", "five"), ("pump", "six"),
        )
    ]  # fmt: skip
    for page in clean(pages):
        assert "## Parameters" in page.text
        assert "## Returns" in page.text
        assert revert(page.text, page.ledger) == page.raw.text
