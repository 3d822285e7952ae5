"""Weak labels: what is taken for content and chrome in a dump that nobody labelled."""

import random
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from invented import paragraph

pytest.importorskip("lightgbm")
pytest.importorskip("rapidfuzz")
pytest.importorskip("scipy")

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from training import weak
from training.lots import digest_of
from training.pages import UNKNOWN, fold_of

from scrubber.classifying.features.sets import HTML, TEXT
from scrubber.config import Config
from scrubber.documents import BlockKind, RawDocument
from scrubber.evidence import examine
from scrubber.reading.text import read_markdown

CONTENT, CHROME = 0, 1


def prose(seed):
    """One paragraph that is prose, and stands nowhere else."""
    return paragraph(random.Random(f"weak {seed}"), 2)


def weakly(documents, folder="acorn"):
    """By document, the label and the weight of each block's text; documents are texts in Markdown."""
    read = [
        read_markdown(text.encode(), id=f"{folder}/{number:03}.md") for number, text in enumerate(documents)
    ]
    labelled = weak._labelled([examine(one, Config()) for one in read], 3)
    assert [one.examined.document.id for one in labelled] == [one.id for one in read]
    found = []
    for one in labelled:
        prepared = one.examined.prepared
        assert one.fold == 3
        texts = [prepared.text[block.start : block.end] for block in prepared.blocks]
        found.append(
            dict(zip(texts, zip(one.labels.tolist(), one.weights.tolist(), strict=True), strict=True))
        )
    return found


def page_with(number, *, inside=(), outside=()):
    """A page of two paragraphs of its own: lines between them, and behind them."""
    return "\n\n".join((f"# Page {number}", prose((number, 1)), *inside, prose((number, 2)), *outside))


def spread(line, holders, size, *, place="outside"):
    """What a line is taken for that so many pages of a group hold: of the first page, which is one of them."""
    documents = [page_with(n, **{place: (line,) if n < holders else ()}) for n in range(size)]
    return weakly(documents)[0][line]


def test_prose_that_stands_in_one_document_is_content():
    (page, *_) = weakly([page_with(number) for number in range(6)])
    assert page[prose((0, 1))] == page[prose((0, 2))] == (CONTENT, 1.0)


def test_noop_prose_that_two_documents_hold_outside_of_their_own():
    assert spread(prose("notice"), 3, 6) == (UNKNOWN, 0.0)
    assert spread(prose("notice"), 2, 6, place="inside") == (CONTENT, 0.5)


@pytest.mark.parametrize(("size", "third"), [(6, 4), (12, 4), (30, 10)])
def test_a_link_that_a_third_of_a_group_holds_is_chrome(size, third):
    """And no fewer than four pages, or a link in three pages of five would be a menu."""
    link = "- [Tides and weather](/tides)"
    assert spread(link, third, size) == (CHROME, 1.0)
    assert spread(link, third - 1, size) == (UNKNOWN, 0.0)
    assert spread(link, third - 1, size, place="inside") == (UNKNOWN, 0.0)


@pytest.mark.parametrize(("size", "half"), [(6, 4), (12, 6), (30, 15)])
def test_a_line_that_half_of_a_group_holds_is_chrome(size, half):
    assert spread("Share this page", half, size) == (CHROME, 0.5)
    assert spread("Share this page", half - 1, size) == (UNKNOWN, 0.0)


def test_a_group_is_a_folder_or_a_host():
    link = "- [Tides and weather](/tides)"
    texts = [page_with(number, outside=(link,)) for number in range(6)]
    apart = [read_markdown(text.encode(), id=f"site{n}/page.md") for n, text in enumerate(texts)]
    hosted = [
        read_markdown(text.encode(), id=f"site{n}/page.md", url=f"https://acorn.example/{n}")
        for n, text in enumerate(texts)
    ]
    for read, wanted in ((apart, UNKNOWN), (hosted, CHROME)):
        labelled = weak._labelled([examine(one, Config()) for one in read], 0)
        assert [one.labels.tolist()[-1] for one in labelled] == [wanted] * 6


@pytest.mark.parametrize("place", ["inside", "outside"])
@pytest.mark.parametrize(
    "line", ["## Options", "## [Options](/options)", "> Ring the bell twice", "```\nring --twice\n```"]
)
def test_headings_quotations_and_code_are_never_chrome(line, place):
    """A handbook has the same sections on every page, whether or not they lead somewhere."""
    for holders in (4, 8, 12):
        documents = [page_with(n, **{place: (line,) if n < holders else ()}) for n in range(12)]
        for page in weakly(documents)[:holders]:
            assert CHROME not in {label for label, _ in page.values()}


def test_rows_are_never_chrome():
    table = "| Bell | Weight |\n|------|--------|\n| Ferry | 40 kg |"
    for page in weakly([page_with(n, inside=(table,)) for n in range(12)]):
        assert CHROME not in {label for label, _ in page.values()}


def test_a_heading_that_few_pages_hold_is_content_where_it_stands_between_prose():
    assert spread("## Options", 3, 12, place="inside") == (CONTENT, 0.3)
    assert spread("## Options", 4, 12, place="inside") == (UNKNOWN, 0.0)
    assert spread("## Options", 3, 12) == (UNKNOWN, 0.0)


def test_what_one_document_holds_is_content_between_prose_and_unknown_behind_it():
    assert spread("Rung at noon", 1, 6, place="inside") == (CONTENT, 0.5)
    assert spread("Rung at noon", 1, 6) == (UNKNOWN, 0.0)
    assert spread("- [The oar](/oar)", 1, 6, place="inside") == (UNKNOWN, 0.0)


