"""What becomes of cut-off text under every policy: what is written, told, listed, and undone."""

import json
import random
import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import pages, paragraph, placed, sentence

from scrubber.cli import run
from scrubber.config import Chrome, Config, Proved, Repair, Repeats, Unproved
from scrubber.documents import CutOff, RawDocument
from scrubber.edits import revert
from scrubber.pipeline import clean, scrub
from scrubber.preparing import prepare
from scrubber.rules.outcomes import MARK, PROVED

SENTENCE = (
    "The stubborn committee repaired the wooden bridge near the valley, and then told the whole council that "
    "nobody in the village had ever been asked about it."
)
WORD = SENTENCE[: SENTENCE.index("council") + 5]
BETWEEN = SENTENCE[: SENTENCE.index(" whole")]
RUNS_ON = SENTENCE[: SENTENCE.index(" village")]
LEAD = "Our reporters spoke to all of them. "
CUTS = {
    "a word": ("cut-word", WORD, ""),
    "a sentence": ("cut-sentence", RUNS_ON, ""),
    "an ellipsis": ("ellipsis", WORD, "…"),
    "three dots": ("ellipsis", BETWEEN, " ..."),
    "brackets": ("ellipsis", BETWEEN, " [...]"),
    "a link": ("ellipsis", WORD, "... read more »"),
    "half a character": ("cut-document", WORD, "\ufffd"),
}
HALF = "half a character"
SURE = [name for name in CUTS if name != "three dots"]
BEFORE, AMID, AFTER = (paragraph(random.Random(f"outcomes {n}")) for n in range(3))


def settings_of(**policy):
    return Config(chrome=Chrome(threshold=1.0), repair=Repair(**policy))


def scrubbed(text, **policy):
    """The clean document, once it is sure that it can be undone and is done once for all."""
    config = settings_of(**policy)
    document = RawDocument.from_text(text, id="doc")
    page = scrub(document, config=config)
    assert revert(page.text, page.ledger) == text
    assert scrub(document, config=config) == page
    again = scrub(RawDocument.from_text(page.text, id="doc"), config=config)
    assert again.text == page.text
    for edit in page.ledger:
        donor = edit.reason.donor
        if donor is not None and edit.inserted != MARK:
            assert edit.inserted == prepare(document, config).text[donor.start : donor.end]
    return page


def text_of(*parts):
    return "\n\n".join(part for part in parts if part) + "\n"


def around(cut, *, donor=""):
    return text_of(BEFORE, cut, AMID, donor, AFTER)


def standing(name, cut, donor=""):
    """The text in which the cut stands where it says that it is one: half a character at the very end."""
    return text_of(BEFORE, AMID, donor, AFTER, cut) if name == HALF else around(cut, donor=donor)


def cut_at(name, lead):
    rule, letters, mark = CUTS[name]
    return rule, f"{lead}{letters}", f"{lead}{letters}{mark}"


def told(page):
    return [(flag.rule, page.raw.text[flag.start : flag.end]) for flag in page.flags]


BOTH = pytest.mark.parametrize("lead", ["", LEAD], ids=["alone", "behind a sentence"])
EVERY = pytest.mark.parametrize("name", CUTS)


# proved


@EVERY
@BOTH
def test_what_is_proved_is_completed(name, lead):
    rule, letters, cut = cut_at(name, lead)
    raw = standing(name, cut, lead + SENTENCE)
    page = scrubbed(raw)
    assert page.text == standing(name, lead + SENTENCE, lead + SENTENCE)
    assert page.flags == ()
    start = raw.index(cut)
    assert page.cuts == (CutOff(rule, start, start + len(cut), "completed", "doc"),)
    (edit,) = (edit for edit in page.ledger if edit.rule == rule)
    assert edit.removed == cut[len(letters) :]
    assert edit.inserted == SENTENCE[len(letters) - len(lead) :]
    assert edit.reason.note == "verbatim"
    assert edit.reason.donor.overlap >= len(letters) - 10
    assert 0.9 < edit.confidence < 1


