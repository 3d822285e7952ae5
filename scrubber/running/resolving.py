"""`resolve` into a file: one site in memory at a time, and an index that is read where it lies."""

from __future__ import annotations

import mmap
from pathlib import Path

from scrubber.config import Config
from scrubber.evidence import Evidence
from scrubber.fragments import find_lenders
from scrubber.index_binary import Writer, from_buffer
from scrubber.sites import find_sites
from scrubber.slices import slice_of
from scrubber.templates import TemplateIndex, find_hubs


def resolve_into(path: Path, evidence: Evidence, config: Config, stamp: str = "") -> TemplateIndex:
    """What `templates.resolve` concludes, written to a binary index. Raises OSError where it cannot be written."""
    clusters = find_sites(evidence, config.sites)
    with path.open("wb") as file:
        writer = Writer(file.write)
        # Copies of one text that nothing else belongs to come by one name.
        for cluster in {cluster.id: cluster for cluster in clusters}.values():
            writer.add(slice_of(cluster, evidence))
        hubs = find_hubs(clusters, evidence)
        lenders = find_lenders(evidence)
        writer.finish(TemplateIndex({}, config.templates, config.sites, hubs, lenders=lenders), stamp)
    return open_index(path)


def open_index(path: Path) -> TemplateIndex:
    """A binary index, read as it is asked. Raises OSError, and BinaryIndexError for what is in it."""
    with path.open("rb") as file:
        return from_buffer(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)))
