"""``scrubber clean`` and ``scrubber learn``."""

from __future__ import annotations

import sys
from pathlib import Path, PurePath
from typing import Any

import click

from scrubber import configuring
from scrubber.cli import options
from scrubber.cli.console import counted, note, progress, result, result_json
from scrubber.cli.losing import loss_lines
from scrubber.config import Config, LedgerMode
from scrubber.documents import RawDocument
from scrubber.reading import SkippedFile, read_bytes
from scrubber.running import evidence_cache, learning, workers
from scrubber.running.cleaning import clean_one, run_clean
from scrubber.running.inputs import open_dump
from scrubber.running.outcome import RunOptions, RunResult, told_losses, warnings
from scrubber.writing.files import write
from scrubber.writing.manifest import Entry, Status
from scrubber.writing.provenance import to_bytes
from scrubber.writing.shards import Format

_SEVERAL = 2
"""Documents judged alone from which it is told: a single one may have nobody to belong to."""


@click.command()
@click.argument("raw", nargs=-1, required=True, type=options.RAW)
@click.option("--output", "-o", type=options.FOLDER, help="Folder for the clean corpus.")
@click.option("--check", is_flag=True, help="Write nothing; list what would change, and exit 1 if anything.")
@click.option(
    "--format",
    type=click.Choice([format.value for format in Format]),
    default=Format.FILES.value,
    show_default=True,
    help="How the corpus is written: a tree of files, or shards that corpus tools load.",
)
@click.option(
    "--memory",
    callback=options.size,
    default="2G",
    show_default=True,
    metavar="SIZE",
    help="Memory for finding sites and templates (500M, 4G); more is sorted in temporary files.",
)
@click.option(
    "--resume/--no-resume",
    default=True,
    help="Use what the last run left in OUT/.scrubber, and leave that for the next (the default).",
)
@click.option(
    "--ledger",
    type=click.Choice([mode.value for mode in LedgerMode]),
    help="How much of the ledger is written: full can be undone, spans needs the raw files for that.",
)
@options.repairing
@options.strict
@click.option("--templates", type=options.FILE, metavar="FILE", help="Clean with an index learned before.")
@options.selecting
@click.option("--html", is_flag=True, help="With '-': standard input is HTML.")
@click.option(
    "--name", metavar="NAME", help="With '-': the document's file name; its suffix tells the format."
)
@click.option("--url", metavar="URL", help="With '-': where the document was fetched.")
@options.configured
@options.speaking
def clean(raw: tuple[Path, ...], output: Path | None, **given: Any) -> int:
    """Clean every document under RAW (folders, files, containers) into the folder OUT.

    Containers (.jsonl, .json, .parquet, .warc, .wet, .zip, .tar, compressed or not) hold many documents.
    With '-' the document comes from standard input and its clean text goes to standard output.
    """
    config = options.configuration(given["config_file"], given["sites"], given["ledger"])
    config = options.with_repair(config, given)
    if any(str(path) == "-" for path in raw):
        return _clean_stream(raw, output, config, given)
    strict = given["strict"] if given["strict"] is not None else configuring.load_strict(given["config_file"])
    if given["html"] or given["name"] or given["url"]:
        raise click.UsageError("--html, --name and --url go with '-' (standard input) alone")
    if output is None:
        raise click.UsageError("Missing option '--output': the folder for the clean corpus")
    with progress(quiet=given["quiet"]) as shown:
        run = RunOptions(
            check=given["check"],
            jobs=given["jobs"] or 0,
            templates=given["templates"],
            progress=shown,
            intake=options.intake(given["config_file"], given),
            format=Format(given["format"]),
            resume=given["resume"],
            memory=given["memory"],
        )
        done = run_clean(raw, output, config, run)
    _tell_failures(done, quiet=given["quiet"])
    _warn(done)
    if given["as_json"]:
        result_json(_as_json(done, check=given["check"]))
    else:
        _tell(done, output, check=given["check"], quiet=given["quiet"])
    if not given["quiet"]:
        _tell_of_cuts(done)
        _tell_of_those_alone(done, learned=given["templates"] is not None)
        _tell_of_no_cache(given["templates"])
        for line in loss_lines(done.tally.losses, None if given["check"] else output):
            note(line)
    if strict and done.needs_a_look:
        note("strict: documents are doubtful, so the exit code is 1; look, or run without --strict")
    failed = done.failed or (strict and done.needs_a_look)
    return 1 if failed or (given["check"] and done.changes) else 0


