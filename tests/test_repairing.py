"""What `scripts/benchmark_repair` counts with: cases and their cuts, dumps, judgement, tables."""

import json
import random
import sys
from dataclasses import replace
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
DOCS = SCRIPTS.parent / "docs"
sys.path.insert(0, str(SCRIPTS))

from benchmarking.store import Store  # noqa: E402
from benchmarking.tables import fill  # noqa: E402
from repairing import cutting, judging, links  # noqa: E402
from repairing.bench import Bench  # noqa: E402
from repairing.cases import END, KINDS, PULL_QUOTE, TEASER, Carrier, Case, Dump, Item  # noqa: E402
from repairing.elsewhere import ALONE, DIFFERS, SAME, Pool, Question  # noqa: E402
from repairing.originals import HALVES, Original, half_of, owner_of  # noqa: E402
from repairing.planting import Planter, PlantingError, check  # noqa: E402
from repairing.prose import folded, is_body, sentences  # noqa: E402
from repairing.reading import printable  # noqa: E402
from repairing.records import judged, line_around  # noqa: E402
from repairing.reporting import planted_tables  # noqa: E402
from repairing.stages import STAGES, handwritten, joining, natural, planted  # noqa: E402
from repairing.touching import RULES, Touch, faults, now, touches  # noqa: E402
from repairing.untouched import items  # noqa: E402

from scrubber.documents import CleanDocument, Flag, Metadata, RawDocument, Site, Versions  # noqa: E402
from scrubber.edits import Donor, Edit, Layer, Ledger, Reason  # noqa: E402

SYLLABLES = "ba ce di fo gu lam nor pel rit sov tar wen kil mus hob dra sten".split()  # noqa: SIM905 - short ones
ENGLISH = (
    "The ferry to the northern islands was late again because the captain waited for the doctor, they said."
)
CHINESE = "市政府昨天宣布北岸的旧灯塔将在明年春天之前完成修缮并重新对公众开放参观。"


def prose(rng, count=3):
    """Sentences of words that nobody wrote, so that none is like another."""
    made = []
    for _ in range(count):
        words = ["".join(rng.choices(SYLLABLES, k=rng.randrange(2, 5))) for _ in range(rng.randrange(11, 18))]
        words[rng.randrange(3, 8)] += ","
        made.append(" ".join(words).capitalize() + ".")
    return " ".join(made)


def page(name, seed=0, paragraphs=9, language="en"):
    rng = random.Random(f"{name} {seed}")
    text = "\n\n".join(["A short headline", *(prose(rng) for _ in range(paragraphs))])
    return Original.of(name, language, text)


def site(name="set/site", pages=8):
    return [page(f"{name}/{number:02}") for number in range(pages)]


def waiting(originals):
    return {
        o.name: [Item("heading", o.language, o.name, f"Heading {n} of {o.name[-2:]}") for n in range(6)]
        for o in originals
    }


def dump_of(originals, rounds=1):
    planter = Planter(originals, waiting(originals))
    return [planter.dump(number) for number in range(rounds)][-1]


@pytest.fixture(scope="module")
def dumps():
    originals = site() + site("set/other", 5)
    planter = Planter(originals, waiting(originals))
    return [planter.dump(number) for number in range(4)]


@pytest.fixture(scope="module")
def cases(dumps):
    return [(dump, case) for dump in dumps for case in dump.cases()]


# --- sentences --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paragraph", "found"),
    [
        ("One is here. Two is there.", ["One is here.", "Two is there."]),
        ("We saw Mr. Brown. He left.", ["We saw Mr. Brown.", "He left."]),
        ("She cried “Stop.” Then it was over.", ["She cried “Stop.", "Then it was over."]),
        ("“Is it?” Smith asked. Nobody knew.", ["Nobody knew."]),
        ("It cost about 5 ft. Long ago. He paid.", ["He paid."]),
        ("They waited... Nobody came. It was late.", ["It was late."]),
        ("The end.The next. And so on.", ["And so on."]),
        ("No stop at all", []),
        ("Sie kam am 3. Mai nach Hause. Er nicht.", ["Er nicht."]),
        ("市长说会议已经结束。记者随后离开了大厅。", ["市长说会议已经结束。", "记者随后离开了大厅。"]),
        ("Είναι αργά; Δεν ξέρω. Ίσως αύριο.", ["Ίσως αύριο."]),
    ],
)
def test_only_certain_sentences_are_taken(paragraph, found):
    assert [paragraph[s.start : s.end] for s in sentences(paragraph)] == found


