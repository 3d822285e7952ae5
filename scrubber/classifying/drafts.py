"""What acts on the labels after the scores: guards keep blocks, removals take them for good.

Both are declared in one list (see `judging.STEPS`) and act in its order, each on the labels that
those before it left. The ledger names the guard that kept a block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.segments import Ints, Marks
from scrubber.config import Chrome


@dataclass(frozen=True)
class Draft:
    """The labels of some documents' blocks between two steps; arrays of shape (blocks,)."""

    table: BlockTable
    measured: Measured
    scores: Ints
    chrome: Marks
    """True: the block would go."""
    fixed: Marks
    """Blocks that a removal took: no guard keeps them."""
    settings: Chrome
    kept: dict[int, str] = field(default_factory=dict)
    """Blocks that would have gone, and the guard that keeps them."""
    decided: dict[int, str] = field(default_factory=dict)
    """Blocks that go, whatever their scores, and why."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A step that keeps blocks which would go."""

    note: str
    """The guard's name, a colon, and what it saw: so the ledger tells it."""
    find: Callable[[Draft], Marks]
    """The blocks that stay; what is kept anyway, or fixed, does not count."""

    @property
    def name(self) -> str:
        """What stands before the colon of the note."""
        return self.note.partition(":")[0]

    def apply(self, draft: Draft) -> Draft:
        """The draft with what this guard keeps."""
        if not draft.chrome.any():
            return draft
        found = self.find(draft) & draft.chrome & ~draft.fixed
        if not found.any():
            return draft
        kept = draft.kept | dict.fromkeys(np.flatnonzero(found).tolist(), self.note)
        return replace(draft, chrome=draft.chrome & ~found, kept=kept)


@dataclass(frozen=True, slots=True)
class Removal:
    """A step that takes blocks, whatever their scores."""

    note: str
    """Why they go, in words."""
    find: Callable[[Draft], Marks]

    def apply(self, draft: Draft) -> Draft:
        """The draft without what this step takes."""
        found = self.find(draft)
        if not found.any():
            return draft
        new = np.flatnonzero(found & ~draft.chrome).tolist()
        return replace(
            draft,
            chrome=draft.chrome | found,
            fixed=draft.fixed | found,
            kept={place: why for place, why in draft.kept.items() if not found[place]},
            decided=draft.decided | dict.fromkeys(new, self.note),
        )


Step = Guard | Removal


def run_steps(steps: Iterable[Step], draft: Draft) -> Draft:
    """The draft after all steps, in their order."""
    for step in steps:
        draft = step.apply(draft)
    return draft
