"""How well sites that nobody named were found: which are whole, split, merged, and what stands alone.

- A *found site* is a group of two documents or more.
- A true site with two documents or more is *split* when its documents stand in more than one
  found site; it is *whole* when one found site holds all of them; it is *missed* when none of
  its documents stands in a found site. What remains is *whole but for lone documents*.
- A found site is *merged* when it holds documents of more than one true site.
- A *lone* document stands in no found site although its true site has other documents.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Partition:
    """Counts of sites and documents."""

    true: int
    """True sites with two documents or more."""
    found: int
    whole: int
    but_for_lone: int
    split: int
    missed: int
    merged: int
    lone: int
    single: int
    """True sites of one document ..."""
    joined_single: int
    """... and how many of those were put into a found site."""


def compare(true: Mapping[str, str], found: Mapping[str, str]) -> Partition:
    """Compare two partitions: document -> the name of its group."""
    members: dict[str, list[str]] = defaultdict(list)
    for document, site in true.items():
        members[site].append(document)
    sizes = Counter(found.values())
    sites = {name for name, size in sizes.items() if size > 1}
    kinds: Counter[str] = Counter()
    lone = 0
    for documents in members.values():
        homes = Counter(found[d] for d in documents if found[d] in sites)
        if len(documents) == 1:
            kinds["single"] += 1
            kinds["joined single"] += bool(homes)
            continue
        outside = len(documents) - homes.total()
        lone += outside
        kinds["true"] += 1
        kinds[_kind(len(homes), outside)] += 1
    owners: dict[str, set[str]] = defaultdict(set)
    for document, site in true.items():
        owners[found[document]].add(site)
    return Partition(
        true=kinds["true"],
        found=len(sites),
        whole=kinds["whole"],
        but_for_lone=kinds["but for lone"],
        split=kinds["split"],
        missed=kinds["missed"],
        merged=sum(len(owners[site]) > 1 for site in sites),
        lone=lone,
        single=kinds["single"],
        joined_single=kinds["joined single"],
    )


def _kind(homes: int, outside: int) -> str:
    if homes > 1:
        return "split"
    if homes == 0:
        return "missed"
    return "but for lone" if outside else "whole"