def test_body_is_prose_with_a_full_stop():
    assert is_body(ENGLISH)
    assert is_body(ENGLISH[:-1] + ".”")
    assert is_body(CHINESE)
    assert not is_body(ENGLISH[:-1])
    assert not is_body("Too short.")


# --- cuts -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(30))
def test_a_cut_inside_a_word_leaves_letters_on_both_sides(seed):
    cut = cutting.choose(ENGLISH, (cutting.INSIDE, cutting.BARE), "en", random.Random(seed))
    begun, left = ENGLISH[: cut.at], ENGLISH[cut.at :]
    assert begun[-2:].isalpha()
    assert left[:2].isalpha()
    assert len(begun.split()) > cutting.WORDS_BEFORE
    assert len(left.split()) > cutting.WORDS_BEHIND
    assert cut.tail == ""


@pytest.mark.parametrize("seed", range(30))
def test_a_cut_between_words_cuts_none(seed):
    cut = cutting.choose(ENGLISH, (cutting.BETWEEN, cutting.ELLIPSIS), "en", random.Random(seed))
    begun, left = ENGLISH[: cut.at], ENGLISH[cut.at :]
    assert left[0] == " " or left[:2] == ", "
    assert begun[-1].isalpha() or begun[-1] == ","
    assert len(begun.split()) >= cutting.WORDS_BEFORE
    assert len(left.split()) >= cutting.WORDS_BEHIND
    assert cut.tail.strip() in ("...", "…", "[...]", "[…]")


@pytest.mark.parametrize("seed", range(20))
def test_a_cut_inside_a_character_keeps_some_of_its_bytes(seed):
    greek = "Το πλοίο για τα βόρεια νησιά άργησε πάλι επειδή ο καπετάνιος περίμενε τον γιατρό του χωριού."
    cut = cutting.choose(greek, cutting.BROKEN_STYLE, "el", random.Random(seed))
    kept = cut.tail.encode("utf-8", "surrogateescape")
    whole = greek[cut.at].encode()
    assert whole.startswith(kept)
    assert 0 < len(kept) < len(whole)
    assert cutting.broken(ENGLISH) == []
    assert cutting.BROKEN_STYLE not in cutting.styles(greek)
    assert cutting.BROKEN_STYLE in cutting.styles(greek, in_bytes=True)


def test_scripts_without_spaces_are_cut_late_and_always_marked():
    assert {place for place, _ in cutting.styles(CHINESE)} == {cutting.BETWEEN}
    assert cutting.BARE not in {mark for _, mark in cutting.styles(CHINESE)}
    for seed in range(20):
        cut = cutting.choose(CHINESE, (cutting.BETWEEN, cutting.LINK), "zh", random.Random(seed))
        assert cutting.SHARE_BEFORE * (len(CHINESE) - 1) <= cut.at <= len(CHINESE) - 1 - 4
        assert any(word in cut.tail for word in links.MORE["zh"])


def test_links_speak_the_language_of_the_page():
    for language, words in links.MORE.items():
        assert any(word in links.link(language, random.Random(1)) for word in words)
    assert any(word in links.link("und", random.Random(1)) for word in links.MORE["en"])
    wanted = "en de fr es it pt nl pl ru el zh ja ar tr sv da no fi cs hu ro uk bg vi id ko th"
    assert set(wanted.split()) <= links.MORE.keys()


def test_short_sentences_are_not_cut():
    assert not cutting.is_long_enough("The ferry to the northern islands was late again.")
    assert cutting.is_long_enough(ENGLISH)
    assert not cutting.is_long_enough("市政府宣布修缮旧灯塔。")
    assert cutting.is_long_enough(CHINESE)


# --- halves -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("news.example.co.uk", "example"),
        ("www.example.com", "example"),
        ("example", "example"),
        ("a.b.example.gov.au", "example"),
    ],
)
def test_hosts_of_one_owner_stay_together(host, owner):
    assert owner_of(host) == owner
    assert half_of(host) == half_of(f"www.{owner}.org")


def test_both_halves_have_sites():
    assert {half_of(f"site{n}.example") for n in range(20)} == {half_of(f"{n}.org") for n in range(20)}
    assert {half_of(f"{n}.org") for n in range(20)} == set(HALVES)


