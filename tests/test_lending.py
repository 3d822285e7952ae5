"""Cut-off text completed from other documents of the dump: which lend, which do not, and in any order."""

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import documents, pages, paragraph, placed, sentence

from scrubber.cli import run
from scrubber.config import Chrome, Config, Repair
from scrubber.cuts.suspects import suspects
from scrubber.cuts.vocabulary import vocabulary_of
from scrubber.documents import CutOff, RawDocument
from scrubber.edits import revert
from scrubber.evidence import collect
from scrubber.fragments import LENDERS
from scrubber.pipeline import clean, library_of, scrub
from scrubber.preparing import prepare
from scrubber.reading import read_path
from scrubber.rules.continuations import _LEAST_BEFORE_DOTS, _LEAST_SAID
from scrubber.rules.looks import Looks
from scrubber.segmenting import segment_text
from scrubber.templates import resolve

ALONE = Config(chrome=Chrome(threshold=1.0))
SENTENCE = (
    "The stubborn committee repaired the wooden bridge near the valley, and then told the whole council that "
    "nobody in the village had ever been asked about it."
)
CUT = SENTENCE[: SENTENCE.index("council") + 5]
TEASER = f"{CUT}…"
RULES = {"cut-word", "cut-sentence", "ellipsis", "cut-document"}


def prose(seed, count=1):
    rng = random.Random(f"prose {seed}")
    return [paragraph(rng) for _ in range(count)]


def text_of(*parts):
    return "\n\n".join(parts) + "\n"


def page(id, *parts, url=None):
    return RawDocument.from_text(text_of(*prose(id), *parts, *prose(f"{id} end")), id=id, url=url)


def site(name, count, more, **where):
    """Pages of an invented site; of the n-th the paragraphs ``more[n]`` stand in its body."""
    made = []
    for n, one in enumerate(pages(name, count)):
        body = (*one.body[:2], *more.get(n, ()), *one.body[2:])
        made.append(placed(replace(one, body=body), name, n, **where))
    return made


def by_id(dump):
    return {document.id: document for document in dump}


def only(cut):
    (suspect,) = suspects(cut, segment_text(cut))
    return suspect


def key_of(cut):
    return only(cut).passage.key


def cleaned(dump, config=ALONE):
    """All clean documents by id; what was inserted stands in the dump to the letter."""
    known = by_id(dump)
    done = {page.id: page for page in clean(dump, config)}
    for page in done.values():
        assert revert(page.text, page.ledger) == known[page.id].text
        for edit in page.ledger:
            donor = edit.reason.donor
            if edit.rule in RULES and donor is not None:
                assert edit.inserted == prepare(known[donor.document], config).text[donor.start : donor.end]
                assert edit.reason.note in ("verbatim", "paraphrase")
    return done


def completion(page):
    (edit,) = (edit for edit in page.ledger if edit.rule in RULES)
    return edit


def outcomes(page):
    return [(cut.outcome, cut.donor) for cut in page.cuts]


# what lends


def test_another_document_says_how_it_goes_on():
    dump = [page("seeks", TEASER), page("holds", SENTENCE), page("else")]
    done = cleaned(dump)
    assert done["seeks"].text == dump[0].text.replace(TEASER, SENTENCE)
    start = dump[0].text.index(TEASER)
    assert done["seeks"].cuts == (CutOff("ellipsis", start, start + len(TEASER), "completed", "holds"),)
    assert done["seeks"].flags == ()
    assert (done["holds"].cuts, done["else"].cuts) == ((), ())
    edit = completion(done["seeks"])
    assert (edit.rule, edit.removed, edit.inserted) == ("ellipsis", "…", SENTENCE[len(CUT) :])
    held = dump[1].text.index(SENTENCE)
    donor = edit.reason.donor
    assert (donor.start, donor.end) == (held + len(CUT), held + len(SENTENCE))
    assert donor.overlap >= len(CUT) - 5


