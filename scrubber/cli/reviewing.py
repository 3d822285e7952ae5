"""``scrubber explain`` and ``scrubber audit``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from scrubber.cli import options
from scrubber.cli.console import counted, note, printable, result, result_json
from scrubber.cli.marking import Kind, Piece, kinds, marked
from scrubber.edits import Edit
from scrubber.running import reviewing
from scrubber.running.reviewing import Explanation, LostSentence, Removal, SiteAudit

_WIDTH = 100
_ALONE = 20
"""Removals of what no other document holds that are shown of a site."""
_STYLES = {
    Kind.KEPT: ("", ""),
    Kind.REMOVED: ("red strike", ""),
    Kind.REPAIRED: ("magenta strike", "bold green"),
    Kind.NORMALISED: ("yellow strike", "cyan"),
}


@click.command()
@click.argument("out", type=options.OUT)
@click.argument("document")
@click.option("--no-color", is_flag=True, help="Plain marks, [-removed-]{+inserted+}, on a terminal too.")
@options.speaking
def explain(out: Path, document: str, *, no_color: bool, quiet: bool, as_json: bool) -> None:
    """Show the raw text of DOCUMENT with every change marked, and the reason of each.

    DOCUMENT is an id of the manifest, or a path in OUT. With --quiet only the marked text.
    """
    explanation = reviewing.explain(out, document)
    if as_json:
        result_json(_explanation_as_json(explanation))
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


@click.command()
@click.argument("out", type=options.OUT)
@click.option(
    "--nearest",
    type=click.IntRange(min=0),
    default=reviewing.NEAREST,
    show_default=True,
    help="Removals to show of each site, the least sure first.",
)
@options.speaking
def audit(out: Path, nearest: int, *, quiet: bool, as_json: bool) -> None:
    """Show where content may have been lost, site by site.

    That is: the least sure removals, the removals of what no other document holds, and every
    removed sentence of 60 characters or more. A wrong removal is undone by a line in templates.overrides.toml and another run.
    """
    sites = reviewing.audit(out, nearest)
    if as_json:
        result_json({"sites": [_site_as_json(site) for site in sites]})
        return
    for site in sites:
        _print_site(site)
    if not sites:
        result("no words were removed")
    elif any(removal.text is None for site in sites for removal in site.nearest):
        note("the ledger keeps spans only: removed sentences cannot be shown without `--ledger full`")
    elif not quiet:
        note('to keep a template, write its id into templates.overrides.toml: "id" = "keep"')


def _heading(explanation: Explanation) -> Iterator[str]:
    record = explanation.record
    others = counted(record.site.documents, "other distinct document")
    yield f"{record.id}: {record.status}, {record.raw.characters:,} -> {record.clean.characters:,} characters"
    yield f"site {record.site.id}, found by {record.site.found_by}; {others}"
    for name in ("title", "author", "date", "language"):
        found = getattr(record.metadata, name)
        if found is not None:
            yield f"{name}: {found.value} ({found.where})"


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


def _reasons(explanation: Explanation) -> Iterator[str]:
    yield ""
    yield f"{counted(len(explanation.changes), 'change')}:" if explanation.changes else "no change"
    for number, (change, kind) in enumerate(
        zip(explanation.changes, kinds(explanation), strict=True), start=1
    ):
        yield f"{number:>4}. {kind.value} {change.start}..{change.end}  {_quoted(change.removed, change.inserted)}"
        for edit in change.parts:
            for line in _reason(edit, explanation, alone=len(change.parts) == 1):
                yield f"      {line}"
    for flag in explanation.record.flags:
        yield f"   flag {flag.rule} {flag.start}..{flag.end}: {flag.message}"
    layers = explanation.record.ledger.layers if explanation.record.ledger else ()
    for layer in layers:
        for declined in layer.declined:
            edit = declined.edit
            yield f"   declined {edit.rule} {edit.start}..{edit.end} of {layer.name}: {declined.because}"


def _quoted(removed: str, inserted: str) -> str:
    before = f'"{_shortened(removed)}"' if removed else "nothing"
    return before + (f' -> "{_shortened(inserted)}"' if inserted else "")


def _shortened(text: str) -> str:
    text = text.replace("\n", "␊")
    if len(text) <= _WIDTH:
        return text
    return f"{text[: _WIDTH // 2]} … {text[-_WIDTH // 2 :]}"


def _reason(edit: Edit, explanation: Explanation, *, alone: bool) -> Iterator[str]:
    reason = edit.reason
    of = "" if alone else f" of {_quoted(edit.removed or '', edit.inserted)}"
    note = f": {reason.note}" if reason.note else ""
    yield f"rule {edit.rule}, confidence {edit.confidence:.2f}{of}{note}"
    for name, weight in reason.weights:
        yield f"  {weight:+6,}  {name.replace('_', ' ')}"
    if reason.template is not None:
        count = explanation.support.get(reason.template)
        where = f" stands in {counted(count, 'distinct document')}" if count else ""
        yield f"template {reason.template}{where}"
    if reason.examples:
        yield f"for example in {', '.join(reason.examples)}"
    if reason.donor is not None:
        donor = reason.donor
        yield f"proved by {donor.document} {donor.start}..{donor.end}, {donor.overlap} characters in common"


def _print_site(site: SiteAudit) -> None:
    result(f"site {site.site}")
    if site.nearest:
        result("  least sure removals:")
    for removal in site.nearest:
        _print_removal(removal)
    if site.alone:
        result(f"  {counted(len(site.alone), 'removal')} of what no other document holds:")
    for removal in site.alone[:_ALONE]:
        _print_removal(removal)
    if len(site.alone) > _ALONE:
        result(f"    and {len(site.alone) - _ALONE:,} more (--json shows all)")
    if site.sentences:
        result("  removed sentences:")
    for sentence in site.sentences:
        result(f"    {sentence.confidence:.2f} {_holders(sentence)}")
        result(f"         {sentence.text}")


def _print_removal(removal: Removal) -> None:
    template = f", template {removal.template}" if removal.template else ""
    result(f"    {removal.confidence:.2f} {removal.document} ({removal.rule}{template})")
    if removal.text is not None:
        result(f"         {_shortened(removal.text.strip())}")


def _holders(sentence: LostSentence) -> str:
    rest = len(sentence.documents) - 3
    return ", ".join(sentence.documents[:3]) + (f" and {rest:,} more" if rest > 0 else "")


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


def _site_as_json(site: SiteAudit) -> dict[str, Any]:
    return {
        "site": site.site,
        "nearest": [_removal_as_json(removal) for removal in site.nearest],
        "sentences": [
            {"text": s.text, "confidence": round(s.confidence, 2), "documents": list(s.documents)}
            for s in site.sentences
        ],
        "alone": [_removal_as_json(removal) for removal in site.alone],
    }


def _removal_as_json(removal: Removal) -> dict[str, Any]:
    return {
        "document": removal.document,
        "rule": removal.rule,
        "confidence": round(removal.confidence, 2),
        "start": removal.start,
        "characters": removal.characters,
        "text": removal.text,
        "template": removal.template,
    }
