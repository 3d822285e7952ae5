"""Which documents may say how a cut-off passage goes on: found by traces, whatever the order."""

import html
import json
import random
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import paragraph, sentence

from scrubber.config import Chrome, Config
from scrubber.cuts.suspects import suspects
from scrubber.cuts.traces import tail_traces, traces
from scrubber.documents import RawDocument
from scrubber.evidence import FRAGMENT_TRACES, DocumentEvidence, Evidence, collect, examine
from scrubber.fingerprints import block_key
from scrubber.fragments import _COMMON, LENDERS, Lender, find_lenders
from scrubber.index_binary import Writer, from_buffer
from scrubber.index_format import IndexFormatError, from_lines, to_lines
from scrubber.pipeline import library_of, scrub
from scrubber.segmenting import segment_text
from scrubber.templates import TemplateIndex, resolve

ALONE = Config(chrome=Chrome(threshold=1.0))
SENTENCE = (
    "The stubborn committee repaired the wooden bridge near the valley, and then told the whole council that "
    "nobody in the village had ever been asked about it."
)
CUT = SENTENCE[: SENTENCE.index("council") + 4]
TEASER = f"{CUT}…"


def text_of(*parts):
    return "\n\n".join(parts) + "\n"


def body(seed, count=2):
    return [paragraph(random.Random(f"body {seed}")) for _ in range(count)]


def page(id, *parts, seed=None):
    return RawDocument.from_text(text_of(*body(seed or id), *parts, *body(f"{seed or id} end")), id=id)


def key_of(text=TEASER):
    (found,) = suspects(text, segment_text(text))
    return found.passage.key


def ids(found, key=None):
    return [lender.document for lender in found.get(key or key_of(), ())]


def record(id, text, *passages):
    """The record of a document that is known by its traces alone."""
    rows = sorted((block_key(p), tail_traces(p, FRAGMENT_TRACES).tolist()) for p in passages)
    none = np.zeros(0, dtype=np.uint64)
    return DocumentEvidence(
        id=id,
        digest=f"{block_key(id):064x}",
        host=None,
        folder="",
        keys=none,
        lengths=np.zeros(0, dtype=np.int32),
        signed=np.zeros(0, dtype=np.int32),
        bands=none.reshape(0, 0),
        paths=none,
        traces=traces(text),
        fragments=np.array([key for key, _ in rows], dtype=np.uint64),
        fragment_traces=np.array([row for _, row in rows], dtype=np.uint32).reshape(-1, FRAGMENT_TRACES),
    )


# what collect notes


def test_a_passage_that_breaks_off_is_noted_by_its_key_and_its_end():
    found = examine(page("a", TEASER), ALONE).record
    assert found.fragments.tolist() == [key_of()]
    assert np.array_equal(found.fragment_traces, [tail_traces(CUT, FRAGMENT_TRACES)])


def test_whole_text_is_no_fragment_and_short_blocks_lend_nothing():
    found = examine(page("a", SENTENCE, "A short line."), ALONE).record
    assert len(found.fragments) == 0
    assert found.fragment_traces.shape == (0, FRAGMENT_TRACES)
    assert (
        len(examine(RawDocument.from_text("A short line.\n\nAnd another one.", id="b"), ALONE).record.traces)
        == 0
    )


def test_the_same_words_are_the_same_passage_whatever_stands_behind_them():
    other = [f"{CUT}...", f"{CUT} […]", f"{CUT.upper()}… read more »", f"{CUT.replace(' ', '  ')} ..."]
    assert {key_of(text) for text in other} == {key_of()}
    assert key_of(f"{CUT}nc…") != key_of()


def test_the_evidence_of_a_document_holds_each_passage_once_sorted():
    text = [f"{sentence(random.Random(n))[: 60 + n]}…" for n in range(8)]
    found = examine(page("a", *text, *text), ALONE).record
    assert found.fragments.tolist() == sorted(set(found.fragments.tolist()))
    assert 6 <= len(found.fragments) <= 8
    assert found.fragment_traces.shape == (len(found.fragments), FRAGMENT_TRACES)


