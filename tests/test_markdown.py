"""Markdown: blocks, links, what is compared, what is recognised, front matter, white space."""

from __future__ import annotations

import pickle
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber import Config, RawDocument, scrub
from scrubber.config import Chrome
from scrubber.documents import BlockKind, from_columns, to_columns
from scrubber.edits import Edit, apply_layer, settle
from scrubber.fingerprints import fold
from scrubber.front_matter import read_front_matter
from scrubber.normalising import Gap, markdown_whitespace_layer
from scrubber.reading import read_bytes, read_record
from scrubber.reading.containers.records import DECODED, Record
from scrubber.reading.markdown import is_markdown
from scrubber.segmenting import comparable, segment_text

CASES = Path(__file__).parent / "cases" / "markdown"
MARKDOWN = "text/markdown"


def cases(name):
    return tomllib.loads((CASES / name).read_text("utf-8"))["case"]


def blocks_of(text, url=None):
    return segment_text(text, MARKDOWN, url)


# --- blocks


@pytest.mark.parametrize("case", cases("blocks.toml"), ids=lambda case: case["name"])
def test_blocks(case):
    text = case["text"].lstrip("\n") if case["text"].startswith("\n") else case["text"]
    found = blocks_of(text, case.get("url"))
    told = [text[block.start : block.end] for block in found]
    assert [block.kind.value for block in found] == [want["kind"] for want in case["blocks"]], told
    for block, shown, want in zip(found, told, case["blocks"], strict=True):
        assert shown.startswith(want["begins"])
        assert shown.count("\n") + 1 == want.get("lines", 1), shown
        assert block.level == want.get("level", 0), shown
        links = block.links
        counts = [links.shown, links.linked, links.here, links.near, links.far] if links else []
        assert counts == want.get("links", []), shown


