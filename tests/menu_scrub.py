"""A core so simple that tests of the engine know what it must write.

Lines that begin with MENU are chrome; CRLF becomes LF. What the real core does to a text is
tested elsewhere.
"""

import re

import pytest

from scrubber.config import Config
from scrubber.documents import BlockKind, CleanDocument, Flag, KeptBlock, RawDocument, Site, Versions
from scrubber.edits import Edit, Layer, Ledger, Reason, apply_layer

TEMPLATE = "00000000000000ab"


def scrub(
    document: RawDocument, index: object = None, config: Config | None = None, **rest: object
) -> CleanDocument:
    reason = Reason(TEMPLATE, ("other.txt",), (("support_ratio", 812), ("end_punctuation", -90)))
    menus = [
        Edit(m.start(), m.end(), m[0], "", "boilerplate", 0.87, reason)
        for m in re.finditer(r"^MENU.*\n?", document.text, re.MULTILINE)
    ]
    removal = Layer("boilerplate", tuple(menus))
    text = apply_layer(document.text, removal)
    ends = [Edit(m.start(), m.end(), m[0], "\n", "line_ends") for m in re.finditer("\r\n", text)]
    normalisation = Layer("whitespace", tuple(ends))
    clean = apply_layer(text, normalisation)
    raw_size = len(document.text)
    return CleanDocument(
        raw=document,
        ledger=Ledger((removal, normalisation)),
        site=Site("host:example.org", "url", 3),
        blocks=(KeptBlock(BlockKind.LINE, 0, len(clean), 0, raw_size),) if clean else (),
        flags=(Flag("truncation", 0, raw_size, "ends in the middle of a word"),)
        if clean.endswith("wor")
        else (),
        metadata=document.metadata,
        versions=Versions("0", (config or Config()).digest, "0" * 16),
    )


@pytest.fixture
def menu_scrub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrubber.running.passes.scrub", scrub)
    monkeypatch.setattr("scrubber.running.cleaning.scrub", scrub)
