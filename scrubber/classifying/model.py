"""The weights: models in integers in a readable file, one for each kind of situation.

Tables add up a weight for every feature (`additive`), forests ask for one feature after another
(`forest`). `scripts/train` makes the file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final

import msgspec

from scrubber.classifying.additive import Table
from scrubber.classifying.forest import Forest
from scrubber.classifying.weighing import Weigher, WeightsError

SCHEMA: Final = "scrubber.weights/2"
WEIGHTS = files("scrubber.classifying").joinpath("weights.json")
"""The committed weights."""


def parse(text: str) -> dict[str, Weigher]:
    """Read a weights file.

    Raises WeightsError where names or numbers of bins differ from those of the features.
    """
    content = json.loads(text)
    if content.get("schema") != SCHEMA:
        raise WeightsError(f"not a weights file of schema {SCHEMA}: run scripts/train")
    found: dict[str, Weigher] = {}
    for name, body in content["tables"].items():
        rows = {feature: tuple(row) for feature, row in body["weights"].items()}
        found[name] = Table(name, body["bias"], body["switch"], rows, body["words"])
    for name, body in content["forests"].items():
        trees = tuple(tuple(map(tuple, tree)) for tree in body["trees"])
        found[name] = Forest(name, body["switch"], tuple(body["asks"]), tuple(body["bins"]), trees, body.get("words", {}))
    for weigher in found.values():
        weigher.check()
    return found


@lru_cache(maxsize=1)
def built_in() -> Mapping[str, Weigher]:
    """The committed weights."""
    return parse(WEIGHTS.read_text("utf-8"))


def digest_of(weights: Mapping[str, Weigher]) -> str:
    """Hex digest of weights by what they say, 16 digits: however their file is laid out."""
    plain = [weigher.plain for _, weigher in sorted(weights.items())]
    return hashlib.sha256(msgspec.json.encode(plain)).hexdigest()[:16]


@lru_cache(maxsize=1)
def built_in_digest() -> str:
    """The digest of the committed weights."""
    return digest_of(built_in())
