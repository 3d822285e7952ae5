"""Normalisation: mojibake, characters, Unicode form and white space, each rule with its own edits.

`collect` and `scrub` both read a document through `encoding_layers`, so that evidence and verdict
see the same text; `whitespace_layer` comes last, when what was removed has left its blank lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from scrubber.config import Normalise
from scrubber.edits import Edit, Layer, Span, apply_layer, settle
from scrubber.normalising import characters, composition, mojibake, whitespace
from scrubber.normalising.whitespace import Gap

__all__ = ["Gap", "encoding_layers", "is_stable", "markdown_whitespace_layer", "whitespace_layer"]

_ASCII_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def encoding_layers(text: str, settings: Normalise) -> tuple[tuple[Layer, ...], str]:
    """The layers that repair encoding, characters and Unicode form, and the stable text they give.

    Stable means that the same call upon the result gives no layer. Undoing one fault can show the
    next (a combining mark that joins an ``A`` completes a mojibake pair), so the rules repeat until
    none proposes anything. That ends: mojibake and characters never make the text longer, a decoded
    character leaves the few hundred that mojibake consists of, and NFC is idempotent.
    """
    layers: list[Layer] = []
    settled = is_stable(text)
    while not settled:
        settled = True
        for name, propose in _steps(settings):
            layer = settle(name, propose(text))
            if layer.edits:
                text = apply_layer(text, layer)
                layers.append(layer)
                settled = False
        settled = settled or is_stable(text)
    return tuple(layers), text


def is_stable(text: str) -> bool:
    """Whether a quick look shows that no encoding rule has anything to do (False: look closer)."""
    return text.isascii() and _ASCII_CONTROLS.search(text) is None


def whitespace_layer(text: str, protected: Sequence[Span] = ()) -> Layer:
    """The layer that tidies white space; `protected` spans (preformatted blocks) stay as they are."""
    return settle("whitespace", whitespace.propose(text, protected))


def markdown_whitespace_layer(text: str, protected: Sequence[Span], gaps: Sequence[Gap]) -> Layer:
    """The same for Markdown, where white space is syntax: `gaps` are where something was removed."""
    return settle("whitespace", whitespace.propose_markdown(text, protected, gaps))


def _steps(settings: Normalise) -> list[tuple[str, Callable[[str], list[Edit]]]]:
    steps: list[tuple[str, Callable[[str], list[Edit]]]] = []
    if settings.mojibake:
        steps.append(("encoding", mojibake.propose))
    if settings.characters:
        steps.append(("characters", characters.propose))
        steps.append(("unicode", composition.propose))
    return steps