@EVERY
@BOTH
def test_or_marked(name, lead):
    rule, letters, cut = cut_at(name, lead)
    page = scrubbed(standing(name, cut, lead + SENTENCE), proved="mark")
    assert page.text == standing(name, f"{letters} […]", lead + SENTENCE)
    assert page.flags == ()
    assert [(c.rule, c.outcome, c.donor) for c in page.cuts] == [(rule, "marked", "doc")]
    (edit,) = (edit for edit in page.ledger if edit.rule == rule)
    assert edit.inserted == MARK
    assert edit.reason.donor.document == "doc"


@EVERY
@BOTH
def test_or_left_and_flagged(name, lead):
    rule, _, cut = cut_at(name, lead)
    raw = standing(name, cut, lead + SENTENCE)
    page = scrubbed(raw, proved="leave")
    assert page.text == raw
    assert page.status == "unchanged"
    assert told(page) == [(rule, cut)]
    assert page.flags[0].message == PROVED
    assert [(c.rule, c.outcome, c.donor) for c in page.cuts] == [(rule, "left", "doc")]


@EVERY
@BOTH
@pytest.mark.parametrize("proved", list(Proved))
def test_a_pull_quote_that_only_repeats_the_text_goes_where_that_is_wanted(name, lead, proved):
    rule, _, cut = cut_at(name, lead)
    raw = standing(name, cut, lead + SENTENCE)
    page = scrubbed(raw, repeats="drop", proved=proved)
    assert page.text.rstrip("\n") == text_of(BEFORE, AMID, lead + SENTENCE, AFTER).rstrip("\n")
    assert page.flags == ()
    start = raw.index(cut)
    assert page.cuts == (CutOff(rule, start, start + len(cut), "dropped", "doc"),)


LONG = SENTENCE.replace("valley, and", "valley after the great flood of last winter, and")
PART = around(f"Her salary was doubled. {LONG[: LONG.index('council') + 5]}…", donor=LONG)


@pytest.mark.parametrize("policy", list(Repeats))
def test_what_only_a_part_repeats_is_not_dropped_as_a_whole(policy):
    page = scrub(RawDocument.from_text(PART, id="doc"), config=settings_of(repeats=policy))
    assert f"Her salary was doubled. {LONG}" in page.text
    assert revert(page.text, page.ledger) == PART
    assert [(c.outcome, c.donor) for c in page.cuts] == [("completed", "doc")]


@pytest.mark.xfail(
    raises=AssertionError,
    strict=True,
    reason="once a part is completed, its donor is seen to repeat it the second time",
)
def test_law_nor_is_anything_else_the_second_time():
    scrubbed(PART, repeats="drop")


def test_it_is_no_repeat_where_it_goes_on_in_another_document():
    dump = [
        RawDocument.from_text(around(f"{WORD}…"), id="seeks"),
        RawDocument.from_text(text_of(sentence(random.Random(4)), SENTENCE, AFTER), id="holds"),
    ]
    pages = {page.id: page for page in clean(dump, settings_of(repeats="drop"))}
    assert pages["seeks"].text == around(SENTENCE)
    assert [(c.outcome, c.donor) for c in pages["seeks"].cuts] == [("completed", "holds")]


def test_what_is_marked_already_stays_as_it_is():
    raw = around(f"{WORD}{MARK}", donor=SENTENCE)
    page = scrubbed(raw, proved="mark")
    assert (page.text, page.status, page.flags) == (raw, "unchanged", ())
    assert [(c.rule, c.outcome) for c in page.cuts] == [("ellipsis", "marked")]


# half a character


@pytest.mark.parametrize("half", ["\ufffd", " \ufffd", "\udce2\udc80", " \udce2\udc80"])
def test_half_a_character_ends_a_document_with_a_space_before_it_or_none(half):
    raw = text_of(BEFORE, SENTENCE, AMID, f"{WORD}{half}")
    page = scrubbed(raw)
    assert page.text == text_of(BEFORE, SENTENCE, AMID, SENTENCE)
    assert [(c.rule, c.outcome, raw[c.start : c.end]) for c in page.cuts] == [
        ("cut-document", "completed", f"{WORD}{half}")
    ]


