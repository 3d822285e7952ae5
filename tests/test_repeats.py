"""Repeats that are text: what recurs in other company stays, and the ledger names the guard."""

import random

import numpy as np
import pytest
from invented import paragraph

from scrubber.classifying.company import body_element
from scrubber.classifying.drafts import Draft, Guard, Removal, run_steps
from scrubber.classifying.features.measured import measure
from scrubber.classifying.features.table import BlockTable, Subject
from scrubber.classifying.judging import STEPS
from scrubber.classifying.passages import PASSAGE
from scrubber.classifying.rows import listings
from scrubber.classifying.section_heads import SECTION_HEAD, find_section_heads
from scrubber.config import Chrome, Config, SiteMode
from scrubber.documents import RawDocument
from scrubber.evidence import collect, examine
from scrubber.pipeline import scrub
from scrubber.templates import resolve


def table_of(document):
    seen = examine(document, Config())
    return BlockTable.of([Subject(seen.prepared, seen.record)])


def html(body):
    return table_of(RawDocument.from_html(f"<html><body>{body}</body></html>", id="page.html"))


def kept_headings(body, *gone):
    table = html(body)
    chrome = np.array([text in gone for text in table.texts])
    assert chrome.sum() == len(gone)
    found = find_section_heads(table, chrome)
    return [text for text, stays in zip(table.texts, found.tolist(), strict=True) if stays]


# --- headings of HTML -------------------------------------------------------------------------------


def test_headings_above_kept_text_stay():
    page = "<div><h2>Rigging</h2><h3>Ropes</h3><ul><li>Two of hemp</li></ul><h2>Sails</h2><p>One.</p></div>"
    assert kept_headings(page, "Rigging", "Ropes", "Sails") == ["Rigging", "Ropes", "Sails"]


@pytest.mark.parametrize(
    ("page", "gone"),
    [
        ("<div><h3>Most read</h3><ul><li>Kites</li></ul></div><p>The text.</p>", ["Most read", "Kites"]),
        ("<div><h3><a href='/k'>Kites for all</a></h3><p>Read how they fly.</p></div>", ["Kites for all"]),
        ("<div><h3>Follow us</h3><h2>News</h2><p>The text.</p></div>", ["Follow us"]),
    ],
    ids=["above what goes", "a teaser's title", "above another section"],
)
def test_noop_headings(page, gone):
    assert kept_headings(f"<div>{page}</div>", *gone) == []


# --- where the body is ------------------------------------------------------------------------------


def test_the_body_is_the_element_with_the_pages_own_text():
    page = (
        "<nav><a href='/1'>Kites</a><a href='/2'>Ropes</a><p>Open daily</p><p>Ring twice</p></nav>"
        "<main><h1>Kite of linen</h1><div><p>It flies in a light wind, and lands on its nose.</p></div></main>"
    )
    table = html(page)
    own = np.array(
        ["Kites" not in text and "daily" not in text and "twice" not in text for text in table.texts]
    )
    assert body_element(table.blocks, own) == "/html/body/main/"


def test_noop_a_page_of_nothing_but_its_own_text_has_no_element_for_it():
    table = html("<p>It flies in a light wind.</p><p>It lands on its nose.</p>")
    assert body_element(table.blocks, np.ones(len(table.blocks), dtype=bool)) is None


# --- figures ----------------------------------------------------------------------------------------


def test_evidence_tells_apart_what_folding_makes_alike():
    one, other = (
        examine(RawDocument.from_text(f"High water\n\nat {hour}:13 on {day}\n", id=day), Config()).record
        for hour, day in ((6, "Monday"), (7, "Friday"))
    )
    assert one.keys.tolist() == other.keys.tolist()
    assert (one.written > 0).tolist() == [False, True]
    assert one.written[1] != other.written[1]
    assert not np.isin(one.written_pairs, other.written_pairs).any()


def test_without_figures_neighbours_are_as_they_are_compared():
    record = examine(RawDocument.from_text("High water\n\nin the morning\n", id="a"), Config()).record
    assert len(record.written) == 0
    assert record.written_pairs.tolist() == record.pairs[1:-1].tolist()


# --- listings and columns ---------------------------------------------------------------------------


def test_columns_and_titles_with_bylines_are_one_thing_each():
    text = (
        "Mon\t05:13\nTue\t05:58\nWed\t06:40\nThu\t07:22\n\nA kite of linen\n\nBy Ada Fenwick\n\n"
        "Ropes that hold\n\nBy Bo Larkspur\n\nThe end."
    )
    table = table_of(RawDocument.from_text(text, id="a"))
    found = dict(zip(table.texts, listings(table).tolist(), strict=True))
    assert found["Mon\t05:13"] == found["Thu\t07:22"] == 0
    assert found["A kite of linen"] == found["By Bo Larkspur"] == 1
    assert found["The end."] == -1


# --- the declared steps -----------------------------------------------------------------------------


def test_every_guard_has_a_name_of_its_own():
    names = [step.name for step in STEPS if isinstance(step, Guard)]
    assert len(set(names)) == len(names)
    assert all(name and ":" not in name for name in names)


def test_no_guard_keeps_what_a_removal_took():
    table = table_of(RawDocument.from_text("One.\n\nTwo.\n\nThree.\n", id="a"))
    steps = (
        Removal("taken", lambda draft: np.array([True, False, False])),
        Guard("all: keeps all", lambda draft: np.ones(len(draft.chrome), dtype=bool)),
    )
    nothing = np.zeros(3, dtype=bool)
    draft = Draft(table, None, nothing.astype(int), np.array([False, True, False]), nothing, Chrome())
    after = run_steps(steps, draft)
    assert after.chrome.tolist() == [True, False, False]
    assert after.kept == {1: "all: keeps all"}
    assert after.decided == {0: "taken"}


def test_the_ledger_names_the_guard_that_kept_a_command():
    chance = random.Random("stow")
    kinds = ["kite", "rope", "sail", "oar", "net", "buoy", "lamp", "keel"]
    pages = {
        f"{kind}.md": f"[Boat docs](/)\n- [Start](/start)\n- [Guide](/guide)\n\n# The {kind}\n\n"
        f"{paragraph(chance, 3)}\n\n"
        "```console\nstow --all\n```\n\n"
        f"{paragraph(chance, 3)}\n\n"
        "## Afterwards\n\n"
        f"{paragraph(chance, 3)}\n\n"
        "Made with inkpot\n"
        for kind in kinds
    }
    documents = [
        RawDocument.from_text(text, id=name, media_type="text/markdown") for name, text in pages.items()
    ]
    config = Config(sites=SiteMode.ONE)
    index = resolve(collect(documents, config), config)
    clean = scrub(documents[0], index, config)
    assert "stow --all" in clean.text
    assert "## Afterwards" in clean.text
    assert "Made with inkpot" not in clean.text
    # Whatever the model makes of the two: if they would go, guards keep them.
    page = examine(documents[0], config)
    table = BlockTable.of([Subject(page.prepared, page.record)], [index.view(page.record)])
    chrome = np.array(["stow" in text or "Afterwards" in text for text in table.texts])
    nothing = np.zeros_like(chrome)
    draft = Draft(table, measure(table, "text"), nothing.astype(np.int64), chrome, nothing, Chrome())
    assert set(run_steps(STEPS, draft).kept.values()) == {PASSAGE, SECTION_HEAD}
