"""The template index as lines of JSON: sorted, without a clock, to be committed and reviewed.

A header line, then for every site (by id) its facts, its documents' records (small sites) or
its templates and recurring features (larger ones), then the blocks that stand on several
sites, then the documents that may complete cut-off passages. Keys are 16 hex digits; arrays are base64 of little-endian numbers.
"""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from scrubber.config import SiteMode, Templates
from scrubber.evidence import DocumentEvidence
from scrubber.fingerprints import Key
from scrubber.fragments import Lender
from scrubber.templates import SiteSlice, TemplateIndex

SCHEMA: Final = "scrubber.templates/1"
FAMILY: Final = "scrubber.templates/"
REMEDY: Final = "run `scrubber learn RAW --output FILE` to build it again from the raw documents"


class IndexFormatError(ValueError):
    """A template index cannot be read."""

    def __init__(self, why: str, remedy: str = REMEDY) -> None:
        self.why = why
        self.remedy = remedy
        super().__init__(f"{why}; {remedy}")


def to_lines(index: TemplateIndex) -> Iterator[str]:
    """The index, a JSON object a line, without line ends: equal for equal indexes."""
    yield _line(
        {
            "schema": SCHEMA,
            "mode": index.mode.value,
            "settings": asdict(index.settings),
            "sites": len(index.sites),
        }
    )
    for id in sorted(index.sites):
        yield from _site_lines(index.sites[id])
    for key in sorted(index.hubs):
        yield _line({"block": _hex(key), "sites": list(index.hubs[key])})
    for lender in sorted({lender for found in index.lenders.values() for lender in found}):
        yield _line({"lender": lender.document, "digest": lender.digest})
    for key in sorted(index.lenders):
        yield _line({"passage": _hex(key), "lenders": [lender.document for lender in index.lenders[key]]})


def _site_lines(slice: SiteSlice) -> Iterator[str]:
    facts: dict[str, Any] = {
        "site": slice.id,
        "found_by": slice.found_by,
        "families": [_hex(k) for k in sorted(slice.families)],
    }
    if slice.folders:
        facts["folders"] = dict(slice.folders)
    if slice.counted:
        facts["counted"] = sorted(slice.counted)
    if slice.anchors:
        facts["anchors"] = {_hex(k): n for k, n in sorted(slice.anchors.items())}
    yield _line(facts)
    for record in slice.records:
        yield _line({"site": slice.id, "record": _record_to_plain(record)})
    for digest in sorted(slice.understudies):
        yield _line(
            {"site": slice.id, "understudy": digest, "features": _pack_keys(slice.understudies[digest])}
        )
    by_count: dict[int, list[Key]] = defaultdict(list)
    for key, count in slice.counts.items():
        by_count[count].append(key)
    for key in sorted(slice.examples):
        yield _line(
            {
                "site": slice.id,
                "template": _hex(key),
                "support": slice.counts[key],
                "examples": list(slice.examples[key]),
            }
        )
    for count in sorted(by_count):
        yield _line(
            {
                "site": slice.id,
                "recurs": count,
                "features": _pack_keys(k for k in by_count[count] if k not in slice.examples),
            }
        )


@dataclass
class _Draft:
    """A site while its lines come in."""

    facts: Mapping[str, Any]
    records: list[DocumentEvidence] = field(default_factory=list)
    counts: dict[Key, int] = field(default_factory=dict)
    examples: dict[Key, tuple[str, ...]] = field(default_factory=dict)
    understudies: dict[str, frozenset[Key]] = field(default_factory=dict)

    def finish(self) -> SiteSlice:
        return SiteSlice(
            id=self.facts["site"],
            found_by=self.facts["found_by"],
            families=frozenset(int(k, 16) for k in self.facts["families"]),
            records=tuple(self.records),
            counts=self.counts,
            counted=frozenset(self.facts.get("counted", ())),
            understudies=self.understudies,
            examples=self.examples,
            folders=self.facts.get("folders", {}),
            anchors={int(k, 16): n for k, n in self.facts.get("anchors", {}).items()},
        )


