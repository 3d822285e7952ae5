"""The tables of the planted cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from benchmarking.tables import table

from repairing.cases import ITEM_KINDS, KINDS
from repairing.cutting import BARE, BROKEN_STYLE, INSIDE, STYLES
from repairing.judging import OUTCOMES
from repairing.reading import Counts, Record, counts, has_donor, is_, may_be_whole, percent

Test = Callable[[Record], bool]


def planted_tables(result: dict[str, Any], half: str) -> dict[str, str]:
    """``planted-summary``, ``planted-kinds``, ``planted-rules``, ``planted-languages``, ..."""
    cases, items, natural = result["cases"], result["items"], result["natural"]
    return {
        "planted-summary": _summary(result, half),
        "planted-kinds": _kinds(cases),
        "planted-outcomes": _outcomes(cases),
        "planted-rules": _rules(cases, items, natural),
        "planted-languages": _languages(cases, items),
        "planted-untouched": _untouched(items),
        "planted-beginnings": _beginnings(cases),
    }


def _summary(result: dict[str, Any], half: str) -> str:
    """The figures that have a bar, and those beside them."""
    cases, items, natural = result["cases"], result["items"], result["natural"]
    faults = len(result["faults"])
    whole = counts(cases)
    sure = counts(cases, lambda r: not may_be_whole(r))
    there = counts(cases, has_donor)
    gone = counts(cases, lambda r: not r["donor"])
    touched = sum(bool(item["rules"]) for item in items)
    found = whole.detected
    precision = found / (found + touched) if found + touched else None
    strict = found / (found + touched + len(natural)) if found + touched else None
    per_thousand = 1000 * whole.wrong / whole.cases if whole.cases else 0.0
    silent = counts(cases, may_be_whole)
    written = sum("inserted" in record for record in natural)
    rows: list[Sequence[object]] = [
        (
            "detection: precision",
            percent(precision),
            "≥ 98%",
            f"{found} cuts, {touched} of {len(items)} items",
        ),
        (
            "the same, all that nobody planted held against it",
            percent(strict),
            "",
            f"{len(natural)} more places",
        ),
        ("detection: recall over sure cuts", percent(sure.recall), "≥ 95%", _of(sure.detected, sure)),
        (
            "detection: bare, between words, no donor",
            percent(silent.recall),
            "",
            _of(silent.detected, silent),
        ),
        ("completed exactly, donor there", percent(there.exactly), "≥ 95%", _of(there.exact, there)),
        ("wrong completions, no donor", gone.wrong, "0", _of(gone.wrong, gone)),
        ("wrong completions per 1,000 cases", f"{per_thousand:.2f}", "≤ 1", _of(whole.wrong, whole)),
        ("completions that nobody planted", written, "", "to be read: natural.jsonl"),
        ("broken laws", faults, "0", "what is written is the donor's text, and undo gives the raw text"),
    ]
    return table([f"planted, half “{half}”", "measured", "bar", "counts"], rows)


def _of(number: int, group: Counts) -> str:
    return f"{number} of {group.cases}"


def _kinds(cases: list[Record]) -> str:
    rows: list[Sequence[object]] = []
    for place, mark in (*STYLES, BROKEN_STYLE):
        for kind in KINDS:
            some = [r for r in cases if is_(place=place, mark=mark, kind=kind)(r)]
            if not some:
                continue
            there, gone = counts(some, has_donor), counts(some, lambda r: not r["donor"])
            mine = (there.cases, percent(there.recall), percent(there.exactly), there.wrong)
            rows.append((place, mark, kind, *mine, gone.cases, percent(gone.recall), gone.wrong))
    heads = ["cut", "mark", "planted as", "donor there", "found", "completed exactly", "wrong"]
    return table([*heads, "no donor", "found", "wrong"], rows)


def _outcomes(cases: list[Record]) -> str:
    groups: dict[str, Test] = {"donor there": has_donor, "no donor": lambda r: not r["donor"]}
    rows = []
    for name, test in groups.items():
        seen = Counter(r["outcome"] for r in cases if test(r))
        rows.append([name, seen.total(), *(seen[outcome] for outcome in OUTCOMES)])
    return table(["cases", "all", *OUTCOMES], rows)


def _rules(cases: list[Record], items: list[Record], natural: list[Record]) -> str:
    """By the rule that edits and flags name."""
    columns = [Counter(rule for r in group for rule in r["rules"]) for group in (cases, items, natural)]
    rows = []
    for rule in sorted(set().union(*columns)):
        right, false, unknown = (column[rule] for column in columns)
        rows.append(
            [f"`{rule}`", right, false, percent(right / (right + false) if right + false else None), unknown]
        )
    return table(["rule", "planted cuts", "untouched items", "precision", "planted by nobody"], rows)


def _languages(cases: list[Record], items: list[Record]) -> str:
    rows = []
    for language in _by_number(cases):
        some = [r for r in cases if r["language"] == language]
        sure, there = counts(some, lambda r: not may_be_whole(r)), counts(some, has_donor)
        mine = [r for r in items if r["language"] == language]
        exactly = (there.cases, percent(there.exactly), counts(some).wrong)
        touched = sum(bool(r["rules"]) for r in mine)
        rows.append((language, len(some), percent(sure.recall), *exactly, len(mine), touched))
    heads = ["language", "cases", "recall, sure cuts", "donor there", "completed exactly", "wrong"]
    return table([*heads, "untouched items", "touched"], rows)


def _by_number(cases: Sequence[Record]) -> list[str]:
    seen = Counter(r["language"] for r in cases)
    return sorted(seen, key=lambda language: (-seen[language], language))


def _untouched(items: list[Record]) -> str:
    rows = []
    for kind in ITEM_KINDS:
        mine = [r for r in items if r["kind"] == kind]
        rules = Counter(rule for r in mine for rule in r["rules"])
        by_rule = ", ".join(f"{rule} {number}" for rule, number in sorted(rules.items()))
        touched = sum(bool(r["rules"]) for r in mine)
        rows.append([kind, len(mine), touched, percent(touched / len(mine) if mine else None, 2), by_rule])
    return table(["untouched", "items", "touched", "share", "by rule"], rows)


def _beginnings(cases: list[Record]) -> str:
    """Bare cuts inside a word: what is left may be a word too ("car" of "carpet")."""
    rows = []
    for name, is_word in (("no word of the dump", False), ("a word of the dump", True)):
        some = [r for r in cases if is_(place=INSIDE, mark=BARE, is_word=is_word)(r)]
        there, gone = counts(some, has_donor), counts(some, lambda r: not r["donor"])
        rows.append([name, there.cases, percent(there.recall), gone.cases, percent(gone.recall)])
    return table(["bare, inside a word: what is left is", "donor there", "found", "no donor", "found"], rows)
