"""Other documents of the dump, where they are at hand: what cut-off text is completed from."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from scrubber.documents import RawDocument
from scrubber.evidence import Examined
from scrubber.fingerprints import Key
from scrubber.fragments import LENDERS, Lender
from scrubber.judged import Judge, Judged, examine_for, judge
from scrubber.rules.truncation import Content, Source, Sources

_REMEMBERED: Final = 32
"""Judged documents that are held ready: teasers of one page point to the same few others."""


class Library:
    """The documents of a dump, by id, judged when one of them is asked.

    `documents` may read lazily; it raises KeyError for what is not there. A document whose digest is
    not the one that the index names proves nothing. `examined` spares work where it knows a document,
    with the settings of the index. What is remembered changes no result.
    """

    __slots__ = ("_by", "_documents", "_examined", "_judged")

    def __init__(
        self,
        documents: Mapping[str, RawDocument],
        by: Judge,
        examined: Callable[[str], Examined | None] = lambda _: None,
    ) -> None:
        self._documents = documents
        self._by = by
        self._examined = examined
        self._judged: OrderedDict[Lender, Source | None] = OrderedDict()

    def for_document(self, judged: Judged) -> Sources:
        """Where a document may look for how its passages go on."""

        def sources(key: Key) -> Iterator[Source]:
            own, found = judged.document, self._by.index.lenders.get(key, ())
            lenders = [one for one in found if own.id != one.document and own.digest != one.digest]
            for lender in lenders[:LENDERS]:
                source = self._source(lender)
                if source is not None:
                    yield source

        return sources

    def _source(self, lender: Lender) -> Source | None:
        if lender not in self._judged:
            self._judged[lender] = self._read(lender)
            if len(self._judged) > _REMEMBERED:
                self._judged.popitem(last=False)
        self._judged.move_to_end(lender)
        return self._judged[lender]

    def _read(self, lender: Lender) -> Source | None:
        try:
            document = self._documents[lender.document]
        except (KeyError, OSError, ValueError):
            return None  # What is not there, or cannot be read any more, proves nothing.
        if document.digest != lender.digest:
            return None
        by = self._by
        examined = self._examined(lender.document) or examine_for(document, by)
        prepared = examined.prepared

        def content() -> Content:
            judged = judge(document, by, examined)
            return Content(judged.view.home, judged.kept)

        return Source(document.id, prepared.text, prepared.blocks, content)
