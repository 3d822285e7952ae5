"""Dumps made of whole pages, cut pages, and pages that carry what was cut from others.

In one round a page of a site has one part to play:

- *absent*: it is not in the dump; other pages carry teasers of it, whose donor is gone;
- *ended*: it breaks off, and all behind the cut is gone; or a whole copy stands beside it;
- *whole*: it carries pull-quotes of its own sentences and teasers of other whole pages. Where a
  pull-quote's donor is to be gone, the paragraph it was cut from is taken out.

A paragraph is cut once a round, a sentence once in all rounds.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from benchmarking.pages import SEED

from repairing.cases import END, PULL_QUOTE, TEASER, Case, Dump, Item
from repairing.drawing import Drawer, sources
from repairing.elsewhere import Pool, Question
from repairing.filling import Shelf
from repairing.laying import Draft, apart
from repairing.originals import Original
from repairing.prose import folded

_ABSENT = 0.2
"""Share of a site's pages, where it has three and more."""
_ENDED = 0.35
"""Share of the others."""
_TEASERS = 2
"""A page, at most."""
_FEWEST_PARAGRAPHS = 4
"""Of a page that is made to break off."""
_ASKED = 3
"""Pages that are asked for a sentence before a teaser is given up."""


class PlantingError(ValueError):
    """A dump is not what its cases say of it: the benchmark itself is at fault."""

    def __init__(self, case: Case, what: str) -> None:
        super().__init__(
            f"a {case.kind} of {case.source}, donor={case.donor}: {what}: …{case.fragment[-60:]}"
        )
        self.case = case


@dataclass
class _Site:
    """The pages of a site in one round."""

    rng: random.Random
    absent: list[Original]
    whole: list[Draft]
    ended: list[Draft] = field(default_factory=list)
    """The pages that break off, and the whole copies of some."""
    cut: dict[str, set[int]] = field(default_factory=dict)
    """By page name: the paragraphs that something was cut from."""

    def taken(self, name: str) -> set[int]:
        """The paragraphs of a page that were cut."""
        return self.cut.setdefault(name, set())


class Planter:
    """Makes the dumps of one set and half, round after round."""

    def __init__(self, originals: Sequence[Original], items: Mapping[str, Sequence[Item]]) -> None:
        """`items` by page name: what may be planted untouched."""
        self._sites: dict[str, list[Original]] = {}
        for original in sorted(originals, key=lambda o: o.name):
            self._sites.setdefault(original.site, []).append(original)
        self._shelf = Shelf(items)
        self._drawer = Drawer(Pool(originals))

    def dump(self, number: int, enough: int | None = None) -> Dump:
        """The dump of a round: all sites, or in a random order so many that they give `enough` cases.

        Rounds build on one another: ask for them in order. Raises PlantingError.
        """
        names = sorted(self._sites)
        random.Random(f"{SEED} {number} sites").shuffle(names)
        drafts: list[Draft] = []
        count = 0
        for name in names:
            if enough is not None and count >= enough:
                break
            made = self._plan(self._sites[name], random.Random(f"{SEED} {number} {name}"))
            count += sum(len(draft.cases()) for draft in made)
            drafts += made
        drafts.sort(key=lambda draft: draft.id)
        begun = [question_of(case).begun for draft in drafts for case in draft.cases()]
        self._shelf.fill(drafts, begun, random.Random(f"{SEED} {number} items"))
        dump = Dump(names[0].partition("/")[0], number, tuple(draft.carrier() for draft in drafts))
        check(dump)
        return dump

    def _plan(self, pages: Sequence[Original], rng: random.Random) -> list[Draft]:
        order = list(pages)
        rng.shuffle(order)
        absent = max(1, round(_ABSENT * len(order))) if len(order) >= 3 else 0
        site = _Site(rng, order[:absent], [])
        for original in order[absent:]:
            if len(original.paragraphs) < _FEWEST_PARAGRAPHS or rng.random() >= _ENDED:
                site.whole.append(Draft(original))
            else:
                site.ended += self._ended(original, rng)
        for draft in site.whole:
            self._quote(draft, site)
        for draft in site.whole:
            for _ in range(_TEASERS):
                self._teaser(draft, site)
        return site.whole + site.ended

    def _ended(self, original: Original, rng: random.Random) -> list[Draft]:
        donor = self._drawer.donor(END, rng)
        # Something stands before the cut, and at least a paragraph is lost behind it.
        found = [s for s in sources(original, rng) if 2 <= s.paragraph < len(original.paragraphs) - 1]
        drawn = self._drawer.draw(END, found, donor=donor, rng=rng)
        if drawn is None:
            return [Draft(original)]
        source, case = drawn
        at = len(case.fragment) - case.begun
        begun = source.sentence.start
        # The paragraph stands there from its beginning, whatever was drawn.
        fragment = original.paragraphs[source.paragraph][: begun + at]
        draft = Draft(original, end=(source.paragraph, replace(case, fragment=fragment, begun=begun)))
        return [draft, Draft(original, is_copy=True)] if donor else [draft]

    def _quote(self, draft: Draft, site: _Site) -> None:
        donor = self._drawer.donor(PULL_QUOTE, site.rng)
        gaps = draft.gaps(site.rng)
        found = [s for s in sources(draft.original, site.rng) if apart(gaps, s.paragraph) is not None]
        drawn = self._drawer.draw(PULL_QUOTE, found, donor=donor, rng=site.rng)
        if drawn is None:
            return
        source, case = drawn
        gap = apart(gaps, source.paragraph)
        if gap is not None:
            draft.planted[gap] = case
        site.taken(draft.original.name).add(source.paragraph)
        if not donor:
            draft.take_out(source.paragraph)

    def _teaser(self, draft: Draft, site: _Site) -> None:
        gaps = draft.gaps(site.rng)
        whole = [other.original for other in site.whole if other is not draft]
        if not gaps or not (whole or site.absent):
            return
        donor = self._drawer.donor(TEASER, site.rng) if whole and site.absent else bool(whole)
        others = whole if donor else list(site.absent)
        site.rng.shuffle(others)
        for original in others[:_ASKED]:
            taken = site.taken(original.name)
            found = [s for s in sources(original, site.rng) if s.paragraph not in taken]
            drawn = self._drawer.draw(TEASER, found, donor=donor, rng=site.rng)
            if drawn is not None:
                draft.planted[gaps[0]] = drawn[1]
                taken.add(drawn[0].paragraph)
                return


def question_of(case: Case) -> Question:
    """What must be searched for, to know whether a donor is there."""
    return Question.of(case.sentence, len(case.fragment) - case.begun)


def check(dump: Dump) -> None:
    """Search the dump for every case: a donor that is gone must be gone. Raises PlantingError."""
    paragraphs = []
    for carrier in dump.carriers:
        cut = {(start, end): p for start, end, p in carrier.planted if isinstance(p, Case)}
        at = 0
        for line in carrier.text.split("\n"):
            # Without its tail: "… as far as" and "Read more" are not "as far as read".
            case = cut.get((at, at + len(line)))
            paragraphs.append(folded(case.fragment if case else line))
            at += len(line) + 1
    together = "\n".join(paragraphs)
    for case in dump.cases():
        question = question_of(case)
        if case.donor and question.whole not in together:
            raise PlantingError(case, "no paragraph holds its sentence")
        if not case.donor and question.needle in together:
            raise PlantingError(case, "some paragraph holds its sentence beyond the cut")
