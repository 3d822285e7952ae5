"""The dataset card of a corpus: ``README.md`` with the configuration that loaders read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from scrubber.writing.files import Tree
from scrubber.writing.shards import DOCUMENTS, LEDGER, SUFFIXES, Format, croissant
from scrubber.writing.shards.facts import Facts
from scrubber.writing.shards.rows import DOCUMENT_SHAPE, LEDGER_SHAPE, Shape

NAME: Final = "README.md"

_MARK: Final = "<!-- Written by scrubber: take this line out, and the card is yours to edit. -->"
_DTYPES: Final = {"string": "string", "int64": "int64", "double": "float64"}
_SIZES: Final = ("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B", "n>1B")
"""By powers of ten, from a thousand."""


def write_card(tree: Tree, facts: Facts) -> dict[str, str]:
    """Put card and Croissant description beside the shards; ``{name: new|changed}`` as `Tree.put`.

    A card that a person has taken over (its mark is gone) is left as it is. Raises WriteError.
    """
    wanted = {croissant.NAME: croissant.to_json(facts)}
    there = tree.read(NAME)
    if there is None or _MARK.encode() in there:
        wanted[NAME] = to_markdown(facts)
    return tree.put(wanted)


def remove_card(tree: Tree) -> dict[str, str]:
    """Take both away, for a corpus that is written as files now; ``{name: removed}``. A person's card stays."""
    there = tree.read(NAME)
    names = [croissant.NAME, *([NAME] if there is not None and _MARK.encode() in there else [])]
    return {name: "removed" for name in names if tree.remove(name)}


def to_markdown(facts: Facts) -> bytes:
    """The bytes of ``README.md``: the same for equal facts."""
    return ("\n".join([*_front_matter(facts), "", *_prose(facts)]) + "\n").encode()


def _front_matter(facts: Facts) -> Iterator[str]:
    # JSON strings are YAML strings, so names and tags need no other quoting.
    yield "---"
    yield f"pretty_name: {json.dumps(facts.name, ensure_ascii=False)}"
    languages = sorted({language.partition("-")[0] for language in facts.languages})
    if languages:
        yield "language:"
        yield from (f"- {json.dumps(language)}" for language in languages)
    yield "size_categories:"
    yield f"- {_SIZES[min(max(len(str(facts.documents)) - 3, 0), len(_SIZES) - 1)]}"
    yield "configs:"
    for kind in (DOCUMENTS, LEDGER):
        yield f"- config_name: {kind}"
        yield "  data_files:"
        yield "  - split: train"
        yield f"    path: {kind}/part-*{SUFFIXES[facts.format]}"
        if kind == DOCUMENTS:
            yield "  default: true"
    yield "dataset_info:"
    for kind, shape in ((DOCUMENTS, DOCUMENT_SHAPE), (LEDGER, LEDGER_SHAPE)):
        yield f"- config_name: {kind}"
        yield "  features:"
        yield from _features(shape, "  ")
    yield "---"


def _features(shape: Shape, margin: str) -> Iterator[str]:
    for name, of in shape.items():
        yield f"{margin}- name: {name}"
        yield from _feature(of, f"{margin}  ")


def _feature(of: Any, margin: str) -> Iterator[str]:
    if isinstance(of, str):
        yield f"{margin}dtype: {_DTYPES[of]}"
    elif isinstance(of, dict):
        yield f"{margin}struct:"
        yield from _features(of, margin)
    elif isinstance(of[0], str):
        yield f"{margin}list: {_DTYPES[of[0]]}"
    else:
        yield f"{margin}list:"
        yield from _features(of[0], margin)


def _prose(facts: Facts) -> Iterator[str]:
    suffix = SUFFIXES[facts.format]
    reader = "read_parquet" if facts.format is Format.PARQUET else "read_json"
    yield _MARK
    yield ""
    yield f"# {facts.name}"
    yield ""
    yield (
        f"{facts.documents:,} documents, cleaned by scrubber {facts.tool}: chrome that repeats over the pages "
        "of a site was removed, text that was cut off was repaired from the dump. Every change is in the "
        "ledger, and can be undone."
    )
    yield ""
    yield "```python"
    yield "from datasets import load_dataset"
    yield ""
    yield 'documents = load_dataset("PATH", split="train")'
    yield 'ledger = load_dataset("PATH", "ledger", split="train")'
    yield "```"
    yield ""
    yield "```sql"
    yield "SELECT edit.rule, count(*), sum(length(edit.removed))"
    yield "FROM (SELECT unnest(edits) AS edit"
    yield f"      FROM {reader}('ledger/part-*{suffix}')) GROUP BY ALL;"
    yield "```"
    yield ""
    yield from _origins(facts)


def _origins(facts: Facts) -> Iterator[str]:
    if facts.origins:
        yield "## Made from"
        yield ""
        yield "| source | documents | sha256 |"
        yield "|---|---:|---|"
        for origin in facts.origins:
            name = origin.id.replace("|", "\\|").replace("\n", " ")
            yield f"| {name} | {origin.documents:,} | `{origin.sha256}` |"
        yield ""
    yield (
        f"Configuration `{facts.configuration}`, templates `{facts.templates}`. "
        f"`{croissant.NAME}` tells the same to machines."
    )