# --- where else a sentence stands -------------------------------------------------------------


def test_a_sentence_that_goes_on_otherwise_elsewhere_is_told():
    other = ENGLISH.replace("for the doctor", "for a letter")
    at = ENGLISH.index("waited") + 3
    question = Question.of(ENGLISH, at)
    assert question.needle.endswith(" because the captain waited ")
    assert Question.of(ENGLISH, at + 3).needle.endswith(" the captain waited for ")
    assert Question.of(CHINESE, 15).needle == folded(CHINESE[:16])

    def verdict(*paragraphs):
        pool = Pool([Original("s/s/1", "en", (ENGLISH,), ()), Original("s/s/2", "en", paragraphs, ("\n",))])
        return pool.verdict(question, ENGLISH)

    assert verdict("Something else altogether is said here.") == ALONE
    assert verdict(f"{ENGLISH} It is so.") == SAME
    assert verdict(other) == DIFFERS
    near = "Again the ferry to the northern islands was late, because the captain waited for the old doctor."
    assert verdict(near) == DIFFERS


# --- planting ---------------------------------------------------------------------------------


def test_dumps_are_the_same_for_the_same_pages_and_differ_by_round(dumps):
    originals = site() + site("set/other", 5)
    assert dump_of(originals, 4) == dumps[3]
    assert dumps[0] != dumps[1]
    assert not {c.sentence for c in dumps[0].cases()} & {c.sentence for c in dumps[1].cases()}


def test_a_part_of_the_sites_is_enough_for_a_quick_look():
    originals = [one for n in range(6) for one in site(f"set/site{n}", 3)]
    few = Planter(originals, {}).dump(0, enough=4)
    assert 4 <= len(few.cases()) < len(dump_of(originals).cases())


def test_planted_text_stands_where_it_is_said_to_stand(dumps):
    for dump in dumps:
        for carrier in dump.carriers:
            for start, end, what in carrier.planted:
                assert carrier.text[start:end] == what.text
                assert carrier.text[:start].endswith("\n\n")
                assert carrier.text[end:].startswith("\n\n") or (
                    end == len(carrier.text) and what.kind == END
                )


def test_a_page_carries_a_handful(dumps):
    assert max(len(carrier.planted) for dump in dumps for carrier in dump.carriers) <= 7
    assert all(dump.items() for dump in dumps)


def test_every_kind_is_made_with_and_without_donor(cases):
    made = {(case.kind, case.donor) for _, case in cases}
    assert made == {(kind, donor) for kind in KINDS for donor in (True, False)}
    assert {(case.place, case.mark) for _, case in cases} == set(cutting.STYLES)
    there = sum(case.donor for _, case in cases)
    assert abs(2 * there - len(cases)) <= 0.2 * len(cases)


def others(dump, case):
    """The folded paragraphs of the dump, without the planted one."""
    lines = [line for carrier in dump.carriers for line in carrier.text.split("\n")]
    return [folded(line) for line in lines if line != case.text]


def test_without_a_donor_the_sentence_stands_nowhere_beyond_the_cut(cases):
    for dump, case in cases:
        if not case.donor:
            straddling = folded(case.sentence).split()
            cut = len(folded(case.fragment[case.begun :]).split())
            needle = " ".join(straddling[cut - 3 : cut + 1])
            assert not any(needle in text for text in others(dump, case)), case


def test_with_a_donor_the_whole_sentence_is_there(cases):
    for dump, case in cases:
        if case.donor:
            assert any(folded(case.sentence) in text for text in others(dump, case)), case


def test_each_kind_stands_where_it_belongs(cases):
    for dump, case in cases:
        (carrier,) = [c for c in dump.carriers if any(what is case for _, _, what in c.planted)]
        (start,) = [start for start, _, what in carrier.planted if what is case]
        same = carrier.id == f"{case.source}.txt"
        if case.kind == TEASER:
            assert not same
            assert carrier.id.rpartition("/")[0] == case.source.rpartition("/")[0]
            assert case.donor == any(c.id == f"{case.source}.txt" for c in dump.carriers)
        elif case.kind == PULL_QUOTE:
            assert same
            before, behind = carrier.text[:start].split("\n\n")[-2], carrier.text[start:].split("\n\n")[1]
            assert case.sentence not in before + behind
            assert (case.sentence in carrier.text) == case.donor
        else:
            assert same
            assert carrier.text.endswith(case.text)
            copies = [c for c in dump.carriers if c.id == f"{case.source}-copy.txt"]
            assert len(copies) == case.donor
            assert all(case.sentence in copy.text for copy in copies)


