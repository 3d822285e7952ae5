"""Labelled pages and the fitting of weights: what `scripts/train` is made of.

Labels come from aligning a page's words with its gold text (longest common subsequence). Every
site is also shown cut down to chunks of 1, 2, 3 and 5 pages, so that the weights know what to
do with little evidence.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import scipy.optimize
import scipy.sparse
from rapidfuzz.distance import LCSseq

from scrubber.classifying.features.extractor import extract
from scrubber.classifying.features.measured import Measured, measure
from scrubber.classifying.features.registry import Feature
from scrubber.classifying.features.sets import FEW, features_of, situation
from scrubber.classifying.features.table import BlockTable, Subject
from scrubber.classifying.features.words import words_of_blocks
from scrubber.classifying.judging import judge
from scrubber.classifying.model import SCALE, Table
from scrubber.config import Config
from scrubber.documents import RawDocument, Site
from scrubber.evidence import DocumentEvidence, Evidence, Head, examine
from scrubber.postings import Lists
from scrubber.preparing import Prepared
from scrubber.reading import SkippedFile, read_path
from scrubber.sites import Cluster
from scrubber.slices import slice_of
from scrubber.templates import TemplateIndex, View, find_hubs

CJK = r"\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
TOKEN = re.compile(rf"[{CJK}]|[^\W_{CJK}]+")
CHUNKS = (1, 2, 3, 5, 10_000)
SHARED_TEMPLATES = {
    "www1.rizospastis.gr": "rizospastis",
    "www2.rizospastis.gr": "rizospastis",
    "www.vancouversun.com": "montrealgazette.com",
    "vancouversun.com": "montrealgazette.com",
}
FOLDS = 5
NONE = -1
"""The fold of no site: what is fitted without it has seen them all."""
WORD_SITES = 20
CLEANED = 0.5
"""What a page cleaned before counts for, beside one that was not."""
UNASKED = 0.15
"""Share of the samples in which the single-page extractor is not asked."""


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
    weight: float = 1.0


@dataclass
class Sample:
    """A page as it looks among so many pages of its site."""

    page: Page
    chunk: int
    table: str
    bins: np.ndarray
    near: np.ndarray
    lengths: np.ndarray
    others: int

    @property
    def measured(self) -> Measured:
        """What the model reads of the page."""
        counts = self.near, self.lengths, self.others
        return Measured.of_one(features_of(self.table), self.bins, counts, self.page.lexicon)


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


def fold_of(site: str) -> int:
    name = SHARED_TEMPLATES.get(site, site.removeprefix("www."))
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % FOLDS


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
        pages.append(page)
    return pages


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


def samples(pages: Sequence[Page], *, seed: int = 7, chunks: Iterable[int] = CHUNKS) -> list[Sample]:
    """Every page among chunks of its site's pages; half of them not knowing other sites."""
    random = np.random.default_rng(seed)
    by_site: dict[str, list[Page]] = defaultdict(list)
    for page in pages:
        by_site[page.site].append(page)
    evidence = Evidence.of(page.record for page in pages)
    whole = [Cluster(f"folder:{s}", "folder", _heads(group)) for s, group in by_site.items()]
    hubs = find_hubs(whole, evidence)
    found = []
    for site, group in sorted(by_site.items()):
        sizes = sorted({min(c, len(group)) for c in chunks})
        for size in sizes:
            order = random.permutation(len(group))
            for start in range(0, len(group), size):
                part = [group[i] for i in order[start : start + size]]
                if len(part) < size and size != sizes[-1] and start:
                    part = [group[i] for i in order[len(group) - size :]]
                cluster = Cluster(f"folder:{site}", "folder", _heads(part))
                for known in (hubs, Lists()):
                    if known is hubs and size != sizes[-1] and random.random() < 0.5:
                        continue
                    if known is not hubs and random.random() < 0.5:
                        continue
                    index = TemplateIndex({cluster.id: slice_of(cluster, evidence)}, hubs=known)
                    asked = [random.random() >= UNASKED for _ in part]
                    found += _samples(part, index, cluster.id, size, asked)
    return found


def _heads(pages: Sequence[Page]) -> tuple[Head, ...]:
    return tuple(Head.of(page.record) for page in pages)