@pytest.mark.parametrize("half", ["\ufffd", " \ufffd", "\ufffd\ufffd", "\udce2\udc80"])
@pytest.mark.parametrize("donor", ["", SENTENCE], ids=["no donor", "a donor"])
@pytest.mark.parametrize(
    "policy",
    [{}, {"proved": "mark"}, {"unproved": "trim"}, {"unproved": "drop"}, {"repeats": "drop"}],
    ids=str,
)
def test_a_character_lost_in_mid_document_cuts_nothing_off(half, donor, policy):
    raw = around(f"{WORD}{half}", donor=donor)
    page = scrubbed(raw, **policy)
    assert page.text == re.sub("[\udc80-\udcff]", "\ufffd", raw)
    assert (page.cuts, page.flags) == ((), ())


# not proved


@EVERY
@BOTH
def test_what_is_not_proved_is_kept_and_flagged(name, lead):
    rule, _, cut = cut_at(name, lead)
    raw = standing(name, cut)
    page = scrubbed(raw)
    assert page.text == raw
    assert page.status == "unchanged"
    assert told(page) == [(rule, cut)]
    assert "nothing in the document says how it goes on" in page.flags[0].message
    assert "others were not asked" in page.flags[0].message
    start = raw.index(cut)
    assert page.cuts == (CutOff(rule, start, start + len(cut), "kept"),)


@pytest.mark.parametrize("name", SURE)
def test_or_trimmed_to_its_last_whole_sentence(name):
    rule, _, cut = cut_at(name, LEAD)
    page = scrubbed(standing(name, cut), unproved="trim")
    assert page.text == standing(name, LEAD.strip())
    assert page.flags == ()
    assert [(c.rule, c.outcome, c.donor) for c in page.cuts] == [(rule, "trimmed", None)]


@pytest.mark.parametrize(("name", "policy"), [*product(SURE, ["drop"]), *product(SURE, ["trim"])])
def test_or_dropped(name, policy):
    lead = LEAD if policy == "drop" else ""
    rule, _, cut = cut_at(name, lead)
    raw = standing(name, cut)
    page = scrubbed(raw, unproved=policy)
    assert page.text.rstrip("\n") == text_of(BEFORE, AMID, AFTER).rstrip("\n")
    assert page.flags == ()
    start = raw.index(cut)
    assert page.cuts == (CutOff(rule, start, start + len(cut), "dropped"),)


@pytest.mark.parametrize("end", ["of the Rev. ", "said No. 3. ", "He counted 12. ", "Mrs. ", "… "])
def test_trimming_knows_a_sentence_from_an_abbreviation(end):
    cut = f"{LEAD}Then there was a whole lot {end}{WORD[0].lower()}{WORD[1:]}… read more"
    assert scrubbed(around(cut), unproved="trim").text == around(LEAD.strip())


def test_trimming_keeps_closing_quotes_and_knows_other_scripts():
    quoted = f"“They spoke to all of us.” {WORD}… read more"
    assert scrubbed(around(quoted), unproved="trim").text == around("“They spoke to all of us.”")
    chinese = "港口今天早上重新开放，居民们感到非常高兴。他们说这座桥已经关闭了三年之久而且没有人"
    page = scrubbed(
        text_of("今天早上的消息说港口重新开放了。", f"{chinese} […]", "居民们感到非常高兴。"), unproved="trim"
    )
    assert "居民们感到非常高兴。\n" in page.text
    assert "没有人" not in page.text
    assert "重新开放，居民们" in page.text


PAUSES = ("…", " …", "...", " ...", ", …", "……")


@pytest.mark.parametrize("unproved", list(Unproved))
@pytest.mark.parametrize("pause", PAUSES)
@BOTH
def test_a_bare_ellipsis_behind_a_word_is_never_trimmed_or_dropped(lead, pause, unproved):
    cut = f"{lead}{BETWEEN}{pause}"
    raw = around(cut)
    page = scrubbed(raw, unproved=unproved, repeats="drop")
    assert page.text == raw
    assert told(page) == [("ellipsis", cut)]
    assert "may be a pause" in page.flags[0].message
    assert [c.outcome for c in page.cuts] == ["kept"]