def test_copies_of_a_page_leave_no_case_without_donor():
    originals = site()
    twins = [replace(one, name=f"set/twin/{one.name[-2:]}") for one in originals]
    found = dump_of(originals + twins).cases()
    assert found
    assert all(case.donor for case in found)


def test_pages_that_nearly_agree_give_no_case_at_all():
    originals = site(pages=4)
    twins = [
        replace(
            one, name=f"set/twin/{one.name[-2:]}", paragraphs=tuple(map(ending_otherwise, one.paragraphs))
        )
        for one in originals
    ]
    assert dump_of(originals).cases()
    assert dump_of(originals + twins).cases() == []


def ending_otherwise(paragraph):
    """Every sentence with other last words."""
    return ". ".join(f"{s.rsplit(' ', 3)[0]} and so on" for s in paragraph.split(". "))


def test_a_dump_that_lies_is_refused(dumps):
    dump = dumps[0]
    case = next(c for c in dump.cases() if not c.donor)
    with pytest.raises(PlantingError, match="beyond the cut") as told:
        check(replace(dump, carriers=(*dump.carriers, Carrier("set/site/leak.txt", case.sentence))))
    assert told.value.case == case
    case = next(c for c in dump.cases() if c.donor and c.kind == TEASER)
    kept = tuple(c for c in dump.carriers if case.sentence not in c.text)
    with pytest.raises(PlantingError):
        check(replace(dump, carriers=kept))


def test_items_never_say_how_a_sentence_goes_on():
    originals = site()
    told = {
        o.name: [
            Item("list item", "en", o.name, p[s.start : s.end]) for p in o.paragraphs for s in sentences(p)
        ]
        for o in originals
    }
    planter = Planter(originals, told)
    for number in range(3):
        dump = planter.dump(number)
        begun = [folded(case.fragment[case.begun :])[:-2] for case in dump.cases()]
        assert dump.items()
        assert not any(start in folded(item.text) for item in dump.items() for start in begun)


def test_an_item_is_planted_once_a_site():
    originals = site()
    same = {
        o.name: [Item("heading", "en", o.name, f"Heading number {n}") for n in range(5)] for o in originals
    }
    planter = Planter(originals, same)
    seen = [item.text for number in range(3) for item in planter.dump(number).items()]
    assert len(seen) == len(set(seen)) == 5


def test_a_document_cut_inside_a_character_keeps_its_bytes():
    document = Carrier("a.txt", "Και έπ\udcce").document()
    assert document.text == "Και έπ\udcce"
    assert document.source.size == len("Και έπ".encode()) + 1
    assert printable({"a": [document.text, 1, None]}) == {"a": ["Και έπ\\udcce", 1, None]}


# --- untouched items --------------------------------------------------------------------------


def test_items_come_from_headings_lists_captions_and_bylines():
    markup = """<html><body><h1>Ferry late <b>again</b> today</h1><h2>Two words</h2>
    <ul><li>North of the river</li><li><p>In a paragraph of its own</p></li><li>Cut off after this ...</li>
    <li>Cut off as well… <a>Read more</a></li><li>North of the river</li></ul>
    <figure><figcaption>The harbour<br>in winter light</figcaption></figure>
    <span class="post-author">By Ann Other Writer</span><a rel="author">Ann Other Writer</a>
    <div class="authority">Not a byline at all</div><script class="author">var a = b c d</script></body></html>"""
    found = [(item.kind, item.text) for item in items(markup, "set/site/doc", "en")]
    assert found == [
        ("heading", "Ferry late again today"),
        ("list item", "North of the river"),
        ("caption", "The harbour in winter light"),
        ("byline", "By Ann Other Writer"),
        ("byline", "Ann Other Writer"),
    ]
    assert items("  ", "set/site/doc", "en") == []


# --- judging ----------------------------------------------------------------------------------

