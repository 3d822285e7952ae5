"""The examples in docstrings are true."""

import doctest
import importlib
from pathlib import Path

import pytest

import scrubber

ROOT = Path(scrubber.__file__).parent
SHOWN = [
    ".".join(("scrubber", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
    for path in sorted(ROOT.rglob("*.py"))
    if ">>> " in path.read_text("utf-8")
]


def test_there_are_examples():
    assert "scrubber.classifying.segments" in SHOWN


@pytest.mark.parametrize("module", SHOWN)
def test_examples_are_true(module):
    result = doctest.testmod(importlib.import_module(module))
    assert result.attempted > 0
    assert result.failed == 0
