"""A row for each language of daniel: ours beside trafilatura and the simple rule for text."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from benchmarking import plots, tables
from benchmarking.bench import Bench
from benchmarking.pages import by_site
from benchmarking.scoring import lost, mean, of_set
from benchmarking.stages import sets

COLUMNS = (
    ("html", "scrubber"),
    ("html", "trafilatura"),
    ("text-full", "scrubber"),
    ("text-full", sets.RULE_NAMES["repeated"]),
)


def measure(bench: Bench) -> dict[str, Any]:
    """``{language: {"pages": n, "sites": n, "f1": [...], "lost": [...]}}``, in the order of COLUMNS."""
    scores, languages = sets.made(bench)["scores"], bench.languages()
    groups: dict[str, list[Any]] = {}
    for pages in by_site(of_set(bench.pages, "daniel")).values():
        # Of a site, not of a page: a short text may be taken for another language.
        ranked = Counter(languages[page.name] for page in pages).most_common()
        language = min(name for name, count in ranked if count == ranked[0][1])
        groups.setdefault(language, []).append(pages)
    result = {}
    for language, sites in sorted(groups.items()):
        pages = [page for site in sites for page in site]
        result[language] = {
            "pages": len(pages),
            "sites": len(sites),
            "f1": [mean(scores[kind][row], pages) for kind, row in COLUMNS],
            "lost": [lost(scores[kind][row], pages) for kind, row in COLUMNS],
        }
    return result


def to_tables(bench: Bench, result: dict[str, Any]) -> dict[str, str]:  # noqa: ARG001 - as in every stage
    """``languages``."""
    rows = []
    for language, row in sorted(result.items(), key=lambda item: (-item[1]["pages"], item[0])):
        cells = [tables.f1_and_lost(f1, gone) for f1, gone in zip(row["f1"], row["lost"], strict=True)]
        ahead = f"{row['f1'][0] - row['f1'][1]:+.3f}"
        rows.append([language, row["sites"], row["pages"], *cells[:2], ahead, *cells[2:]])
    names = [f"{row}, {kind}" for kind, row in COLUMNS]
    heads = ["daniel: F1 (lost)", "sites", "pages", *names[:2], "difference", *names[2:]]
    return {"languages": tables.table(heads, rows)}


def draw(bench: Bench, result: dict[str, Any], folder: Path) -> None:  # noqa: ARG001 - as in every stage
    """Two dots a language: ours and trafilatura's F1 on HTML."""
    figure, (axis,) = plots.panels(1, width=6.5, height=0.5 * len(result) + 1.3)
    order = sorted(result, key=lambda name: (result[name]["pages"], name))
    for place, language in enumerate(order):
        mine, other = result[language]["f1"][:2]
        axis.plot([other, mine], [place, place], color=plots.QUIET, linewidth=1.2, zorder=1)
        for value, colour in ((other, plots.OTHER), (mine, plots.OURS)):
            axis.scatter([value], [place], color=colour, zorder=2)
            beside = (7, "left") if value == max(mine, other) else (-7, "right")
            axis.annotate(
                f"{value:.3f}", (value, place), xytext=(beside[0], 0), textcoords="offset points",
                ha=beside[1], va="center", fontsize=9, color=colour,
            )  # fmt: skip
    axis.set_yticks(range(len(order)), [f"{name} ({result[name]['pages']} pages)" for name in order])
    axis.set_ylim(-0.6, len(order) - 0.4)
    axis.margins(x=0.2)
    axis.set_xlabel("F1 on HTML")
    axis.set_title("daniel by language")
    for colour, name in ((plots.OURS, "scrubber"), (plots.OTHER, "trafilatura")):
        axis.scatter([], [], color=colour, label=name)
    figure.legend(frameon=False, fontsize=9, loc="outside upper right", ncols=2)
    plots.save(figure, folder / "languages.svg")