@settings(max_examples=40)
@given(st.randoms(use_true_random=False), st.sampled_from(PAUSES), st.sampled_from(["trim", "drop"]))
def test_whatever_whole_words_stand_before_it(rng, pause, unproved):
    words = sentence(rng).replace(",", "").rstrip(".").split()
    said = " ".join(words[: rng.randrange(4, len(words))])
    page = scrubbed(around(f"{said}{pause}"), unproved=unproved)
    assert said in page.text
    assert [c.outcome for c in page.cuts] == ["kept"]


def test_half_a_word_before_it_is_no_pause():
    page = scrubbed(around(f"{LEAD}{WORD}…"), unproved="trim")
    assert page.text == around(LEAD.strip())


# what a cut says of another


HEADLINE = "The stubborn committee repaired the wooden bridge"
BODY = f"{HEADLINE} near the valley, and nobody in the village had been asked."
NOTE = "Notes from the town hall"


def test_a_headline_is_no_teaser_because_a_teaser_has_its_words():
    raw = text_of(HEADLINE, BEFORE, BODY, AFTER)
    assert scrubbed(raw).text == raw
    page = scrubbed(text_of(f"{HEADLINE}…", NOTE, HEADLINE, BEFORE, BODY, AFTER))
    assert page.text == text_of(BODY, NOTE, HEADLINE, BEFORE, BODY, AFTER)
    assert [(c.rule, c.outcome) for c in page.cuts] == [("ellipsis", "completed")]


def test_a_teaser_is_no_headline_because_a_headline_has_its_words():
    page = scrubbed(text_of(HEADLINE, BEFORE, BODY, AFTER, f"{HEADLINE}…", AMID))
    assert page.text == text_of(HEADLINE, BEFORE, BODY, AFTER, BODY, AMID)
    assert [(c.rule, c.outcome) for c in page.cuts] == [("ellipsis", "completed")]


@pytest.mark.parametrize("first", [f"{HEADLINE}…", HEADLINE], ids=["a teaser", "a headline"])
def test_what_stands_amid_prose_is_asked_for_by_itself(first):
    # Seven words amid prose, which the donor begins with: no headline, whatever stood first.
    page = scrubbed(text_of(first, NOTE, BEFORE, HEADLINE, AMID, BODY, AFTER))
    whole = BODY if first.endswith("…") else first
    assert page.text == text_of(whole, NOTE, BEFORE, BODY, AMID, BODY, AFTER)
    assert page.cuts[-1].rule == "cut-sentence"


@pytest.mark.xfail(
    raises=AssertionError,
    strict=True,
    reason="a completed neighbour makes prose of what was none: not idempotent",
)
def test_law_what_was_completed_proves_nothing_more_the_second_time():
    one = "The patient clerk measured the crooked tunnel by the mill, and the whole town came to look at it."
    other = (
        "The stubborn committee repaired the wooden bridge near the old station before the rain came back."
    )
    cuts = (f"{one[:53]}… read more", other[: other.index(" before")])
    scrubbed(text_of("One more word of the mayor.", *cuts, f"{one} {other}"))


@pytest.mark.xfail(
    raises=AssertionError, strict=True, reason="a removed neighbour brings prose together: not idempotent"
)
def test_law_what_was_dropped_leaves_nothing_more_to_drop():
    scrubbed(
        text_of(
            BEFORE,
            "The quiet mayor of the village read out the letter of the old gover... read more",
            "His sister measured the crooked tunnel by the very old sta",
            AMID,
        ),
        unproved="drop",
    )


@pytest.mark.xfail(
    raises=AssertionError,
    strict=True,
    reason="what trimming leaves is seen to repeat the text only the second time",
)
def test_law_what_was_trimmed_is_no_repeat_the_second_time():
    half = sentence(random.Random("unknown"))[:70]
    scrubbed(
        around(f"{SENTENCE} {half}… read more", donor=f"{SENTENCE} {LEAD}"), unproved="trim", repeats="drop"
    )


@pytest.mark.xfail(
    raises=AssertionError,
    strict=True,
    reason="what is marked is dropped the second time, its donor having been dropped",
)
def test_law_what_was_proved_is_proved_the_second_time():
    half = sentence(random.Random("unknown"))[:70]
    scrubbed(around(f"{WORD}…", donor=f"{SENTENCE} {half}… read more"), proved="mark", unproved="drop")


