"""`scrubber explain` and `scrubber audit`: what was done to a document, and where to look twice."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from scrubber.config import LedgerMode, Templates
from scrubber.configuring import Override, load_overrides
from scrubber.edits import Edit, FlatEdit, Span, flatten
from scrubber.fingerprints import band_keys, block_key, fold, sign
from scrubber.running.doubting import (
    DocumentDoubt,
    Removal,
    Reviewed,
    find_doubts,
    is_removal,
    long_sentences,
)
from scrubber.running.emptied import LONE, EmptiedSite, EmptiedTally
from scrubber.running.learning import load_index
from scrubber.running.undoing import find_entry, load, open_output, raw_text
from scrubber.segmenting import comparable
from scrubber.templates import TemplateIndex
from scrubber.writing.files import MANIFEST, OVERRIDES, TEMPLATES, OutputError
from scrubber.writing.manifest import Entry
from scrubber.writing.provenance import Record

_Block = TypeVar("_Block")

NEAREST = 3
"""Removals of a document, or of a site, that are shown, where no other number is asked for."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a line of ``templates.overrides.toml`` says of a block of a document."""

    template: str
    verdict: str
    """``keep`` or ``drop``."""
    reason: str
    """The person's own words; may be empty."""
    followed: bool
    """Whether the block is what the line asks for; else the line was written after the run."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that `explain` shows of a document."""

    record: Record
    raw: str
    clean: str
    changes: tuple[FlatEdit, ...]
    """In coordinates of the raw text."""
    support: Mapping[str, int]
    """By template id: in how many distinct documents the template stands."""
    ruled: Mapping[Edit, Ruling]
    """Removals on which a person has ruled."""
    ruled_kept: Mapping[Span, Ruling]
    """The same of kept blocks, by where they stand in the raw text."""


@dataclass(frozen=True, slots=True)
class LostSentence:
    """A removed long sentence, and the documents it was removed from."""

    text: str
    confidence: float
    """The lowest of its removals."""
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SiteAudit:
    """What to look at twice in one site, or in the documents for which none was found."""

    site: str
    documents: int
    raw: int
    """Characters of its documents before cleaning ..."""
    clean: int
    """... and after."""
    doubts: tuple[DocumentDoubt, ...]
    """Doubtful documents, the most doubtful first."""
    nearest: tuple[Removal, ...]
    """Removals of words that their scores decided, the least sure first."""
    sentences: tuple[LostSentence, ...]
    """Every removed long sentence, the least sure first."""
    alone: tuple[Removal, ...]
    """Removals of what no other document holds, whatever their length, the least sure first.
    Empty for documents that were judged alone: of them no other document was asked."""

    @property
    def judged_alone(self) -> bool:
        """Whether these are the documents for which no site was found: each was judged alone."""
        return self.site == LONE


@dataclass(frozen=True, slots=True)
class Audit:
    """What to look at twice in an output folder."""

    sites: tuple[SiteAudit, ...]
    """The site with the most doubtful document first; those without doubts by id."""
    emptied: tuple[EmptiedSite, ...]
    """Sites of which nearly nothing is left."""
    unrecorded: int
    """Documents written with ``--ledger none``: what was removed from them is not known."""
    untold: int
    """Documents written with ``--ledger spans``: the text of what was removed is not known."""


def explain(output: Path, name: str) -> Explanation:
    """Join a document's ledger with the index and people's overrides.

    Raises OutputError, ManifestError, BrokenDocumentError; ConfigError for the overrides.
    """
    tree, listing = open_output(output)
    text, record = load(tree, find_entry(tree, listing, name))
    raw = raw_text(text, record)
    assert record.ledger is not None
    templates = {e.reason.template for e in record.ledger if e.reason.template is not None}
    path = tree.path(TEMPLATES)
    index = load_index(path) if path.exists() else TemplateIndex({})
    rules = _Rules(load_overrides(tree.path(OVERRIDES)), index.settings)
    removals = {edit: _compared(edit.removed or "", record) for edit in record.ledger if is_removal(edit)}
    kept = {
        Span(b.raw_start, b.raw_end): _compared(text[b.clean_start : b.clean_end], record)
        for b in record.blocks
    }
    return Explanation(
        record,
        raw,
        text,
        flatten(raw, record.ledger),
        _support(index, templates, record.site.id),
        rules.rulings(removals, followed_by="drop"),
        rules.rulings(kept, followed_by="keep"),
    )