def _samples(
    pages: Sequence[Page], index: TemplateIndex, site: str, size: int, asked: Sequence[bool]
) -> Iterator[Sample]:
    """Pages of a site as they look among `size` of its pages, measured together where one table judges them."""
    views = [_view(page, index, site) for page in pages]
    together: dict[str, list[int]] = defaultdict(list)
    for place, (page, view) in enumerate(zip(pages, views, strict=True)):
        together[situation(markup=len(page.record.paths) > 0, others=view.site.documents)].append(place)
    found: dict[int, Sample] = {}
    for name, places in together.items():
        subjects = [
            Subject(
                pages[i].prepared,
                pages[i].record,
                extracted=pages[i].extracted if asked[i] and views[i].site.documents < FEW else None,
            )
            for i in places
        ]
        measured = measure(BlockTable.of(subjects, [views[i] for i in places]), name)
        for number, i in enumerate(places):
            own = measured.document(number)
            found[i] = Sample(pages[i], size, name, own.bins, own.near, own.lengths, views[i].site.documents)
    return (found[i] for i in range(len(pages)))


def _view(page: Page, index: TemplateIndex, site: str) -> View:
    others, support = index.sites[site].support(page.record)
    elsewhere = index.elsewhere_of(page.record, site)
    return View(Site(site, "folder", others), support, None, page.record, elsewhere, {})


def design(rows: np.ndarray, features) -> scipy.sparse.csr_matrix:
    """One-hot rows, shape (blocks, sum of bins)."""
    starts = np.cumsum([0, *(f.bins for f in features)])[:-1]
    indices = (rows + starts).ravel().astype(np.int32)
    pointers = np.arange(0, len(indices) + 1, len(features), dtype=np.int64)
    width = int(sum(f.bins for f in features))
    return scipy.sparse.csr_matrix(
        (np.ones(len(indices), dtype=np.float32), indices, pointers), shape=(len(rows), width)
    )


def block_weights(page: Page) -> np.ndarray:
    """A page counts as one, its blocks by their words, with a floor for short ones."""
    sizes = np.array([len(w) for w in page.words], dtype=np.float64)
    raw = sizes + 4.0
    return raw / raw.sum() * 100


def vocabulary(chosen: Sequence[Sample]) -> list[str]:
    """Words found on at least WORD_SITES sites of the samples, sorted."""
    sites: dict[str, set[str]] = defaultdict(set)
    for page in {id(s.page): s.page for s in chosen}.values():
        for words in page.lexicon:
            for word in words:
                sites[word].add(page.site)
    return sorted(word for word, found in sites.items() if len(found) >= WORD_SITES)


def word_columns(chosen: Sequence[Sample], known: Sequence[str]) -> scipy.sparse.csr_matrix:
    """Which of the known words each block holds, shape (blocks, words)."""
    place = {word: i for i, word in enumerate(known)}
    pages: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    for s in chosen:
        if id(s.page) not in pages:
            rows = [[place[w] for w in words if w in place] for words in s.page.lexicon]
            flat = np.array([i for row in rows for i in row], dtype=np.int32)
            pages[id(s.page)] = flat, np.array([len(row) for row in rows], dtype=np.int64)
    indices = np.concatenate([pages[id(s.page)][0] for s in chosen])
    pointers = np.concatenate(([0], np.cumsum(np.concatenate([pages[id(s.page)][1] for s in chosen]))))
    ones = np.ones(len(indices), dtype=np.float32)
    return scipy.sparse.csr_matrix((ones, indices, pointers), shape=(len(pointers) - 1, len(known)))


def bounds(features: Iterable[Feature], size: int) -> list[tuple[float | None, float | None]]:
    """Recurrence never speaks for content: its weights begin at 0 and are not negative."""
    limits: list[tuple[float | None, float | None]] = [(None, None)]
    for feature in features:
        limits += [
            (0.0, 0.0 if bin == 0 else None) if feature.recurs else (None, None)
            for bin in range(feature.bins)
        ]
    return limits + [(None, None)] * (size - len(limits))


