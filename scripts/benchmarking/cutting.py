"""Sites cut down to few pages, every page judged once a size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

T = TypeVar("T")
SIZES = (1, 2, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class Chunk(Generic[T]):
    """What is left of a site, and which of it is judged here."""

    members: tuple[T, ...]
    judged: tuple[T, ...]


def cut(pages: Sequence[T], size: int, seed: int) -> list[Chunk[T]]:
    """Chunks of exactly `size` pages; none where the site has fewer.

    Pages are drawn in a shuffled order. The last chunk is filled up with pages that were judged
    in another, so that each page is judged once, and always among `size`.
    """
    if len(pages) < size:
        return []
    order = [pages[i] for i in np.random.default_rng(seed).permutation(len(pages))]
    chunks = []
    for start in range(0, len(order), size):
        judged = tuple(order[start : start + size])
        filling = tuple(order[: size - len(judged)])
        chunks.append(Chunk(judged + filling, judged))
    return chunks
