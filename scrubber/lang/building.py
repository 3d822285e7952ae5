"""From the files of languages to the one table of `registry`. Not needed at run time."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from scrubber.lang.forms import ENDINGS, bare, folded, is_mark
from scrubber.lang.registry import Dates, Folded, Group, ScriptShare, Table
from scrubber.lang.scripts import HAN, HANGUL, KANA, SCRIPTS
from scrubber.lang.sources import Forms, Language, Phrases, Words

_WORD = re.compile(r"\w+")
_SEVERAL_WORDS = re.compile(r"\w+(?:[\s'’-]+\w+)+")
_CJK_NAME = re.compile(f"[({HAN}{KANA}{HANGUL}]")
_HAN_MONTH = re.compile(f"[{HAN}]+月")
_GREEK_MARKS = dict.fromkeys(map(ord, "\u0301\u0308\u0344"))
_DATE_SIGNS = "年月日년월일一二三四五六七八九十"
"""Characters that stand in every date, and beside many other characters."""
_UNITS = ("year", "month", "day")


def build(languages: Mapping[str, Language]) -> Table:
    """The table of some languages, in the order of their tags."""
    ordered = dict(sorted(languages.items()))
    return Table(
        words=_words(ordered),
        phrases={concept: _phrases(ordered.values(), concept) for concept in Phrases.__struct_fields__},
        scripts=_scripts(ordered),
        names=dict(
            sorted(
                (name.casefold(), tag.partition("-")[0])
                for tag, said in ordered.items()
                for name in (said.cldr.name, said.cldr.own_name)
            )
        ),
        capital_nouns=[tag for tag, said in ordered.items() if said.capital_nouns],
        folded=_folded(ordered),
        dates=_dates(ordered),
    )


def _scripts(languages: Mapping[str, Language]) -> list[ScriptShare]:
    found = [
        ScriptShare(language=tag, script=said.script, share=said.script_share)
        for tag, said in languages.items()
        if said.script is not None
    ]
    # Kana before Han: Japanese mixes them, and Chinese does not.
    return sorted(found, key=lambda said: (said["share"], said["language"]))


def to_json(table: Table) -> str:
    """The text of ``languages.json``."""
    return json.dumps(table, ensure_ascii=False, indent=0, separators=(",", ":"), sort_keys=True) + "\n"


def _words(languages: Mapping[str, Language]) -> dict[str, str]:
    listed = {concept: set[str]() for concept in Words.__struct_fields__}
    for said in languages.values():
        for concept, words in listed.items():
            words.update(getattr(said.words, concept).split())
        months, weekdays = list(_wide(said, "months")), list(_wide(said, "weekdays"))
        everyday = {*map(folded, said.calendar.everyday)}
        listed["claims"].update(w for w in (*months, *weekdays) if w not in everyday and _WORD.fullmatch(w))
        listed["date_words"].update(weekdays, _abbreviated(said, "weekdays"))
        if said.words.no_name:
            listed["no_name"].update(months, weekdays)
    return {concept: " ".join(sorted(words)) for concept, words in listed.items()}


def _phrases(languages: Iterable[Language], concept: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"spaced": [], "unspaced": []}
    for said in languages:
        kind = found["spaced" if said.spaces else "unspaced"]
        kind += [phrase for phrase in getattr(said.phrases, concept) if phrase not in kind]
    return found


def _wide(said: Language, what: str) -> Iterator[str]:
    """The whole names of months or weekdays of a language, folded, without those that hold a figure."""
    by_hand: Mapping[int, tuple[str, ...]] = getattr(said.calendar, what)
    names: Forms = getattr(said.cldr, what).wide
    yield from _usable(name for forms in (*names, *by_hand.values()) for name in forms)


def _abbreviated(said: Language, what: str) -> Iterator[str]:
    """The same of abbreviations."""
    yield from _usable(name for forms in abbreviations(said, what) for name in forms)


def abbreviations(said: Language, what: str) -> Forms:
    """The abbreviations of ``months`` or ``weekdays`` that are read and folded, as `sources.Names` has them.

    Weekdays of which any is one letter or a figure say too little, and are left out as a whole.
    """
    names: Forms = getattr(said.cldr, what).abbreviated
    telling = what == "months" or all(_letters(n) > 1 and not _has_digit(n) for forms in names for n in forms)
    by_hand: Mapping[int, tuple[str, ...]] = getattr(said.calendar, f"{what}_abbreviated")
    return tuple(
        (*(forms if telling else ()), *by_hand.get(number, ())) for number, forms in enumerate(names, start=1)
    )


def _usable(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if not _has_digit(name):
            yield from _variants(name)


def _variants(name: str) -> Iterator[str]:
    """A name folded, from small letters and from capitals (in which Greek has no accents)."""
    yield folded(name)
    if folded(name.upper()) != folded(name):
        yield folded(name.upper())
    plain = unicodedata.normalize("NFD", folded(name)).translate(_GREEK_MARKS)
    if unicodedata.normalize("NFKC", plain) != folded(name) and re.match(f"[{SCRIPTS['greek']}]", name):
        yield unicodedata.normalize("NFKC", plain).casefold()


def _has_digit(name: str) -> bool:
    return any(c.isdigit() for c in name)


def _letters(name: str) -> int:
    return sum(map(str.isalpha, name))


def _folded(languages: Mapping[str, Language]) -> Folded:
    always, beside = set[str](), set[str]()
    spaceless = set[str]()
    everyday = {v for said in languages.values() for name in said.calendar.everyday for v in _variants(name)}
    for said in languages.values():
        for what in ("months", "weekdays"):
            wide, short = set(_wide(said, what)), set(_abbreviated(said, what))
            always |= wide - everyday
            beside |= short | (wide & everyday)
            if not said.spaces:
                spaceless |= wide | short
    always.update(v for said in languages.values() for name in said.calendar.always for v in _variants(name))
    beside -= always
    groups: dict[str, Group] = {}
    words: dict[str, list[str]] = {"always": [], "beside_numbers": []}
    for kind, names in (("always", always), ("beside_numbers", beside)):
        for name in sorted(names):
            cjk = _CJK_NAME.match(name) is not None
            if not cjk and name not in spaceless and _WORD.fullmatch(name):
                words[kind].append(name)
            elif not cjk and name not in spaceless and _SEVERAL_WORDS.fullmatch(name):
                words[kind].append(" ".join(_WORD.findall(name)))
            else:
                script = "cjk" if cjk else _script(name)
                group = groups.setdefault(
                    script,
                    Group(signs="", spaced=not cjk and name not in spaceless, always=[], beside_numbers=[]),
                )
                (group["always"] if kind == "always" else group["beside_numbers"]).append(name)
    for group in groups.values():
        group["signs"] = "".join(_signs([*group["always"], *group["beside_numbers"]]))
    return Folded(
        always=sorted(set(words["always"])),
        beside_numbers=sorted(set(words["beside_numbers"]) - set(words["always"])),
        ordinary=sorted(
            {folded(word) for said in languages.values() for word in said.calendar.ordinary} - always
        ),
        joins=sorted({w for said in languages.values() for w in _joins(said)}),
        groups=[groups[script] for script in sorted(groups)],
    )


def _joins(said: Language) -> Iterator[str]:
    """The words that stand between the parts of a date."""
    for kind in ("day_joins", "month_joins", "year_joins", *_UNITS):
        for text in getattr(said.calendar, kind) if said.spaces else ():
            yield from _WORD.findall(folded(text))


def _script(name: str) -> str:
    return next(
        (s for s, signs in SCRIPTS.items() if re.match(f"[{signs}]", name)), unicodedata.name(name[0])[:6]
    )


def _signs(names: Iterable[str]) -> list[str]:
    """Few characters of which every name has one: marks where it has any, else such as stand in few other words.

    The one that most names have is taken first, until all have one.
    """
    left = {name: next(filter(None, _telling(name))) for name in names}
    found: list[str] = []
    while left:
        counts = Counter(c for signs in left.values() for c in signs)
        best = max(counts, key=lambda c: (counts[c], c))
        found.append(best)
        left = {name: signs for name, signs in left.items() if best not in signs}
    return sorted(found)


def _telling(name: str) -> Iterator[set[str]]:
    yield {c for c in name if is_mark(c) or not (c.isalnum() or c in " .-")}
    yield {c for c in name if c.isalnum() and c not in _DATE_SIGNS}
    yield set(name)


def _dates(languages: Mapping[str, Language]) -> Dates:
    said_by: dict[str, dict[str, int]] = defaultdict(dict)
    marks, han_months = set[str](), set[str]()
    for tag, said in languages.items():
        for kind in ("wide", "abbreviated"):
            names: Forms = getattr(said.cldr.months, kind)
            by_hand = said.calendar.months if kind == "wide" else said.calendar.months_abbreviated
            for number in range(1, 13):
                for name in (*names[number - 1], *by_hand.get(number, ())):
                    if _has_digit(name):
                        continue
                    if _HAN_MONTH.fullmatch(name):
                        han_months.add(name)
                    marks.update(
                        c for c in unicodedata.normalize("NFC", name) if not c.isalnum() and _is_sign(c)
                    )
                    said_by[bare(name)].setdefault(tag, number)
        for name in (*_wide(said, "weekdays"), *_abbreviated(said, "weekdays")):
            marks.update(c for c in name if not c.isalnum() and _is_sign(c))
    first = {key: max(said, key=lambda tag: (languages[tag].speakers, tag)) for key, said in said_by.items()}
    calendars = [
        (said.calendar, "spaced" if said.spaces and not _is_korean(said) else "unspaced")
        for said in languages.values()
    ]
    return Dates(
        months={key: said_by[key][tag] for key, tag in sorted(first.items())},
        ambiguous={key: dict(said) for key, said in sorted(said_by.items()) if len(set(said.values())) > 1},
        marks="".join(sorted(marks)),
        endings=ENDINGS,
        han_months=sorted(han_months, key=lambda name: (-len(name), name)),
        ordinals=sorted({ordinal for calendar, _ in calendars for ordinal in calendar.ordinals}),
        month_joins=sorted({join for calendar, _ in calendars for join in calendar.month_joins}),
        year_joins=sorted({join for calendar, _ in calendars for join in calendar.year_joins}),
        units={
            unit: {
                kind: sorted({u for calendar, k in calendars if k == kind for u in getattr(calendar, unit)})
                for kind in ("spaced", "unspaced")
            }
            for unit in _UNITS
        },
    )


def _is_sign(c: str) -> bool:
    return is_mark(c) or unicodedata.category(c) in {"Mn", "Mc"}


def _is_korean(said: Language) -> bool:
    """Korean has spaces between words, but none between a number and its year, month and day."""
    return said.script == "hangul"


def problems(languages: Mapping[str, Language]) -> Iterator[str]:
    """What a person should look at: words of which languages mean different months."""
    for key, said in build(languages)["dates"]["ambiguous"].items():
        yield f"{key}: " + ", ".join(f"{tag} {number}" for tag, number in sorted(said.items()))


def decode(text: str) -> Table:
    """The text of ``languages.json``, checked for its fields. Raises msgspec.ValidationError."""
    return msgspec.json.decode(text, type=Table)
