"""Made dumps: the same bytes each time, sites with chrome of their own, bodies that are not alike."""

import gzip
import hashlib
import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
sys.path.insert(0, str(SCRIPTS))

from dumping.bodies import Bodies  # noqa: E402
from dumping.dump import Dump, Order  # noqa: E402
from dumping.gold import LANGUAGES, Material, language_of, read_material  # noqa: E402
from dumping.kinds.furniture import EXCHANGED, MAKERS  # noqa: E402
from dumping.kinds.laying import BODIES  # noqa: E402
from dumping.kinds.planted import NoSuchBodyError, PlantedDump, PlantedOrder, kinds_of  # noqa: E402
from dumping.kinds.rendering import FORMS  # noqa: E402
from dumping.kinds.stretches import Sort  # noqa: E402
from dumping.kinds.venues import AFTER, BEFORE, INSIDE  # noqa: E402
from dumping.rewording import KEPT, Vocabulary  # noqa: E402
from dumping.sites import invent, phrases_of, shares  # noqa: E402
from speed.measuring import run  # noqa: E402
from speed.tools import TEXT_PEERS, Call, scrubber  # noqa: E402

LETTERS = {
    "en": "abcdefghijklmnoprstuvw",
    "el": "αβγδεζηθικλμνοπρστυφχω",
    "pl": "abcdeghijklmnoprstuwyząęłńśźż",
    "ru": "абвгдежзиклмнопрстуфхыэюя",
}
HAN = "天地人山水火木金土日月年中大小上下左右東西南北前後春夏秋冬風雨雪花草鳥魚馬牛羊"


def words_of(language, draw, count=1500):
    if language == "zh":
        return [*HAN, *(chr(0x5000 + draw.randrange(2000)) for _ in range(count))]
    return ["".join(draw.choices(LETTERS[language], k=draw.randint(2, 9))) for _ in range(count)]


def invented_text(language, seed):
    """A headline and some paragraphs of made-up words, the first ones much more often."""
    draw = random.Random(f"{language}/{seed}")
    words = words_of(language, random.Random(language))
    weights = [1 / (place + 1) for place in range(len(words))]
    joint = "" if language == "zh" else " "

    def sentence(length):
        return joint.join(draw.choices(words, weights, k=length)).capitalize()

    paragraphs = [" ".join(f"{sentence(14)}, {sentence(9)}." for _ in range(4)) for _ in range(6)]
    return "\n".join([sentence(16 if language == "zh" else 7), *paragraphs]) + "\n"


@pytest.fixture(scope="module")
def pagesets(tmp_path_factory):
    """Page sets of the right form, every text of which is invented."""
    root = tmp_path_factory.mktemp("pagesets")
    for name in ("daniel", "dragnet", "fundus", "wcxb"):
        for language in LANGUAGES if name == "daniel" else ("en",):
            folder = root / name / "gold" / f"{language}.example"
            folder.mkdir(parents=True)
            for number in range(4):
                text = invented_text(language, f"{name}/{number}")
                (folder / f"article_{number}.txt").write_text(text, "utf-8")
    return root


def make(pagesets, output, *options, code=0):
    command = [
        sys.executable,
        str(SCRIPTS / "make_dump"),
        "--pagesets",
        str(pagesets),
        "--output",
        str(output),
    ]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stderr


def digest(folder):
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    return hashlib.sha256(repr(sorted(found.items())).encode()).hexdigest()


def order(**changes):
    usual = {"documents": 60, "sites": 6, "seed": 0, "html": False, "flat": False, "mixed": False}
    return Order(**(usual | changes))


# --- the command ------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["text", "jsonl", "warc", "html"])
def test_the_same_arguments_give_the_same_bytes(pagesets, tmp_path, format):
    for name in ("one", "two"):
        make(pagesets, tmp_path / name, "--documents", "40", "--sites", "5", "--format", format)
    assert digest(tmp_path / "one") == digest(tmp_path / "two")


def test_another_seed_gives_another_dump(pagesets, tmp_path):
    make(pagesets, tmp_path / "one", "--documents", "20", "--sites", "3")
    make(pagesets, tmp_path / "two", "--documents", "20", "--sites", "3", "--seed", "1")
    assert digest(tmp_path / "one") != digest(tmp_path / "two")


