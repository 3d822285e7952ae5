"""Single values of metadata, made fit to be kept: titles, names, language tags. Pure."""

from __future__ import annotations

import html
import re
import unicodedata

from scrubber.lang.punctuation import NAME_EDGES
from scrubber.lang.registry import alternatives, table
from scrubber.lang.tags import LANGUAGES, RENAMED

LONGEST = 500
"""Characters of a value; what is longer is cut."""

_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?:[-_.@,;\s].*)?", re.IGNORECASE)

_NOBODY = frozenset(
    """
    admin administrator webmaster root user editor unknown anonymous author null none undefined guest homepage home
    """.split()  # noqa: SIM905
)
_INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0xFEFF))
"""Soft hyphens, zero-width spaces and byte order marks: typesetting, not text."""
_BY = re.compile(rf"(?:{alternatives('author_prefixes')})\s+", re.IGNORECASE)


def clean_value(value: str) -> str | None:
    """A value in NFC, single-spaced, without control characters and entities; None where empty."""
    text = html.unescape(value[: 4 * LONGEST]).translate(_INVISIBLE)
    text = "".join(c if unicodedata.category(c) not in {"Cc", "Cs"} else " " for c in text)
    text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())[:LONGEST].strip() or None


def clean_title(value: str) -> str | None:
    """A title, or None where there is no letter or digit in it."""
    title = clean_value(value)
    return title if title and any(c.isalnum() for c in title) else None


def clean_site(value: str) -> str | None:
    """A site's name; None for an address or a handle."""
    name = clean_title(value)
    if name is None or name.casefold() in _NOBODY:
        return None
    return None if "://" in name or name.startswith("@") else name


def clean_author(value: str) -> str | None:
    """One name, or several joined with ``; ``. None for addresses, handles and account names."""
    name = clean_value(value)
    if name is None:
        return None
    name = _BY.sub("", name, count=1) if _BY.match(name) else name
    name = name.strip(NAME_EDGES)
    if "://" in name or "@" in name or name.casefold() in _NOBODY or len(name) > 200:
        return None
    return name if sum(c.isalpha() for c in name) >= 2 else None


def clean_language(value: str) -> str | None:
    """A BCP 47 tag in its usual case: ``en_gb`` gives ``en-GB``; None where it is not one."""
    value = value.strip()
    value = table()["names"].get(value.casefold(), value)
    match = _TAG.fullmatch(value)
    if match is None:
        return None
    language = match[1].lower()
    language = RENAMED.get(language, language)
    if len(language) == 2 and language not in LANGUAGES:
        return None
    region = (match[3] or "").upper().replace("UK", "GB")
    return "-".join(filter(None, (language, (match[2] or "").title(), region)))
