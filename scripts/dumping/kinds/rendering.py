"""A laid page as text, Markdown or HTML, and with it what every line of it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any

from dumping.kinds.laying import LaidPage
from dumping.kinds.stretches import Sort, Stretch, Unit, slug

_WORD = re.compile(r"[^\W_]+")
_TABLES = frozenset({Sort.ROW, Sort.LABEL})


@dataclass(frozen=True, slots=True)
class Marked:
    """One line of a page with its label."""

    line: str
    """As it stands in the file; of HTML, as a reader sees it."""
    words: int
    """Of what a reader sees."""
    sort: str
    chrome: str
    """The kind of chrome; empty for content."""
    place: int
    """The number of its block on the page, from 0: lines are blocks, and code is one."""

    def as_row(self) -> list[Any]:
        """For JSON."""
        return [self.line, self.words, self.sort, self.chrome, self.place]


Drawn = tuple[str, Sequence[str]]
"""A stretch as it stands in the file, and each of its units as one finds it there."""


def rendered(page: LaidPage, form: str) -> tuple[str, list[Marked]]:
    """The page in a form (``text``, ``markdown`` or ``html``), and its lines."""
    drawn = [_FORMS[form](page, stretch) for stretch in page.stretches]
    marked = list(_marked(page.stretches, [found for _, found in drawn]))
    parts = [text for text, _ in drawn]
    if form == "html":
        return _document(page, parts), marked
    spaced = form == "markdown" or "spaced" in page.venue.habits
    text = ("\n\n" if spaced else "\n").join(parts) + "\n"
    return (_front(page) if form == "markdown" else "") + text, marked


def _marked(stretches: Sequence[Stretch], found: Sequence[Sequence[str]]) -> Iterator[Marked]:
    place = -1
    for stretch, drawn in zip(stretches, found, strict=True):
        place += stretch.sort is Sort.CODE
        for unit, line in zip(stretch.units, drawn, strict=True):
            place += stretch.sort is not Sort.CODE
            words = len(_WORD.findall(unit.text))
            yield Marked(line, words, stretch.sort.value, stretch.chrome, place)


def _text(page: LaidPage, stretch: Stretch) -> Drawn:
    habits = page.venue.habits
    found = []
    for number, unit in enumerate(stretch.units, 1):
        if stretch.sort is Sort.ITEM and "bullets" in habits:
            found.append(f"{page.venue.bullet}{unit.text}")
        elif stretch.sort is Sort.STEP:
            found.append(f"{number}. {unit.text}")
        elif unit.cells and "tabs" in habits:
            found.append("\t".join(unit.cells))
        else:
            found.append(unit.text)
    return "\n".join(found), found


def _markdown(page: LaidPage, stretch: Stretch) -> Drawn:
    sort, habits = stretch.sort, page.venue.habits
    if sort in _TABLES and (sort is Sort.ROW or "tabs" in habits):
        found = ["| " + " | ".join(unit.cells) + " |" for unit in stretch.units]
        rule = "|" + " --- |" * len(stretch.units[0].cells)
        # A table of labels has no head of its own: an empty one stands for it.
        head = [found[0], rule] if sort is Sort.ROW else ["|  |  |", rule, found[0]]
        return "\n".join([*head, *found[1:]]), found
    found = [_inline(page, stretch, number, unit) for number, unit in enumerate(stretch.units, 1)]
    if sort is Sort.CODE:
        return "\n".join(["```", *found, "```"]), found
    if sort is Sort.CAPTION:
        image = f"![](/images/{slug(stretch.units[0].text)}.png)"
        return "\n".join([image, *found]), found
    return ("\n\n" if sort is Sort.REFERENCE else "\n").join(found), found


def _inline(page: LaidPage, stretch: Stretch, number: int, unit: Unit) -> str:
    text = f"[{unit.text}]({unit.link})" if unit.link else unit.text
    if stretch.sort is Sort.TURN:
        voice, _, said = unit.text.partition(": ")
        return f"**{voice}:** {said}"
    if stretch.sort is Sort.LABEL:
        return f"**{unit.cells[0]}:** {unit.cells[1]}  "
    before = {
        Sort.HEADING: "#" * stretch.level + " ",
        Sort.ITEM: "  * " if "indented" in page.venue.habits else "* ",
        Sort.STEP: f"{number}. ",
        Sort.QUOTE: "> ",
    }.get(stretch.sort, "")
    after = {Sort.VERSE: "  "}.get(stretch.sort, "")
    return f"*{text}*" if stretch.sort is Sort.CAPTION else f"{before}{text}{after}"


def _front(page: LaidPage) -> str:
    if "front matter" not in page.venue.habits:
        return ""
    return f"---\nurl: {page.url}\ntitle: {page.sheet.title}\ndate: {page.date}\n---\n\n"


_CHROME = {"menu": "nav", "footer": "footer", "legal": "footer", "breadcrumb": "nav", "on this page": "nav"}
_LISTS = {Sort.ITEM: "ul", Sort.STEP: "ol", Sort.REFERENCE: "ul"}
_PLAIN = {
    Sort.PARAGRAPH: "p", Sort.TURN: "p", Sort.QUOTE: "blockquote", Sort.BYLINE: "p", Sort.CAPTION: "figcaption",
}  # fmt: skip


def _html(_: LaidPage, stretch: Stretch) -> Drawn:
    found = [unit.text for unit in stretch.units]
    inner = [_anchor(unit) for unit in stretch.units]
    sort = stretch.sort
    if sort is Sort.HEADING:
        text = f"<h{stretch.level}>{inner[0]}</h{stretch.level}>"
    elif sort is Sort.ENTRY:
        text = f"<h3>{inner[0]}</h3>"
    elif sort is Sort.CODE:
        text = f"<pre><code>{escape(chr(10).join(found))}</code></pre>"
    elif sort is Sort.VERSE:
        text = "<p>" + "<br>\n".join(inner) + "</p>"
    elif sort in _TABLES:
        found = [" ".join(unit.cells) for unit in stretch.units]
        cells = ["".join(f"<td>{escape(cell)}</td>" for cell in unit.cells) for unit in stretch.units]
        text = "<table>\n" + "\n".join(f"<tr>{row}</tr>" for row in cells) + "\n</table>"
    elif sort in _LISTS:
        text = f"<{_LISTS[sort]}>\n" + "\n".join(f"<li>{one}</li>" for one in inner) + f"\n</{_LISTS[sort]}>"
    else:
        text = "\n".join(f"<{_PLAIN[sort]}>{one}</{_PLAIN[sort]}>" for one in inner)
    if sort is Sort.CAPTION:
        text = f'<figure><img src="/images/{slug(found[0])}.png" alt="">{text}</figure>'
    return text, found


def _boxed(page: LaidPage, parts: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Each piece of chrome in an element of its own, and whether a part is content."""
    drawn = zip(page.stretches, parts, strict=True)
    for chrome, group in groupby(drawn, key=lambda pair: pair[0].chrome):
        inner = "\n".join(text for _, text in group)
        if chrome:
            element = _CHROME.get(chrome, "aside") if "landmarks" in page.venue.habits else "div"
            inner = f'<{element} class="{slug(chrome)}">\n{inner}\n</{element}>'
        yield inner, not chrome


def _anchor(unit: Unit) -> str:
    return f'<a href="{escape(unit.link)}">{escape(unit.text)}</a>' if unit.link else escape(unit.text)


def _document(page: LaidPage, parts: Sequence[str]) -> str:
    """The whole document; the element around the content holds what stands inside it too."""
    boxes = list(_boxed(page, parts))
    content = [place for place, (_, told) in enumerate(boxes) if told]
    first, last, parts = content[0], content[-1] + 1, [text for text, _ in boxes]
    main = "article" if "landmarks" in page.venue.habits else "div"
    canonical = f'<link rel="canonical" href="{page.url}">\n' if "canonical" in page.venue.habits else ""
    body = [*parts[:first], f'<{main} class="text">', *parts[first:last], f"</{main}>", *parts[last:]]
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(page.sheet.title)} | '
        f"{escape(page.venue.title)}</title>\n{canonical}</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


_FORMS: dict[str, Callable[[LaidPage, Stretch], Drawn]] = {
    "text": _text,
    "markdown": _markdown,
    "html": _html,
}
FORMS = tuple(_FORMS)
