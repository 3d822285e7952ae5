"""Single values of metadata, made fit to be kept: titles, names, language tags. Pure."""

from __future__ import annotations

import html
import re
import unicodedata

LONGEST = 500
"""Characters of a value; what is longer is cut."""

# ISO 639-1. Two letters that are not here (gr, jp, cn: countries) are not a language.
_LANGUAGES = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de
    dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id
    ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu
    lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu
    rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to
    tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split()  # noqa: SIM905
)
_LANGUAGE_NAMES = {
    "english": "en", "deutsch": "de", "german": "de", "français": "fr", "french": "fr", "español": "es",
    "spanish": "es", "italian": "it", "italiano": "it", "polski": "pl", "polish": "pl", "russian": "ru",
    "greek": "el", "chinese": "zh", "japanese": "ja", "dutch": "nl", "portuguese": "pt",
}  # fmt: skip
_RENAMED_LANGUAGES = {"iw": "he", "in": "id", "ji": "yi"}
_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?:[-_.@,;\s].*)?", re.IGNORECASE)

_NOBODY = frozenset(
    """
    admin administrator webmaster root user editor unknown anonymous author null none undefined guest homepage home
    """.split()  # noqa: SIM905
)
_INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0xFEFF))
"""Soft hyphens, zero-width spaces and byte order marks: typesetting, not text."""
_BY = re.compile(r"(?:written |posted |words )?by:?\s+", re.IGNORECASE)


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
    name = name.strip(" ,;|/-–—·")
    if "://" in name or "@" in name or name.casefold() in _NOBODY or len(name) > 200:
        return None
    return name if sum(c.isalpha() for c in name) >= 2 else None


def clean_language(value: str) -> str | None:
    """A BCP 47 tag in its usual case: ``en_gb`` gives ``en-GB``; None where it is not one."""
    value = value.strip()
    value = _LANGUAGE_NAMES.get(value.casefold(), value)
    match = _TAG.fullmatch(value)
    if match is None:
        return None
    language = match[1].lower()
    language = _RENAMED_LANGUAGES.get(language, language)
    if len(language) == 2 and language not in _LANGUAGES:
        return None
    region = (match[3] or "").upper().replace("UK", "GB")
    return "-".join(filter(None, (language, (match[2] or "").title(), region)))
