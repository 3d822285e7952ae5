"""Runs of scrubber over pages: collect and resolve over the pages at hand, then scrub each one.

Evidence is no training: it comes from the pages that are cleaned, whatever weights judge them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarking import parallel
from benchmarking.pages import Page
from benchmarking.scoring import Score, score
from benchmarking.weights import Weights
from scrubber.config import Chrome, Config, Policy
from scrubber.documents import CleanDocument, RawDocument
from scrubber.evidence import DocumentEvidence, Evidence, Examined, examine
from scrubber.judged import Judge
from scrubber.pipeline import scrub_by
from scrubber.reading import ReadingError, read_path
from scrubber.templates import TemplateIndex, resolve

POLICIES = {
    "scrubber": Chrome(),
    "scrubber, comments dropped": Chrome(comments=Policy.DROP),
    "scrubber, bylines and credits judged": Chrome(bylines=Policy.JUDGE, credits=Policy.JUDGE),
    "scrubber, bylines and credits dropped": Chrome(bylines=Policy.DROP, credits=Policy.DROP),
}
"""Comments, bylines and credits: as they come, and as gold may have them."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A page that was read, and what it says about others."""

    page: Page
    examined: Examined

    @property
    def document(self) -> RawDocument:
        """What was read."""
        return self.examined.document

    @property
    def record(self) -> DocumentEvidence:
        """What the others are told of it."""
        return self.examined.record

    def as_if(self, id: str, *, host: bool = False) -> Loaded:
        """The same page under another id; without `host` no address is known."""
        source = self.document.source if host else replace(self.document.source, url=None)
        record = replace(
            self.record, id=id, folder=id.rpartition("/")[0], host=self.record.host if host else None
        )
        document = replace(self.document, id=id, source=source)
        return Loaded(self.page, replace(self.examined, document=document, record=record))


Look = Callable[[Page, CleanDocument, Path], Any]
"""What is wanted of a clean page: a module's function of it and the path of `score.py`."""


@dataclass(frozen=True, slots=True)
class Run:
    """What is looked at, under which settings."""

    config: Config
    weights: Weights
    scorer: Path
    look: Look


@dataclass(frozen=True, slots=True)
class _Context:
    run: Run
    index: TemplateIndex


def load(pages: Sequence[Page], kind: str, jobs: int) -> list[Loaded]:
    """The pages as ``scrubber clean SET/KIND`` would read them; those it skips are left out."""
    what = f"reading {pages[0].set}, {kind}" if pages else "reading"
    found = parallel.spread(_load, kind, pages, jobs, what)
    return [loaded for loaded in found if loaded is not None]


def _load(kind: str, page: Page) -> Loaded | None:
    try:
        document = read_path(page.path(kind), id=page.id(kind))
    except ReadingError:
        return None
    return Loaded(page, examine(document, Config()))


def index_of(loaded: Iterable[Loaded], config: Config) -> TemplateIndex:
    """What these pages together give."""
    return resolve(Evidence.of(one.record for one in loaded), config)


def clean(loaded: Sequence[Loaded], run: Run, jobs: int, what: str) -> dict[str, Any]:
    """Clean pages as one dump: what `run.look` sees of each, by page name."""
    context = _Context(run, index_of(loaded, run.config))
    looks = parallel.spread(_clean, context, loaded, jobs, what)
    return {one.page.name: look for one, look in zip(loaded, looks, strict=True)}


def _clean(context: _Context, loaded: Loaded) -> Any:
    run = context.run
    return run.look(loaded.page, scrubbed(loaded, context.index, run), run.scorer)


def scrubbed(loaded: Loaded, index: TemplateIndex, run: Run) -> CleanDocument:
    """One page, judged by the weights that are for its site."""
    tables = run.weights.of(loaded.page.site)
    return scrub_by(loaded.document, Judge(index, run.config, tables), loaded.examined)


def clean_dumps(
    dumps: Sequence[tuple[tuple[Loaded, ...], tuple[Loaded, ...]]], run: Run, jobs: int, what: str
) -> Iterator[dict[str, Any]]:
    """Many small dumps, each an index of its own: (all members, those to be looked at)."""
    yield from parallel.spread(_clean_dump, run, dumps, jobs, what)


def _clean_dump(run: Run, dump: tuple[tuple[Loaded, ...], tuple[Loaded, ...]]) -> dict[str, Any]:
    members, wanted = dump
    index = index_of(members, run.config)
    return {one.page.name: run.look(one.page, scrubbed(one, index, run), run.scorer) for one in wanted}


def scored(page: Page, document: CleanDocument, scorer: Path) -> Score:
    """A look: the score of the clean text."""
    return score(scorer, document.text, page)


def scored_untouched(page: Page, document: CleanDocument, scorer: Path) -> Score:
    """A look: the score of the page's text before anything was removed."""
    return score(scorer, document.raw.text, page)


def text_of(page: Page, document: CleanDocument, scorer: Path) -> str:  # noqa: ARG001 - one of the looks
    """A look: the clean text."""
    return document.text
