"""From a raw document to normalised text with blocks: what `collect` and `scrub` share."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scrubber.config import Config
from scrubber.documents import Block, RawDocument
from scrubber.edits import Layer, OffsetMap
from scrubber.normalising import encoding_layers
from scrubber.segmenting import segment_text


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document after the encoding layers: the text that is judged, and its blocks."""

    text: str
    blocks: tuple[Block, ...]
    layers: tuple[Layer, ...]


def prepare(document: RawDocument, config: Config) -> Prepared:
    """Normalise the encoding, then find the blocks (HTML brings its own: they move along)."""
    layers, text = encoding_layers(document.text, config.normalise)
    if document.blocks is None:
        blocks = segment_text(text, document.source.media_type, document.source.url)
    else:
        blocks = _moved(document.blocks, layers, text)
    return Prepared(text, blocks, layers)


def _moved(blocks: tuple[Block, ...], layers: tuple[Layer, ...], text: str) -> tuple[Block, ...]:
    for layer in layers:
        if layer.edits:
            offsets = OffsetMap(layer)
            blocks = tuple(
                Block(offsets.forward(b.start), offsets.forward(b.end, end=True), b.kind, b.markup)
                for b in blocks
            )
    if not any(layer.edits for layer in layers):
        return blocks
    return tuple(trimmed for block in blocks if (trimmed := _trimmed(block, text)) is not None)


def _trimmed(block: Block, text: str) -> Block | None:
    """The block without white space at its ends (a normalised character may have become some)."""
    inside = text[block.start : block.end]
    stripped = inside.strip()
    if not stripped:
        return None
    start = block.start + len(inside) - len(inside.lstrip())
    markup = block.markup
    if markup is not None and markup.linked > len(stripped):
        markup = replace(markup, linked=len(stripped))
    return replace(block, start=start, end=start + len(stripped), markup=markup)
