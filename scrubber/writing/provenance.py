"""The provenance of one document: what it was, what was done to it, what is left, and why.

Format ``scrubber.provenance/1``: one JSON object, keys sorted, one edit or kept block a line so
that two versions differ where the document differs. Offsets count code points.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from scrubber.config import LedgerMode
from scrubber.documents import CleanDocument, CutOff, Flag, KeptBlock, Metadata, Site, Source, Versions
from scrubber.edits import Declined, Edit, Layer, Ledger, LedgerError, Reason
from scrubber.writing import json_lines

SCHEMA = "scrubber.provenance/1"
FAMILY = "scrubber.provenance/"

_EXPANDED = frozenset(
    {"blocks", "cuts", "declined", "edits", "factors", "flags", "layers", "ledger", "metadata", "source"}
)


class ProvenanceError(ValueError):
    """A provenance file cannot be read."""

    def __init__(self, why: str, remedy: str = "run `scrubber clean` again to write it anew") -> None:
        super().__init__(f"{why}; {remedy}")
        self.why = why
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class TextFacts:
    """Size and identity of a text: code points, and the sha256 of its UTF-8 bytes."""

    characters: int
    sha256: str

    @classmethod
    def of(cls, text: str) -> TextFacts:
        """The facts of a text; lone surrogates count as their three bytes."""
        return cls(len(text), hashlib.sha256(to_bytes(text)).hexdigest())


@dataclass(frozen=True, slots=True)
class Record:
    """What the provenance file of a document says."""

    id: str
    status: str
    source: Source
    raw: TextFacts
    """The decoded text; for HTML the linearised text, which is what the ledger starts from."""
    clean: TextFacts
    site: Site
    metadata: Metadata
    mode: LedgerMode
    ledger: Ledger | None
    """None under ``--ledger none``; edits without `removed` when read back under ``spans``."""
    counts: dict[str, int]
    """Edits by rule, kept in every mode."""
    blocks: tuple[KeptBlock, ...]
    flags: tuple[Flag, ...]
    versions: Versions
    cuts: tuple[CutOff, ...] = ()
    """What was cut off, and how it ended."""

    @property
    def is_html(self) -> bool:
        """Whether undoing ends at the linearised text instead of the raw bytes."""
        return self.source.media_type == "text/html"


def to_bytes(text: str) -> bytes:
    """The bytes of a clean file. Lone surrogates (undecodable raw bytes) pass through exactly."""
    return text.encode("utf-8", "surrogatepass")


def to_text(data: bytes) -> str:
    """The clean text of a clean file: the inverse of `to_bytes`. Raises UnicodeDecodeError."""
    return data.decode("utf-8", "surrogatepass")


def describe(document: CleanDocument, text: str, mode: LedgerMode) -> Record:
    """The record of a clean document whose clean text is `text`."""
    return Record(
        id=document.id,
        status=document.status,
        source=document.raw.source,
        raw=TextFacts.of(document.raw.text),
        clean=TextFacts.of(text),
        site=document.site,
        metadata=document.metadata,
        mode=mode,
        ledger=None if mode is LedgerMode.NONE else document.ledger,
        counts=dict(sorted(Counter(edit.rule for edit in document.ledger).items())),
        blocks=document.blocks,
        flags=document.flags,
        versions=document.versions,
        cuts=document.cuts,
    )


def to_json(record: Record) -> bytes:
    """The bytes of the provenance file: the same for equal records, with a final line end."""
    ledger: dict[str, Any] = {"mode": record.mode.value}
    if record.ledger is not None and record.mode is not LedgerMode.NONE:
        form = _Form(record.mode, _Places())
        ledger["layers"] = [_layer_to_plain(layer, form) for layer in record.ledger.layers]
        ledger["factors"] = list(form.factors)
    plain = {
        "schema": SCHEMA,
        "id": record.id,
        "status": record.status,
        "source": _plain(record.source),
        "raw": _plain(record.raw),
        "clean": _plain(record.clean),
        "site": _plain(record.site),
        "metadata": _plain(record.metadata),
        "ledger": ledger,
        "counts": record.counts,
        "blocks": [_block_line(block) for block in record.blocks],
        "flags": [_plain(flag) for flag in record.flags],
        "cuts": [_plain(cut) for cut in record.cuts],
        "versions": _plain(record.versions),
    }
    return json_lines.lay_out(plain, _EXPANDED) + b"\n"


def from_json(data: bytes) -> Record:
    """Read a provenance file. Raises ProvenanceError with what is wrong and what to do."""
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ProvenanceError(f"not JSON ({error})") from error
    schema = plain.get("schema") if isinstance(plain, dict) else None
    if schema != SCHEMA:
        if isinstance(schema, str) and schema.startswith(FAMILY):
            raise ProvenanceError(f"schema {schema} is not the {SCHEMA} that this version reads")
        raise ProvenanceError("not a provenance file of scrubber")
    try:
        return _record_from_plain(plain)
    except (LookupError, TypeError, AttributeError) as error:
        raise ProvenanceError(f"incomplete ({type(error).__name__}: {error})") from error
    except (msgspec.ValidationError, LedgerError, ValueError) as error:
        raise ProvenanceError(str(error)) from error


def _record_from_plain(plain: dict[str, Any]) -> Record:
    mode = LedgerMode(plain["ledger"]["mode"])
    layers = plain["ledger"].get("layers")
    factors = msgspec.convert(plain["ledger"].get("factors", ()), list[str])
    return Record(
        id=msgspec.convert(plain["id"], str),
        status=msgspec.convert(plain["status"], str),
        source=msgspec.convert(plain["source"], Source),
        raw=msgspec.convert(plain["raw"], TextFacts),
        clean=msgspec.convert(plain["clean"], TextFacts),
        site=msgspec.convert(plain["site"], Site),
        metadata=msgspec.convert(plain["metadata"], Metadata),
        mode=mode,
        ledger=None
        if layers is None
        else Ledger(tuple(_layer_from_plain(layer, factors) for layer in layers)),
        counts=msgspec.convert(plain["counts"], dict[str, int]),
        blocks=msgspec.convert(plain["blocks"], tuple[KeptBlock, ...]),
        flags=msgspec.convert(plain["flags"], tuple[Flag, ...]),
        versions=msgspec.convert(plain["versions"], Versions),
        cuts=msgspec.convert(plain.get("cuts", ()), tuple[CutOff, ...]),
    )


def _plain(value: object) -> dict[str, Any]:
    """A dataclass as a dict without its absent values; bytes become base64."""
    plain: dict[str, Any] = msgspec.to_builtins(value)
    return {key: item for key, item in plain.items() if item is not None}


class _Places(dict[str, int]):
    """The place of each word in a table: what is asked for first is put at its end."""

    def __missing__(self, word: str) -> int:
        self[word] = place = len(self)
        return place


@dataclass(frozen=True, slots=True)
class _Form:
    """How edits are written. What weighed is told in words, so the words stand once, in a table."""

    mode: LedgerMode
    factors: _Places
    """Places in the table, in the order of first use."""


def _layer_to_plain(layer: Layer, form: _Form) -> dict[str, Any]:
    plain: dict[str, Any] = {"name": layer.name, "edits": [_edit_line(edit, form) for edit in layer.edits]}
    if layer.declined:
        plain["declined"] = [
            {"because": declined.because, **msgspec.to_builtins(_edit_line(declined.edit, form))}
            for declined in layer.declined
        ]
    return plain


def _layer_from_plain(plain: dict[str, Any], factors: list[str]) -> Layer:
    return Layer(
        plain["name"],
        tuple(_edit_from_plain(edit, factors) for edit in plain["edits"]),
        tuple(Declined(_edit_from_plain(d, factors), d["because"]) for d in plain.get("declined", ())),
    )


class _Evidence(msgspec.Struct, omit_defaults=True):
    """Only what is there: most edits have a template, or a donor, or nothing to add."""

    donor: dict[str, Any] | None = None
    examples: tuple[str, ...] = ()
    note: str = ""
    template: str | None = None
    weights: list[tuple[int, int]] | None = None


_NO_EVIDENCE = _Evidence()


class _EditLine(msgspec.Struct):
    """An edit as a line of the file: its fields by name, without those that are unset."""

    confidence: float
    end: int
    evidence: _Evidence | UnsetType = UNSET
    inserted: str | UnsetType = UNSET
    inserted_base64: bytes | UnsetType = UNSET
    removed: str | UnsetType = UNSET
    removed_base64: bytes | UnsetType = UNSET
    removed_characters: int | UnsetType = UNSET
    removed_sha256: str | UnsetType = UNSET
    rule: str = ""
    start: int = 0


class _BlockLine(msgspec.Struct):
    """A kept block as a line of the file."""

    clean_end: int
    clean_start: int
    kind: str
    raw_end: int
    raw_start: int
    xpath: str | UnsetType = UNSET


def _block_line(block: KeptBlock) -> _BlockLine:
    xpath = UNSET if block.xpath is None else block.xpath
    return _BlockLine(block.clean_end, block.clean_start, block.kind, block.raw_end, block.raw_start, xpath)


def _edit_line(edit: Edit, form: _Form) -> _EditLine:
    inserted, removed = edit.inserted, edit.removed
    line = _EditLine(round(edit.confidence, 2), edit.end, _evidence(edit.reason, form.factors))
    line.rule, line.start = edit.rule, edit.start
    # Text stands as itself, or as base64 of its bytes where it is not valid Unicode.
    if _is_valid(inserted):
        line.inserted = inserted
    else:
        line.inserted_base64 = to_bytes(inserted)
    if removed is None:
        return line
    if form.mode is not LedgerMode.FULL:
        facts = TextFacts.of(removed)
        line.removed_characters, line.removed_sha256 = facts.characters, facts.sha256
    elif _is_valid(removed):
        line.removed = removed
    else:
        line.removed_base64 = to_bytes(removed)
    return line


def _is_valid(text: str) -> bool:
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            return False
    return True


def _evidence(reason: Reason, factors: _Places) -> _Evidence | UnsetType:
    weights = [(factors[factor], weight) for factor, weight in reason.weights]
    donor = _plain(reason.donor) if reason.donor is not None else None
    told = _Evidence(donor, reason.examples, reason.note, reason.template or None, weights or None)
    return told if told != _NO_EVIDENCE else UNSET


@dataclass(frozen=True, slots=True)
class _EditRow:
    """An edit as it is written: types are checked on the way in."""

    start: int
    end: int
    rule: str
    confidence: float
    inserted: str | None = None
    inserted_base64: bytes | None = None
    removed: str | None = None
    removed_base64: bytes | None = None
    evidence: dict[str, Any] = field(default_factory=dict)


def _edit_from_plain(plain: dict[str, Any], factors: list[str]) -> Edit:
    row = msgspec.convert(plain, _EditRow)
    weights = [(factors[place], weight) for place, weight in row.evidence.get("weights", ())]
    return Edit(
        start=row.start,
        end=row.end,
        removed=_either(row.removed, row.removed_base64),
        inserted=_either(row.inserted, row.inserted_base64) or "",
        rule=row.rule,
        confidence=row.confidence,
        reason=msgspec.convert({**row.evidence, "weights": weights}, Reason),
    )


def _either(text: str | None, data: bytes | None) -> str | None:
    return to_text(data) if text is None and data is not None else text
