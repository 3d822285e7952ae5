"""Dumps that have no gold text: what is lost, torn, thinned and left, and lines labelled by hand.

The measures are those of the shared `kept.py` and `lines.py`, which say in their docstrings what
they count. Each dump is cleaned as a whole, as a user does it. Beside the dumps stand documentation
sites, made from packages of the system where it has them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarking import plots, tables
from benchmarking.bench import Bench
from benchmarking.cleaning import clean_folder, json_of, sites_found
from benchmarking.hosts import hosts_of
from benchmarking.progress import say

DOCUMENTATION = ("python3.11-doc", "apache2-doc", "sqlite3-doc", "octave-doc")
"""Packages of documentation sites, 250 pages each."""
_SHARES = ("lost", "torn", "vanished", "thinned", "left")


def measure(bench: Bench) -> dict[str, Any]:
    """``{"rows": {name: figures}, "lines": {dump: figures}, "absent": {name: reason}}``."""
    shared, work = bench.scorer.parent, bench.store.folder / "dumps"
    names = [path.name.removesuffix(".tar.xz") for path in sorted((shared.parent / "dumps").glob("*.tar.xz"))]
    if not names:
        say(f"  no dumps in {shared.parent / 'dumps'}: nothing to measure")
        return {}
    subprocess.run([str(shared / "unpack"), str(work / "raw"), *names], check=True, stdout=sys.stderr)
    rows = {}
    for name in names:
        say(f"  {name}")
        raw = work / "raw" / "dumps" / name
        rows[name] = _of(bench, raw, raw, work / "clean" / name)
    made, absent = _documentation(shared, work / "documentation")
    for name in made:
        say(f"  {name}")
        text = work / "documentation" / "text" / name
        rows[f"{name}, text"] = _of(bench, text, text, work / "clean" / "documentation" / name)
        html = work / "documentation" / "html" / name
        rows[f"{name}, html"] = _of(bench, html, text, work / "clean-html" / name)
    return {"rows": rows, "lines": _labelled(shared, work, {*names, *made}), "absent": absent}


def _of(bench: Bench, raw: Path, text: Path, clean: Path) -> dict[str, Any]:
    """Clean a folder; measure it against its text, which for HTML lies elsewhere."""
    clean_folder(raw, clean, bench.jobs, weights=bench.weights.file_of(raw.name))
    figures = json_of([sys.executable, bench.scorer.parent / "kept.py", text, clean, "--json"])
    hosts = Counter(hosts_of(raw))
    found, alone = sites_found(clean)
    unnamed = hosts.pop("", 0)
    return {**figures, "hosts": len(hosts), "unnamed": unnamed, "sites": found, "alone": alone}


def _documentation(shared: Path, folder: Path) -> tuple[list[str], dict[str, str]]:
    """The packages that could be made into sites, and of the others why not."""
    made, absent = [], {}
    for name in DOCUMENTATION:
        if not (folder / "text" / name).is_dir():
            say(f"  making {name}")
            command = [str(shared / "documentation"), str(folder), name]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                absent[name] = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
                continue
        made.append(name)
    return made, absent


def _labelled(shared: Path, work: Path, names: set[str]) -> dict[str, Any]:
    """The labelled lines of the dumps that were cleaned."""
    gold = json.loads((shared.parent / "dumps" / "labels.json").read_text("utf-8"))
    there = {
        name: labels
        for name, labels in gold.items()
        if (set(name.split("/")[:2]) if name.startswith("documentation/") else {name.split("/")[0]}) & names
    }
    chosen = work / "labels.json"
    chosen.write_text(json.dumps(there), "utf-8")
    texts = shared.parent / "dumps" / "labelled"
    figures = json_of([sys.executable, shared / "lines.py", chosen, texts, work / "clean", "--json"])
    documents = Counter(name.split("/")[0] for name in there)
    documents["all"] = len(there)
    return {name: {**row, "documents": documents[name]} for name, row in figures.items()}


def to_tables(bench: Bench, result: dict[str, Any]) -> dict[str, str]:  # noqa: ARG001 - as in every stage
    """``dumps``: the five shares; ``dumps-lines``: the labelled lines; ``dumps-sites``: sites and hosts."""
    if not result:
        return {}
    rows, sites = [], []
    for name, row in result["rows"].items():
        counts = {"lost": "unique", "torn": "others", "vanished": "distinct", "thinned": "copies"}
        cells = [f"{row[s]:.1%} of {row[counts.get(s, 'repeated')]:,}" for s in _SHARES]
        rows.append([name, f"{row['documents']:,}", *cells])
        if not name.endswith(", html"):
            known = row["hosts"] or "not told"
            sites.append([name, f"{row['documents']:,}", known, row["unnamed"], row["sites"], row["alone"]])
    rows += [
        [name, None, f"not made: {why}", None, None, None, None] for name, why in result["absent"].items()
    ]
    lines = [
        [
            name,
            row["documents"],
            f"{row['kept']:.1%}",
            f"{row['kept_lines']:.1%} of {row['content']:,}",
            f"{row['gone']:.1%}",
            f"{row['gone_lines']:.1%} of {row['chrome']:,}",
        ]
        for name, row in result["lines"].items()
    ]
    heads = ["labelled lines", "documents", "content kept, letters", "lines", "chrome gone, letters", "lines"]
    told = ["hosts", "documents without a host", "sites found", "documents found alone"]
    return {
        "dumps": tables.table(["dump", "documents", *_SHARES], rows),
        "dumps-lines": tables.table(heads, lines),
        "dumps-sites": tables.table(["dump", "documents", *told], sites),
    }


def draw(bench: Bench, result: dict[str, Any], folder: Path) -> None:  # noqa: ARG001 - as in every stage
    """What is lost and torn, dump by dump."""
    figure, axes = plots.panels(2, width=5.2, height=0.3 * len(result["rows"]) + 1.3)
    for axis, share in zip(axes, ("lost", "torn"), strict=True):
        plots.bars(axis, {name: row[share] for name, row in result["rows"].items()}, digits=".3f")
        axis.set_title(share)
        axis.margins(x=0.2)
    plots.save(figure, folder / "dumps.svg")
