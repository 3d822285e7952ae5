"""Which documents count as one: versions, parts, what has one address; and what support is left between them."""

import random
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import pages, paragraph, placed, title

from scrubber import witnesses
from scrubber.config import Config
from scrubber.documents import RawDocument
from scrubber.evidence import collect, examine
from scrubber.fingerprints import block_key, fold
from scrubber.index_binary import Writer, from_buffer
from scrubber.index_format import from_lines, to_lines
from scrubber.slices import SMALL_SITE
from scrubber.templates import resolve
from scrubber.witnesses import find_witnesses, parted


def key(text):
    return block_key(fold(text))


def record_of(document):
    return examine(document, Config()).record


def groups_of(dump):
    """Ids of the documents that are one witness, of a dump that is one site."""
    evidence = collect(dump)
    known, _ = find_witnesses(evidence)
    found = {}
    for record in evidence:
        found.setdefault(int(known.groups[known.place_of(record.digest)]), []).append(record.id)
    return sorted(sorted(ids) for ids in found.values())


def several(dump):
    return [ids for ids in groups_of(dump) if len(ids) > 1]


def edited(body, chance, share):
    """A later version of a text: some paragraphs are written anew, here and there."""
    return tuple(paragraph(chance, 2) if chance.random() < share else text for text in body)


def guide(name, count, *, blocks=24, share=0.12, seed=0):
    """`count` versions of one guide, each edited from the one before it."""
    chance = random.Random(f"guide {name} {seed}")
    (page,) = pages(name, 1)
    body = tuple(paragraph(chance, 2) for _ in range(blocks))
    headline, made = title(chance), []
    for _ in range(count):
        made.append(replace(page, title=headline, body=body))
        body = edited(body, chance, share)
    return made


def laid(made, name, place="flat", first=0):
    return [placed(page, name, first + number, place=place) for number, page in enumerate(made)]


def view_without_itself(dump, document):
    """How a document sees an index that learned it, and one that did not; the two are alike."""
    evidence, record = collect(dump), record_of(document)
    learned = resolve(evidence).view(record)
    new = resolve(evidence.without([document.id])).view(record)
    assert learned.site.documents == new.site.documents
    assert dict(learned.support) == dict(new.support)
    assert dict(learned.elsewhere) == dict(new.elsewhere)
    return learned


@pytest.mark.parametrize("place", ["flat", "folder", "host"])
@pytest.mark.parametrize("others", [6, 14])
def test_what_versions_share_has_no_support_and_the_menu_keeps_its_own(place, others):
    made = guide("acorn", 7)
    dump = laid(made, "acorn", place) + laid(pages("acorn", others), "acorn", place, 50)
    index = resolve(collect(dump))
    for page, document in zip(made, dump, strict=False):
        view = index.view(record_of(document))
        assert view.site.documents == others
        assert not any(view.support.get(key(text), 0) for text in (page.title, *page.body))
        assert all(view.support[key(line)] == others for line in page.head)
    stranger = index.view(record_of(dump[-1]))
    assert stranger.site.documents == others
    assert stranger.support[key(made[0].head[0])] == others


def test_versions_alone_in_a_folder_say_nothing_to_one_another():
    dump = laid(guide("acorn", 7), "acorn", "folder")
    index = resolve(collect(dump))
    for document in dump:
        view = index.view(record_of(document))
        assert view.site.documents == 0
        assert not len(view.support)


def test_versions_are_one_witness_to_a_third_document_that_quotes_them():
    made = guide("acorn", 7, share=0.05)
    others = pages("acorn", 12)
    kept = next(text for text in made[0].body if all(text in page.body for page in made))
    others[0] = replace(others[0], body=(*others[0].body, kept))
    others[1] = replace(others[1], body=(kept, *others[1].body))
    dump = laid(made, "acorn", "host") + laid(others, "acorn", "host", 50)
    view = resolve(collect(dump)).view(record_of(dump[7]))
    assert view.support[key(kept)] == 2  # the versions, and the other page that quotes them


def test_an_old_version_inside_a_longer_new_one_is_no_witness_of_its_own():
    (old,) = guide("acorn", 1, blocks=8)
    chance = random.Random("longer")
    grown = [(text, *(paragraph(chance, 2) for _ in range(7))) for text in old.body]
    new = replace(old, body=tuple(text for part in grown for text in part))
    dump = laid([old, new], "acorn") + laid(pages("acorn", 3), "acorn", first=50)
    assert several(dump) == [sorted(d.id for d in dump[:2])]


def test_reprints_are_one_witness_though_their_ends_differ():
    (article,) = guide("acorn", 1, blocks=9)
    chance = random.Random("reprint")
    reprint = replace(article, title="Another headline", body=(*article.body[:8], paragraph(chance)))
    dump = laid([article, reprint], "acorn") + laid(pages("acorn", 3), "acorn", first=50)
    assert several(dump) == [sorted(d.id for d in dump[:2])]


def noticed(count, own):
    """Pages of a site with six long notices at their end, and `own` paragraphs of their own."""
    chance = random.Random("notices")
    notices = tuple(paragraph(chance, 1) for _ in range(6))
    return [replace(page, foot=(*page.foot, *notices)) for page in pages("acorn", count, paragraphs=own)]


@pytest.mark.parametrize("count", [2, 6, 14])
@pytest.mark.parametrize("own", [1, 2, 3, 6])
def test_small_pages_with_the_notices_of_their_site_are_not_one(count, own):
    assert several(laid(noticed(count, own), "acorn")) == []