CASES = {
    "no mark": (CUT, SENTENCE, "cut-word"),
    "runs on": (SENTENCE[: SENTENCE.index(" village")], SENTENCE, "cut-sentence"),
    "a link": (f"{CUT}... read more »", SENTENCE, "ellipsis"),
    "brackets": (f"{CUT}[...]", SENTENCE, "ellipsis"),
    "German": (
        "Der Gemeinderat hat die alte Brücke am Hafen nach dem Hochwasser repariert und dem Bürgerm… weiterlesen",
        "Der Gemeinderat hat die alte Brücke am Hafen nach dem Hochwasser repariert und dem Bürgermeister nichts gesagt.",
        "ellipsis",
    ),
    "Russian": (
        "Городской совет отремонтировал старый мост у реки после наводнения и ничего не сказал жите… читать далее",
        "Городской совет отремонтировал старый мост у реки после наводнения и ничего не сказал жителям деревни.",
        "ellipsis",
    ),
    "Greek": (
        "Το δημοτικό συμβούλιο επισκεύασε την παλιά γέφυρα στο λιμάνι και δεν είπε τίποτα στους κατοί…",
        "Το δημοτικό συμβούλιο επισκεύασε την παλιά γέφυρα στο λιμάνι και δεν είπε τίποτα στους κατοίκους του χωριού.",
        "ellipsis",
    ),
    "Chinese": (
        "港口今天早上重新开放，居民们感到非常高兴，因为这座…",
        "港口今天早上重新开放，居民们感到非常高兴，因为这座桥已经关闭了三年之久。",
        "ellipsis",
    ),
}  # fmt: skip


def test_pages_and_texts_complete_each_other():
    for n, parts in ((0, [TEASER]), (1, [SENTENCE])):
        inner = "".join(f"<p>{part}</p>" for part in [*prose("html"), *parts, *prose("html end")])
        html = RawDocument.from_html(f"<html><body><div>{inner}</div></body></html>", id="html")
        text = page("text", SENTENCE if n == 0 else TEASER)
        done = cleaned([html, text])["html" if n == 0 else "text"]
        assert outcomes(done) == [("completed", "text" if n == 0 else "html")]
        assert SENTENCE in done.text


@pytest.mark.parametrize("name", CASES)
def test_every_kind_of_cut_in_any_language(name):
    cut, whole, rule = CASES[name]
    dump = [page("seeks", cut), page("holds", f"{SENTENCE[:60]} again. {whole}"), page("else")]
    done = cleaned(dump)["seeks"]
    assert done.text == dump[0].text.replace(cut, whole)
    assert [(c.rule, c.outcome, c.donor) for c in done.cuts] == [(rule, "completed", "holds")]


def test_a_document_cut_inside_a_character_has_its_copy(tmp_path):
    whole = text_of(
        *prose("a"),
        "Der Rat hat die alte Brücke nach dem Hochwasser repariert, und dann für immer geschlossen.",
    )
    data = whole.encode()
    (tmp_path / "cut.txt").write_bytes(data[: data.index("für".encode()) + 2])
    (tmp_path / "whole.txt").write_bytes(data)
    dump = [read_path(tmp_path / name, id=name) for name in ("cut.txt", "whole.txt")]
    done = cleaned(dump)["cut.txt"]
    assert done.text == whole
    assert [(c.rule, c.outcome, c.donor) for c in done.cuts] == [("cut-document", "completed", "whole.txt")]


@pytest.mark.parametrize("half", ["\ufffd", " \ufffd", "\udce2\udc80"])
def test_half_a_character_is_half_only_where_the_document_ends(half):
    holds = page("holds", SENTENCE)
    ends = RawDocument.from_text(text_of(*prose("ends"), f"{CUT}{half}"), id="ends")
    done = cleaned([ends, holds])["ends"]
    assert done.text == text_of(*prose("ends"), SENTENCE)
    assert [(c.rule, c.outcome, c.donor) for c in done.cuts] == [("cut-document", "completed", "holds")]
    amid = cleaned([page("amid", f"{CUT}{half}"), holds])["amid"]
    assert SENTENCE not in amid.text
    assert (amid.cuts, amid.flags) == ((), ())


def test_the_donor_speaks_after_the_encoding_layer():
    whole = "The cafe\u0301s of the old harbour werenâ€™t open, and the whole council said that nobody\u0000 had asked."
    dump = [
        page("seeks", "The cafés of the old harbour weren’t open, and the whole coun…"),
        page("holds", whole),
    ]
    done = cleaned(dump)["seeks"]
    assert (
        "The cafés of the old harbour weren’t open, and the whole council said that nobody had asked."
        in done.text
    )
    assert completion(done).reason.donor.start != dump[1].text.index("cil said")


