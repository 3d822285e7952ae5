"""What pages and texts say of themselves."""

import subprocess
import sys
import tomllib
import unicodedata
from pathlib import Path

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.bylines import closing_author, read_byline
from scrubber.dates import DateOrder, find_dates, order_of, parse_stamp
from scrubber.documents import Block, BlockKind, Found, Markup, Metadata
from scrubber.metadata import infer
from scrubber.reading.metadata import read_metadata
from scrubber.values import clean_author, clean_language, clean_value

CASES = Path(__file__).parent / "cases" / "metadata"
PROSE = (
    "The council said yesterday that the old pier will open again after three years, as soon as the last "
    "railing is painted, and that nobody will have to pay for it before the summer ends."
)


def cases(name, table):
    return tomllib.loads((CASES / name).read_text("utf-8"))[table]


def named(case):
    return case.get("name") or case.get("text") or case.get("value")


def blocks_of(text):
    blocks, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            start = at + len(line) - len(line.lstrip())
            blocks.append(Block(start, start + len(line.strip()), BlockKind.LINE))
        at += len(line) + 1
    return blocks


# Values


@pytest.mark.parametrize("case", cases("dates.toml", "line"), ids=named)
def test_dates_of_a_line(case):
    order = DateOrder(case["order"]) if "order" in case else None
    assert [d.iso for d in find_dates(case["text"], order)] == ([case["iso"]] if "iso" in case else [])


@pytest.mark.parametrize("case", cases("stamps.toml", "stamp"), ids=named)
def test_stamps(case):
    assert parse_stamp(case["value"]) == case.get("iso")


def test_dates_of_one_document_prove_the_order():
    assert order_of(["25/12/2017", "03/04/2017"]) is DateOrder.DAY_FIRST
    assert order_of(["12/25/2017"]) is DateOrder.MONTH_FIRST
    assert order_of(["25/12/2017", "12/25/2017"]) is None
    assert order_of(["03/04/2017", "99/99/2017"]) is None


@pytest.mark.parametrize("case", cases("bylines.toml", "line"), ids=named)
def test_bylines(case):
    assert read_byline(case["text"]) == case.get("names")


@pytest.mark.parametrize("case", cases("bylines.toml", "closing"), ids=named)
def test_closing_authors(case):
    assert closing_author(case["text"]) == case.get("names")


@pytest.mark.parametrize(
    ("given_value", "tag"),
    [
        ("en_GB", "en-GB"),
        ("EN-us", "en-US"),
        ("en-UK", "en-GB"),
        ("zh_hans_cn", "zh-Hans-CN"),
        ("de-DE, en", "de-DE"),
        ("English", "en"),
        ("iw", "he"),
        ("es-419", "es-419"),
        ("gr", None),
        ("x-default", None),
        ("", None),
    ],
)
def test_language_tags(given_value, tag):
    assert clean_language(given_value) == tag


@pytest.mark.parametrize(
    ("given_value", "name"),
    [
        ("By Ann Lee", "Ann Lee"),
        ("Ann Lee", "Ann Lee"),
        ("admin", None),
        ("https://social.example/annlee", None),
        ("ann@harbour.example", None),
        ("--", None),
        ("Byron Lee", "Byron Lee"),
    ],
)
def test_authors(given_value, name):
    assert clean_author(given_value) == name


def test_values_are_plain():
    assert clean_value(" A\u0301\u00ad b\x00c\n\td\ud800 &amp; e ") == "Á b c d & e"
    assert clean_value("\u200b \x07") is None
    assert len(clean_value("ab " * 1000)) <= 500


# Pages


def read(head="", body="", *, html="<html>", url=None, deep=False):
    page = f"<!doctype html>{html}<head>{head}</head><body>{body}</body></html>"
    return read_metadata(lxml.html.document_fromstring(page), url=url, deep=deep)


def ld(text):
    return f'<script type="application/ld+json">{text}</script>'