@pytest.mark.parametrize("own", [2, 3, 6])
def test_a_page_of_nothing_but_chrome_does_not_make_one_of_all_others(own):
    """It is contained in every page of its site."""
    made = noticed(6, own)
    assert several(laid([*made, replace(made[0], title="Nothing found", body=())], "acorn")) == []


def test_notices_that_many_pages_hold_link_nothing():
    assert several(laid(noticed(witnesses.HOLDERS + 1, 1), "acorn")) == []


def test_what_has_the_address_of_one_page_is_one_witness():
    page, *others = pages("acorn", 6)
    url = "https://acorn.example/guide?part=2"
    pieces = [
        RawDocument.from_text("\n\n".join(page.lines[start : start + 5]), id=f"{start}.txt", url=url)
        for start in range(0, len(page.lines), 4)
    ]
    whole = RawDocument.from_text(page.text, id="page.txt", url=f"{url}#top")
    dump = [whole, *pieces, *laid(others, "acorn", "host", 50)]
    assert several(dump) == [sorted(d.id for d in dump[: 1 + len(pieces)])]
    view = view_without_itself(dump, whole)
    assert view.site.documents == len(others)
    assert not any(view.support.get(key(text), 0) for text in page.body)


@pytest.mark.parametrize("url", ["https://acorn.example", "https://acorn.example/", None])
def test_the_address_of_a_host_is_not_that_of_a_page(url):
    texts = [page.text for page in pages("acorn", 3)]
    assert several(RawDocument.from_text(text, id=str(n), url=url) for n, text in enumerate(texts)) == []


def test_parts_that_one_document_holds_together():
    assert parted([0, 1, 2], [(0, 1), (1, 2)]) == {1: [[0], [2]]}
    assert parted([0, 1, 2], [(0, 1), (1, 2), (0, 2)]) == {}
    assert parted([0, 1, 2, 3], [(0, 9), (1, 9), (2, 9), (2, 3)]) == {2: [[0, 1], [3]]}


@settings(max_examples=25, deadline=None)
@given(
    versions=st.integers(1, 6),
    others=st.integers(0, SMALL_SITE + 4),
    share=st.sampled_from([0.05, 0.15, 0.3]),
    seed=st.integers(0, 50),
    place=st.sampled_from(["host", "folder"]),
    data=st.data(),
)
def test_law_a_version_is_judged_alike_whether_or_not_it_was_learned(
    versions, others, share, seed, place, data
):
    """Also the version that holds others together, which without it are two witnesses."""
    made = guide("acorn", versions, share=share, seed=seed)
    dump = laid(made, "acorn", place) + laid(pages("acorn", others), "acorn", place, 50)
    view_without_itself(dump, data.draw(st.sampled_from(dump)))


@pytest.mark.parametrize("others", [3, 14])
def test_a_document_that_holds_two_others_together_is_judged_alike(others):
    chance = random.Random("bridge")
    one, two = ([paragraph(chance, 2) for _ in range(8)] for _ in range(2))
    both = [text for pair in zip(one, two, strict=True) for text in pair]
    (page,) = pages("acorn", 1)
    made = [replace(page, title=title(chance), body=tuple(body)) for body in (one, two, both)]
    dump = laid(made, "acorn", "host") + laid(pages("acorn", others), "acorn", "host", 50)
    assert several(dump) == [sorted(d.id for d in dump[:3])]
    view = view_without_itself(dump, dump[2])
    assert view.site.documents == others
    assert all(view.support[key(line)] == others for line in page.head)


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 20))
def test_law_neither_order_nor_the_place_of_sorting_shows(chance, seed):
    made = guide("acorn", 4, share=0.15, seed=seed) + pages("acorn", 3)
    records = [record_of(d) for d in laid(made, "acorn", "host")]
    known, links = find_witnesses(records)
    chance.shuffle(records)
    again, same_links = find_witnesses(records, room=20)
    assert again == known
    assert sorted(same_links) == sorted(links)


@pytest.mark.parametrize("others", [3, 14])
def test_what_is_known_of_witnesses_is_written_and_read(others):
    chance = random.Random("written")
    made = guide("acorn", 5, share=0.2)
    flat = [replace(page, body=edited(page.body, chance, 0.2)) for page in made]
    beside = pages("acorn", others)
    for some in (made, beside):
        some[0] = replace(
            some[0], foot=(*some[0].foot, "Only the oldest version and one other page have this line")
        )
    dump = laid(made, "acorn", "host") + laid(beside, "acorn", "host", 50)
    dump += laid(flat, "birch") + laid(pages("birch", others), "birch", first=50)
    index = resolve(collect(dump))
    lines = list(to_lines(index))
    assert list(to_lines(from_lines(lines))) == lines
    out = BytesIO()
    writer = Writer(out.write)
    for id in sorted(index.sites):
        writer.add(index.sites[id])
    writer.finish(index)
    for read in (from_lines(lines), from_buffer(out.getvalue())):
        assert dict(read.sites) == dict(index.sites)
        for document in dump[::3]:
            record = record_of(document)
            assert dict(read.view(record).support) == dict(index.view(record).support)
    if others > SMALL_SITE:
        assert any(slice_.lacking for slice_ in index.sites.values())
        assert any(len(slice_.known.blocks) for slice_ in index.sites.values())
