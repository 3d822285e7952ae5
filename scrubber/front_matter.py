"""Front matter: what stands at the head of a text file between ``---`` (YAML) or ``+++`` (TOML).

YAML is read event by event with PyYAML, so that nothing is built of it but the few values looked
for: an alias is not followed, a tag makes no object, and a date stays the text that it is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from scrubber.dates import parse_stamp
from scrubber.documents import Found, Metadata
from scrubber.values import clean_author, clean_language, clean_site, clean_title

WHERE: Final = "front matter"
"""Where metadata from front matter were read, as `Found.where` says."""

_LONGEST: Final = 16_384
"""Characters of front matter; what is longer is text."""
_DEEPEST: Final = 256
"""Brackets of YAML's flow style, all together: libyaml's time is quadratic in how deep they nest."""
_OPENS: Final = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE),
}
_KEY = re.compile(r"[\w.\-]{1,60}")
# Not YAML, though it looks like it: `title: Tides: a primer`.
_LOOSE = re.compile(r"(?P<key>\w[\w.\-]{0,59}):(?:[ \t]+(?P<value>[^\s\[{|>&*].*?))?[ \t]*")
_ADDRESS = re.compile(r"https?://[^\s<>\"']{1,4000}", re.IGNORECASE)
_MOMENT = re.compile(r"\d[T ]\d{1,2}:\d{2}")
_FRACTION = re.compile(r":\d{2}[.,]\d{4,}")

_URLS: Final = (
    "url",
    "source_url",
    "source",
    "original_url",
    "page_url",
    "canonical_url",
    "canonical",
    "link",
    "permalink",
)
_AUTHORS: Final = ("author", "authors", "byline", "creator")
_DATES: Final = (
    "date",
    "published",
    "date_published",
    "publish_date",
    "published_at",
    "published_time",
    "pubdate",
    "created",
)
_LANGUAGES: Final = ("lang", "language", "locale")
_SITES: Final = ("site_name", "sitename", "site")
KNOWN: Final = frozenset((*_URLS, *_AUTHORS, *_DATES, *_LANGUAGES, *_SITES, "title", "description", "tags"))
"""Keys that front matter has, and other text between two lines of dashes seldom."""
_OF_CRAWLS: Final = frozenset(
    """
    depth crawl_depth crawled crawled_at crawl_date scraped scraped_at scrape_date fetched fetched_at fetch_date
    retrieved retrieved_at downloaded downloaded_at status status_code http_status content_type
    """.split()  # noqa: SIM905
)
"""Keys that a crawler writes: beside them a time is when it came by."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The front matter of a text."""

    end: int
    """Where its last line ends in the text, before the line feed."""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Plain values by key in lower case; several where the value is a list."""

    def first(self, *keys: str) -> str:
        """The first value of the first key that has one; empty where none has."""
        return next((value for key in keys for value in self.values.get(key, ()) if value.strip()), "")

    @property
    def is_telling(self) -> bool:
        """Whether a key stands in it that front matter is known by."""
        return not KNOWN.isdisjoint(self.values)

    @property
    def url(self) -> str | None:
        """The page's own address, where it is an absolute one."""
        for key in _URLS:
            value = self.first(key).strip()
            if _ADDRESS.fullmatch(value):
                return value
        return None

    @property
    def published(self) -> str | None:
        """The date of publication, ISO 8601; None for the time of a crawl.

        A date to the microsecond is what a program read from its clock; a date with a time of the
        day beside a crawler's own keys (``depth``, ``status_code``) is when it came by.
        """
        value = self.first(*_DATES)
        timed = _MOMENT.search(value) is not None
        if _FRACTION.search(value) or (timed and not _OF_CRAWLS.isdisjoint(self.values)):
            return None
        return parse_stamp(value)


def read_front_matter(text: str) -> FrontMatter | None:
    r"""The front matter at the head of a text; None where there is none that can be read.

    >>> read_front_matter("---\ntitle: Tides\n---\nHigh at noon.").first("title")
    'Tides'
    >>> read_front_matter("---\nHigh at noon, low at six.\n---\n") is None
    True
    """
    start = text.startswith("\ufeff")
    fence = text[start : start + 3]
    if fence not in _OPENS:
        return None
    head = text[start : start + _LONGEST]
    first, feed, _ = head.partition("\n")
    closing = _OPENS[fence].search(head, len(first) + 1) if feed and first.rstrip() == fence else None
    if closing is None:
        return None
    read = _read_yaml if fence == "---" else _read_toml
    values = read(head[len(first) + 1 : closing.start()])
    return FrontMatter(start + closing.end(), values) if values else None


