"""Paragraphs that chrome interrupted: labelled cases from tests/cases/interruptions, and the laws."""

from __future__ import annotations

import random
import tomllib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import NOUNS, VERBS

from scrubber import repairing
from scrubber.documents import BlockKind, RawDocument
from scrubber.edits import Edit, Layer, OffsetMap, apply_layer, revert_layer, settle
from scrubber.pipeline import clean
from scrubber.rules.interruptions import EDITED_PAGE, ONE_ELEMENT, RULE, RUNS_ON, propose
from scrubber.rules.seams import Seam, seams
from scrubber.segmenting import segment_text

CASES = Path(__file__).parent / "cases" / "interruptions"
CHROME = "~ "


def cases(name):
    entries = tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))["case"]
    return [pytest.param(entry, id=entry["name"]) for entry in entries]


def without(text, blocks, gone):
    """The text, the blocks and the seams after the blocks for which `gone` holds were removed."""
    edits = tuple(
        Edit(b.start, b.end, text[b.start : b.end], "", "boilerplate")
        for b in blocks
        if gone(text[b.start : b.end])
    )
    removal = Layer("boilerplate", edits)
    offsets = OffsetMap(removal)
    kept = tuple(
        replace(b, start=offsets.forward(b.start), end=offsets.forward(b.end, end=True))
        for b in blocks
        if not gone(text[b.start : b.end])
    )
    found = tuple(replace(seam, text=seam.text.removeprefix(CHROME)) for seam in seams(removal))
    return apply_layer(text, removal), kept, found


def prepared(text):
    return without(text, segment_text(text), lambda body: body.startswith(CHROME.strip()))


def layer_of(text, blocks, removed):
    """The layer of what is proposed, with what must hold of any."""
    edits = propose(text, blocks, removed)
    layer = settle("truncation", edits)
    assert layer.declined == ()
    assert layer.edits == edits
    ends = {block.end: following.start for block, following in pairwise(blocks)}
    for edit in edits:
        assert (edit.rule, edit.inserted) in ((RULE, " "), (RULE, ""))
        assert ends[edit.start] == edit.end
        assert edit.removed == text[edit.start : edit.end]
        assert edit.removed.isspace()
        assert any(edit.start <= seam.at <= edit.end for seam in removed)
        assert edit.confidence in (RUNS_ON, ONE_ELEMENT, EDITED_PAGE)
    clean = apply_layer(text, layer)
    assert revert_layer(clean, layer) == text
    return layer, clean


def again(layer, clean, removed):
    """What the rule would do to its own result, with the seams that are left."""
    offsets = OffsetMap(layer)
    return propose(
        clean, segment_text(clean), [Seam(offsets.forward(seam.at), seam.text) for seam in removed]
    )


