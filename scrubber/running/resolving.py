"""`resolve` into a file: one site in memory at a time, and an index that is read where it lies.

The same file stands beside an index that was learned, as a cache of this machine: reading the lines
of a large index takes longer than cleaning a document, and a document needs the slice of one site.
"""

from __future__ import annotations

import hashlib
import mmap
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Final

from scrubber.config import Config
from scrubber.evidence import Evidence
from scrubber.fragments import find_lenders
from scrubber.index_binary import BinaryIndexError, Writer, from_buffer, stamp_of
from scrubber.sites import find_sites
from scrubber.slices import slice_of
from scrubber.templates import TemplateIndex, find_hubs
from scrubber.version import code_digest

SUFFIX: Final = ".slices"
MEMORY: Final = 2 << 30
"""Bytes that a run may take for sorting, as long as nobody says otherwise."""
_BYTES_A_PAIR: Final = 256
"""Of sorting, with its copies, two of them at once, and some air."""


def resolve_into(path: Path, evidence: Evidence, config: Config, memory: int = MEMORY) -> TemplateIndex:
    """What `templates.resolve` concludes, written to a binary index. Raises OSError where it cannot be written.

    What is sorted takes about `memory` bytes, and waits in temporary files beyond that.
    """
    room = max(memory // _BYTES_A_PAIR, 1)
    clusters = find_sites(evidence, config.sites, room)
    with path.open("wb") as file:
        writer = Writer(file.write)
        # Copies of one text that nothing else belongs to come by one name.
        for cluster in {cluster.id: cluster for cluster in clusters}.values():
            writer.add(slice_of(cluster, evidence, room))
        hubs = find_hubs(clusters, evidence, room)
        lenders = find_lenders(evidence)
        writer.finish(TemplateIndex({}, config.templates, config.sites, hubs, lenders=lenders))
    return open_index(path)


def open_index(path: Path) -> TemplateIndex:
    """A binary index, read as it is asked. Raises OSError, and BinaryIndexError for what is in it."""
    with path.open("rb") as file:
        return from_buffer(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)))


def beside(index: Path) -> Path:
    """Where the binary form of an index lies."""
    return index.with_suffix(SUFFIX)


def to_binary(index: TemplateIndex, lines: bytes) -> bytes:
    """The binary form of an index whose lines are these."""
    out = BytesIO()
    writer = Writer(out.write)
    index = replace(index, lenders={})  # as in the lines
    for id in sorted(index.sites):
        writer.add(index.sites[id])
    writer.finish(index, _stamp(lines))
    return out.getvalue()


def load_beside(path: Path, lines: bytes) -> TemplateIndex | None:
    """The index of these lines, read from its binary form; None where there is none, or of other lines or code."""
    try:
        with beside(path).open("rb") as file:
            data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        if stamp_of(data) != _stamp(lines):
            return None
        return from_buffer(data)
    except (OSError, ValueError, BinaryIndexError):
        return None


def _stamp(lines: bytes) -> str:
    """What a binary form belongs to: it follows from the lines, and from the code that reads and packs them."""
    return f"{hashlib.sha256(lines).hexdigest()} {code_digest()}"
