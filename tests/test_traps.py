"""A test for every trap of the design, on invented text."""

import random
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from invented import Page, chrome, documents, pages, paragraph, placed, title

from scrubber.config import Chrome, Config
from scrubber.documents import RawDocument
from scrubber.edits import revert
from scrubber.evidence import collect
from scrubber.pipeline import clean, scrub
from scrubber.sites import find_sites
from scrubber.templates import resolve

CASES = Path(__file__).parent / "cases" / "traps"
SCRIPTS = tomllib.loads((CASES / "scripts.toml").read_text("utf-8"))["site"]
CONTENT = tomllib.loads((CASES / "content.toml").read_text("utf-8"))["case"]


KEEP = Config(chrome=Chrome(threshold=1.0, extractor=False))
FORMS = pytest.mark.parametrize("markup", [pytest.param(False, id="text"), pytest.param(True, id="html")])


def cleaned(made, name="acorn", place="host", extra=(), *, markup=False):
    """Clean texts of the pages, in order; every undo is checked."""
    dump = [placed(page, name, number, place=place, markup=markup) for number, page in enumerate(made)]
    out = list(clean([*dump, *extra]))
    for document in out:
        assert revert(document.text, document.ledger) == document.raw.text
    return [document.text for document in out[: len(made)]]


def missing(lines, text):
    left = set(text.split("\n"))
    return [line for line in lines if line not in left]


def surviving(lines, text):
    left = set(text.split("\n"))
    return [line for line in lines if line in left]


def quoted(page, lines):
    middle = len(page.body) // 2
    return replace(page, body=(*page.body[:middle], *lines, *page.body[middle:]))


@FORMS
@pytest.mark.parametrize("place", ["host", "flat"])
@pytest.mark.parametrize("count", [2, 3, 5, 12])
def test_trap_1_two_articles_quote_the_same_two_paragraphs(count, place, markup):
    chance = random.Random(1)
    quotation = [f"“{paragraph(chance)}”", f"“{paragraph(chance)}”"]
    made = pages("acorn", count)
    made[:2] = [quoted(made[0], quotation), quoted(made[1], quotation)]
    texts = cleaned(made, place=place, markup=markup)
    assert [missing(page.body, text) for page, text in zip(made, texts, strict=True)] == [[]] * count


@FORMS
@pytest.mark.parametrize("paragraphs", [2, 3, 5, 9])
@pytest.mark.parametrize("count", [1, 2, 4, 12])
def test_trap_2_the_same_article_scraped_twice(count, paragraphs, markup):
    made = pages("acorn", count, paragraphs=paragraphs)
    again = replace(made[0], foot=tuple(line.replace("Events in", "What is on in") for line in made[0].foot))
    texts = cleaned([*made, again], markup=markup)
    both = zip([*made, again], texts, strict=True)
    assert [missing(page.body, text) for page, text in both] == [[]] * (count + 1)


@FORMS
@pytest.mark.parametrize("count", [2, 4, 12])
def test_trap_2_the_same_article_printed(count, markup):
    made = pages("acorn", count)
    printed = Page((), made[0].title, made[0].body, ("Printed from the Acorn Gazette",))
    texts = cleaned([*made, printed], markup=markup)
    assert missing(made[0].body, texts[0]) == []
    assert missing(made[0].body, texts[-1]) == []


@FORMS
@pytest.mark.parametrize("count", [2, 4, 12])
def test_trap_2_the_same_article_paginated_and_whole(count, markup):
    made = pages("acorn", count, paragraphs=8)
    whole = made[0]
    parts = [replace(whole, body=whole.body[:4]), replace(whole, body=whole.body[4:])]
    texts = cleaned([*made, *parts], markup=markup)
    assert missing(whole.body, texts[0]) == []
    assert missing(whole.body[:4], texts[-2]) == []
    assert missing(whole.body[4:], texts[-1]) == []


