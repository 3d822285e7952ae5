"""One run of the benchmark: what all stages share, and results that several of them ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarking import ours, parallel
from benchmarking.ours import Loaded, Look, Run
from benchmarking.pages import SETS, Page, language_of
from benchmarking.peers import Peers
from benchmarking.scoring import Score, of_set, score
from benchmarking.store import Store
from benchmarking.weights import Weights
from scrubber.config import Config


@dataclass(frozen=True, slots=True)
class Bench:
    """The pages, the weights, the peers, and where results are kept."""

    pages: tuple[Page, ...]
    weights: Weights
    scorer: Path
    """The shared `score.py`."""
    peers: Peers
    store: Store
    jobs: int

    def run(self, config: Config | None = None, look: Look = ours.scored) -> Run:
        """A run of ours under a configuration."""
        return Run(config or Config(), self.weights, self.scorer, look)

    def load(self, name: str, kind: str) -> list[Loaded]:
        """The pages of a set, read."""
        return ours.load(of_set(self.pages, name), kind, self.jobs)

    def clean(self, loaded: Sequence[Loaded], run: Run, what: str) -> dict[str, Any]:
        """Clean pages as one dump."""
        return ours.clean(loaded, run, self.jobs, what)

    def languages(self) -> dict[str, str]:
        """The language of every page's gold text, by page name."""
        known = self.store.read("page-languages", whatever_state=True)
        if known is None or set(known) != {page.name for page in self.pages}:
            found = parallel.spread(_language, None, self.pages, self.jobs, "languages of gold texts")
            known = {page.name: language for page, language in zip(self.pages, found, strict=True)}
            self.store.write("page-languages", known)
        return known

    def peer_scores(self, name: str) -> dict[str, Score]:
        """A peer's scores over all pages, by page name."""
        texts = self.peers.extract(name, self.pages, self.languages())
        return self.score_texts(texts, f"scoring {name}")

    def score_texts(self, texts: dict[str, str], what: str) -> dict[str, Score]:
        """Scores of texts by page name."""
        pages = [page for page in self.pages if page.name in texts]
        pairs = [(page, texts[page.name]) for page in pages]
        scores = parallel.spread(_score, self.scorer, pairs, self.jobs, what)
        return {page.name: found for page, found in zip(pages, scores, strict=True)}

    def sets(self) -> list[str]:
        """The sets that have pages, in their usual order."""
        have = {page.set for page in self.pages}
        return [name for name in SETS if name in have]


def _language(_: None, page: Page) -> str:
    return language_of(page)


def _score(scorer: Path, pair: tuple[Page, str]) -> Score:
    page, text = pair
    return score(scorer, text, page)
