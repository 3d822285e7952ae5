"""The documents of a chunk, read again and judged some at a time.

Features and scores cost less for many blocks at once, and come out the same.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from scrubber.documents import RawDocument
from scrubber.evidence import Examined
from scrubber.judged import Judge, Judged, examine_for, in_batches, judge_together
from scrubber.running.faults import ChangedFileError, FaultGuard
from scrubber.running.inputs import Input, Recognised, recognise
from scrubber.running.journal import Noted
from scrubber.running.rereading import reread

if TYPE_CHECKING:
    from scrubber.running.resuming import Kept


@dataclass(slots=True)
class OpenedDocument:
    """A document of a chunk, on its way from its file to its outputs."""

    item: Input
    noted: Noted | None = None
    """What an earlier run noted of it, where that stands."""
    known: Recognised | None = None
    """What it is recognised as, where it is clean already."""
    document: RawDocument | None = None
    """As it was read again, where it is to be scrubbed."""
    examined: Examined | None = None
    judged: Judged | None = None
    """Its verdict, where it was judged with others."""
    saw: str | None = None
    """A digest of what it sees of the index."""
    seconds: float = 0.0
    """What it cost so far."""

    @property
    def blocks(self) -> int:
        """How many blocks are to be judged."""
        return len(self.examined.prepared.blocks) if self.examined is not None else 0


def open_documents(
    inputs: Sequence[Input], by: Judge, guard: FaultGuard, kept: Kept | None = None
) -> Iterator[OpenedDocument]:
    """Documents in their order, read again and judged together; what cannot be read is left out."""
    for batch in in_batches(_each_opened(inputs, by, guard, kept), lambda one: one.blocks):
        _judge_together(batch, by)
        yield from batch


def _each_opened(
    inputs: Sequence[Input], by: Judge, guard: FaultGuard, kept: Kept | None
) -> Iterator[OpenedDocument]:
    for item in inputs:
        saw, noted = kept.look(item) if kept is not None else (None, None)
        start = time.perf_counter()
        one = OpenedDocument(item, noted) if noted is not None else guard.run(item, partial(_open, by))
        if one is not None:
            one.saw, one.seconds = saw, time.perf_counter() - start
            yield one


def _open(by: Judge, item: Input) -> OpenedDocument:
    """Read a document again. Raises what reading raises, and ChangedFileError."""
    known = recognise(item)
    if known is not None:
        return OpenedDocument(item, known=known)
    document, examined = reread(item)
    if item.digest is not None and document.digest != item.digest:
        raise ChangedFileError
    return OpenedDocument(item, document=document, examined=examined or examine_for(document, by))


def _judge_together(waiting: Sequence[OpenedDocument], by: Judge) -> None:
    """Give documents their verdicts. Where that fails they have none, and each is judged alone later."""
    ready = [(one, one.examined, one.document) for one in waiting if one.examined and one.document]
    start = time.perf_counter()
    try:
        verdicts = judge_together([two for _, two, _ in ready], [three for _, _, three in ready], by)
    except Exception:  # noqa: BLE001 - raised again where the culprit is judged alone, as its entry
        return
    share = (time.perf_counter() - start) / max(sum(one.blocks for one in waiting), 1)
    for (one, _, _), verdict in zip(ready, verdicts, strict=True):
        one.judged = verdict
        one.seconds += share * one.blocks