MARKS = ("", "", "…", " ...", "... read more »", " […]", "\ufffd", ".....")
POLICIES = [
    Repair(proved, unproved, repeats)
    for proved, unproved, repeats in product(Proved, Unproved, Repeats)
    # See the two laws above.
    if (unproved, repeats) != ("trim", "drop")
    and (proved, unproved) not in {("mark", "drop"), ("leave", "drop")}
]


@settings(max_examples=100)
@given(st.integers(0, 10**6), st.sampled_from(POLICIES))
def test_law_cuts_amid_prose_are_settled_once_for_all(seed, policy):
    rng = random.Random(seed)
    whole = [sentence(rng) for _ in range(4)]
    parts = [paragraph(rng, 1)]
    for one in rng.sample(whole, rng.randrange(1, 5)):
        lead = rng.choice(("", "", f"{rng.choice(whole)} "))
        letters = one[: rng.randrange(20, len(one) - 2)].rstrip(", ")
        parts += [f"{lead}{letters}{rng.choice(MARKS)}", paragraph(rng, 1)]
    parts += [" ".join(rng.sample(whole, rng.randrange(1, 4))), paragraph(rng, 1)]
    raw = rng.choice(("\n\n", "\n\n\n")).join(parts)
    page = scrubbed(raw, proved=policy.proved, unproved=policy.unproved, repeats=policy.repeats)
    spans = [(cut.start, cut.end) for cut in page.cuts]
    assert spans == sorted(set(spans))
    assert all(raw[start:end] in parts for start, end in spans)
    flagged = sorted((cut.start, cut.end) for cut in page.cuts if cut.outcome in ("kept", "left"))
    assert [(flag.start, flag.end) for flag in page.flags] == flagged
    for cut in page.cuts:
        assert (cut.outcome in ("completed", "marked", "left")) <= (cut.donor == "doc")
        assert (cut.outcome in ("kept", "trimmed")) <= (cut.donor is None)


# all together


def test_every_cut_of_a_document_has_its_own_outcome():
    other = sentence(random.Random("another"))
    raw = text_of(
        BEFORE,
        f"{LEAD}{WORD}… read more",
        AMID,
        f"{other[:70]}…",
        AFTER,
        f"{other} {LEAD}",
        BETWEEN + "…",
        AMID,
    )
    page = scrubbed(raw, proved="mark", unproved="trim")
    assert [(c.rule, c.outcome, c.donor) for c in page.cuts] == [
        ("ellipsis", "trimmed", None),
        ("ellipsis", "marked", "doc"),
        ("ellipsis", "kept", None),
    ]
    assert [raw[c.start : c.end] for c in page.cuts] == [
        f"{LEAD}{WORD}… read more",
        f"{other[:70]}…",
        f"{BETWEEN}…",
    ]
    assert told(page) == [("ellipsis", f"{BETWEEN}…")]


def test_a_document_that_ends_in_undecodable_bytes():
    raw = text_of(BEFORE, SENTENCE, AMID, f"{WORD}\udce2\udc80").rstrip("\n")
    page = scrubbed(raw)
    assert page.text == text_of(BEFORE, SENTENCE, AMID, SENTENCE)
    assert [(c.rule, c.outcome, raw[c.start : c.end]) for c in page.cuts] == [
        ("cut-document", "completed", f"{WORD}\udce2\udc80")
    ]
    page = scrubbed(raw.replace(SENTENCE, BEFORE))
    assert [(c.rule, c.outcome) for c in page.cuts] == [("cut-document", "kept")]
    assert told(page) == [("cut-document", f"{WORD}\udce2\udc80")]


