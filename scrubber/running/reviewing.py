"""`scrubber explain` and `scrubber audit`: what was done to a document, and where to look twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scrubber.edits import Edit, FlatEdit, flatten
from scrubber.running.learning import load_index
from scrubber.running.undoing import find_entry, load, open_output, raw_text
from scrubber.sites import distinct
from scrubber.templates import TemplateIndex
from scrubber.writing.files import TEMPLATES
from scrubber.writing.provenance import Record

LONG_SENTENCE = 60
"""Characters from which a removed sentence is worth a look."""
NEAREST = 10
"""Removals a site that are shown as nearest to the threshold."""

_REMOVING_LAYER = "boilerplate"
_SENTENCE_END = re.compile(r"[.!?…؟।]+[\"'”’»)\]]*(?=\s|$)|[。！？]+[”’」』）]*")
_WORDS = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that `explain` shows of a document."""

    record: Record
    raw: str
    changes: tuple[FlatEdit, ...]
    """In coordinates of the raw text."""
    support: Mapping[str, int]
    """By template id: in how many distinct documents the template stands."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A removal of words."""

    document: str
    rule: str
    confidence: float
    start: int
    """In the text before its layer."""
    characters: int
    text: str | None
    """None where the ledger keeps spans only."""
    template: str | None
    alone: bool
    """No other document is known to hold the block."""


@dataclass(frozen=True, slots=True)
class LostSentence:
    """A removed long sentence, and the documents it was removed from."""

    text: str
    confidence: float
    """The lowest of its removals."""
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SiteAudit:
    """What to look at twice in one site."""

    site: str
    nearest: tuple[Removal, ...]
    """Removals of words, the least sure first."""
    sentences: tuple[LostSentence, ...]
    """Every removed long sentence, the least sure first."""
    alone: tuple[Removal, ...]
    """Removals of what no other document holds, whatever their length, the least sure first."""


def explain(output: Path, name: str) -> Explanation:
    """Join a document's ledger with the index. Raises OutputError, ManifestError, BrokenDocumentError."""
    tree, listing = open_output(output)
    text, record = load(tree, find_entry(listing, name))
    raw = raw_text(text, record)
    assert record.ledger is not None
    templates = {e.reason.template for e in record.ledger if e.reason.template is not None}
    path = tree.path(TEMPLATES)
    support = _support(load_index(path), templates, record.site.id) if path.exists() else {}
    return Explanation(record, raw, flatten(raw, record.ledger), support)


def audit(output: Path, nearest: int = NEAREST) -> tuple[SiteAudit, ...]:
    """Where content may have been lost, by site. Raises OutputError, ManifestError, BrokenDocumentError."""
    tree, listing = open_output(output)
    by_site: dict[str, list[Removal]] = defaultdict(list)
    for entry in listing.entries:
        if entry.output is not None:
            _, record = load(tree, entry)
            by_site[record.site.id].extend(_removals(record))
    return tuple(
        SiteAudit(
            site,
            tuple(sorted(removals, key=_unsure)[:nearest]),
            _sentences(removals),
            tuple(sorted((r for r in removals if r.alone), key=_unsure)),
        )
        for site, removals in sorted(by_site.items())
        if removals
    )


def _unsure(removal: Removal) -> tuple[float, str, int]:
    return removal.confidence, removal.document, removal.start


def _removals(record: Record) -> Iterator[Removal]:
    for layer in record.ledger.layers if record.ledger else ():
        if layer.name == _REMOVING_LAYER:
            yield from (_removal(record.id, edit) for edit in layer.edits if _takes_words(edit))


def _takes_words(edit: Edit) -> bool:
    if edit.inserted:
        return False
    return edit.removed is None or _WORDS.search(edit.removed) is not None


def _removal(document: str, edit: Edit) -> Removal:
    return Removal(
        document=document,
        rule=edit.rule,
        confidence=edit.confidence,
        start=edit.start,
        characters=edit.end - edit.start,
        text=edit.removed,
        template=edit.reason.template,
        alone=not edit.reason.examples,
    )


def _sentences(removals: list[Removal]) -> tuple[LostSentence, ...]:
    found: dict[str, list[Removal]] = defaultdict(list)
    for removal in removals:
        for sentence in long_sentences(removal.text or ""):
            found[sentence].append(removal)
    lost = [
        LostSentence(text, min(r.confidence for r in holders), tuple(sorted({r.document for r in holders})))
        for text, holders in found.items()
    ]
    return tuple(sorted(lost, key=lambda s: (s.confidence, len(s.documents), s.text)))


def long_sentences(text: str) -> Iterator[str]:
    """Sentences of at least `LONG_SENTENCE` characters that end as sentences do, line by line."""
    for line in text.splitlines():
        start = 0
        for end in _SENTENCE_END.finditer(line):
            sentence = line[start : end.end()].strip()
            if len(sentence) >= LONG_SENTENCE:
                yield sentence
            start = end.end()


def _support(index: TemplateIndex, templates: set[str], site: str) -> dict[str, int]:
    """In how many distinct documents each template stands: of the document's site, else of any."""
    own = [index.sites[site]] if site in index.sites else list(index.sites.values())
    support: dict[str, int] = {}
    for slice_ in own:
        records = distinct(slice_.records)
        for template in templates:
            key = int(template, 16)
            count = slice_.counts.get(key) or sum(1 for record in records if key in record.features)
            if count:
                support[template] = max(count, support.get(template, 0))
    return support
