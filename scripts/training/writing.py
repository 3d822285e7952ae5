"""The weights file: JSON with one feature, or one tree, a line."""

from __future__ import annotations

import json
from collections.abc import Mapping

from scrubber.classifying.additive import Table
from scrubber.classifying.forest import Forest
from scrubber.classifying.model import SCHEMA
from scrubber.classifying.weighing import Weigher


def layout(weighers: Mapping[str, Weigher]) -> str:
    """The text of the file that says these weights."""
    tables = [_table(one) for _, one in sorted(weighers.items()) if isinstance(one, Table)]
    forests = [_forest(one) for _, one in sorted(weighers.items()) if isinstance(one, Forest)]
    return (
        f'{{\n "schema": {json.dumps(SCHEMA)},\n'
        f' "tables": {{\n{_joined(tables)}\n }},\n "forests": {{\n{_joined(forests)}\n }}\n}}\n'
    )


def _table(table: Table) -> str:
    """One feature a line, and the words of a table together."""
    rows = _joined(
        [f"    {json.dumps(name)}: {json.dumps(table.weights[name])}" for name in table.features.names]
    )
    words = json.dumps(dict(sorted(table.words.items())), ensure_ascii=False)
    return (
        f'  {json.dumps(table.name)}: {{\n   "bias": {table.bias}, "switch": {table.switch},\n'
        f'   "weights": {{\n{rows}\n   }},\n   "words": {words}\n  }}'
    )


def _forest(forest: Forest) -> str:
    """One tree a line."""
    words = json.dumps(dict(sorted(forest.words.items())), ensure_ascii=False)
    trees = _joined([f"    {json.dumps(tree, separators=(',', ':'))}" for tree in forest.trees])
    return (
        f'  {json.dumps(forest.name)}: {{\n   "switch": {forest.switch},\n'
        f'   "words": {words},\n   "asks": {json.dumps(forest.asks)},\n   "bins": {json.dumps(forest.bins)},\n'
        f'   "trees": [\n{trees}\n   ]\n  }}'
    )


def _joined(parts: list[str]) -> str:
    return ",\n".join(parts)
