"""``scrubber verify`` and ``scrubber restore``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from scrubber.cli import options
from scrubber.cli.console import counted, note, progress, result, result_json
from scrubber.running import undoing
from scrubber.running.undoing import BrokenDocumentError


@click.command()
@click.argument("out", type=options.OUT)
@click.argument("raw", nargs=-1, type=options.RAW)
@options.speaking
def verify(out: Path, raw: tuple[Path, ...], *, quiet: bool, as_json: bool) -> int:
    """Compare every digest in OUT and replay every ledger; with RAW, compare with the raw files too."""
    with progress(quiet=quiet) as shown:
        done = undoing.verify(out, options.without_dash(raw), shown)
    if as_json:
        result_json(
            {"documents": done.documents, "replayed": done.replayed, "problems": _problems(done.problems)}
        )
    else:
        for problem in done.problems:
            result(f"broken: {problem}")
        if not quiet:
            result(
                f"{counted(done.documents, 'document')}: {done.replayed:,} replayed, "
                f"{counted(len(done.problems), 'problem')}"
            )
    if not quiet and done.replayed + len(done.problems) < done.documents:
        note("some ledgers keep no removed text: name the RAW folders to replay them too")
    return 1 if done.problems else 0


@click.command()
@click.argument("out", type=options.OUT)
@click.argument("document", required=False)
@click.option("--output", "-o", type=options.FOLDER, help="Folder for all raw text files.")
@options.speaking
def restore(out: Path, document: str | None, output: Path | None, *, quiet: bool, as_json: bool) -> int:
    """Write the raw bytes of DOCUMENT to standard output, or of all text files to a folder.

    Of an HTML page the ledger leads back to its linearised text: the file itself is in the dump.
    """
    if (document is None) == (output is None):
        raise click.UsageError("name a DOCUMENT, or a folder for all of them with --output")
    if document is not None:
        if as_json:
            raise click.UsageError("--json goes with --output: a single document is written as it is")
        restored = undoing.restore_one(out, document)
        sys.stdout.buffer.write(restored.data)
        if not restored.exact:
            note(f"{restored.id} is HTML: this is its linearised text; the page itself is in the dump")
        return 0
    assert output is not None
    with progress(quiet=quiet) as shown:
        done = undoing.restore_all(out, output, shown)
    if as_json:
        result_json(
            {"written": list(done.written), "pages": done.pages, "problems": _problems(done.problems)}
        )
    else:
        for problem in done.problems:
            note(f"failed: {problem}")
        if not quiet:
            result(f"{counted(len(done.written), 'document')} restored to {output}")
    if done.pages and not quiet:
        note(f"{counted(done.pages, 'HTML page')} left out: their bytes are in the dump")
    return 1 if done.problems else 0


def _problems(problems: Sequence[BrokenDocumentError]) -> list[dict[str, Any]]:
    return [{"id": p.id, "why": p.why, "remedy": p.remedy} for p in problems]
