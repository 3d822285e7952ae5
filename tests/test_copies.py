"""A body that stands twice on its page is kept once; what is said twice for a reason stays."""

import random

import numpy as np
import pytest
from forests import NAMES, constant
from invented import paragraph, title
from measuring import measure_one

from scrubber.classifying.copies import COPIED, find_second_copy
from scrubber.classifying.judging import COPIED as WHY
from scrubber.classifying.weighing import logit
from scrubber.config import Chrome, Config
from scrubber.documents import RawDocument
from scrubber.edits import revert
from scrubber.evidence import collect, fingerprint
from scrubber.judged import Judge
from scrubber.pipeline import NO_INDEX, scrub_by
from scrubber.preparing import prepare
from scrubber.reading.decoding import encode
from scrubber.templates import resolve

KEEPS_ALL = {name: constant(name, -300) for name in NAMES}


def paragraphs(count, seed=1):
    chance = random.Random(f"copies {seed}")
    return [paragraph(chance, 2) for _ in range(count)]


def html(*layers, head=""):
    parts = "".join(
        f'<div class="{name}">' + "".join(f"<p>{text}</p>" for text in texts) + "</div>"
        for name, texts in layers
    )
    return RawDocument.from_html(f"<html><body>{head}{parts}</body></html>", id="page.html")


def text(*lines):
    return RawDocument.from_text("\n\n".join(lines), id="page.txt")


def copies_in(document, chrome=()):
    """The texts of the blocks that are found to be a second copy, once those of `chrome` are gone."""
    prepared = prepare(document, Config())
    record = fingerprint(document, prepared, Config().templates)
    measured = measure_one(prepared, record, resolve(collect([])).view(record))
    shown = [prepared.text[b.start : b.end] for b in prepared.blocks]
    labels = np.array([line in chrome for line in shown], dtype=bool)
    found = find_second_copy(record, measured, labels)
    assert not (found & labels).any()
    places = np.flatnonzero(found).tolist()
    return places, [shown[place] for place in places]


def kept_lines(document):
    page = scrub_by(document, Judge(NO_INDEX, Config(), KEEPS_ALL))
    assert revert(page.text, page.ledger) == document.text
    return page.text.split("\n"), page


# --- found


@pytest.mark.parametrize("count", [2, 4, 9])
def test_a_body_in_a_print_layer_is_found_and_the_first_copy_stays(count):
    body = paragraphs(count)
    places, found = copies_in(html(("story", body), ("print", body)))
    assert found == body
    assert places == list(range(count, 2 * count))


def test_headline_and_date_of_the_second_copy_go_with_it():
    body = paragraphs(4)
    layer = ["A bell for the ferry", "Ann Example, 5 May", *body]
    assert copies_in(html(("story", layer), ("print", layer)))[1] == layer


def test_what_stands_only_in_the_second_copy_stays():
    body = paragraphs(5)
    note = "This paragraph was added by hand to the printed version, and no reader of the screen saw it."
    second = [*body[:2], note, *body[2:]]
    assert copies_in(html(("story", body), ("print", second)))[1] == body


def test_a_shortened_second_copy_is_found_where_it_holds_most_of_the_prose():
    body = paragraphs(6)
    assert copies_in(html(("story", body), ("phone", body[:5])))[1] == body[:5]
    assert copies_in(html(("story", body), ("teaser", body[:2])))[1] == []


def test_a_text_file_with_its_body_twice():
    body = paragraphs(4)
    assert copies_in(text(*body, *body))[1] == body


def test_only_what_was_kept_counts_as_the_first_copy():
    """Where the first layer was removed as chrome already, the second is the only one."""
    body = paragraphs(4)
    assert copies_in(html(("story", body), ("print", body)), chrome=set(body))[1] == []


# --- not found


def test_noop_a_page_that_says_everything_once():
    assert copies_in(html(("story", paragraphs(8))))[1] == []