def fit(chosen: Sequence[Sample], table: str, strength: float = 3.0, word_strength: float = 50.0) -> Table:
    """Logistic regression (L-BFGS) in fixed point, without a switching cost."""
    features = features_of(table)
    known = vocabulary(chosen)
    counts: dict[int, int] = defaultdict(int)
    for s in chosen:
        counts[id(s.page)] += 1
    x = scipy.sparse.hstack(
        [design(np.concatenate([s.bins for s in chosen]), features), word_columns(chosen, known)],
        format="csr",
    )
    y = np.concatenate([s.page.labels for s in chosen]).astype(np.float64) * 2 - 1
    w = np.concatenate([block_weights(s.page) * s.page.weight / counts[id(s.page)] for s in chosen])
    xt = x.T.tocsr()

    pull = np.concatenate((np.full(x.shape[1] - len(known), strength), np.full(len(known), word_strength)))

    def loss(v):
        z = (x @ v[1:].astype(np.float32) + v[0]) * y
        grad_z = -y * w / (1 + np.exp(np.clip(z, -30, 30)))
        value = float((w * np.logaddexp(0, -z)).sum() + 0.5 * (pull * v[1:] ** 2).sum())
        return value, np.concatenate(([grad_z.sum()], xt @ grad_z + pull * v[1:]))

    start = np.zeros(x.shape[1] + 1)
    result = scipy.optimize.minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds(features, len(start)),
        options={"maxiter": 120},
    )
    v = np.rint(result.x * SCALE).astype(int)
    rows, at = {}, 1
    for feature in features:
        rows[feature.name] = tuple(v[at : at + feature.bins].tolist())
        at += feature.bins
    words = {word: weight for word, weight in zip(known, v[at:].tolist(), strict=True) if weight}
    return Table(table, int(v[0]), 0, rows, words)


def shingle_counts(words: list[str]) -> dict:
    from collections import Counter

    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3))) if words else Counter()


def page_score(page: Page, removed: np.ndarray) -> tuple[float, float, float]:
    """Precision, recall and F1 of word 4-grams, as the public benchmarks count them."""
    kept = [w for block, gone in zip(page.words, removed, strict=True) if not gone for w in block]
    found, wanted = shingle_counts(kept), shingle_counts(page.gold)
    hits = sum((found & wanted).values())
    p = hits / sum(found.values()) if found else 0.0
    r = hits / sum(wanted.values()) if wanted else 1.0
    return p, r, (2 * p * r / (p + r) if p + r else 0.0)


def fit_all(
    found: Sequence[Sample], folds: Iterable[int], jobs: int
) -> Iterator[tuple[tuple[int, str], Table]]:
    """The table of every situation for every fold, fitted on the sites outside the fold."""
    tasks = [(fold, name) for name in sorted({s.table for s in found}) for fold in folds]
    global _found  # noqa: PLW0603 - forked workers read the samples where they lie
    _found = found
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork")) as pool:
        for task, table in zip(tasks, pool.map(_fit_task, tasks), strict=True):
            where = "" if task[0] == NONE else f" without fold {task[0]}"
            print(f"{task[1]}{where}: fitted", file=sys.stderr, flush=True)
            yield task, table


_found: Sequence[Sample] = ()


def _fit_task(task: tuple[int, str]) -> Table:
    fold, name = task
    return fit([s for s in _found if s.table == name and fold_of(s.page.site) != fold], name)


def judge_unseen(
    found: Sequence[Sample], fitted: Mapping[int, Mapping[str, Table]]
) -> list[tuple[Sample, float, float, float]]:
    """Every sample judged by weights that never saw its site: (sample, precision, recall, F1)."""
    rows = []
    for sample in found:
        page = sample.page
        table = fitted[fold_of(page.site)][sample.table]
        blocks = BlockTable.of([Subject(page.prepared, page.record)])
        (verdict,) = judge(blocks, sample.measured, table, Config().chrome)
        rows.append((sample, *page_score(page, verdict.chrome)))
    return rows


def summary(rows: Sequence[tuple[Sample, float, float, float]]) -> list[str]:
    """A Markdown row for every input and set: whole sites, then cut down to 1, 2, 3, 5 pages."""
    lines = [
        "| input | set | precision | recall | F1 | lost | 1 page | 2 | 3 | 5 |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for kind, name in sorted({(r[0].page.kind, r[0].page.name.split("/")[0]) for r in rows}):
        mine = [r for r in rows if (r[0].page.kind, r[0].page.name.split("/")[0]) == (kind, name)]
        largest: dict[str, tuple] = {}
        for row in mine:
            known = largest.get(row[0].page.name)
            if known is None or known[0].chunk < row[0].chunk:
                largest[row[0].page.name] = row
        whole = np.array([r[1:] for r in largest.values()])
        cut = [[r[3] for r in mine if r[0].chunk == size] for size in CHUNKS[:-1]]
        cells = [f"{np.mean(c):.3f}" if c else "" for c in cut]
        p, r, f = whole.mean(axis=0)
        lost = (whole[:, 1] < 0.5).mean()
        lines.append(f"| {kind} | {name} | {p:.3f} | {r:.3f} | {f:.3f} | {lost:.1%} | {' | '.join(cells)} |")
    return lines