def write_dump(folder):
    link = "- [Tides and weather](/tides)"
    for number in range(40):
        path = folder / "acorn" / f"{number:02}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        page = page_with(number, outside=(link, "" if number else "Seen once"))
        path.write_text(f"---\nurl: https://acorn.example/{number}\n---\n\n{page}", "utf-8")
    (folder / "acorn" / "menu.html").write_text("<ul><li>Home</ul><p>A page of another kind.", "utf-8")
    return folder


def test_a_dump_is_seen_together_and_among_few_and_what_nobody_knows_weighs_nothing(tmp_path):
    lot = weak.weak_lot(write_dump(tmp_path), "harbour", "dump")
    assert lot.name == "dump harbour"
    known = lot.weights > 0
    assert set(lot.labels[known].tolist()) == {CONTENT, CHROME}
    assert set(lot.folds.tolist()) == {fold_of("harbour")}
    assert lot.sites.tolist() == [digest_of("acorn.example")] * len(lot.folds)
    assert lot.bins.shape == (len(lot.labels), len(TEXT))
    others = lot.bins[:, TEXT.places["others"]]
    among = Counter(others[known].tolist())
    assert set(among) == {int(np.searchsorted(TEXT["others"].edges, n, "right")) for n in (39, 11, 5, 2)}
    labels = [label for page in weakly([path.read_text("utf-8") for path in sorted(tmp_path.rglob("*.md"))])
              for label, _ in page.values()]  # fmt: skip
    assert among[max(among)] == len(labels) - labels.count(UNKNOWN) < 40 * 5
    assert (others == max(among)).sum() == len(labels) > among[max(among)]
    again = weak.weak_lot(tmp_path, "harbour", "dump")
    assert np.array_equal(lot.bins, again.bins)
    assert np.array_equal(lot.weights, again.weights)


def test_pages_of_html_and_texts_are_of_lots_of_their_own(tmp_path):
    asked = []

    def extracted(document):
        asked.append(document.id)

    lot = weak.weak_lot(write_dump(tmp_path), "harbour", "dump", html=True, asked=extracted)
    assert set(asked) == {"acorn/menu.html"}
    assert lot.bins.shape == (2 * len(lot.folds), len(HTML))
    asked.clear()
    assert len(weak.weak_lot(tmp_path, "harbour", "dump", asked=extracted).folds) >= 40
    assert "acorn/menu.html" not in asked


def test_markdown_is_rewritten_as_an_extractor_leaves_it_that_keeps_no_signs():
    text = (
        "---\nurl: https://acorn.example/1\n---\n\n# The bell\n\nIt was **gone**, says [the warden](/w).\n\n"
        "| Bell | Weight |\n|------|--------|\n| Ferry | 40 kg |\n\n```sh\nring\n```\n"
    )
    plain = weak.plain(read_markdown(text.encode(), id="a.md", url="https://acorn.example/1"))
    assert plain.text.split() == [
        "The",
        "bell",
        "It",
        "was",
        "gone,",
        "says",
        "the",
        "warden.",
        "Bell",
        "Weight",
        "Ferry",
        "40",
        "kg",
        "ring",
    ]
    assert plain.text.index("\n\nIt was gone, says the warden.\n") > 0
    assert (plain.id, plain.source.url) == ("a.md", "https://acorn.example/1")
    assert {block.kind for block in examine(plain, Config()).prepared.blocks} == {BlockKind.LINE}


# --- weak labels that hang on company


def in_company(documents):
    """As `weakly`, with what the company of lines tells."""
    read = [
        RawDocument.from_text(text, id=f"acorn/{n:03}.txt", url=f"https://acorn.example/{n}")
        for n, text in enumerate(documents)
    ]
    labelled = weak._with_runs(weak._labelled([examine(one, Config()) for one in read], 3), Config())
    found = []
    for one in labelled:
        text, blocks = one.examined.prepared.text, one.examined.prepared.blocks
        rows = zip(blocks, one.labels.tolist(), one.weights.tolist(), strict=True)
        found.append({text[block.start : block.end]: (label, weight) for block, label, weight in rows})
    return found


SECTION = ("Boats of the harbour", "Ropes and sails", "Where to moor")


def plain_page(number, *, inside=(), outside=()):
    return "\n\n".join((prose((number, 1)), *inside, prose((number, 2)), *outside))


@pytest.mark.parametrize(("holders", "wanted"), [(1, UNKNOWN), (2, UNKNOWN), (3, CHROME), (4, CHROME)])
def test_a_menu_of_a_section_is_chrome_where_two_other_pages_hold_it(holders, wanted):
    pages = [plain_page(n, outside=SECTION if n < holders else ()) for n in range(24)]
    assert {in_company(pages)[0][line][0] for line in SECTION} == {wanted}


def test_a_heading_of_plain_text_is_content_in_its_ever_new_company():
    pages = [plain_page(n, inside=("Parameters",)) for n in range(24)]
    assert in_company(pages)[0]["Parameters"] == (CONTENT, weak.OF_STRANGE)


def test_an_address_alone_is_not_taken_for_content():
    pages = [plain_page(n, inside=(f"https://ardley.example/{'abcdefgh'[n] * 9}",)) for n in range(6)]
    assert in_company(pages)[0][f"https://ardley.example/{'a' * 9}"] == (UNKNOWN, 0.0)
