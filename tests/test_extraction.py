"""The single-page extractor's verdict: when it is asked, what is read from it, and that nothing hangs on it."""

import hashlib
import random
from importlib.metadata import version

import pytest
import trafilatura
from invented import documents, pages, paragraph, placed
from lxml import etree
from measuring import columns_of, measure_one

from scrubber.classifying.features import extractor
from scrubber.classifying.features.extractor import EXTRACTED, extract, extractor_version
from scrubber.classifying.features.sets import FEW, HTML, TEXT
from scrubber.classifying.features.table import BlockTable, Subject
from scrubber.config import Chrome, Config
from scrubber.documents import RawDocument
from scrubber.evidence import collect, examine, fingerprint
from scrubber.pipeline import clean, scrub
from scrubber.preparing import prepare
from scrubber.running import spooling
from scrubber.running.cleaning import RunOptions, run_clean
from scrubber.templates import resolve
from scrubber.writing.files import output_name, provenance_name
from scrubber.writing.provenance import describe, to_bytes, to_json

ALONE = Config(chrome=Chrome(extractor=False))

# A short line, a long paragraph, a paragraph of which the extractor keeps the beginning, another short line.
LONG = "The ferry bell was stolen in the night, and nobody saw the thief leave by the harbour road."
CUT = "The warden now rings a spoon instead, and the fish are said to come to it at five in the morning."
PAGE_OF_FOUR = f"<html><body><p>Home</p><p>{LONG}</p><p>{CUT}</p><p>At home</p></body></html>"
NOT_ASKED, DROPPED, PARTLY, KEPT = range(4)


@pytest.fixture
def asked(monkeypatch):
    """The pages of which the extractor was asked, in order."""
    calls = []

    def counted(page):
        calls.append(page)
        return extract(page)

    monkeypatch.setattr("scrubber.judged.extract", counted)
    return calls


def prepared_page(markup=PAGE_OF_FOUR):
    document = RawDocument.from_html(markup, id="page.html")
    prepared = prepare(document, Config())
    return document, prepared, fingerprint(document, prepared, Config().templates)


def told(extracted):
    _, prepared, record = prepared_page()
    found = columns_of(BlockTable.of([Subject(prepared, record, extracted=extracted)]), EXTRACTED)
    assert {len(column) for column in found.values()} == {4}
    return found


# --- columns


def test_not_asked_is_nothing_at_all():
    assert set(map(tuple, told(None).values())) == {(0, 0, 0, 0)}


def test_an_empty_verdict_is_a_verdict():
    found = told("")
    assert found["extractor short"] == [DROPPED, NOT_ASKED, NOT_ASKED, DROPPED]
    assert found["extractor long"] == [NOT_ASKED, DROPPED, DROPPED, NOT_ASKED]
    assert found["extracted page"] == [0] * 4
    assert found["extracted before 2"] == found["extracted so far"] == [0] * 4


