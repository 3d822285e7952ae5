"""Lists and tables: which blocks are the items of one."""

from __future__ import annotations

import numpy as np

from scrubber.classifying.features.table import BlockTable, derived
from scrubber.classifying.segments import Ints
from scrubber.documents import Block, BlockKind


@derived
def lists_and_tables(table: BlockTable) -> Ints:
    """For each block the number of its list or table, -1 outside; no two documents share a number."""
    found: list[int] = []
    count = 0
    for subject in table.subjects:
        text, previous, before = subject.prepared.text, None, None
        for place, block in enumerate(subject.prepared.blocks):
            name = _collection(text, place, block, previous)
            if name == "":  # an item of a text file that stands close upon the last
                name = before
            elif name is not None and name != before:
                count += 1
            found.append(count if name is not None else -1)
            previous, before = block, name
    return np.array(found, dtype=np.int64)


def _collection(text: str, place: int, block: Block, previous: Block | None) -> str | None:
    """What names the list or table of a block; None outside, ``""`` where it continues the last."""
    if block.kind is BlockKind.PREFORMATTED and block.markup is None:
        return "preformatted"
    if block.kind not in (BlockKind.LIST_ITEM, BlockKind.CELL, BlockKind.ROW):
        return None
    if block.markup is not None:
        xpath = block.markup.xpath
        if block.kind is BlockKind.CELL:
            return xpath[: xpath.rfind("/table")]
        return xpath[: max(xpath.rfind("/li"), xpath.rfind("/dt"), xpath.rfind("/dd"), 0)]
    if previous is not None and previous.kind is block.kind:
        between = text[previous.end : block.start]
        if between.count("\n") <= 2:
            return ""
    return f"line {place}"
