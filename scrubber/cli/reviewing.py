"""``scrubber explain``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from scrubber.cli import options
from scrubber.cli.console import counted, printable, result, result_json
from scrubber.cli.marking import Kind, Piece, kinds, marked
from scrubber.cli.seeking import seek
from scrubber.cli.telling import tell_changes, tell_edits, tell_ruling
from scrubber.edits import Edit, Span
from scrubber.running import reviewing
from scrubber.running.reviewing import Explanation, Ruling

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
@click.option(
    "--find", metavar="TEXT", help="Only what became of TEXT, and why; case and white space do not matter."
)
@options.speaking
def explain(
    out: Path, document: str, *, no_color: bool, find: str | None, quiet: bool, as_json: bool
) -> None:
    """Show the raw text of DOCUMENT with every change marked, and the reason of each.

    DOCUMENT is an id of the manifest, or a path in OUT. With --quiet only the marked text. With
    --find only what became of a text: the reasons where a change holds it, or touches a part of it,
    and how often it was kept.
    """
    explanation = reviewing.explain(out, document)
    if as_json:
        result_json(_explanation_as_json(explanation))
        return
    if find is not None:
        if not find.strip():
            raise click.UsageError("--find wants some text to look for")
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
        result("")
        for line in tell_changes(explanation):
            result(line)


def _heading(explanation: Explanation) -> Iterator[str]:
    record = explanation.record
    others = counted(record.site.documents, "other distinct document")
    yield f"{record.id}: {record.status}, {record.raw.characters:,} -> {record.clean.characters:,} characters"
    if record.site.found_by == "nothing":
        yield "judged alone: no other document of the dump was found to be of its site"
    else:
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
    """What became of `text` wherever it stands, and why."""
    found = seek(explanation, text)
    for line in tell_edits(found.holding, explanation):
        result(line)
    if found.across:
        number = counted(len(found.across), "change")
        where = "elsewhere no" if found.holding else "no"
        rest = ", and the rest was kept" if found.partly else ""
        result(f"{where} single change holds all of it: it goes over {number}{rest}:")
        for line in tell_edits(found.across, explanation):
            result(f"  {line}")
    if found.kept:
        times = "once" if len(found.kept) == 1 else f"{len(found.kept):,} times"
        also = "also kept" if found.holding or found.across else "kept"
        result(f"{also} ({times}): no change touches it")
        for ruling in _rulings_on(found.kept, explanation):
            result(f"  {tell_ruling(ruling)}")
    if not (found.holding or found.across or found.kept):
        result("neither the raw nor the clean text holds it")


def _rulings_on(places: Sequence[Span], explanation: Explanation) -> Iterable[Ruling]:
    """What people say of the kept blocks at some places, each once."""
    ruled = explanation.ruled_kept.items()
    return dict.fromkeys(ruling for span, ruling in ruled if any(span.overlaps(place) for place in places))


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
        "overrides": [
            {
                "start": span.start,
                "end": span.end,
                "template": ruling.template,
                "verdict": ruling.verdict,
                "reason": ruling.reason,
                "followed": ruling.followed,
            }
            for span, ruling in sorted(explanation.ruled_kept.items())
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
        "override": explanation.ruled[edit].verdict if edit in explanation.ruled else None,
        "donor": reason.donor.document if reason.donor else None,
    }
