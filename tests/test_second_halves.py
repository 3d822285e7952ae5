"""Second halves of kept sentences stay, and nothing is pasted where one went: labelled cases, laws, and the way through."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber import pipeline
from scrubber.classifying import judging
from scrubber.classifying.second_halves import SECOND_HALF, Sequel
from scrubber.config import Config, Repair, Unproved
from scrubber.documents import BlockKind, RawDocument
from scrubber.evidence import collect
from scrubber.judged import Judge, judge
from scrubber.pipeline import library_of, scrub
from scrubber.rules.truncation import WOUND, Scope, find_cuts
from scrubber.segmenting import segment_text
from scrubber.templates import resolve

CASES = Path(__file__).parent / "cases" / "interruptions"
VERDICTS = ("~ ", "^ ")


def cases(name):
    entries = tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))["case"]
    return [pytest.param(entry, id=entry["name"]) for entry in entries]


def sequel(marked, kind=BlockKind.LINE, decided=()):
    """A text whose lines begin with their verdicts, without these, and what is known of its blocks."""
    marks = [line[:2] for line in marked.split("\n") if line.strip()]
    text = re.sub(r"(?m)^[~^] ", "", marked)
    blocks = [replace(block, kind=kind) for block in segment_text(text)]
    assert len(blocks) == len(marks)
    repeated = [mark == "^ " for mark in marks]
    return Sequel(
        text, blocks, [mark in VERDICTS for mark in marks], [9 * one for one in repeated], repeated, decided
    )


def lines(known, places):
    return [known.text[known.blocks[place].start : known.blocks[place].end] for place in places]


@pytest.mark.parametrize("kind", [BlockKind.LINE, BlockKind.PARAGRAPH])
@pytest.mark.parametrize("case", cases("second_halves"))
def test_second_halves_stay(case, kind):
    known = sequel(case["text"], kind)
    assert lines(known, known.find()) == case["stays"]


@pytest.mark.parametrize("case", cases("second_halves_noops"))
def test_what_is_no_half_goes(case):
    known = sequel(case["text"])
    assert known.find() == []


@pytest.mark.parametrize("case", cases("second_halves"))
def test_what_a_person_or_a_policy_removes_is_not_asked(case):
    known = sequel(case["text"])
    assert sequel(case["text"], decided=set(known.find())).find() == []


@pytest.mark.parametrize("case", cases("second_halves"))
def test_a_line_that_repeats_more_often_than_the_first_half_is_none(case):
    known = sequel(case["text"])
    near = [9 if place in known.find() else 0 for place in range(len(known.blocks))]
    assert replace(known, near=near, repeated=[count > 0 for count in near]).find() == []
    everywhere = [9] * len(near)
    shared = replace(known, near=everywhere, repeated=[True] * len(near))
    assert lines(shared, shared.find()) == case["stays"]


@pytest.mark.parametrize("kind", [BlockKind.HEADING, BlockKind.LIST_ITEM, BlockKind.CELL, BlockKind.CAPTION])
def test_kinds_that_have_no_halves(kind):
    assert sequel(cases("second_halves")[0].values[0]["text"], kind).find() == []


LINES = st.sampled_from(
    [
        "The council has voted for a new mole, which shall be built before the winter and",
        "~ the storms of the last years have left not much of the old one.",
        "^ the storms of the last years have left not much of the old one.",
        "~ 17",
        "^ Rules for watchmen",
        "Rules for watchmen",
        "~ Amsel family, who had run the ferry since the old days.",
        "Nobody knows who will pay for it, and nobody has asked the fishermen.",
        "On clear nights one can see from the terrace the lamp of the old light-",
        "~ Boris Berg says:",
        "~ 船长和水手都在甲板上等着天亮。",
        "那天夜里风很大，灯塔上的灯忽然灭了，",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(LINES, max_size=25), st.sampled_from(["\n", "\n\n"]))
def test_laws(parts, gap):
    known = sequel(gap.join(parts))
    found = known.find()
    assert found == sorted(set(found))
    assert all(known.chrome[place] for place in found)
    left = [gone and place not in found for place, gone in enumerate(known.chrome)]
    assert not set(replace(known, chrome=left).find()) & set(found)
    assert replace(known, chrome=[False] * len(left)).find() == []


def test_time_is_linear():
    first = "The council has voted for a new mole, which shall be built before the winter and"
    for marked in (
        f"{first}\n\n~ 17\n\n" * 4_000,
        f"{first}\n\nRules for watchmen\n\n" * 4_000,
        f"{first}\n\n" + "~ 17\n" * 40_000,
        f"{first}{' a' * 200_000}\n\n~ the{' a' * 200_000}.",
    ):
        sequel(marked).find()


# --- through the whole

FIRST = (
    "Whoever finds a lamp on the shore brings it to the harbour office, where it is entered in the book of"
)
SECOND = "found things; if nobody asks for it within a year and a day, the finder may keep it or sell it."
OTHERS = (
    "The mate answers for all that is in the store, and reports what is missing to the harbour office.",
    "The bell is rung at noon, and once more when the last boat has come in from the outer bank.",
)


def torn(second=SECOND):
    return RawDocument.from_text(
        f"{OTHERS[0]}\n\n{FIRST}\n\nRules for watchmen\n\nPage 12\n\n{second}\n\n{OTHERS[1]}\n", id="torn.txt"
    )


def whole():
    return RawDocument.from_text(
        f"Of lamps.\n\n{FIRST} {SECOND}\n\nOf ropes nothing is known.\n", id="whole.txt"
    )


def removing(monkeypatch, *gone):
    """A verdict that removes just these lines of a document, and none of any other."""

    class Verdict:
        """In the place of all steps but the last: these lines go, and nothing else."""

        @staticmethod
        def apply(draft):
            return replace(draft, chrome=np.array([text in gone for text in draft.table.texts]), kept={})

    (last,) = (step for step in judging.STEPS if getattr(step, "note", "") == SECOND_HALF)
    monkeypatch.setattr(judging, "STEPS", (Verdict, last))
    monkeypatch.setattr(judging, "guard", lambda measured, *_: (None,) * len(measured.segments))


def cleaned(document, config=None):
    documents = {one.id: one for one in (document, whole())}
    config = config or Config()
    index = resolve(collect(documents.values(), config), config)
    return scrub(document, index, config, library=library_of(documents, index, config))


def test_the_second_half_is_kept_and_told(monkeypatch):
    removing(monkeypatch, "Rules for watchmen", "Page 12", SECOND)
    clean = cleaned(torn())
    assert f"{FIRST} {SECOND}" in clean.text.split("\n")
    (layer,) = [layer for layer in clean.ledger.layers if layer.name == "boilerplate"]
    ((edit, because),) = [(one.edit, one.because) for one in layer.declined]
    assert (edit.removed, because) == (SECOND, SECOND_HALF)
    assert [one.removed for one in layer.edits] == ["Rules for watchmen", "Page 12"]
    assert [edit.reason.donor for edit in clean.ledger] == [None] * len(list(clean.ledger))


def test_whole_document_would_be_asked_if_nothing_had_been_removed(monkeypatch):
    # The proof that the tests below test something: without our wound the other document completes it.
    removing(monkeypatch)
    document = RawDocument.from_text(f"{OTHERS[0]}\n\n{FIRST}\n", id="torn.txt")
    assert f"{FIRST} {SECOND}" in cleaned(document).text


@pytest.mark.parametrize("unproved", list(Unproved))
def test_where_the_half_went_the_passage_is_left_and_flagged(monkeypatch, unproved):
    removing(monkeypatch, "Rules for watchmen", "Page 12", SECOND)
    monkeypatch.setattr(judging.Sequel, "find", lambda _: [])
    clean = cleaned(torn(), Config(repair=Repair(unproved=unproved)))
    assert FIRST in clean.text.split("\n")
    assert [flag.message for flag in clean.flags] == [WOUND]
    assert [(cut.outcome, cut.donor) for cut in clean.cuts] == [("kept", None)]


def test_words_that_no_other_document_says_are_respected_too(monkeypatch):
    # The donor goes on otherwise: what was removed here may be the rest, so nothing is pasted.
    second = "lost and found, unless the weather is so bad that the office is closed."
    removing(monkeypatch, "Rules for watchmen", "Page 12", second)
    monkeypatch.setattr(judging.Sequel, "find", lambda _: [])
    clean = cleaned(torn(second))
    assert FIRST in clean.text.split("\n")
    assert [flag.message for flag in clean.flags] == [WOUND]


def test_an_override_has_the_last_word(monkeypatch):
    removing(monkeypatch, "Rules for watchmen", "Page 12", SECOND)
    document = torn()
    by = Judge(resolve(collect([document, whole()], Config()), Config()), Config())
    judged = judge(document, by)
    place = next(iter(judged.verdict.spared))
    id = f"{judged.record.keys.tolist()[place]:016x}"
    ruled = judge(document, replace(by, index=by.index.with_overrides({id: "drop"})))
    assert ruled.verdict.spared == {}
    assert SECOND not in pipeline.scrub_by(document, by, ruled).text


def test_without_seams_nothing_speaks_of_a_wound():
    text = (
        f"{OTHERS[0]}\n\nWhoever finds a lamp on the shore brings it to the harbour office, and there the\n"
    )
    (cut,) = find_cuts(text, segment_text(text), Scope("x"))
    assert cut.completion is None
    assert cut.message != WOUND
