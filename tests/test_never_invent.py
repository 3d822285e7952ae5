"""Nothing is written that nobody wrote: cases that look like proofs and are none, and what they cost."""

import html
import random
import tomllib
from pathlib import Path

import pytest
from invented import NOUNS, QUALITIES, VERBS, paragraph, sentence

from scrubber.config import Chrome, Config, Repair
from scrubber.cuts.sentences import stops
from scrubber.documents import RawDocument
from scrubber.edits import revert
from scrubber.evidence import collect
from scrubber.fragments import LENDERS, find_lenders
from scrubber.pipeline import clean, scrub

CASES = tomllib.loads(
    (Path(__file__).parent / "cases" / "truncation" / "inventions.toml").read_text(encoding="utf-8")
)["case"]
ALONE = Chrome(threshold=1.0, extractor=False)
KINDS = pytest.mark.parametrize("markup", [False, True], ids=["text", "html"])


def failing(reason):
    return pytest.mark.xfail(raises=AssertionError, strict=True, reason=reason)


def cases(entries):
    return [
        pytest.param(one, id=one["name"], marks=[failing(one["known"])] if "known" in one else [])
        for one in entries
    ]


def document(text, id, markup):
    parts = text.strip().split("\n\n")
    if not markup:
        return RawDocument.from_text("\n\n".join(part.removeprefix("# ") for part in parts) + "\n", id=id)
    tagged = (
        f"<h2>{html.escape(part[2:])}</h2>" if part.startswith("# ") else f"<p>{html.escape(part)}</p>"
        for part in parts
    )
    return RawDocument.from_html(f"<html><body><article>{''.join(tagged)}</article></body></html>", id=id)


def dump_of(case, markup, but=None):
    texts = [case["page"], *case.get("others", ())]
    texts = [text.replace(*but) if but else text for text in texts]
    return [document(text, f"site/{n}", markup) for n, text in enumerate(texts)]


def written(pages):
    """All that the repair wrote into the dump."""
    for page in pages:
        assert revert(page.text, page.ledger) == page.raw.text
    return [e for page in pages for e in page.ledger if e.reason.donor is not None and e.inserted]


@KINDS
@pytest.mark.parametrize("case", cases(CASES))
def test_nothing_is_invented(case, markup):
    dump = dump_of(case, markup)
    for config in (Config(chrome=ALONE), Config()):
        pages = list(clean(dump, config))
        assert written(pages) == []
        assert not any(cut.donor for page in pages for cut in page.cuts)
    first, *_ = clean(dump, Config(chrome=ALONE))
    assert case["cut"] in first.text


@pytest.mark.parametrize("case", cases(case for case in CASES if "known" not in case))
@pytest.mark.parametrize("proved", ["mark", "leave"])
def test_nor_is_it_marked_or_said_to_be_proved(case, proved):
    pages = list(clean(dump_of(case, markup=False), Config(chrome=ALONE, repair=Repair(proved=proved))))
    assert written(pages) == []
    assert case["cut"] in pages[0].text
    assert {cut.outcome for page in pages for cut in page.cuts} <= {"kept"}


@KINDS
@pytest.mark.parametrize("case", [pytest.param(one, id=one["name"]) for one in CASES if "but" in one])
def test_but_for_one_difference_it_would_be_proved(case, markup):
    first, *_ = clean(dump_of(case, markup, case["but"]), Config(chrome=ALONE))
    assert [cut.outcome for cut in first.cuts] == ["completed"]
    (edit,) = written([first])
    assert edit.rule == "ellipsis"


DIFFER = ("can and can't", "below zero", "across a full stop")


@pytest.mark.xfail(
    raises=AssertionError,
    strict=True,
    reason="a repeat is known by its words alone, whatever the marks between them say",
)
@KINDS
@pytest.mark.parametrize("case", cases(case for case in CASES if case["name"] in DIFFER))
def test_nor_is_it_dropped_as_what_the_text_repeats(case, markup):
    first, *_ = clean(dump_of(case, markup), Config(chrome=ALONE, repair=Repair(repeats="drop")))
    assert case["cut"] in first.text


@KINDS
def test_a_document_that_is_read_whole_is_not_proved_by_what_it_has_twice(markup):
    # The other half of an interrupted paragraph is there: written once more, it would stand there twice.
    (case,) = (case for case in CASES if case["name"].startswith("an interrupted paragraph whose other half"))
    page = scrub(*dump_of(case, markup), config=Config(chrome=ALONE))
    assert page.text.count("whole council that nobody in the village") == 2


# what it costs


@pytest.mark.parametrize("unit", [".", "…", "!", "?!", "...x", ". ", ".\u00a0", "a. "])
def test_sentence_ends_of_a_run_of_dots(unit):
    run = unit * (32_768 // len(unit))
    text = f"The ferry sailed at noon {run}and came back. It rained.{run}"
    assert stops(text, 0, len(text))


def near_copies(count, cut):
    """Paragraphs that differ in one word, every second one broken off inside its last word."""
    rng = random.Random("near copies")
    words = [rng.choice((*NOUNS, *QUALITIES, *VERBS)) for _ in range(40)]
    for number in range(count):
        copy = list(words)
        copy[rng.randrange(30)] = rng.choice(NOUNS)
        end = cut if number % 2 else "government, and all went home."
        yield f"The {' '.join(copy)} of the {end}"


@pytest.mark.parametrize("cut", ["governm...", "governm", "governm… read more"])
def test_near_copies_that_might_be_paraphrases(cut):
    text = "\n\n".join(near_copies(200, cut)) + "\n"
    assert scrub(RawDocument.from_text(text, id="page"), config=Config(chrome=ALONE)).text


TAIL = "agrees to the terms and conditions of the Harbour Trust reading room and the ..."


def pages_with_one_tail(count):
    rng = random.Random("one tail")
    for number in range(count):
        who = f"{rng.choice(QUALITIES)} {rng.choice(NOUNS)} {number}"
        yield RawDocument.from_text(
            f"{paragraph(rng)}\n\nThe {who} writes here and by writing {TAIL}\n\n{sentence(rng)}\n",
            id=f"{number:04}",
        )


def test_thousands_of_pages_that_end_alike():
    evidence = collect(pages_with_one_tail(2000), Config(chrome=ALONE))
    found = []
    found.append(find_lenders(evidence))
    assert all(len(lenders) <= LENDERS + 1 for lenders in found[0].values())


def test_hundreds_of_pages_that_end_alike_are_cleaned():
    dump = list(pages_with_one_tail(200))
    pages = []
    pages.extend(clean(dump, Config(chrome=ALONE)))
    assert written(pages) == []