@FORMS
@pytest.mark.parametrize("place", ["host", "folder", "flat"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_trap_3_a_site_of_few_pages(count, place, markup):
    made = pages("acorn", count)
    texts = cleaned(made, place=place, extra=documents("birch", 4, place=place), markup=markup)
    head, foot = chrome("acorn")
    for page, text in zip(made, texts, strict=True):
        assert missing((page.title, *page.body), text) == []
        if count > 1:
            # One other page is little evidence: a doubtful line may stay, the chrome may not.
            assert len(surviving((*head, *foot), text)) <= (1 if count == 2 else 0)


def test_trap_4_the_seeds_are_two_sites(shared):
    dump = [RawDocument.from_path(path) for path in sorted((shared / "seeds").glob("*.txt"))]
    clusters = find_sites(collect(dump))
    assert sorted(sorted(d.id[:3] for d in c.documents) for c in clusters) == [
        ["000", "001", "004"],
        ["002", "003"],
    ]
    index = resolve(collect(dump))
    assert sorted(scrub(d, index).site.documents for d in dump) == [1, 1, 2, 2, 2]


@FORMS
def test_trap_4_five_documents_of_two_sites_in_one_folder(markup):
    """No address, no folder of their own, ids that say nothing."""
    two, three = pages("acorn", 2), pages("birch", 3)
    dump = [
        placed(page, name, number, place="flat", markup=markup)
        for name, made in (("acorn", two), ("birch", three))
        for number, page in enumerate(made)
    ]
    random.Random(4).shuffle(dump)
    names = {placed(page, "acorn", n, place="flat", markup=markup).id: "acorn" for n, page in enumerate(two)}
    clusters = find_sites(collect(dump))
    found = sorted(sorted(names.get(d.id, "birch") for d in c.documents) for c in clusters)
    assert found == [["acorn"] * 2, ["birch"] * 3]
    out = {page.id: page for page in clean(dump)}
    for name, made in (("acorn", two), ("birch", three)):
        for number, page in enumerate(made):
            document = out[placed(page, name, number, place="flat", markup=markup).id]
            assert document.site.documents == len(made) - 1
            assert missing(page.body, document.text) == []


@pytest.mark.parametrize("count", [5, 14])
def test_trap_5_short_lines_are_chrome_in_a_run_and_content_in_a_list(count):
    words = ("• Home", "• News", "• Comment", "• Letters", "• Sport")
    made = [replace(page, head=(*page.head, *words)) for page in pages("acorn", count)]
    intro = (
        "We asked four hundred readers for the part of the paper they turn to first, and these they named:"
    )
    outro = "Nobody had expected that answer, least of all the editor, who had wanted to drop half of them."
    body = made[0].body
    made[0] = replace(made[0], body=(*body[:3], intro, "• Letters", "• News", "• Comment", outro, *body[3:]))
    text = cleaned(made)[0].split("\n")
    assert [text.count(line) for line in words] == [0, 1, 1, 1, 0]


@FORMS
def test_trap_6_the_same_template_and_never_the_same_text(markup):
    chance = random.Random(6)
    made = []
    for page in pages("acorn", 8):
        day, month = chance.randrange(1, 29), chance.choice(("March", "July", "October"))
        changing = (
            f"{month} {chance.randrange(2003, 2024)}",
            "Mo Tu We Th Fr Sa Su",
            *(" ".join(str(chance.randrange(1, 32)) for _ in range(7)) for _ in range(4)),
            f"{chance.randrange(2, 23)} hours ago",
            f"{chance.randrange(2, 5000)} people like this",
            f"posted by {''.join(chance.sample('abcdeilnorst', 7))}_{chance.randrange(99)}",
            f"Updated {day} {month} at {chance.randrange(10, 24)}:{chance.randrange(10, 60)}",
        )
        made.append(replace(page, foot=(*page.foot[:6], *changing, *page.foot[6:])))
    for page, text in zip(made, cleaned(made, markup=markup), strict=True):
        assert missing(page.body, text) == []
        assert surviving(page.foot, text) == []


@FORMS
def test_trap_6_teasers_that_differ_go_with_the_region_around_them(markup):
    chance = random.Random(66)
    made = []
    for page in pages("acorn", 8):
        teasers = tuple(f"{title(chance)} ... more >" for _ in range(3))
        made.append(replace(page, foot=(*page.foot[:2], *teasers, *page.foot[2:])))
    for page, text in zip(made, cleaned(made, markup=markup), strict=True):
        assert missing(page.body, text) == []
        assert [line for line in page.foot if line in text] == []


@pytest.mark.parametrize("name", ["alone", "with others"])
def test_trap_7_a_page_with_little_of_its_own_keeps_it(name):
    made = pages("acorn", 1 if name == "alone" else 6)
    made[0] = replace(
        made[0], body=("The office stays closed on Thursday because the whole staff goes to sea.",)
    )
    text = cleaned(made)[0]
    assert missing(made[0].body, text) == []


@pytest.mark.parametrize("count", [2, 6])
def test_trap_7_a_page_of_html_that_is_nothing_but_chrome_is_flagged(count):
    made = pages("acorn", count)
    bare = RawDocument.from_html(
        replace(made[0], title="", body=()).markup, id="bare", url="https://www.acorn.example/x"
    )
    others = [placed(page, "acorn", number, markup=True) for number, page in enumerate(made)]
    (page,) = (document for document in clean([*others, bare]) if document.id == "bare")
    assert not page.text.strip()
    assert [flag.rule for flag in page.flags] == ["nothing-but-chrome"]


def test_trap_7_no_page_becomes_empty_without_a_word():
    line = "Log in"
    for text in (line, f"{line}\n{line}", "404", "Page not found\n\nHome\n\nContact us"):
        page = scrub(RawDocument.from_text(text, id="x"))
        assert page.text.strip() or page.flags


@pytest.mark.parametrize("unit", ["A word or two of it ", "字", "x", "ÃƒÂ© "])
def test_trap_8_one_huge_line(unit):
    text = unit * (3_000_000 // len(unit))
    page = scrub(RawDocument.from_text(text, id="huge"))
    assert revert(page.text, page.ledger) == text


def test_trap_8_a_huge_line_among_pages():
    made = pages("acorn", 3)
    made[0] = replace(made[0], body=(*made[0].body, " ".join(made[0].body) * 600))
    assert missing(made[0].body, cleaned(made)[0]) == []


def test_trap_8_one_document_repeats_a_block_ten_thousand_times():
    made = pages("acorn", 4)
    row = "The register of the old ferry company holds nothing on this passenger."
    dump = [placed(page, "acorn", number) for number, page in enumerate(made)]
    text = "\n".join([*made[0].lines, *[row] * 10_000])
    dump.append(RawDocument.from_text(text, id="register", url="https://acorn.example/register"))
    out = {document.id: document for document in clean(dump)}
    assert revert(out["register"].text, out["register"].ledger) == text
    assert [missing(page.body, out[d.id].text) for page, d in zip(made[1:], dump[1:], strict=False)] == [
        []
    ] * 3


def test_trap_8_repeating_a_block_lends_it_no_support():
    row = "Please mind the gap between what is said here and what is meant."
    made = pages("acorn", 5)
    once = [replace(made[0], foot=(*made[0].foot, row)), *made[1:]]
    often = [replace(made[0], foot=(*made[0].foot, *[row] * 500)), *made[1:]]
    probe = replace(pages("acorn", 6)[5], body=(*made[1].body, row))
    judged = placed(probe, "acorn", 77)
    texts = [
        scrub(judged, resolve(collect(placed(p, "acorn", n) for n, p in enumerate(crowd)))).text
        for crowd in (once, often)
    ]
    assert texts[0] == texts[1]


@FORMS
@pytest.mark.parametrize("count", [1, 3, 9, 12])
def test_trap_9_near_identical_arrivals_do_not_vouch_for_each_other(count, markup):
    chance = random.Random(9)
    made = pages("acorn", count)
    fresh = pages("acorn", 1, seed=77)[0]
    arrivals = [
        replace(fresh, title=title(chance), body=(*fresh.body, paragraph(chance, 1))) for _ in range(4)
    ]
    texts = cleaned([*made, *arrivals], markup=markup)
    for page, text in zip(arrivals, texts[count:], strict=True):
        assert missing(page.body, text) == []


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1251", "shift_jis", "utf-16", "nonsense"])
def test_trap_10_valid_utf8_wins_over_what_is_declared(declared):
    words = "Die Fähre legte um fünf Uhr früh an, und «niemand» hörte die Glocke – nicht einmal der Wärter."
    page = f'<html><head><meta charset="{declared}"></head><body><p>{words}</p></body></html>'
    document = RawDocument.from_html(page.encode(), id="x.html")
    assert words in document.text
    assert words in scrub(document).text


@pytest.mark.parametrize("site", [pytest.param(s, id=s["name"]) for s in SCRIPTS])
def test_trap_11_scripts(site):
    made = [Page(tuple(site["head"]), own[0], tuple(own[1:]), tuple(site["foot"])) for own in site["pages"]]
    texts = cleaned(made, place="host")
    for page, text in zip(made, texts, strict=True):
        assert missing(page.body, text) == []
        assert surviving((*page.head, *page.foot), text) == []


@pytest.mark.parametrize("count", [1, 3, 12])
@pytest.mark.parametrize("case", [pytest.param(c, id=c["name"]) for c in CONTENT])
def test_trap_12_content_that_looks_like_something_else(case, count):
    made = pages("acorn", count)
    lines = case["text"].strip("\n")
    body = (made[0].body[0], lines, *made[0].body[1:])
    made[0] = replace(made[0], body=body)
    text = cleaned(made)[0]
    assert missing([line for line in lines.split("\n") if line], text) == []
    assert missing([part for part in body if "\n" not in part], text) == []


MARKED_UP = {
    "code": "<pre>def toll(ship):\n    if ship.cargo == 'pears':\n        return 0\n\n    return 3</pre>",
    "verse": "<p>The ferryman has lost his bell,<br>he rings a spoon instead,<br>and those who wait"
    " cannot well tell<br>the living from the dead.</p>",
    "table": "<table><tr><th>Quay</th><th>Spring</th></tr><tr><td>North</td><td>120</td></tr>"
    "<tr><td>Old Customs</td><td>4</td></tr></table>",
    "recipe": "<h2>Ingredients</h2><ul><li>300 g white beans</li><li>2 carrots</li><li>Salt</li></ul>",
    "terms": "<dl><dt>Ship</dt><dd>What floats and pays the toll.</dd><dt>Toll</dt><dd>What a ship pays.</dd></dl>",
    "transcript": "<p>WARDEN: Who took it?</p><p>BOY: Nobody.</p><p>WARDEN: Then where is it?</p>",
}


@pytest.mark.parametrize("count", [1, 3, 12])
@pytest.mark.parametrize("name", MARKED_UP)
def test_trap_12_in_html(name, count):
    made = pages("acorn", count)
    first, second = (f"<p>{made[0].body[place]}</p>" for place in (1, 2))
    page = made[0].markup.replace(f"{first}{second}", f"{first}{MARKED_UP[name]}{second}")
    assert MARKED_UP[name] in page
    dump = [RawDocument.from_html(page, id="page.html", url="https://www.acorn.example/page")]
    dump += [placed(other, "acorn", number, markup=True) for number, other in enumerate(made[1:])]
    out = next(iter(clean(dump)))
    assert missing(made[0].body, out.text) == []
    shown = scrub(RawDocument.from_html(MARKED_UP[name], id="x"), config=KEEP).text
    assert shown.count("\n") >= 2
    assert missing([line for line in shown.split("\n") if line], out.text) == []
    assert revert(out.text, out.ledger) == out.raw.text
