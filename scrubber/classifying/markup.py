"""What HTML adds: links, elements, and the regions of the DOM a block stands in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scrubber.classifying.measures import Ints, per_mille
from scrubber.classifying.spec import LANDMARKS, LEAVES, LEVELS
from scrubber.documents import Markup
from scrubber.evidence import DocumentEvidence
from scrubber.preparing import Prepared
from scrubber.templates import View


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
    known: dict[tuple[str, ...], tuple[int, ...]] = {}
    named = np.array(
        [known[m.path] if m.path in known else known.setdefault(m.path, _named(m)) for m in marks],
        dtype=np.int64,
    )
    paths = np.array([view.support.get(k, 0) for k in record.path_keys], dtype=np.int64)
    placed = np.array([view.support.get(k, 0) for k in record.placed], dtype=np.int64)
    columns = [
        np.where(short, links, 0),
        np.where(short, 0, links),
        *named.T,
        per_mille(paths, others),
        per_mille(placed, others),
    ]
    for level in LEVELS:
        columns += _region_columns(marks, level, (sizes, linked, repeated.astype(np.int64), prose))
    return columns


def _named(markup: Markup) -> tuple[int, ...]:
    """Class of the innermost element, landmarks among the ancestors, and whether it is hidden."""
    tags = [label.partition("#")[0].partition(".")[0].partition(":")[0] for label in markup.path]
    leaf = tags[-1] if tags else "other"
    inside = set(tags)
    return (
        LEAVES.index(leaf) if leaf in LEAVES else 0,
        *(int(tag in inside) for tag in LANDMARKS),
        int(any(label.endswith(":hidden") for label in markup.path)),
    )


def _region_columns(marks: list[Markup], level: int, values: tuple[Ints, Ints, Ints, Ints]) -> list[Ints]:
    """Of the blocks under the same path `level` elements up: chrome, links, prose, length."""
    regions: dict[tuple[str, ...], int] = {}
    which = np.array(
        [regions.setdefault(m.path[: max(len(m.path) - level, 0)], len(regions)) for m in marks],
        dtype=np.int64,
    )
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
