"""The weights: forests in integers in a readable file, one for each kind of document.

`scripts/train` makes the file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final

import msgspec

from scrubber.classifying.forest import Forest
from scrubber.classifying.weighing import WeightsError

SCHEMA: Final = "scrubber.weights/3"
WEIGHTS = files("scrubber.classifying").joinpath("weights.json")
"""The committed weights."""


def parse(text: str) -> dict[str, Forest]:
    """Read a weights file.

    Raises WeightsError where it is of another schema, where it holds a model that judges nothing, and
    where names or numbers of bins differ from those of the features.
    """
    content = json.loads(text)
    if content.get("schema") != SCHEMA:
        raise WeightsError(f"not a weights file of schema {SCHEMA}: run scripts/train")
    found: dict[str, Forest] = {}
    for name, body in content["forests"].items():
        trees = tuple(tuple(map(tuple, tree)) for tree in body["trees"])
        asks, bins = tuple(body["asks"]), tuple(body["bins"])
        found[name] = Forest(name, asks, bins, trees, body["words"])
    for forest in found.values():
        forest.check()
    return found


@lru_cache(maxsize=1)
def built_in() -> Mapping[str, Forest]:
    """The committed weights."""
    return parse(WEIGHTS.read_text("utf-8"))


def digest_of(weights: Mapping[str, Forest]) -> str:
    """Hex digest of weights by what they say, 16 digits: however their file is laid out."""
    plain = [forest.plain for _, forest in sorted(weights.items())]
    return hashlib.sha256(msgspec.json.encode(plain)).hexdigest()[:16]


@lru_cache(maxsize=1)
def built_in_digest() -> str:
    """The digest of the committed weights."""
    return digest_of(built_in())
