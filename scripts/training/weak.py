"""Dumps without gold text, weakly labelled: what is surely content, what is surely chrome, and what nobody knows.

Prose that stands in one document of a dump is content, and so are other blocks without links between such
prose. Links that a third of a group's documents hold are chrome, and other lines that half of them hold; headings,
rows and code are not, however often they stand there. A group is the pages of a host, or of a folder. Of other
lines that stand in a run of three and more which several witnesses hold, nearly all are chrome of a section; two
witnesses are enough outside the page's own prose, where those that hold one line of the run hold its neighbours too.
A line amid the page's own text that others hold in other company is a heading, though plain text does not say so.
Blocks that are nothing but an address lead elsewhere, and say nothing of being content.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from scrubber.classifying.features.own import ending, wide_length
from scrubber.classifying.segments import Segments
from scrubber.config import Config
from scrubber.documents import Block, BlockKind, RawDocument
from scrubber.evidence import Evidence, Examined, examine
from scrubber.running.inputs import open_dump, read
from scrubber.templates import TemplateIndex, View, resolve
from training.lots import Asked, Labelled, Lot, Row, never, rows
from training.pages import UNKNOWN, fold_of

PROSE = 80
"""Characters from which a block that ends a sentence is prose."""
RUN, WITNESSES, OF_RUNS = 3, 3, 0.3
"""Lines of a run, and witnesses that hold each of them, from which it is chrome, and what that label counts for."""
PAIRED, FAITHFUL, OF_PAIRED = 2, 800, 0.4
"""Witnesses that hold each two neighbours of a run, and permille of those that hold a line and have it in the same
company, from which fewer are enough where the run stands outside the page's own prose."""
STRANGE, OF_STRANGE = 150, 0.3
"""Permille of the witnesses in the same company, up to which a line that others hold too is the text's own: a heading."""
TOGETHER, FEW, ALONE = 0.6, 0.2, 0.2
"""What a page counts for among all of its dump, among twelve and among three of its group."""
_SIZES = ((12, FEW), (3, ALONE))
_SOME, _FOURTH = 30, 4
"""Documents of a group that are also seen among few: a fourth, and so many at least."""
_WRITTEN = (BlockKind.HEADING, BlockKind.ROW, BlockKind.CELL, BlockKind.PREFORMATTED, BlockKind.QUOTE)
_ADDRESS = re.compile(r"https?://\S+|www\.\S+")
_LINK = re.compile(r"(!?)\[([^\]]*)\]\([^)]*\)")
_SIGNS = (
    (re.compile(r"\A---\n.*?\n---\n", re.DOTALL), ""),
    (_LINK, r"\2"),
    (re.compile(r"^#{1,6} +", re.MULTILINE), ""),
    (re.compile(r"^```.*$", re.MULTILINE), ""),
    (re.compile(r"[*`_]{1,3}(\S[^*`_\n]*)[*`_]{1,3}"), r"\1"),
    (re.compile(r"^\|?[-:| ]+\|?$", re.MULTILINE), ""),
    (re.compile(r" *\| *"), "  "),
    (re.compile(r"\n{3,}"), "\n\n"),
)


def weak_lot(
    folder: Path,
    name: str,
    kind: str,
    *,
    rewritten: Callable[[RawDocument], RawDocument] | None = None,
    html: bool = False,
    asked: Asked = never,
) -> Lot:
    """The lot of a dump's documents, named for its kind; `rewritten` gives each another form first.

    With `html` of its pages of HTML, else of all others. `asked` gives what a single-page extractor makes of a page of HTML.
    """
    config, found = Config(), []
    with open_dump([folder]) as dump:
        for item in dump.documents:
            document = read(item, metadata=False)
            if document.text.strip() and (document.markup is not None) is html:
                found.append(examine(rewritten(document) if rewritten else document, config))
    labelled = _with_runs(_labelled(found, fold_of(name)), config)
    return Lot.of(f"{kind} {name}", _rows(labelled, config, asked))


def plain(document: RawDocument) -> RawDocument:
    """A document of Markdown as an extractor writes it that keeps no signs."""
    text = document.text
    for sign, instead in _SIGNS:
        text = sign.sub(instead, text)
    return RawDocument.from_text(text, id=document.id, url=document.source.url)


