"""The index: what it counts, forgets, hands out, writes and reads."""

import json
import pickle
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import chrome, documents, pages, placed

from scrubber import slices
from scrubber.config import Config, SiteMode, Templates
from scrubber.documents import RawDocument
from scrubber.evidence import collect, fingerprint
from scrubber.fingerprints import block_key, fold
from scrubber.index_format import SCHEMA, IndexFormatError, from_lines, to_lines
from scrubber.pipeline import scrub
from scrubber.preparing import prepare
from scrubber.slices import EXAMPLES, SMALL_SITE, least_support
from scrubber.templates import ELSEWHERE_AT_MOST, TemplateIndex, resolve


def record_of(document):
    return fingerprint(document, prepare(document, Config()), Templates())


def key(text):
    return block_key(fold(text))


def many(*, count=14, name="acorn", place="host"):
    return documents(name, count, place=place, paragraphs=5)


@pytest.mark.parametrize("count", [2, 3, SMALL_SITE, SMALL_SITE + 1, 15])
def test_support_counts_the_other_documents(count):
    dump = many(count=count)
    index = resolve(collect(dump))
    head, _ = chrome("acorn")
    for document in dump[:3]:
        view = index.view(record_of(document))
        assert view.site.documents == count - 1
        assert all(view.support[key(line)] == count - 1 for line in head)


@pytest.mark.parametrize("count", [2, 5, 11, 15])
def test_own_text_has_no_support(count):
    made = pages("acorn", count)
    dump = [placed(page, "acorn", number) for number, page in enumerate(made)]
    index = resolve(collect(dump))
    for page, document in zip(made[:3], dump, strict=False):
        view = index.view(record_of(document))
        assert not any(view.support.get(key(line), 0) for line in page.body)


def test_a_stranger_sees_nothing():
    index = resolve(collect(many()))
    view = index.view(record_of(documents("birch", 1)[0]))
    assert (view.slice, view.site.documents, dict(view.support)) == (None, 0, {})
    assert view.examples(key("Home")) == ()


def test_counters_and_months_are_one_template():
    dump = many(count=5)
    view = resolve(collect(dump)).view(record_of(dump[0]))
    assert view.support[key("Comments (3)")] == 4
    assert view.support[key("Events in October")] == 4


def test_minhash_finds_what_exact_keys_miss():
    made = pages("acorn", 5)
    line = (
        "Good {} dear reader, this page of ours works best in a newer browser than the one that you use today"
    )
    dump = [
        placed(replace(page, foot=(line.format(word), *page.foot)), "acorn", number)
        for number, (page, word) in enumerate(
            zip(made, ("morning", "evening", "night", "noon", "tidings"), strict=True)
        )
    ]
    record = record_of(dump[0])
    view = resolve(collect(dump)).view(record)
    own = key(line.format("morning"))
    assert view.support.get(own, 0) == 0
    place = record.keys.tolist().index(own)
    bands = record.bands[record.signed.tolist().index(place)].tolist()
    assert max(view.support.get(band, 0) for band in bands) >= 3


def test_examples_are_other_documents_and_at_most_three():
    for count in (3, 8, 14):
        dump = many(count=count)
        index = resolve(collect(dump))
        for document in dump:
            found = index.view(record_of(document)).examples(key("• Home"))
            assert document.id not in found
            assert len(found) == min(EXAMPLES, count - 1)
            assert list(found) == sorted(set(found))


@pytest.mark.parametrize("count", [11, 12, 13])
def test_examples_do_not_tell_whether_the_document_was_learned(count):
    """A line of the chrome that only two pages have: forgotten with one of them, kept with both."""
    made = pages("acorn", count)
    rare = "Search the acorn archive for all that is older than a year"
    for number in (0, 1):
        made[number] = replace(made[number], foot=(*made[number].foot[:4], rare, *made[number].foot[4:]))
    dump = [placed(page, "acorn", number) for number, page in enumerate(made)]
    evidence = collect(dump)
    for document in dump[:2]:
        record = record_of(document)
        learned = resolve(evidence).view(record)
        new = resolve(evidence.without([document.id])).view(record)
        assert dict(learned.support) == dict(new.support)
        assert learned.examples(key(rare)) == new.examples(key(rare))


def test_an_index_forgets_what_stands_once_on_a_large_site():
    dump = many(count=15)
    (slice,) = resolve(collect(dump)).sites.values()
    assert not slice.records
    assert min(slice.counts.values()) >= 2
    blocks = sum(len(record.keys) for record in collect(dump))
    assert len(slice.counts) < blocks


def test_a_very_large_site_forgets_what_is_rare_on_it():
    assert [least_support(n) for n in (9, 10, 999, 1000, 1001, 1500, 1501)] == [1, 2, 2, 2, 3, 3, 4]


