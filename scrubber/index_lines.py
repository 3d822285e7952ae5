"""The lines of one site in the index, written and read; see `index_format` for the kinds of lines."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from scrubber.evidence import DocumentEvidence
from scrubber.fingerprints import Key, block_key
from scrubber.postings import NO_KEYS, Counts, Keys, Lists
from scrubber.slices import SiteSlice
from scrubber.witnesses import Witnesses

_NAME: Final = 12
"""Hex digits of a document's short name."""
_TOP: Final = np.uint64(56)
"""Bits below the first two hex digits of a key."""
_OF_ONE_LINE: Final = ("grams", "links", "kin")
"""What the records of texts of one line have, and no others."""
_TOKEN: Final = 12
"""Characters of a key in a row, with the blank behind it."""


def line(row: Mapping[str, Any]) -> str:
    """One row of the index."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hex_key(key: Key) -> str:
    """A key as people name it."""
    return f"{key:016x}"


def short_names(ids: Iterable[str]) -> dict[str, str]:
    """A short name for each document, which does not depend on the others unless two names fall together."""
    found: dict[str, str] = {}
    taken: defaultdict[str, int] = defaultdict(int)
    for id in sorted(ids):
        name = hex_key(block_key(id))[:_NAME]
        taken[name] += 1
        found[id] = name if taken[name] == 1 else f"{name}-{taken[name]}"
    return found


def to_tokens(keys: npt.NDArray[np.uint64]) -> str:
    """Keys as a row of 11 characters each."""
    if not len(keys):
        return ""
    padded = np.zeros((len(keys), 9), dtype=np.uint8)
    padded[:, :8] = keys.astype(">u8").view(np.uint8).reshape(-1, 8)
    row = bytearray(base64.b64encode(padded.tobytes()))
    row[_TOKEN - 1 :: _TOKEN] = b" " * len(keys)
    return row[:-1].decode("ascii")


def from_tokens(row: str) -> npt.NDArray[np.uint64]:
    """Keys from such a row. Raises ValueError for anything else."""
    if not row:
        return NO_KEYS
    data = bytearray(row.encode("ascii") + b" ")
    spaces = data[_TOKEN - 1 :: _TOKEN]
    if len(data) % _TOKEN or spaces != b" " * len(spaces):
        raise ValueError("a row of keys is damaged")
    data[_TOKEN - 1 :: _TOKEN] = b"A" * len(spaces)
    padded = np.frombuffer(base64.b64decode(data, validate=True), dtype=np.uint8).reshape(-1, 9)
    return np.ascontiguousarray(padded[:, :8]).view(">u8").ravel().astype(np.uint64)


def _sorted_tokens(row: str) -> Keys:
    """Raises ValueError where the keys do not rise."""
    keys = from_tokens(row)
    if np.any(keys[1:] <= keys[:-1]):
        raise ValueError("a row of keys is not in order")
    return keys


def site_lines(slice_: SiteSlice) -> Iterator[str]:
    """The lines of a site."""
    rows = [*_record_rows(slice_), *_witness_rows(slice_), *_template_rows(slice_), *_feature_rows(slice_)]
    facts: dict[str, Any] = {"site": slice_.id, "found_by": slice_.found_by, "lines": len(rows)}
    if slice_.folders:
        facts["folders"] = dict(slice_.folders)
    if slice_.anchors:
        facts["anchors"] = {hex_key(k): n for k, n in slice_.anchors.items()}
    yield line(facts)
    yield from map(line, rows)


def _record_rows(slice_: SiteSlice) -> Iterator[dict[str, Any]]:
    for record in slice_.records:
        yield {
            "record": record.id,
            "digest": record.digest,
            "host": record.host,
            "folder": record.folder,
            "page": record.page,
            "keys": to_tokens(record.keys),
            "lengths": record.lengths.tolist(),
            "signed": record.signed.tolist(),
            "bands": to_tokens(record.bands.ravel()),
            "paths": to_tokens(record.paths),
            "written": to_tokens(record.written),
            "stems": to_tokens(record.stems.ravel()),
            **{name: to_tokens(keys) for name in _OF_ONE_LINE if len(keys := getattr(record, name))},
        }


def _witness_rows(slice_: SiteSlice) -> Iterator[dict[str, Any]]:
    """Documents that are a witness of their own and have nothing else to be known by share lines."""
    known = slice_.known
    own = known.groups == np.arange(len(known.documents))
    plain = own & (known.families == known.documents) & (known.pages == 0) & (np.diff(known.starts) == 0)
    alone = known.documents[plain]
    for digits in np.unique(alone >> _TOP).tolist():
        yield {"counted": f"{digits:02x}", "keys": to_tokens(alone[alone >> _TOP == digits])}
    yield from (_document_row(known, place) for place in np.flatnonzero(~plain).tolist())
    if len(known.common):
        yield {"common": to_tokens(known.common)}
    for key, lacking in sorted(slice_.lacking.items()):
        for parts in np.unique(lacking.numbers).tolist():
            keys = lacking.keys_[lacking.numbers == parts]
            yield {"lacking": hex_key(key), "parts": parts, "features": to_tokens(keys)}
    for key in sorted(slice_.understudies):
        yield {"understudy": hex_key(key), "features": to_tokens(slice_.understudies[key])}


def _document_row(known: Witnesses, place: int) -> dict[str, Any]:
    own = int(known.documents[place])
    witness = int(known.documents[known.groups[place]])
    names = {"witness": witness, "family": int(known.families[place]), "page": int(known.pages[place])}
    row = {name: hex_key(key) for name, key in names.items() if key not in {own, 0}}
    blocks = known.blocks[known.starts[place] : known.starts[place + 1]]
    return row | {"document": hex_key(own)} | ({"telling": to_tokens(blocks)} if len(blocks) else {})


def _template_rows(slice_: SiteSlice) -> Iterator[dict[str, Any]]:
    """Templates by their ids; bands that stand in as many of the same documents share a line."""
    names = short_names({id for lists in (slice_.examples, slice_.near) for id in lists.held()})
    yield from ({"example": id, "as": name} for id, name in sorted(names.items()))
    groups: dict[tuple[int, tuple[str, ...]], list[Key]] = defaultdict(list)
    for key, ids in slice_.near.items():
        groups[slice_.counts[key], ids].append(key)
    for key, ids in slice_.examples.items():
        support = slice_.counts[key]
        row: dict[str, Any] = {"template": hex_key(key), "support": support}
        bands = groups.pop((support, ids), None)
        if bands is not None:
            row["near"] = to_tokens(np.array(bands, dtype=np.uint64))
        yield row | {"examples": [names[id] for id in ids]}
    for (support, ids), bands in sorted(groups.items(), key=lambda group: group[1][0]):
        near = to_tokens(np.array(bands, dtype=np.uint64))
        yield {"near": near, "support": support, "examples": [names[id] for id in ids]}


def _feature_rows(slice_: SiteSlice) -> Iterator[dict[str, Any]]:
    named = (slice_.examples.keys_, slice_.near.keys_)
    shown = np.isin(slice_.counts.keys_, np.concatenate(named))
    keys, numbers = slice_.counts.keys_[~shown], slice_.counts.numbers[~shown]
    for number in np.unique(numbers).tolist():
        yield {"recurs": number, "features": to_tokens(keys[numbers == number])}


class _Told:
    """What the lines of a larger site tell of its documents."""

    def __init__(self) -> None:
        self._documents: dict[Key, tuple[Key, Key, Key, Keys]] = {}
        self._common = NO_KEYS
        self._lacking: dict[Key, dict[Key, int]] = defaultdict(dict)

    def take(self, row: Mapping[str, Any]) -> None:
        if "counted" in row:
            for key in _sorted_tokens(row["keys"]).tolist():
                self._add(key, (key, key, 0, NO_KEYS))
        elif "document" in row:
            key = int(row["document"], 16)
            witness, family = (int(row.get(name, row["document"]), 16) for name in ("witness", "family"))
            page = int(row.get("page", "0"), 16)
            self._add(key, (witness, family, page, from_tokens(row.get("telling", ""))))
        elif "common" in row:
            self._common = _sorted_tokens(row["common"])
        else:
            keys = _sorted_tokens(row["features"]).tolist()
            self._lacking[int(row["lacking"], 16)].update(dict.fromkeys(keys, int(row["parts"])))

    def _add(self, key: Key, told: tuple[Key, Key, Key, Keys]) -> None:
        if self._documents.setdefault(key, told) is not told:
            raise ValueError("a document is told of twice")

    @property
    def lacking(self) -> dict[Key, Counts]:
        return {key: Counts.of_mapping(numbers) for key, numbers in self._lacking.items()}

    def witnesses(self) -> Witnesses:
        """Raises KeyError where a witness is none of the documents."""
        ordered = sorted(self._documents)
        place = {key: number for number, key in enumerate(ordered)}
        told = [self._documents[key] for key in ordered]
        return Witnesses(
            documents=np.array(ordered, dtype=np.uint64),
            groups=np.array([place[witness] for witness, _, _, _ in told], dtype=np.uint32),
            families=np.array([family for _, family, _, _ in told], dtype=np.uint64),
            pages=np.array([page for _, _, page, _ in told], dtype=np.uint64),
            starts=np.cumsum([0, *(len(blocks) for _, _, _, blocks in told)]).astype(np.int64),
            blocks=np.concatenate([NO_KEYS, *(blocks for _, _, _, blocks in told)]),
            common=self._common,
        )


class Reader:
    """Takes the lines of a site, and makes its slice of them."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._facts = facts
        self._lines = 0
        self._records: list[DocumentEvidence] = []
        self._told = _Told()
        self._understudies: dict[Key, Keys] = {}
        self._names: dict[str, str] = {}
        self._examples: dict[Key, Sequence[str]] = {}
        self._near: dict[Key, Sequence[str]] = {}
        self._numbers: dict[Key, int] = {}
        self._recurring: list[tuple[Keys, int]] = []

    def take(self, row: Mapping[str, Any]) -> None:
        """One line. Raises ValueError, KeyError or TypeError for one that cannot be read."""
        self._lines += 1
        if "record" in row:
            self._records.append(_record(row))
        elif "counted" in row or "document" in row or "common" in row or "lacking" in row:
            self._told.take(row)
        elif "understudy" in row:
            self._understudies[int(row["understudy"], 16)] = _sorted_tokens(row["features"])
        elif "example" in row:
            self._names[row["as"]] = row["example"]
        elif "template" in row:
            self._examples[int(row["template"], 16)] = self._held(row)
            self._numbers[int(row["template"], 16)] = int(row["support"])
            self._take_near(row)
        elif "near" in row:
            self._take_near(row)
        else:
            self._recurring.append((_sorted_tokens(row["features"]), int(row["recurs"])))

    def _held(self, row: Mapping[str, Any]) -> list[str]:
        return [self._names[name] for name in row["examples"]]

    def _take_near(self, row: Mapping[str, Any]) -> None:
        for key in _sorted_tokens(row.get("near", "")).tolist():
            self._near[key] = self._held(row)
            self._numbers[key] = int(row["support"])

    def finish(self) -> SiteSlice:
        """The slice. Raises ValueError, KeyError or TypeError where lines are missing."""
        if self._lines != self._facts["lines"]:
            why = f"{self._lines} lines instead of {self._facts['lines']}"
            raise ValueError(f"the site {self._facts['site']} has {why}")
        return SiteSlice(
            id=str(self._facts["site"]),
            found_by=str(self._facts["found_by"]),
            records=tuple(self._records),
            counts=self._counts(),
            known=self._told.witnesses(),
            lacking=self._told.lacking,
            understudies=self._understudies,
            examples=Lists.of_mapping(self._examples),
            near=Lists.of_mapping(self._near),
            folders={str(k): int(n) for k, n in self._facts.get("folders", {}).items()},
            anchors={int(k, 16): int(n) for k, n in self._facts.get("anchors", {}).items()},
        )

    def _counts(self) -> Counts:
        shown = Counts.of_mapping(self._numbers)
        keys = np.concatenate([shown.keys_, *(keys for keys, _ in self._recurring)])
        numbers = [shown.numbers, *(np.full(len(keys), n, dtype=np.uint32) for keys, n in self._recurring)]
        order = np.argsort(keys, kind="stable")
        if np.any(keys[order][1:] == keys[order][:-1]):
            raise ValueError("a feature is counted twice")
        return Counts(keys[order], np.concatenate(numbers)[order])


def _record(row: Mapping[str, Any]) -> DocumentEvidence:
    signed = np.array(row["signed"], dtype=np.int32)
    bands = from_tokens(row["bands"])
    of_one_line: dict[str, Any] = {name: _sorted_tokens(row[name]) for name in _OF_ONE_LINE if name in row}
    return DocumentEvidence(
        id=row["record"],
        digest=row["digest"],
        host=row["host"],
        folder=row["folder"],
        page=int(row["page"]),
        keys=from_tokens(row["keys"]),
        lengths=np.array(row["lengths"], dtype=np.int32),
        signed=signed,
        bands=bands.reshape((len(signed), -1)) if len(signed) else bands.reshape((0, 0)),
        paths=from_tokens(row["paths"]),
        written=from_tokens(row["written"]),
        stems=from_tokens(row["stems"]).reshape(-1, 2),
        **of_one_line,
    )