PIECES = st.sampled_from(
    ["a", "Rope. ", "\n", "\n\n", "  ", "    ", "\t", "- ", "1. ", "> ", "# ", "---\n", "===\n", "```\n", "~~~", "|", "|---|---|\n",
     "[", "]", "](x)", "](", ")", "![", "`", "\\", "<div>\n", "<!--", "-->", ":::note\n", ":::\n", "!!! note\n", "[^1]: ", "[a]: b\n",
     "\u00a0", "\u2028", "\u3000", "\x0c", "https://x.example/#a", "+++\n", "title: x\n", "\ufeff", "* * *\n", "$$", "> [!NOTE]\n"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=30).map("".join)


@given(TEXTS)
def test_law_blocks_hold_all_that_is_not_white_in_order(text):
    at = 0
    for block in blocks_of(text):
        assert at <= block.start < block.end
        assert text[block.start : block.end].strip() == text[block.start : block.end]
        assert not text[at : block.start].strip()
        assert 0 <= block.linked <= block.shown
        at = block.end
    assert not text[at:].strip()


@given(TEXTS)
def test_law_blocks_are_whole_lines(text):
    """No later step can cut in two what no block parts: between two blocks there is a line end."""
    found = blocks_of(text)
    for one, other in pairwise(found):
        assert "\n" in text[one.end : other.start]


LINKS = st.lists(
    st.sampled_from(["[", "](x)", "](x\n'y')", "a\n", "\\\\\n", "# b\n", "- c\n", "|d|\n", "|-|\n", "> e\n", "![f](g)", "===\n"]),
    min_size=2,
    max_size=12,
).map("".join)  # fmt: skip


@given(LINKS)
def test_law_no_link_of_a_paragraph_is_parted(text):
    """From the bracket that opens it to its target, unless a blank line ends the paragraph."""
    ends = [block.end for block in blocks_of(text)]
    stack = []
    for place, sign in enumerate(text):
        if sign == "[":
            stack.append(place)
        elif sign == "]" and stack:
            opened = stack.pop()
            stop = text.find(")", place)
            assert not any(opened < end < stop for end in ends if stop > 0)


@given(TEXTS)
def test_law_columns_and_pickles_give_the_blocks_again(text):
    found = blocks_of(text)
    assert from_columns(pickle.loads(pickle.dumps(to_columns(found)))) == found


def test_columns_hold_markup_and_links_side_by_side():
    page = RawDocument.from_html("<p>One <a href=x>two</a></p><h2>Three</h2>", id="p")
    mixed = (*page.blocks, *blocks_of("# A\n\n[b](#c) d"))
    assert from_columns(to_columns(mixed)) == mixed
    assert [block.linked for block in mixed] == [3, 0, 0, 1]


ADVERSARIES = {
    "quotes without end": ">" * 1_000_000,
    "quotes deeper and deeper": "\n".join(">" * depth + " a" for depth in range(1, 800)),
    "items within items": "- " * 30_000,
    "lists deeper and deeper": "".join("  " * depth + "- a\n" for depth in range(800)),
    "brackets": "[" * 100_000,
    "brackets that close": "[" * 50_000 + "](x)" * 50_000,
    "brackets a line": "[\n" * 30_000,
    "images in images": "![" * 50_000 + "](x)" * 50_000,
    "targets": "](" * 100_000,
    "titles": "](x (" * 50_000,
    "quoted titles": '](x "' * 50_000,
    "references": "[a]: b\n" * 20_000,
    "footnotes": "[^a]: b\n" * 20_000,
    "ticks": "`" * 100_000 + "[",
    "a fence without end": "```\n" + "a\n" * 50_000,
    "a table": "|a|b|\n|-|-|\n" + "|c|d|\n" * 20_000,
    "a wide table": "|a" * 50_000 + "\n" + "|-" * 50_000 + "\n",
    "dashes": "-|" * 100_000 + "x",
    "one long line": "word " * 2_000_000,
    "notes": "!!! note\n" * 20_000,
    "containers": ":::note\n" * 20_000,
    "containers that close": ":::note\n" * 10_000 + ":::\n" * 10_000,
    "comments": "<!--\n" * 20_000,
    "front matter of brackets": "---\na: " + "[" * 9_000 + "\n---\n",
    "front matter of lists": "---\n" + "- " * 8_000 + "\n---\n",
    "front matter without end": "---\n" + "a: b\n" * 50_000,
    "aliases": "---\na: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\ntitle: *c\n---\n",
    "underlines": "a\n===\n" * 10_000,
}


@pytest.mark.parametrize("name", ADVERSARIES)
def test_adversaries_are_read_whole(name):
    text = ADVERSARIES[name]
    found = blocks_of(text)
    held = sum(len(text[block.start : block.end].split()) for block in found)
    assert held == len(text.split())
    assert isinstance(is_markdown(text), bool)
    for block in found[:3]:
        fold(comparable(text[block.start : block.end], MARKDOWN))


def test_plain_text_imports_no_parser():
    code = (
        "import sys; from scrubber.reading import read_bytes; from scrubber.preparing import prepare; "
        "from scrubber.config import Config; "
        "prepare(read_bytes(b'Home\\n\\nIt rained.\\n', id='a.txt', suffix='.txt'), Config()); "
        "sys.exit(bool({'yaml', 'markdown_it'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- what is compared


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("[Skip](https://a.example/x#main)", "[Skip](https://a.example/y#main)"),
        ("* [Read more](/a)", "* [Read more](/b)"),
        ("## Why[¶](https://a.example/x#why 'Permanent link')", "## Why[¶](https://a.example/y#why 'Permanent link')"),
        ("[](https://a.example/x#a 'Direct link')", "[](https://a.example/y#b 'Direct link')"),
        ("[](https://a.example/x)", "[](https://a.example/y/#b)"),
        ("Link: https://a.example/x/", "Link: https://www.a.example/y"),
        ("[edit](/e/x.md)", "edit"),
    ],
)  # fmt: skip
def test_what_differs_by_the_page_alone_is_the_same(one, other):
    keys = [
        fold(comparable(text, MARKDOWN, url))
        for text, url in ((one, "https://a.example/x"), (other, "https://a.example/y"))
    ]
    assert keys[0] == keys[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("![Image](/a.png)", "![Image](/b.png)"),
        ("[](https://b.example/one)", "[](https://b.example/two)"),
        ("[One](/x)", "[Two](/x)"),
        ("```\n<a>[x](y)</a>\n```", "```\n<a>[x](z)</a>\n```"),
        ("See https://b.example/one", "See https://b.example/two"),
    ],
)
def test_noop_what_shows_something_else_differs(one, other):
    assert fold(comparable(one, MARKDOWN)) != fold(comparable(other, MARKDOWN))