def test_what_it_kept_what_it_cut_and_what_it_dropped():
    found = told(f"{LONG}\n{CUT[:60]}\nAt home")
    assert found["extractor short"] == [DROPPED, NOT_ASKED, NOT_ASKED, KEPT]
    assert found["extractor long"] == [NOT_ASKED, KEPT, PARTLY, NOT_ASKED]
    kept = len(LONG) + len("At home")
    assert found["extracted page"] == [kept] * 4
    assert found["extracted so far"] == [0, len(LONG) * 1000 // kept, len(LONG) * 1000 // kept, 1000]
    assert found["extracted before 2"][1:3] == [0, len(LONG) * 1000 // (len(LONG) + len("Home"))]
    assert found["extracted behind 2"][3] == 0


def test_a_short_block_must_be_a_line_of_its_own():
    """“Home” inside “At home” is no verdict on the menu."""
    assert told("At home")["extractor short"] == [DROPPED, 0, 0, KEPT]
    assert told(f"{LONG} Home {CUT}")["extractor short"] == [DROPPED, 0, 0, DROPPED]
    assert told("HOME\nAt, home!")["extractor short"] == [KEPT, 0, 0, KEPT]


def test_the_end_of_a_block_is_a_part_of_it():
    assert told(CUT[-60:])["extractor long"] == [NOT_ASKED, DROPPED, PARTLY, NOT_ASKED]


def test_spaces_and_signs_make_no_difference():
    assert told(LONG.replace(" ", "  ").replace(",", " -"))["extractor long"][1] == KEPT


def test_every_class_has_a_bin_and_words():
    _, prepared, record = prepared_page()
    view = resolve(collect([])).view(record)
    measured = measure_one(prepared, record, view, f"{LONG}\n{CUT[:60]}")
    assert measured.column("extractor long").tolist() == [NOT_ASKED, KEPT, PARTLY, NOT_ASKED]
    assert measured.features["extractor long"].describe(KEPT) == "a long block; trafilatura kept it"
    bare = measure_one(prepared, record, view)
    assert not any(bare.column(feature.name).any() for feature in EXTRACTED)


def test_html_alone_has_the_columns():
    assert set(EXTRACTED) <= set(HTML)
    assert not set(EXTRACTED) & set(TEXT)


# --- asking


def article(seed=1):
    chance = random.Random(seed)
    return "<html><body><article>" + "".join(f"<p>{paragraph(chance)}</p>" for _ in range(5))


def test_the_verdict_is_a_function_of_the_page():
    """trafilatura has caches; none may show."""
    pages_of_html = [article(seed) for seed in (1, 2, 1, 3, 1, 1, 1)]
    verdicts = [extract(page) for page in pages_of_html]
    assert len(set(verdicts)) == 3
    assert verdicts[0] == verdicts[2] == verdicts[4] == verdicts[5] == verdicts[6]
    assert all(verdicts)


def test_a_page_without_any_main_text_gives_an_empty_verdict(monkeypatch):
    monkeypatch.setattr(trafilatura, "extract", lambda *_, **__: None)
    assert extract("<p>x") == ""


def test_a_page_too_large_is_not_asked_about(monkeypatch):
    page = article()
    monkeypatch.setattr(extractor, "LARGEST", len(page))
    assert extract(page) is not None
    monkeypatch.setattr(extractor, "LARGEST", len(page) - 1)
    monkeypatch.setattr(trafilatura, "extract", None)
    assert extract(page) is None


@pytest.mark.parametrize(
    "error",
    [
        ValueError("bad date"),
        TypeError("NoneType"),
        AttributeError("tag"),
        IndexError(3),
        KeyError("k"),
        UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogate"),
        RecursionError(),
        AssertionError(),
        etree.XPathEvalError("bad"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_page_that_breaks_the_extractor_is_judged_without_it(monkeypatch, error):
    def breaks(*_args, **_kwargs):
        raise error

    document = documents("acorn", 1, markup=True)[0]
    wanted = scrub(document, config=ALONE)
    monkeypatch.setattr(trafilatura, "extract", breaks)
    page = scrub(document)
    assert extract(document.markup) is None
    assert (page.text, page.ledger, page.flags) == (wanted.text, wanted.ledger, wanted.flags)


@pytest.mark.parametrize("count", [1, 2, FEW, FEW + 1, FEW + 3])
def test_from_four_other_pages_on_it_is_never_asked(asked, count):
    dump = documents("acorn", count, markup=True)
    list(clean(dump))
    wanted = [document.markup for document in dump] if count - 1 < FEW else []
    assert asked == wanted


def test_near_duplicates_are_no_other_pages(asked):
    """The same article five times over is one page: nothing is known of its site."""
    page = pages("acorn", 1)[0]
    list(clean(placed(page, "acorn", number, markup=True) for number in range(FEW + 2)))
    assert len(asked) == FEW + 2


def test_the_index_counts_not_the_dump(asked):
    """A hook that cleans one page of a large site does not ask."""
    *known, new = documents("acorn", FEW + 1, markup=True)
    scrub(new, resolve(collect(known)))
    assert asked == []
    scrub(new, resolve(collect(known[1:])))
    assert asked == [new.markup]


def test_text_is_never_asked_about(asked):
    list(clean(documents("acorn", 2)))
    assert asked == []


@pytest.mark.parametrize("count", [1, 2, FEW + 1])
def test_the_switch(asked, count):
    list(clean(documents("acorn", count, markup=True), ALONE))
    assert asked == []


def test_the_switch_is_told_in_the_provenance():
    document = documents("acorn", 1, markup=True)[0]
    assert scrub(document).versions.configuration != scrub(document, config=ALONE).versions.configuration


@pytest.mark.parametrize("count", [1, FEW, FEW + 1])
def test_provenance_names_the_extractor_where_it_was_asked(count):
    dump = documents("acorn", count, markup=True)
    versions = [page.versions.extractor for page in clean(dump)]
    assert versions == [extractor_version() if count <= FEW else None] * count
    assert version("trafilatura") in extractor_version()
    assert {page.versions.extractor for page in clean(dump, ALONE)} == {None}
    assert {page.versions.extractor for page in clean(documents("acorn", count))} == {None}


# --- the same bytes, whoever asks


def dump_folder(root):
    """HTML of a site of two pages and one of six, in several encodings, beside text."""
    small = pages("acorn", 2)
    large = pages("birch", 6)
    for number, page in enumerate([*small, *large]):
        name = "acorn" if number < len(small) else "birch"
        path = root / name / f"{number:02}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        head = "<head><meta charset='{}'></head><body><p>Fähre, été, déjà vu: “{}”</p>"
        encoding = ("utf-8", "cp1252", "utf-8-sig", "utf-16")[number % 4]
        declared = head.format(encoding.removesuffix("-sig"), number)
        markup = page.markup.replace("<body>", declared)
        path.write_bytes(markup.encode(encoding))
    (root / "note.txt").write_text(small[0].text, "utf-8")
    return sorted(path for path in root.rglob("*") if path.is_file())


def by_library(root, files):
    """What the library makes of the folder: the files that the command line would write."""
    dump = [RawDocument.from_path(path, id=path.relative_to(root).as_posix()) for path in files]
    written = {}
    for page in clean(dump):
        text = page.text
        output = output_name(page.id)
        written[output] = to_bytes(text)
        written[provenance_name(output)] = to_json(describe(page, text, Config().ledger))
    return written


def by_command_line(root, out, jobs):
    result = run_clean([root], out, Config(), RunOptions(jobs=jobs))
    assert not result.failed
    whole_run = {"run.json", "manifest.jsonl", "templates.jsonl"}
    files = [path for path in sorted(out.rglob("*")) if path.is_file() and ".scrubber" not in path.parts]
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in files if p.name not in whole_run}


@pytest.mark.parametrize(("spool", "jobs"), [(True, 1), (True, 2), (False, 1)])
def test_batch_and_library_write_the_same_bytes(tmp_path, monkeypatch, spool, jobs):
    root = tmp_path / "raw"
    files = dump_folder(root)
    if not spool:
        monkeypatch.setattr(spooling, "MOST", 0)
    wanted = by_library(root, files)
    assert len(wanted) == 2 * len(files)
    assert by_command_line(root, tmp_path / "out", jobs) == wanted


def test_what_the_first_pass_found_may_be_handed_on():
    """`examined` spares work and changes nothing, with the extractor's verdict or without."""
    for dump in (documents("acorn", 2, markup=True), documents("birch", FEW + 2, markup=True)):
        index = resolve(collect(dump))
        for document in dump:
            assert scrub(document, index, examined=examine(document, Config())) == scrub(document, index)


def test_a_page_reads_the_same_in_every_encoding():
    """The markup that the extractor sees is the page as it was decoded."""
    markup = "<html><head><meta charset='{}'></head><body><p>Fähre, été</p></body></html>"
    for encoding in ("utf-8", "cp1252", "utf-16"):
        page = markup.format(encoding)
        document = RawDocument.from_html(page.encode(encoding), id="x")
        assert document.markup == page
        assert hashlib.sha256(page.encode(encoding)).hexdigest() == document.digest