CASE = Case(
    kind=PULL_QUOTE,
    place=cutting.INSIDE,
    mark=cutting.ELLIPSIS,
    donor=True,
    language="en",
    source="set/site/doc",
    fragment="The captain says the ferry will wai",
    tail="...",
    continuation="t for the doctor, as ever.",
    following="” He shrugs and goes on.",
)
RAW = f"Before it stands this.\n\n{CASE.text}\n\nBehind it stands that."
SPAN = (RAW.index(CASE.text), RAW.index(CASE.text) + len(CASE.text))
CUT = SPAN[1] - len(CASE.tail)


def cleaned(*edits, flags=(), before=()):
    document = RawDocument.from_text(RAW, id="set/site/doc.txt")
    layers = (*before, Layer("truncation", edits))
    return CleanDocument(
        document,
        Ledger(layers),
        Site("alone", "nothing"),
        (),
        tuple(flags),
        Metadata(),
        Versions("0", "0", "0"),
    )


def completion(inserted, start=CUT, end=SPAN[1], shift=0):
    donor = Donor("set/site/doc.txt", 5, 5 + len(inserted), 30)
    return Edit(start - shift, end - shift, RAW[start:end], inserted, "ellipsis", 0.99, Reason(donor=donor))


def outcome(document):
    mine = [touch for touch in touches(document) if touch.meets(*SPAN)]
    return judging.judge(CASE, now(document, *SPAN), mine, SPAN)


@pytest.mark.parametrize(
    ("inserted", "expected"),
    [
        ("t for the doctor, as ever.", judging.EXACT),
        ("t for the\ndoctor, as ever.”", judging.EXACT),
        ("t for the doctor", judging.SHORT),
        ("t for the doctor, as ever.” He shrugs", judging.LONG),
        ("t for the mayor, as ever.", judging.WRONG),
        (" for the doctor, as ever.", judging.WRONG),
        ("t for the doctor, as ever.” She smiles", judging.WRONG),
    ],
)
def test_completions_are_judged_by_the_original(inserted, expected):
    assert outcome(cleaned(completion(inserted))) == expected


def test_an_ellipsis_that_stays_before_the_completion_is_no_repair():
    assert outcome(cleaned(completion("t for the doctor, as ever.", SPAN[1]))) == judging.WRONG


def test_flags_and_silence_are_told_apart():
    assert outcome(cleaned()) == judging.MISSED
    assert outcome(cleaned(flags=[Flag("cut-word", *SPAN, "cut")])) == judging.FLAGGED
    assert outcome(cleaned(flags=[Flag("prose-guard", *SPAN, "another rule's")])) == judging.MISSED
    assert outcome(cleaned(flags=[Flag("cut-word", 0, SPAN[0] - 2, "beside it")])) == judging.MISSED
    assert outcome(cleaned(completion("", CUT))) == judging.CHANGED
    gone = Layer("boilerplate", (Edit(SPAN[0], SPAN[1], CASE.text, "", "boilerplate"),))
    assert outcome(cleaned(before=[gone])) == judging.REMOVED
    assert {judging.MISSED, judging.REMOVED}.isdisjoint(judging.DETECTED)


def test_a_join_with_a_stranger_is_wrong():
    end = SPAN[1] + 2
    assert outcome(cleaned(Edit(SPAN[1], end, RAW[SPAN[1] : end], " ", "interrupted"))) == judging.WRONG


def test_edits_are_told_in_raw_places_whatever_went_before():
    head = RAW.index("\n") + 2
    gone = Layer("boilerplate", (Edit(0, head, RAW[:head], "", "boilerplate"),))
    document = cleaned(completion("t for the doctor, as ever.", shift=head), before=[gone])
    (touch,) = touches(document)
    assert (touch.start, touch.end) == (CUT, SPAN[1])
    assert outcome(document) == judging.EXACT
    assert line_around(RAW, touch.start, touch.end) == SPAN


def test_what_is_inserted_at_a_point_belongs_to_what_ends_there():
    bare = Touch("cut-word", SPAN[1], SPAN[1], is_flag=False, inserted="t")
    assert bare.meets(*SPAN)
    assert not bare.meets(SPAN[1], len(RAW))
    assert line_around(RAW, SPAN[1], SPAN[1]) == SPAN


def test_words_that_are_not_the_donors_break_a_law():
    document = cleaned(completion("t for it."))
    assert faults(document, {"set/site/doc.txt": "12345t for it."}) == []
    assert len(faults(document, {"set/site/doc.txt": "12345t for me."})) == 1
    assert len(faults(cleaned(Edit(CUT, CUT, "", "t", "cut-word")), {})) == 1