def test_every_format_holds_the_same_documents(pagesets, tmp_path):
    for format in ("text", "jsonl", "warc", "html"):
        make(pagesets, tmp_path / format, "--documents", "30", "--sites", "4", "--format", format)
    texts = {
        p.relative_to(tmp_path / "text").as_posix().removesuffix(".txt"): p.read_text("utf-8")
        for p in (tmp_path / "text").rglob("*.txt")
    }
    lines = [
        json.loads(line) for p in (tmp_path / "jsonl").iterdir() for line in p.read_text("utf-8").splitlines()
    ]
    assert {line["id"]: line["text"] for line in lines} == texts
    assert all(line["url"].startswith("https://www.site-") for line in lines)
    pages = {p.read_bytes() for p in (tmp_path / "html").rglob("*.html")}
    assert len(pages) == len(texts) == 30
    with gzip.open(tmp_path / "warc" / "crawl-00000.warc.gz") as records:
        whole = records.read()
    assert whole.count(b"WARC-Type: response") == 30
    assert all(page in whole for page in pages)


def test_gold_stands_outside_and_has_the_names_of_the_dump(pagesets, tmp_path):
    make(pagesets, tmp_path / "dump", "--documents", "20", "--sites", "3", "--gold", str(tmp_path / "gold"))
    dump = {p.relative_to(tmp_path / "dump") for p in (tmp_path / "dump").rglob("*.txt")}
    assert dump == {p.relative_to(tmp_path / "gold") for p in (tmp_path / "gold").rglob("*.txt")}
    for name in dump:
        lines = (tmp_path / "dump" / name).read_text("utf-8").split("\n")
        assert all(line in lines for line in (tmp_path / "gold" / name).read_text("utf-8").splitlines())
    said = make(
        pagesets, tmp_path / "a", "--documents", "20", "--sites", "3", "--gold", str(tmp_path / "a/g"), code=1
    )
    assert "outside" in said


def test_it_refuses_with_a_reason(pagesets, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("keep me", "utf-8")
    assert "not empty" in make(pagesets, tmp_path / "full", "--documents", "60", code=1)
    assert "--pagesets" in make(tmp_path / "nowhere", tmp_path / "out", "--documents", "60", code=1)
    assert "WARC" in make(
        pagesets, tmp_path / "out", "--documents", "60", "--format", "warc", "--flat", code=2
    )
    assert "lower --sites" in make(pagesets, tmp_path / "out", "--documents", "5", code=2)


# --- what the dump is like --------------------------------------------------------------------


def test_a_flat_dump_tells_nothing_of_its_sites(pagesets):
    for document in Dump(order(html=True, flat=True), pagesets):
        assert "/" not in document.name
        assert not document.url
        assert "canonical" not in document.text
        assert ".example" not in document.text


def test_sites_repeat_their_chrome_and_nobody_elses(pagesets):
    sites = {}
    for document in Dump(order(documents=120), pagesets):
        sites.setdefault(document.name.partition("/")[0], []).append(document)
    common = []
    for documents in sites.values():
        lines = Counter(line for one in documents for line in set(one.text.splitlines()) if len(line) > 40)
        common.append({line for line, count in lines.items() if count == len(documents)})
    assert all(common)
    assert not set.intersection(*common)
    for documents in sites.values():  # and every page has lines that no other page of the site has
        lines = Counter(line for one in documents for line in set(one.text.splitlines()))
        for one in documents:
            chrome = set(one.text.splitlines()) - set(one.gold.splitlines())
            assert any(lines[line] == 1 for line in chrome)


def test_bodies_are_no_near_duplicates(pagesets):
    seen = {}
    shared = total = 0
    for document in Dump(order(documents=120), pagesets):
        windows = {document.gold[start : start + 40] for start in range(len(document.gold) - 40)}
        for window in windows:
            total += 1
            shared += seen.setdefault(window, document.name) != document.name
    assert shared / total < 0.02


def test_headlines_are_each_documents_own(pagesets):
    headlines = [document.gold.partition("\n")[0] for document in Dump(order(documents=120), pagesets)]
    assert len(set(headlines)) > 0.95 * len(headlines)


def test_shares_are_uneven_and_add_up():
    counts = shares(50, 20_000, 0)
    assert sum(counts) == 20_000
    assert 3.5 < max(counts) / min(counts) < 5.5
    assert min(shares(50, 260, 0)) == 5
    assert sum(shares(7, 7, 3)) == 7


def test_all_languages_have_all_phrases():
    keys = {frozenset(phrases_of(language)) for language in LANGUAGES}
    assert len(keys) == 1
    assert {invent(number, 0).language for number in range(50)} == set(LANGUAGES)


# --- rewording --------------------------------------------------------------------------------


def test_wording_0_is_the_text_itself():
    texts = ["The cat, 3 dogs and Don't-care sat.", "  odd   spaces 2012!"]
    vocabulary = Vocabulary([texts])
    tape = vocabulary.tape(texts)
    assert vocabulary.text(tape.tokens, 0) == "".join(f"{text}\n" for text in texts)
    assert tape.starts[0] == 0
    assert tape.starts[-1] == len(tape.tokens)
    assert tape.sizes == tuple(len(text.encode()) + 1 for text in texts)


def test_a_wording_keeps_shape_and_common_words_and_changes_the_rest():
    text = invented_text("en", "shape")
    vocabulary = Vocabulary([[text]])
    tokens = vocabulary.tape([text]).tokens
    other = vocabulary.text(tokens, 1)
    assert other != text + "\n"
    before, after = text.split(), other.split()
    assert len(before) == len(after)
    assert [word[-1:] in ",." for word in before] == [word[-1:] in ",." for word in after]
    assert [word[0].isupper() for word in before] == [word[0].isupper() for word in after]
    common = {
        word
        for word, _ in Counter(text.lower().replace(",", "").replace(".", "").split()).most_common(KEPT // 3)
    }
    for word, new in zip(before, after, strict=True):
        if word.strip(",.").lower() in common:
            assert new == word


def test_runs_go_round_the_tape_in_ever_new_wordings():
    text = invented_text("en", "tape").splitlines()
    bodies = Bodies(Material(headlines=(text[0],), paragraphs=tuple(text[1:])), "seed")
    numbers = [bodies.add() for _ in range(12)]
    found = ["\n".join(bodies.paragraphs(number)) for number in numbers]
    assert len(set(found)) == 12
    assert found[0].startswith(text[1])
    assert all(bodies.paragraphs(number)[0].startswith(bodies.beginning(number)) for number in numbers)


def test_languages_are_told_by_their_letters(pagesets):
    for language in LANGUAGES:
        assert language_of(invented_text(language, "told") * 3) == language
    assert all(one.paragraphs for one in read_material(pagesets, 0).values())


# --- measuring --------------------------------------------------------------------------------


def test_a_run_counts_the_time_and_memory_of_its_children(tmp_path):
    work = "x = bytearray(60_000_000); s = sum(i * i for i in range(2_000_000))"
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {work!r}])"
    usage = run([sys.executable, "-c", script], log=tmp_path / "log", env={}, folder=tmp_path)
    assert usage.code == 0
    assert usage.cpu > 0.05
    assert usage.wall > 0.05
    assert usage.peak > 50_000_000


