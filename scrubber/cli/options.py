"""Options that several commands share, and the configuration they make."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from scrubber import configuring
from scrubber.config import Config, Fields, Intake, LedgerMode, Proved, Repeats, SiteMode, Unproved

Command = TypeVar("Command", bound=Callable[..., Any])

FOLDER = click.Path(file_okay=False, path_type=Path)
OUT = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
RAW = click.Path(exists=True, allow_dash=True, path_type=Path)


_UNITS: Mapping[str, int] = {"": 0, "K": 10, "M": 20, "G": 30, "T": 40}


def size(_context: click.Context, _parameter: click.Parameter, value: str) -> int:
    """Bytes, from ``500M`` or ``4G``. Raises click.BadParameter."""
    unit = value[-1:].upper() if not value[-1:].isdigit() else ""
    number = value[: len(value) - len(unit)]
    if not number.isdigit() or unit not in _UNITS:
        raise click.BadParameter(f"{value!r} is no size: write it like 500M or 4G")
    return int(number) << _UNITS[unit]


def _together(*decorators: Callable[[Any], Any]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


quiet = click.option("--quiet", "-q", is_flag=True, help="Say nothing but results, warnings and errors.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
DEBUG = "scrubber.debug"
"""Where a command's context tells whether ``--debug`` was given."""


def _note_debug(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    context.meta[DEBUG] = value


debug = click.option(
    "--debug",
    is_flag=True,
    expose_value=False,
    callback=_note_debug,
    help="Show tracebacks of scrubber's own faults.",
)
speaking = _together(quiet, as_json, debug)
"""``--quiet``, ``--json``, ``--debug``."""

_config = click.option(
    "--config",
    "config_file",
    type=FILE,
    metavar="FILE",
    help="Configuration; otherwise scrubber.toml or [tool.scrubber] in pyproject.toml, found upwards.",
)
configured = _together(
    _config,
    click.option(
        "--sites",
        type=click.Choice([mode.value for mode in SiteMode]),
        help="How documents are put together into sites.",
    ),
    click.option(
        "--jobs",
        "-j",
        type=click.IntRange(min=1),
        default=None,
        help="Worker processes; by default as many as there are processors.",
    ),
)
"""``--config``, ``--sites``, ``--jobs``."""


def _note_fields(_context: click.Context, _parameter: click.Parameter, said: tuple[str, ...]) -> Fields:
    """The fields that were named. Raises click.BadParameter."""
    roles = [field.name for field in dataclasses.fields(Fields)]
    fields = {}
    for word in said:
        role, equals, name = word.partition("=")
        if not equals or role not in roles:
            raise click.BadParameter(f"{word!r} is not one of {', '.join(f'{one}=NAME' for one in roles)}")
        fields[role] = name
    return Fields(**fields)


selecting = _together(
    click.option(
        "--field",
        "fields",
        multiple=True,
        metavar="ROLE=NAME",
        callback=_note_fields,
        help="In JSON and Parquet: the field that holds text, html, url, id, date, title, author or language, for example text=body. "
        "Otherwise the usual names are tried.",
    ),
    click.option(
        "--include", multiple=True, metavar="PATTERN", help="Read only what matches (as in .gitignore)."
    ),
    click.option(
        "--exclude", multiple=True, metavar="PATTERN", help="Leave out what matches (as in .gitignore)."
    ),
)
"""``--field``, ``--include``, ``--exclude``."""


hooked = _together(
    _config,
    quiet,
    debug,
)
"""``--config``, ``--quiet``, ``--debug``."""

strict = click.option(
    "--strict/--no-strict",
    default=None,
    help="Exit 1 where a document is doubtful, or nearly nothing of a site is left (in the file: strict = true).",
)
"""``--strict``."""

repairing = _together(
    click.option(
        "--proved",
        type=click.Choice([choice.value for choice in Proved]),
        help="Cut-off text of which the dump shows how it goes on: complete it (default), mark it, or leave it.",
    ),
    click.option(
        "--unproved",
        type=click.Choice([choice.value for choice in Unproved]),
        help="Cut-off text of which nothing shows that: keep it (default), trim it to its last whole sentence, "
        "or drop it.",
    ),
    click.option(
        "--repeats",
        type=click.Choice([choice.value for choice in Repeats]),
        help="Pull-quotes that only repeat the text: keep them (default), or drop them.",
    ),
)
"""``--proved``, ``--unproved``, ``--repeats``."""


def configuration(file: Path | None, sites: str | None, ledger: str | None = None) -> Config:
    """Defaults, then the file, then the command line. Raises ConfigError."""
    config = configuring.load(file)
    if sites is not None:
        config = dataclasses.replace(config, sites=SiteMode(sites))
    if ledger is not None:
        config = dataclasses.replace(config, ledger=LedgerMode(ledger))
    return config


def with_repair(config: Config, given: Mapping[str, Any]) -> Config:
    """The configuration with what the command line says of cut-off text."""
    said = {name: given[name] for name in ("proved", "unproved", "repeats") if given[name] is not None}
    return dataclasses.replace(config, repair=dataclasses.replace(config.repair, **said))


def intake(file: Path | None, given: Mapping[str, Any]) -> Intake:
    """What is read: the file's ``[input]``, then the command line. Raises ConfigError.

    Patterns are added to those of the file; a field takes the place of the file's.
    """
    known = configuring.load_intake(file)
    said = {
        field.name: name
        for field in dataclasses.fields(Fields)
        if (name := getattr(given["fields"], field.name)) is not None
    }
    return Intake(
        dataclasses.replace(known.fields, **said),
        (*known.include, *given["include"]),
        (*known.exclude, *given["exclude"]),
    )


def without_dash(raw: tuple[Path, ...]) -> tuple[Path, ...]:
    """The roots, none of them standard input. Raises click.UsageError."""
    if any(str(path) == "-" for path in raw):
        raise click.UsageError("'-' (standard input) can only be cleaned, alone: `scrubber clean -`")
    return raw
