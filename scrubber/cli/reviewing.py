"""``scrubber explain``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from scrubber.cli import options
from scrubber.cli.console import counted, printable, quoted, result, result_json
from scrubber.cli.marking import Kind, Piece, kinds, marked
from scrubber.edits import Edit, Reason
from scrubber.running import reviewing
from scrubber.running.doubting import is_removal
from scrubber.running.reviewing import Explanation

_STYLES = {
    Kind.KEPT: ("", ""),
    Kind.REMOVED: ("red strike", ""),
    Kind.REPAIRED: ("magenta strike", "bold green"),
    Kind.NORMALISED: ("yellow strike", "cyan"),
}


_LIKELY = 0.5
"""The confidence below which a removed block is, by itself, more likely content than chrome."""
_LEGEND = "(before each reason how much it spoke for removal: 100 makes it 2.7 times as likely, as odds)"


@click.command()
@click.argument("out", type=options.OUT)
@click.argument("document")
@click.option("--no-color", is_flag=True, help="Plain marks, [-removed-]{+inserted+}, on a terminal too.")
@click.option("--find", metavar="TEXT", help="Only the reasons of changes that hold TEXT, without the rest.")
@options.speaking
def explain(
    out: Path, document: str, *, no_color: bool, find: str | None, quiet: bool, as_json: bool
) -> None:
    """Show the raw text of DOCUMENT with every change marked, and the reason of each.

    DOCUMENT is an id of the manifest, or a path in OUT. With --quiet only the marked text, with
    --find only the reasons of what is sought.
    """
    explanation = reviewing.explain(out, document)
    if as_json:
        result_json(_explanation_as_json(explanation))
        return
    if find is not None:
        _print_found(explanation, find)
        return
    if not quiet:
        for line in _heading(explanation):
            result(line)
        result("")
    pieces = marked(explanation)
    if no_color or "NO_COLOR" in os.environ or not sys.stdout.isatty():
        result("".join(_plain(piece) for piece in pieces).rstrip("\n"))
    else:
        _print_coloured(pieces)
    if not quiet:
        for line in _reasons(explanation):
            result(line)


def _heading(explanation: Explanation) -> Iterator[str]:
    record = explanation.record
    others = counted(record.site.documents, "other distinct document")
    yield f"{record.id}: {record.status}, {record.raw.characters:,} -> {record.clean.characters:,} characters"
    yield f"site {record.site.id}, found by {record.site.found_by}; {others}"
    for name in ("title", "author", "date", "language"):
        found = getattr(record.metadata, name)
        if found is not None:
            yield f"{name}: {found.value} ({found.where})"
    for flag in record.flags:
        yield f"flag {flag.rule} {flag.start}..{flag.end}: {flag.message}"


def _plain(piece: Piece) -> str:
    if piece.kind is Kind.KEPT:
        return piece.removed
    removed = f"[-{piece.removed}-]" if piece.removed else ""
    return removed + (f"{{+{piece.inserted}+}}" if piece.inserted else "")


def _print_coloured(pieces: Iterator[Piece]) -> None:
    from rich.console import Console
    from rich.text import Text

    text = Text()
    for piece in pieces:
        removed, inserted = _STYLES[piece.kind]
        text.append(printable(piece.removed, sys.stdout), removed)
        text.append(printable(piece.inserted, sys.stdout), inserted)
    Console(soft_wrap=True, highlight=False, force_terminal=True).print(text)


def _print_found(explanation: Explanation, text: str) -> None:
    """The reasons of the edits that took or put `text`; folded, as a reader would copy it."""
    sought = " ".join(text.casefold().split())
    found = [
        edit
        for change in explanation.changes
        for edit in change.parts
        if sought in " ".join(f"{edit.removed or ''} {edit.inserted}".casefold().split())
    ]
    for edit in found:
        for line in _reason(edit, explanation, alone=False):
            result(line)
    if found:
        return
    kept = sought in " ".join(explanation.raw.casefold().split())
    result(
        "no single change holds it"
        + (": it was kept, or goes over several" if kept else ", nor the raw text")
    )


def _reasons(explanation: Explanation) -> Iterator[str]:
    yield ""
    yield f"{counted(len(explanation.changes), 'change')}:" if explanation.changes else "no change"
    if any(edit.reason.weights for change in explanation.changes for edit in change.parts):
        yield _LEGEND
    for number, (change, kind) in enumerate(
        zip(explanation.changes, kinds(explanation), strict=True), start=1
    ):
        yield f"{number:>4}. {kind.value} {change.start}..{change.end}  {_changed(change.removed, change.inserted)}"
        for edit in change.parts:
            for line in _reason(edit, explanation, alone=len(change.parts) == 1):
                yield f"      {line}"
    layers = explanation.record.ledger.layers if explanation.record.ledger else ()
    for layer in layers:
        for declined in layer.declined:
            edit = declined.edit
            yield f"   declined {edit.rule} {edit.start}..{edit.end} of {layer.name}: {declined.because}"


def _changed(removed: str, inserted: str) -> str:
    before = quoted(removed) if removed else "nothing"
    return before + (f" -> {quoted(inserted)}" if inserted else "")


def _reason(edit: Edit, explanation: Explanation, *, alone: bool) -> Iterator[str]:
    reason = edit.reason
    of = "" if alone else f" of {_changed(edit.removed or '', edit.inserted)}"
    note = f": {reason.note}" if reason.note else ""
    yield f"rule {edit.rule}, confidence {edit.confidence:.2f}{of}{note}"
    if is_removal(edit):
        yield from _what_decided(edit)
    for name, weight in reason.weights:
        yield f"  {weight:+6,}  {name.replace('_', ' ')}"
    if reason.template is not None:
        yield f"template {reason.template}{_standing(reason, explanation)}"
    if reason.examples:
        yield f"for example in {', '.join(reason.examples)}"
    if reason.donor is not None:
        donor = reason.donor
        yield f"proved by {donor.document} {donor.start}..{donor.end}, {donor.overlap} characters in common"


def _what_decided(edit: Edit) -> Iterator[str]:
    """Where it was not what weighed most, a reader must not take it for that."""
    if edit.reason.note:
        if edit.reason.weights:
            yield "  that decided, whatever the evidence; which is:"
    elif edit.confidence < _LIKELY:
        yield "  by itself it would have stayed: it went in the company of surer neighbours"
    elif not edit.reason.weights:
        yield "  no single feature spoke for it: it went in the company of its neighbours"


def _standing(reason: Reason, explanation: Explanation) -> str:
    count = explanation.support.get(reason.template or "", 0)
    if not reason.examples and count <= 1:
        return " stands in no other document"
    return f" stands in {counted(count, 'distinct document')}" if count else ""


def _explanation_as_json(explanation: Explanation) -> dict[str, Any]:
    record = explanation.record
    return {
        "id": record.id,
        "status": record.status,
        "site": record.site.id,
        "raw": explanation.raw,
        "changes": [
            {
                "kind": kind.value,
                "start": change.start,
                "end": change.end,
                "removed": change.removed,
                "inserted": change.inserted,
                "edits": [_edit_as_json(edit, explanation) for edit in change.parts],
            }
            for change, kind in zip(explanation.changes, kinds(explanation), strict=True)
        ],
        "flags": [
            {"rule": flag.rule, "start": flag.start, "end": flag.end, "message": flag.message}
            for flag in record.flags
        ],
    }


def _edit_as_json(edit: Edit, explanation: Explanation) -> dict[str, Any]:
    reason = edit.reason
    return {
        "rule": edit.rule,
        "confidence": round(edit.confidence, 2),
        "note": reason.note,
        "weights": dict(reason.weights),
        "template": reason.template,
        "support": explanation.support.get(reason.template or ""),
        "examples": list(reason.examples),
        "donor": reason.donor.document if reason.donor else None,
    }
