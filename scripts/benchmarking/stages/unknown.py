"""No site known: a set in one flat folder, names shuffled, no host; beside the same with sites known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from training import SHARED_TEMPLATES

from benchmarking import plots, tables
from benchmarking.bench import Bench
from benchmarking.ours import Loaded
from benchmarking.pages import SEED, SETS
from benchmarking.partition import compare
from benchmarking.scoring import lost, mean, of_set
from scrubber.config import Config, SiteMode
from scrubber.evidence import Evidence
from scrubber.sites import find_sites

KINDS = ("html", "text-full")


def measure(bench: Bench) -> dict[str, Any]:
    """``{kind: {set: {"known": scores, "unknown": scores, "sites": counts}}}``."""
    result: dict[str, Any] = {}
    for kind in KINDS:
        result[kind] = {}
        for name in bench.sets():
            loaded = bench.load(name, kind)
            known = [one.as_if(one.document.id) for one in loaded]
            poured = shuffled(loaded)
            result[kind][name] = {
                "known": bench.clean(
                    known, bench.run(Config(sites=SiteMode.FOLDER)), f"{name}, {kind}, sites known"
                ),
                "unknown": bench.clean(poured, bench.run(), f"{name}, {kind}, no site known"),
                "sites": _sites(poured),
            }
    return result


def shuffled(loaded: Sequence[Loaded]) -> list[Loaded]:
    """The pages in one folder under names that say nothing, sorted by these; without addresses."""
    order = np.random.default_rng(SEED).permutation(len(loaded))
    return [loaded[place].as_if(f"{number:05d}") for number, place in enumerate(order)]


def _sites(poured: Sequence[Loaded]) -> dict[str, int]:
    clusters = find_sites(Evidence.of(one.record for one in poured))
    found = {record.id: cluster.id for cluster in clusters for record in cluster.documents}
    # Hosts that share their templates are one site: the pages cannot tell otherwise.
    true = {one.record.id: SHARED_TEMPLATES.get(one.page.site, one.page.site) for one in poured}
    return asdict(compare(true, found))


def to_tables(bench: Bench, result: dict[str, Any]) -> dict[str, str]:
    """``unknown``: F1 with and without sites known; ``unknown-sites``: how many were found."""
    rows, counts = [], []
    for kind in KINDS:
        for name in bench.sets():
            found, pages = result[kind][name], of_set(bench.pages, name)
            known, unknown = mean(found["known"], pages), mean(found["unknown"], pages)
            rows.append(
                [
                    kind,
                    name,
                    tables.f1_and_lost(known, lost(found["known"], pages)),
                    tables.f1_and_lost(unknown, lost(found["unknown"], pages)),
                    f"{unknown - known:+.3f}",
                ]
            )
            s = found["sites"]
            shown = ("true", "found", "whole", "but_for_lone", "split", "missed", "merged", "lone")
            counts.append([kind, name, *(s[key] for key in shown), f"{s['joined_single']} of {s['single']}"])
    heads = ["input", "set", "sites", "found", "whole", "whole but for lone pages", "split", "missed"]
    more = ["found sites that merge several", "lone pages", "sites of one page put into another"]
    return {
        "unknown": tables.table(["input", "set", "sites known", "no site known", "difference"], rows),
        "unknown-sites": tables.table([*heads, *more], counts),
    }


def draw(bench: Bench, result: dict[str, Any], folder: Path) -> None:
    """The difference that not knowing sites makes."""
    figure, axes = plots.panels(len(KINDS), height=2.6)
    for axis, kind in zip(axes, KINDS, strict=True):
        values = {}
        for name in [s for s in SETS if s in bench.sets()]:
            found, pages = result[kind][name], of_set(bench.pages, name)
            values[name] = mean(found["unknown"], pages) - mean(found["known"], pages)
        plots.bars(axis, values, digits="+.4f")
        axis.axvline(0, color="black", linewidth=0.8)
        axis.axvline(-0.01, color=plots.OTHER, linewidth=0.8, linestyle="--")
        axis.set_xlim(min(-0.013, *values.values()) * 1.2, max(0.01, *values.values()) * 1.6)
        axis.set_title(kind)
        axis.set_xlabel("F1 without sites known − with (dashed: the bar of −0.01)")
    plots.save(figure, folder / "unknown.svg")