def test_a_paraphrase_is_completed_inside_the_document_and_from_no_other():
    told = "The committee repaired the bridge near the valley, and then told the whole assem…"
    said = SENTENCE.replace("whole council", "whole assembled council")
    done = cleaned([page("seeks", told, *prose("x"), said)])["seeks"]
    assert completion(done).reason.note == "paraphrase"
    assert outcomes(done) == [("completed", "seeks")]
    # Other documents say the same of other persons and other years, however many they are.
    holders = [page(f"h{n}", said) for n in range(3)]
    for known in (holders[:1], holders):
        done = cleaned([page("seeks", told), *known])["seeks"]
        assert outcomes(done) == [("kept", None)]
        assert told in done.text


DATED = "Members of the rowing club are reminded that the annual general meeting will be held on"


@pytest.mark.parametrize("number", ["5 May 2022", "12.30 o’clock of Sunday", "(3 June)", "“5 May”"])
def test_a_number_right_behind_the_cut_needs_two_documents_that_say_it(number):
    seeks, whole = page("seeks", f"{DATED} ..."), f"{DATED} {number} in the old boathouse."
    one, two = page("one", whole), page("two", whole)
    done = cleaned([seeks, one])["seeks"]
    assert outcomes(done) == [("kept", None)]
    assert f"{DATED} ..." in done.text
    assert outcomes(cleaned([seeks, one, two])["seeks"]) == [("completed", "one")]
    other = page("two", f"{DATED} 6 May 2023 in the old boathouse.")
    assert outcomes(cleaned([seeks, one, other])["seeks"]) == [("kept", None)]


def test_the_document_itself_may_say_a_number_and_another_one_later_in_the_sentence():
    whole = f"{DATED} 5 May 2022 in the old boathouse."
    done = cleaned([page("seeks", f"{DATED} ...", *prose("x"), whole)])["seeks"]
    assert outcomes(done) == [("completed", "seeks")]
    later = page("holds", f"{DATED} the first Friday of May 2022.")
    assert outcomes(cleaned([page("seeks", f"{DATED} ..."), later])["seeks"]) == [("completed", "holds")]


LITTLE = "It was not the first time that we..."


def test_what_says_little_is_completed_from_the_document_itself_alone():
    whole = "It was not the first time that we saw the harbour board forget its keys."
    said = Looks(vocabulary_of("en")).says(only(LITTLE).passage)
    assert _LEAST_BEFORE_DOTS < said < _LEAST_SAID
    assert outcomes(cleaned([page("seeks", LITTLE, *prose("x"), whole)])["seeks"]) == [("completed", "seeks")]
    assert outcomes(cleaned([page("seeks", LITTLE), page("holds", whole)])["seeks"]) == [("kept", None)]


def test_dots_behind_what_says_still_less_are_a_pause_in_the_document_itself_too():
    pause, whole = "He did not know what...", "He did not know what the board had done with the keys."
    assert Looks(vocabulary_of("en")).says(only(pause).passage) < _LEAST_BEFORE_DOTS
    assert outcomes(cleaned([page("seeks", pause, *prose("x"), whole)])["seeks"]) == [("kept", None)]
    # A link is no pause.
    linked = page("seeks", f"{pause} read more", *prose("x"), whole)
    assert outcomes(cleaned([linked])["seeks"]) == [("completed", "seeks")]


# who comes first


def test_the_document_itself_comes_before_all_others():
    dump = [page("seeks", TEASER, *prose("x"), SENTENCE), page("a", SENTENCE)]
    assert outcomes(cleaned(dump)["seeks"]) == [("completed", "seeks")]
    assert completion(cleaned(dump)["seeks"]).confidence == 0.99


def test_the_same_site_comes_before_the_rest():
    home = site("acorn", 4, {0: [TEASER], 3: [SENTENCE]}, place="host")
    for other in ("birch", "cedar"):
        abroad = site(other, 4, {1: [SENTENCE], 2: [SENTENCE]}, place="host")
        done = cleaned([*abroad, *home], Config())[home[0].id]
        assert outcomes(done) == [("completed", home[3].id)]
        assert completion(done).confidence == 0.98


def test_the_rest_of_the_dump_is_asked_as_well():
    home = site("acorn", 4, {0: [TEASER]}, place="host")
    abroad = site("birch", 4, {1: [SENTENCE], 2: [SENTENCE]}, place="host")
    done = cleaned([*home, *abroad], Config())[home[0].id]
    assert outcomes(done) == [("completed", min(abroad[1].id, abroad[2].id))]
    assert completion(done).confidence == 0.96


