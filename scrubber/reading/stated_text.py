"""What an HTML page says that its text is, read from its markup alone: bodies in JSON-LD, descriptions in meta tags.

The markup is searched, not parsed: this is evidence, and a tree costs more than all of it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from scrubber.documents import StatedText
from scrubber.reading.jsonld import Node, is_of, nodes_of, own_article, string_of

_SCRIPT_HEAD: Final = 300
"""Characters of a ``<script>`` tag before its type, at most."""
_HEAD: Final = 200_000
"""Characters in which meta tags are looked for where no ``<body`` says where they end."""
_END = re.compile("</script", re.IGNORECASE)
_META = re.compile(r"""<meta\b((?:[^>"']|"[^"]{0,5000}"|'[^']{0,5000}'){0,200})>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_TITLE = re.compile(r"<title\b[^>]{0,300}>([^<]{1,1000})", re.IGNORECASE)
_DESCRIPTIONS: Final = frozenset(("description", "og:description", "twitter:description"))
_TITLES: Final = frozenset(("og:title", "twitter:title"))
_UNSHOWN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_SHORTCODE = re.compile(r"\[/[\w-]+\]|\[[\w-]+\s[^\[\]]*=[^\[\]]*\]")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")

_OWN_TEXTS: Final = (
    "articleBody",
    "reviewBody",
    "text",
    "recipeIngredient",
    "recipeInstructions",
    "step",
    "transcript",
)
"""Where a node has the text that is its page's, in the order in which pages show them."""
_PARTS: Final = ("liveBlogUpdate", "acceptedAnswer", "suggestedAnswer", "itemListElement")
"""Nodes inside it that have text of its page as well: entries of a live blog, answers, steps of a recipe."""
_POSTS: Final = "comment"
_SUMMARIES: Final = ("description", "abstract")
_TELLING: Final = ('Body"', '"text"', '"recipeI', '"transcript"', '"description"', '"abstract"')
"""One of these stands in every script that is of use."""
_THREAD = re.compile("DiscussionForumPosting$|Question$")
_QUESTION = re.compile("Question$")
_OFFER = re.compile("JobPosting$")
_OTHER_KINDS = re.compile(
    "(?:Recipe|HowTo|JobPosting|Question|Product|Book|Course|Event|VideoObject|Review)$"
)
_DEEPEST: Final = 6
_LONGEST: Final = 2_000_000


def read_stated_text(markup: str, url: str | None = None) -> StatedText:
    """The body and the descriptions that a page states of itself; empty where it is silent.

    `markup` is the page as it was decoded; `url`, where it is known, says which of several
    articles is the page. Tags and entities inside a body are decoded. Broken input gives less,
    never an error. Time is linear in the size of the markup.
    """
    tags = _meta_tags(markup)
    scripts = list(_scripts(markup))
    title = _TITLE.search(markup)
    hints = [url or "", *(tags[name] for name in sorted(_TITLES & tags.keys()))]
    hints += [html.unescape(title[1])] if title else []
    nodes = nodes_of(scripts) if any(word in script for script in scripts for word in _TELLING) else []
    own = list(_own_nodes(nodes, hints))
    said = [tags[name] for name in sorted(_DESCRIPTIONS & tags.keys())]
    said += [string_of(node.get(key)) for node in own for key in _SUMMARIES if not is_of(node, _OFFER)]
    faq = [node for node in own if is_of(node, _QUESTION)]
    if len(faq) > 1:  # seldom all of its page: what else stands there is not spoken against
        own = [node for node in own if node not in faq]
        said += [text for node in faq for text in _texts(node)]
    descriptions = [line for text in said if (line := plain(text).replace("\n", " "))]
    body = _body(own)
    if _letters(body) <= max(map(_letters, descriptions), default=0):
        body = ""  # what some sites call the body is what they write into the description
    return StatedText(body, "\n".join(dict.fromkeys(descriptions)))


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _scripts(markup: str) -> Iterator[str]:
    """The contents of the scripts that hold JSON-LD, in order."""
    at = markup.find("ld+json")
    while at >= 0:
        opening = markup.rfind("<", max(at - _SCRIPT_HEAD, 0), at)
        start = markup.find(">", at) + 1
        if opening >= 0 and start and markup[opening : opening + 7].lower() == "<script":
            end = _END.search(markup, start)
            if end is None:
                return
            yield markup[start : end.start()]
            at = end.end()
        at = markup.find("ld+json", at + 1)


def _meta_tags(markup: str) -> dict[str, str]:
    """Contents of the meta tags that are asked for, by name: the first that says something."""
    end = markup.find("<body")
    found: dict[str, str] = {}
    for tag in _META.finditer(markup, 0, end if end >= 0 else _HEAD):
        named = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(tag[1])}
        for attribute in ("property", "name", "itemprop"):
            name = named.get(attribute, "").lower()
            content = html.unescape(named.get("content", "")).strip()
            if content and (name in _DESCRIPTIONS or name in _TITLES):
                found.setdefault(name, content)
    return found


def _own_nodes(nodes: Sequence[Node], hints: Sequence[str]) -> Iterator[Node]:
    """The nodes that are the page: its article, twice where two scripts describe it; else what it is about."""
    article = own_article(nodes, hints)
    if article:
        headline = string_of(article.get("headline"))
        yield article
        if headline:
            yield from (n for n in nodes if n is not article and string_of(n.get("headline")) == headline)
        return
    about = [node for node in nodes if is_of(node, _OTHER_KINDS)]
    questions = [node for node in about if is_of(node, _QUESTION)]
    others = [node for node in about if not is_of(node, _QUESTION)]
    names = {string_of(node.get("name")) or string_of(node.get("title")) for node in others}
    yield from questions
    if len(names) == 1:
        yield from others  # several with names of their own are a list of offers


def _body(own: Iterable[Node]) -> str:
    """The text of the page's nodes: the longest, where several tell it."""
    bodies = ["\n".join(_texts(node))[:_LONGEST] for node in own]
    return plain(max(bodies, key=len, default=""))


def _texts(node: Node) -> Iterator[str]:
    """All texts of a node, in order, without recursion into more than its own parts."""
    waiting: list[tuple[Any, int]] = [(node, 0)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            waiting += [(item, depth) for item in reversed(value)]
        elif isinstance(value, dict) and depth < _DEEPEST:
            waiting += reversed([(value[key], depth + 1) for key in _keys(value, depth) if key in value])


def _keys(node: Node, depth: int) -> tuple[str, ...]:
    """Which fields of a node hold text of its page: a question is asked in its name as well."""
    keys: tuple[str, ...] = (*_OWN_TEXTS, *_PARTS)
    if is_of(node, _QUESTION) or depth:
        keys = ("name", "headline", *keys)
    if is_of(node, _THREAD):
        keys = (*keys, _POSTS)
    return (*keys, "description") if is_of(node, _OFFER) else keys


def plain(text: str) -> str:
    r"""A text that may be HTML, escaped once or twice, as plain text in lines: NFC, single-spaced.

    >>> plain("<p>Bread &amp; jam</p><p>Tea</p>"), plain("&lt;b&gt;Tea&lt;/b&gt; &amp;amp; more")
    ('Bread & jam\nTea', 'Tea & more')
    """
    for _ in range(2):
        if "<" in text:
            text = _TAG.sub(_gap_of, _UNSHOWN.sub(" ", text))
        if "&" not in text:
            break
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(_gap_of, text)
    if "[" in text:
        text = _SHORTCODE.sub(" ", text)
    return unicodedata.normalize("NFC", _LINES.sub("\n", _SPACES.sub(" ", text)).strip())


_INLINE = re.compile(r"</?(?:a|abbr|b|code|em|font|i|mark|q|s|small|span|strong|sub|sup|u)\b", re.IGNORECASE)


def _gap_of(tag: re.Match[str]) -> str:
    """What stands for a tag: a line ends at all but inline ones."""
    return "" if _INLINE.match(tag[0]) else "\n"
