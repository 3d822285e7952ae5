"""``scrubber hook fix``, ``check`` and ``learn``: what pre-commit calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scrubber import configuring
from scrubber.cli import options
from scrubber.cli.console import counted, note, progress, result, table
from scrubber.cli.losing import hook_lines
from scrubber.configuring import Places

if TYPE_CHECKING:
    from scrubber.running.hooking import Fix, Fixed

_MANY = 100
"""Files from which progress is shown."""
_SHOWN = 20
"""Documents of which each has a line."""


@click.group()
def hook() -> None:
    """What pre-commit calls: keep a corpus clean in its repository, document by document.

    Where the corpus lies is told under [tool.scrubber] in pyproject.toml (raw, clean, index).
    """


@hook.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@options.hooked
def fix(files: tuple[Path, ...], config_file: Path | None, *, quiet: bool) -> int:
    """Clean the raw documents among FILES into the clean tree; exit 1 where that wrote anything."""
    from scrubber.running import hooking

    places, config = configuring.load_places(config_file), configuring.load(config_file)
    with progress(quiet=quiet or len(files) < _MANY) as shown:
        done = hooking.fix(files, places, config, shown)
    for line in (*_fix_lines(done, places), *done.notes):
        result(line)
    return 1 if done.needs_a_look else 0


@hook.command()
@click.option("--strict", is_flag=True, help="Outdated documents are a failure, not a warning.")
@options.hooked
def check(config_file: Path | None, *, strict: bool, quiet: bool) -> int:
    """Look for documents that are broken (exit 1) or outdated (a warning). Writes nothing."""
    from scrubber.running import checking, workers

    places, config = configuring.load_places(config_file), configuring.load(config_file)
    with progress(quiet=quiet) as shown:
        found = checking.check(places, config, workers.available_jobs(), shown)
    for problem in found.broken:
        result(f"broken: {problem}")
    for id in found.outdated[:_SHOWN]:
        result(f"outdated: {id}: it would come out with another text today")
    if found.outdated:
        result(
            f"{counted(len(found.outdated), 'document')} outdated: bring all up to date with "
            f"`scrubber clean {_shown(places.raw)} --output {_shown(places.clean)}`"
        )
    return 1 if found.broken or (strict and found.outdated) else 0


@hook.command()
@options.hooked
def learn(config_file: Path | None, *, quiet: bool) -> int:
    """Learn the index anew from the whole raw tree; exit 1 where that changed it."""
    from scrubber.running import learning, workers
    from scrubber.running.corpus import raw_documents
    from scrubber.running.learning import Reading
    from scrubber.writing.files import write

    places, config = configuring.load_places(config_file), configuring.load(config_file)
    inputs = raw_documents(places)
    if not inputs:
        result(f"there are no raw documents in {_shown(places.raw)}: nothing to learn")
        return 0
    with progress(quiet=quiet) as shown:
        learned = learning.update(inputs, config, Reading(workers.available_jobs(), shown), places.index)
    for entry in learned.lost:
        note(f"{entry.status.value}: {entry.id}: {entry.reason}")
    files = learning.files_of(learned, places.index, config)
    before = places.index.read_bytes() if places.index.is_file() else None
    write(files, durable=True)
    if files[places.index] == before:
        return 0
    result(f"learned {counted(len(learned.inputs), 'document')} into {_shown(places.index)}: stage it")
    return 1


def _fix_lines(done: Fix, places: Places) -> Iterator[str]:
    """A table of what was written, and the commands that show more and overrule."""
    from scrubber.writing.manifest import Status

    for one in done.documents:
        if one.status in (Status.FAILED, Status.SKIPPED):
            yield f"{one.status.value}: {one.id}: {one.reason}"
    changed = [one for one in done.documents if one.changed]
    if not changed:
        return
    clean = _shown(places.clean)
    yield from table(
        ["document", "blocks removed", "repairs", "flags"], [_row(one) for one in changed[:_SHOWN]]
    )
    if len(changed) > _SHOWN:
        yield f"and {counted(len(changed) - _SHOWN, 'more document')}"
    doubtful = [
        (one.id, one.doubt.reasons[0] if one.doubt else "prose went", one.lost_words)
        for one in changed
        if one.doubt or one.lost_words
    ]
    yield from hook_lines(doubtful, clean)
    yield f"wrote {counted(sum(len(one.changed) for one in changed), 'file')} to {clean}: review and stage them"
    yield f"  why:         scrubber explain {clean} {changed[0].id}"
    yield f'  to overrule: "TEMPLATE" = "keep" in {clean}/templates.overrides.toml (explain shows the ids)'


def _row(one: Fixed) -> Sequence[str]:
    record = one.record
    if record is None:
        return [one.id, "", "", ""]
    written = ("completed", "marked", "trimmed", "dropped")
    repairs = sum(cut.outcome in written for cut in record.cuts)
    repairs += sum(record.counts.get(rule, 0) for rule in ("interrupted", "hyphenation"))
    flags = sorted({flag.rule for flag in record.flags})
    return [one.id, str(record.counts.get("boilerplate", 0)), str(repairs), ", ".join(flags) or "-"]


def _shown(path: Path) -> str:
    """A path as seen from here, where that is shorter."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