def test_json_ld_first():
    m = read(
        ld(
            '{"@context":"https://schema.org","@type":"NewsArticle","headline":"The pier opens",'
            '"author":[{"@type":"Person","name":"Ann Lee"},"Tom Berg"],"datePublished":"2017-05-05T08:00:00Z",'
            '"inLanguage":"en_GB","publisher":{"@type":"Organization","name":"Harbour Gazette"}}'
        )
        + '<meta property="og:title" content="Other"><title>Other - Harbour Gazette</title>'
    )
    assert m == Metadata(
        title=Found("The pier opens", "json-ld"),
        author=Found("Ann Lee; Tom Berg", "json-ld"),
        date=Found("2017-05-05T08:00:00+00:00", "json-ld"),
        language=Found("en-GB", "json-ld"),
        site_name=Found("Harbour Gazette", "json-ld"),
    )


def test_json_ld_graph_with_references():
    m = read(
        ld(
            '{"@graph":[{"@type":"WebSite","name":"Harbour Gazette"},'
            '{"@type":["Article","BlogPosting"],"headline":"The pier opens","author":{"@id":"#ann"}},'
            '{"@type":"WebPage","datePublished":"2017-05-05","inLanguage":"en"},'
            '{"@type":"Person","@id":"#ann","name":"Ann Lee"}]}'
        )
    )
    assert (m.author, m.date) == (Found("Ann Lee", "json-ld"), Found("2017-05-05", "json-ld"))
    assert m.site_name == Found("Harbour Gazette", "json-ld")


@pytest.mark.parametrize(
    "script",
    [
        '<!-- {"@type":"Article","headline":"The pier opens"} -->',
        '{"@type":"Article","headline":"The pier opens",}',
        '{"@type":"Article","headline":"The pier\nopens"}',
        '{"@type":"Article","headline":"The pier opens"};',
        '{"@type":"Person"}{"@type":"Article","headline":"The pier opens"}',
        '[[{"@type":"Article","headline":"The pier opens"}]]',
    ],
)
def test_broken_json_ld_is_mended(script):
    assert read(ld(script)).title == Found("The pier opens", "json-ld")


@pytest.mark.parametrize(
    "script",
    [
        "",
        "{",
        '{"@type":',
        "[" * 50_000,
        "null",
        '"x"',
        "17",
        '{"@type":{"a":1},"headline":[[]]}',
        '{"@graph":3}',
    ],
)
def test_hopeless_json_ld_is_passed_over(script):
    assert read(ld(script) + "<title>The pier opens</title>").title == Found("The pier opens", "title")


def test_of_several_articles_the_one_that_agrees_with_the_page():
    scripts = ld('{"@type":"Article","headline":"A teaser"}') + ld(
        '{"@type":"Article","headline":"The pier opens","author":"Ann Lee"}'
    )
    assert read(scripts, "<h1>The pier opens</h1>").author == Found("Ann Lee", "json-ld")
    assert read(scripts, "<h1>All news</h1>").author is None


def test_teasers_in_item_lists_are_not_the_page():
    m = read(ld('{"@type":"ItemList","itemListElement":[{"@type":"Article","headline":"A teaser"}]}'))
    assert m.title is None


def test_open_graph_then_meta_tags():
    m = read(
        '<meta property="og:title" content="The pier opens | Harbour Gazette">'
        '<meta property="og:site_name" content="Harbour Gazette"><meta property="og:locale" content="en_GB">'
        '<meta property="article:published_time" content="2017-05-05T08:00:00+0100">'
        '<meta property="article:author" content="https://social.example/annlee">'
        '<meta name="author" content="By Ann Lee"><title>x</title>'
    )
    assert m == Metadata(
        title=Found("The pier opens", "opengraph"),
        author=Found("Ann Lee", "meta author"),
        date=Found("2017-05-05T08:00:00+01:00", "opengraph"),
        language=Found("en-GB", "opengraph"),
        site_name=Found("Harbour Gazette", "opengraph"),
    )


