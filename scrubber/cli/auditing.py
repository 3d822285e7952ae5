"""``scrubber audit``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from scrubber.cli import options
from scrubber.cli.console import counted, note, quoted, result, result_json
from scrubber.running import reviewing
from scrubber.running.doubting import DocumentDoubt, Removal
from scrubber.running.reviewing import Audit, LostSentence, SiteAudit

_DOCUMENTS = 10
"""Documents that are shown unless all are asked for."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """How much is printed."""

    nearest: int
    everything: bool


@click.command()
@click.argument("out", type=options.OUT)
@click.option("--all", "everything", is_flag=True, help="All doubtful documents, and each site's removals.")
@click.option("--site", metavar="SITE", help="Everything of this site alone; the id stands in the manifest.")
@click.option(
    "--nearest",
    type=click.IntRange(min=0),
    default=reviewing.NEAREST,
    show_default=True,
    help="Removals to show of each document, and with --all the least sure of each site.",
)
@options.speaking
def audit(out: Path, *, everything: bool, site: str | None, nearest: int, quiet: bool, as_json: bool) -> None:
    """Show where content may have been lost, the most doubtful documents first.

    A document is doubtful where the confidences of its removals expect a loss, where a verdict was
    put aside, where far less was kept than of its site's other documents, or where prose went
    that stands nowhere else. With --all or --site also: the least sure removals of each site, the
    removals of what no other document holds, and every removed sentence of 60 characters or more.
    What was kept wrongly is not shown: the ledger holds changes alone. A document for which no
    site was found was judged alone: nothing is said there of other documents.

    A wrong removal is undone by a line in templates.overrides.toml and another run.
    """
    found = reviewing.audit(out, nearest, site)
    if as_json:
        result_json(_as_json(found))
        return
    shown = _Shown(nearest, everything or site is not None)
    for line in _lines(found, shown):
        result(line)
    if not quiet:
        _tell_what_is_not_known(found)


def _lines(found: Audit, shown: _Shown) -> Iterator[str]:
    doubtful = sum(len(site.doubts) for site in found.sites)
    yield f"{_documents(found)}: {doubtful:,} doubtful{', the most doubtful first' if doubtful > 1 else ''}"
    for emptied in found.emptied:
        yield f"warning: {emptied.message}"
    worst = sorted((d for site in found.sites for d in site.doubts), key=lambda d: (-d.doubt, d.document))
    taken = {d.document for d in (worst if shown.everything else worst[:_DOCUMENTS])}
    for site in found.sites:
        listed = [doubt for doubt in site.doubts if doubt.document in taken]
        if listed or (shown.everything and (site.nearest or site.sentences)):
            yield from _site_lines(site, listed, shown)
    if len(taken) < doubtful:
        yield f"{counted(doubtful - len(taken), 'more doubtful document')}: --all"


def _documents(found: Audit) -> str:
    """How many documents there are: what was judged alone is of no site."""
    alone = sum(site.documents for site in found.sites if site.judged_alone)
    sites = [site for site in found.sites if not site.judged_alone]
    documents = sum(site.documents for site in sites)
    of_sites = f"{counted(documents, 'document')} of {counted(len(sites), 'site')}"
    told = [of_sites] if sites or not alone else []
    return ", ".join([*told, f"{counted(alone, 'document')} judged alone"] if alone else told)


def _site_lines(site: SiteAudit, doubts: Sequence[DocumentDoubt], shown: _Shown) -> Iterator[str]:
    yield ""
    kept = site.clean / max(site.raw, 1)
    name = f"judged alone (--site {site.site})" if site.judged_alone else f"site {site.site}"
    yield f"{name}: {counted(site.documents, 'document')}, {kept:.0%} of the text kept"
    for doubt in doubts:
        yield f"  {doubt.document}: {doubt.clean:,} of {doubt.raw:,} characters kept, doubt {doubt.doubt:.2f}"
        yield from (f"    {reason}" for reason in doubt.reasons)
        yield from _removal_lines(doubt.removals[: shown.nearest], named=False)
        rest = len(doubt.removals) - shown.nearest
        if rest > 0:
            yield f"      {rest:,} more: --nearest {len(doubt.removals)}, or `scrubber explain`"
    if not shown.everything:
        return
    if site.nearest:
        yield "  least sure removals:"
        yield from _removal_lines(site.nearest, named=True)
    if site.alone:
        yield f"  {counted(len(site.alone), 'removal')} of what no other document holds:"
        yield from _removal_lines(site.alone, named=True)
    if site.sentences:
        yield "  removed sentences:"
        for sentence in site.sentences:
            yield f"    {sentence.confidence:.2f} {_holders(sentence)}"
            yield f"         {sentence.text}"


def _removal_lines(removals: Sequence[Removal], *, named: bool) -> Iterator[str]:
    """The text comes first where the document is known already."""
    for removal in removals:
        template = f"template {removal.template}" if removal.template else "no template"
        text = (
            quoted(removal.text.strip()) if removal.text is not None else f"{removal.characters} characters"
        )
        if named:
            yield f"    {removal.confidence:.2f} {removal.document} ({template})"
            yield f"         {text}"
        elif removal.note:
            yield f"      {text}: {removal.note} ({template})"
        else:
            yield f"      {removal.confidence:.2f} {text} ({template})"


def _holders(sentence: LostSentence) -> str:
    rest = len(sentence.documents) - 3
    return ", ".join(sentence.documents[:3]) + (f" and {rest:,} more" if rest > 0 else "")


def _tell_what_is_not_known(found: Audit) -> None:
    if found.unrecorded:
        note(
            f"{counted(found.unrecorded, 'document')} written with --ledger none: what was removed from them is "
            "not known, only how much; run `scrubber clean --ledger full` to see it"
        )
    if found.untold:
        note(
            f"{counted(found.untold, 'document')} written with --ledger spans: removed text cannot be shown "
            "without `--ledger full`"
        )
    if any(site.nearest for site in found.sites):
        note('to keep a template, write its id into templates.overrides.toml: "id" = "keep"')


def _as_json(found: Audit) -> dict[str, Any]:
    return {
        "sites": [_site_as_json(site) for site in found.sites],
        "judged_alone": sum(site.documents for site in found.sites if site.judged_alone),
        "emptied": [
            {"site": site.site, "documents": site.documents, "raw": site.raw, "clean": site.clean}
            for site in found.emptied
        ],
        "unrecorded": found.unrecorded,
        "untold": found.untold,
    }


def _site_as_json(site: SiteAudit) -> dict[str, Any]:
    return {
        "site": site.site,
        "documents": site.documents,
        "raw": site.raw,
        "clean": site.clean,
        "doubts": [
            {
                "document": doubt.document,
                "raw": doubt.raw,
                "clean": doubt.clean,
                "doubt": doubt.doubt,
                "reasons": list(doubt.reasons),
                "removals": [_removal_as_json(removal) for removal in doubt.removals],
            }
            for doubt in site.doubts
        ],
        "nearest": [_removal_as_json(removal) for removal in site.nearest],
        "sentences": [
            {"text": s.text, "confidence": round(s.confidence, 2), "documents": list(s.documents)}
            for s in site.sentences
        ],
        "alone": [_removal_as_json(removal) for removal in site.alone],
    }


def _removal_as_json(removal: Removal) -> dict[str, Any]:
    return {
        "document": removal.document,
        "rule": removal.rule,
        "confidence": round(removal.confidence, 2),
        "start": removal.start,
        "characters": removal.characters,
        "text": removal.text,
        "template": removal.template,
        "note": removal.note,
    }
