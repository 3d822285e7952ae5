"""The command line: parses, calls the engine, prints, and gives the exit code.

0 done, 1 findings or failed documents, 2 usage, 3 a fault of ours, 130 interrupted.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence

import click

from scrubber.cli.auditing import audit
from scrubber.cli.cleaning import clean, learn
from scrubber.cli.console import note
from scrubber.cli.hooking import hook
from scrubber.cli.reviewing import explain
from scrubber.cli.undoing import restore, verify
from scrubber.configuring import ConfigError
from scrubber.index_format import IndexFormatError
from scrubber.reading import ReadingError
from scrubber.running.undoing import BrokenDocumentError
from scrubber.version import __version__
from scrubber.writing.files import OutputError, WriteError
from scrubber.writing.manifest import ManifestError

DONE, FINDINGS, USAGE, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 130

_USAGE_ERRORS = (OutputError, ConfigError, IndexFormatError, ManifestError, ReadingError)
_FINDINGS = (WriteError, BrokenDocumentError)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", prog_name="scrubber")
def scrubber() -> None:
    """Turn a dump of scraped pages into a corpus in which every change is explained and reversible.

    Start with `scrubber clean RAW --output OUT`, then look at `scrubber audit OUT`.
    """


for command in (clean, learn, explain, audit, verify, restore, hook):
    scrubber.add_command(command)


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
    sys.exit(run(sys.argv[1:]))


def _failed(error: Exception, *, debug: bool) -> int:
    if isinstance(error, (*_FINDINGS, *_USAGE_ERRORS)):
        note(f"scrubber: {error}")
        return FINDINGS if isinstance(error, _FINDINGS) else USAGE
    note(f"scrubber: internal error ({type(error).__name__}: {error})")
    if debug:
        note("".join(traceback.format_exception(error)))
    else:
        note("This is a fault of scrubber. Please report it with what --debug adds to this message.")
    return INTERNAL