def test_several_authors_in_repeated_tags():
    m = read(
        '<meta name="citation_author" content="Ann Lee"><meta name="citation_author" content="Tom Berg">'
    )
    assert m.author == Found("Ann Lee; Tom Berg", "meta citation_author")


def test_language_of_the_html_element_and_contradictions():
    assert read(html='<html lang="el">').language == Found("el", "html lang")
    assert read('<meta property="og:locale" content="en_US">', html='<html lang="el">').language is None
    same = read('<meta property="og:locale" content="en_GB">', html='<html lang="en">').language
    assert same == Found("en-GB", "opengraph")


@pytest.mark.parametrize(
    ("title", "body", "url", "bare"),
    [
        ("The pier opens again | Gazette", "", None, "The pier opens again"),
        ("Gazette | The pier opens again", "", None, "Gazette | The pier opens again"),
        ("The pier opens again today | News | Gazette", "", None, "The pier opens again today"),
        ("The pier opens again « Gazette", "", None, "The pier opens again"),
        ("The pier opens - Harbour Gazette", "<h1>The pier opens</h1>", None, "The pier opens"),
        ("The pier opens - Harbour Gazette", "", "https://www.harbourgazette.example/1", "The pier opens"),
        (
            "Harbour Gazette: The pier",
            "",
            "https://www.harbourgazette.example/1",
            "Harbour Gazette: The pier",
        ),
        (
            "Harbour Gazette | The pier",
            "<h1>Harbour Gazette</h1>",
            "https://harbourgazette.example/",
            "The pier",
        ),
        ("Tides - and how to read them", "", None, "Tides - and how to read them"),
        ("Ο «πύργος» άνοιξε", "", None, "Ο «πύργος» άνοιξε"),
        ("橋がふたたび開く_社会_港新聞", "", None, "橋がふたたび開く"),
        ("snake_case in Python", "", None, "snake_case in Python"),
    ],
)
def test_titles_without_the_name_of_the_site(title, body, url, bare):
    assert read(f"<title>{title}</title>", body, url=url).title == Found(bare, "title")


def test_time_elements_of_the_article_not_of_its_teasers():
    own = '<article><h1>The pier</h1><time datetime="2017-05-05">x</time></article>'
    teaser = '<article><h3>Other</h3><time datetime="2019-01-01">x</time></article>'
    assert read("", teaser + own).date == Found("2017-05-05", "time")
    assert read("", teaser + teaser).date is None


def test_a_dated_address():
    assert read(url="https://gazette.example/2017/05/05/pier.html").date == Found("2017-05-05", "url")
    assert read(url="https://gazette.example/2017/55/05/pier.html").date is None


def test_the_libraries_are_asked_where_the_page_is_silent():
    body = f'<h1>The pier opens</h1><p class="author">Ann Lee</p><span class="date">5 May 2017</span><p>{PROSE}</p>'
    page = lxml.html.document_fromstring(f"<html><head></head><body>{body}</body></html>")
    before = lxml.html.tostring(page)
    m = read_metadata(page)
    assert (m.title, m.author) == (Found("The pier opens", "trafilatura"), Found("Ann Lee", "trafilatura"))
    assert m.date == Found("2017-05-05", "htmldate")
    assert lxml.html.tostring(page) == before
    assert read_metadata(page, deep=False) == Metadata()


def test_a_page_nested_without_end():
    root = lxml.html.Element("html")
    element = root
    for _ in range(20_000):
        element = lxml.html.etree.SubElement(element, "div")
    lxml.html.etree.SubElement(element, "h1").text = "Deep"
    assert read_metadata(root) == Metadata()


