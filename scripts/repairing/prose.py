"""Sentences and words of a paragraph, told apart only where that is certain.

Written apart from `scrubber.rules.sentences` on purpose: what is measured must not measure itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass


def word_set(listed: str) -> frozenset[str]:
    """The words of a list that is written with spaces."""
    return frozenset(listed.split())


HAN = r"\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_THAI = r"\u0e00-\u0e7f"
_ALONE = re.compile(f"[{HAN}{_THAI}]")
"""A character that counts as a word: these scripts put no spaces between words."""
_TOKEN = re.compile(rf"[{HAN}{_THAI}]|(?:[^\W_{HAN}{_THAI}]|[\u0300-\u036f])+")
WORD = re.compile(rf"[^\W_{HAN}{_THAI}](?:[^\W_{HAN}{_THAI}]|[\u0300-\u036f]|['’\u2011-](?=[^\W_]))*")
"""A word with its hyphens and apostrophes: nothing of it may be called a word boundary."""
RUN = re.compile(rf"[^\W\d_{HAN}{_THAI}]+")
"""Letters without a break."""

CLOSING = "\"'”’“»›」』）)]"
_STOP = re.compile(rf"(?P<mark>[.!?…;]+|[。！？]+)(?P<close>[{re.escape(CLOSING)}]*)")
_OPENING = re.compile(r"[\"'“„«‘‹(\[¿¡「『]*")
_LAST = re.compile(r"[^\s\"'“„«‘‹(\[/–—]+\Z")
_VOWEL = re.compile("[aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýąęóůěαεηιουωάέήίόύώϊϋаеёиоуыэюяіїє]")
_TITLES = word_set(
    "mr mrs ms messrs dr prof st sgt capt gen col lt cmdr rev hon sen rep gov pres mme mlle mgr hr fr hrn frau "
    "sr sra srta dott sig ing κ κα ул им г-н г-жа св ks św bp abp płk gen por kpt ul al pl"
)
"""A name follows these: no sentence ends there."""
_ABBREVIATIONS = word_set(
    "no nos nr art fig vol pp pg ed eds inc ltd co corp bros jr etc al approx est dept ext jan feb mar apr jun jul "
    "aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun bzw usw evtl ca vgl sog bspw tel abs jh "
    "chr env av bd cf ex αντ δημ κων νικ παν γεώρ др гг вв п стр руб коп тыс млн млрд проч напр κλπ δηλ αρ σελ π.χ np itd itp tzw zob wg "
    "med hab inż lek rzecz tys mln mld godz vs viz univ ave blvd rd mt ft oz lb lbs min sec hrs mph km cm mm kg calif fla tex mass conn "
    "ore wash ill ala ariz colo mich minn wis"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """``paragraph[start:end]``, its last character the full stop."""

    start: int
    end: int
    closing: str
    """Quotation marks that stand directly behind the full stop."""


@dataclass(frozen=True, slots=True)
class _Stop:
    start: int
    mark: int
    end: int
    sure: bool


def tokens(text: str) -> list[str]:
    """Words for comparison: case-folded, no punctuation; one of Han, kana or Thai is a word."""
    return [match[0].casefold() for match in _TOKEN.finditer(unicodedata.normalize("NFC", text))]


def folded(text: str) -> str:
    """The same words with a space around each, so that ``in`` finds whole words only."""
    return f" {' '.join(tokens(text))} "


def is_spaceless(text: str) -> bool:
    """Whether most of its letters are of a script without spaces between words."""
    letters = sum(character.isalpha() for character in text)
    return 2 * len(_ALONE.findall(text)) > letters > 0


def is_alone(character: str) -> bool:
    """Whether the character is a word by itself."""
    return _ALONE.match(character) is not None


def is_body(paragraph: str) -> bool:
    """Whether a paragraph is prose of some length that ends in a full stop."""
    bare = paragraph.rstrip(CLOSING)
    least = 25 if is_spaceless(paragraph) else 60
    return len(paragraph) >= least and bare.endswith((".", "!", "?", "。", "！", "？")) and bare[-2:] != ".."


def pieces(paragraph: str) -> Iterator[str]:
    """The paragraph in sentences, cut at every full stop that may be one."""
    start = 0
    for stop in _stops(paragraph):
        yield paragraph[start : stop.end]
        start = stop.end
    if paragraph[start:].strip():
        yield paragraph[start:]


def sentences(paragraph: str) -> list[Sentence]:
    """The sentences whose beginning and end are certain, and with no stop between that may be an end."""
    found = []
    start: int | None = 0
    for stop in _stops(paragraph):
        if stop.sure and start is not None:
            closing = paragraph[stop.mark : stop.end]
            skipped = len(paragraph[start : stop.mark]) - len(paragraph[start : stop.mark].lstrip())
            if _begins(paragraph, start + skipped):
                found.append(Sentence(start + skipped, stop.mark, closing))
        start = stop.end if stop.sure else None
    return found


def _begins(paragraph: str, at: int) -> bool:
    """Whether it looks like a beginning: no small letter, no bracket, no bullet."""
    first = _OPENING.match(paragraph, at)
    character = paragraph[first.end() if first else at]
    return character.isalpha() and not character.islower() and paragraph[at] not in "([（"


def _stops(paragraph: str) -> Iterator[_Stop]:
    """Marks that end a sentence, or may: those that plainly do not are left out."""
    for match in _STOP.finditer(paragraph):
        sure = _ends(paragraph, match)
        if sure is not None:
            yield _Stop(match.start(), match.end("mark"), match.end(), sure)


def _ends(paragraph: str, match: re.Match[str]) -> bool | None:
    """True: a sentence ends here; False: perhaps; None: no."""
    mark, close = match["mark"], match["close"]
    rest = paragraph[match.end() :]
    body = rest.lstrip()
    if mark[0] in "。！？":
        # A quotation that ends may be the beginning of "…, he said".
        return not (close and body) and ")" not in close and "）" not in close
    if rest and not rest[0].isspace():
        before = paragraph[match.start() - 1 : match.start()]
        if rest[0].isalnum() or rest[0] in ",;:-":
            return False if before.islower() and rest[0].isupper() else None  # "… the end.The next …"
        return False
    if ";" in mark:
        greek = "\u0370" <= paragraph[match.start() - 1 : match.start()] <= "\u1fff"
        return False if greek or len(mark) > 1 else None
    opening = _OPENING.match(body)
    following = body[opening.end() :][:1] if opening else body[:1]
    if following.islower():
        return None
    if "…" in mark or ".." in mark or ")" in close or "]" in close:
        return False
    if body and not following.isalpha():
        return False
    if body and close and mark != ".":
        return False  # "Is it?" Smith said.
    return _is_plain(paragraph, match) if mark == "." else True


def _is_plain(paragraph: str, match: re.Match[str]) -> bool | None:
    """Whether a single dot ends a sentence: not that of a title, an abbreviation, a short number."""
    last = _LAST.search(paragraph, 0, match.start())
    word = last[0].casefold() if last else ""
    if word in _TITLES and match.end() < len(paragraph):
        return None
    bare = word.rpartition("-")[2]
    doubtful = (
        not bare
        or bare in _TITLES
        or bare in _ABBREVIATIONS
        or "." in bare
        or (bare.isdigit() and len(bare) <= 2)
        or (len(bare) == 1 and not _ALONE.match(bare))
        or (len(bare) <= 4 and bare.isalpha() and _is_cased(bare) and not _VOWEL.search(bare))
    )
    return not doubtful


def _is_cased(word: str) -> bool:
    return word.lower() != word.upper()
