"""Rule ``nfc``: Unicode Normalization Form C (UAX #15), by the smallest spans that change.

The same word written with composed and with combining characters must count as the same word.
Compatibility forms (ligatures, full widths, superscripts) are the author's and stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from scrubber.edits import Edit, Span

# An ASCII character never composes with what stands before it: a safe place to cut.
_STRETCH = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")
_JAMO = (("\u1160", "\u11ff"), ("\ud7b0", "\ud7fb"))


def propose(text: str) -> list[Edit]:
    """Edits of ``nfc``, in order, in the coordinates of `text`."""
    if unicodedata.is_normalized("NFC", text):
        return []
    edits: list[Edit] = []
    for stretch in _STRETCH.finditer(text):
        if not unicodedata.is_normalized("NFC", stretch[0]):
            edits.extend(_compose(text, stretch.start(), stretch[0]))
    return edits


def _compose(text: str, offset: int, stretch: str) -> Iterator[Edit]:
    clusters = list(_clusters(stretch))
    composed = [unicodedata.normalize("NFC", cluster) for cluster in clusters]
    whole = unicodedata.normalize("NFC", stretch)
    if "".join(composed) != whole:
        # A newer Unicode joins what our boundary parts: then the stretch is one edit.
        clusters, composed = [stretch], [whole]
    for cluster, inserted in zip(clusters, composed, strict=True):
        if cluster != inserted:
            yield trimmed(text, Span(offset, offset + len(cluster)), inserted, "nfc")
        offset += len(cluster)


def _clusters(stretch: str) -> Iterator[str]:
    """Cut before every character that cannot join the one before it."""
    start = 0
    for place in range(1, len(stretch)):
        if not _joins(stretch[place]):
            yield stretch[start:place]
            start = place
    yield stretch[start:]


def _joins(character: str) -> bool:
    if unicodedata.category(character)[0] == "M":
        return True
    return any(first <= character <= last for first, last in _JAMO)


def trimmed(text: str, span: Span, inserted: str, rule: str) -> Edit:
    """The edit that replaces ``text[span]``, without what both ends have in common."""
    start, end = span.start, span.end
    head, tail = 0, len(inserted)
    while start < end and head < tail and text[start] == inserted[head]:
        start, head = start + 1, head + 1
    while start < end and head < tail and text[end - 1] == inserted[tail - 1]:
        end, tail = end - 1, tail - 1
    return Edit.replace(text, Span(start, end), inserted[head:tail], rule)
