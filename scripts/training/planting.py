"""Planted pages as samples: invented bodies of many kinds with chrome around them, every line of which is known."""

from __future__ import annotations

import json
from collections.abc import Sequence

from dumping.kinds.laying import BODIES
from dumping.kinds.planted import PlantedDump, PlantedOrder

from scrubber.config import Config
from scrubber.reading.html import read_html
from scrubber.reading.text import read_markdown, read_plain
from training.lots import Asked, Lot, labelled_by_lines, never, rows
from training.pages import NONE

SEEDS = (20262, 20263)
"""Others than that of the dumps that are measured (`benchmarking.stages.planted`)."""
SIZES = (1, 2, 3, 6, 20)
_READERS = {"text": read_plain, "markdown": read_markdown, "html": read_html}


def planted_lot(seed: int, forms: Sequence[str], asked: Asked = never) -> Lot:
    """The lot of a dump in some forms: ``text``, ``markdown``, ``html``.

    No fold leaves it out: its pages are of no site that is measured.
    """
    config, found = Config(), []
    for form in forms:
        labelled = []
        for document in PlantedDump(PlantedOrder(tuple(BODIES), SIZES, seed, form, flat=False)):
            gold = json.loads(document.gold)
            lines = [(line, bool(chrome)) for line, _, _, chrome, _ in gold["lines"]]
            id = f"{form}/{document.name}"
            raw = _READERS[form](document.text.encode(), id=id, url=document.url or None)
            one = labelled_by_lines(raw, lines, gold["site"], NONE, config)
            if one is not None:
                labelled.append(one)
        found += list(rows(labelled, 1.0, config, asked))
    return Lot.of(f"planted {seed}", found)
