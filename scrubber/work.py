"""A document on its way: all layers so far, and where its spans stand now and stood before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from scrubber.documents import Block, Flag, RawDocument
from scrubber.edits import Layer, OffsetMap, Span, apply_layer
from scrubber.preparing import Prepared


@dataclass(frozen=True, slots=True)
class Work:
    """A document on its way: all layers so far, and the text they give."""

    document: RawDocument
    prepared: Prepared
    layers: tuple[Layer, ...]
    maps: tuple[OffsetMap, ...]
    """Of each layer."""
    text: str

    @classmethod
    def begin(cls, document: RawDocument, prepared: Prepared) -> Work:
        """A document after the encoding layers."""
        maps = tuple(OffsetMap(layer) for layer in prepared.layers)
        return cls(document, prepared, prepared.layers, maps, prepared.text)

    @property
    def depth(self) -> int:
        """How many layers there are."""
        return len(self.layers)

    def then(self, layer: Layer) -> Work:
        """The document after one more layer."""
        return replace(
            self,
            layers=(*self.layers, layer),
            maps=(*self.maps, OffsetMap(layer)),
            text=apply_layer(self.text, layer),
        )

    def forward(self, block: Block) -> Span:
        """Where a kept block of the prepared text stands now."""
        start, end = block.start, block.end
        for offsets in self.maps[len(self.prepared.layers) :]:
            start, end = offsets.forward(start), offsets.forward(end, end=True)
        return Span(start, end)

    def back(self, start: int, end: int, depth: int) -> Span:
        """Where a span of the text after `depth` layers stood in the raw text."""
        for offsets in reversed(self.maps[:depth]):
            start, end = offsets.back(start), offsets.back(end, end=True)
        return Span(start, end)

    def in_raw(self, flags: Iterable[Flag], depth: int) -> tuple[Flag, ...]:
        """Flags over the text after `depth` layers, told in spans of the raw text."""
        spans = [(flag, self.back(flag.start, flag.end, depth)) for flag in flags]
        return tuple(Flag(f.rule, s.start, s.end, f.message) for f, s in spans)
