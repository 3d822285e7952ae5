"""A page as HTML: each site with elements, classes and statements about itself of its own."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape

from dumping.chrome import Line, Section
from dumping.pages import Page
from dumping.sites import Site

_ROLES = {
    "menu": "nav",
    "submenu": "nav",
    "footer": "footer",
    "legal": "footer",
    "share": "div",
    "body": "div",
}
_FIELDS = ("text", "email", "hidden", "checkbox", "submit")
_ASSETS = ("base", "layout", "widgets", "share", "comments", "statistics")
_HEADING_WORDS = 9
_ENDS = (".", "!", "?", ":", ";", "。", "!", "?", "…", '"', "”", "»", ")")


def to_html(page: Page, *, known: bool) -> str:
    """The page's HTML. Without `known` nothing in it tells where it was found."""
    article = {"breadcrumb", "headline", "byline", "share", "body", "inside", "tags", "comments"}
    parts = [
        "<!DOCTYPE html>\n",
        f'<html lang="{page.site.language}">\n',
        _head(page, known=known),
        "<body>\n",
    ]
    inside = False
    for section in page.sections:
        if (section.name in article) != inside:
            inside = not inside
            parts.append(_main_opens(page.site) if inside else _main_closes(page.site))
        parts.append(_section(page.site, section))
    if inside:
        parts.append(_main_closes(page.site))
    parts += ["</div></div></div>\n", _script(page.site), "</body>\n</html>\n"]
    return "".join(parts)


def _head(page: Page, *, known: bool) -> str:
    site, title = page.site, escape(page.headline)
    parts = [f'<head>\n<meta charset="utf-8">\n<title>{title} | {escape(site.title)}</title>\n']
    if known:
        parts.append(f'<link rel="canonical" href="{page.url}">\n')
    if "meta" in site.habits:
        parts.append(f'<meta name="author" content="{escape(page.author)}">\n')
        parts.append(f'<meta name="description" content="{escape(page.body[0][:150])}">\n')
    if "opengraph" in site.habits:
        parts.append(
            f'<meta property="og:title" content="{title}">\n<meta property="og:type" content="article">\n'
        )
        parts.append(f'<meta property="og:site_name" content="{escape(site.title)}">\n')
        parts.append(f'<meta property="article:published_time" content="{page.day.isoformat()}T08:00:00Z">\n')
    if "json-ld" in site.habits:
        facts = {
            "@context": "https://schema.org", "@type": "NewsArticle", "headline": page.headline,
            "datePublished": page.day.isoformat(), "author": {"@type": "Person", "name": page.author},
        }  # fmt: skip
        text = json.dumps(facts, ensure_ascii=False).replace("</", "<\\/")
        parts.append(f'<script type="application/ld+json">{text}</script>\n')
    parts += [_links(_prefix(site)), _style(site), "</head>\n"]
    return "".join(parts)


def _links(prefix: str) -> str:
    """Style sheets, icons and scripts that stand elsewhere."""
    sheets = [
        f'<link rel="stylesheet" type="text/css" media="all" href="/assets/{prefix}{name}.css?v=3">'
        for name in _ASSETS
    ]
    scripts = [
        f'<script type="text/javascript" src="/assets/{prefix}{name}.js?v=3" async></script>'
        for name in _ASSETS
    ]
    return "\n".join((*sheets, *scripts)) + "\n"


def _main_opens(site: Site) -> str:
    if "tables" in site.habits:
        return '<table class="layout"><tr><td class="main">\n'
    return "<main><article>\n" if "landmarks" in site.habits else f'<div class="{_prefix(site)}main">\n'


def _main_closes(site: Site) -> str:
    if "tables" in site.habits:
        return "</td></tr></table>\n"
    return "</article></main>\n" if "landmarks" in site.habits else "</div>\n"