@pytest.mark.parametrize("shared", [1, 2, 3])
def test_noop_two_contracts_share_clauses(shared):
    clauses = paragraphs(shared, seed="shared")
    first, second = paragraphs(5, seed="sale"), paragraphs(5, seed="lease")
    contracts = (
        ("sale", [*first[:2], *clauses, *first[2:]]),
        ("lease", [*second[:2], *clauses, *second[2:]]),
    )
    assert copies_in(html(*contracts))[1] == []


@pytest.mark.parametrize("verses", [3, 5, 8])
@pytest.mark.parametrize("sentences", [1, 2, 4])
def test_noop_a_refrain(verses, sentences):
    """However long it is, and however short the verses between."""
    refrain = paragraph(random.Random("refrain"), sentences)
    song = [line for verse in _verses(verses) for line in (verse, refrain)]
    assert copies_in(text(*song))[1] == []


def _verses(count):
    chance = random.Random("verses")
    return [paragraph(chance, 1) for _ in range(count)]


def test_noop_a_refrain_of_two_paragraphs():
    refrain = paragraphs(2, seed="refrain")
    song = [line for verse in _verses(4) for line in (verse, *refrain)]
    assert copies_in(text(*song))[1] == []


def test_noop_a_paragraph_is_quoted_again_at_the_end():
    body = paragraphs(6)
    assert copies_in(text(*body, body[2]))[1] == []


def test_noop_two_paragraphs_are_quoted_and_answered():
    body, answer = paragraphs(6), paragraphs(6, seed="answer")
    assert copies_in(text(*body, *body[1:3], *answer))[1] == []


def test_noop_a_pull_quote_before_the_paragraph_it_is_taken_from():
    body = paragraphs(5)
    assert copies_in(html(("story", [body[3], *body])))[1] == []


def test_noop_the_same_in_another_order():
    body = paragraphs(4)
    assert copies_in(text(*body, *reversed(body)))[1] == []


def test_noop_too_little_to_be_a_body():
    short = [
        "The bell has gone, and nobody in the village saw who took it away.",
        "The warden rings a spoon, and the fish are said to come when he does.",
    ]
    assert sum(map(len, short)) < COPIED
    assert copies_in(text(*short, *short))[1] == []


def test_noop_short_lines_that_repeat_are_no_prose():
    rows = [f"Quay {number} | open" for number in range(40)]
    assert copies_in(text(*rows, *rows))[1] == []


# --- whole documents


def test_the_printed_copy_goes_and_says_why():
    body = paragraphs(4)
    document = html(("story", body), ("print", body), head=f"<h1>{title(random.Random(2))}</h1>")
    lines, page = kept_lines(document)
    assert [lines.count(line) for line in body] == [1] * 4
    removals = [edit for edit in page.ledger if edit.rule == "boilerplate"]
    assert [edit.removed for edit in removals] == body
    assert all(edit.start > document.text.index(body[-1]) for edit in removals)
    assert {(edit.reason.note, edit.confidence) for edit in removals} == {(WHY, 1.0)}


def test_undo_gives_the_raw_bytes_of_a_text_that_stood_twice(tmp_path):
    body = paragraphs(4)
    raw = "\r\n\r\n".join([*body, *body]).encode("utf-16")
    path = tmp_path / "twice.txt"
    path.write_bytes(raw)
    document = RawDocument.from_path(path)
    lines, page = kept_lines(document)
    assert [lines.count(line) for line in body] == [1] * 4
    assert encode(revert(page.text, page.ledger), document.source) == raw


def test_what_is_said_twice_for_a_reason_is_kept_twice():
    clause = paragraphs(1, seed="clause")[0]
    first, second = paragraphs(4, seed="sale"), paragraphs(4, seed="lease")
    lines, page = kept_lines(text(*first, clause, *second, clause))
    assert lines.count(clause) == 2
    assert "boilerplate" not in {edit.rule for edit in page.ledger}


def test_a_copy_is_dropped_at_any_threshold():
    body = paragraphs(4)
    document = html(("story", body), ("print", body))
    page = scrub_by(document, Judge(NO_INDEX, Config(chrome=Chrome(threshold=0.999999)), KEEPS_ALL))
    assert logit(0.999999) > 1000
    assert [page.text.count(line) for line in body] == [1] * 4