def test_a_dump_is_cleaned_and_judged(dumps):
    found = judged(None, dumps[0])
    assert len(found["cases"]) == len(dumps[0].cases())
    assert len(found["items"]) == len(dumps[0].items())
    assert found["faults"] == []
    assert {record["outcome"] for record in found["cases"]} <= set(judging.OUTCOMES)
    assert judging.EXACT in {r["outcome"] for r in found["cases"] if r["kind"] == PULL_QUOTE and r["donor"]}
    assert not [r for r in found["cases"] if not r["donor"] and r["outcome"] in judging.COMPLETED]
    assert all(set(record["rules"]) <= RULES for some in ("cases", "items") for record in found[some])
    json.dumps(found)


# --- tables -----------------------------------------------------------------------------------


def record(outcome, **values):
    usual = {"kind": TEASER, "place": cutting.INSIDE, "mark": cutting.BARE, "donor": True, "language": "en"}
    rules = ["cut-word"] if outcome in judging.DETECTED else []
    return {**usual, "is_word": False, "rules": rules, "outcome": outcome, **values}


RESULT = {
    "cases": [
        *[record(judging.EXACT)] * 6,
        record(judging.WRONG),
        record(judging.MISSED),
        *[record(judging.FLAGGED, donor=False)] * 2,
        record(judging.MISSED, donor=False, place=cutting.BETWEEN, language="pl"),
    ],
    "items": [
        {"kind": "heading", "language": "en", "rules": ["cut-word"]},
        *[{"kind": "byline", "language": "pl", "rules": []}] * 3,
    ],
    "natural": [{"rules": ["ellipsis"], "document": "d", "text": "t", "inserted": "x"}],
    "faults": [],
}


def rows(table):
    return {line.split(" | ")[0].removeprefix("| "): line for line in table.splitlines()}


def test_the_summary_counts_what_the_bars_ask():
    summary = rows(planted_tables(RESULT, "tune")["planted-summary"])
    assert "| 90.0% | ≥ 98% | 9 cuts, 1 of 4 items |" in summary["detection: precision"]
    assert "| 90.0% | ≥ 95% | 9 of 10 |" in summary["detection: recall over sure cuts"]
    assert "| 0.0% |  | 0 of 1 |" in summary["detection: bare, between words, no donor"]
    assert "| 75.0% | ≥ 95% | 6 of 8 |" in summary["completed exactly, donor there"]
    assert "| 0 | 0 | 0 of 3 |" in summary["wrong completions, no donor"]
    assert "| 90.91 | ≤ 1 | 1 of 11 |" in summary["wrong completions per 1,000 cases"]
    assert "| 1 |" in summary["completions that nobody planted"]


def test_the_other_tables_agree():
    found = planted_tables(RESULT, "tune")
    assert (
        "| inside a word | bare | teaser | 8 | 87.5% | 75.0% | 1 | 2 | 100.0% | 0 |" in found["planted-kinds"]
    )
    assert "| `cut-word` | 9 | 1 | 90.0% | 0 |" in found["planted-rules"]
    assert "| pl | 1 |  | 0 |  | 0 | 3 | 0 |" in found["planted-languages"]
    assert "| heading | 1 | 1 | 100.00% | cut-word 1 |" in found["planted-untouched"]
    assert planted_tables({name: [] for name in RESULT}, "tune").keys() == found.keys()


def test_failures_are_listed_by_kind():
    failed = planted.failures(RESULT)
    assert len(failed["wrong completion"]) == 1
    assert len(failed["untouched item touched"]) == 1
    assert len(failed["missed, no donor"]) == 1
    assert len(failed["not completed although the donor is there"]) == 1


def bench(folder, **values):
    usual = {"pages": (), "half": "tune", "cases": None, "jobs": 1, "written": folder}
    store = Store(folder, "state")
    return Bench(**{**usual, "verdicts": folder / "verdicts.tsv", "store": store, "lists": folder, **values})


def test_every_place_in_the_documentation_has_its_table(tmp_path):
    document = (DOCS / "repair.md").read_text("utf-8")
    names = set(planted_tables(RESULT, "report"))
    names |= handwritten.to_tables(bench(tmp_path), {"cases": []}).keys()
    names |= natural.to_tables(bench(tmp_path), {"dumps": [], "completions": []}).keys()
    names |= joining.to_tables(bench(tmp_path), dict.fromkeys(joining.FIGURES, 0)).keys()
    filled = fill(document, dict.fromkeys(names, "| made |"))
    assert filled.count("| made |") == document.count("<!-- table: ") == len(names)


