"""A page as a text extractor dumps it: all that is shown, chrome and content."""

from __future__ import annotations

from dumping.pages import Page

_LISTS = frozenset({"links", "teasers"})


def to_text(page: Page) -> str:
    """The page's text; sections are set apart by an empty line."""
    bullet = page.site.bullet
    parts = []
    for section in page.sections:
        mark = bullet if section.kind in _LISTS else ""
        between = "\n\n" if section.kind == "body" else "\n"
        parts.append(between.join(f"{mark if line.link else ''}{line.text}" for line in section.lines))
    return "\n\n".join(parts) + "\n"