@pytest.mark.parametrize("count", [23, 24, 25, 26])
def test_what_is_rare_is_seen_alike_whether_or_not_the_document_was_learned(monkeypatch, count):
    """With a limit of one in eight documents: whatever the size, learning a document changes nothing for it."""
    monkeypatch.setattr(slices, "FORGETTING", 8)
    made = pages("acorn", count)
    for rare in (2, 3, 4):
        line = f"Search the acorn archive for all that is older than {'very ' * rare} old"
        for number in range(rare):
            made[number] = replace(made[number], foot=(*made[number].foot, line))
    dump = [placed(page, "acorn", number) for number, page in enumerate(made)]
    evidence = collect([*dump, *documents("birch", count)])
    for document in dump[:5]:
        record = record_of(document)
        learned = resolve(evidence).view(record)
        new = resolve(evidence.without([document.id])).view(record)
        assert dict(learned.support) == dict(new.support)
        assert dict(learned.elsewhere) == dict(new.elsewhere)
        assert min(learned.support.values()) >= least_support(count - 1)


def test_a_small_site_is_kept_whole_so_that_its_next_page_can_be_cleaned():
    dump = many(count=2)
    page = scrub(dump[1], resolve(collect(dump[:1])))
    assert page.site.documents == 1
    assert "Search the acorn archive" not in page.text


NAMES = (
    "alder",
    "birch",
    "cedar",
    "dill",
    "elm",
    "fir",
    "gorse",
    "hazel",
    "iris",
    "juniper",
    "kale",
    "larch",
)


def widespread(count=3):
    """Pages of twelve sites that share a line, which stands in one page of each."""
    dump = []
    for name in NAMES:
        made = pages(name, count, paragraphs=3)
        made[0] = replace(made[0], foot=(*made[0].foot, "Powered by Example Press"))
        dump += [placed(page, name, number) for number, page in enumerate(made)]
    return dump


@pytest.mark.parametrize("count", [3, 12])
def test_one_site_s_slice_judges_its_documents_like_the_whole_index(count):
    dump = widespread(count)
    index = resolve(collect(dump))
    for document in dump[::count]:
        whole = scrub(document, index)
        slice = index.site(whole.site.id)
        assert len(slice.sites) == 1
        assert scrub(document, slice) == whole


def test_a_slice_of_a_site_known_by_shared_blocks():
    dump = documents("acorn", 4, place="flat") + documents("birch", 12, place="flat")
    index = resolve(collect(dump))
    for document in dump:
        whole = scrub(document, index)
        assert scrub(document, index.site(whole.site.id)) == whole


def test_no_slice_of_a_site_that_is_not_there():
    with pytest.raises(KeyError):
        resolve(collect(many())).site("host:nowhere.example")


def test_elsewhere_counts_other_sites_up_to_a_limit():
    dump = widespread()
    view = resolve(collect(dump)).view(record_of(dump[0]))
    assert view.elsewhere[key("Powered by Example Press")] == ELSEWHERE_AT_MOST


def test_elsewhere_does_not_count_a_site_that_is_a_copy_of_the_document():
    """A near-duplicate that lies alone is not another site."""
    page = pages("acorn", 1)[0]
    twin = replace(page, title="Another title of it")
    dump = [
        placed(page, "acorn", 0, place="flat"),
        placed(twin, "acorn", 1, place="flat"),
        *documents("birch", 2),
    ]
    evidence = collect(dump)
    record = record_of(dump[0])
    learned, new = resolve(evidence).view(record), resolve(evidence.without([dump[0].id])).view(record)
    assert dict(learned.elsewhere) == dict(new.elsewhere)


@pytest.mark.parametrize("mode", list(SiteMode))
def test_what_is_written_can_be_read(mode):
    config = Config(sites=mode)
    dump = (
        many(count=13)
        + documents("maple", 3, place="folder")
        + documents("nettle", 4, place="flat")
        + widespread()
    )
    twin = replace(pages("acorn", 14)[0], title="Copy")
    dump.append(placed(twin, "acorn", 77))
    index = resolve(collect(dump, config), config)
    lines = list(to_lines(index))
    read = from_lines(lines)
    assert list(to_lines(read)) == lines
    assert (read.mode, read.settings) == (index.mode, index.settings)
    assert dict(read.sites) == dict(index.sites)
    for document in dump[::5]:
        assert scrub(document, read, config) == scrub(document, index, config)


def test_lines_are_sorted_json_without_clock_or_line_ends():
    lines = list(to_lines(resolve(collect(many() + documents("birch", 3)))))
    rows = [json.loads(line) for line in lines]
    assert rows[0]["schema"] == SCHEMA
    assert all("\n" not in line for line in lines)
    assert all(list(row) == sorted(row) for row in rows)
    named = [row["site"] for row in rows if "site" in row]
    assert named == sorted(named)
    templates = [row["template"] for row in rows if "template" in row]
    assert templates == sorted(templates)
    assert all(row["support"] >= 2 for row in rows if "template" in row)