def test_judging_chrome_needs_none_of_it():
    found = examine(page("a", TEASER), ALONE).record
    bare = found.without_traces
    assert (len(bare.traces), len(bare.fragments), bare.fragment_traces.shape) == (0, 0, (0, FRAGMENT_TRACES))
    assert bare.features.tolist() == found.features.tolist()
    assert bare.family == found.family
    assert bare != found


LINES = st.one_of(
    st.sampled_from(
        [
            TEASER,
            CUT,
            SENTENCE,
            f"{CUT}... read more »",
            "Home",
            "• News",
            "港口今天早上重新开放，居民们感到非常高…",
            "  if x: …",
        ]
    ),
    st.integers(20, len(SENTENCE)).map(lambda n: SENTENCE[:n]),
    st.text(max_size=40),
)


@settings(max_examples=150)
@given(st.lists(LINES, max_size=10), st.sampled_from(["\n", "\n\n", "\r\n"]), st.booleans())
def test_law_what_is_suspected_in_its_place_is_noted(lines, end, markup):
    if markup:
        parts = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
        document = RawDocument.from_html(f"<html><body><h1>x</h1>{parts}</body></html>", id="a")
    else:
        document = RawDocument.from_text(end.join(lines), id="a")
    examined = examine(document, ALONE)
    prepared, known = examined.prepared, set(examined.record.fragments.tolist())
    for suspect in suspects(prepared.text, prepared.blocks):
        passage = suspect.passage
        assert passage.key in known or not len(tail_traces(passage.lead, FRAGMENT_TRACES))
        block = prepared.blocks[passage.block]
        assert block.start < suspect.start <= suspect.end <= block.end
        assert passage.lead == prepared.text[block.start : suspect.start]


# what resolve finds


def test_the_document_that_holds_the_whole_sentence_is_found():
    dump = [page("seeks", TEASER), page("holds", SENTENCE), *[page(f"other{n}") for n in range(20)]]
    evidence = collect(dump, ALONE)
    found = find_lenders(evidence)
    assert list(found) == [key_of()]
    assert found[key_of()][0] == Lender("holds", evidence.documents["holds"].digest)
    assert ids(found) == ["holds", "seeks"]


def test_it_may_stand_amid_a_long_paragraph_in_other_case_and_spacing():
    filler = paragraph(random.Random(3), 6)
    held = f"{filler} {SENTENCE.upper().replace(' ', '   ')} {filler}"
    assert ids(find_lenders(collect([page("seeks", TEASER), page("holds", held)], ALONE)))[0] == "holds"


def test_a_shortened_sentence_is_found_as_well():
    shortened = f"{CUT.replace('and then told', 'and told').replace('stubborn ', '')}…"
    evidence = collect([page("seeks", shortened), page("holds", SENTENCE), page("else")], ALONE)
    assert ids(find_lenders(evidence), key_of(shortened))[0] == "holds"


def test_who_breaks_off_there_too_comes_last():
    cut_too = [page(f"a{n}", TEASER) for n in range(3)]
    evidence = collect([*cut_too, page("z", SENTENCE), page("seeks", TEASER)], ALONE)
    assert ids(find_lenders(evidence)) == ["z", "a0", "a1", "a2", "seeks"]


def test_who_holds_more_of_it_comes_first():
    half = SENTENCE[SENTENCE.index("bridge") :]
    evidence = collect([page("a", half), page("b", SENTENCE), page("seeks", TEASER)], ALONE)
    found = ids(find_lenders(evidence))
    assert found.index("b") < found.index("a") < found.index("seeks")


def test_all_who_hold_it_are_named_or_nobody():
    seeks = page("seeks", TEASER)
    holders = [page(f"h{n:02}", SENTENCE) for n in range(LENDERS + 1)]
    found = find_lenders(collect([seeks, *holders[:-1]], ALONE))
    assert ids(found) == [*(f"h{n:02}" for n in range(LENDERS)), "seeks"]
    # Nobody knows whether the one that is not asked would disagree.
    assert find_lenders(collect([seeks, *holders], ALONE)) == {}
    known = collect(holders, ALONE)
    assert find_lenders(known, collect([seeks], ALONE)) == {}
    assert ids(find_lenders(known.without(["h00"]), collect([seeks], ALONE))) == [*ids(found)[1:-1], "h12"]