def test_a_run_that_fails_says_so(tmp_path):
    usage = run(
        [sys.executable, "-c", "print('no'); raise SystemExit(3)"],
        log=tmp_path / "log",
        env={},
        folder=tmp_path,
    )
    assert usage.code == 3
    assert (tmp_path / "log").read_text().strip() == "no"


def test_every_tool_is_called_with_one_process_on_the_dump(tmp_path):
    call = Call(tmp_path / "bin", tmp_path / "dump", tmp_path / "out", 100)
    for tool in (*TEXT_PEERS, scrubber("scrubber", "text")):
        command = tool.command(call)
        assert str(call.dump) in command
        assert str(call.output) in command
    assert "1" in scrubber("scrubber", "text").command(call)


# --- bodies of other kinds ----------------------------------------------------------------------


def planted(form="text", *, kinds=tuple(BODIES), sizes=(1, 6), seed=0, flat=False):
    """(document, its labels) of a dump of invented pages."""
    dump = PlantedDump(PlantedOrder(kinds, sizes, seed, form, flat))
    return [(document, json.loads(document.gold)) for document in dump]


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_planted_pages_are_the_same_bytes_and_their_labels_lie_outside(tmp_path, form):
    for name in ("one", "two"):
        options = ["--bodies", "recipes,products", "--sizes", "1,6", "--format", form]
        make("nowhere", tmp_path / name, *options, "--gold", str(tmp_path / f"{name}-labels"))
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
    assert digest(tmp_path / "one-labels") == digest(tmp_path / "two-labels")
    rows = map(json.loads, (tmp_path / "one-labels" / "labels.jsonl").read_text("utf-8").splitlines())
    suffix = {"text": ".txt", "markdown": ".md", "html": ".html"}[form]
    names = {p.relative_to(tmp_path / "one").as_posix() for p in (tmp_path / "one").rglob("*.*")}
    assert {f"{row['name']}{suffix}" for row in rows} == names
    assert len(names) == 14


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_every_line_of_a_planted_page_is_labelled_in_its_order(form):
    unlabelled = {"", "```", "---", "|  |  |"}
    for document, labels in planted(form):
        lines = [row[0] for row in labels["lines"]]
        text = document.text.split("\n---\n\n", 1)[1] if document.text.startswith("---\n") else document.text
        rest = [line for line in text.split("\n") if line not in unlabelled]
        rest = [line for line in rest if not line.startswith(("![](", "| --- |"))]
        assert [line for line in rest if set(line) - set("| -")] == lines


