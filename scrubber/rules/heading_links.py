"""Rule `boilerplate` inside headings of Markdown: the link of a heading to itself goes, the heading stays.

Generators of documentation put a sign beside each heading that shows when it is pointed at and leads to the
heading's own address; of what a crawler writes, ``## Usage[](https://example.org/a#usage "Direct link to Usage")``,
a reader has no use. Such a link shows no letter and no digit, and leads to an anchor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from scrubber.documents import Block, BlockKind
from scrubber.edits import Edit, Reason
from scrubber.fingerprints import Key, block_key
from scrubber.preparing import Prepared
from scrubber.rules.boilerplate import RULE
from scrubber.segmenting import heading_text, silent_links

HEADING_LINK: Final[Key] = block_key("\x04the link of a heading to itself")
"""What overrides name all of these by."""
NOTE: Final = "a link without words, from a heading to itself"


def propose(prepared: Prepared, kept: Sequence[Block]) -> Iterator[Edit]:
    """One removal a link, in the headings that are kept."""
    for block in kept:
        if block.kind is not BlockKind.HEADING or block.links is None:
            continue
        source = prepared.text[block.start : block.end]
        if not heading_text(source):
            continue
        for start, end in silent_links(source):
            yield Edit(
                block.start + start,
                block.start + end,
                source[start:end],
                "",
                RULE,
                1.0,
                Reason(template=f"{HEADING_LINK:016x}", note=NOTE),
            )
