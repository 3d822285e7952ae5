"""Which folder is named after a host, and what that makes of the documents in it."""

import random

import pytest
from invented import documents, pages, paragraph, placed, title

from scrubber.config import Config, SiteMode
from scrubber.documents import RawDocument
from scrubber.evidence import collect, examine
from scrubber.hosts import host_in
from scrubber.pipeline import scrub
from scrubber.sites import find_sites
from scrubber.templates import resolve
from scrubber.witnesses import find_witnesses


@pytest.mark.parametrize(
    ("folder", "host"),
    [
        ("www.larder.example", "larder.example"),
        ("larder.example", "larder.example"),
        ("crawl/docs.larder.com/2024/01", "docs.larder.com"),
        ("web.archive.org/web/2020/larder.co.uk", "larder.co.uk"),
        ("xn--grn-ioa.de/a", "xn--grn-ioa.de"),
    ],
)
def test_folders_that_are_named_after_a_host(folder, host):
    assert host_in(folder) == host


@pytest.mark.parametrize(
    "folder",
    ["", "acorn", "2024.01", "v1.2", "a/b", "Node.js", "vue.js", "ASP.NET", "notes.txt", ".com", "a..com",
     "-a.com", "dump.jsonl!", "larder.example.md!", "com"],
)  # fmt: skip
def test_folders_that_are_not(folder):
    assert host_in(folder) is None


@pytest.mark.parametrize(
    ("lines", "host"),
    [
        (["[Skip to main text](https://www.larder.example/docs#main)", "# Bread"], "larder.example"),
        (["Larder", "* [Skip to content](<https://larder.example/docs#c>)", "# Bread"], "larder.example"),
        (["[Skip to content](#content)", "# Bread"], None),
        (["[The larder](https://larder.example/)", "# Bread"], None),
        (["See [the rules](https://larder.example/rules#two) first.", "# Bread"], None),
        (["# Bread", "One.", "Two.", "[Rules](https://larder.example/rules#two)"], None),
    ],
)
def test_a_skip_link_tells_the_host(lines, host):
    document = RawDocument.from_text("\n\n".join(lines), id="x.md", media_type="text/markdown")
    record = examine(document, Config()).record
    assert (record.host, record.page) == (host, 0)


def strangers(folder, count):
    """Pages that share nothing."""
    made = []
    for number in range(count):
        chance = random.Random(f"{folder} {number}")
        text = "\n\n".join((title(chance), *(paragraph(chance) for _ in range(5))))
        made.append(RawDocument.from_text(text, id=f"{folder}/{number}.txt"))
    return made


def test_a_folder_that_is_named_after_a_host_is_a_site():
    dump = strangers("www.larder.example", 4) + strangers("mixed", 3)
    sites = {c.id: (c.found_by, len(c.documents)) for c in find_sites(collect(dump)) if len(c.documents) > 1}
    assert sites == {"host:larder.example": ("folder name", 4)}
    page = scrub(dump[0], resolve(collect(dump)))
    assert (page.site.id, page.site.found_by, page.site.documents) == (
        "host:larder.example",
        "folder name",
        3,
    )
    (new,) = strangers("larder.example/later", 1)
    page = scrub(new, resolve(collect(dump)))
    assert (page.site.id, page.site.documents) == ("host:larder.example", 4)


def test_an_address_goes_before_the_name_of_a_folder():
    (one, other) = (placed(page, "acorn", n) for n, page in enumerate(pages("acorn", 2)))
    lying = RawDocument.from_text(one.text, id="birch.example/x.txt", url=one.source.url)
    sites = {c.id: c.found_by for c in find_sites(collect([lying, other]))}
    assert sites == {"host:acorn.example": "url"}


def test_two_hosts_in_folders_of_their_names_stay_apart_whatever_they_share():
    dump = [
        RawDocument.from_text(page.text, id=f"{host}.example/{n}.txt")
        for host in ("acorn", "birch")
        for n, page in enumerate(pages("acorn", 6))
    ]
    assert sorted(c.id for c in find_sites(collect(dump))) == ["host:acorn.example", "host:birch.example"]
    assert len(find_sites(collect(dump), SiteMode.SHARED)) < 12


MENU = ("Kestrel works", "Overview of the kit", "Sensors and probes", "Loggers", "Alarms of all kinds")


def with_menu(count, paragraphs, menu=MENU, folder=""):
    """Pages that share nothing but a menu of five lines on top."""
    made = []
    for number in range(count):
        chance = random.Random(f"menu {number} {paragraphs}")
        lines = (*menu, title(chance), *(paragraph(chance) for _ in range(paragraphs)))
        made.append(RawDocument.from_text("\n".join(lines), id=f"{folder}{number}.txt"))
    return made


@pytest.mark.parametrize("paragraphs", [1, 3, 12, 40])
@pytest.mark.parametrize("count", [3, 6, 14])
def test_pages_that_share_a_menu_of_five_lines_are_a_site_however_long_they_are(count, paragraphs):
    dump = with_menu(count, paragraphs) + documents("acorn", 3, place="flat")
    clusters = [c for c in find_sites(collect(dump)) if len(c.documents) == count]
    assert len(clusters) >= 1
    index = resolve(collect(dump))
    for document in dump[:count]:
        record = examine(document, Config()).record
        view = index.view(record)
        assert view.site.documents == count - 1
        new = resolve(collect(dump).without([document.id])).view(record)
        assert dict(new.support) == dict(view.support)
        assert new.site.documents == count - 1


def test_a_menu_that_two_pages_share_by_chance_does_not_link_a_third_that_has_one_run_of_it():
    dump = with_menu(2, 12) + with_menu(3, 12, MENU[:3])[2:]
    assert sorted(len(c.documents) for c in find_sites(collect(dump))) == [1, 2]


def test_witnesses_of_pages_with_one_menu_are_the_pages():
    known, _ = find_witnesses(collect(with_menu(6, 3)))
    assert len(known) == 6