@click.command()
@click.argument("raw", nargs=-1, required=True, type=options.RAW)
@click.option(
    "--output", "-o", required=True, type=options.FILE, help="File for the index (templates.jsonl)."
)
@click.option(
    "--update",
    is_flag=True,
    help="Read only documents that are new or changed since FILE was learned; the index comes out the same.",
)
@options.configured
@options.speaking
def learn(
    raw: tuple[Path, ...],
    output: Path,
    *,
    update: bool,
    config_file: Path | None,
    sites: str | None,
    jobs: int | None,
    quiet: bool,
    as_json: bool,
) -> int:
    """Learn the templates of the documents under RAW, to clean new documents with."""
    config = options.configuration(config_file, sites)
    roots = options.without_dash(raw)
    with open_dump(roots, configuring.load_intake(config_file)) as dump, progress(quiet=quiet) as shown:
        inputs = dump.documents
        reading = learning.Reading(jobs or workers.available_jobs(), shown)
        if update:
            learned = learning.update(inputs, config, reading, output)
        else:
            learned = learning.learn(inputs, config, reading)
    write(learning.files_of(learned, output, config), durable=True)
    failed = [entry for entry in learned.lost if entry.status is Status.FAILED]
    for entry in learned.lost:
        note(f"{entry.status.value}: {entry.id}: {entry.reason}")
    if as_json:
        result_json({"documents": len(inputs), "lost": [_entry(entry) for entry in learned.lost]})
    elif not quiet:
        result(f"learned {counted(len(learned.inputs), 'document')} into {output}")
    return 1 if failed else 0


def _clean_stream(raw: tuple[Path, ...], output: Path | None, config: Config, given: dict[str, Any]) -> int:
    if len(raw) > 1:
        raise click.UsageError("'-' (standard input) is cleaned alone, without other RAW")
    if output is not None or given["check"] or given["as_json"]:
        raise click.UsageError(
            "with '-' the clean text goes to standard output: no --output, --check, --json"
        )
    try:
        document = _read_stream(given)
    except SkippedFile as error:
        note(f"skipped: {error}")
        return 0
    text = clean_one(document, config, given["templates"]).text
    sys.stdout.buffer.write(to_bytes(text))
    return 0


def _read_stream(given: dict[str, Any]) -> RawDocument:
    data = sys.stdin.buffer.read()
    name = given["name"] or "-"
    suffix = ".html" if given["html"] else PurePath(name).suffix or ".txt"
    return read_bytes(data, id=name, suffix=suffix, url=given["url"])


def _tell(done: RunResult, output: Path, *, check: bool, quiet: bool) -> None:
    if check:
        for change in done.changes:
            result(f"{change.kind}: {change.name}")
    if quiet:
        return
    counts = ", ".join(f"{number:,} {status}" for status, number in done.counts.items() if number)
    line = f"{counted(done.tally.documents, 'document')}: {counts}"
    if check:
        verdict = (
            f"{counted(len(done.changes), 'file')} would change" if done.changes else "nothing would change"
        )
        result(f"{line}; {verdict} in {output}")
    else:
        result(f"{line}; {counted(len(done.changes), 'file')} written to {output}")


def _tell_failures(done: RunResult, *, quiet: bool) -> None:
    for entry in done.tally.lost:
        if entry.status is Status.FAILED or (entry.status is Status.SKIPPED and not quiet):
            note(f"{entry.status.value}: {entry.id}: {entry.reason}")
    if done.ignored and not quiet:
        left = ", ".join(f"{number:,} {suffix}" for suffix, number in done.ignored.items())
        note(f"left out, no reader for them: {left}")
    if click.get_current_context().meta[options.DEBUG]:
        for trace in done.traces:
            note(trace)


def _warn(done: RunResult) -> None:
    """Tell what may have gone wrong, and what to do: also to those who asked for quiet."""
    for warning in warnings(done):
        note(f"warning: {warning['message']}; {warning['remedy']}")


def _tell_of_cuts(done: RunResult) -> None:
    """How much cut-off text there was: where it is stands in the provenance, under `cuts`."""
    if done.tally.repaired or done.tally.cut_off:
        repaired = counted(done.tally.repaired, "passage")
        note(f"cut-off text: {repaired} repaired, {done.tally.cut_off:,} flagged and left as they are")


def _tell_of_no_cache(templates: Path | None) -> None:
    why = evidence_cache.why_not(templates) if templates is not None else None
    if why is not None:
        note(f"{why}: {evidence_cache.ALONE}; `scrubber learn` makes it")


def _tell_of_those_alone(done: RunResult, *, learned: bool) -> None:
    """Documents without a site are judged by their looks: who knows which belong together can say so."""
    alone = done.tally.alone
    if alone < _SEVERAL:
        return
    # A given index has its sites already, and its own way to find them.
    remedy = (
        "the index knows no site of theirs. Learn from more of their pages, if need be with"
        if learned
        else "no site was found for them. Which of them belong together, say with"
    )
    note(f"{counted(alone, 'document')} were judged alone: {remedy} `--sites folder` or `--sites one`")


def _as_json(done: RunResult, *, check: bool) -> dict[str, Any]:
    return {
        "check": check,
        "documents": done.counts,
        "changes": [{"kind": change.kind, "name": change.name} for change in done.changes],
        "lost": [_entry(e) for e in done.tally.lost],
        "judged_alone": done.tally.alone,
        "losses": told_losses(done.tally.losses),
        "warnings": warnings(done),
        "seconds": round(done.seconds, 3),
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {"id": entry.id, "status": entry.status.value, "reason": entry.reason}