def test_what_is_at_hand_in_the_document_need_not_be_asked_of_others():
    asked = []
    dump = [page("seeks", TEASER, *prose("x"), SENTENCE), page("a", SENTENCE)]
    index = resolve(collect(dump, ALONE), ALONE)
    library = library_of(Asked(by_id(dump), asked), index, ALONE)
    for document in dump:
        scrub(document, index, ALONE, library=library)
    assert asked == []


class Asked(Mapping):
    """Documents, and which were asked for."""

    def __init__(self, documents, asked):
        self.documents, self.asked = documents, asked

    def __getitem__(self, id):
        self.asked.append(id)
        return self.documents[id]

    def __iter__(self):
        return iter(self.documents)

    def __len__(self):
        return len(self.documents)


def test_each_document_is_read_once_however_often_it_is_asked():
    asked = []
    dump = [page("seeks", TEASER), page("seeks too", TEASER), page("holds", SENTENCE)]
    index = resolve(collect(dump, ALONE), ALONE)
    library = library_of(Asked(by_id(dump), asked), index, ALONE)
    for document in dump * 2:
        scrub(document, index, ALONE, library=library)
    assert sorted(asked) == ["holds", "seeks", "seeks too"]


def test_the_same_site_comes_first_even_where_many_hold_it_until_nobody_knows_them_all():
    home = site("acorn", 4, {0: [TEASER], 3: [SENTENCE]}, place="host")
    abroad = [page(f"0{n:02}", SENTENCE) for n in range(LENDERS)]
    assert outcomes(cleaned([*abroad[1:], *home], Config())[home[0].id]) == [("completed", home[3].id)]
    check_kept(cleaned([*abroad, *home], Config())[home[0].id])


def test_not_one_of_many_may_disagree_unheard():
    other = f"{CUT}cil nothing at all about the winter."
    agree = [page(f"a{n:02}", SENTENCE) for n in range(LENDERS - 1)]
    seeks = page("seeks", TEASER)
    assert outcomes(cleaned([seeks, *agree])["seeks"]) == [("completed", "a00")]
    check_kept(cleaned([seeks, *agree, page("z", other)])["seeks"])
    check_kept(cleaned([seeks, *agree, page("y", other), page("z", other)])["seeks"])


# how far it goes


@pytest.mark.parametrize("behind", ["", " More of it.", " “More of it,” he said.", "\n\nMore of it."])
def test_it_runs_to_the_end_of_the_sentence_and_no_further(behind):
    done = cleaned([page("seeks", TEASER), page("holds", f"{SENTENCE}{behind}")])["seeks"]
    assert completion(done).inserted == SENTENCE[len(CUT) :]


@pytest.mark.parametrize("end", [" of the", ", and", " because nobody else"])
def test_it_never_runs_past_the_block_of_the_donor(end):
    open_end = f"{SENTENCE.removesuffix('.')}{end}"
    done = cleaned([page("seeks", TEASER), page("holds", open_end, "old harbour had said a word about it.")])[
        "seeks"
    ]
    assert not any(outcome == "completed" for outcome, _ in outcomes(done))
    assert TEASER in done.text


def test_abbreviations_and_numbers_end_no_sentence():
    whole = (
        f"{CUT}cil of Mr. Brown and Dr. Gray that 3.5 million had been spent at St. Ives, by all accounts."
    )
    done = cleaned([page("seeks", TEASER), page("holds", f"{whole} Nobody knew.")])["seeks"]
    assert completion(done).inserted == whole[len(CUT) :]


def test_a_quotation_is_closed_where_it_was_opened():
    said = f"“{SENTENCE}”"
    dump = [page("seeks", f"“{TEASER}"), page("bare", f"{TEASER}"), page("holds", f"{said} He shrugged.")]
    done = cleaned(dump)
    assert said in done["seeks"].text
    assert completion(done["bare"]).inserted == SENTENCE[len(CUT) :]


# what does not lend

PAUSE = "ends in a bare ellipsis, which may be a pause, and "
ASKED = f"{PAUSE}nothing in the dump says how it goes on"
NOT_ASKED = f"{PAUSE}nothing in the document says how it goes on (others were not asked)"


def check_kept(done, message=ASKED):
    assert outcomes(done) == [("kept", None)]
    assert TEASER in done.text
    assert [(flag.rule, flag.message) for flag in done.flags] == [("ellipsis", message)]
    assert done.raw.text[done.flags[0].start : done.flags[0].end] == TEASER


