"""The link of a heading to itself goes, and nothing else of the heading."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import paragraph

from scrubber.config import Chrome, Config
from scrubber.documents import RawDocument
from scrubber.edits import revert
from scrubber.evidence import collect
from scrubber.pipeline import scrub
from scrubber.rules.heading_links import HEADING_LINK
from scrubber.templates import resolve

SELF = '[\u200b](https://quay.example/tides#low-water "Direct link to Low water")'


def cleaned(heading, config=None, overrides=None):
    """The heading as it comes out, in a page of its own text."""
    chance = Random(8)
    text = "\n\n".join(["# Tides", paragraph(chance, 3), heading, paragraph(chance, 3)]) + "\n"
    page = RawDocument.from_text(text, id="tides.md", media_type="text/markdown")
    index = resolve(collect([page])).with_overrides(overrides or {})
    clean = scrub(page, index, config)
    assert revert(clean.text, clean.ledger) == text
    return clean.text.split("\n\n")[2]


@pytest.mark.parametrize(
    ("heading", "left"),
    [
        (f"## Low water{SELF}", "## Low water"),
        ("## Low water [¶](#low-water 'Permanent link')", "## Low water"),
        ("## [](#low-water)Low water", "## Low water"),
        ("### [#](#low-water) Low water", "### Low water"),
        (f"Low water{SELF}\n---------", "Low water\n---------"),
    ],
)
def test_the_link_of_a_heading_to_itself_goes(heading, left):
    assert cleaned(heading) == left


@pytest.mark.parametrize(
    "heading",
    [
        "## [Low water](#low-water)",
        "## Low water [2](#note-2)",
        "## Low water ![](low.png#small)",
        "## Low water [¶](https://quay.example/low)",
        "## `water[¶](#low)`",
        "Low water [¶](#low-water) is at noon.",
    ],
)
def test_noop_what_says_something_or_leads_elsewhere_or_is_no_heading(heading):
    assert cleaned(heading) == heading


def test_people_and_the_settings_can_keep_it():
    heading = f"## Low water{SELF}"
    assert cleaned(heading, Config(chrome=Chrome(threshold=1))) == heading
    assert cleaned(heading, overrides={f"{HEADING_LINK:016x}": "keep"}) == heading


@given(st.text("[]()#¶ a\n\\`!\"'", max_size=30))
def test_any_heading_can_be_undone(rest):
    cleaned(f"## Low water {rest}")
