"""The language of a text: by script where that settles it, by py3langid otherwise. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from scrubber.documents import Found
from scrubber.lang.registry import table
from scrubber.lang.scripts import FIRST, SCRIPTS

FEWEST_LETTERS = 40
"""Letters below which a text says too little about its language."""
_SAMPLE = 2000
"""Characters that are looked at."""
_CLEAR_LEAD = 10
"""By how much (natural logarithm) the best language must beat the next."""

# Scripts that one living language writes with, or nearly so. Kana before Han: Japanese mixes them,
# and no Japanese text of forty letters does without kana.
_SCRIPTS: tuple[tuple[str, str, float], ...] = tuple(
    (known["language"], f"[{SCRIPTS[known['script']]}]", known["share"]) for known in table()["scripts"]
)


def infer_language(passages: Iterable[str]) -> Found | None:
    """The language of a document's kept blocks; None below 40 letters or where it is a close call.

    The longest passages are read first: they are prose, the short ones names and labels.
    """
    sample = _sample(passages)
    if not _has_enough_letters(sample):
        return None
    language = language_of_script(sample)
    if language:
        return Found(language, "text (script)")
    language = _classify(sample)
    return Found(language, "text (py3langid)") if language else None


def corrected(declared: Found, passages: Iterable[str]) -> Found:
    """The declared language, or what the script says where a template's ``en`` cannot be true."""
    if declared.value.partition("-")[0] != "en":
        return declared
    sample = _sample(passages)
    language = language_of_script(sample) if _has_enough_letters(sample) else None
    return Found(language, "text (script)") if language else declared


def language_of_script(text: str) -> str | None:
    """The language that alone is written as `text` is, or None."""
    if text.isascii() or max(filter(str.isalpha, set(text)), default="") < FIRST:
        return None
    letters = _letters(text)
    for language, signs, share in _SCRIPTS:
        written = _letters(_compiled(signs).findall(text))
        if letters and written >= share * letters:
            return language
    return None


# Few texts need them, and a hook has no time to lose.
_compiled = cache(re.compile)


def _has_enough_letters(text: str) -> bool:
    return _letters(text[: 2 * FEWEST_LETTERS]) >= FEWEST_LETTERS or _letters(text) >= FEWEST_LETTERS


def _letters(characters: Iterable[str]) -> int:
    return sum(map(str.isalpha, characters))


def _sample(passages: Iterable[str]) -> str:
    parts: list[str] = []
    size = 0
    for passage in sorted(passages, key=len, reverse=True):
        if size >= _SAMPLE:
            break
        parts.append(passage[: _SAMPLE - size])
        size += len(parts[-1])
    return " ".join(" ".join(parts).split())


# A document's language is asked for its metadata, and again by each of its passages that may be cut off.
@lru_cache(maxsize=1 << 10)
def _classify(sample: str) -> str | None:
    from scrubber.identification import identifier

    # The classifier reads UTF-8: a lone surrogate from an undecodable byte is no letter to it.
    readable = sample.encode("utf-8", "replace").decode("utf-8")
    ranked = identifier().rank(readable)
    (best, score), (_, next_score) = ranked[0], ranked[1]
    return best if int(score - next_score) >= _CLEAR_LEAD else None