def _rows(labelled: Sequence[Labelled], config: Config, asked: Asked) -> Iterator[Row]:
    yield from rows(labelled, TOGETHER, config, asked)
    drawn = random.Random(5)
    by_group: dict[str, list[Labelled]] = defaultdict(list)
    for one in labelled:
        by_group[_group(one.examined)].append(one)
    for size, share in _SIZES:
        for _, group in sorted(by_group.items()):
            some = drawn.sample(group, min(len(group), max(_SOME, len(group) // _FOURTH)))
            for start in range(0, len(some), size):
                yield from rows(some[start : start + size], share, config, asked)


def _group(examined: Examined) -> str:
    record = examined.record
    return record.host or record.folder


def _labelled(found: Sequence[Examined], fold: int) -> list[Labelled]:
    found = [one for one in found if one.prepared.blocks]
    holders: Counter[int] = Counter()
    holding: Counter[tuple[str, int]] = Counter()
    for one in found:
        keys = set(one.record.keys.tolist())
        holders.update(keys)
        holding.update((_group(one), key) for key in keys)
    sizes = Counter(map(_group, found))
    return [_label(one, holders, holding, sizes[_group(one)], fold) for one in found]


def _with_runs(labelled: Sequence[Labelled], config: Config) -> list[Labelled]:
    """The same, where runs of lines that several witnesses hold are chrome."""
    index = resolve(Evidence.of(one.examined.record for one in labelled), config)
    return [_with_runs_of_one(one, index) for one in labelled]


def _with_runs_of_one(one: Labelled, index: TemplateIndex) -> Labelled:
    record, prepared = one.examined.record, one.examined.prepared
    view = index.view(record)
    held = view.support.of(record.keys) >= WITNESSES
    lines = [block.kind not in _WRITTEN and not _is_prose(prepared.text, block) for block in prepared.blocks]
    short = np.array(lines)
    labels, weights = one.labels.copy(), one.weights.copy()
    outside = ~_between((labels == 0) & (weights == 1))
    for runs, weight in ((_runs(short & held), OF_RUNS), (_faithful(one, view) & short & outside, OF_PAIRED)):
        new = runs & (labels == UNKNOWN)
        labels[new], weights[new] = 1, weight
    strange = short & ~outside & _is_heading(one, view)
    changed = strange & ((labels == UNKNOWN) | ((labels == 1) & (weights < 1)))
    labels[changed], weights[changed] = 0, OF_STRANGE
    return replace(one, labels=labels, weights=weights)


def _runs(marks: np.ndarray) -> np.ndarray:
    """Marks that stand in a run of enough of them."""
    found = np.zeros(len(marks), dtype=np.bool_)
    starts, ends = Segments.of([len(marks)]).stretches(marks)
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        found[start:end] = end - start >= RUN
    return found


def _company(one: Labelled, view: View) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each block: how many witnesses hold it behind the same block, before the same one, and at all."""
    record = one.examined.record
    pairs = view.support.of(record.pairs)
    return pairs[:-1], pairs[1:], view.support.of(record.keys)


def _faithful(one: Labelled, view: View) -> np.ndarray:
    """Blocks of runs that other witnesses hold in this order, where those that hold one hold its neighbour too."""
    before, after, held = _company(one, view)
    found = np.zeros(len(held), dtype=np.bool_)
    starts = np.flatnonzero(np.concatenate(([True], before[1:] < PAIRED)))
    ends = np.append(starts[1:], len(held))
    faithful = np.maximum(before, after) * 1000 >= FAITHFUL * np.maximum(held, 1)
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        found[start:end] = end - start >= RUN and faithful[start:end].mean() > 0.7
    return found


def _is_heading(one: Labelled, view: View) -> np.ndarray:
    """Lines that others hold in other company, each once on the page, with the page's own text on both sides."""
    before, after, held = _company(one, view)
    keys = one.examined.record.keys
    _, which, counts = np.unique(keys, return_inverse=True, return_counts=True)
    strange = np.maximum(before, after) * 1000 <= STRANGE * held
    own = held == 0
    amid = np.concatenate(([False], own[:-1])) & np.concatenate((own[1:], [False]))
    linked = np.array([block.linked > 0 for block in one.examined.prepared.blocks])
    return np.asarray((held >= WITNESSES) & strange & (counts[which] == 1) & amid & ~linked)


def _label(
    one: Examined, holders: Counter[int], holding: Counter[tuple[str, int]], size: int, fold: int
) -> Labelled:
    keys, blocks, group = one.record.keys.tolist(), one.prepared.blocks, _group(one)
    unique = np.array([holders[key] == 1 for key in keys])
    spread = np.array([holding[group, key] for key in keys])
    prose = np.array([_is_prose(one.prepared.text, block) for block in blocks])
    addressed = [len(_ADDRESS.sub("", text)) * 2 < len(text) for text in _texts(one)]
    linked = np.array([block.linked > 0 for block in blocks]) | np.array(addressed)
    written = np.array([block.kind in _WRITTEN for block in blocks])
    inside = _between(unique & prose)
    marked = np.array([block.markup is not None for block in blocks])
    labels, weights = np.full(len(keys), UNKNOWN, dtype=np.int8), np.zeros(len(keys))
    content = (
        (unique & prose, 1.0),
        (unique & ~linked & inside, 0.5),
        (prose & (spread < max(3, size / 8)) & inside, 0.5),
        (written & ~linked & (spread < max(4, size / 4)) & inside, 0.3),
    )
    chrome = (
        (linked & ~written & (spread >= max(4, size / 3)), 1.0),
        (~written & ~(inside & marked) & (spread >= max(4, size / 2)), 0.5),
    )
    for label, rules in ((0, content), (1, chrome)):
        for rule, weight in rules:
            new = rule & (labels == UNKNOWN)
            labels[new], weights[new] = label, weight
    return Labelled(one, labels, weights, fold, group)


def _texts(one: Examined) -> list[str]:
    text = one.prepared.text
    return [text[block.start : block.end] for block in one.prepared.blocks]


def _is_prose(text: str, block: Block) -> bool:
    own = text[block.start : block.end]
    return wide_length(own) >= PROSE and ending(own) == 1 and block.linked * 2 < block.shown


def _between(marks: np.ndarray) -> np.ndarray:
    """What lies between the first mark and the last, with both."""
    found = np.zeros(len(marks), dtype=np.bool_)
    places = np.flatnonzero(marks)
    if len(places):
        found[places[0] : places[-1] + 1] = True
    return found
