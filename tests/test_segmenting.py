"""Blocks of text files, and HTML made linear."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from scrubber.documents import Block, BlockKind
from scrubber.segmenting import LINEARISER_VERSION, linearise, segment_text
from scrubber.segmenting.places import DEEPEST_LABEL, DEEPEST_XPATH


def texts(text: str, blocks: tuple[Block, ...]) -> list[str]:
    return [text[b.start : b.end] for b in blocks]


def lines(text: str, media_type: str = "text/plain") -> list[tuple[str, str]]:
    return [(text[b.start : b.end], b.kind.value) for b in segment_text(text, media_type)]


def page(markup: str) -> tuple[str, tuple[Block, ...]]:
    return linearise(html.document_fromstring(markup))


# --- text files


def test_every_line_that_is_not_blank_is_a_block():
    assert lines("One\n\n  two \t\n\u00a0\n\u2028three\u0085") == [
        ("One", "line"),
        ("two", "line"),
        ("three", "line"),
    ]


@pytest.mark.parametrize("text", ["", "\n", " \n\t\n\u3000", "\u2028\u2029"])
def test_noop_text_without_blocks(text):
    assert segment_text(text) == ()


def test_only_a_line_feed_ends_a_line():
    assert [t for t, _ in lines("a\rb\u2028c\x0cd\ne")] == ["a\rb\u2028c\x0cd", "e"]


@pytest.mark.parametrize("line", ["• Home", "•Home", "- one", "* one", "· one", "1. one", "12) one"])
def test_a_bullet_belongs_to_its_item(line):
    assert lines(line) == [(line, "list_item")]


@pytest.mark.parametrize(
    "line", ["-5 degrees", "*stars*", "1.5 litres", "2024 was dry", "--", "# no markdown"]
)
def test_noop_not_a_list_item(line):
    assert lines(line) == [(line, "line")]


@given(st.text(alphabet=st.sampled_from("ab -•1.#`\n\r\t\u00a0\u2028\u3000"), max_size=60))
def test_law_blocks_hold_all_that_is_not_white(text):
    for media_type in ("text/plain", "text/markdown"):
        at = 0
        for block in segment_text(text, media_type):
            assert text[block.start : block.end].strip() == text[block.start : block.end] != ""
            assert not text[at : block.start].strip()
            at = block.end
        assert not text[at:].strip()


def test_one_huge_line_takes_linear_time():
    text = "  " + "x y" * 7_000_000 + "  "
    assert [(b.start, b.end) for b in segment_text(text)] == [(2, len(text) - 2)]


# --- HTML: text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One <b>bold</b>\n  word</p><p>Two</p>", "One bold word\n\nTwo"),
        ("<p>a<br>b<br/><br>c</p>", "a\nb\n\nc"),
        ("<p>a</p><hr><p>b</p>", "a\n\nb"),
        ("a<hr>b", "a\nb"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul><p>d", "a\nb\nc\n\nd"),
        ("<dl><dt>a<dd>b<dt>c<dd>d</dl>", "a\nb\nc\nd"),
        ("<table><tr><th>a<th>b<tr><td>c<td>d</table>", "a\tb\nc\td"),
        ("<table><tr><td><p>a</p><p>b</p><td>c</table>", "a\n\nb\n\nc"),
        ("<table><tr><td>a<td> <td>&nbsp;<td>b</table>", "a\tb"),
        ("<div>a<div>b</div>c</div>", "a\n\nb\n\nc"),
        ("<p>a&nbsp;&nbsp;b\u3000c</p>", "a\u00a0\u00a0b\u3000c"),
        ("<p>a<script>x()</script>b<style>c{}</style><!-- d -->e</p>", "abe"),
        ("<p>pick <select><option>x</select> now<iframe>y</iframe>!</p>", "pick now !"),
        ("<p>a<svg><title>t</title><text>b</text></svg>c</p>", "ac"),
        ("<p>a<noscript>b</noscript>c</p>", "a\n\nb\n\nc"),
        ("<p>a<noscript><img src=x></noscript>b</p>", "ab"),
        ("<p>a<noscript><style>p {}</style> <iframe src=x>y</iframe><!-- z --></noscript>b</p>", "ab"),
        ("<p>a<noscript>&lt;img src='x'&gt;&nbsp;</noscript>b</p>", "ab"),
        ("<head><noscript><style>p {}</style></noscript></head><p>a", "a"),
        ("<ul><li>a<li><noscript>b <b>c</b></noscript><li>d</ul>", "a\n\nb c\n\nd"),
        ("<p>a<template><b>b</b></template>c", "ac"),
        ("<div><template shadowrootmode=open><p>a</p></template></div><p>b", "a\n\nb"),
        ("<noscript><p>All there is</p></noscript><script>draw()</script>", "All there is"),
        ("<head><title>Not shown</title></head><body><p>a", "a"),
        ("<p>&#8203;</p><p> \u00ad </p><p>a", "a"),
        ("<p>a<a href=x> b </a> c</p>", "a b c"),
        ("<button>OK</button><button>No</button>", "OK\nNo"),
        ("<p><o:p>a</o:p> <unknown>b</unknown>", "a b"),
    ],
)
def test_linear_text(markup, text):
    assert page(markup)[0] == text


def test_preformatted_text_keeps_its_white_space():
    text, blocks = page("<p>a\n b</p><pre>\n\n    if x:\n        y\n\n  z <b>w</b>\n\n</pre><p>c")
    assert text == "a b\n\n    if x:\n        y\n\n  z w\n\nc"
    assert texts(text, blocks) == ["a b", "if x:\n        y\n\n  z w", "c"]
    assert blocks[1].kind is BlockKind.PREFORMATTED


def test_lines_of_code_in_elements_are_one_block():
    text, blocks = page("<pre><div>a</div><div>  b</div></pre><pre>c<br>d</pre>")
    assert texts(text, blocks) == ["a\n  b", "c\nd"]


def test_a_forgotten_end_of_pre_does_not_swallow_the_page():
    text, blocks = page("<pre>code<h2>Head  line</h2><p>a\n b</p>")
    assert texts(text, blocks) == ["code", "Head line", "a b"]
    assert [b.kind.value for b in blocks] == ["preformatted", "heading", "paragraph"]


def test_text_after_comments_and_instructions_is_kept():
    root = etree.fromstring("<html><body>a<!-- x -->b<?pi y?>c<p>d</p><!-- z -->e</body></html>")
    assert linearise(root)[0] == "abc\n\nd\n\ne"


@pytest.mark.parametrize(
    ("markup", "kind"),
    [
        ("<h3>x", "heading"),
        ("<h3><a href=y>x", "heading"),
        ("<li>x", "list_item"),
        ("<li><p>x", "paragraph"),
        ("<dl><dt>x", "list_item"),
        ("<table><caption>x</table>", "caption"),
        ("<figure><figcaption>x", "caption"),
        ("<table><tr><td>x", "cell"),
        ("<textarea>x", "preformatted"),
        ("<blockquote>x", "paragraph"),
        ("x", "paragraph"),
    ],
)
def test_kinds(markup, kind):
    assert [b.kind.value for b in page(markup)[1]] == [kind]


# --- HTML: where blocks stand


def test_labels_fold_digits_and_mark_what_is_hidden():
    markup = (
        "<div id='Post-123' class=x><ul class='menu  Nav a9 b'><li aria-hidden=true>one</li></ul>"
        "<p style='color:red; DISPLAY : none'>two</p><p hidden>three</p></div>"
    )
    assert [b.markup.path for b in page(markup)[1]] == [
        ("div#post-0", "ul.menu.nav.a0", "li:hidden"),
        ("div#post-0", "p:hidden"),
        ("div#post-0", "p:hidden"),
    ]


@pytest.mark.parametrize("level", range(1, 7))
@pytest.mark.parametrize(
    ("attributes", "name"),
    [("", ""), (" class=x", ".x"), (" class='post-12 t3'", ".post-0.t0"), (" id=Part-4", "#part-0")],
)
def test_the_level_of_a_heading_is_no_serial_number(level, attributes, name):
    (block,) = page(f"<div><h{level}{attributes}>One</h{level}></div>")[1]
    assert block.markup.path == ("div", f"h{level}{name}")
    (hidden,) = page(f"<h{level}{attributes} hidden>One")[1]
    assert hidden.markup.path == (f"h{level}{name}:hidden",)


def test_a_long_name_is_cut_behind_the_tag():
    (block,) = page(f"<section id='{'n' * 200}'>One")[1]
    label = block.markup.path[0]
    assert label.startswith("section#nnn")
    assert len(label) < 100


def test_a_path_goes_on_to_what_holds_the_whole_block():
    markup = "<p><a href=x><b>all of it</b></a></p><p><b>some</b> of it</p><p><i><b>a</b> <u>b</u></i> </p>"
    assert [b.markup.path for b in page(markup)[1]] == [("p", "a", "b"), ("p",), ("p", "i")]


def test_text_of_the_body_itself_has_no_labels():
    assert page("<html><body>x")[1][0].markup.path == ()


def test_linked_characters_are_counted_inside_the_block():
    markup = "<p> <a href=x> one </a> two</p><p>a <a name=y>b</a></p><p><a href=z><i>c</i> d </a></p>"
    assert [b.markup.linked for b in page(markup)[1]] == [4, 0, 3]


def test_xpaths_find_the_element_of_the_first_character():
    markup = """<html><head><title>t</title></head><body><div>a</div><section>b<p>c</p><p><i>d</i> e</p>
        <ul><li>f<li><b>g</b></ul></section><div><script>x</script><p>h<br>i</div><o:p>j</o:p><o:p>k</o:p>
        <table><tbody><tr><td>l<td>m</table><p>n</p>o</body></html>"""
    root = html.document_fromstring(markup)
    tree = root.getroottree()
    text, blocks = linearise(root)
    seen = 0
    for block in blocks:
        (element,) = root.xpath(block.markup.xpath)
        first = text[block.start]
        own = (element.text or "") + "".join(child.tail or "" for child in element)
        assert first in own
        if ":" not in element.tag:
            assert tree.getpath(element) == block.markup.xpath
            seen += 1
    assert seen > 10
    assert "".join(texts(text, blocks)).replace(" ", "") == "abcdefghijklmno"


def test_deep_paths_are_cut_and_still_find_an_ancestor():
    root = html.document_fromstring("<div>" * 220 + "deep")
    text, (block,) = linearise(root)
    assert text == "deep"
    assert block.markup.path == ("div",) * DEEPEST_LABEL
    assert block.markup.xpath.count("/") == DEEPEST_XPATH
    assert "deep" in root.xpath(block.markup.xpath)[0].text_content()


ELEMENTS = st.sampled_from(
    ["p", "div", "b", "a", "li", "ul", "td", "tr", "table", "pre", "h2", "br", "select"]
)
TREES = st.recursive(
    st.sampled_from(["x", " ", "a b", "\n", "\u00a0", "\u200b", ""]),
    lambda inner: st.builds(
        lambda tag, text, children, tail: (tag, text, children, tail),
        ELEMENTS,
        st.sampled_from(["", "x ", " y", "\n"]),
        st.lists(inner, max_size=4),
        st.sampled_from(["", " z", "\n"]),
    ),
    max_leaves=20,
)


def build(parent: etree._Element, node: object) -> None:
    if isinstance(node, str):
        etree.SubElement(parent, "i").text = node
        return
    tag, text, children, tail = node
    element = etree.SubElement(parent, tag)
    element.text, element.tail = text, tail
    for child in children:
        build(element, child)


@given(st.lists(TREES, max_size=5))
def test_law_blocks_of_any_tree(nodes):
    root = etree.Element("html")
    body = etree.SubElement(root, "body")
    for node in nodes:
        build(body, node)
    text, blocks = linearise(root)
    at = 0
    for block in blocks:
        inside = text[block.start : block.end]
        assert inside.strip() == inside != ""
        assert not text[at : block.start].strip()
        assert 0 <= block.markup.linked <= len(inside)
        (element,) = root.xpath(block.markup.xpath)
        assert root.getroottree().getpath(element) == block.markup.xpath
        at = block.end
    assert text[at:] == ""
    shown = "".join(root.xpath("//text()[not(ancestor::select)]"))
    for white in (" ", "\n", "\t", "\u00a0", "\u200b"):
        shown, text = shown.replace(white, ""), text.replace(white, "")
    assert text == shown


def test_100_000_elements_inside_each_other():
    program = """
import time
from lxml import etree
from scrubber.segmenting import linearise
root = element = etree.Element("html")
for i in range(100_000):
    element = etree.SubElement(element, "div" if i % 2 else "b")
    element.text = "x"
    element.tail = "y"
text, blocks = linearise(root)
assert (text.count("x"), text.count("y")) == (100_000, 100_000), len(text)
print("done")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout == "done\n", done.stderr[-500:]


def test_the_version_counts():
    assert LINEARISER_VERSION == "2"