@pytest.mark.parametrize(
    ("donor", "policy", "outcome"),
    [
        (LEAD + SENTENCE, {}, "completed"),
        (LEAD + SENTENCE, {"proved": "mark"}, "marked"),
        (LEAD + SENTENCE, {"proved": "leave"}, "left"),
        (LEAD + SENTENCE, {"repeats": "drop"}, "dropped"),
        (BEFORE, {}, "kept"),
        (BEFORE, {"unproved": "trim"}, "trimmed"),
        (BEFORE, {"unproved": "drop"}, "dropped"),
    ],
)
def test_spans_are_told_in_the_raw_text(donor, policy, outcome):
    site = pages("acorn", 5)
    cut = f"{LEAD}{WORD}…"
    body = ["Cafe\u0301s like theirs arenâ€™t open.", BEFORE, cut, AMID, donor]
    text = "\r\n\r\n".join([*site[0].head, site[0].title, *body, *site[0].foot])
    dump = [
        RawDocument.from_text(text, id="doc", url="https://acorn.example/x"),
        *(placed(page, "acorn", n) for n, page in enumerate(site[1:])),
    ]
    page = next(iter(clean(dump, Config(repair=Repair(**policy)))))
    assert [(c.outcome, text[c.start : c.end]) for c in page.cuts] == [(outcome, cut)]
    assert [text[flag.start : flag.end] for flag in page.flags] == [cut] * (outcome in ("kept", "left"))
    assert revert(page.text, page.ledger) == text
    assert site[0].head[0] not in page.text
    assert "Cafés like theirs aren’t open." in page.text


def test_teasers_inside_chrome_go_with_the_chrome():
    teaser = f"{WORD}... read more »"
    made = []
    for n, page in enumerate(pages("acorn", 6)):
        text = "\n\n".join([*page.head, page.title, *page.body, *page.foot[:3], teaser, *page.foot[3:]])
        made.append(RawDocument.from_text(text, id=f"{n}", url=f"https://acorn.example/{n}"))
    for page in clean(made):
        assert teaser not in page.text
        assert (page.cuts, page.flags) == ((), ())


def test_an_outcome_of_html_names_its_paragraph():
    cut = f"{WORD}…"
    markup = "".join(f"<p>{part}</p>" for part in (BEFORE, cut, AMID, f"<i>{SENTENCE}</i>", AFTER))
    document = RawDocument.from_html(f"<html><body>{markup}</body></html>", id="doc.html")
    page = scrub(document, config=settings_of())
    assert page.text.count(SENTENCE) == 2
    assert [document.text[c.start : c.end] for c in page.cuts] == [cut]
    assert revert(page.text, page.ledger) == document.text
    assert [c.outcome for c in scrub(document, config=settings_of(proved="leave")).cuts] == ["left"]


@pytest.mark.parametrize("policy", [{"proved": "finish"}, {"unproved": "complete"}, {"repeats": "trim"}])
def test_a_policy_that_is_none_is_refused(policy):
    with pytest.raises(ValueError, match="is not a valid"):
        Repair(**policy)


def test_every_policy_has_its_digest():
    every = [Repair(*policy) for policy in product(Proved, Unproved, Repeats)]
    assert len({Config(repair=policy).digest for policy in every}) == len(every)
    assert Repair() == Repair("complete", "keep", "keep")


@pytest.mark.parametrize("where", ["file", "option"])
def test_the_command_line_and_the_file_say_the_same(tmp_path, where):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "one.txt").write_text(around(f"{LEAD}{WORD}… read more"))
    (tmp_path / "raw" / "two.txt").write_text(around(f"{BETWEEN} […]", donor=SENTENCE))
    said = '[repair]\nproved = "leave"\nunproved = "trim"\n'
    (tmp_path / "scrubber.toml").write_text(said if where == "file" else "")
    options = [] if where == "file" else ["--proved", "leave", "--unproved", "trim"]
    command = ["clean", str(tmp_path / "raw"), "-o", str(tmp_path / "out"), "-q", "-j", "1"]
    assert run([*command, "--config", str(tmp_path / "scrubber.toml"), *options]) == 0
    records = [
        json.loads((tmp_path / "out" / f"{n}.txt.provenance.json").read_text()) for n in ("one", "two")
    ]
    assert [[(cut["rule"], cut["outcome"]) for cut in record["cuts"]] for record in records] == [
        [("ellipsis", "trimmed")],
        [("ellipsis", "left")],
    ]
    assert (tmp_path / "out" / "one.txt").read_text() == around(LEAD.strip())
