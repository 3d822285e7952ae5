"""What becomes of cut-off text: completed, marked or left where it is proved; else kept, trimmed or dropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from scrubber.config import Proved, Repair, Repeats, Unproved
from scrubber.cuts.sentences import stops
from scrubber.documents import Flag
from scrubber.edits import Edit, Reason, Span
from scrubber.rules import repeats
from scrubber.rules.truncation import VERBATIM, Cut

MARK: Final = " […]"
PROVED: Final = "cut off; the dump shows how it goes on"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a cut ended: as an edit, or as a flag, or (where it is marked already) as neither."""

    cut: Cut
    how: str
    """``completed``, ``marked``, ``left``, ``kept``, ``trimmed`` or ``dropped``."""
    edit: Edit | None = None
    flag: Flag | None = None


def decide(text: str, cuts: Iterable[Cut], policy: Repair) -> Sequence[Outcome]:
    """The outcome of every cut, in order; all in the coordinates of `text`."""
    return [_proved(text, cut, policy) if cut.completion else _unproved(text, cut, policy) for cut in cuts]


def _proved(text: str, cut: Cut, policy: Repair) -> Outcome:
    completion = cut.completion
    assert completion is not None
    if policy.repeats is Repeats.DROP and completion.own and completion.note == VERBATIM:
        return _removed(text, cut, cut.block.start, repeats.NOTE)
    if policy.proved is Proved.LEAVE:
        return Outcome(cut, "left", flag=_flag(cut, PROVED))
    inserted = completion.inserted if policy.proved is Proved.COMPLETE else MARK
    removed = text[cut.start : cut.end]
    how = "completed" if policy.proved is Proved.COMPLETE else "marked"
    if removed == inserted:
        return Outcome(cut, how)
    reason = Reason(donor=completion.donor, note=completion.note)
    return Outcome(
        cut, how, Edit(cut.start, cut.end, removed, inserted, cut.rule, completion.confidence, reason)
    )


def _unproved(text: str, cut: Cut, policy: Repair) -> Outcome:
    if policy.unproved is Unproved.KEEP or not cut.sure:
        return Outcome(cut, "kept", flag=_flag(cut, cut.message))
    whole = [stop for stop in stops(text, cut.block.start, cut.start) if stop.sure]
    if policy.unproved is Unproved.DROP or not whole:
        return _removed(text, cut, cut.block.start, cut.message)
    return _removed(text, cut, whole[-1].end, cut.message)


def _removed(text: str, cut: Cut, start: int, note: str) -> Outcome:
    span = Span(start, max(cut.block.end, cut.end))
    how = "dropped" if start == cut.block.start else "trimmed"
    edit = Edit(span.start, span.end, text[span.start : span.end], "", cut.rule, reason=Reason(note=note))
    return Outcome(cut, how, edit)


def _flag(cut: Cut, message: str) -> Flag:
    return Flag(cut.rule, cut.block.start, cut.block.end, message)
