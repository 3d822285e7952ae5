"""Where links of HTML lead, and what for."""

import pytest
from lxml import html

from scrubber.config import Config
from scrubber.documents import RawDocument
from scrubber.preparing import prepare
from scrubber.segmenting import linearise
from scrubber.segmenting.targets import PURPOSES, purpose_of

URL = "https://www.ardley.example/guide/bells"
HERE, NEAR, FAR = (1, 0, 0), (0, 1, 0), (0, 0, 1)


def links(markup, url=URL):
    blocks = linearise(html.document_fromstring(markup), url)[1]
    return [(b.markup.here, b.markup.near, b.markup.far) for b in blocks]


@pytest.mark.parametrize(
    ("target", "way"),
    [
        ("#top", HERE),
        ("", HERE),
        ("javascript:void(0)", HERE),
        ("/guide/bells#weight", HERE),
        ("/guide/bells/", HERE),
        ("http://ardley.example/guide/bells", HERE),
        ("//www.ardley.example/guide/bells#a", HERE),
        ("/guide", NEAR),
        ("../boats", NEAR),
        ("?page=2", NEAR),
        (" https://ARDLEY.example ", NEAR),
        ("https://news.ardley.example/", FAR),
        ("//gulls.example/", FAR),
        ("mailto:ann@ardley.example", FAR),
    ],
)
def test_where_a_link_leads(target, way):
    assert links(f"<p>a <a href='{target}'>b</a>") == [way]


def test_without_an_address_only_what_is_relative_is_near():
    assert links("<p><a href=/a>a</a></p><p><a href=https://ardley.example/>b</a>", None) == [NEAR, FAR]


@pytest.mark.parametrize(
    ("markup", "ways"),
    [
        ("<p>none</p>", [(0, 0, 0)]),
        ("<p><a name=x>none</a></p>", [(0, 0, 0)]),
        ("<p><a href=/a>a <b>b</b> c</a> <a href=/a>d</a> <a href=//x>e</a>", [(0, 2, 1)]),
        ("<div><a href=/a><h2>Head</h2><p>Text</p></a></div>", [NEAR, NEAR]),
        ("<p><a href=/a><img src=x></a> picture", [(0, 0, 0)]),
        ("<p><a href=/a> </a>white", [(0, 0, 0)]),
        ("<table><tr><td><a href=/a>a</a><td>b</table>", [NEAR, (0, 0, 0)]),
    ],
)
def test_links_are_counted_where_their_text_stands(markup, ways):
    assert links(markup) == ways


@pytest.mark.parametrize(
    ("target", "relation", "purpose"),
    [
        ("/bread", "", "a page"),
        ("/tagus-river", "", "a page"),
        ("/shared-kitchens", "nofollow", "a page"),
        ("/authority/x", "", "a page"),
        ("/bread", "category TAG", "a tag or a topic"),
        ("/tag/bread", "", "a tag or a topic"),
        ("https://ardley.example/categories/", "", "a tag or a topic"),
        ("/people/ann", "author", "an author"),
        ("/author/ann", "", "an author"),
        ("https://shop.example/x?y", "nofollow sponsored", "what is paid for"),
        ("https://www.facebook.com/sharer/sharer.php?u=x", "", "a way to share it"),
        ("https://twitter.com/intent/tweet?text=x", "", "a way to share it"),
        ("https://www.linkedin.com/shareArticle?mini=true", "", "a way to share it"),
        ("https://api.whatsapp.com/send?text=x", "", "a way to share it"),
        ("whatsapp://send?text=x", "", "a way to share it"),
        ("mailto:?subject=Bread&body=x", "", "a way to share it"),
        ("mailto:ann@ardley.example", "", "an address to write or call"),
        ("TEL:+441", "", "an address to write or call"),
    ],
)
def test_what_a_link_is_for(target, relation, purpose):
    assert PURPOSES[purpose_of(target, relation)] == purpose
    (block,) = linearise(
        html.document_fromstring(f"<a href='/x'>a</a> <a href='{target}' rel='{relation}'>b</a>")
    )[1]
    assert PURPOSES[block.markup.purpose] == purpose


def test_what_is_known_of_links_outlives_normalising():
    page = RawDocument.from_html("<p><a href=#a>Cafe\u0301\u00a0\u200b</a>", id="x", url=URL)
    (block,) = prepare(page, Config()).blocks
    assert (block.markup.here, block.markup.purpose) == (1, 1)