def test_documents_that_disagree_prove_nothing():
    other = f"{CUT}cil nothing at all about the winter."
    for holders in permutations([page("a", SENTENCE), page("b", other), page("c", SENTENCE)], 2):
        done = cleaned([page("seeks", TEASER), *holders])["seeks"]
        if {holder.id for holder in holders} == {"a", "c"}:
            assert outcomes(done) == [("completed", "a")]
        else:
            check_kept(done)


def test_not_even_where_one_of_them_is_of_the_same_site():
    home = site("acorn", 4, {0: [TEASER], 3: [SENTENCE]}, place="host")
    abroad = site("birch", 4, {1: [f"{CUT}cil nothing at all about the winter."]}, place="host")
    check_kept(cleaned([*home, *abroad], Config())[home[0].id])


def test_a_document_that_disagrees_with_itself_proves_nothing():
    other = f"{CUT}cil nothing at all about the winter."
    check_kept(cleaned([page("seeks", TEASER), page("both", SENTENCE, *prose("x"), other)])["seeks"])
    check_kept(
        cleaned([page("seeks", TEASER, *prose("x"), SENTENCE, *prose("y"), other), page("a", SENTENCE)])[
            "seeks"
        ]
    )


def test_small_differences_of_writing_are_no_disagreement():
    dump = [page("seeks", TEASER), page("b", SENTENCE), page("a", SENTENCE.replace(", and", " – AND"))]
    assert outcomes(cleaned(dump)["seeks"])[0][0] == "completed"
    dump[2] = page(
        "a", SENTENCE.replace("nobody in the village", "Nobody  in the village").replace("it.", "it!")
    )
    assert outcomes(cleaned(dump)["seeks"]) == [("completed", "a")]


def test_who_breaks_off_as_well_proves_nothing():
    cut_too = [page(f"c{n}", TEASER) for n in range(3)]
    longer = page("d", f"{SENTENCE[: SENTENCE.index('village')]}…")
    for holders in (cut_too, [longer], [page("e", f"{CUT}cil that nob… read more")]):
        check_kept(cleaned([page("seeks", TEASER), *holders])["seeks"])
    assert outcomes(cleaned([page("seeks", TEASER), *cut_too, page("z", SENTENCE)])["seeks"]) == [
        ("completed", "z")
    ]


def test_a_sentence_that_ends_there_was_a_pause():
    said = SENTENCE[: SENTENCE.index(" that nobody")]
    done = cleaned([page("seeks", f"{said}…"), page("holds", f"{said}. {SENTENCE[-60:].capitalize()}")])[
        "seeks"
    ]
    assert (done.cuts, done.flags) == ((), ())
    assert f"{said}…" in done.text


@pytest.mark.parametrize("where", ["foot", "head"])
def test_a_donor_judged_chrome_does_not_complete(where):
    made = []
    for n, one in enumerate(pages("acorn", 6)):
        head = (*one.head[:4], SENTENCE, *one.head[4:]) if where == "head" else one.head
        foot = (*one.foot[:4], SENTENCE, *one.foot[4:]) if where == "foot" else one.foot
        made.append(placed(replace(one, head=head, foot=foot), "acorn", n))
    seeks = site("birch", 6, {0: [TEASER]}, place="host")
    done = cleaned([*made, *seeks], Config())
    assert not any(SENTENCE in done[document.id].text for document in made)
    check_kept(done[seeks[0].id])
    named = resolve(collect([*made, *seeks])).lenders[key_of(TEASER)]
    assert {lender.document for lender in named} & {document.id for document in made}
    # The same text, where nothing is chrome, is a donor.
    assert outcomes(cleaned([*made, *seeks], ALONE)[seeks[0].id])[0][0] == "completed"


def test_the_pages_own_sidebar_does_not_complete_it_either():
    made = []
    for n, one in enumerate(pages("acorn", 6)):
        body = (*one.body[:2], TEASER, *one.body[2:]) if n == 0 else one.body
        made.append(
            placed(replace(one, body=body, foot=(*one.foot[:4], SENTENCE, *one.foot[4:])), "acorn", n)
        )
    check_kept(cleaned(made, Config())[made[0].id])