def test_those_who_break_off_there_too_are_not_counted():
    seeks = [page(f"c{n:02}", TEASER) for n in range(2 * LENDERS)]
    holders = [page(f"h{n:02}", SENTENCE) for n in range(LENDERS + 1)]
    found = find_lenders(collect([*seeks, *holders[:-1]], ALONE))
    assert ids(found) == [*(f"h{n:02}" for n in range(LENDERS)), "c00"]
    assert find_lenders(collect([*seeks, *holders], ALONE)) == {}


def test_a_passage_that_nobody_else_holds_has_no_entry():
    dump = [
        page("seeks", TEASER),
        page("both", f"{CUT[40:]} else.", seed="x"),
        *[page(f"o{n}") for n in range(9)],
    ]
    evidence = collect(dump[:1] + dump[2:], ALONE)
    assert len(evidence.documents["seeks"].fragments) == 1
    assert find_lenders(evidence) == {}
    assert find_lenders(collect([page("seeks", TEASER, SENTENCE)], ALONE)) == {}
    assert find_lenders(Evidence({})) == {}


def test_only_those_who_seek_are_answered():
    other = f"{SENTENCE[:100].replace('bridge', 'engine')}…"
    whole = SENTENCE.replace("bridge", "engine")
    evidence = collect([page("s1", TEASER), page("s2", other), page("holds", SENTENCE, whole)], ALONE)
    assert set(find_lenders(evidence)) == {key_of(), key_of(other)}
    assert set(find_lenders(evidence, [evidence.documents["s2"]])) == {key_of(other)}
    assert find_lenders(evidence, []) == {}
    assert find_lenders(evidence, [evidence.documents["holds"]]) == {}


def test_a_seeker_need_not_be_known():
    known = collect([page("holds", SENTENCE), page("else")], ALONE)
    assert ids(find_lenders(known, collect([page("seeks", TEASER)], ALONE))) == ["holds"]
    assert find_lenders(known.without(["holds"]), collect([page("seeks", TEASER)], ALONE)) == {}


def test_who_breaks_off_there_may_hold_the_sentence_as_well():
    both, seeks = page("both", TEASER, SENTENCE), page("seeks", TEASER)
    evidence = collect([both, seeks], ALONE)
    assert ids(find_lenders(evidence)) == ["both", "seeks"]
    known = evidence.without(["seeks"])
    assert ids(find_lenders(known, collect([seeks], ALONE))) == ["both"]


# common traces


def test_what_everybody_has_tells_nothing_beside_what_few_have():
    refrain = "and the neighbours of the old harbour spoke about it for weeks and weeks on end,"
    passage = f"The stubborn committee repaired the wooden bridge, {refrain[:60]}"
    crowd = [record(f"c{n:03}", refrain) for n in range(400)]
    holds = record("zz", f"{passage} of the harbour.")
    seeks = record("seeks", "", passage)
    found = find_lenders(Evidence.of([*crowd, holds, seeks]))
    assert ids(found, block_key(passage)) == ["zz"]


def test_not_even_where_it_has_nothing_else():
    refrain = "and the neighbours of the old harbour spoke about it for weeks and weeks on end, all of them"
    crowd = [record(f"c{n:03}", refrain) for n in range(400)]
    seeks = record("seeks", "", refrain[:70])
    assert find_lenders(Evidence.of([*crowd, seeks])) == {}
    assert find_lenders(Evidence.of(crowd), [seeks]) == {}
    few = Evidence.of([*crowd[:LENDERS], seeks])
    assert ids(find_lenders(few), block_key(refrain[:70])) == [f"c{n:03}" for n in range(LENDERS)]


def test_nor_does_one_who_has_all_that_everybody_has_a_little_of():
    rows = tail_traces(SENTENCE, FRAGMENT_TRACES)
    one = replace(record("one", ""), traces=np.sort(rows))
    crowd = [
        replace(record(f"c{n}{m:03}", ""), traces=rows[n : n + 1])
        for n in range(FRAGMENT_TRACES)
        for m in range(_COMMON)
    ]
    seeks = record("seeks", "", SENTENCE)
    assert find_lenders(Evidence.of([one, *crowd]), [seeks]) == {}
    # Of what is only just no longer common it is told.
    rare = [c for c in crowd if not c.id.endswith("000")]
    assert ids(find_lenders(Evidence.of([one, *rare]), [seeks]), block_key(SENTENCE)) == ["one"]


