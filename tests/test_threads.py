"""Marks of readers' comments in plain text, in several languages, and lines that only look like them."""

import numpy as np
import pytest
from measuring import columns_of, measure_one

from scrubber.classifying.features.comments import (
    LONGEST_ANNOUNCEMENT,
    LONGEST_MARK,
    PLAIN,
    announces,
    is_mark,
)
from scrubber.classifying.features.table import BlockTable, Subject
from scrubber.classifying.segments import FAR
from scrubber.config import Config
from scrubber.documents import RawDocument
from scrubber.evidence import collect, fingerprint
from scrubber.preparing import prepare
from scrubber.templates import resolve


@pytest.mark.parametrize(
    "line",
    [
        "Comments (14)",
        "3 responses to “The ferry bell”",
        "12 Kommentare",
        "Kommentar schreiben",
        "Laisser un commentaire",
        "Komentarze (5)",
        "Комментарии: 7",
        "Обсуждение",
        "Σχόλια (2)",
        "9 comentarios",
        "4 comentários",
        "Reacties",
        "评论（8）",
        "評論 3",
        "留言",
    ],
)
def test_lines_that_announce_comments(line):
    assert announces(line)


@pytest.mark.parametrize(
    "line",
    [
        "Commentary: the ferry needs a new bell",
        "The commentator lost his voice in the second half",
        "Kommandant der Fähre",
        "Die Kommentatorin des Abends",
        "Komenda portu wydała zakaz",
        "Комендант порта",
        "Σχολείο",
        "Le commissaire est parti",
        "El comedor del puerto",
        "港口今天早上重新开放",
        "Comments on the new timetable came from every village on the northern shore of the lake",
        "",
    ],
)
def test_noop_lines_that_announce_none(line):
    assert not announces(line)


@pytest.mark.parametrize(
    "line",
    [
        "Reply",
        "↳ Reply to Ann Example",
        "Log in to reply",
        "Antworten",
        "Melden",
        "Répondre",
        "Odpowiedz",
        "Zgłoś do moderacji",
        "Ответить",
        "Απάντηση",
        "Responder",
        "回复",
        "Ann Example says:",
        "Jan Beispiel schrieb:",
        "Anna Przykład napisała:",
        "Анна пишет:",
        "Η Άννα έγραψε:",
        "Anne Exemple a écrit :",
        "老王说：",
        "Posted by ann_example",
        "ann_example, 14:05",
        "5 May, 9:41:07",
        "3 hours ago",
        "2 дня назад",
        "5 minut temu",
        "3小时前",
    ],
)
def test_marks_of_a_thread(line):
    assert is_mark(line)


@pytest.mark.parametrize(
    "line",
    [
        "Replying to the council took the clerk all winter",
        "Reporters waited at the quay",
        "The mayor says the bridge will open in May",
        "Der Kapitän sagt, die Brücke bleibe zu",
        "Анна пишет письма капитану",
        "Antwort des Stadtrats",
        "Odpowiedzialność spada na port",
        "Ответственность несёт порт",
        "Réponse du maire aux pêcheurs",
        "Respuesta del alcalde",
        "港口今天早上重新开放",
        "The ferry had left long ago, and nobody on the quay could say where it had gone to",
        "Reply " + "to everything that was asked of the harbour board in the course of the year " * 2,
        "",
    ],
)
def test_noop_lines_that_are_no_marks(line):
    assert not is_mark(line)


def test_long_lines_are_prose_whatever_they_say():
    assert announces("Comments" + " " * (LONGEST_ANNOUNCEMENT - 8))
    assert not announces("Comments" + "!" * (LONGEST_ANNOUNCEMENT - 7))
    says = "she wrote:"
    assert is_mark("x" * (LONGEST_MARK - len(says) - 1) + " " + says)
    assert not is_mark("x" * (LONGEST_MARK - len(says)) + " " + says)


PAGE = (
    "The ferry bell was stolen in the night, and nobody saw the thief leave by the harbour road.",
    "The warden rings a spoon instead.",
    "Comments (2)",
    "Ann Example says:",
    "I heard the spoon as far as the lighthouse, and the dog would not stop barking at it.",
    "Reply",
)


def test_marks_of_a_thread_are_measured():
    document = RawDocument.from_text("\n\n".join(PAGE), id="x")
    prepared = prepare(document, Config())
    record = fingerprint(document, prepared, Config().templates)
    view = resolve(collect([])).view(record)
    found = columns_of(BlockTable.of([Subject(prepared, record)], [view]), PLAIN)
    assert found["talk"] == [0, 0, 0, 1, 0, 1]
    assert found["since comments"] == [FAR, FAR, 0, 1, 2, 3]
    assert found["until comments"] == [2, 1, 0, FAR, FAR, FAR]
    assert found["talk before 3"] == [0, 0, 0, 0, 333, 333]
    assert found["talk behind 3"] == [333, 333, 666, 500, 1000, 0]
    assert found["talk before 8"] == [0, 0, 0, 0, 250, 200]
    assert found["talk behind 8"] == [400, 500, 666, 500, 1000, 0]


def measured(text):
    document = RawDocument.from_text(text, id="x")
    prepared = prepare(document, Config())
    record = fingerprint(document, prepared, Config().templates)
    return measure_one(prepared, record, resolve(collect([])).view(record))


def test_what_is_measured_of_a_text_says_it_in_words():
    found = measured("\n\n".join(PAGE))
    assert found.column("talk").tolist() == [0, 0, 0, 1, 0, 1]
    assert found.features["talk"].describe(1).startswith("is a mark of a thread")
    since = found.features["since comments"]
    told = [since.describe(int(bin)) for bin in found.column("since comments")]
    assert told[3] == "a line that announces comments is 1 blocks back"
    assert told[0].endswith(f"is {FAR} or more blocks back")


def test_a_text_without_comments_is_far_from_any():
    found = measured(PAGE[0])
    names = ("since comments", "until comments")
    assert [int(found.column(name)[0]) for name in names] == [found.features[name].bins - 1 for name in names]
    assert found.bins.dtype == np.int16
