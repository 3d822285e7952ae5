"""Cut-off text: labelled cases from tests/cases/truncation, and the laws."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mending import propose

from scrubber.documents import Block, BlockKind
from scrubber.edits import apply_layer, revert_layer, settle

CASES = Path(__file__).parent / "cases" / "truncation"


def cases(name):
    entries = tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))["case"]
    return [pytest.param(entry, id=entry["name"]) for entry in entries]


def lines(text, kind=BlockKind.LINE):
    blocks, at = [], 0
    for line in text.split("\n"):
        body = line.strip()
        if body:
            start = at + line.index(body)
            blocks.append(Block(start, start + len(body), kind))
        at += len(line) + 1
    return blocks


def repaired(text, kind=BlockKind.LINE):
    proposal = propose(text, lines(text, kind), "doc")
    layer = settle("truncation", proposal.edits)
    assert layer.declined == ()
    assert revert_layer(apply_layer(text, layer), layer) == text
    return apply_layer(text, layer), proposal


@pytest.mark.parametrize("kind", [BlockKind.LINE, BlockKind.PARAGRAPH])
@pytest.mark.parametrize("case", cases("completes"))
def test_completed(case, kind):
    text = case["text"]
    clean, proposal = repaired(text, kind)
    assert proposal.edits
    assert proposal.flags == ()
    assert case["completed"] in clean.split("\n")
    assert [a for a, b in zip(text.split("\n"), clean.split("\n"), strict=True) if a != b]
    for edit in proposal.edits:
        donor = edit.reason.donor
        assert edit.rule in {"cut-word", "cut-sentence", "cut-document", "ellipsis"}
        assert donor.document == "doc"
        assert edit.inserted == text[donor.start : donor.end]
        assert 0 < edit.confidence < 1
        assert donor.overlap > 0
        holder = next(b for b in lines(text) if b.start <= donor.start and donor.end <= b.end)
        assert not holder.start <= edit.start <= holder.end


@pytest.mark.parametrize("case", cases("completes"))
def test_repair_is_idempotent(case):
    clean, _ = repaired(case["text"])
    again = propose(clean, lines(clean), "doc")
    assert again.edits == ()
    assert again.flags == ()


@pytest.mark.parametrize("kind", [BlockKind.LINE, BlockKind.PARAGRAPH])
@pytest.mark.parametrize("case", cases("decoys"))
def test_decoy_is_not_completed(case, kind):
    proposal = propose(case["text"], lines(case["text"], kind), "doc")
    assert proposal.edits == ()
    assert bool(proposal.flags) is case["flagged"]


@pytest.mark.parametrize("case", cases("noops"))
def test_whole_text_is_left_alone(case):
    proposal = propose(case["text"], lines(case["text"]), "doc")
    assert (proposal.edits, proposal.flags) == ((), ())


@pytest.mark.parametrize(
    "kind",
    [BlockKind.HEADING, BlockKind.LIST_ITEM, BlockKind.CELL, BlockKind.CAPTION, BlockKind.PREFORMATTED],
)
def test_kinds_that_need_no_full_stop(kind):
    text = cases("completes")[0].values[0]["text"]
    proposal = propose(text, lines(text, kind), "doc")
    assert (proposal.edits, proposal.flags) == ((), ())


def test_removed_blocks_prove_nothing():
    text = cases("completes")[0].values[0]["text"]
    proposal = propose(text, lines(text)[:-1], "doc")
    assert proposal.edits == ()


def test_flag_names_the_block_and_says_why():
    text = cases("decoys")[0].values[0]["text"]
    (flag,) = propose(text, lines(text), "doc").flags
    assert text[flag.start : flag.end].startswith("The danger is")
    assert text[flag.start : flag.end].endswith("port auth")
    assert "auth" in flag.message


def test_time_is_linear_in_repeated_blocks():
    fragment = "The danger is that a merged board would be inward looking and assume the port auth\n\n"
    sentence = "In winter the port authority closes the northern pier of the old harbour for repairs.\n\n"
    text = (fragment + sentence) * 5000
    propose(text, lines(text), "doc")
    text = "".join(
        f"Line {n} of the port of the board of the islands and of the port au\n\n" for n in range(3000)
    )
    text += sentence
    propose(text, lines(text), "doc")
    propose(sentence * 10 + "x" * 2_000_000, lines(sentence * 10 + "x" * 2_000_000), "doc")


VOCABULARY = "the port authority aut board boards merged would assume The A harb harbour harbours of and ... … more . . ? “ ”"
WORDS = st.sampled_from(VOCABULARY.split())
TEXTS = st.lists(st.one_of(WORDS, st.just("\n\n")), max_size=120).map(" ".join)


@settings(max_examples=400, deadline=None)
@given(st.one_of(TEXTS, st.text(max_size=80)))
def test_inserted_text_is_a_span_of_the_document(text):
    clean, proposal = repaired(text)
    for edit in proposal.edits:
        donor = edit.reason.donor
        assert edit.inserted == text[donor.start : donor.end]
    assert propose(clean, lines(clean), "doc").edits == ()
