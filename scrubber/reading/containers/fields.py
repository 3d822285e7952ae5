"""Rows of JSON and Parquet -> records: which field holds what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from scrubber.config import Fields
from scrubber.dates import parse_stamp
from scrubber.reading.containers.names import safe_name
from scrubber.reading.containers.records import DECODED, Found, Lost, Record, address, looks_like_page
from scrubber.values import clean_author, clean_language, clean_title

GUESSES: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "content", "raw_content", "plain_text", "page_content", "maintext", "body", "article"),
    "html": ("html", "raw_html", "html_content", "page_html", "page_source"),
    "url": (
        "url", "source_url", "requested_url", "target_uri", "uri", "link", "metadata.url", "metadata.source_url",
        "meta.url", "warc_headers.warc-target-uri", "metadata.warc_headers.warc-target-uri",
        "meta.warc_headers.warc-target-uri",
    ),
    "id": (
        "id", "doc_id", "docid", "document_id", "record_id", "uuid", "_id", "warc_record_id", "metadata.id",
        "meta.id", "warc_headers.warc-record-id", "metadata.warc_headers.warc-record-id",
        "meta.warc_headers.warc-record-id",
    ),
    "date": (
        "date", "published", "date_published", "published_date", "publish_date", "date_publish", "created",
        "timestamp", "crawl_date", "date_download", "metadata.date", "metadata.published", "metadata.timestamp",
        "meta.date", "meta.timestamp", "warc_headers.warc-date", "metadata.warc_headers.warc-date",
        "meta.warc_headers.warc-date",
    ),
    "title": ("title", "headline", "page_title", "metadata.title", "meta.title"),
    "author": ("author", "authors", "byline", "creator", "metadata.author", "metadata.authors", "meta.author"),
    "language": (
        "language", "lang", "language_code", "metadata.language", "metadata.lang", "meta.language", "meta.lang",
    ),
}  # fmt: skip
"""Names that corpora use (dolma, datatrove, C4, RedPajama, OSCAR, FineWeb, news-please), the first that
holds something is taken. A dot leads into an object, or into a string that holds one."""

_SHOWN = 8


def candidates(fields: Fields) -> dict[str, tuple[str, ...]]:
    """The names to look for, by role: what was set, else the guesses. Set to nothing, none."""
    return {
        role: guesses if (name := getattr(fields, role)) is None else (name,) if name else ()
        for role, guesses in GUESSES.items()
    }


class Rows:
    """Makes records of the rows of one container, and tells at the end of those that had no text."""

    def __init__(self, fields: Fields) -> None:
        self._names = candidates(fields)
        self._seen: dict[str, None] = {}
        self._without: dict[int, list[int]] = {}
        """Places, by the byte from which they are counted."""
        self._behind = 0
        self._found = False

    def go_on_behind(self, byte: int) -> None:
        """Places are counted from this byte of the file on."""
        self._behind = byte

    def take(self, place: int, row: object) -> Iterator[Found | Lost]:
        """The record of a row, or why there is none."""
        record = self._record(row) if isinstance(row, Mapping) else None
        if record is None and not self._found:
            # Perhaps no row has one: then a single word about the container says more.
            self._without.setdefault(self._behind, []).append(place)
            if isinstance(row, Mapping) and len(self._seen) < _SHOWN:
                self._seen.update(dict.fromkeys(safe_name(str(key))[:40] for key in row))
            return
        if record is None:
            yield self._lost(place, self._behind)
            return
        self._found = True
        if self._without:
            yield from (self._lost(one, behind) for behind, places in self._without.items() for one in places)
            self._without.clear()
        assert isinstance(row, Mapping)
        yield Found(place, record, self._name(row), behind=self._behind)

    def rest(self) -> Iterator[Lost]:
        """Word of a container in which no row has a text."""
        if self._without:
            count = sum(map(len, self._without.values()))
            there = ", ".join(sorted(self._seen)[:_SHOWN])
            seen = f" (they have {there})" if there else ""
            number = "its one record" if count == 1 else f"any of its {count:,} records"
            yield Lost(
                0,
                f"holds no text: no field of {number} is known to hold one{seen}",
                "name the field, for example with --field text=body",
                skipped=True,
            )

    def _lost(self, place: int, behind: int) -> Lost:
        wanted = " or ".join((*self._names["text"], *self._names["html"])[:_SHOWN])
        why = f"has no text: no field {wanted}"
        return Lost(place, why, "name the field with --field text=NAME", behind=behind)

    def _record(self, row: Mapping[str, Any]) -> Record | None:
        empty: Record | None = None
        for role in ("text", "html"):
            for name in self._names[role]:
                there, value = look_up(row, name)
                if isinstance(value, str | bytes) and value.strip():
                    return self._described(row, value, role)
                if there and (value is None or isinstance(value, str | bytes)):
                    empty = Record(b"")
        return empty

    def _described(self, row: Mapping[str, Any], value: str | bytes, role: str) -> Record:
        is_page = role == "html" or looks_like_page(value)
        said = isinstance(value, str)
        return Record(
            data=value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value,
            suffix=".html" if is_page else ".txt",
            url=next(filter(None, map(address, self._values(row, "url"))), None),
            date=next(filter(None, map(_iso, self._values(row, "date"))), None),
            title=next(filter(None, map(_title, self._values(row, "title"))), None),
            author=next(filter(None, map(_author, self._values(row, "author"))), None),
            language=next(filter(None, map(_language, self._values(row, "language"))), None),
            charset=DECODED if said else None,
        )

    def _name(self, row: Mapping[str, Any]) -> str | None:
        for value in self._values(row, "id"):
            if isinstance(value, int) and not isinstance(value, bool):
                return str(value)
            if isinstance(value, str) and value.strip():
                return bare_id(value)
        return None

    def _values(self, row: Mapping[str, Any], role: str) -> Iterator[object]:
        for name in self._names[role]:
            if name in row:
                yield row[name]
            elif "." in name:
                yield look_up(row, name)[1]


def bare_id(value: str) -> str:
    """An id without the wrapping of WARC: ``<urn:uuid:…>``."""
    return value.strip().removeprefix("<").removesuffix(">").removeprefix("urn:uuid:")


def look_up(row: Mapping[str, Any], name: str) -> tuple[bool, object]:
    """Whether a row has a field, and its value; dots lead into objects."""
    if name in row:
        return True, row[name]
    head, dot, rest = name.partition(".")
    if not dot or head not in row:
        return False, None
    inner = row[head]
    if isinstance(inner, str) and inner.lstrip()[:1] == "{":
        try:
            inner = json.loads(inner)
        except (ValueError, RecursionError):
            return False, None
    return look_up(inner, rest) if isinstance(inner, Mapping) else (False, None)


def columns(fields: Fields, leaves: Iterable[str]) -> list[str]:
    """Of the columns of a table those that are needed; `leaves` are their paths with dots."""
    there = list(leaves)
    wanted: list[str] = []
    for names in candidates(fields).values():
        for name in names:
            wanted += [leaf for leaf in there if leaf == name or name.startswith(f"{leaf}.")]
    return list(dict.fromkeys(wanted))


def _title(value: object) -> str | None:
    title = clean_title(value) if isinstance(value, str) else None
    return None if title is None or address(title) else title


def _author(value: object) -> str | None:
    """One name or several; other lists say something else."""
    values = value if isinstance(value, list | tuple) else [value]
    if not all(isinstance(one, str) for one in values):
        return None
    return "; ".join(dict.fromkeys(filter(None, map(clean_author, values)))) or None


def _language(value: object) -> str | None:
    return clean_language(value) if isinstance(value, str) else None


def _iso(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return parse_stamp(value) if isinstance(value, str) else None
