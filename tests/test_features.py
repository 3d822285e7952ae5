"""Features: each is declared once, found by name, and measured as an example says that it is.

`tests/cases/features/` has a page as HTML, as text and as Markdown, and what each feature measures of
it among the pages that `around` makes of it. After a deliberate change, ``python tests/test_features.py``
writes the values anew: read what it changed.
"""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import documents
from measuring import columns_of, measure_one, table_of

from scrubber.classifying.features.comments import PLAIN
from scrubber.classifying.features.context import CONTEXT
from scrubber.classifying.features.extractor import EXTRACTED
from scrubber.classifying.features.layout import LAYOUT
from scrubber.classifying.features.lexicon import LEXICON
from scrubber.classifying.features.lines import LineMeasures
from scrubber.classifying.features.links import LINKS
from scrubber.classifying.features.markup import MARKUP
from scrubber.classifying.features.measured import measure
from scrubber.classifying.features.own import (
    _KIND_CODES,
    BEGINNINGS,
    ENDINGS,
    KINDS,
    LINES,
    OWN,
    beginning,
    ending,
)
from scrubber.classifying.features.recurrence import RECURRENCE
from scrubber.classifying.features.registry import Feature, FeatureError, FeatureGroup, FeatureSet
from scrubber.classifying.features.runs import RUNS
from scrubber.classifying.features.sets import EVERY, HTML, TEXT, features_of, model_of
from scrubber.classifying.features.shown import SHOWN
from scrubber.classifying.features.stated import STATED
from scrubber.classifying.features.stems import STEMS
from scrubber.classifying.features.table import BlockTable, Subject
from scrubber.classifying.features.targets import TARGETS
from scrubber.config import Config
from scrubber.documents import BlockKind, RawDocument
from scrubber.evidence import collect, examine
from scrubber.judged import stated_text_of
from scrubber.reading.text import read_markdown
from scrubber.templates import resolve

CASES = Path(__file__).parent / "cases" / "features"
EXAMPLES = {"page.txt": TEXT, "page.md": TEXT, "page.html": HTML}
TOGETHER = (("page.txt", "page.md"), ("page.html",))
"""Examples that are judged by the same features: what one leaves alike, another may tell apart."""
FINER = {"size": "length", "known pages": "others", "place": "from start", "place from end": "from end"}
"""Features that measure what another one does, in bins of their own."""
EXTRACT = "On Monday 4 May 2020, at 5:30, the bell of the ferry at Ardley was gone\nFerry\nWeight"
LEXICON_OF_EXAMPLE = {
    "cookies": 320,
    "search": 160,
    "read": 90,
    "reply": 80,
    "post": 40,
    "the": -30,
    "bell": -90,
    "who": -200,
    "council": -320,
    "@comments": 80,
    "@accordion": 160,
    "@sr": -80,
}
TURNS = 6
LONG = 100
SOMEBODY = ("boy", "man", "girl", "cat", "aunt", "mate")


def around(name):
    """The page among pages of its site, and of three others.

    Of its prose the others of its site hold one paragraph; each leaves out every fifth line, another
    one in turn, and says one word in its own way. Pages of other sites have its last lines.
    """
    text = (CASES / name).read_text("utf-8")
    lines = text.splitlines()
    dump = [_document(name, "ardley", "page", text)]
    for turn in range(1, TURNS):
        own = [
            line.replace("the boy", f"the {SOMEBODY[turn]}")
            for place, line in enumerate(lines)
            if (place + turn) % 5 and (len(line) < LONG or "Cookies" in line or "harbour master" in line)
        ]
        dump.append(_document(name, "ardley", f"page{turn}", "\n".join(own)))
    for turn, site in enumerate(("birch", "cedar", "dune"), 1):
        for copy in range(2):
            own = [f"{site} has news {copy}", *lines[-4 - turn :], f"{site} ends here"]
            dump.append(_document(name, site, f"{site}{copy}", "\n".join(own)))
    return dump


def _document(name, site, id, text):
    url = f"https://{site}.example/{id}"
    if name.endswith(".md"):
        return read_markdown(text.encode(), id=id, url=url)
    make = RawDocument.from_html if name.endswith(".html") else RawDocument.from_text
    return make(text, id=id, url=url)