def paragraphs(text):
    return [line.strip() for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("kind", [BlockKind.LINE, BlockKind.PARAGRAPH])
@pytest.mark.parametrize("case", cases("joins"))
def test_joined(case, kind):
    text, blocks, removed = prepared(case["text"])
    blocks = tuple(replace(block, kind=kind) for block in blocks)
    layer, clean = layer_of(text, blocks, removed)
    before, after = paragraphs(text), paragraphs(clean)
    assert [line for line in after if line not in before] == case["joined"]
    assert [line for line in after if line in before] == [
        line for line in before if not any(line in joined for joined in case["joined"])
    ]
    assert all(case["how"] in edit.reason.note for edit in layer.edits)


@pytest.mark.parametrize("case", cases("joins"))
def test_repair_is_idempotent(case):
    text, blocks, removed = prepared(case["text"])
    layer, clean = layer_of(text, blocks, removed)
    assert again(layer, clean, removed) == ()


@pytest.mark.parametrize("case", cases("noops"))
def test_left_alone(case):
    assert propose(*prepared(case["text"])) == ()


@pytest.mark.parametrize(
    "kind",
    [BlockKind.HEADING, BlockKind.LIST_ITEM, BlockKind.CELL, BlockKind.CAPTION, BlockKind.PREFORMATTED],
)
def test_kinds_that_are_not_joined(kind):
    text, blocks, removed = prepared(cases("joins")[0].values[0]["text"])
    first, second = blocks
    assert propose(text, [first, second], removed) != ()
    for one, other in ((kind, kind), (kind, second.kind), (first.kind, kind)):
        assert propose(text, [replace(first, kind=one), replace(second, kind=other)], removed) == ()


@pytest.mark.parametrize("case", cases("joins"))
def test_without_a_seam_nothing_is_joined(case):
    text, blocks, _ = prepared(case["text"])
    assert propose(text, blocks, ()) == ()
    elsewhere = (Seam(0, "Advertisement"), Seam(len(text), "Advertisement"))
    assert propose(text, blocks, elsewhere) == ()


START = "The council decided on Monday that the old ferry would be repaired, so that all islanders"
REST = "could keep their boats until spring."


@pytest.mark.parametrize(
    "markup",
    [
        f"<p>{START}<div>Advertisement</div>{REST}</p>",
        f"<p class='lead'><b>The council</b>{START[11:]}<div>Advertisement</div>{REST}</p>",
        f"<div>{START}<aside>Advertisement</aside>{REST}</div>",
        f"<div>{START}<aside>Advertisement</aside><a href='/'>could</a>{REST[5:]}</div>",
        f"<p>{START}<br>Advertisement<br>{REST}</p>",
    ],
)
def test_markup_holds_the_halves_together(markup):
    text, blocks, removed = page(f"<article>{markup}</article>")
    layer, clean = layer_of(text, blocks, removed)
    assert clean == f"{START} {REST}"
    assert [edit.confidence for edit in layer.edits] == [ONE_ELEMENT]


@pytest.mark.parametrize(
    "markup",
    [
        f"<p>{START}</p><div>Advertisement</div><p>{REST}</p>",
        f"<p>{START}</p><div>Advertisement</div><div>{REST}</div>",
        f"<div>{START}</div><div>Advertisement</div>{REST}",
        f"<p>{START} and the</p><div>Advertisement</div><blockquote>{REST}</blockquote>",
        f"<h2>{START} and the</h2><div>Advertisement</div>{REST}",
        f"<ul><li>{START} and the</li><li>Advertisement</li><li>{REST}</li></ul>",
        f"<pre>{START} and the</pre><div>Advertisement</div><pre>{REST}</pre>",
    ],
)
def test_markup_holds_them_apart(markup):
    assert propose(*page(f"<article>{markup}</article>")) == ()


def test_paragraphs_of_one_place_need_another_proof():
    between = "<div>Advertisement</div>"
    prose = "<p>Nine fishermen live on the rock, and all of them have asked for a bridge.</p>"
    apart = f"<p>{START}</p>{between}<p>{REST}</p>"
    (edit,) = propose(*page(f"<article>{prose}{apart}{prose}</article>"))
    assert edit.confidence == EDITED_PAGE
    (edit,) = propose(*page(f"<article><p>{START} and the</p>{between}<p>{REST}</p></article>"))
    assert edit.confidence == RUNS_ON


def page(markup):
    document = RawDocument.from_html(f"<html><body>{markup}</body></html>", id="page")
    return without(document.text, document.blocks, lambda body: body == "Advertisement")


def test_seams_are_told_in_the_text_that_is_left():
    text = "one two three two four"
    removal = Layer("x", (Edit(4, 7, "two", "", "x"), Edit(14, 17, "two", "", "x")))
    assert apply_layer(text, removal) == "one  three  four"
    assert seams(removal) == (Seam(4, "two"), Seam(11, "two"))
    assert seams(Layer("x", (Edit(4, 7, None, "", "x"),))) == (Seam(4, ""),)


def test_blocks_stay_in_order():
    text, blocks, removed = prepared(cases("joins")[4].values[0]["text"])
    layer, clean = layer_of(text, blocks, removed)
    assert len(layer.edits) == 2
    offsets = OffsetMap(layer)
    moved = [(offsets.forward(b.start), offsets.forward(b.end, end=True)) for b in blocks]
    assert [clean[start:end] for start, end in moved] == [text[b.start : b.end] for b in blocks]
    assert all(one[1] < other[0] for one, other in pairwise(moved))


def test_time_is_linear():
    half = "The old ferry will be repaired before the winter comes and"
    pair = f"{half}\n\n~ x\n\nthe islanders will have boats.\n\n"
    for text in (
        pair * 5_000,
        f"{half}\n\n~ x\n\nthe islanders and\n\n" * 5_000,
        "~ x\n" * 50_000,
        half + " a" * 300_000 + "\n\n~ x\n\nthe" + " a" * 300_000 + ".",
        half + "-" * 300_000 + "a\n\n~ x\n\nthe" + "'" * 300_000 + ".",
        "，" * 100_000 + "\n\n~ x\n\n" + "。" * 100_000,
    ):
        propose(*prepared(text))


LINES = st.sampled_from(
    [
        "The old ferry will be repaired before winter, and the",
        "islanders will have the boats they asked for.",
        "islanders will have the boats they asked for, and the",
        "The council met on Monday and decided to repair both of the ferries that carry mail",
        "to the islands before the winter.",
        "to the islands before the winter,",
        "It was late. Nobody expected",
        "the captain.",
        "Nine fishermen live on the rock, and all of them have asked for a bridge.",
        "nine fishermen live on the rock, and all of them have asked for a bridge.",
        "港口委员会昨天晚上开会，决定在冬天以前修理，",
        "工程五月开始，",
        "工程五月开始。",
        "~ Advertisement",
        "~ Anna Amsel says:",
        "~ harbour will be closed for all ships",
        "- a list item and the",
        "Repairs",
        "a",
        ".",
    ]
)
GAPS = st.sampled_from(["\n", "\n\n", "\n \n\t\n"])
TEXTS = st.lists(st.tuples(LINES, GAPS), max_size=30).map(lambda parts: "".join(a + b for a, b in parts))


@settings(max_examples=1000, deadline=None)
@given(st.one_of(TEXTS, st.text(alphabet="aT ~.,\n，。港", max_size=80), st.text(max_size=60)))
def test_laws(text):
    text, blocks, removed = prepared(text)
    layer, clean = layer_of(text, blocks, removed)
    assert clean.split() == text.split() or "，" in text
    assert [c for c in clean if not c.isspace()] == [c for c in text if not c.isspace()]
    assert again(layer, clean, removed) == ()


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.lists(st.tuples(st.integers(0, 2_000), st.text(max_size=9)), max_size=9))
def test_any_seams(text, found):
    removed = [Seam(at, body) for at, body in sorted(found)]
    layer_of(text, segment_text(text), removed)


