"""F1 and lost pages of every set and input: ours beside the others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarking import plots, tables
from benchmarking.baselines import RULES
from benchmarking.bench import Bench
from benchmarking.ours import POLICIES
from benchmarking.pages import KINDS, POOLED, SETS, Page, by_site
from benchmarking.peers import PEERS
from benchmarking.scoring import Scores, lost, mean, mean_of_sets, of_set, pooled
from scrubber.config import Config

HOST_UNKNOWN = "scrubber, host unknown"
UNTOUCHED = "untouched"
RULE_NAMES = {
    "untouched": UNTOUCHED,
    "repeated": "lines in ≥30% of pages dropped",
    "once": "each line once a site",
}


def measure(bench: Bench) -> dict[str, Any]:
    """``{"scores": {kind: {row: {page: [precision, recall, F1]}}}}``."""
    scores: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in KINDS}
    for kind in KINDS:
        for name in bench.sets():
            loaded = bench.load(name, kind)
            for row, chrome in POLICIES.items():
                found = bench.clean(loaded, bench.run(Config(chrome=chrome)), f"{name}, {kind}, {row}")
                scores[kind].setdefault(row, {}).update(found)
            if kind == "html":
                blind = [one.as_if(one.document.id) for one in loaded]
                found = bench.clean(blind, bench.run(), f"{name}, {kind}, {HOST_UNKNOWN}")
                scores[kind].setdefault(HOST_UNKNOWN, {}).update(found)
                raw = {one.page.name: one.document.text for one in loaded}
                found = bench.score_texts(raw, f"{name}, {kind}, {UNTOUCHED}")
                scores[kind].setdefault(UNTOUCHED, {}).update(found)
    for peer in PEERS:
        scores["html"][peer.name] = bench.peer_scores(peer.name)
    for kind in KINDS[1:]:
        for rule, name in RULE_NAMES.items():
            texts: dict[str, str] = {}
            for pages in by_site(bench.pages).values():
                whole = [page.text(kind) for page in pages]
                texts |= {p.name: text for p, text in zip(pages, RULES[rule](whole), strict=True)}
            scores[kind][name] = bench.score_texts(texts, f"{kind}, {name}")
    return {"scores": scores}


def made(bench: Bench, *, whatever_state: bool = False) -> dict[str, Any]:
    """The result of this stage, measured if it is not there: other stages lean on its scores."""
    result = bench.store.read("sets", whatever_state=whatever_state)
    if result is None:
        result = measure(bench)
        bench.store.write("sets", result)
    return result


def _row(name: str, scores: Scores, pages: Sequence[Page]) -> list[str]:
    cells = {
        s: tables.f1_and_lost(mean(scores, some), lost(scores, some))
        for s in SETS
        if (some := of_set(pages, s))
    }
    three = _three(scores, pages)
    return [
        name,
        *(cells[s] for s in POOLED),
        f"{three:.3f}",
        cells["wcxb"],
        f"{lost(scores, pooled(pages)):.2%}",
    ]


def to_tables(bench: Bench, result: dict[str, Any]) -> dict[str, str]:
    """``sets-html``, ``sets-text-full``, ``sets-text-main``, all of them as ``sets``, and ``wcxb-types``."""
    found: dict[str, str] = {}
    heads = ["F1 (lost)", *POOLED, "mean of the three", "wcxb", f"lost ({len(pooled(bench.pages))} pages)"]
    for kind, rows in result["scores"].items():
        found[f"sets-{kind}"] = tables.table(
            [f"{kind}: F1 (lost)", *heads[1:]], [_row(name, rows[name], bench.pages) for name in _order(rows)]
        )
    together = "\n".join(found[f"sets-{kind}"] for kind in result["scores"])
    return {**found, "sets": together, "wcxb-types": _types(bench, result)}


def _three(scores: Scores, pages: Sequence[Page]) -> float:
    return mean_of_sets(pages, lambda some: mean(scores, some))


def _order(rows: dict[str, Any]) -> list[str]:
    """Ours, then the others, then what nobody touched: JSON keeps keys sorted."""
    first = [*POLICIES, HOST_UNKNOWN, *(p.name for p in PEERS), *list(RULE_NAMES.values())[1:], UNTOUCHED]
    return [name for name in first if name in rows]


def _types(bench: Bench, result: dict[str, Any]) -> str:
    pages = of_set(bench.pages, "wcxb")
    types: dict[str, list[Page]] = {}
    for page in pages:
        types.setdefault(page.type, []).append(page)
    columns = (
        ("html", "scrubber"),
        ("html", "trafilatura"),
        ("text-full", "scrubber"),
        ("text-full", RULE_NAMES["repeated"]),
    )
    rows = []
    for type, some in sorted(types.items(), key=lambda item: (-len(item[1]), item[0])):
        cells = [result["scores"][kind][row] for kind, row in columns]
        rows.append([type, len(some), *(tables.f1_and_lost(mean(s, some), lost(s, some)) for s in cells)])
    return tables.table(["wcxb: F1 (lost)", "pages", *(f"{row}, {kind}" for kind, row in columns)], rows)


def draw(bench: Bench, result: dict[str, Any], folder: Path) -> None:
    """Bars for every input: the mean of the three sets, and wcxb."""
    for kind, rows in result["scores"].items():
        names = _order(rows)
        figure, (left, middle, right) = plots.panels(3, height=0.36 * len(names) + 1.2)
        three = {name: _three(rows[name], bench.pages) for name in names}
        plots.dots(left, three)
        plots.dots(middle, {n: mean(rows[n], of_set(bench.pages, "wcxb")) for n in names})
        plots.bars(right, {n: 100 * lost(rows[n], pooled(bench.pages)) for n in names}, digits=".2f")
        for axis, title in ((left, f"{kind}: daniel, dragnet, fundus"), (middle, f"{kind}: wcxb")):
            axis.set_title(title)
            axis.set_xlabel("F1, mean of the three sets" if axis is left else "F1")
        right.set_title(f"{kind}: pages lost")
        right.set_xlabel(f"% of {len(pooled(bench.pages))} pages of the three sets")
        right.margins(x=0.15)
        plots.save(figure, folder / f"sets-{kind}.svg")
