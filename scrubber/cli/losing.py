"""What a run may have lost, in lines for people, with the command that shows it."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from scrubber.cli.console import counted
from scrubber.running.losses import WORST, Losses, SiteLoss

_PROGRAM: Final = "scrubber"


def loss_lines(losses: Losses, output: Path | None) -> Iterator[str]:
    """How many documents are doubtful, how much prose went that stands nowhere else, and where to look.

    `output` is None where nothing was written.
    """
    if not losses.sites:
        yield "doubtful: no document, and no prose went that stands nowhere else"
        return
    yield f"doubtful: {counted(losses.doubtful, 'document')}; {_prose(losses)}"
    told = losses.sites[:WORST] if len(losses.sites) > 1 else ()
    for site in told:
        yield f"  {_name(site)}: {site.doubtful:,} of {counted(site.documents, 'document')}; {_prose(site)}"
    rest = losses.sites[WORST:]
    if rest:
        doubtful = sum(site.doubtful for site in rest)
        documents = sum(site.documents for site in rest)
        yield (
            f"  {counted(len(rest), 'more site')}: {doubtful:,} of {counted(documents, 'document')}; "
            f"{_prose(Losses(tuple(rest)))}"
        )
    if output is not None:
        yield f"  look: {command('audit', str(output))}"


def command(*words: str) -> str:
    """A command of ours that can be pasted into a shell: where the PATH has no `scrubber`, as it was called."""
    told = [f"./{word}" if word.startswith("-") else word for word in words]  # no option
    called = sys.argv[0]
    is_program = os.path.basename(called) == _PROGRAM and os.access(called, os.X_OK)  # noqa: PTH119 - as typed
    program = called if is_program and shutil.which(_PROGRAM) is None else _PROGRAM
    return shlex.join([program, *told])


def _prose(loss: Losses | SiteLoss) -> str:
    if not loss.words:
        return "no prose went that stands nowhere else"
    return (
        f"{counted(loss.words, 'word')} of prose ({counted(loss.sentences, 'sentence')}) went that stand in no "
        "other document"
    )


def _name(site: SiteLoss) -> str:
    from scrubber.running.emptied import LONE

    return "judged alone" if site.site == LONE else f"site {site.site}"


def hook_lines(doubtful: Sequence[tuple[str, str, int]], clean: str) -> Iterator[str]:
    """A line for each doubtful document: its id, why, and how many words of unique prose went."""
    for id, why, words in doubtful:
        prose = f"; {counted(words, 'word')} of prose went that stand in no other document" if words else ""
        yield f"doubtful: {id}: {why}{prose}; look: {command('explain', clean, id)}"