def test_every_line_of_html_is_labelled_in_its_order():
    from lxml import html

    for document, labels in planted("html", sizes=(3,)):
        body = html.document_fromstring(document.text).body
        shown = "".join("".join(body.itertext()).split())
        assert shown == "".join("".join(row[0] for row in labels["lines"]).split())


def test_every_kind_of_body_block_and_chrome_is_made():
    pages = planted(sizes=(1, 2, 3, 6, 20))
    assert {labels["kind"] for _, labels in pages} == set(BODIES)
    rows = [row for _, labels in pages for row in labels["lines"]]
    assert {row[2] for row in rows if not row[3]} == {sort.value for sort in Sort}
    assert {"page", "version", "reprint", "chunk"} == {labels["role"] for _, labels in pages}
    chrome = {row[3] for row in rows if row[3]}
    assert chrome >= {
        "menu",
        "skip link",
        "version picker",
        "on this page",
        "footer",
        "legal",
        "cookie notice",
    }
    assert chrome >= set(MAKERS)
    assert set(MAKERS) == {*BEFORE, *INSIDE, *AFTER}


def test_handbooks_are_long_and_places_count_blocks():
    for _, labels in planted(kinds=("handbooks",), sizes=(1,)):
        content = [row for row in labels["lines"] if not row[3]]
        assert len(content) >= 300
        places = [row[4] for row in labels["lines"]]
        assert places == sorted(places)
        assert places[0] == 0


def test_chrome_with_words_exchanged_differs_from_page_to_page_by_few():
    said = {}
    for _, labels in planted(kinds=("documentation", "recipes", "forums"), sizes=(20,)):
        for line, _, _, chrome, _ in labels["lines"]:
            if chrome in EXCHANGED:
                said.setdefault((labels["site"], chrome), set()).add(line)
    assert said
    for lines in said.values():
        assert len(lines) > 5
        words = [set(line.split()) for line in lines]
        assert len(set.intersection(*words)) >= 0.6 * min(map(len, words))


def test_content_repeats_among_the_pages_of_a_site():
    shared = Counter()
    for _, labels in planted(kinds=("recipes", "products"), sizes=(20,)):
        shared.update({(labels["site"], row[0]) for row in labels["lines"] if not row[3]})
    repeated = {line for (_, line), count in shared.items() if count > 10}
    assert repeated >= {"Ingredients", "Method", "Specifications", "In the box"}


def test_versions_keep_most_of_a_page_and_reprints_all():
    pages = planted(kinds=("documentation",), sizes=(20, 100))
    bodies = {}
    for _, labels in pages:
        content = [row[0] for row in labels["lines"] if not row[3]]
        others = bodies.setdefault(labels["site"], [])
        if labels["role"] == "reprint":
            assert content in others
        elif labels["role"] == "version":
            assert max(len({*content} & {*other}) for other in others) > 0.5 * len({*content})
        elif labels["role"] == "chunk":
            assert any("\n".join(content) in "\n".join(other) for other in others)
        others.append(content)


def test_flat_planted_pages_are_the_same_pages_shuffled():
    known, flat = planted(sizes=(3,)), planted(sizes=(3,), flat=True)
    assert Counter(document.text for document, _ in known) == Counter(document.text for document, _ in flat)
    assert [labels["site"] for _, labels in flat] != [labels["site"] for _, labels in known]
    assert all("/" not in document.name for document, _ in flat)


def test_another_seed_gives_other_pages():
    first, other = planted(sizes=(2,)), planted(sizes=(2,), seed=1)
    assert not {document.text for document, _ in first} & {document.text for document, _ in other}


def test_bodies_are_named_or_refused(tmp_path):
    assert kinds_of("all") == tuple(BODIES)
    assert kinds_of("verse,papers") == ("verse", "papers")
    with pytest.raises(NoSuchBodyError, match="choose from"):
        kinds_of("novels")
    assert "no Markdown" in make("nowhere", tmp_path / "out", "--format", "markdown", code=2)
    assert set(FORMS) == {"text", "markdown", "html"}