def test_an_empty_index_round_trips():
    index = resolve(collect([]))
    assert list(to_lines(from_lines(to_lines(index)))) == list(to_lines(index))


def test_pickling():
    index = resolve(collect(many() + documents("birch", 3)))
    index.view(record_of(many()[0]))
    assert list(to_lines(pickle.loads(pickle.dumps(index)))) == list(to_lines(index))


def test_records_survive_in_odd_documents():
    texts = ["", "\n", "x", "\ud800", "短い", "a" * 5000, "·"]
    dump = [RawDocument.from_text(text, id=str(number)) for number, text in enumerate(texts)]
    index = resolve(collect(dump))
    lines = list(to_lines(index))
    assert list(to_lines(from_lines(lines))) == lines
    for document in dump:
        assert scrub(document, from_lines(lines)) == scrub(document, index)


SITE = '{"site": "x", "found_by": "url", "lines": 1}'
HEADER = json.dumps({"schema": SCHEMA, "mode": "auto", "settings": {}, "sites": 1})


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], "not a template index"),
        (["{}"], "not a template index"),
        (["[1]"], "not a template index"),
        (["hello"], "not a template index"),
        (['{"schema": "scrubber.templates/99"}'], "of version scrubber.templates/99"),
        (['{"schema": "scrubber.manifest/1"}'], "not a template index"),
        ([HEADER], "names 1 sites and holds 0"),
        ([HEADER, "<<<<<<< ours"], "line 2 .*merge conflict"),
        ([HEADER, '{"recurs": 2}'], "line 2 .*no site"),
        ([HEADER, '{"site": "x"}'], "line 2"),
        ([HEADER, '{"site": "x", "found_by": "url", "lines": 1}'], "0 lines instead of 1"),
        ([HEADER, SITE, '{"counted": "zz"}'], "line 3"),
        ([HEADER, SITE, '{"recurs": 2, "features": "?"}'], "line 3"),
        ([HEADER, SITE, '{"recurs": 2, "features": "AAAAAAAAAAAB AAAAAAAAAAE"}'], "line 3"),
        ([HEADER, SITE, '{"recurs": 2, "features": "AAAAAAAAAAE AAAAAAAAAAE"}'], "line 3"),
        ([HEADER, SITE, '{"template": "7", "support": 2, "examples": ["nobody"]}'], "line 3"),
        ([HEADER, "[1, 2]"], "line 2"),
        ([HEADER, "7"], "line 2"),
        (['{"schema": "scrubber.templates/1"}'], "of version scrubber.templates/1, not"),
        (['{"schema": "scrubber.templates/4"}'], "template index"),
        (['{"schema": "scrubber.templates/4", "mode": "x", "settings": {}, "sites": 0}'], "incomplete"),
    ],
)
def test_a_damaged_index_is_refused_with_a_remedy(lines, why):
    with pytest.raises(IndexFormatError, match=why) as caught:
        from_lines(lines)
    assert "scrubber learn" in str(caught.value)


@settings(max_examples=60)
@given(st.data())
def test_law_a_damaged_line_is_refused_or_read_never_a_crash(data):
    lines = list(DAMAGED)
    number = data.draw(st.integers(0, len(lines) - 1))
    line = lines[number]
    at = data.draw(st.integers(0, len(line) - 1))
    lines[number] = (
        line[:at] + data.draw(st.sampled_from(("", "0", '"', "{", "é", "-", "null"))) + line[at + 1 :]
    )
    try:
        index = from_lines(lines)
    except IndexFormatError:
        return
    assert isinstance(index, TemplateIndex)


DAMAGED = tuple(
    to_lines(resolve(collect(documents("acorn", 2, paragraphs=2) + documents("birch", 11, paragraphs=2))))
)


def test_overrides_by_people_win():
    dump = many(count=5)
    index = resolve(collect(dump))
    body = next(line for line in dump[0].text.split("\n") if len(line) > 150)
    verdicts = {f"{key('Contact us'):016x}": "keep", f"{key(body):016x}": "drop"}
    page = scrub(dump[0], index.with_overrides(verdicts))
    assert "Contact us" in page.text
    assert body not in page.text
    (edit,) = (e for e in page.ledger if e.removed == body)
    assert edit.confidence == 1.0
    assert "templates.overrides.toml" in edit.reason.note


def test_an_override_reaches_near_duplicates_by_their_band():
    dump = many(count=5)
    record = record_of(dump[0])
    place = int(record.signed[-1])
    band = int(record.bands[-1][0])
    line = prepare(dump[0], Config()).blocks[place]
    page = scrub(dump[0], resolve(collect(dump)).with_overrides({f"{band:016x}": "keep"}))
    assert dump[0].text[line.start : line.end] in page.text


def test_the_order_of_documents_does_not_show():
    dump = many() + widespread()
    lines = list(to_lines(resolve(collect(dump))))
    random.Random(1).shuffle(dump)
    assert list(to_lines(resolve(collect(dump)))) == lines