def measured_example(name):
    """What every feature measures of the page: values by block, and the blocks' beginnings."""
    dump = around(name)
    page = examine(dump[0], Config())
    view = resolve(collect(dump)).view(page.record)
    extracted = EXTRACT if name.endswith(".html") else None
    stated = stated_text_of(dump[0])
    subject = Subject(page.prepared, page.record, extracted=extracted, stated=stated)
    table = BlockTable.of([subject], [view], LEXICON_OF_EXAMPLE)
    return {"blocks": [text[:24] for text in table.texts], **columns_of(table, EXAMPLES[name])}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_feature_measures_what_the_example_says(name):
    wanted = json.loads((CASES / f"{name}.json").read_text("utf-8"))
    found = measured_example(name)
    assert found.keys() == wanted.keys()
    for feature in found:
        assert found[feature] == wanted[feature], feature


@pytest.mark.parametrize("names", TOGETHER)
def test_two_features_that_swap_places_would_be_seen(names):
    """No two features measure the same of the examples: if one gave the other's column, the test above fails.

    Those that measure the same on purpose differ in their bins, or one of them were too many.
    """
    wanted = [json.loads((CASES / f"{name}.json").read_text("utf-8")) for name in names]
    for name, columns in zip(names, wanted, strict=True):
        del columns["blocks"]
        assert columns.keys() == set(EXAMPLES[name].names)
    for one, other in itertools.combinations(EXAMPLES[names[0]].names, 2):
        same = all(columns[one] == columns[other] for columns in wanted)
        twins = FINER.get(one) == other or FINER.get(other) == one
        assert same == twins, f"{one} and {other}: alike in the examples {same}, and meant so {twins}"
    for one, other in FINER.items():
        assert EVERY[one].edges != EVERY[other].edges


def test_all_examples_are_compared():
    assert sorted(itertools.chain(*TOGETHER)) == sorted(EXAMPLES)
    assert all(len({EXAMPLES[name] for name in names}) == 1 for names in TOGETHER)


@pytest.mark.parametrize("name", EXAMPLES)
def test_swapped_features_fail_loudly(name, monkeypatch):
    features = EXAMPLES[name]
    one, other = features["prose before 3"], features["prose behind 3"]
    swapped = [
        Feature(f.name, f.edges, f.words, column={one: other, other: one}.get(f, f).column) for f in features
    ]
    monkeypatch.setitem(EXAMPLES, name, FeatureSet(tuple(swapped)))
    with pytest.raises(AssertionError, match="prose before 3"):
        test_every_feature_measures_what_the_example_says(name)


# --- declarations


def test_features_are_declared_once():
    assert len(set(EVERY.names)) == len(EVERY)
    for feature in EVERY:
        assert list(feature.edges) == sorted(set(feature.edges))
        told = [feature.describe(bin) for bin in range(feature.bins)]
        assert len(set(told)) == feature.bins
        assert all(told)


def test_a_name_that_is_taken_is_refused():
    group = FeatureGroup("twins")
    declare = group.feature("twin", (1,), "is a twin")
    declare(lambda table: table.sizes)
    with pytest.raises(FeatureError, match="'twin' is declared twice in the group 'twins'"):
        declare(lambda table: table.sizes)
    with pytest.raises(FeatureError, match="'length' is declared twice"):
        FeatureSet.of(OWN, OWN)
    lines = LineMeasures(str)
    lines.measure("size")(len)
    with pytest.raises(ValueError, match="'size' is declared twice"):
        lines.measure("size")(len)


@pytest.mark.parametrize("edges", [(0, 1), (2, 1), (1, 1), (3, 2, 4)])
def test_edges_that_do_not_rise_are_refused(edges):
    with pytest.raises(FeatureError, match="do not rise"):
        Feature("x", edges, "is x", column=lambda table: table.sizes)


def test_a_feature_is_found_by_its_name():
    assert TEXT["commas"].words == "has {} commas"
    assert TEXT.names[TEXT.places["commas"]] == "commas"
    with pytest.raises(KeyError):
        TEXT["links short"]


