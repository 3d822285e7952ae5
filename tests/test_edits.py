"""The algebra of edits: laws by Hypothesis, and the cases that are easy to get wrong."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.edits import (
    Edit,
    Layer,
    Ledger,
    LedgerError,
    OffsetMap,
    Span,
    apply,
    apply_layer,
    flatten,
    revert,
    revert_layer,
    settle,
)

LETTERS = st.text(alphabet="abc \n\u0301é\U0001f600\ud800", max_size=40)
SHORT = st.text(alphabet="xyz\né", max_size=5)
RULES = ("first", "second", "third", "unnamed")


@st.composite
def proposals(draw, text):
    """Edits of one text that may overlap, touch, insert, or change nothing."""
    places = st.integers(0, len(text))
    edits = []
    for _ in range(draw(st.integers(0, 8))):
        start, end = sorted((draw(places), draw(places)))
        rule = draw(st.sampled_from(RULES))
        inserted = draw(st.one_of(SHORT, st.just(text[start:end])))
        edits.append(Edit(start, end, text[start:end], inserted, rule))
    return edits


@st.composite
def layered(draw):
    """A raw text, and a ledger over it of up to four layers."""
    raw = draw(LETTERS)
    text, layers = raw, []
    for number in range(draw(st.integers(0, 4))):
        layer = settle(f"layer {number}", draw(proposals(text)), RULES[:3])
        text = apply_layer(text, layer)
        layers.append(layer)
    return raw, Ledger(tuple(layers))


@st.composite
def one_layer(draw):
    text = draw(LETTERS)
    return text, draw(proposals(text))


@given(layered())
def test_law_undo_is_exact(case):
    raw, ledger = case
    assert revert(apply(raw, ledger), ledger) == raw


@given(layered())
def test_law_flatten_tells_the_same_story(case):
    raw, ledger = case
    flat = flatten(raw, ledger)
    parts, at = [], 0
    for change in flat:
        assert change.start >= at
        assert change.removed == raw[change.start : change.end]
        parts += [raw[at : change.start], change.inserted]
        at = change.end
    assert "".join([*parts, raw[at:]]) == apply(raw, ledger)
    told = [edit for change in flat for edit in change.parts]
    assert sorted(map(repr, told)) == sorted(map(repr, ledger))
    assert all(change.parts for change in flat)


@given(one_layer())
def test_law_settle_loses_nothing(case):
    text, proposed = case
    layer = settle("layer", proposed, RULES[:3])
    wanted = [edit for edit in proposed if edit.removed != edit.inserted]
    kept = [*layer.edits, *(declined.edit for declined in layer.declined)]
    assert sorted(map(repr, kept)) == sorted(map(repr, wanted))
    assert all(declined.because for declined in layer.declined)
    assert revert_layer(apply_layer(text, layer), layer) == text


@given(one_layer(), st.randoms(use_true_random=False))
def test_law_settle_does_not_ask_who_came_first(case, chance):
    _, proposed = case
    shuffled = list(proposed)
    chance.shuffle(shuffled)
    assert settle("layer", proposed, RULES[:3]) == settle("layer", shuffled, RULES[:3])


@given(one_layer())
def test_law_precedence_decides_conflicts(case):
    _, proposed = case
    layer = settle("layer", proposed, RULES[:3])
    for declined in layer.declined:
        rivals = [
            taken
            for taken in layer.edits
            if taken.start == declined.edit.start or taken.span.overlaps(declined.edit.span)
        ]
        assert rivals
        assert any(RULES.index(rival.rule) <= RULES.index(declined.edit.rule) for rival in rivals)


@given(one_layer())
def test_law_offsets_run_forward_and_agree_with_apply(case):
    text, proposed = case
    layer = settle("layer", proposed)
    after = apply_layer(text, layer)
    offsets = OffsetMap(layer)
    for end in (False, True):
        there = [offsets.forward(at, end=end) for at in range(len(text) + 1)]
        back = [offsets.back(at, end=end) for at in range(len(after) + 1)]
        assert there == sorted(there)
        assert back == sorted(back)
        assert all(0 <= at <= len(after) for at in there)
        assert all(0 <= at <= len(text) for at in back)
    touched = {at for edit in layer.edits for at in range(edit.start, edit.end)}
    for at in range(len(text)):
        if at not in touched:
            moved = offsets.forward(at)
            assert after[moved] == text[at]
            assert offsets.back(moved) == at
            assert offsets.back(moved + 1, end=True) == at + 1


@given(one_layer(), st.data())
def test_law_a_span_keeps_all_of_its_replacement(case, data):
    text, proposed = case
    layer = settle("layer", proposed)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    after = apply_layer(text, layer)
    offsets = OffsetMap(layer)
    first, last = offsets.forward(start), offsets.forward(end, end=True)
    if start < end and first < last:
        inside = [e for e in layer.edits if start < e.end and e.start < end]
        assert all(edit.inserted in after[first:last] for edit in inside)


def test_overlap_of_points_and_ranges():
    assert Span(0, 5).overlaps(Span(4, 6))
    assert not Span(0, 5).overlaps(Span(5, 6))
    assert Span(0, 5).overlaps(Span(3, 3))
    assert not Span(0, 5).overlaps(Span(5, 5))
    assert not Span(0, 5).overlaps(Span(0, 0))


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2)])
def test_spans_and_edits_run_forward(start, end):
    with pytest.raises(LedgerError):
        Span(start, end)
    with pytest.raises(LedgerError):
        Edit(start, end, None, "", "rule")


def test_an_edit_that_miscounts_is_refused():
    with pytest.raises(LedgerError, match="says it removed 3"):
        Edit(0, 2, "abc", "", "rule")


def test_a_layer_refuses_edits_that_overlap():
    one, other = Edit(0, 3, "abc", "", "rule"), Edit(2, 4, "cd", "", "rule")
    with pytest.raises(LedgerError, match="overlap"):
        Layer("layer", (one, other))
    with pytest.raises(LedgerError, match="out of order"):
        Layer("layer", (Edit(5, 6, "f", "", "rule"), one))


def test_a_ledger_of_another_text_is_refused():
    layer = Layer("layer", (Edit(0, 3, "abc", "x", "rule"),))
    with pytest.raises(LedgerError, match="not what the ledger removed"):
        apply("abd", Ledger((layer,)))
    with pytest.raises(LedgerError, match="outside the text"):
        apply("ab", Ledger((layer,)))
    with pytest.raises(LedgerError, match="not what the ledger inserted"):
        revert("y", Ledger((layer,)))


def test_spans_alone_apply_but_cannot_be_undone():
    ledger = Ledger((Layer("layer", (Edit(0, 3, None, "x", "rule"),)),))
    assert apply("abcd", ledger) == "xd"
    with pytest.raises(LedgerError, match="needs the raw file"):
        revert("xd", ledger)


def test_the_loser_is_kept_with_the_reason():
    winner, loser = Edit(2, 6, "cdef", "", "first"), Edit(0, 4, "abcd", "", "second")
    layer = settle("layer", [loser, winner], ["first", "second"])
    assert layer.edits == (winner,)
    assert [d.edit for d in layer.declined] == [loser]
    assert layer.declined[0].because == "overlaps first at 2..6"


def test_edits_of_two_layers_that_touch_are_told_as_one():
    one = Layer("one", (Edit(2, 4, "cd", "X", "first"),))
    two = Layer("two", (Edit(1, 3, "bX", "", "second"),))
    (flat,) = flatten("abcdef", Ledger((one, two)))
    assert (flat.start, flat.end, flat.removed, flat.inserted) == (1, 4, "bcd", "")
    assert [edit.rule for edit in flat.parts] == ["first", "second"]


@settings(max_examples=20)
@given(st.integers(1, 3000))
def test_a_pure_insertion_belongs_to_what_ends_there(at):
    layer = Layer("layer", (Edit(at, at, "", "new", "rule"),))
    offsets = OffsetMap(layer)
    assert offsets.forward(at, end=True) == at + 3
    assert offsets.forward(at - 1) == at - 1
    assert offsets.back(at + 3) == at
