"""The labelled pages: where each lies, in every form, and what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SETS = ("daniel", "dragnet", "fundus", "wcxb")
POOLED = SETS[:3]
"""The sets of whole sites: means and pooled losses are taken over these."""
KINDS = ("html", "text-full", "text-main")
SEED = 20240229


class NoPageSetsError(ValueError):
    """The page sets are not where they were looked for."""

    def __init__(self, root: Path) -> None:
        super().__init__(f"no page sets in {root}: name their folder with --pagesets")
        self.root = root


@dataclass(frozen=True, slots=True, order=True)
class Page:
    """One page: its HTML, its text dumps and its gold text share a name."""

    set: str
    site: str
    """The name of its folder."""
    doc: str
    root: Path
    """The folder of all page sets."""

    @property
    def name(self) -> str:
        """``SET/SITE/DOC``, without a suffix."""
        return f"{self.set}/{self.site}/{self.doc}"

    @property
    def type(self) -> str:
        """What kind of page wcxb says it is: ``article``, ``forum``, …"""
        return self.doc.partition("_")[0]

    def path(self, kind: str) -> Path:
        """Where its file of a kind of input lies."""
        suffix = "html" if kind == "html" else "txt"
        return self.root / self.set / kind / self.site / f"{self.doc}.{suffix}"

    def id(self, kind: str) -> str:
        """Its id in a dump of the set: ``SITE/DOC.html``."""
        return "/".join(self.path(kind).parts[-2:])

    def gold(self) -> str:
        """Its main text, made by hand."""
        return (self.root / self.set / "gold" / self.site / f"{self.doc}.txt").read_text("utf-8")

    def text(self, kind: str) -> str:
        """Its file of a kind of input, stored as UTF-8 whatever it declares."""
        return self.path(kind).read_bytes().decode("utf-8", "replace")


def find_pages(root: Path, share: int | None = None) -> tuple[Page, ...]:
    """All pages of all sets, sorted; with `share`, whole sites up to so many pages a set.

    Raises NoPageSetsError.
    """
    found: list[Page] = []
    for name in SETS:
        gold = sorted((root / name / "gold").glob("*/*.txt"))
        if not gold:
            raise NoPageSetsError(root)
        pages = [Page(name, path.parent.name, path.name.removesuffix(".txt"), root) for path in gold]
        found += sorted(pages) if share is None else _part(pages, share)
    return tuple(found)


def _part(pages: Sequence[Page], share: int) -> list[Page]:
    sites = by_site(pages)
    chosen: list[Page] = []
    for place in np.random.default_rng(SEED).permutation(len(sites)):
        if len(chosen) < share:
            chosen += list(sites.values())[place][: max(2, share // 2)]
    return sorted(chosen)


def by_site(pages: Iterable[Page]) -> dict[str, list[Page]]:
    """Pages by ``SET/SITE``, sorted."""
    sites: dict[str, list[Page]] = {}
    for page in sorted(pages):
        sites.setdefault(f"{page.set}/{page.site}", []).append(page)
    return sites


def language_of(page: Page) -> str:
    """ISO 639-1 code of the gold text, by py3langid; ``und`` where there is none."""
    import py3langid

    text = page.gold()
    return str(py3langid.classify(text)[0]) if text.strip() else "und"