@given(TEXTS)
def test_law_no_block_compares_as_nothing(text):
    for block in blocks_of(text):
        assert fold(comparable(text[block.start : block.end], MARKDOWN))


# --- what is plainly Markdown


@pytest.mark.parametrize("case", cases("recognised.toml"), ids=lambda case: case["name"])
def test_what_is_plainly_markdown(case):
    assert is_markdown(case["text"]) is case["markdown"]


@given(st.text(alphabet=st.sampled_from("ab .\n•-–1:|+=_>"), max_size=200))
def test_noop_text_without_the_signs_is_no_markdown(text):
    assert not is_markdown(text)


def test_a_text_file_that_is_markdown_is_read_as_markdown():
    text = "# Tides\n\n## Low\n\n**Six** hours, [then](https://quay.example/high) high.\n"
    document = read_bytes(text.encode(), id="tides.txt", suffix=".txt")
    assert document.source.media_type == MARKDOWN
    assert document.text == text


def test_a_row_of_a_container_is_read_as_markdown_with_its_address():
    row = Record(
        b"# [Tides](/t)\n\n[Home](/) [News](/n)\n", url="https://quay.example/tides", charset=DECODED
    )
    document = read_record(row, id="dump.jsonl!/000001")
    assert (document.source.media_type, document.source.url) == (MARKDOWN, "https://quay.example/tides")


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("Tides and moles\n===============", "Tides and moles"),
        ("# Tides [and](/a) **moles**[¶](#tides 'Permanent link') #", "Tides and moles"),
    ],
)
def test_the_title_is_what_a_heading_shows(heading, title):
    text = f"{heading}\n\nThe harbour is closed until the chain is mended.\n"
    clean = scrub(RawDocument.from_text(text, id="a", media_type=MARKDOWN))
    assert clean.metadata.title is not None
    assert clean.metadata.title.value == title


# --- front matter


@pytest.mark.parametrize("case", cases("front_matter.toml"), ids=lambda case: case["name"])
def test_front_matter(case):
    document = read_bytes(case["text"].lstrip("\n").encode(), id="a.md", suffix=".md")
    found = {
        name: (value.value, value.where)
        for name in ("title", "author", "date", "language", "site_name")
        if (value := getattr(document.metadata, name)) is not None
    }
    assert found == {name: (value, "front matter") for name, value in case.get("metadata", {}).items()}
    assert document.source.url == case.get("url")
    head = read_front_matter(document.text)
    assert (head is not None) is case.get("is_front_matter", True)


def test_the_address_of_a_row_goes_before_that_of_front_matter():
    text = b"---\nurl: https://one.example/a\n---\nHigh at noon.\n"
    document = read_bytes(text, id="a.md", suffix=".md", url="https://two.example/b")
    assert document.source.url == "https://two.example/b"


def test_without_metadata_the_host_is_known_all_the_same():
    text = b"---\nurl: https://one.example/a\ntitle: A\n---\nHigh at noon.\n"
    document = read_bytes(text, id="a.md", suffix=".md", metadata=False)
    assert (document.source.url, document.metadata.title) == ("https://one.example/a", None)