def test_sidebars_do_not_hide_the_article():
    for count in (4, 12):
        made = []
        for n, one in enumerate(pages("acorn", count)):
            more = {count - 2: (f"{SENTENCE} {prose('more')[0]}",), count - 1: (TEASER,)}.get(n, ())
            foot = one.foot if more else (*one.foot[:4], SENTENCE, *one.foot[4:])
            body = (*one.body[:2], *more, *one.body[2:])
            made.append(replace(placed(replace(one, body=body, foot=foot), "acorn", n), id=f"{n:02}"))
        done = cleaned(made, Config())
        assert [SENTENCE in done[document.id].text for document in made[:-1]] == [False] * (count - 2) + [
            True
        ]
        assert outcomes(done[made[-1].id]) == [("completed", made[-2].id)]


def lent(seeks, holds, index, config=ALONE):
    return scrub(seeks, index, config, library=library_of(by_id(holds), index, config))


def test_a_document_that_has_changed_proves_nothing():
    seeks, holds = page("seeks", TEASER), page("holds", SENTENCE)
    index = resolve(collect([seeks, holds], ALONE), ALONE)
    assert outcomes(lent(seeks, [seeks, holds], index)) == [("completed", "holds")]
    for changed in (
        page("holds", SENTENCE, "One more line."),
        page("holds", f"{CUT}cil a lie."),
        page("holds"),
    ):
        check_kept(lent(seeks, [seeks, changed], index))
    check_kept(lent(seeks, [seeks], index))
    check_kept(lent(seeks, [], index))


def test_a_name_is_not_enough():
    seeks = page("seeks", TEASER)
    other = page("else", SENTENCE)
    index = resolve(collect([seeks, page("holds", SENTENCE)], ALONE), ALONE)
    check_kept(lent(seeks, [replace(other, id="holds")], index))


def test_without_a_library_the_others_are_not_asked():
    dump = [page("seeks", TEASER), page("holds", SENTENCE)]
    index = resolve(collect(dump, ALONE), ALONE)
    check_kept(scrub(dump[0], index, ALONE), NOT_ASKED)
    asked = lent(dump[0], dump, index)
    assert asked.versions.index != scrub(dump[0], index, ALONE).versions.index
    assert lent(dump[1], dump, index) == scrub(dump[1], index, ALONE)


def test_with_a_library_that_knows_nothing_the_dump_was_asked():
    index = resolve(collect([page("seeks", TEASER)], ALONE), ALONE)
    check_kept(lent(page("seeks", TEASER), [], index))


def test_no_more_than_a_few_are_asked():
    holders = [page(f"a{n:02}", SENTENCE) for n in range(LENDERS + 1)]
    cut_too = [page(f"c{n:02}", TEASER) for n in range(LENDERS)]
    for count in (LENDERS, LENDERS + 1):
        asked = []
        dump = [page("seeks", TEASER), *cut_too, *holders[:count]]
        index = resolve(collect(dump, ALONE), ALONE)
        library = library_of(Asked(by_id(dump), asked), index, ALONE)
        done = scrub(dump[0], index, ALONE, library=library)
        # Of a passage that still more documents hold nobody knows who would disagree.
        known = count <= LENDERS
        assert asked == [holder.id for holder in holders[:count] if known]
        assert outcomes(done) == [("completed", "a00") if known else ("kept", None)]


def test_policies_hold_for_what_others_prove():
    dump = [page("seeks", TEASER), page("holds", SENTENCE)]
    for policy, outcome, shown in (("mark", "marked", f"{CUT} […]"), ("leave", "left", TEASER)):
        config = replace(ALONE, repair=Repair(proved=policy))
        done = {page.id: page for page in clean(dump, config)}["seeks"]
        assert outcomes(done) == [(outcome, "holds")]
        assert done.text == dump[0].text.replace(TEASER, shown)
        assert revert(done.text, done.ledger) == dump[0].text


# whatever the order


def told(pages):
    return {page.id: (page.text, page.cuts, page.flags, page.ledger, page.versions) for page in pages}


def teasers(name, count, seed, **where):
    """Pages of a site, each with a teaser that another of them completes."""
    rng = random.Random(f"teasers {name} {seed}")
    made = pages(name, count, seed=seed)
    more = {}
    for n in range(count):
        whole = rng.choice(rng.choice(made[(n + 1) % count].body).split(". ")).rstrip(".")
        cut = whole[: rng.randrange(45, len(whole) - 15)].rstrip(" ,")
        more[n] = cut + rng.choice(("…", " ...", "... read more »"))
    placed_ = [
        placed(replace(one, body=(*one.body[:3], more[n], *one.body[3:])), name, n, **where)
        for n, one in enumerate(made)
    ]
    return placed_, more