def test_stages_offer_what_the_command_asks():
    for stage in STAGES.values():
        for name in ("measure", "to_tables", "lists", "failures", "draw"):
            assert callable(getattr(stage, name))


def test_the_plot_is_drawn(tmp_path):
    pytest.importorskip("matplotlib")
    planted.draw(bench(tmp_path), RESULT, tmp_path)
    assert "document end" in (tmp_path / "planted.svg").read_text("utf-8")


# --- hand-written and natural cases -----------------------------------------------------------

WRITTEN = """
[[case]]
name = "verbatim"
kind = "completes"
completion = "eck since the war."
text = '''
The old lighthouse keeper remembers every wr...

He has lived on the rock for sixty years and does not mean to leave.

The old lighthouse keeper remembers every wreck since the war. His logbooks fill a wall.
'''

[[case]]
name = "nothing to go by"
kind = "decoy"
text = '''
The old lighthouse keeper remembers every wr...

He has lived on the rock for sixty years and does not mean to leave.
'''
"""


def test_hand_written_cases_are_run_one_by_one(tmp_path):
    (tmp_path / "en.toml").write_text(WRITTEN, "utf-8")
    result = handwritten.measure(bench(tmp_path))
    assert result["cases"][0]["outcome"] == handwritten.EXACT
    assert result["cases"][1]["outcome"] in (handwritten.FLAGGED, handwritten.LEFT)
    table = handwritten.to_tables(bench(tmp_path), result)["handwritten"]
    assert "| en | 1 | 1 | 100.0% | 0 | 1 | 0 |" in table
    assert not any(handwritten.failures(result).values())


def test_a_completion_that_is_not_the_expected_one_is_told(tmp_path):
    (tmp_path / "en.toml").write_text(WRITTEN.replace("eck since the war.", "inkle since.", 1), "utf-8")
    result = handwritten.measure(bench(tmp_path))
    assert result["cases"][0]["outcome"] == handwritten.OTHERWISE
    assert len(handwritten.failures(result)["completed otherwise"]) == 1


@pytest.mark.parametrize("broken", ['kind = "other"', 'kind = "completes"\nname = "x"\ntext = "y"'])
def test_a_hand_written_case_that_lacks_something_is_refused(tmp_path, broken):
    (tmp_path / "en.toml").write_text(f"[[case]]\n{broken}\n", "utf-8")
    with pytest.raises(handwritten.WrittenCaseError, match="case 1"):
        handwritten.measure(bench(tmp_path))


def test_verdicts_of_people_are_counted(tmp_path):
    (tmp_path / "verdicts.tsv").write_text(
        "# key\tverdict\nabc\tright\na note\twrong\nxyz\tundecidable\tno idea\n", "utf-8"
    )
    made = [
        {"input": "html", "set": "daniel", "key": key, "rule": "ellipsis", "where": "same site"}
        for key in ("abc", "xyz", "new")
    ]
    dumps = [{"input": "html", "set": "daniel", "documents": 7, "flags": {"cut-word": 4}}]
    found = natural.to_tables(bench(tmp_path), {"dumps": dumps, "completions": made})
    assert "| html | daniel | 7 | 3 | 0 | 3 | 0 | 1 | 0 | 1 | 1 | 4 |" in found["natural"]
    assert "| `cut-word` | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 4 |" in found["natural-rules"]
    listed = natural.lists(bench(tmp_path), {"completions": made})["completions.jsonl"]
    assert [c["verdict"] for c in listed] == ["right", "undecidable", natural.UNREAD]


def test_a_verdict_that_says_nothing_is_refused(tmp_path):
    (tmp_path / "verdicts.tsv").write_text("abc\tperhaps\n", "utf-8")
    with pytest.raises(natural.VerdictError, match="line 1"):
        natural.read_verdicts(tmp_path / "verdicts.tsv")
    assert natural.read_verdicts(tmp_path / "none.tsv") == {}


def test_dumps_know_what_they_carry(dumps):
    dump = dumps[0]
    assert isinstance(dump, Dump)
    assert len(dump.cases()) + len(dump.items()) == sum(len(c.planted) for c in dump.carriers)
