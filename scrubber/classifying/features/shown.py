"""Whether a block of HTML is shown, and what its page declares it to be."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from scrubber.classifying.features.registry import FeatureGroup, codes
from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.segments import Ints
from scrubber.segmenting.attributes import DECLARED, FOR_READERS, HIDDEN, OPENS

_NOSCRIPT = re.compile(r"noscript(?![^#.:])")
SHOWN = FeatureGroup("shown")
WAYS: Final = (
    "shown",
    "for screen readers alone",
    "hidden",
    "part of what opens",
    "hidden until a reader opens it",
)
_OF_BITS: Final = {0: 0, FOR_READERS: 1, HIDDEN: 2, FOR_READERS | HIDDEN: 2, OPENS: 3, OPENS | FOR_READERS: 1}
_UNTIL_OPENED: Final = 4


@SHOWN.feature("shown", codes(WAYS), "is {}", WAYS)
def _shown(table: BlockTable) -> Ints:
    bits = [block.markup.hiding if block.markup is not None else 0 for block in table.blocks]
    return np.array([_OF_BITS.get(one, _UNTIL_OPENED) for one in bits], dtype=np.int64)


@SHOWN.feature("declared", codes(DECLARED), "its page declares {} around it", DECLARED)
def _declared(table: BlockTable) -> Ints:
    return np.array([b.markup.declared if b.markup is not None else 0 for b in table.blocks], dtype=np.int64)


@SHOWN.feature("in noscript", (1,), "stands in <noscript>")
def _in_noscript(table: BlockTable) -> Ints:
    paths = [block.markup.path if block.markup is not None else () for block in table.blocks]
    return np.array([any(map(_NOSCRIPT.match, path)) for path in paths], dtype=np.int64)
