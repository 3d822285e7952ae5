"""Which documents belong together: hosts, folders that shared blocks confirm, shared blocks alone."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import documents, pages, paragraph, placed

from scrubber.config import Config, SiteMode
from scrubber.documents import RawDocument
from scrubber.evidence import EvidenceConflictError, collect
from scrubber.pipeline import scrub
from scrubber.sites import distinct, find_sites, shared_id
from scrubber.templates import resolve


def sites_of(dump, mode=SiteMode.AUTO):
    clusters = find_sites(collect(dump), mode)
    return {c.id: sorted(d.id for d in c.documents) for c in clusters}


def groups_of(dump, mode=SiteMode.AUTO):
    return sorted(sorted(d.id for d in c.documents) for c in find_sites(collect(dump), mode))


def ids(dump):
    return sorted(d.id for d in dump)


def moved(dump, folder):
    """The documents, all in one folder."""
    return [replace(d, id=f"{folder}/{d.id.rpartition('/')[2]}") for d in dump]


def test_nothing():
    for mode in SiteMode:
        assert find_sites(collect([]), mode) == ()


def test_a_host_is_known():
    one, other = documents("acorn", 2), documents("birch", 1)
    assert sites_of(one + other) == {"host:acorn.example": ids(one), "host:birch.example": ids(other)}


@pytest.mark.parametrize(
    "url", ["https://www.Example.org/a", "http://example.org:8080/", "https://user@EXAMPLE.org/x?y#z"]
)
def test_a_host_has_many_spellings(url):
    (record,) = collect([RawDocument.from_text("x", id="x", url=url)])
    assert record.host == "example.org"


@pytest.mark.parametrize(
    "url", [None, "", "not a url", "https://[broken", "/relative/path", "mailto:a@b.example"]
)
def test_what_names_no_host(url):
    (record,) = collect([RawDocument.from_text("x", id="x", url=url)])
    assert record.host is None


def test_trap_4_two_sites_in_one_folder_without_urls_come_apart():
    one, other = documents("acorn", 3, place="flat"), documents("birch", 2, place="flat")
    for folder in ("", "dump", "2024/01"):
        dump = moved(one, folder) + moved(other, folder) if folder else one + other
        assert groups_of(dump) == sorted([ids(dump[:3]), ids(dump[3:])])


def test_a_site_that_lies_in_folders_by_date_is_one():
    dump = [
        replace(d, id=f"2024/{number:02}/{d.id}")
        for number, d in enumerate(documents("acorn", 5, place="flat"))
    ]
    assert groups_of(dump) == [ids(dump)]


def test_a_folder_is_confirmed_by_what_its_documents_share():
    dump = documents("acorn", 3, place="folder")
    assert groups_of(dump) == [ids(dump)]
    (cluster,) = find_sites(collect(dump))
    assert cluster.found_by == "shared blocks"


def test_a_folder_of_strangers_is_no_site():
    strangers = [
        RawDocument.from_text(
            "\n\n".join(paragraph(random.Random(f"{n} {i}")) for i in range(6)), id=f"mixed/{n}.txt"
        )
        for n in range(4)
    ]
    assert groups_of(strangers) == [[d.id] for d in strangers]
    index = resolve(collect(strangers))
    for document in strangers:
        assert scrub(document, index).site.documents == 0


def test_single_lines_that_stand_everywhere_link_nothing():
    dump = [
        d for name in ("acorn", "birch", "cedar", "dill", "elm") for d in documents(name, 2, place="flat")
    ]
    assert len(groups_of(dump)) == 5
    assert all(len(group) == 2 for group in groups_of(dump))


def one_publishing_system():
    """Five sites whose pages all end in the same five lines."""
    notice = tuple(
        f"Notice {word} of the publishing system" for word in ("one", "two", "three", "four", "five")
    )
    return [
        placed(replace(page, foot=(*page.foot, *notice)), name, number, place="flat")
        for name in ("acorn", "birch", "cedar", "dill", "elm")
        for number, page in enumerate(pages(name, 3))
    ]


def test_a_run_of_a_publishing_system_does_not_merge_the_sites_that_use_it():
    assert [len(group) for group in groups_of(one_publishing_system())] == [3] * 5


def test_every_site_has_a_name_of_its_own():
    """A site that shares its name with another is lost from the index."""
    dump = one_publishing_system()
    assert len(sites_of(dump)) == 5
    index = resolve(collect(dump))
    assert [scrub(d, index).site.documents for d in dump] == [2] * 15


def test_two_hosts_never_become_one_however_much_they_share():
    page = pages("acorn", 2)
    dump = [placed(page[0], "acorn", 0), placed(page[1], "birch", 1)]
    assert list(sites_of(dump)) == ["host:acorn.example", "host:birch.example"]
    assert list(sites_of(dump, SiteMode.SHARED)) != ["host:acorn.example", "host:birch.example"]


def test_a_page_without_url_joins_the_host_it_shares_blocks_with():
    known, unknown = documents("acorn", 4), documents("acorn", 5, place="flat")[4:]
    assert sites_of(known + unknown) == {"host:acorn.example": ids(known + unknown)}
    assert scrub(unknown[0], resolve(collect(known))).site.id == "host:acorn.example"


@pytest.mark.parametrize("paragraphs", [2, 10, 40, 120])
def test_long_articles_belong_to_their_site_too(paragraphs):
    """The chrome is a small part of a long page, and still the same chrome."""
    dump = documents("acorn", 6, place="flat", paragraphs=paragraphs)
    assert groups_of(dump) == [ids(dump)]
    index = resolve(collect(dump))
    assert [scrub(d, index).site.documents for d in dump] == [5] * 6


def test_one_long_article_among_short_ones_belongs_to_the_site():
    dump = documents("acorn", 5, place="flat") + documents("acorn", 7, place="flat", paragraphs=80)[6:]
    index = resolve(collect(dump))
    assert groups_of(dump) == [ids(dump)]
    assert scrub(dump[-1], index).site.documents == 5


@pytest.mark.parametrize(
    ("mode", "site"),
    [
        (SiteMode.ONE, "one"),
        (SiteMode.FOLDER, "folder:acorn"),
        (SiteMode.HOST, "host:acorn.example"),
        (SiteMode.AUTO, "host:acorn.example"),
    ],
)
def test_modes(mode, site):
    dump = [replace(d, id=f"acorn/{d.id}") for d in documents("acorn", 3)]
    assert list(sites_of(dump, mode)) == [site]
    config = Config(sites=mode)
    page = scrub(dump[0], resolve(collect(dump, config), config), config)
    assert (page.site.id, page.site.documents) == (site, 2)


def test_a_new_document_finds_its_site():
    for place, found_by in (("flat", "shared blocks"), ("folder", "shared blocks"), ("host", "url")):
        *known, new = documents("acorn", 5, place=place)
        page = scrub(new, resolve(collect(known + documents("birch", 3, place=place))))
        assert (page.site.documents, page.site.found_by) == (4, found_by)


@settings(max_examples=25)
@given(st.randoms(use_true_random=False), st.sampled_from(list(SiteMode)))
def test_law_arrival_does_not_matter(chance, mode):
    dump = documents("acorn", 4, place="flat") + documents("birch", 3, place="folder") + documents("cedar", 2)
    shuffled = list(dump)
    chance.shuffle(shuffled)
    assert sites_of(shuffled, mode) == sites_of(dump, mode)


def test_ids_derive_from_content():
    dump = documents("acorn", 4, place="flat")
    renamed = [replace(d, id=f"zzz-{number}.txt") for number, d in enumerate(dump)]
    assert list(sites_of(dump)) == list(sites_of(renamed))


def test_a_site_keeps_its_name_when_others_arrive():
    dump = documents("acorn", 4, place="flat")
    before = set(sites_of(dump))
    assert before <= set(sites_of(dump + documents("birch", 3, place="flat")))


def test_the_name_of_nothing():
    assert shared_id({}) == "shared:0000000000000000"


def test_near_duplicates_are_one_family():
    page = pages("acorn", 1)[0]
    twin = replace(page, title="Another headline", foot=page.foot[2:])
    records = list(collect([placed(page, "acorn", 0), placed(twin, "acorn", 1), *documents("birch", 1)]))
    assert len(distinct(records)) == 2


def test_short_pages_are_never_taken_for_copies():
    """Four long blocks make a family: pages of chrome alone have none, and count each for itself."""
    short = [replace(page, body=page.body[:1]) for page in pages("acorn", 3)]
    assert len(distinct(collect(placed(p, "acorn", n) for n, p in enumerate(short)))) == 3


def test_one_id_for_two_documents_is_refused():
    one = RawDocument.from_text("one", id="x")
    other = RawDocument.from_text("other", id="x")
    with pytest.raises(EvidenceConflictError, match="'x'"):
        collect([one, other])
    with pytest.raises(EvidenceConflictError):
        collect([one]).merge(collect([other]))
    assert collect([one, one]) == collect([one])


def test_one_id_for_one_text_at_two_addresses_is_refused():
    """Else the host would be the one that happened to come last."""
    one = RawDocument.from_text("one", id="x", url="https://a.example/")
    other = RawDocument.from_text("one", id="x", url="https://b.example/")
    with pytest.raises(EvidenceConflictError):
        collect([one, other])
    with pytest.raises(EvidenceConflictError):
        collect([one]).merge(collect([other]))


@given(st.permutations(range(6)), st.integers(0, 6), st.integers(0, 6))
@settings(max_examples=20)
def test_law_merging_is_associative_commutative_and_idempotent(order, first, second):
    dump = documents("acorn", 6, paragraphs=2)
    first, second = sorted((first, second))
    a, b, c = (collect(dump[i] for i in order[s:e]) for s, e in ((0, first), (first, second), (second, 6)))
    assert a.merge(b).merge(c) == a.merge(b.merge(c)) == c.merge(a).merge(b) == collect(dump)
    assert a.merge(a) == a