@pytest.mark.parametrize("markup", [False, True], ids=["text", "html"])
def test_law_the_order_of_the_documents_does_not_matter(markup):
    dump = [
        *teasers("acorn", 5, 1, markup=markup)[0],
        *teasers("birch", 3, 2, markup=markup, place="flat")[0],
    ]
    expected = told(cleaned(dump, Config()).values())
    assert sum(cut.outcome == "completed" for _, cuts, *_ in expected.values() for cut in cuts) >= 7
    for seed in range(3):
        shuffled = random.Random(seed).sample(dump, len(dump))
        assert told(clean(shuffled)) == expected


def test_law_the_steps_one_by_one_give_the_same():
    dump = teasers("acorn", 5, 3)[0]
    config = Config()
    index = resolve(collect(dump, config), config)
    library = library_of(by_id(dump), index, config)
    assert told(scrub(d, index, config, library=library) for d in dump) == told(clean(dump, config))
    assert told(lent(d, dump, index, config) for d in reversed(dump)) == told(clean(dump, config))


def test_law_what_a_library_remembers_changes_nothing():
    wholes = [sentence(random.Random(f"remembered {n}")) for n in range(45)]
    holders = [page(f"h{n}", whole) for n, whole in enumerate(wholes)]
    seekers = [page(f"s{n}", *(f"{w[:60]}…" for w in wholes[n::5])) for n in range(5)]
    index = resolve(collect([*holders, *seekers], ALONE), ALONE)
    shared = library_of(by_id([*holders, *seekers]), index, ALONE)
    one = told(scrub(d, index, ALONE, library=shared) for d in [*seekers, *seekers[::-1]])
    assert one == told(lent(d, [*holders, *seekers], index) for d in seekers)
    assert sum(cut.outcome == "completed" for _, cuts, *_ in one.values() for cut in cuts) > 35


def learned_or_not(document, dump, config):
    """The document cleaned with an index that has learned it, and with one that has not."""
    evidence = collect(dump, config)
    rest, others = evidence.without([document.id]), [d for d in dump if d.id != document.id]
    inside = resolve(evidence, config)
    outside = resolve(rest, config).with_lenders(collect([document], config), rest)
    return lent(document, dump, inside, config), lent(document, others, outside, config)


@settings(max_examples=8)
@given(st.integers(0, 9999), st.integers(3, 6), st.sampled_from(["host", "folder", "flat"]), st.booleans())
def test_law_a_document_is_completed_alike_whether_or_not_it_was_learned(seed, count, place, markup):
    dump, _ = teasers("acorn", count, seed, place=place, markup=markup)
    dump += documents("birch", 2, place=place, markup=markup)
    document = dump[seed % count]
    inside, outside = learned_or_not(document, dump, Config())
    assert inside == outside
    assert outcomes(inside)


def test_law_so_is_one_of_a_site_of_many():
    dump, _ = teasers("acorn", 14, 5)
    for document in dump[:4]:
        inside, outside = learned_or_not(document, dump, Config())
        assert inside == outside
        assert [outcome for outcome, _ in outcomes(inside)] == ["completed"]


def test_law_even_where_the_donor_has_the_same_teaser():
    dump = [page("seeks", TEASER), page("both", TEASER, *prose("x"), SENTENCE)]
    inside, outside = learned_or_not(dump[0], dump, ALONE)
    assert outcomes(inside) == outcomes(outside) == [("completed", "both")]


@pytest.mark.parametrize("place", ["flat", "folder"])
def test_law_even_of_a_site_of_two(place):
    dump, _ = teasers("acorn", 2, 0, place=place)
    inside, outside = learned_or_not(dump[0], dump, Config())
    assert outcomes(inside) == outcomes(outside) == [("completed", dump[1].id)]
    assert (inside.text, inside.cuts, inside.flags) == (outside.text, outside.cuts, outside.flags)


@pytest.mark.xfail(
    raises=AssertionError,
    strict=True,
    reason="of two documents the donor is of no site while the other is not learned: it is trusted less",
)
@pytest.mark.parametrize("place", ["flat", "folder"])
def test_law_and_as_sure(place):
    dump, _ = teasers("acorn", 2, 0, place=place)
    inside, outside = learned_or_not(dump[0], dump, Config())
    assert inside == outside


