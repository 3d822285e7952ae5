"""Running heads and page numbers of printed pages: they go; chapters, lessons and lists that count up stay."""

import random

import numpy as np
import pytest
from invented import paragraph

from scrubber.classifying.features.table import BlockTable, Subject
from scrubber.classifying.running_heads import MANY, PAGES, TOLD, TORN, find_running_heads
from scrubber.config import Config
from scrubber.documents import RawDocument
from scrubber.evidence import examine
from scrubber.pipeline import scrub

TITLE = "Sluices of the upper marsh"
HEAD = "Survey report of the dike board"


def found_in(lines):
    """The lines that are found to frame pages."""
    page = examine(RawDocument.from_text("\n\n".join(lines), id="x"), Config())
    table = BlockTable.of([Subject(page.prepared, page.record)])
    marks = find_running_heads(table)
    return [text for text, marked in zip(table.texts, marks.tolist(), strict=True) if marked]


def text_of(chance, sentences=4):
    return paragraph(chance, sentences)


def printed(count, *, title=True, torn=0, number="{}", head=HEAD):
    """A text of so many pages, with a head and a number between them; of `torn` breaks a sentence goes on behind."""
    chance = random.Random(7)
    lines = [TITLE] if title else []
    for page in range(1, count + 1):
        lines.append(text_of(chance) + (" It was closed because the" if page <= torn else ""))
        lines += [number.format(page), head]
        lines.append(("water came over it. " if page <= torn else "") + text_of(chance))
    return lines


@pytest.mark.parametrize("number", ["{}", "- {} -", "Page {}", "{} / 12", "Seite {} von 12"])
def test_heads_that_repeat_the_title_go_with_the_numbers(number):
    lines = printed(PAGES + 2, head=TITLE, number=number)
    found = found_in(lines)
    assert found.count(TITLE) == PAGES + 2  # all but the title itself
    assert [number.format(page) for page in range(1, PAGES + 3)] == [one for one in found if one != TITLE]


@pytest.mark.parametrize(("torn", "goes"), [(0, False), (TORN - 1, False), (TORN, True)])
def test_other_heads_go_where_sentences_go_on_across_the_breaks(torn, goes):
    assert (HEAD in found_in(printed(PAGES + 3, torn=torn))) is goes


def test_one_torn_sentence_is_enough_where_many_numbers_count_up():
    assert HEAD in found_in(printed(MANY, torn=1))
    assert found_in(printed(MANY)) == []


@pytest.mark.parametrize(
    ("number", "goes"), [("Page {}", True), ("Seite {}", True), ("{}", False), ("Unit {}", False)]
)
def test_numbers_that_are_called_pages_need_no_other_sign(number, goes):
    found = found_in(printed(TOLD, title=False, number=number))
    assert (HEAD in found) is goes
    assert HEAD not in found_in(printed(TOLD - 1, title=False, number=number))


def test_noop_lines_beside_some_of_the_pages():
    lines = printed(2 * TOLD, title=False, number="Page {}")
    some = [line for place, line in enumerate(lines) if line != HEAD or place < len(lines) // 2]
    assert HEAD not in found_in(some)


def test_noop_chapters_that_count_up():
    """Each begins with the same subhead: a course in twelve lessons, recipes, exercises."""
    chance = random.Random(3)
    lines = ["A course for bell ringers"]
    for lesson in range(1, 13):
        lines += [f"Lesson {lesson}", "What you will need", text_of(chance), text_of(chance)]
    assert found_in(lines) == []


def test_noop_numbers_without_text_between_them():
    chance = random.Random(4)
    rows = [line for n in range(1, 9) for line in (str(n), "grey goose")]
    assert found_in([text_of(chance), *rows, text_of(chance)]) == []


def test_noop_fewer_pages_and_html():
    assert found_in(printed(PAGES - 1, head=TITLE)) == []
    markup = "".join(f"<p>{line}</p>" for line in printed(PAGES + 2, head=TITLE))
    page = examine(RawDocument.from_html(f"<body>{markup}</body>", id="x"), Config())
    table = BlockTable.of([Subject(page.prepared, page.record)])
    assert not np.any(find_running_heads(table))


def test_the_text_itself_stays_whole():
    lines = printed(PAGES + 3, torn=TORN + 1)
    clean = scrub(RawDocument.from_text("\n\n".join(lines), id="x"))
    assert HEAD not in clean.text
    for line in lines:
        if line != HEAD and not line.isdecimal():
            assert " ".join(line.split()[:6]) in clean.text
