"""What HTML adds: links, elements, and the regions of the DOM a block stands in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from scrubber.classifying.measures import Ints, per_mille
from scrubber.classifying.spec import LANDMARKS, LEAVES, LEVELS
from scrubber.documents import Markup
from scrubber.evidence import DocumentEvidence
from scrubber.lang.registry import alternatives
from scrubber.preparing import Prepared
from scrubber.templates import View

Path = tuple[str, ...]

_TAG = re.compile(r"[^#.:]*")
_COMMENTS = re.compile(rf"[#.][^#.]*(?:{alternatives('comment_classes')})")


def is_comment(markup: Markup) -> bool:
    """Whether the names in a DOM path say that a block is part of the readers' comments."""
    return _is_comment(markup.path)


def _is_comment(path: Path) -> bool:
    return any(_COMMENTS.search(label) for label in path)


def markup_columns(
    prepared: Prepared,
    record: DocumentEvidence,
    view: View,
    repeated: npt.NDArray[np.bool_],
    prose: Ints,
) -> list[Ints]:
    """The columns of `spec.MARKUP`, in its order."""
    marks = [b.markup for b in prepared.blocks if b.markup is not None]
    sizes = np.array([b.end - b.start for b in prepared.blocks], dtype=np.int64)
    linked = np.array([m.linked for m in marks], dtype=np.int64)
    links = per_mille(linked, sizes)
    short = sizes < 41
    others = view.site.documents
    places: dict[Path, int] = {}
    which = np.array([places.setdefault(m.path, len(places)) for m in marks], dtype=np.int64)
    named = np.array([_named(path) for path in places], dtype=np.int64)[which]
    paths = view.support.of(record.path_keys)
    placed = view.support.of(record.placed)
    columns = [
        np.where(short, links, 0),
        np.where(short, 0, links),
        *named.T,
        per_mille(paths, others),
        per_mille(placed, others),
    ]
    values = (sizes, linked, repeated.astype(np.int64), prose)
    for level in LEVELS:
        columns += _region_columns(_regions(places, level)[which], values)
    return columns


# The pages of a site share most of their paths.
@lru_cache(maxsize=1 << 12)
def _named(path: Path) -> tuple[int, ...]:
    """Class of the innermost element, landmarks among the ancestors, hidden, a comment."""
    tags = [tag[0] for label in path if (tag := _TAG.match(label))]
    leaf = tags[-1] if tags else "other"
    inside = set(tags)
    return (
        LEAVES.index(leaf) if leaf in LEAVES else 0,
        *(int(tag in inside) for tag in LANDMARKS),
        int(any(label.endswith(":hidden") for label in path)),
        int(_is_comment(path)),
    )


def _regions(places: Mapping[Path, int], level: int) -> Ints:
    """For each path the number of the region `level` elements up."""
    regions: dict[Path, int] = {}
    return np.array(
        [regions.setdefault(path[: max(len(path) - level, 0)], len(regions)) for path in places],
        dtype=np.int64,
    )


def _region_columns(which: Ints, values: tuple[Ints, Ints, Ints, Ints]) -> list[Ints]:
    """Of the blocks of the same region: chrome, links, prose, length."""
    sizes, linked, repeated, prose = values
    count = np.bincount(which)

    def totals(column: Ints) -> Ints:
        return np.bincount(which, weights=column).astype(np.int64)

    total_prose = int(prose.sum())
    size = totals(sizes)
    return [
        per_mille(totals(repeated), count)[which],
        per_mille(totals(linked), size)[which],
        per_mille(totals(prose), total_prose)[which],
        (size // np.maximum(count, 1))[which],
    ]
