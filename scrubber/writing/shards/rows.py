"""The rows of a shard, and a document from its rows again.

Every row has every field, and a field one type: JSON readers guess types from the first rows they
see, and stop at a later row that does not fit. So nothing is null: what is not known is ``""`` or 0.
For the same reason a date has the one form of `timestamp`, which no reader takes for anything else.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from scrubber.writing import provenance
from scrubber.writing.shards import Written, edits

Row = dict[str, Any]
Shape = dict[str, Any]
"""Field -> ``"string"``, ``"int64"``, ``"double"``, a list of one of these, or a Shape (a structure)."""

DOCUMENT_SHAPE: Final[Shape] = {
    "id": "string",
    "text": "string",
    "source": "string",
    "added": "string",
    "created": "string",
    "metadata": {
        "url": "string",
        "title": "string",
        "author": "string",
        "language": "string",
        "site_name": "string",
        "site": "string",
        "site_documents": "int64",
        "media_type": "string",
        "status": "string",
        "raw_bytes": "int64",
        "raw_sha256": "string",
        "raw_characters": "int64",
        "clean_characters": "int64",
        "clean_sha256": "string",
        "edits": "int64",
        "flags": "int64",
        "flagged": "string",
        "cut_off": "int64",
        "replaced_characters": "int64",
        "tool": "string",
        "configuration": "string",
        "index": "string",
        "behaviour": "int64",
        "weights": "string",
    },
}

LEDGER_SHAPE: Final[Shape] = {
    "id": "string",
    "source": "string",
    "provenance": "string",
    "edits": [
        {
            "step": "int64",
            "layer": "string",
            "start": "int64",
            "end": "int64",
            "removed": "string",
            "inserted": "string",
            "rule": "string",
            "confidence": "double",
            "template": "string",
            "examples": ["string"],
            "donor": "string",
            "note": "string",
            "weights": "string",
            "other": "string",
        }
    ],
    "exact_text": "string",
}

FILES: Final = "files"
"""The `source` of documents that were files of their own: their path in the dump is their id."""

_RECORD = "!/"
_ENCODER = msgspec.json.Encoder()
_LONE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Packed:
    """A document's two rows as JSON: what costs time is done, and little travels to who writes the shard."""

    id: str
    document: bytes
    ledger: bytes


def pack(document: Written) -> Packed:
    """The rows of a document, ready to be written; a worker's business. Raises what `rows_of` does."""
    return Packed(document.id, *map(_ENCODER.encode, rows_of(document)))


def rows_of(document: Written) -> tuple[Row, Row]:
    """The row of `DOCUMENT_SHAPE` and the row of `LEDGER_SHAPE` for one document.

    Raises ValueError where its provenance is none.
    """
    rest, ledger = edits.split(document.provenance)
    about = _About.read(document.provenance if not ledger else rest.encode())
    id = row_id(document.id)
    source = _shown(document.id.partition(_RECORD)[0]) if _RECORD in document.id else FILES
    text, replaced = _valid(document.text)
    return (
        {
            "id": id,
            "text": text,
            "source": source,
            "added": "",
            "created": timestamp(about.found("date")),
            "metadata": about.metadata(replaced),
        },
        {
            "id": id,
            "source": source,
            "provenance": rest,
            "edits": ledger,
            "exact_text": base64.b64encode(document.text).decode() if replaced else "",
        },
    )


def is_exact(row: Row) -> bool:
    """Whether a row of `DOCUMENT_SHAPE` holds its text to the byte; else the row of `LEDGER_SHAPE` does."""
    return not row["metadata"]["replaced_characters"]


def text_of(row: Row) -> bytes:
    """The clean text of a row of `DOCUMENT_SHAPE`, where it is exact."""
    text: str = row["text"]
    return text.encode()


def exact_text_of(row: Row) -> bytes:
    """The clean text that a row of `LEDGER_SHAPE` holds because it is not valid Unicode."""
    return base64.b64decode(row["exact_text"], validate=True)


def provenance_of(row: Row) -> bytes:
    """The provenance, to the byte, from a row of `LEDGER_SHAPE`. Raises ValueError where it is damaged."""
    return edits.join(row["provenance"], row["edits"])


def row_id(id: str) -> str:
    r"""The id as a row holds it: itself, but for the rare name of a file that is not valid Unicode.

    Such a name has ``\udcxx`` in place of each lone surrogate, and its backslashes doubled, so that
    two names never become one.
    """
    if r"\ud" not in id and provenance.to_bytes(id) == id.encode("utf-8", "replace"):
        return id
    return id.replace("\\", "\\\\").encode("utf-8", "backslashreplace").decode()


def timestamp(date: str) -> str:
    """An ISO 8601 date as ``2024-03-01T00:00:00.000Z``, the form of dolma's corpora; ``""`` if it is none.

    A date without a time becomes midnight, one without a zone is taken for UTC. The provenance
    has the date as it was found.
    """
    try:
        moment = datetime.fromisoformat(date)
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return ""
    return moment.isoformat(timespec="milliseconds") + "Z"


class _About(msgspec.Struct):
    """What the document rows take from a provenance; the rest is passed over unread."""

    status: str
    source: dict[str, Any]
    raw: dict[str, Any]
    clean: dict[str, Any]
    site: dict[str, Any]
    metadata_: dict[str, Any] = msgspec.field(name="metadata")
    counts: dict[str, int]
    flags: list[dict[str, Any]]
    versions: dict[str, Any]
    cuts: list[Any] = []

    @classmethod
    def read(cls, data: bytes) -> _About:
        try:
            return msgspec.json.decode(data, type=cls)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:  # a lone surrogate, in a name that is not valid Unicode
            return msgspec.convert(json.loads(data), cls)

    def found(self, name: str) -> str:
        return _shown(self.metadata_.get(name, {}).get("value", ""))

    def metadata(self, replaced: int) -> Row:
        rules = sorted({flag["rule"] for flag in self.flags})
        return {
            "url": _shown(self.source.get("url", "")),
            **{name: self.found(name) for name in ("title", "author", "language", "site_name")},
            "site": _shown(self.site["id"]),
            "site_documents": self.site["documents"],
            "media_type": self.source["media_type"],
            "status": self.status,
            "raw_bytes": self.source["size"],
            "raw_sha256": self.source["sha256"],
            "raw_characters": self.raw["characters"],
            "clean_characters": self.clean["characters"],
            "clean_sha256": self.clean["sha256"],
            "edits": sum(self.counts.values()),
            "flags": len(self.flags),
            "flagged": " ".join(rules),
            "cut_off": len(self.cuts),
            "replaced_characters": replaced,
            "tool": self.versions["tool"],
            "configuration": self.versions["configuration"],
            "index": self.versions["index"],
            "behaviour": self.versions.get("behaviour", 0),
            "weights": self.versions.get("weights", ""),
        }


def _valid(data: bytes) -> tuple[str, int]:
    """Text that every reader takes: each lone surrogate as U+FFFD, and how many there were."""
    try:
        return data.decode(), 0
    except UnicodeDecodeError:
        text = provenance.to_text(data)
    return _LONE.subn("\ufffd", text)


def _shown(text: str) -> str:
    return _LONE.sub("\ufffd", text)
