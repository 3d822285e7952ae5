"""Documents again: for the second pass, and for those that they may complete.

As the first pass left them, where their files still hold the same bytes; else read anew.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator, Mapping

from scrubber.documents import RawDocument
from scrubber.evidence import Examined
from scrubber.reading import ReadingError
from scrubber.running.inputs import Input, raw_bytes, read
from scrubber.running.spooling import take


def reread(item: Input) -> tuple[RawDocument, Examined | None]:
    """A document as the first pass left it, if its file still holds the same bytes; else read anew."""
    kept = take(item.slot) if item.slot is not None else None
    try:
        data = raw_bytes(item) if kept is not None else b""
    except OSError:
        kept = None  # reading it again says what is wrong
    if kept is not None and hashlib.sha256(data).hexdigest() == kept.document.digest:
        return _with_markup(kept.document, data), kept
    return read(item), None


class Shelf(Mapping[str, RawDocument]):
    """The documents of a run by id, read when one is asked for; KeyError for what cannot be read."""

    def __init__(self, inputs: Iterable[Input]) -> None:
        self._inputs = {item.id: item for item in inputs}
        self._last: tuple[str, Examined | None] = "", None

    def __getitem__(self, id: str) -> RawDocument:
        try:
            document, examined = reread(self._inputs[id])
        except ReadingError as error:
            raise KeyError(id) from error
        self._last = id, examined
        return document

    def examined(self, id: str) -> Examined | None:
        """What the first pass made of the document that was asked for last."""
        return self._last[1] if self._last[0] == id else None

    def __iter__(self) -> Iterator[str]:
        return iter(self._inputs)

    def __len__(self) -> int:
        return len(self._inputs)


def _with_markup(document: RawDocument, data: bytes) -> RawDocument:
    if not document.is_html:
        return document
    from scrubber.reading.html import markup_of

    return dataclasses.replace(document, markup=markup_of(data, document.source))