def _section(site: Site, section: Section) -> str:
    prefix = _prefix(site)
    if section.kind == "heading":
        return f'<header class="{prefix}head"><h1 class="{prefix}title">{escape(section.lines[0].text)}</h1></header>\n'
    if section.kind == "body":
        inner = "".join(_body(section.lines))
        return f'<div class="{prefix}content-outer"><div class="{prefix}content">\n{inner}</div></div>\n'
    element = _ROLES.get(section.name, "aside") if "landmarks" in site.habits else "div"
    name = f"{prefix}{section.name}"
    if section.kind in ("links", "teasers"):
        inner = _listed(name, section)
    else:
        inner = "".join(f'<p class="{name}-line">{_inner(line)}</p>\n' for line in section.lines)
    if section.kind == "form":
        fields = "".join(f'<input type="{kind}" name="{kind}" class="{name}-field">\n' for kind in _FIELDS)
        inner = f'<form action="/{section.name}" method="post" class="{name}-form">\n{fields}{inner}</form>\n'
    return (
        f'<{element} class="{prefix}widget {name}" id="{section.name}">\n<div class="{prefix}inner">\n'
        f'<div class="{name}-box {prefix}clear">\n{inner}</div>\n</div>\n</{element}>\n'
    )


def _body(lines: Sequence[Line]) -> Iterable[str]:
    """Paragraphs; short lines without an end are headings, several of them a list."""
    place = 0
    while place < len(lines):
        end = place
        while end < len(lines) and _is_short(lines[end].text):
            end += 1
        if end - place > 1:
            yield (
                "<ul>\n" + "".join(f"<li>{escape(line.text)}</li>\n" for line in lines[place:end]) + "</ul>\n"
            )
            place = end
        elif end > place and end < len(lines):
            yield f"<h2>{escape(lines[place].text)}</h2>\n"
            place = end
        else:
            yield f"<p>{escape(lines[place].text)}</p>\n"
            place += 1


def _is_short(text: str) -> bool:
    return len(text) < 80 and len(text.split()) <= _HEADING_WORDS and not text.endswith(_ENDS)


def _listed(name: str, section: Section) -> str:
    """A heading where the first line leads nowhere, then a list; teasers have a picture."""
    lines = section.lines
    head = "" if lines[0].link else f'<h3 class="{name}-title"><span>{escape(lines[0].text)}</span></h3>\n'
    items = []
    for place, line in enumerate(lines[bool(head) :]):
        picture = ""
        if section.kind == "teasers" and line.link:
            picture = (
                f'<div class="{name}-thumb"><img src="/thumbs{line.link}.jpg" width="120" height="80" '
                f'loading="lazy" alt=""></div>'
            )
        items.append(
            f'<li class="{name}-item item-{place}">{picture}<div class="text">{_inner(line)}</div></li>\n'
        )
    return f'{head}<ul class="{name}-list">\n{"".join(items)}</ul>\n'


def _inner(line: Line) -> str:
    text = escape(line.text)
    if not line.link:
        return text
    return f'<a href="{line.link}?utm_source=page&amp;utm_medium=link" class="link" rel="nofollow"><span>{text}</span></a>'


def _prefix(site: Site) -> str:
    return f"{site.key.replace('-', '')}-"


def _style(site: Site) -> str:
    return _filler("style", _prefix(site), site.side, 40)


def _script(site: Site) -> str:
    return _filler("script", _prefix(site), site.side, 90)


@lru_cache(maxsize=256)
def _filler(element: str, prefix: str, names: tuple[str, ...], count: int) -> str:
    """What every page of a site carries and nobody reads."""
    draw = random.Random(f"{prefix}/{element}")
    rows = []
    for _ in range(count):
        name, one, other = draw.choice(names), draw.randrange(4096), draw.randrange(4096)
        if element == "style":
            rows.append(
                f".{prefix}{name} {{ margin: {one % 40}px; padding: {other % 20}px; color: #{one:03x}; }}"
            )
        else:
            rows.append(f"(window.q = window.q || []).push(['{name}', {one}, {other}, 'load']);")
    return f"<{element}>\n" + "\n".join(rows) + f"\n</{element}>\n"