def test_a_trace_of_too_many_does_not_hide_who_holds_the_others():
    rows = tail_traces(SENTENCE, FRAGMENT_TRACES)
    assert len(set(rows.tolist())) == FRAGMENT_TRACES
    crowd = [replace(record(f"c{n:03}", ""), traces=np.sort(rows[:1])) for n in range(_COMMON + 1)]
    few = [replace(record(f"f{n}", ""), traces=np.sort(rows[1:])) for n in range(3)]
    found = find_lenders(Evidence.of([*crowd, *few]), [record("seeks", "", SENTENCE)])
    assert ids(found, block_key(SENTENCE)) == ["f0", "f1", "f2"]


@pytest.mark.xfail(
    raises=AssertionError,
    strict=True,
    reason="whether a trace is common is counted with the document that seeks",
)
def test_the_document_that_seeks_makes_nothing_common():
    seeks = record("seeks", SENTENCE, SENTENCE)
    (last,) = seeks.fragment_traces
    assert len(set(last.tolist())) == FRAGMENT_TRACES
    crowd = [replace(record(f"c{n:03}", ""), traces=np.sort(last[:4])) for n in range(256)]
    few = replace(record("few", ""), traces=np.sort(last[4:6]))
    known = Evidence.of([*crowd, few])
    outside = ids(find_lenders(known, [seeks]), block_key(SENTENCE))
    inside = ids(find_lenders(known.merge(Evidence.of([seeks]))), block_key(SENTENCE))
    assert [one for one in inside if one != "seeks"] == outside[:LENDERS]


# whatever the order


@lru_cache(maxsize=1)
def records():
    rng = random.Random("a dump")
    sentences = [sentence(rng) for _ in range(40)]
    made = []
    for n in range(30):
        parts = rng.sample(sentences, 3)
        for whole in rng.sample(sentences, 3):
            parts.insert(rng.randrange(len(parts) + 1), whole[: rng.randrange(45, len(whole) - 10)] + "…")
        made.append(examine(RawDocument.from_text(text_of(*parts), id=f"{n:02}"), ALONE).record)
    return tuple(made)


@settings(max_examples=30)
@given(st.permutations(range(30)), st.lists(st.integers(0, 30), max_size=4))
def test_law_the_order_and_the_parts_of_the_evidence_do_not_matter(order, cuts):
    expected = find_lenders(Evidence.of(records()))
    assert len(expected) > 30
    shuffled = [records()[n] for n in order]
    assert find_lenders(Evidence.of(shuffled)) == expected
    bounds = [0, *sorted(cuts), len(shuffled)]
    merged = Evidence({})
    for start, end in pairwise(bounds):
        merged = Evidence.of(shuffled[start:end]).merge(merged)
    assert find_lenders(merged) == expected
    assert list(find_lenders(merged)) == sorted(expected)
    assert find_lenders(merged, shuffled[::-1]) == expected


@settings(max_examples=30)
@given(st.sets(st.integers(0, 29), max_size=25), st.integers(0, 29))
def test_law_a_document_finds_the_others_whether_or_not_it_is_known(gone, own):
    evidence = Evidence.of(one for n, one in enumerate(records()) if n not in gone or n == own)
    seeker = records()[own]
    inside = find_lenders(evidence)
    outside = find_lenders(evidence.without([seeker.id]), [seeker])
    for key in seeker.fragments.tolist():
        named = [one for one in inside.get(key, ()) if one.document != seeker.id]
        assert list(outside.get(key, ()))[:LENDERS] == named[:LENDERS]


def test_thousands_of_documents_in_reasonable_time():
    rng = random.Random("many")
    wholes = [sentence(rng) for _ in range(8000)]
    made = []
    for n in range(4000):
        cuts = [wholes[rng.randrange(8000)][:60] for _ in range(2)]
        made.append(record(f"{n:04}", text_of(wholes[2 * n], wholes[2 * n + 1]), *cuts))
    evidence = Evidence.of(made)
    found = find_lenders(evidence)
    assert len(found) > 4000
    holder = {}
    for n, whole in enumerate(wholes):
        holder.setdefault(block_key(whole[:60]), set()).add(f"{n // 2:04}")
    assert sum(found[key][0].document in holder[key] for key in found) > 0.99 * len(found)