@pytest.mark.parametrize("count", [3, 5])
def test_law_even_of_a_copy_of_a_page_that_is_cut_at_its_end(count):
    dump = documents("acorn", count, place="flat")
    whole = dump[1].text
    cut = RawDocument.from_text(whole[: whole.index(pages("acorn", count)[1].body[-1]) + 75], id="cut")
    inside, outside = learned_or_not(cut, [*dump, cut], Config())
    assert outcomes(inside) == outcomes(outside) == [("completed", dump[1].id)]
    assert inside.text == outside.text
    assert inside == outside


@pytest.mark.xfail(
    strict=True, reason="a donor is judged among one page more where the asking page was learned"
)
def test_law_even_where_it_is_a_close_call_whether_the_donor_is_chrome():
    made = []
    for n, one in enumerate(pages("acorn", 4, seed=3)):
        body = (*one.body[:3], TEASER, *one.body[3:]) if n == 0 else one.body
        foot = (SENTENCE, *one.foot) if n else one.foot
        made.append(placed(replace(one, body=body, foot=foot), "acorn", n))
    inside, outside = learned_or_not(made[0], made, Config())
    assert outcomes(inside) == outcomes(outside)


# the command line


def plant(root, dump, markup):
    for n, document in enumerate(dump):
        path = root / f"{'ab'[n % 2]}" / f"{n}.{'html' if markup else 'txt'}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(document.markup if markup else document.text, encoding="utf-8")
    return root


def tree(root):
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".scrubber" not in path.parts and path.name != "run.json"
    }


@pytest.mark.parametrize("markup", [False, True], ids=["text", "html"])
def test_law_any_number_of_workers_writes_the_same(tmp_path, markup):
    dump, more = teasers("acorn", 7, 8, markup=markup)
    raw = plant(tmp_path / "raw", dump, markup)
    for jobs in ("1", "2"):
        assert run(["clean", str(raw), "--output", str(tmp_path / jobs), "--jobs", jobs, "-q"]) == 0
    written = tree(tmp_path / "1")
    assert written == tree(tmp_path / "2")
    records = [json.loads(data) for name, data in written.items() if name.endswith(".provenance.json")]
    assert len(records) == len(dump)
    done = [cut for record in records for cut in record["cuts"]]
    assert sum(cut["outcome"] == "completed" for cut in done) >= 6
    assert {cut["donor"] for cut in done if cut["outcome"] == "completed"} <= {
        record["id"] for record in records
    }
    in_memory = [
        read_path(path, id=path.relative_to(raw).as_posix())
        for path in sorted(raw.rglob("*"))
        if path.is_file()
    ]
    for clean_page in clean(reversed(in_memory)):
        name = f"{clean_page.id}.txt" if markup else clean_page.id
        assert written[name].decode() == clean_page.text
        record = json.loads(written[f"{name}.provenance.json"])
        assert [(c["rule"], c["start"], c["end"], c["outcome"], c.get("donor")) for c in record["cuts"]] == [
            (c.rule, c.start, c.end, c.outcome, c.donor) for c in clean_page.cuts
        ]
    assert len(more) == len(dump)


def test_what_was_completed_can_be_restored(tmp_path):
    dump = [page("seeks.txt", TEASER), page("holds.txt", SENTENCE)]
    raw = tmp_path / "raw"
    raw.mkdir()
    for document in dump:
        (raw / document.id).write_bytes(document.text.encode())
    assert run(["clean", str(raw), "-o", str(tmp_path / "out"), "-q", "-j", "1"]) == 0
    assert SENTENCE in (tmp_path / "out" / "seeks.txt").read_text()
    assert run(["restore", str(tmp_path / "out"), "--output", str(tmp_path / "back"), "-q"]) == 0
    assert (tmp_path / "back" / "seeks.txt").read_bytes() == dump[0].text.encode()


def test_a_second_run_over_the_clean_corpus_changes_nothing(tmp_path):
    raw = plant(tmp_path / "raw", teasers("acorn", 5, 9)[0], markup=False)
    assert run(["clean", str(raw), "-o", str(tmp_path / "out"), "-q", "-j", "1"]) == 0
    assert run(["clean", str(raw), "-o", str(tmp_path / "out"), "-q", "-j", "2", "--check"]) == 0
    known = [read_path(path, id=path.name) for path in (tmp_path / "out").rglob("*.txt")]
    for page in clean(known, ALONE):
        assert page.text == by_id(known)[page.id].text