SCRAPS = st.lists(
    st.sampled_from(
        ['{"@type":"Article"', '"headline":', '"author":', "[", "]", "{", "}", ",", ":", '"', "null", "17", '"@id":"#a"',
         '"@graph":', "Ann Lee", "2017-05-05", "05/05/17", "\\u0000", "\\ud800", "|", " - ", "»", "<", "&#0;", "é"]
    ),
    max_size=25,
).map("".join)  # fmt: skip
NAMES = st.sampled_from(
    ["og:title", "og:locale", "author", "date", "article:published_time", "og:site_name", "og:url"]
)


@given(
    script=SCRAPS,
    tags=st.lists(st.tuples(NAMES, SCRAPS | st.text(max_size=40)), max_size=4),
    title=st.text(max_size=60),
)
@settings(max_examples=150, deadline=None)
def test_never_raises_and_values_are_clean(script, tags, title):
    head = lxml.html.Element("head")
    for name, content in tags:
        lxml.html.etree.SubElement(head, "meta", name=name, content=encodable(content))
    lxml.html.etree.SubElement(head, "title").text = encodable(title)
    lxml.html.etree.SubElement(head, "script", type="application/ld+json").text = encodable(script)
    root = lxml.html.Element("html", lang=encodable(title))
    root.append(head)
    for found in values_of(read_metadata(root, url=title, deep=False)):
        assert found.value and found.value == unicodedata.normalize("NFC", found.value)
        assert found.value == " ".join(found.value.split())
        assert len(found.value) <= 500
        assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in found.value)


@given(st.text(alphabet=" <>/=\"'abh1ptimeldn{}[],:-|&;05\n", max_size=300))
@settings(max_examples=60, deadline=None)
def test_tag_soup_with_the_libraries(soup):
    read_metadata(lxml.html.document_fromstring("<html><body>" + soup))


def encodable(text):
    return "".join(c for c in text if c.isprintable() and not "\ud800" <= c <= "\udfff")


def values_of(metadata):
    return [
        v
        for v in (metadata.title, metadata.author, metadata.date, metadata.language, metadata.site_name)
        if v
    ]


# Texts


@pytest.mark.parametrize("case", cases("texts.toml", "text"), ids=named)
def test_inferred_from_the_text(case):
    text = "\n\n".join(case["lines"]).replace("{prose}", PROSE)
    if case["lines"][0] == "---":
        text = text.replace("\n\n", "\n")
    blocks = blocks_of(text)
    removed = [i + 1 in case.get("removed", ()) for i in range(len(blocks))]
    found = infer(text, blocks, removed, Metadata())
    for name in ("title", "author", "date"):
        value = getattr(found, name)
        assert (value and value.value) == case.get(name), name
        assert (value and value.where) == case.get(f"{name}_where", value and value.where), name
    if "language" in case:
        assert found.language.value == case["language"]
        assert found.language.where == case.get("language_where", found.language.where)


def test_what_the_page_declares_stays_and_guesses_give_way():
    text = f"The pier opens again\n\nBy Ann Lee\n\n5 May 2017\n\n{PROSE}"
    blocks = blocks_of(text)
    declared = Metadata(author=Found("Tom Berg", "json-ld"), date=Found("2016-01-01", "meta date"))
    kept = infer(text, blocks, [False] * 4, declared)
    assert (kept.author, kept.date) == (declared.author, declared.date)
    guessed = Metadata(author=Found("Tom Berg", "trafilatura"), date=Found("2016-01-01", "htmldate"))
    better = infer(text, blocks, [False] * 4, guessed)
    assert (better.author, better.date) == (Found("Ann Lee", "block 2"), Found("2017-05-05", "block 3"))
    assert infer(PROSE, blocks_of(PROSE), [False], guessed).date == guessed.date


