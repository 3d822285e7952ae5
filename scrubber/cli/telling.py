"""The reasons of changes, in lines for a reader: what has the same reasons is told together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from scrubber.cli.console import counted, quoted
from scrubber.cli.marking import Kind, kinds
from scrubber.edits import Edit, FlatEdit, Reason
from scrubber.running.doubting import is_removal
from scrubber.running.reviewing import Explanation, Ruling
from scrubber.writing.files import OVERRIDES

_LIKELY = 0.5
"""The confidence below which a removed block is, by itself, more likely content than chrome."""
_LEGEND = "(before each reason how much it spoke for removal: 100 makes it 2.7 times as likely, as odds)"


def tell_changes(explanation: Explanation) -> Iterator[str]:
    """Every change with its reasons, then what people's overrides kept, then what was declined."""
    changes = explanation.changes
    yield f"{counted(len(changes), 'change')}:" if changes else "no change"
    if any(edit.reason.weights for change in changes for edit in change.parts):
        yield _LEGEND
    numbered = enumerate(zip(changes, kinds(explanation), strict=True), start=1)
    for _, run in groupby(numbered, key=lambda one: _repeated(*one[1]) or one[0]):
        same = [(number, change, kind) for number, (change, kind) in run]
        yield _heading(same)
        for line in tell_edits(same[0][1].parts, explanation, alone=True):
            yield f"      {line}"
    for span, ruling in sorted(explanation.ruled_kept.items()):
        yield f"      kept {span.start}..{span.end}  {quoted(explanation.raw[span.start : span.end])}"
        yield f"        {tell_ruling(ruling)}"
    layers = explanation.record.ledger.layers if explanation.record.ledger else ()
    for layer in layers:
        for declined in layer.declined:
            edit = declined.edit
            yield f"   declined {edit.rule} {edit.start}..{edit.end} of {layer.name}: {declined.because}"


def tell_edits(edits: Sequence[Edit], explanation: Explanation, *, alone: bool = False) -> Iterator[str]:
    """The reasons of some edits. With `alone` the text of a single one is known to the reader."""
    examples: tuple[str, ...] = ()
    alike: dict[object, list[Edit]] = {}
    for edit in edits:
        alike.setdefault(_reasons(edit, explanation), []).append(edit)
    for same in alike.values():
        edit = same[0]
        note = f": {edit.reason.note}" if edit.reason.note else ""
        if len(same) == 1:
            of = "" if alone and len(edits) == 1 else f" of {changed(edit.removed or '', edit.inserted)}"
            yield f"rule {edit.rule}, confidence {edit.confidence:.2f}{of}{note}"
        else:
            number = f"{len(same):,} {'blocks' if is_removal(edit) else 'times'}"
            yield f"rule {edit.rule}, {number} for the same reasons{note}"
            yield from _members(same, explanation)
        yield from _why(edit, explanation)
        if len(same) == 1 and edit.reason.template is not None:
            yield f"template {edit.reason.template}{_standing(edit.reason, explanation)}"
        if edit.reason.examples:
            known = edit.reason.examples == examples
            examples = edit.reason.examples
            yield f"for example in {'the same documents' if known else ', '.join(examples)}"
        if edit.reason.donor is not None:
            donor = edit.reason.donor
            yield f"proved by {donor.document} {donor.start}..{donor.end}, {donor.overlap} characters in common"


def changed(removed: str, inserted: str) -> str:
    """What became what, on one line."""
    before = quoted(removed) if removed else "nothing"
    return before + (f" -> {quoted(inserted)}" if inserted else "")


def tell_ruling(ruling: Ruling) -> str:
    """What a person decided about a block, and whether it holds yet."""
    reason = f' ("{ruling.reason}")' if ruling.reason else ""
    line = f'{OVERRIDES} says "{ruling.template}" = "{ruling.verdict}"{reason}'
    return (
        line if ruling.followed else f"{line}, and the last run did not know that: run `scrubber clean` again"
    )


def _repeated(change: FlatEdit, kind: Kind) -> object:
    """Equal for changes that say the same: a line end replaced five hundred times is told once."""
    if kind is not Kind.NORMALISED or len(change.parts) != 1:
        return None
    edit = change.parts[0]
    return edit.rule, edit.removed, edit.inserted, edit.confidence, edit.reason


def _heading(same: Sequence[tuple[int, FlatEdit, Kind]]) -> str:
    (first, change, kind), (last, final, _) = same[0], same[-1]
    what = changed(change.removed, change.inserted)
    if len(same) == 1:
        return f"{first:>4}. {kind.value} {change.start}..{change.end}  {what}"
    places = f"{change.start}..{change.end} to {final.start}..{final.end}"
    return f"{first:>4}. to {last}. {kind.value} {len(same):,} times, {places}  {what}"


def _reasons(edit: Edit, explanation: Explanation) -> object:
    """Equal for edits whose reasons differ in nothing but the block, its score and its template."""
    reason, ruling = edit.reason, explanation.ruled.get(edit)
    told = reason.weights, reason.note, reason.examples, reason.donor, ruling
    return edit.rule, told, is_removal(edit) and edit.confidence < _LIKELY


def _members(same: Iterable[Edit], explanation: Explanation) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for edit in same:
        template = edit.reason.template
        known = f"  template {template}{_standing(edit.reason, explanation)}" if template else ""
        counts[
            f"confidence {edit.confidence:.2f} of {changed(edit.removed or '', edit.inserted)}{known}"
        ] += 1
    for line, number in counts.items():
        yield f"  {line}" + (f", {number:,} times" if number > 1 else "")


def _why(edit: Edit, explanation: Explanation) -> Iterator[str]:
    if is_removal(edit):
        yield from _what_decided(edit, explanation.ruled.get(edit))
    for name, weight in edit.reason.weights:
        yield f"  {weight:+6,}  {name.replace('_', ' ')}"


def _what_decided(edit: Edit, ruling: Ruling | None) -> Iterator[str]:
    """Where it was not what weighed most, a reader must not take it for that."""
    if ruling is not None:
        yield f"  {tell_ruling(ruling)}"
    if edit.reason.note:
        if edit.reason.weights:
            yield "  that decided, whatever the evidence; which is:"
    elif edit.confidence < _LIKELY:
        yield "  by itself it would have stayed: it went in the company of surer neighbours"
    elif not edit.reason.weights:
        yield "  no single feature spoke for it: it went in the company of its neighbours"


def _standing(reason: Reason, explanation: Explanation) -> str:
    if explanation.record.site.found_by == "nothing":
        return ": judged alone, other documents were not asked"
    count = explanation.support.get(reason.template or "", 0)
    if not reason.examples and count <= 1:
        return " stands in no other document"
    return f" stands in {counted(count, 'distinct document')}" if count else ""