def from_lines(lines: Iterable[str]) -> TemplateIndex:
    """Read an index. Raises IndexFormatError with the line, what is wrong, and what to do."""
    numbered = enumerate(lines, 1)
    _, first = next(numbered, (1, ""))
    header = _header(first)
    drafts: dict[str, _Draft] = {}
    hubs: dict[Key, tuple[str, ...]] = {}
    digests: dict[str, str] = {}
    lenders: dict[Key, tuple[Lender, ...]] = {}
    for number, line in numbered:
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if "block" in row:
                hubs[int(row["block"], 16)] = tuple(row["sites"])
            elif "lender" in row:
                digests[row["lender"]] = row["digest"]
            elif "passage" in row:
                named = tuple(Lender(id, digests[id]) for id in row["lenders"])
                lenders[int(row["passage"], 16)] = named
            elif "families" in row:
                drafts[row["site"]] = _Draft(row)
            else:
                _take(drafts[row["site"]], row)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            why = "a merge conflict" if line.startswith(("<<<<<<<", "=======", ">>>>>>>")) else repr(error)
            raise IndexFormatError(f"line {number} of the template index cannot be read ({why})") from error
    if len(drafts) != header.get("sites"):
        raise IndexFormatError(
            f"the template index names {header.get('sites')} sites and holds {len(drafts)}"
        )
    try:
        sites = {id: draft.finish() for id, draft in drafts.items()}
        settings, mode = Templates(**header["settings"]), SiteMode(header["mode"])
        return TemplateIndex(sites, settings, mode, hubs, lenders=lenders)
    except (ValueError, KeyError, TypeError) as error:
        raise IndexFormatError(f"the template index is incomplete ({error!r})") from error


def _header(line: str) -> dict[str, Any]:
    try:
        header = json.loads(line)
    except ValueError as error:
        raise IndexFormatError("this is not a template index of scrubber") from error
    schema = header.get("schema") if isinstance(header, dict) else None
    if not isinstance(schema, str) or not schema.startswith(FAMILY):
        raise IndexFormatError("this is not a template index of scrubber")
    if schema != SCHEMA:
        raise IndexFormatError(f"the template index is of version {schema}, not {SCHEMA}")
    assert isinstance(header, dict)
    return header


def _take(draft: _Draft, row: Mapping[str, Any]) -> None:
    if "record" in row:
        draft.records.append(_record_from_plain(row["record"]))
    elif "understudy" in row:
        draft.understudies[row["understudy"]] = frozenset(_unpack(row["features"], "<u8").tolist())
    elif "template" in row:
        key = int(row["template"], 16)
        draft.counts[key] = row["support"]
        draft.examples[key] = tuple(row["examples"])
    else:
        draft.counts.update(dict.fromkeys(_unpack(row["features"], "<u8").tolist(), row["recurs"]))


def _record_to_plain(record: DocumentEvidence) -> dict[str, Any]:
    return {
        "id": record.id,
        "digest": record.digest,
        "host": record.host,
        "folder": record.folder,
        "keys": _pack(record.keys, "<u8"),
        "lengths": _pack(record.lengths, "<i4"),
        "signed": _pack(record.signed, "<i4"),
        "bands": _pack(record.bands, "<u8"),
        "paths": _pack(record.paths, "<u8"),
    }


def _record_from_plain(plain: Mapping[str, Any]) -> DocumentEvidence:
    signed = _unpack(plain["signed"], "<i4").astype(np.int32)
    bands = _unpack(plain["bands"], "<u8").astype(np.uint64)
    return DocumentEvidence(
        id=plain["id"],
        digest=plain["digest"],
        host=plain["host"],
        folder=plain["folder"],
        keys=_unpack(plain["keys"], "<u8").astype(np.uint64),
        lengths=_unpack(plain["lengths"], "<i4").astype(np.int32),
        signed=signed,
        bands=bands.reshape((len(signed), -1)) if len(signed) else bands.reshape((0, 0)),
        paths=_unpack(plain["paths"], "<u8").astype(np.uint64),
    )


def _hex(key: Key) -> str:
    return f"{key:016x}"


def _pack_keys(keys: Iterable[Key]) -> str:
    return _pack(np.array(sorted(keys), dtype=np.uint64), "<u8")


def _pack(array: npt.NDArray[Any], kind: str) -> str:
    return base64.b64encode(array.astype(kind).tobytes()).decode("ascii")


def _unpack(text: str, kind: str) -> npt.NDArray[Any]:
    return np.frombuffer(base64.b64decode(text, validate=True), dtype=kind)


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
