"""What a reader is to be tried with, and what may come of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fuzzing.mutations import mutated

Attempt = Callable[[bytes, Path], bool]
"""Reads an input, with an empty folder to work in: whether it was read (else it was refused).

Raises AssertionError where what it read is wrong; whatever else it raises is a fault as well.
"""

Damage = Callable[[Sequence[bytes], random.Random], bytes]
"""Makes an input of the valid ones."""


@dataclass(frozen=True, slots=True)
class Target:
    """A reader and its valid inputs."""

    name: str
    seeds: Sequence[bytes]
    attempt: Attempt
    damage: Damage = mutated


def all_targets(folder: Path) -> list[Target]:
    """All readers; their seeds are made in `folder`."""
    from fuzzing import checked, foreign, framed, own

    return [*foreign.targets(), *framed.targets(), *checked.targets(), *own.targets(folder)]
