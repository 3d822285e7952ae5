"""How blocks of HTML are hidden, and what their page declares them to be."""

import pytest
from lxml import html

from scrubber.classifying.features.shown import WAYS, _shown
from scrubber.classifying.features.table import BlockTable, Subject
from scrubber.config import Config
from scrubber.documents import RawDocument
from scrubber.evidence import examine
from scrubber.segmenting import linearise
from scrubber.segmenting.attributes import DECLARED

SEEN, READERS, HIDDEN, OPENS, SHUT = WAYS


@pytest.mark.parametrize(
    ("markup", "ways"),
    [
        ("<p>a", [SEEN]),
        ("<p class='hidden-gem hider'>a", [SEEN]),
        ("<p class='hidden md:block'>a", [SEEN]),
        ("<p class='d-none d-lg-flex'>a", [SEEN]),
        ("<p class=sr-only>a", [READERS]),
        ("<div class='u-visually-hidden'><p>a", [READERS]),
        ("<p class='screen-reader-text' aria-hidden=false>a", [READERS]),
        ("<p><span class=sr-only>a</span> b", [SEEN]),
        ("<p hidden>a", [HIDDEN]),
        ("<p aria-hidden=true>a", [HIDDEN]),
        ("<div style='display: none'><p>a", [HIDDEN]),
        ("<p class='is-hidden'>a", [HIDDEN]),
        ("<dialog><p>a", [HIDDEN]),
        ("<dialog open><p>a", [SEEN]),
        ("<div class=accordion-item><p>a</p><p hidden>b", [OPENS, SHUT]),
        ("<details><summary>a</summary><p>b</details>", [OPENS, OPENS]),
        ("<p hidden=until-found>a", [SHUT]),
        ("<div role=tabpanel><p>a", [OPENS]),
        ("<button aria-expanded=false>a</button><div hidden><p>b", [SEEN, SHUT]),
        ("<h2><button aria-controls=x>a</button></h2><div id=x style='display:none'><p>b", [SEEN, SHUT]),
        ("<p>a</p><div hidden><p>b", [SEEN, HIDDEN]),
        ("<div class='read-more-panel hide'><p>a", [SHUT]),
    ],
)
def test_ways_of_being_hidden(markup, ways):
    seen = examine(RawDocument.from_html(f"<html><body>{markup}", id="x"), Config())
    table = BlockTable.of([Subject(seen.prepared, seen.record)])
    assert [WAYS[way] for way in _shown(table).tolist()] == ways


@pytest.mark.parametrize(
    ("markup", "declared"),
    [
        ("<p>a", "nothing"),
        ("<p role=presentation>a", "nothing"),
        ("<div itemprop='articleBody'><p>a", "the text itself"),
        ("<div role=main><p>a", "the main part"),
        ("<div role=main><ul role=Navigation><li>a", "navigation"),
        ("<div role=banner><div role=none><p>a", "navigation"),
        ("<div itemprop=articleBody><div role=complementary><p>a", "an aside"),
        ("<div role='alertdialog'><p>a", "a dialog"),
    ],
)
def test_the_innermost_declaration_counts(markup, declared):
    (block,) = linearise(html.document_fromstring(f"<html><body>{markup}"))[1]
    assert DECLARED[block.markup.declared] == declared
