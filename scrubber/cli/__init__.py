"""The command line: parses, calls the engine, prints, and gives the exit code.

0 done, 1 findings or failed documents, 2 usage, 3 a fault of ours, 130 interrupted.
"""

from __future__ import annotations

import gc
import sys
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final

import click

from scrubber.cli.console import note
from scrubber.version import __version__

DONE, FINDINGS, USAGE, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 130

_OBJECTS_BETWEEN_COLLECTIONS: Final = 100_000

_COMMANDS: Final[Mapping[str, str]] = {
    "clean": "cleaning",
    "learn": "cleaning",
    "explain": "reviewing",
    "audit": "auditing",
    "verify": "undoing",
    "restore": "undoing",
    "hook": "hooking",
}
"""The module of this folder that each command stands in."""


class _Commands(click.Group):
    """Loads the module of the command that is asked for, and no other: a hook runs at every commit."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, sorted."""
        return sorted({*_COMMANDS, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; None where there is none."""
        if cmd_name in _COMMANDS and cmd_name not in self.commands:
            module = import_module(f"scrubber.cli.{_COMMANDS[cmd_name]}")
            self.add_command(getattr(module, cmd_name))
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", prog_name="scrubber")
def scrubber() -> None:
    """Turn a dump of scraped pages into a corpus in which every change is explained and reversible.

    Start with `scrubber clean RAW --output OUT`, then look at `scrubber audit OUT`.
    """


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    try:
        code = scrubber.main(list(arguments), prog_name="scrubber", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        note("interrupted: what is finished stays; run the same command again to go on")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last place: a fault of ours is named as one
        return _failed(error, debug="--debug" in arguments)
    return code if isinstance(code, int) else DONE


def main() -> None:
    """Entry point of the console script."""
    # What modules make while they load stays: looking through it for garbage, again and again and once more
    # at the end, takes a sixth of a hook's time.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    code = run(sys.argv[1:])
    gc.freeze()
    sys.exit(code)


def _failed(error: Exception, *, debug: bool) -> int:
    from scrubber.configuring import ConfigError
    from scrubber.index_format import IndexFormatError
    from scrubber.reading import ReadingError
    from scrubber.running.undoing import BrokenDocumentError
    from scrubber.writing.files import OutputError, WriteError
    from scrubber.writing.manifest import ManifestError

    if isinstance(error, (WriteError, BrokenDocumentError)):
        note(f"scrubber: {error}")
        return FINDINGS
    if isinstance(error, (OutputError, ConfigError, IndexFormatError, ManifestError, ReadingError)):
        note(f"scrubber: {error}")
        return USAGE
    note(f"scrubber: internal error ({type(error).__name__}: {error})")
    if debug:
        note("".join(traceback.format_exception(error)))
    else:
        note("This is a fault of scrubber. Please report it with what --debug adds to this message.")
    return INTERNAL