def invented_page(chance):
    """A page of a site whose notice interrupts a paragraph, and that paragraph whole."""

    def sentence():
        a, b, c, d = chance.choices(NOUNS, k=4)
        one, other = chance.choices(VERBS, k=2)
        return f"The {a} {one} the {b} of the {c} and {other} nothing but the {d} by the sea."

    prose = [" ".join(sentence() for _ in range(4)) for _ in range(5)]
    words = prose[2].split()
    cut = next(n for n in range(8, len(words)) if chance.random() < 0.3 and words[n][0].islower())
    text = (
        f"Home\nNews\nFerries\nWeather\nLetters\n\n{sentence()[:-1]}\n\n{prose[0]}\n\n{prose[1]}\n\n"
        f"{' '.join(words[:cut])}\n\nSubscribe to our newsletter\nYour email address\nSign up now\n\n"
        f"{' '.join(words[cut:])}\n\n{prose[3]}\n\n{prose[4]}\n\nAbout us\nAll rights reserved by the islands\n"
    )
    return text, prose[2]


@pytest.mark.skipif(not hasattr(repairing, "interruptions"), reason="the rule is not called yet")
def test_the_pipeline_joins_and_keeps_its_block_map():
    chance = random.Random(1)
    pages = [invented_page(chance) for _ in range(12)]
    documents = [RawDocument.from_text(text, id=f"{n}.txt") for n, (text, _) in enumerate(pages)]
    for document, (_, whole) in zip(clean(documents), pages, strict=True):
        assert whole in document.text.split("\n")
        assert [edit.rule for edit in document.ledger].count(RULE) == 1
        spans = [(entry.clean_start, entry.clean_end) for entry in document.blocks]
        assert all(one[1] < other[0] for one, other in pairwise(spans))
        raw = document.raw.text
        assert [document.text[start:end] for start, end in spans] == [
            raw[entry.raw_start : entry.raw_end] for entry in document.blocks
        ]
