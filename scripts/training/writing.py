"""The weights file: JSON with one tree a line."""

from __future__ import annotations

import json
from collections.abc import Mapping

from scrubber.classifying.forest import Forest
from scrubber.classifying.model import SCHEMA


def layout(forests: Mapping[str, Forest]) -> str:
    """The text of the file that says these weights."""
    parts = ",\n".join(_forest(forest) for _, forest in sorted(forests.items()))
    return f'{{\n "schema": {json.dumps(SCHEMA)},\n "forests": {{\n{parts}\n }}\n}}\n'


def _forest(forest: Forest) -> str:
    """One tree a line, and the words of a forest together."""
    words = json.dumps(dict(sorted(forest.words.items())), ensure_ascii=False)
    trees = ",\n".join(f"    {json.dumps(tree, separators=(',', ':'))}" for tree in forest.trees)
    return (
        f"  {json.dumps(forest.name)}: {{\n"
        f'   "words": {words},\n   "asks": {json.dumps(forest.asks)},\n   "bins": {json.dumps(forest.bins)},\n'
        f'   "trees": [\n{trees}\n   ]\n  }}'
    )
