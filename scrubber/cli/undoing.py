"""``scrubber verify`` and ``scrubber restore``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from scrubber import configuring
from scrubber.cli import options
from scrubber.cli.console import counted, note, progress, result, result_json
from scrubber.config import LedgerMode
from scrubber.running import undoing, verifying
from scrubber.running.undoing import BrokenDocumentError
from scrubber.running.verifying import Verified

_TOLD_SINGLY = 3
"""Documents with the same trouble that are named one by one."""


@click.command()
@click.argument("out", type=options.OUT)
@click.argument("raw", nargs=-1, type=options.RAW)
@options.speaking
def verify(out: Path, raw: tuple[Path, ...], *, quiet: bool, as_json: bool) -> int:
    """Compare every digest in OUT and replay every ledger; with RAW, compare with the raw files too."""
    with progress(quiet=quiet) as shown:
        done = verifying.verify(out, options.without_dash(raw), shown, configuring.load_intake())
    if as_json:
        result_json(
            {
                "documents": done.documents,
                "replayed": done.replayed,
                "ledgers": {mode.value: done.modes[mode] for mode in LedgerMode if done.modes.get(mode)},
                "problems": _problems(done.problems),
            }
        )
    else:
        for problem in done.problems:
            result(f"broken: {problem}")
        if not quiet:
            result(
                f"{counted(done.documents, 'document')}: {done.replayed:,} replayed, "
                f"{counted(len(done.problems), 'problem')}"
            )
    if not quiet:
        _tell_what_was_not_checked(done, with_raw=bool(raw))
    return 1 if done.problems else 0


def _tell_what_was_not_checked(done: Verified, *, with_raw: bool) -> None:
    spans, without = done.modes.get(LedgerMode.SPANS, 0), done.modes.get(LedgerMode.NONE, 0)
    if spans and not with_raw and done.replayed + len(done.problems) < done.documents:
        note(
            f"{counted(spans, 'document')} written with --ledger spans: digests and block maps were checked; "
            "the ledgers keep no removed text, so name the RAW folders to replay them too"
        )
    if without:
        files = "that the raw files are those which were cleaned"
        note(f"{counted(without, 'document')} written with --ledger none:")
        note(f"  checked: digests of clean text and provenance, block maps{', ' + files if with_raw else ''}")
        if not with_raw:
            note(f"  not checked: {files} (name the RAW folders)")
        note("  cannot be checked: what was removed, and that the clean text follows from the raw text;")
        note("  for a ledger run `scrubber clean RAW --output OUT --ledger full`")


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
        for line in _in_brief(done.problems):
            note(f"failed: {line}")
        if not quiet:
            result(f"{counted(len(done.written), 'document')} restored to {output}")
    if done.pages and not quiet:
        note(f"{counted(done.pages, 'HTML page')} left out: their bytes are in the dump")
    return 1 if done.problems else 0


def _in_brief(problems: Sequence[BrokenDocumentError]) -> Iterator[str]:
    """The same trouble of many documents as one line: a whole folder may have been written without ledgers."""
    alike: dict[tuple[str, str], list[BrokenDocumentError]] = {}
    for problem in problems:
        alike.setdefault((problem.why, problem.remedy), []).append(problem)
    for (why, remedy), group in alike.items():
        if len(group) <= _TOLD_SINGLY:
            yield from (str(problem) for problem in group)
        else:
            yield f"{group[0].id} and {len(group) - 1:,} more: {why}; {remedy}"


def _problems(problems: Sequence[BrokenDocumentError]) -> list[dict[str, Any]]:
    return [{"id": p.id, "why": p.why, "remedy": p.remedy} for p in problems]
