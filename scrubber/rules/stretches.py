"""Rule `boilerplate` on pages of one line: what many pages hold in the same words goes (`classifying.stretches`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from scrubber.classifying import OVERRIDDEN
from scrubber.classifying.stretches import LEAST_PAGES, Stretch, others_of
from scrubber.documents import Flag
from scrubber.edits import Declined, Edit, Reason
from scrubber.evidence import DocumentEvidence
from scrubber.preparing import Prepared
from scrubber.rules.boilerplate import RULE
from scrubber.templates import View

ONE_LINE: Final = "one-line"
"""The flag of a page of one line of which nothing could be told."""
WORTH_A_FLAG: Final = 100
"""Words from which a text of one line may be more than a paragraph."""


def propose(prepared: Prepared, stretches: Sequence[Stretch]) -> tuple[Edit, ...]:
    """One removal a stretch, with the pages that hold it."""
    return tuple(_removal(prepared, one) for one in stretches)


def _removal(prepared: Prepared, one: Stretch) -> Edit:
    return Edit(
        one.start,
        one.end,
        prepared.text[one.start : one.end],
        "",
        RULE,
        1.0 if one.pages * 2 >= one.others else 0.99,
        Reason(
            template=f"{one.key:016x}",
            note=f"{one.words:,} words that {one.pages:,} of the site's {one.others:,} other pages of one line "
            "hold in the same order",
        ),
    )


def overruled(prepared: Prepared, stretches: Sequence[Stretch]) -> tuple[Declined, ...]:
    """The removals that people's overrides forbid."""
    return tuple(Declined(edit, OVERRIDDEN) for edit in propose(prepared, stretches))


def flags(prepared: Prepared, record: DocumentEvidence, view: View) -> Iterator[Flag]:
    """Say of a page of one line that it was left as it is, because too few others are known to compare it with."""
    words = len(prepared.text.split())
    if len(record.grams) and others_of(view) < LEAST_PAGES and words >= WORTH_A_FLAG:
        message = (
            f"{words:,} words in one line: where its menu ends and its text begins cannot be seen, and fewer than "
            f"{LEAST_PAGES} other such pages of its site are known"
        )
        yield Flag(ONE_LINE, 0, len(prepared.text), message)
