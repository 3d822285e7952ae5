"""What attributes say of an element: whether it is hidden, and how; what its author declares it to be.

Text that a reader must ask for (a tab, an accordion, "read more") is content as often as not, text that is
hidden otherwise seldom, and text for screen readers alone hardly ever: the three are told apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

FOR_READERS, HIDDEN, OPENS = 1, 2, 4
"""Bits: for screen readers alone; hidden; part of what opens when a reader asks for it."""

DECLARED: Final = ("nothing", "the text itself", "the main part", "navigation", "an aside", "a dialog")
"""What the innermost ``role`` or ``itemprop`` around a block says that it is."""
_TEXT, _MAIN, _NAVIGATION, _ASIDE, _DIALOG = range(1, 6)

_FOR_READERS = re.compile(
    r"(?:^|[\s_-])(?:sr-?only|(?:is|u|js)-sr-only|screen-?reader(?:s|-text|-only)?|show-for-sr|for-screenreaders?"
    r"|off-?screen|(?:visually|accessibly)-?hidden|hid(?:den|e)-visually|(?:element|visually)-invisible"
    r"|a11y(?:-hidden|-text|-only)?|assistive-text|clip-text)(?=$|[\s_-])",
    re.IGNORECASE,
)
_HIDING = re.compile(
    r"(?:^|\s)(?:(?:is|u|js|ui|c|g)-)?(?:hidden|hide|d-?none|display-none|invisible|no-?display)(?=$|\s)",
    re.IGNORECASE,
)
_SHOWN_AT_A_WIDTH = re.compile(
    r"(?:^|\s)(?:(?:sm|md|lg|xl|xxl|2xl|desktop|tablet)[:-](?:block|flex|inline|grid|table|contents)"
    r"|d-(?:sm|md|lg|xl|xxl)-(?:block|flex|inline|grid|table))",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"accordion|collaps(?:e|ed|ible|ing)|tab-?(?:pane|panel|content)|tabs?__(?:content|panel|pane)|expand(?:able|er)"
    r"|(?:read|show|see|view)-?more|toggle-?(?:content|body|box)|spoiler|(?:^|[\s_-])truncated?(?=$|[\s_-])",
    re.IGNORECASE,
)
_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ROLES: Final = {
    **dict.fromkeys(("main", "article"), _MAIN),
    **dict.fromkeys(
        (
            "navigation",
            "menu",
            "menubar",
            "menuitem",
            "tablist",
            "tab",
            "toolbar",
            "search",
            "banner",
            "directory",
        ),
        _NAVIGATION,
    ),
    **dict.fromkeys(("complementary", "contentinfo", "note", "feed"), _ASIDE),
    **dict.fromkeys(("dialog", "alertdialog", "alert", "status", "tooltip"), _DIALOG),
}
_TEXTS: Final = frozenset(
    (
        "articlebody",
        "reviewbody",
        "text",
        "recipeinstructions",
        "recipeingredient",
        "step",
        "schema:text",
        "content:encoded",
    )
)
_OPENERS: Final = 8
"""Elements before a hidden one, the one beside it and those inside that, in which a button may stand that opens it."""


def hides(style: str) -> bool:
    """Whether a ``style`` hides its element."""
    return _STYLE.search(style) is not None


def hiding_of_classes(classes: str) -> int:
    """The bits that the classes of an element set.

    >>> hiding_of_classes("sr-only"), hiding_of_classes("c-accordion__body is-hidden"), hiding_of_classes("hidden md:block")
    (1, 6, 0)
    """
    bits = FOR_READERS if _FOR_READERS.search(classes) else 0
    if _HIDING.search(classes) and not _SHOWN_AT_A_WIDTH.search(classes):
        bits |= HIDDEN
    return bits | OPENS if _OPENING.search(classes) else bits


def may_open(element: Any, given: Mapping[str, str]) -> bool:
    """Whether a hidden element opens when a reader asks for it: it says so, or a button right before it does."""
    if given.get("hidden") == "until-found":
        return True
    beside = element.getprevious()
    return beside is not None and any(
        one.get("aria-expanded") is not None or one.get("aria-controls") is not None
        for one in islice(beside.iter("*"), _OPENERS)
    )


def declared_of(given: Mapping[str, str]) -> int:
    """What the attributes of an element declare it to be: a place in DECLARED, 0 for nothing that is known here."""
    role = next((_ROLES[word] for word in given.get("role", "").lower().split() if word in _ROLES), 0)
    if role:
        return role
    properties = f"{given.get('itemprop', '')} {given.get('property', '')}".lower().split()
    return _TEXT if not _TEXTS.isdisjoint(properties) else 0
