"""Normalisation: labelled cases from tests/cases/normalising, and the laws."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.config import Normalise
from scrubber.edits import Layer, Ledger, OffsetMap, Span, apply_layer, revert, revert_layer
from scrubber.normalising import characters, composition, encoding_layers, mojibake, whitespace_layer

CASES = Path(__file__).parent / "cases" / "normalising"
EVERYTHING = Normalise()


def cases(name):
    entries = tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))["case"]
    return [pytest.param(entry, id=entry["name"]) for entry in entries]


def encoded(text):
    return encoding_layers(text, EVERYTHING)[1]


@pytest.mark.parametrize("case", cases("encoding"))
def test_encoding(case):
    layers, text = encoding_layers(case["text"], EVERYTHING)
    assert text == case["expected"]
    assert {edit.rule for layer in layers for edit in layer.edits} == set(case["rules"])
    assert revert(text, Ledger(layers)) == case["text"]


@pytest.mark.parametrize("case", cases("encoding_noop"))
def test_text_that_must_not_change(case):
    assert encoding_layers(case["text"], EVERYTHING) == ((), case["text"])


@pytest.mark.parametrize("case", cases("whitespace"))
def test_whitespace(case):
    layer = whitespace_layer(case["text"])
    assert apply_layer(case["text"], layer) == case["expected"]
    assert {edit.rule for edit in layer.edits} == set(case["rules"])


@pytest.mark.parametrize("case", cases("whitespace_noop"))
def test_white_space_that_must_not_change(case):
    assert whitespace_layer(case["text"]).edits == ()


def test_surrogates_pair_up_or_are_replaced():
    text = "boat \ud83d\udea2 and \udce9 and \ud83d"
    layers, clean = encoding_layers(text, EVERYTHING)
    assert clean == "boat \U0001f6a2 and \ufffd and \ufffd"
    assert revert(clean, Ledger(layers)) == text


PLAIN = "aZ. \n1"
FOREIGN = [*map(chr, (*range(0x80, 0x530), *range(0x2000, 0x2600))), *"\ufb01\ufb02\ufffd\uf8ff"]


def nothing_is_bad(text):
    from ftfy.badness import is_bad

    suspects = mojibake._suspects(text)
    return not is_bad(text) and not is_bad(suspects) and not mojibake._BAD_LINE_START.search(suspects)


@pytest.mark.parametrize("beside", PLAIN)
def test_a_sign_that_stands_alone_is_not_bad_unless_it_is_remarkable(beside):
    for sign in FOREIGN:
        text = f"a{beside}{sign}{beside}a {sign}a {sign} a{sign} ."
        assert mojibake._REMARKABLE.search(text) or nothing_is_bad(text)


def test_calm_signs_are_not_bad_in_any_order():
    for text in map("".join, product(mojibake._CALM + "a. ", repeat=4)):
        assert nothing_is_bad(text)


@settings(max_examples=500, deadline=None)
@given(st.text(st.sampled_from([*(mojibake._CALM + PLAIN) * 6, *FOREIGN[:512]]), max_size=12))
def test_what_is_not_remarkable_is_not_bad(text):
    assert mojibake._REMARKABLE.search(text) or nothing_is_bad(text)


def test_mojibake_edits_are_small():
    text = "A long line of plain words, then weâ€™re on the cafÃ© terrace, and plain words again."
    edits = mojibake.propose(text)
    assert [(edit.removed, edit.inserted) for edit in edits] == [("â€™", "’"), ("Ã©", "é")]


def test_nfc_edits_are_small():
    text = "the café was closed, el nin\u0303o said"
    (edit,) = composition.propose(text)
    assert (edit.removed, edit.inserted) == ("n\u0303", "ñ")


def test_control_edits_are_small():
    edits = characters.propose("one\r\ntwo\rthree\x00")
    assert [(edit.removed, edit.inserted, edit.rule) for edit in edits] == [
        ("\r", "", "line-ends"),
        ("\r", "\n", "line-ends"),
        ("\x00", "", "control"),
    ]


def test_rules_can_be_switched_off():
    text = "cafÃ©\r\nnin\u0303o"
    assert encoding_layers(text, Normalise(mojibake=False))[1] == "cafÃ©\nniño"
    assert encoding_layers(text, Normalise(characters=False))[1] == "café\r\nnin\u0303o"
    assert encoding_layers(text, Normalise(mojibake=False, characters=False)) == ((), text)


def test_protected_spans_stay():
    text = "a  b\n\ncode   \n\n\n\nx  y\n\nc  d\n"
    start, end = text.index("code"), text.index("\n\nc  d")
    clean = apply_layer(text, whitespace_layer(text, [Span(start, end)]))
    assert clean == "a b\n\ncode   \n\n\n\nx  y\n\nc d\n"


def test_a_long_line_costs_linear_time():
    encoded("“quoted” " * 100_000 + "cafÃ©")
    wide, tall = "a" + " " * 1_000_000 + "b", "a" + "\n \t" * 300_000 + "b"
    assert apply_layer(wide, whitespace_layer(wide)) == "a b\n"
    assert len(apply_layer(tall, whitespace_layer(tall))) < 10


def misread(text):
    return text.encode().decode("latin-1")


PIECES = st.sampled_from(
    [
        *"aAeno i.\t\n\r",
        *"ÃÂâ€™©“”œ×²à¼√∂вЂïßéÉ\u00a0\u00ad\u0085\u0081\u0093\u009d\x00\x0b\x0c\x1a\x1c\x1f\x7f",
        *"\u0300\u0301\u0303\u0308\u030a\u0327\u0344\u0958\u212b\u037e\uac00\u1100\u1161\u11a8\u09c7\u09be",
        "\ud83d",
        "\udea2",
        "\udce9",
        *"\ufeff\ufffd\u2028\u2029\u200d\u3000",
        "\r\n",
        *(misread(c) for c in "éüñ’“–Å…\u0301\u0344あ🚢\u00a0"),
        misread(misread("é")),
    ]
)
NASTY = st.lists(PIECES, max_size=25).map("".join)
ANY = st.one_of(NASTY, st.text(max_size=60), st.text(st.characters(codec="latin-1"), max_size=60))


@settings(max_examples=1500, deadline=None)
@given(ANY)
def test_encoding_is_idempotent_and_reverts(text):
    layers, clean = encoding_layers(text, EVERYTHING)
    assert revert(clean, Ledger(layers)) == text
    assert encoding_layers(clean, EVERYTHING) == ((), clean)
    assert unicodedata.is_normalized("NFC", clean)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]", clean)
    assert all(layer.edits for layer in layers)


@settings(max_examples=500, deadline=None)
@given(ANY)
def test_nfc_is_that_of_the_standard(text):
    layer = Layer("unicode", tuple(composition.propose(text)))
    assert apply_layer(text, layer) == unicodedata.normalize("NFC", text)


LAID_OUT = st.lists(
    st.sampled_from([*"ab.|\t\n \u00a0\u2003\u3000", "\n", "\n\n", "  ", "   ", "word", "```\n", "    "]),
    max_size=40,
).map("".join)


@settings(max_examples=1500, deadline=None)
@given(st.one_of(LAID_OUT, st.text(max_size=40)))
def test_whitespace_is_idempotent_and_reverts(text):
    layer = whitespace_layer(text)
    clean = apply_layer(text, layer)
    assert layer.declined == ()
    assert revert_layer(clean, layer) == text
    assert whitespace_layer(clean).edits == ()
    assert "\n\n\n" not in clean
    assert clean == "" or (clean.endswith("\n") and clean.strip())
    assert clean.split() == text.split()


@settings(max_examples=500, deadline=None)
@given(LAID_OUT, st.lists(st.integers(0, 200), min_size=2, max_size=6))
def test_whitespace_with_protected_spans_is_idempotent(text, cuts):
    words = [m.span() for m in re.finditer(r"\S(?:[^\n]*\S)?", text)]
    spans = [Span(*words[i]) for i in sorted({cut % len(words) for cut in cuts})] if words else []
    layer = whitespace_layer(text, spans)
    clean = apply_layer(text, layer)
    moved = OffsetMap(layer)
    starts = [moved.forward(s.start) for s in spans]
    kept = [Span(start, start + len(s)) for start, s in zip(starts, spans, strict=True)]
    assert [clean[k.start : k.end] for k in kept] == [text[s.start : s.end] for s in spans]
    assert revert_layer(clean, layer) == text
    assert whitespace_layer(clean, kept).edits == ()