def test_every_group_has_its_place():
    own = {feature.name for group in (OWN, RECURRENCE, CONTEXT) for feature in group}
    assert own <= set(TEXT.names) & set(HTML.names)
    shared = {feature.name for group in (PLAIN, LINKS, LAYOUT, LEXICON) for feature in group}
    of_text = {feature.name for group in (RUNS, STEMS) for feature in group}
    of_html = {feature.name for group in (MARKUP, EXTRACTED, STATED, TARGETS, SHOWN) for feature in group}
    assert set(TEXT.names) == own | shared | of_text
    assert set(HTML.names) == (own | shared | of_html) - {"markdown"}
    assert set(EVERY.names) == own | shared | of_text | of_html
    assert {feature.name for feature in EVERY if feature.recurs} == {
        "ratio short",
        "ratio middling",
        "ratio long",
        "support",
        "near ratio",
        "pair before",
        "pair after",
        "elsewhere",
        "placed ratio",
        "witnesses",
    }


def test_every_kind_of_block_has_a_bin():
    assert set(_KIND_CODES) == set(BlockKind)
    assert set(_KIND_CODES.values()) == set(range(len(KINDS)))


# --- what is measured


@pytest.mark.parametrize("extracted", [None, "", "A line.\nAnother."])
@pytest.mark.parametrize("count", [1, 3, 5])
@pytest.mark.parametrize("markup", [False, True])
def test_measured_columns_have_the_declared_shape(markup, count, extracted):
    dump = documents("acorn", count, markup=markup)
    page = examine(dump[0], Config())
    measured = measure_one(page.prepared, page.record, resolve(collect(dump)).view(page.record), extracted)
    assert measured.features is features_of(model_of(markup=markup))
    assert measured.has_markup == markup
    assert measured.bins.shape == (len(page.prepared.blocks), len(measured.features))
    for feature in measured.features:
        assert measured.column(feature.name).min() >= 0
        assert measured.column(feature.name).max() < feature.bins
    assert measured.others.tolist() == [count - 1]


@pytest.mark.parametrize("markup", [False, True])
@given(st.permutations(range(7)), st.integers(1, 7))
def test_law_documents_are_measured_together_as_alone(markup, order, size):
    dump = documents("acorn", 6, markup=markup)
    dump += documents("birch", 2, markup=markup)[:1]
    index = resolve(collect(dump))
    chosen = [dump[place] for place in order[:size]]
    name = model_of(markup=markup)
    together = measure(table_of(chosen, index), name)
    for number, document in enumerate(chosen):
        alone = measure(table_of([document], index), name)
        own = together.document(number)
        assert np.array_equal(own.bins, alone.bins)
        assert np.array_equal(own.near, alone.near)
        assert np.array_equal(own.lengths, alone.lengths)
        assert own.words == alone.words
        assert own.others.tolist() == alone.others.tolist()


def test_a_plain_text_with_a_list_is_no_markdown():
    document = RawDocument.from_text("Harbour\n\n- Tides\n- Weather\n\nThe bell was gone.", id="x.txt")
    (column,) = columns_of(table_of([document], resolve(collect([document]))), [TEXT["markdown"]]).values()
    assert not any(column)


def test_classes_of_beginnings_and_ends():
    ends = {
        "End.": 1,
        "“End.”": 1,
        "完。": 1,
        "τέλος;": 1,
        "label:": 2,
        "and so on...": 3,
        "more >": 4,
        "this,": 5,
        "no 7": 6,
        "word": 0,
    }
    assert {text: ending(text) for text in ends} == ends
    assert max(ends.values()) < len(ENDINGS)
    begins = {"(x": 6, "“x": 5, "• x": 4, "7 x": 3, "X": 2, "x": 1, "©": 0}
    assert {text: beginning(text) for text in begins} == begins
    assert max(begins.values()) < len(BEGINNINGS)


@given(st.text(min_size=1, max_size=60).filter(lambda text: text.strip() == text))
def test_measuring_any_text(text):
    measured = LINES.of(text)
    assert measured.keys() <= {feature.name for group in (OWN, LAYOUT) for feature in group}
    assert all(number >= 0 for number in measured.values())


if __name__ == "__main__":
    for example in EXAMPLES:
        rows = (f"{json.dumps(key)}: {json.dumps(row)}" for key, row in measured_example(example).items())
        (CASES / f"{example}.json").write_text("{\n" + ",\n".join(rows) + "\n}\n", "utf-8")