@given(st.text(alphabet=st.sampled_from("ab:-[]{}&*!|>'\"#%@`, \n\t\ud800"), max_size=80))
def test_law_front_matter_never_breaks(text):
    for fence in ("---", "+++"):
        read_front_matter(f"{fence}\n{text}\n{fence}\nHigh at noon.")


@pytest.mark.parametrize(("policy", "stays"), [("keep", True), ("drop", False)])
def test_front_matter_stays_as_it_is_or_goes(policy, stays):
    text = (
        '---\ntitle:   "Tides"  \ndate: 2021-05-06\n---\n\nThe harbour is closed until the chain is mended.\n'
    )
    document = RawDocument.from_text(text, id="a", media_type=MARKDOWN)
    clean = scrub(document, config=Config(chrome=Chrome(front_matter=policy)))
    assert clean.text == (text if stays else text.partition("\n\n")[2])
    assert clean.metadata.title is not None
    assert clean.metadata.title.where == "front matter"


# --- white space


SPACED = (
    "# Tides\n\n\n\nRope Street 4  \nSkarrow\n\n- a\n\n\n    - b  c\n\n"
    "| a   | b |\n|-----|---|\n| 1   | 2 |  \n\n```\nx  =  1   \n\n\n\ny\n```\n\nTwo.  Blanks.\n"
)


def test_nothing_removed_nothing_changed():
    document = RawDocument.from_text(SPACED, id="a", media_type=MARKDOWN)
    clean = scrub(document, config=Config(chrome=Chrome(threshold=1.0)))
    assert clean.text == SPACED


@given(TEXTS)
def test_law_markdown_is_tidied_once(text):
    keep = Config(chrome=Chrome(threshold=1.0))
    once = scrub(RawDocument.from_text(text, id="a", media_type=MARKDOWN), config=keep).text
    twice = scrub(RawDocument.from_text(once, id="a", media_type=MARKDOWN), config=keep).text
    assert twice == once


def _without(text, gone):
    """The text of a Markdown document from which the blocks that begin with `gone` were dropped."""
    kept, edits = [], []
    for block in blocks_of(text):
        if text[block.start : block.end].startswith(gone):
            edits.append(Edit(block.start, block.end, text[block.start : block.end], "", "boilerplate"))
        else:
            kept.append(block)
    layer = settle("boilerplate", edits)
    shift, gaps = 0, []
    for edit in edits:
        sides = [b for b in kept if b.end <= edit.start][-1:] + [b for b in kept if b.start >= edit.end][:1]
        in_list = len(sides) == 2 and {b.kind for b in sides} in ({BlockKind.ROW}, {BlockKind.LIST_ITEM})
        gaps.append(Gap(edit.start - shift, in_list))
        shift += edit.end - edit.start
    left = apply_layer(text, layer)
    return apply_layer(left, markdown_whitespace_layer(left, [], gaps))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("One.\n\nGONE\n\n\nTwo.\n", "One.\n\nTwo.\n"),
        ("One.\nGONE\nTwo.\n", "One.\n\nTwo.\n"),
        ("| a |b|\n|---|-|\n|1|2|\n", "| a |b|\n|---|-|\n|1|2|\n"),
        ("- a\n- b\n", "- a\n- b\n"),
        ("One.\n\n\n\nTwo.\n\nGONE\n", "One.\n\n\n\nTwo.\n"),
    ],
)
def test_blank_lines_close_where_something_went(text, left):
    assert _without(text, "GONE") == left


def test_a_table_and_a_list_stay_whole_where_a_row_or_an_item_went():
    assert _without("|a|b|\n|-|-|\n|1|2|\n|3|4|\n|5|6|\n", "|3") == "|a|b|\n|-|-|\n|1|2|\n|5|6|\n"
    assert _without("- a\n- GONE\n- b\n", "- GONE") == "- a\n- b\n"
