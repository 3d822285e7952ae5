"""Planted pages as samples: invented bodies of many kinds with chrome around them, every line of which is known."""

from __future__ import annotations

import json

from dumping.kinds.laying import BODIES
from dumping.kinds.planted import PlantedDump, PlantedOrder

from scrubber.config import Config
from scrubber.reading.text import read_markdown, read_plain
from training.lots import Lot, labelled_by_lines, rows
from training.pages import NONE

SEEDS = (20262, 20263)
"""Others than that of the dumps that are measured (`benchmarking.stages.planted`)."""
SIZES = (1, 2, 3, 6, 20)
_READERS = {"text": read_plain, "markdown": read_markdown}


def planted_lot(seed: int) -> Lot:
    """The lot of a dump as text, and as Markdown. No fold leaves it out: its pages are of no site that is measured."""
    config, found = Config(), []
    for form, reader in _READERS.items():
        labelled = []
        for document in PlantedDump(PlantedOrder(tuple(BODIES), SIZES, seed, form, flat=False)):
            lines = [(line, bool(chrome)) for line, _, _, chrome, _ in json.loads(document.gold)["lines"]]
            raw = reader(document.text.encode(), id=f"{form}/{document.name}", url=document.url or None)
            one = labelled_by_lines(raw, lines, NONE, config)
            if one is not None:
                labelled.append(one)
        found += list(rows(labelled, 1.0, config))
    return Lot.of(f"planted {seed}", found)