def front_matter_end(text: str) -> int:
    """Where the front matter of a text ends, before the line feed; 0 where there is none."""
    found = read_front_matter(text)
    return found.end if found is not None else 0


def add_front_matter(text: str, known: Metadata) -> Metadata:
    """`known` with what the front matter of a text says; what is known stays."""
    head = read_front_matter(text)
    if head is None or not head.is_telling:
        return known

    def found(value: str | None) -> Found | None:
        return Found(value, WHERE) if value else None

    title = clean_title(head.first("title"))
    authors = [
        name for key in _AUTHORS for value in head.values.get(key, ()) if (name := clean_author(value))
    ]
    return replace(
        known,
        title=known.title or found(None if title is None or _ADDRESS.fullmatch(title) else title),
        author=known.author or found("; ".join(dict.fromkeys(authors))),
        date=known.date or found(head.published),
        language=known.language or found(clean_language(head.first(*_LANGUAGES))),
        site_name=known.site_name or found(clean_site(head.first(*_SITES))),
    )


# Front matter is looked at when a file is read, when it is cut into blocks, and for its metadata.
@lru_cache(maxsize=64)
def _read_yaml(body: str) -> dict[str, tuple[str, ...]]:
    """The plain values of a YAML mapping; empty where it is none, or cannot be read."""
    import yaml

    if body.count("[") + body.count("{") > _DEEPEST:
        return {}
    try:
        found = _values(yaml.parse(body, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)))
    except (yaml.YAMLError, ValueError, RecursionError):
        return _loose_values(body)
    return found if all(map(_KEY.fullmatch, found)) else {}


@dataclass(slots=True)
class _Frame:
    """A mapping or a list of YAML that is open."""

    is_mapping: bool
    key: str | None = None
    """Of a mapping: the key whose value comes next."""


def _values(events: Iterator[Any]) -> dict[str, tuple[str, ...]]:
    """Key by key, the values that stand directly in the mapping, in a list, or under ``name``."""
    found: dict[str, list[str]] = {}
    stack: list[_Frame] = []
    documents = 0
    for event in events:
        kind = type(event).__name__
        if kind == "DocumentStartEvent":
            documents += 1
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            stack.append(_Frame(kind == "MappingStartEvent"))
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            stack.pop()
            if stack and stack[-1].is_mapping:
                stack[-1].key = "" if stack[-1].key is None else None
        elif kind in ("ScalarEvent", "AliasEvent"):
            if not stack or not stack[0].is_mapping:
                return {}
            _take(stack, event.value if kind == "ScalarEvent" else "", found)
    return {key: tuple(values) for key, values in found.items()} if documents == 1 else {}


def _take(stack: list[_Frame], value: str, found: dict[str, list[str]]) -> None:
    """Note a scalar: a key, or a value that is plain enough to be kept."""
    frame = stack[-1]
    outer = (stack[0].key or "").lower()
    if frame.is_mapping and frame.key is None:
        frame.key = value
        if len(stack) == 1:
            found.setdefault(value.lower(), [])
        return
    key, frame.key = frame.key, None
    if len(stack) == 1 or (len(stack) == 2 and not frame.is_mapping) or (len(stack) <= 3 and key == "name"):
        found.setdefault(outer, []).append(value)


def _loose_values(body: str) -> dict[str, tuple[str, ...]]:
    """The values of lines ``key: value``, where YAML refuses them, for a colon in the value or an odd sign.

    Many programs write front matter without a YAML library. Empty where any line is something else.
    """
    found: dict[str, tuple[str, ...]] = {}
    for line in body.split("\n"):
        match = _LOOSE.fullmatch(line)
        if match is not None:
            found[match["key"].lower()] = ((match["value"] or "").strip("\"' "),)
        elif line.strip() and not (found and line[0] in " \t-#"):
            return {}
    return found


@lru_cache(maxsize=64)
def _read_toml(body: str) -> dict[str, tuple[str, ...]]:
    """The plain values of a TOML table; empty where it cannot be read."""
    try:
        table = tomllib.loads(body)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        return {}
    return {key.lower(): tuple(_plain(value)) for key, value in table.items()}


def _plain(value: object) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        told = one.get("name") if isinstance(one, dict) else one
        if isinstance(told, datetime | date):
            yield told.isoformat()
        elif isinstance(told, str | int | float):
            yield str(told)
