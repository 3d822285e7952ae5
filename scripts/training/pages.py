"""Labelled pages of the page sets: blocks that are chrome, by aligning a page's words with its gold text."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rapidfuzz.distance import LCSseq

from scrubber.classifying.features.extractor import extract
from scrubber.classifying.features.table import BlockTable, Subject
from scrubber.classifying.features.words import words_of_blocks
from scrubber.config import Config
from scrubber.documents import RawDocument, StatedText
from scrubber.evidence import DocumentEvidence, examine
from scrubber.judged import stated_text_of
from scrubber.preparing import Prepared
from scrubber.reading import SkippedFile, read_path

CJK = r"\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
TOKEN = re.compile(rf"[{CJK}]|[^\W_{CJK}]+")
SHARED_TEMPLATES = {
    "www1.rizospastis.gr": "rizospastis",
    "www2.rizospastis.gr": "rizospastis",
    "www.vancouversun.com": "montrealgazette.com",
    "vancouversun.com": "montrealgazette.com",
}
FOLDS = 5
UNKNOWN = -1
"""The label of a block of which nobody knows what it is."""
NONE = -1
"""The fold of no site: what is fitted without it has seen them all."""
CLEANED = 0.5
"""What a page cleaned before counts for, beside one that was not."""


@dataclass
class Page:
    """A page with its blocks' labels."""

    name: str
    kind: str
    site: str
    words: list[list[str]]
    labels: np.ndarray
    gold: list[str]
    record: DocumentEvidence
    prepared: Prepared
    lexicon: tuple[tuple[str, ...], ...]
    extracted: str | None
    """What trafilatura made of the page, for HTML."""
    stated: StatedText | None = None
    """What the page itself says that its text is."""
    weight: float = 1.0


def tokens(text: str) -> list[str]:
    return TOKEN.findall(text.casefold())


def label(words: list[list[str]], gold: list[str]) -> np.ndarray:
    """1 where a block is chrome: less than half of its words lie on the common subsequence."""
    flat = [w for block in words for w in block]
    ids: dict[str, int] = {}
    a = [ids.setdefault(w, len(ids)) for w in flat]
    b = [ids.setdefault(w, len(ids)) for w in gold]
    matched = np.zeros(len(a), dtype=np.int64)
    for op in LCSseq.opcodes(a, b):
        if op.tag == "equal":
            matched[op.src_start : op.src_end] = 1
    # a lone matched word among unmatched ones is chance: runs of three count (or whole blocks)
    sums = np.concatenate(([0], np.cumsum(matched)))
    out, at = [], 0
    for block in words:
        n = len(block)
        share = (sums[at + n] - sums[at]) / n if n else 0.0
        out.append(0 if share >= 0.5 else 1)
        at += n
    return np.array(out, dtype=np.int8)


def family_of(site: str) -> str:
    """The name that a site has in common with its mirrors: what one of them teaches is no news to another."""
    return SHARED_TEMPLATES.get(site, site.removeprefix("www."))


def fold_of(site: str) -> int:
    """The fold of a site and its mirrors."""
    return int(hashlib.sha256(family_of(site).encode()).hexdigest(), 16) % FOLDS


def load(root: Path, kind: str, name: str) -> list[Page]:
    """All pages of one set (`kind`: html, text-full or text-main)."""
    pages = []
    for path in sorted((root / name / kind).rglob("*.*")):
        if not path.is_file():
            continue
        id = f"{name}/{path.relative_to(root / name / kind)}"
        gold = root / name / "gold" / path.relative_to(root / name / kind).with_suffix(".txt")
        try:
            document = read_path(path, id=id, metadata=False)
        except SkippedFile:
            continue  # an empty page teaches nothing
        page = _page(document, kind, path.parent.name)
        if not page.words:
            continue
        page.gold = tokens(gold.read_text("utf-8"))
        page.labels = label(page.words, page.gold)
        page.extracted = extract(document.markup) if document.markup else None
        page.stated = stated_text_of(document)
        pages.append(page)
    return pages


def load_snippets(root: Path, name: str) -> list[Page]:
    """All HTML pages of a set of which snippets are known: some that must stay, some that must go.

    Blocks that hold none of them are of unknown label.
    """
    known = json.loads((root / name / "snippets.json").read_text("utf-8"))
    pages = []
    for path in sorted((root / name / "html").rglob("*.*")):
        sides = known.get(str(path.relative_to(root / name / "html").with_suffix("")))
        if sides is None:
            continue
        try:
            document = read_path(path, id=f"{name}/{path.relative_to(root / name / 'html')}", metadata=False)
        except SkippedFile:
            continue
        page = _page(document, "html", path.parent.name)
        page.labels = _by_snippets(page, sides["with"], sides["without"])
        if (page.labels != UNKNOWN).any():
            page.extracted = extract(document.markup) if document.markup else None
            page.stated = stated_text_of(document)
            pages.append(page)
    return pages


def _by_snippets(page: Page, stay: Sequence[str], go: Sequence[str]) -> np.ndarray:
    """0 where a block holds what must stay, 1 where it holds what must go and nothing else."""
    text = page.prepared.text
    own = [" ".join(text[block.start : block.end].split()) for block in page.prepared.blocks]
    labels = np.full(len(own), UNKNOWN, dtype=np.int8)
    for label, snippets in ((1, go), (0, stay)):
        for snippet in map(" ".join, map(str.split, snippets)):
            places = [place for place, block in enumerate(own) if snippet in block]
            if len(places) == 1:  # what stands there twice may be meant here or there
                labels[places] = label
    return labels


def _page(document: RawDocument, kind: str, site: str) -> Page:
    """A page whose blocks are all content, of which no site is known but its folder."""
    examined = examine(document, Config())
    text, blocks = examined.prepared.text, examined.prepared.blocks
    words = [tokens(text[b.start : b.end]) for b in blocks]
    subject = Subject(examined.prepared, examined.record)
    shown = BlockTable.of([subject]).shown_texts if blocks else ()
    return Page(
        name=document.id,
        kind=kind,
        site=site,
        words=words,
        labels=np.zeros(len(blocks), dtype=np.int8),
        gold=[word for block in words for word in block],
        record=replace(examined.record, host=None),
        prepared=replace(examined.prepared, layers=()),
        lexicon=words_of_blocks(shown, blocks),
        extracted=None,
    )


def cleaned(page: Page) -> Page | None:
    """The page as a dump holds it that was cleaned before: its content alone, as plain text.

    Without such pages the weights would take part of every clean text for chrome, for they
    would never have seen a page without any.
    """
    blocks = [b for b, chrome in zip(page.prepared.blocks, page.labels, strict=True) if not chrome]
    if not blocks:
        return None
    text = "\n\n".join(page.prepared.text[b.start : b.end] for b in blocks)
    return replace(_page(RawDocument.from_text(text, id=page.name), "clean", page.site), weight=CLEANED)