def test_a_document_of_many_fragments_costs_no_more_than_they():
    rng = random.Random("many fragments")
    wholes = [sentence(rng) for _ in range(3000)]
    seeks = record("seeks", "", *(whole[:70] for whole in wholes))
    holds = record("holds", text_of(*wholes))
    found = find_lenders(Evidence.of([seeks, holds]))
    assert {len(lenders) for lenders in found.values()} == {1}
    assert len(found) == len(seeks.fragments)


# the index


@pytest.fixture(scope="module")
def dump():
    return [page("seeks", TEASER), page("holds", SENTENCE), page("else")]


def test_resolve_notes_the_lenders(dump):
    evidence = collect(dump, ALONE)
    assert resolve(evidence, ALONE).lenders == find_lenders(evidence) != {}


def test_with_lenders_serves_a_document_that_was_not_learned(dump):
    known = collect(dump[1:], ALONE)
    index = resolve(known, ALONE)
    assert index.lenders == {}
    served = index.with_lenders(collect(dump[:1], ALONE), known)
    assert ids(served.lenders) == ["holds"]
    assert (served.sites, served.hubs, served.settings) == (index.sites, index.hubs, index.settings)
    assert index.lenders == {}
    page = scrub(dump[0], served, ALONE, library=library_of({"holds": dump[1]}, served, ALONE))
    assert SENTENCE in page.text


def test_with_lenders_keeps_what_was_known_and_replaces_what_is_known_better(dump):
    old = TemplateIndex({}, lenders={1: (Lender("x", "0"),), key_of(): (Lender("gone", "0"),)})
    served = old.with_lenders(collect(dump[:1], ALONE), collect(dump[1:], ALONE))
    assert served.lenders[1] == (Lender("x", "0"),)
    assert ids(served.lenders) == ["holds"]


def test_the_lines_of_an_index_name_no_lenders(dump):
    """Their text must be at hand, and where it is they are found anew."""
    evidence = collect([*dump, page("o", f"{SENTENCE} And more.")], ALONE)
    index = resolve(evidence, ALONE)
    assert index.lenders
    again = from_lines(list(to_lines(index)))
    assert not again.lenders
    assert dict(again.with_lenders(evidence, evidence).lenders) == dict(index.lenders)


def in_binary(index):
    out = BytesIO()
    Writer(out.write).finish(index)
    return out.getvalue()


HEX = st.text("0123456789abcdef", min_size=64, max_size=64)
LENDER = st.dictionaries(st.text(min_size=1, max_size=8), HEX, min_size=1, max_size=5)


@given(LENDER, st.data())
def test_any_lenders_travel(digests, data):
    known = [Lender(*pair) for pair in digests.items()]
    some = st.lists(st.sampled_from(known), min_size=1, max_size=LENDERS + 1, unique=True).map(tuple)
    lenders = data.draw(st.dictionaries(st.integers(0, 2**64 - 1), some, max_size=5))
    data_ = in_binary(TemplateIndex({}, lenders=lenders))
    assert dict(from_buffer(data_).lenders) == lenders
    assert data_ == in_binary(TemplateIndex({}, lenders=dict(reversed(lenders.items()))))


@pytest.mark.parametrize(
    "damage",
    [
        {"passage": "00", "lenders": ["nobody"]},
        {"passage": "xyz", "lenders": []},
        {"passage": "00"},
        {"lender": "x"},
        {"passage": "00", "lenders": 3},
    ],
)
def test_a_damaged_line_is_refused_with_its_number(dump, damage):
    lines = list(to_lines(resolve(collect(dump, ALONE), ALONE)))
    with pytest.raises(IndexFormatError, match=f"line {len(lines) + 1} "):
        from_lines([*lines, json.dumps(damage)])


def test_evidence_knows_records_that_differ_in_traces_alone():
    one, other = record("a", SENTENCE, CUT), record("a", SENTENCE[:80], CUT)
    assert one != other
    assert one == record("a", SENTENCE, CUT)
    assert record("a", SENTENCE) != one
