"""The template index as lines of JSON: sorted, without a clock, to be committed and reviewed.

A header; for every site (by id) a line of facts and the lines that belong to it; the blocks that
stand on several sites. Who may complete a cut-off passage is not among them: their text must be
at hand, and where it is they are found anew. Template ids are 16 hex
digits, as in ledgers and overrides. Keys that no person names (of neighbours, runs, paths) stand
in rows of 11 characters each (base64 of 64 bits). Documents are named once, and by a short name
after that.

=========  ==========================================================================
line       of a site
=========  ==========================================================================
record     a document of a small site, whole
counted    documents of a larger site that are a witness of their own, by their first two digits
document   another document, its witness (the first document of it), family, page and telling blocks
common     long blocks that tell no version from another page, for many documents hold them
lacking    of a document that is one witness with others: what not all of those have
understudy what names the site, in the document that counts when that one is taken away
example    the short name of a document
template   a block: support, documents that hold it, and MinHash bands (of near-duplicates) that
           stand in the same
near       other bands, likewise
recurs     other features, by the number of documents they recur in
=========  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import msgspec

from scrubber.config import SiteMode, Templates
from scrubber.index_lines import Reader, hex_key, line, site_lines
from scrubber.postings import Lists
from scrubber.slices import SiteSlice
from scrubber.templates import TemplateIndex

SCHEMA: Final = "scrubber.templates/4"
FAMILY: Final = "scrubber.templates/"
REMEDY: Final = "run `scrubber learn RAW --output FILE` to build it again from the raw documents"


_FAULTS: Final = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    OverflowError,
    RecursionError,
)
"""What comes of lines that are not ours."""


class IndexFormatError(ValueError):
    """A template index cannot be read."""

    def __init__(self, why: str, remedy: str = REMEDY) -> None:
        self.why = why
        self.remedy = remedy
        super().__init__(f"{why}; {remedy}")


def to_lines(index: TemplateIndex) -> Iterator[str]:
    """The index, a JSON object a line, without line ends: equal for equal indexes. One site is held at a time."""
    yield line(
        {
            "schema": SCHEMA,
            "mode": index.mode.value,
            "settings": asdict(index.settings),
            "sites": len(index.sites),
        }
    )
    for id in sorted(index.sites):
        yield from site_lines(index.sites[id])
    for key in sorted(index.hubs):
        yield line({"block": hex_key(key), "sites": list(index.hubs[key])})


@dataclass
class _Draft:
    """An index while its lines come in."""

    sites: dict[str, SiteSlice]
    hubs: dict[int, list[str]]
    open: Reader | None = None

    def take(self, row: Mapping[str, Any]) -> None:
        if "site" in row:
            self.close()
            self.open = Reader(row)
        elif "block" in row:
            self.hubs[int(row["block"], 16)] = [str(id) for id in row["sites"]]
        elif self.open is not None:
            self.open.take(row)
        else:
            raise ValueError("it belongs to no site")

    def close(self) -> None:
        if self.open is not None:
            slice_ = self.open.finish()
            self.sites[slice_.id] = slice_
            self.open = None


def from_lines(lines: Iterable[str]) -> TemplateIndex:
    """Read an index. Raises IndexFormatError with the line, what is wrong, and what to do."""
    numbered = enumerate(lines, 1)
    _, first = next(numbered, (1, ""))
    header = _header(first)
    draft = _Draft({}, {})
    number = 1
    text = ""
    try:
        for number, text in numbered:  # noqa: B007 - told when one cannot be read
            if text.strip():
                draft.take(msgspec.json.decode(text, type=dict[str, Any]))
        draft.close()
    except _FAULTS as error:
        why = "a merge conflict" if text.startswith(("<<<<<<<", "=======", ">>>>>>>")) else repr(error)
        raise IndexFormatError(f"line {number} of the template index cannot be read ({why})") from error
    if len(draft.sites) != header.get("sites"):
        raise IndexFormatError(
            f"the template index names {header.get('sites')} sites and holds {len(draft.sites)}"
        )
    try:
        settings, mode = Templates(**header["settings"]), SiteMode(header["mode"])
        hubs = Lists.of_mapping(draft.hubs)
        return TemplateIndex(draft.sites, settings, mode, hubs)
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise IndexFormatError(f"the template index is incomplete ({error!r})") from error


def _header(text: str) -> dict[str, Any]:
    try:
        header = msgspec.json.decode(text)
    except (ValueError, RecursionError) as error:
        raise IndexFormatError("this is not a template index of scrubber") from error
    schema = header.get("schema") if isinstance(header, dict) else None
    if not isinstance(schema, str) or not schema.startswith(FAMILY):
        raise IndexFormatError("this is not a template index of scrubber")
    if schema != SCHEMA:
        raise IndexFormatError(f"the template index is of version {schema}, not {SCHEMA}")
    assert isinstance(header, dict)
    return header