def _compared(text: str, record: Record) -> str:
    return comparable(text, record.source.media_type, record.source.url)


@dataclass(frozen=True, slots=True)
class _Rules:
    """People's overrides, and how the ids are made that they go by."""

    overrides: Mapping[str, Override]
    settings: Templates

    def rulings(self, blocks: Mapping[_Block, str], *, followed_by: str) -> dict[_Block, Ruling]:
        """What people say of some blocks, to which was done what `followed_by` asks for."""
        found: dict[_Block, Ruling] = {}
        for block, template in self._find(blocks).items():
            said = self.overrides[template]
            found[block] = Ruling(template, said.verdict, said.reason, said.verdict == followed_by)
        return found

    def _find(self, blocks: Mapping[_Block, str]) -> dict[_Block, str]:
        """Those of some blocks that an override is for: by their own key, or one of near-duplicates."""
        if not self.overrides:
            return {}
        folded = {block: fold(text) for block, text in blocks.items()}
        ids = {block: [block_key(form)] for block, form in folded.items()}
        signed = [block for block, form in folded.items() if len(form) >= self.settings.minimum_signed]
        bands = band_keys(sign([folded[block] for block in signed], self.settings), self.settings)
        for block, row in zip(signed, bands.tolist(), strict=True):
            ids[block] += row
        found = {
            block: next((id for key in keys if (id := f"{key:016x}") in self.overrides), None)
            for block, keys in ids.items()
        }
        return {block: id for block, id in found.items() if id is not None}


def audit(output: Path, nearest: int = NEAREST, site: str | None = None) -> Audit:
    """Where content may have been lost; with `site` of that site alone.

    Raises OutputError (also for a site that is not there), ManifestError, BrokenDocumentError.
    """
    tree, listing = open_output(output)
    entries = [entry for entry in listing.entries if entry.output is not None]
    if site is not None:
        entries = [entry for entry in entries if entry.site == site]
        if not entries:
            raise OutputError(f"there is no site {site}", _which(listing.entries, site))
    by_site: dict[str, list[Reviewed]] = defaultdict(list)
    unrecorded = untold = 0
    emptied = EmptiedTally()
    for entry in entries:
        text, record = load(tree, entry)
        raw = raw_text(text, record) if record.mode is LedgerMode.FULL else None
        reviewed = Reviewed.of(record, text, raw)
        by_site[record.site.id].append(reviewed)
        emptied.add(record.site.id, record.id, entry.flags, reviewed.signs)
        unrecorded += record.mode is LedgerMode.NONE
        untold += record.mode is LedgerMode.SPANS
    sites = [_audit_site(id, documents, nearest) for id, documents in by_site.items()]
    sites.sort(key=lambda s: (-s.doubts[0].doubt if s.doubts else 0.0, s.site))
    return Audit(tuple(sites), emptied.emptied, unrecorded, untold)


def _audit_site(site: str, documents: Sequence[Reviewed], nearest: int) -> SiteAudit:
    removals = [removal for document in documents for removal in document.removals]
    decided = [removal for removal in removals if not removal.note]
    return SiteAudit(
        site,
        len(documents),
        sum(document.raw for document in documents),
        sum(document.clean for document in documents),
        find_doubts(documents),
        tuple(sorted(decided, key=_unsure)[:nearest]),
        _sentences(removals),
        () if site == LONE else tuple(sorted((r for r in decided if r.alone), key=_unsure)),
    )


def _which(entries: Sequence[Entry], site: str) -> str:
    """What to write in place of a site that is not there."""
    sites = sorted({entry.site for entry in entries if entry.site is not None})
    close = [name for name in sites if site in name] or difflib.get_close_matches(site, sites, 1)
    return f"did you mean {close[0]}?" if close else f"the sites stand in {MANIFEST}"


def _unsure(removal: Removal) -> tuple[float, str, int]:
    return removal.confidence, removal.document, removal.start


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


def _support(index: TemplateIndex, templates: set[str], site: str) -> dict[str, int]:
    """In how many distinct documents each template stands: of the document's site, else of any."""
    own = [index.sites[site]] if site in index.sites else list(index.sites.values())
    support: dict[str, int] = {}
    for slice_ in own:
        for template in templates:
            key = int(template, 16)
            count = slice_.count_of(key)
            if count:
                support[template] = max(count, support.get(template, 0))
    return support