def test_the_first_heading_of_a_page():
    text = f"Gazette\nThe pier\n{PROSE}"
    first, second, third = blocks_of(text)
    blocks = [
        Block(first.start, first.end, BlockKind.HEADING, Markup("/html/body/h2", ("h2",))),
        Block(second.start, second.end, BlockKind.HEADING, Markup("/html/body/h1", ("h1.big",))),
        third,
    ]
    assert infer(text, blocks, [False] * 3, Metadata()).title == Found("The pier", "block 2")
    assert infer(text, blocks, [False, True, False], Metadata()).title == Found("Gazette", "block 1")


def test_a_template_that_declares_english_over_greek():
    text = "Ο δήμος ανακοίνωσε χθες ότι η παλιά γέφυρα στο λιμάνι θα ανοίξει ξανά."
    declared = Metadata(language=Found("en-US", "meta content-language"))
    assert infer(text, blocks_of(text), [False], declared).language == Found("el", "text (script)")
    declared = Metadata(language=Found("el", "html lang"))
    assert infer(PROSE, blocks_of(PROSE), [False], declared).language == declared.language


@given(
    st.lists(st.text(max_size=80) | st.sampled_from(["05.05.17", "By Ann Lee", "# T", PROSE]), max_size=8),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_inference_never_raises(lines, gone):
    text = "\n".join(lines)
    blocks = blocks_of(text)
    found = infer(text, blocks, [gone] * len(blocks), Metadata())
    assert found == infer(text, blocks, [gone] * len(blocks), Metadata())


@pytest.mark.parametrize("line", ["By " + "Aa " * 49, "By " + "Aa, " * 36, "A" * 150, "1/1/" * 37, ". " * 75])
def test_no_line_is_slow(line):
    text = f"{line}\n{PROSE}\n" + "x. " * 400_000
    assert infer(text, blocks_of(text), [False] * 3, Metadata()) is not None


def test_a_text_document_needs_no_heavy_library():
    program = f"""
import sys
from scrubber.documents import Block, BlockKind, Metadata
from scrubber.metadata import infer
def run(text):
    return infer(text, [Block(0, len(text), BlockKind.LINE)], [False], Metadata()).language.value
assert run("Ο δήμος ανακοίνωσε χθες ότι η παλιά γέφυρα στο λιμάνι θα ανοίξει ξανά.") == "el"
assert not {{"py3langid", "numpy", "lxml"}} & set(sys.modules), "by script alone"
assert run({PROSE!r}) == "en"
assert not {{"trafilatura", "htmldate", "datasketch", "lxml"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parent.parent)


# --- the libraries are asked of less than the whole page

NAMED = st.sampled_from(
    [
        "byline",
        "author-name",
        "post-author vcard",
        "comments",
        "sidebar",
        "writer",
        "menu",
        "date",
        "text",
        "",
    ]
)


@st.composite
def pages_with_names(draw: st.DrawFn) -> str:
    """Nested elements whose classes, ids and properties may name an author, or something else."""

    def element(depth: int) -> str:
        tag = draw(st.sampled_from(["div", "span", "p", "a", "section", "figure", "time", "author", "o:p"]))
        attribute = draw(st.sampled_from(["class", "id", "rel", "itemprop", "data-component", "title"]))
        inside = "".join(element(depth + 1) for _ in range(draw(st.integers(0, 3 if depth < 3 else 0))))
        words = draw(st.sampled_from(["Ann Lee", "By Jo March", "News", ""]))
        return f'<{tag} {attribute}="{draw(NAMED)}">{words}{inside}</{tag}> tail'

    return f"<html><body>{element(0)}{element(0)}</body></html>"


@given(pages_with_names())
def test_an_author_is_found_in_the_named_elements_as_in_the_whole_page(page):
    from trafilatura.metadata import extract_author

    from scrubber.reading.guesses import _named_for_authors

    root = lxml.html.document_fromstring(page)
    before = lxml.html.tostring(root)
    named = _named_for_authors(root)
    found = extract_author(named) if named is not None else None
    assert (found or None) == (extract_author(root) or None)
    assert lxml.html.tostring(root) == before
