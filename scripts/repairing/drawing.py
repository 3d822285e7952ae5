"""Cases drawn from pages: which sentence is cut, where, and what is kept of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from repairing import cutting
from repairing.cases import END, Case
from repairing.elsewhere import ALONE, DIFFERS, Pool, Question
from repairing.originals import Original
from repairing.prose import RUN, Sentence, is_spaceless, sentences

_TRIES = 8
"""Sentences of a page that are looked at before it is given up for a case."""
_FROM_START = 0.4
"""How often a fragment begins where its paragraph begins, and not with the sentence that is cut."""


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence of a page that may be cut."""

    original: Original
    paragraph: int
    sentence: Sentence

    @property
    def text(self) -> str:
        """The sentence."""
        return self.original.paragraphs[self.paragraph][self.sentence.start : self.sentence.end]


@dataclass
class Drawer:
    """Draws cases so that every kind, place and mark comes up about as often, with and without donor."""

    pool: Pool
    _made: Counter[tuple[str, ...]] = field(default_factory=Counter)
    _used: set[tuple[str, int, int]] = field(default_factory=set)

    def donor(self, kind: str, rng: random.Random) -> bool:
        """Whether the next case of a kind keeps its donor: what is behind comes first."""
        there, gone = self._made[kind, "there"], self._made[kind, "gone"]
        return rng.random() < 0.5 if there == gone else there < gone

    def draw(
        self, kind: str, sources: Iterable[Source], *, donor: bool, rng: random.Random
    ) -> tuple[Source, Case] | None:
        """A case from one of the sources, in their order; None where none of the first few will do."""
        tried = 0
        for source in sources:
            key = (source.original.name, source.paragraph, source.sentence.start)
            if key in self._used:
                continue
            tried += 1
            case = self._cut(kind, source, donor=donor, rng=rng)
            if case is not None:
                self._used.add(key)
                self._count(case)
                return source, case
            if tried == _TRIES:
                break
        return None

    def _cut(self, kind: str, source: Source, *, donor: bool, rng: random.Random) -> Case | None:
        sentence, language = source.text, source.original.language
        style = self._style(kind, sentence, donor=donor, rng=rng)
        cut = cutting.choose(sentence, style, language, rng)
        if cut is None:
            return None
        question = Question.of(sentence, cut.at)
        verdict = self.pool.verdict(question, sentence)
        if verdict == DIFFERS or not (donor or verdict == ALONE):
            return None
        paragraph, found = source.original.paragraphs[source.paragraph], source.sentence
        start = 0 if rng.random() < _FROM_START else found.start
        return Case(
            kind=kind,
            place=style[0],
            mark=style[1],
            donor=donor,
            language=language,
            source=source.original.name,
            fragment=paragraph[start : found.start + cut.at],
            tail=cut.tail,
            continuation=sentence[cut.at :],
            following=paragraph[found.end :],
            begun=found.start - start,
            is_word=style[0] == cutting.INSIDE and _last_run(sentence[: cut.at]) in self.pool.words,
        )

    def _style(self, kind: str, sentence: str, *, donor: bool, rng: random.Random) -> tuple[str, str]:
        """The style that came up least so far under the same circumstances."""
        found = list(cutting.styles(sentence, in_bytes=kind == END))
        rng.shuffle(found)
        script = "spaceless" if is_spaceless(sentence) else "spaced"
        return min(found, key=lambda style: self._made[kind, str(donor), script, *style])

    def _count(self, case: Case) -> None:
        script = "spaceless" if is_spaceless(case.sentence) else "spaced"
        self._made[case.kind, str(case.donor), script, case.place, case.mark] += 1
        self._made[case.kind, "there" if case.donor else "gone"] += 1


def _last_run(text: str) -> str:
    runs = RUN.findall(text[-60:])
    return runs[-1].casefold() if runs else ""


@lru_cache(maxsize=4096)
def _sources(original: Original) -> tuple[Source, ...]:
    return tuple(
        Source(original, number, sentence)
        for number, paragraph in enumerate(original.paragraphs)
        for sentence in sentences(paragraph)
        if cutting.is_long_enough(paragraph[sentence.start : sentence.end])
    )


def sources(original: Original, rng: random.Random) -> list[Source]:
    """The sentences of a page that may be cut, shuffled."""
    found = list(_sources(original))
    rng.shuffle(found)
    return found
