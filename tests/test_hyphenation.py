"""Words split at the end of a line: labelled cases from tests/cases/hyphenation, and the laws."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber import repairing
from scrubber.config import Chrome, Config
from scrubber.documents import Block, BlockKind, Markup, RawDocument
from scrubber.edits import Layer, Ledger, OffsetMap, apply_layer, revert, revert_layer, settle
from scrubber.pipeline import scrub
from scrubber.preparing import prepare
from scrubber.rules.hyphenation import PROVED, RULE, SURE, propose
from scrubber.segmenting import segment_text

CASES = Path(__file__).parent / "cases" / "hyphenation"
KEEP_ALL = Config(chrome=Chrome(threshold=1.0))


def cases(name):
    entries = tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))["case"]
    return [pytest.param(entry, id=entry["name"]) for entry in entries]


def layer_of(text, blocks):
    """The layer of what is proposed, with what must hold of any."""
    edits = propose(text, blocks)
    layer = settle("truncation", edits)
    assert layer.declined == ()
    assert layer.edits == edits
    for edit in edits:
        assert (edit.rule, edit.inserted) == (RULE, "")
        assert 0 <= edit.start < edit.end <= len(text)
        assert edit.removed == text[edit.start : edit.end]
        assert edit.removed.lstrip("-\u2010\u00ad").isspace()
        assert edit.removed.count("\n") == 1
        assert text[edit.end].isalpha()
        assert edit.confidence in (PROVED, SURE)
        assert edit.reason.note
    clean = apply_layer(text, layer)
    assert revert_layer(clean, layer) == text
    return layer, clean


@pytest.mark.parametrize("case", cases("joins"))
def test_joined(case):
    layer, clean = layer_of(case["text"], segment_text(case["text"]))
    assert layer.edits
    assert clean == case["clean"]


@pytest.mark.parametrize("case", cases("joins"))
def test_repair_is_idempotent(case):
    assert propose(case["clean"], segment_text(case["clean"])) == ()


@pytest.mark.parametrize("case", cases("noops"))
def test_left_alone(case):
    assert propose(case["text"], segment_text(case["text"])) == ()


def test_markdown_list_and_fence():
    text = "- a new govern-\n  ment\n\n```\ngovern-\nment\n```\n\nThe government.\n"
    layer, clean = layer_of(text, segment_text(text, "text/markdown"))
    assert clean == text.replace("govern-\n  ment", "government")
    assert len(layer.edits) == 1


@pytest.mark.parametrize(
    "kind", [BlockKind.HEADING, BlockKind.CELL, BlockKind.CAPTION, BlockKind.PREFORMATTED]
)
def test_kinds_that_are_not_looked_at(kind):
    text = "A new govern-\nment.\nThe government.\n"
    lines = segment_text(text)
    assert propose(text, lines) != ()
    assert propose(text, [replace(lines[0], kind=kind), *lines[1:]]) == ()
    assert propose(text, [lines[0], replace(lines[1], kind=kind), lines[2]]) == ()
    assert propose(text, [replace(line, kind=kind) for line in lines]) == ()


def test_soft_hyphen_is_sure_and_a_proof_is_not():
    text = "The com\u00ad\nmittee and the govern-\nment. The government.\n"
    soft, hard = propose(text, segment_text(text))
    assert (soft.removed, soft.confidence) == ("\u00ad\n", SURE)
    assert (hard.removed, hard.confidence) == ("-\n", PROVED)
    assert "government" in hard.reason.note


def page(markup):
    document = RawDocument.from_html(f"<html><body>{markup}</body></html>", id="page")
    prepared = prepare(document, KEEP_ALL)
    return prepared.text, prepared.blocks


@pytest.mark.parametrize(
    "markup",
    [
        "<p>A new govern-<br>ment.</p><p>The government.</p>",
        "<p><b>A new</b> govern-<br>\n  ment.</p><p>The government.</p>",
        "<ul><li>a new govern-<br>ment</li><li>the government</li></ul>",
        "<p>A new govern&shy;<br>ment.</p>",
    ],
)
def test_lines_of_one_element(markup):
    text, blocks = page(markup)
    _, clean = layer_of(text, blocks)
    assert "new government" in clean


@pytest.mark.parametrize(
    "markup",
    [
        "<ul><li>a new govern-</li><li>ment</li><li>the government</li></ul>",
        "<p>A new govern-</p><p>ment.</p><p>The government.</p>",
        "<h2>A new govern-<br>ment</h2><p>The government.</p>",
        "<pre>A new govern-\nment.</pre><p>The government.</p>",
        "<table><tr><td>A new govern-</td></tr><tr><td>ment</td></tr></table><p>The government.</p>",
        "<p>A new govern-<br><br>ment.</p><p>The government.</p>",
    ],
)
def test_other_elements(markup):
    text, blocks = page(markup)
    assert propose(text, blocks) == ()


def test_chrome_that_is_gone_proves_nothing():
    text = "A new govern-\nment.\n\n\n"
    assert propose(text, segment_text(text)) == ()


def test_blocks_stay_in_order_and_side_by_side():
    text = "The har-\nbour was closed, and the com\u00ad\n  mittee too.\nThe harbour is safe.\n"
    blocks = segment_text(text)
    layer, clean = layer_of(text, blocks)
    offsets = OffsetMap(layer)
    moved = [(offsets.forward(b.start), offsets.forward(b.end, end=True)) for b in blocks]
    assert [clean[start:end] for start, end in moved] == [
        "The har",
        "bour was closed, and the com",
        "mittee too.",
        "The harbour is safe.",
    ]
    assert all(one[1] <= other[0] for one, other in pairwise(moved))
    back = [(offsets.back(start), offsets.back(end, end=True)) for start, end in moved]
    for block, (start, end) in zip(blocks, back, strict=True):
        assert text[block.start : block.end].rstrip("-\u00ad") == text[start:end]


def test_time_is_linear():
    for text in (
        "a new govern-\nment of islands\n" * 20_000 + "government\n",
        "gov\u00ad\nern\u00ad\n" * 30_000 + "ment",
        "-\n" * 100_000,
        "a-" * 100_000 + "\n" + "a-" * 100_000 + "a",
        "x" * 500_000 + "-\n" + "x" * 500_000,
        "x\u00ad" * 200_000 + "-\n" + "x\u00ad" * 200_000,
        "ab-\ncd-\n" * 30_000,
    ):
        propose(text, segment_text(text))


VOCABULARY = (
    "govern ment government govern-ment self gov ern ernment re covered recovered Ment GOVERN MENT und and a b 19 "
    ". , “ ” - \u2010 \u00ad ' / = |"
)
PIECES = st.sampled_from(VOCABULARY.split())
BREAKS = st.sampled_from(
    [" ", "-\n", "\u00ad\n", "-\n  ", "\u2010 \n", "\n", "\n\n", "-", "\u00ad", "", "- ", "\n- ", "\r\n"]
)
TEXTS = st.lists(st.tuples(PIECES, BREAKS), max_size=40).map(lambda parts: "".join(a + b for a, b in parts))


@settings(max_examples=1500, deadline=None)
@given(st.one_of(TEXTS, st.text(alphabet="ab-\u00ad\n B", max_size=60), st.text(max_size=60)))
def test_laws(text):
    _, clean = layer_of(text, segment_text(text))
    assert propose(clean, segment_text(clean)) == ()
    letters = [c for c in text if c.isalnum()]
    assert [c for c in clean if c.isalnum()] == letters


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.randoms(use_true_random=False))
def test_laws_with_kinds_and_markup(text, chance):
    blocks = []
    for block in segment_text(text):
        kind = chance.choice(list(BlockKind))
        path = chance.choice([("div",), ("div", "p")])
        blocks.append(Block(block.start, block.end, kind, Markup("/" + "/".join(path), path)))
    layer_of(text, blocks)


def scrubbed(text):
    return scrub(RawDocument.from_text(text, id="doc"), config=KEEP_ALL)


@pytest.mark.skipif(not hasattr(repairing, "hyphenation"), reason="the rule is not called yet")
@pytest.mark.parametrize("case", cases("joins"))
def test_the_pipeline_joins_and_keeps_its_block_map(case):
    clean = scrubbed(case["text"])
    assert RULE in {edit.rule for edit in clean.ledger}
    assert clean.text.split() == case["clean"].split()
    assert revert(clean.text, Ledger(clean.ledger.layers)) == case["text"]
    spans = [(entry.clean_start, entry.clean_end) for entry in clean.blocks]
    assert all(0 <= start < end <= len(clean.text) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    for entry in clean.blocks:
        now, before = (
            clean.text[entry.clean_start : entry.clean_end],
            clean.raw.text[entry.raw_start : entry.raw_end],
        )
        assert now == now.strip()
        assert before.startswith(now[:1])
        assert now.split() == before.split() or now in before
    assert isinstance(clean.ledger.layers[-1], Layer)
