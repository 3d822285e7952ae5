"""The edits of a provenance as rows, and the provenance to the byte from those rows.

A provenance has an edit on each line (`json_lines.lay_out`). Those lines are taken out and become
rows with columns; the rest stays text. Nothing stands twice, and the two together are smaller than
the provenance alone. What would not come back to the byte is left in the text instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from scrubber.writing import json_lines

_MARGIN = b" " * 10
_EDIT = _MARGIN + b'{"confidence"'
_EDITS = b'        "edits": '
_NAME = b'        "name": '

Row = dict[str, Any]


def split(provenance: bytes) -> tuple[str, list[Row]]:
    """``(provenance without its edits, edits)``: `join` gives the same bytes again.

    Where it would not (a file that was laid out by hand), the whole provenance and no edits.
    """
    rest: list[bytes] = []
    rows: list[Row] = []
    begun = 0
    step = -1
    for line in provenance.split(b"\n"):
        if line.startswith(_EDIT) and step >= 0:
            rows.append(_row(line, step))
            continue
        if line.startswith(_EDITS):
            step += 1
        elif line.startswith(_NAME):
            name = json.loads(line[len(_NAME) :])
            for row in rows[begun:]:
                row["layer"] = name
            begun = len(rows)
        rest.append(line)
    text = b"\n".join(rest).decode()
    if rows and join(text, rows) != provenance:
        return provenance.decode(), []
    return text, rows


def join(text: str, rows: list[Row]) -> bytes:
    """The provenance from what `split` made of it. Raises ValueError where a row is damaged."""
    if not rows:
        return text.encode()
    return b"\n".join(_lines(text.encode(), rows))


def _lines(text: bytes, rows: list[Row]) -> Iterator[bytes]:
    step, at = -1, 0
    for line in text.split(b"\n"):
        yield line
        if not line.startswith(_EDITS):
            continue
        step += 1
        end = at
        while end < len(rows) and rows[end]["step"] == step:
            end += 1
        for row in rows[at:end]:
            at += 1
            yield _line(row) + (b"," if at < end else b"")


class _Evidence(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """Why an edit was made, as nearly every edit has it."""

    examples: list[str] = []
    note: str = ""
    template: str = ""
    weights: msgspec.Raw = msgspec.Raw(b"")


class _Edit(msgspec.Struct, forbid_unknown_fields=True):
    """An edit as nearly every edit is: another form takes the slower way."""

    start: int
    end: int
    removed: str
    inserted: str
    rule: str
    confidence: float
    evidence: _Evidence = msgspec.field(default_factory=_Evidence)


_USUAL = msgspec.json.Decoder(_Edit)
_ENCODE = msgspec.json.Encoder().encode


def _row(line: bytes, step: int) -> Row:
    data = line.removeprefix(_MARGIN).removesuffix(b",")
    try:
        edit = _USUAL.decode(data)
    except msgspec.DecodeError:  # a ValidationError is one too
        return _unusual_row(_decode(data), step)
    evidence = edit.evidence
    return {
        "step": step,
        "layer": "",
        "start": edit.start,
        "end": edit.end,
        "removed": edit.removed,
        "inserted": edit.inserted,
        "rule": edit.rule,
        "confidence": edit.confidence,
        "template": evidence.template,
        "examples": evidence.examples,
        "donor": "",
        "note": evidence.note,
        "weights": bytes(evidence.weights).decode(),
        "other": "",
    }


def _unusual_row(edit: dict[str, Any], step: int) -> Row:
    """What has no column of its own, or would not fit into it, stands as JSON in ``other``."""
    evidence = edit.pop("evidence", {})
    donor = evidence.get("donor", {}).get("document", "")
    row: Row = {
        "step": step,
        "layer": "",
        "start": edit.pop("start"),
        "end": edit.pop("end"),
        "removed": edit.pop("removed", ""),
        "inserted": edit.pop("inserted", ""),
        "rule": edit.pop("rule"),
        "confidence": edit.pop("confidence"),
        "template": evidence.pop("template", ""),
        "examples": [],
        "donor": donor.encode("utf-8", "backslashreplace").decode(),
        "note": evidence.pop("note", ""),
        "weights": "",
    }
    if evidence:
        edit["evidence"] = evidence
    row["other"] = json_lines.encode(json_lines.line(edit)).decode()
    return row


def _line(row: Row) -> bytes:
    if row["other"]:
        return _unusual_line(row)
    fields = []
    if row["examples"]:
        fields.append(b'"examples": [' + b", ".join(map(_ENCODE, row["examples"])) + b"]")
    if row["note"]:
        fields.append(b'"note": ' + _ENCODE(row["note"]))
    if row["template"]:
        fields.append(b'"template": ' + _ENCODE(row["template"]))
    if row["weights"]:
        fields.append(b'"weights": ' + row["weights"].encode())
    return b"".join(
        (
            b'          {"confidence": %a, "end": %d' % (row["confidence"], row["end"]),
            b', "evidence": {' + b", ".join(fields) + b"}" if fields else b"",
            b', "inserted": ' + _ENCODE(row["inserted"]),
            b', "removed": ' + _ENCODE(row["removed"]),
            b', "rule": ' + _ENCODE(row["rule"]),
            b', "start": %d}' % row["start"],
        )
    )


def _unusual_line(row: Row) -> bytes:
    edit = _decode(row["other"].encode())
    edit |= {name: row[name] for name in ("start", "end", "rule", "confidence")}
    for name in ("removed", "inserted"):
        if not any(key.startswith(f"{name}_") for key in edit):
            edit[name] = row[name]
    kept = {name: row[name] for name in ("note", "template") if row[name]}
    if kept:
        edit["evidence"] = edit.get("evidence", {}) | kept
    return _MARGIN + json_lines.encode(json_lines.line(edit))


def _decode(data: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(data, type=dict[str, Any])
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:  # a lone surrogate, in the name of a file that is not valid Unicode
        return msgspec.convert(json.loads(data), dict[str, Any])
