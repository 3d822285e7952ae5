"""Pages of one line: what their site's other pages hold word for word goes, their own text stays to the letter."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import documents, paragraph, title

from scrubber import RawDocument, collect, resolve, scrub
from scrubber.classifying.stretches import others_of
from scrubber.config import Chrome, Config
from scrubber.edits import revert
from scrubber.index_binary import Writer, from_buffer
from scrubber.index_format import from_lines, to_lines
from scrubber.pipeline import clean
from scrubber.slices import SMALL_SITE
from scrubber.wordgrams import SIZE, Words, is_one_line, least_shared

HEAD = (
    "Elm Courier Sign in Newsletters Search Home News Harbour Market Sailing Recipes Letters Archive Submit"
)
MORE = (
    "Weather Tides Timetable Ferries Library Schools Council Roads Jobs Houses Boats Nets Wanted Found Courses Choir "
    "Church Chapel Theatre Cinema Pool Ice Rink Stadium Rowing Chess Bridge Garden Allotments Bees Hens Competitions"
)
TAIL = "Share this page Latest in News Follow us About Staff Jobs Privacy © Elm Courier"


def own_text(rng, sentences=5):
    """A headline and sentences of words that nobody wrote; the headline does not repeat."""
    return f"{title(rng)} {rng.randrange(10**6)} " + " ".join(paragraph(rng) for _ in range(sentences))


def joined(texts, head=HEAD, tail=TAIL, url="https://elm.example/{}", titles=()):
    """Pages whose menu, text and footer are one line."""
    made = []
    for number, text in enumerate(texts):
        address = url.format(number) if url else None
        page = RawDocument.from_text(
            " ".join(part for part in (head, text, tail) if part),
            id=f"rows.jsonl!/{number:06}.txt",
            url=address,
        )
        made.append(page)
    return made


def texts(count=8, seed=1):
    rng = random.Random(seed)
    return [own_text(rng) for _ in range(count)]


def cleaned(dump, config=None):
    return {document.id: document for document in clean(dump, config)}


def outputs(dump, config=None):
    found = cleaned(dump, config)
    return [found[page.id].text.rstrip("\n") for page in dump]


@pytest.mark.parametrize("count", [5, 8, 14])
def test_head_and_tail_go_and_the_text_stays_to_the_letter(count):
    own = texts(count)
    assert outputs(joined(own)) == own


@pytest.mark.parametrize("count", [5, 14])
def test_pages_without_addresses_are_a_site_by_what_they_share_at_their_ends(count):
    own = texts(count)
    assert outputs(joined(own, head=f"{HEAD} {MORE}", tail=f"{MORE} {TAIL}", url=None)) == own


def test_a_clause_that_ends_many_texts_stays():
    rng = random.Random(4)
    clause = "since the release of the second edition the council counts each lantern behind the wooden bridge twice."
    own = [f"{text} {clause if number % 2 else paragraph(rng)}" for number, text in enumerate(texts(16))]
    assert outputs(joined(own)) == own


@given(st.integers(0, 10**6), st.integers(5, 13), st.booleans(), st.booleans())
@settings(max_examples=25, deadline=None)
def test_of_any_texts_nothing_is_lost_and_no_sentence_cut(seed, count, with_head, with_tail):
    own = texts(count, seed)
    dump = joined(own, HEAD if with_head else "", TAIL if with_tail else "")
    for page, text in zip(dump, own, strict=True):
        result = cleaned(dump)[page.id]
        assert text in result.text
        assert revert(result.text, result.ledger) == page.text


@given(st.integers(0, 10**6), st.integers(3, 13), st.data())
@settings(max_examples=15, deadline=None)
def test_a_page_comes_out_alike_whoever_has_learned_it(seed, count, data):
    dump = joined(texts(count, seed))
    page = data.draw(st.sampled_from(dump))
    order = data.draw(st.permutations(dump))
    others = [one for one in order if one is not page]
    known, unknown = resolve(collect(order)), resolve(collect(others))
    once = scrub(page, known)
    assert scrub(page, unknown) == once
    assert scrub(page, from_lines(to_lines(known))) == once
    assert cleaned(order)[page.id].text == once.text


def test_a_binary_index_says_the_same():
    dump = joined(texts(12))
    index = resolve(collect(dump))
    written = []
    writer = Writer(written.append)
    for id in sorted(index.sites):
        writer.add(index.sites[id])
    writer.finish(index)
    read = from_buffer(b"".join(written))
    assert [scrub(page, read) for page in dump] == [scrub(page, index) for page in dump]


def test_the_ledger_says_how_many_pages_hold_what_went():
    first = cleaned(joined(texts(8)))["rows.jsonl!/000000.txt"]
    removed = [edit for edit in first.ledger if edit.rule == "boilerplate"]
    assert [edit.removed.strip() for edit in removed] == [HEAD, TAIL]
    assert all("7 of the site's 7 other pages of one line" in edit.reason.note for edit in removed)


def test_few_pages_are_left_as_they_are_and_it_is_said():
    dump = joined(texts(4))
    for page in dump:
        result = cleaned(dump)[page.id]
        assert result.text.rstrip("\n") == page.text
        assert [flag.rule for flag in result.flags] == ["one-line"]


def test_enough_pages_are_not_flagged():
    assert not any(document.flags for document in cleaned(joined(texts(8))).values())


def test_a_paragraph_alone_is_no_page():
    rng = random.Random(5)
    note = RawDocument.from_text(paragraph(rng), id="note.txt")
    assert cleaned([note])["note.txt"].flags == ()


def test_a_headline_that_the_menu_of_the_others_names_stays():
    own = texts(9)
    named = "Harbour committee repaired the wooden bridge near the valley before the winter came at last"
    dump = joined(own, head=f"{HEAD} {named} Weather Tides")
    itself = RawDocument.from_text(
        f"{HEAD} Weather Tides {named} {own[0]} {TAIL}", id="itself.txt", url="https://elm.example/itself"
    )
    assert outputs([*dump, itself])[-1].endswith(f"{named} {own[0]}")


def test_a_headline_that_its_own_menu_names_too_stays():
    own = texts(9)
    named = "Harbour committee repaired the wooden bridge near the valley before the winter came at last"
    dump = joined(own, head=f"{HEAD} {named} Weather Tides")
    itself = RawDocument.from_text(
        f"{HEAD} {named} Weather Tides {named} {own[0]} {TAIL}",
        id="itself.txt",
        url="https://elm.example/itself",
    )
    assert outputs([*dump, itself])[-1] == f"{named} {own[0]}"


def test_titles_that_begin_alike_are_not_cut():
    own = [f"The council of Elm {text}" for text in texts(6)] + [f"Why {text}" for text in texts(9, seed=2)]
    assert all(text in output for text, output in zip(own, outputs(joined(own)), strict=True))


def test_a_title_that_the_dump_states_stays_whole():
    """All of these titles begin with the same words: nothing but what the dump says tells them from the menu."""
    from scrubber.documents import Found, Metadata

    begun = "Weather forecast of the harbour office for the town of"
    own = [f"{begun} {name} {text}" for name, text in zip("ABCDEFGH", texts(8), strict=True)]
    dump = [
        RawDocument.from_text(
            page.text,
            id=page.id,
            url=page.source.url,
            metadata=Metadata(title=Found(f"{begun} {name}", "row")),
        )
        for name, page in zip("ABCDEFGH", joined(own), strict=True)
    ]
    assert outputs(dump) == own


def test_a_phrase_within_sentences_stays_however_many_pages_hold_it():
    rng = random.Random(3)
    phrase = "in the August Reading Room of the Harbour Library of Elm at the foot of the Old Lantern Tower"
    own = [f"{title(rng)} {paragraph(rng)[:-1]} {phrase} where {paragraph(rng)}" for _ in range(8)]
    assert outputs(joined(own)) == own


def test_pages_that_differ_little_do_not_speak_against_one_another():
    text = texts(1)[0]
    versions = [f"{text} Version {number} of the report." for number in range(9)]
    assert all(text in output for output in outputs(joined(versions)))


def test_reports_that_differ_in_their_figures_are_not_one_another():
    words = "Tide of the day High water at {0} hours and {1} minutes low water at {1} hours and {0} minutes wind {0} from the west "
    reports = [(words * 2).format(n, 3 * n).strip() for n in range(11, 20)]
    dump = joined(reports, "", "")
    assert all(output.count("High water") == 2 for output in outputs(dump))


def test_what_all_pages_hold_and_nothing_else_stays():
    alike = [
        RawDocument.from_text(f"{HEAD} {TAIL} {n}", id=f"{n}.txt", url=f"https://elm.example/{n}")
        for n in range(9)
    ]
    dump = [*joined(texts(9)), *alike]
    assert all(output.strip() for output in outputs(dump))


def test_scripts_without_spaces():
    rng = random.Random(7)
    letters = "山川草木花鳥風月雨雪雲空海島村町道橋駅店人手足目耳口心力声色光音水火土石金木竹米茶酒肉魚"
    head = "海港新聞 登録 検索 首頁 新聞 市場 航海 料理 投書 記録 天気 潮汐"
    tail = "共有 最新記事 会社案内 採用情報 個人情報保護 著作権 海港新聞社"
    own = [
        "".join(rng.choice(letters) for _ in range(12)) + " "
        + "".join("".join(rng.choice(letters) for _ in range(20)) + "。" for _ in range(6))
        for _ in range(8)
    ]  # fmt: skip
    assert outputs(joined(own, head, tail)) == own


def test_two_huge_lines():
    rng = random.Random(9)
    own = [own_text(rng, 20) + "\n" + " ".join(paragraph(rng) for _ in range(20)) for _ in range(7)]
    assert all(len(text) > 2000 for text in own)
    assert outputs(joined(own)) == own


def test_nothing_goes_where_no_chrome_is_to_go():
    dump = joined(texts(8))
    assert outputs(dump, Config(chrome=Chrome(threshold=1.0))) == [page.text for page in dump]


def test_people_overrule_a_stretch():
    dump = joined(texts(8))
    index = resolve(collect(dump))
    head = next(edit for edit in scrub(dump[0], index).ledger if edit.rule == "boilerplate")
    kept = scrub(dump[0], index.with_overrides({head.reason.template: "keep"}))
    assert kept.text.startswith(HEAD)
    assert not kept.text.rstrip().endswith(TAIL)


def test_pages_with_lines_have_no_word_grams():
    dump = [*documents("acorn", 3), *documents("birch", 2, markup=True)]
    assert all(len(record.grams) == len(record.links) == 0 for record in collect(dump))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("a few words", False),
        ("word " * 24, True),
        ("word " * 24 + "\n\n" + "word " * 24, False),
        ("word " * 500 + "\n" + "word " * 500, True),
        ("Title\n" + "word " * 900 + "\n" + "word " * 900, False),
        ("word " * 600 + "\n" + "word " * 600 + "\n" + "word " * 600 + "\n" + "word " * 600, False),
        ("港" * 24, True),
    ],
)
def test_what_a_text_of_one_line_is(text, expected):
    from scrubber.segmenting import segment_text

    assert is_one_line(text, segment_text(text)) is expected


def test_grams_that_begin_or_end_alike_lie_together():
    from scrubber.segmenting import segment_text

    def words(text):
        return Words(text, segment_text(text))

    one, other = words("a b c d e f g"), words("a b c d x f g")
    assert one.ahead[1] != other.ahead[1]
    assert one.ahead[1] >> 32 == other.ahead[1] >> 32
    assert one.behind[-2] >> 32 != other.behind[-2] >> 32
    assert len(one.ahead) == len(one.behind) == 9 - SIZE + 1


@given(st.integers(0, 5000))
def test_what_is_forgotten_could_not_be_seen(pages_known):
    """Whether or not the page itself is among the pages that an index knows."""
    from scrubber.classifying.stretches import seen_from

    for others in {pages_known, max(pages_known - 1, 0)}:
        assert least_shared(pages_known) <= seen_from(others)


def versions(own, url):
    """Pages that are one witness with the first by their longest sentences, or with the last by its address."""
    first, last = own[0], own[-1]
    rng = random.Random(11)
    edited = [f"{title(rng)} {number} {first}" for number in range(3)]
    same_address = [f"{own_text(rng, 2)} {last}", f"{last} {paragraph(rng)}"]
    made = joined([*own, *edited], url=url)
    address = url.format(len(own) - 1)
    return made + [
        RawDocument.from_text(f"{HEAD} {text} {TAIL}", id=f"again/{number}.txt", url=address)
        for number, text in enumerate(same_address)
    ]


@pytest.mark.parametrize("count", [6, 8, 14, 25])
def test_pages_of_one_witness_count_once_and_say_nothing_to_one_another(count):
    dump = versions(texts(count), "https://elm.example/{}")
    evidence = collect(dump)
    known = resolve(evidence)
    for page in dump:
        record = evidence.documents[page.id]
        assert others_of(known.view(record)) == count - 1
        once = scrub(page, known)
        unlearned = resolve(evidence.without([page.id]))
        assert others_of(unlearned.view(record)) == count - 1
        assert scrub(page, unlearned) == once
        assert scrub(page, from_lines(to_lines(known))) == once
        assert [edit.removed.strip() for edit in once.ledger if edit.rule == "boilerplate"] == [HEAD, TAIL]


def test_many_versions_of_few_pages_are_few_pages():
    """Nine pages of one line, all of one text: none of what they share goes, however many they are."""
    rng = random.Random(12)
    text = own_text(rng)
    dump = joined([f"{title(rng)} {number} {text}" for number in range(9)])
    evidence = collect(dump)
    known = resolve(evidence)
    assert all(others_of(known.view(record)) == 0 for record in evidence)
    assert [output.rstrip("\n") for output in outputs(dump)] == [page.text for page in dump]


HELD_TOGETHER = SMALL_SITE + 1
"""Witnesses of a large site which a document that holds two of them together makes a small one: there it is not
judged quite alike, for a small site forgets nothing."""


@given(st.integers(0, 10**6), st.integers(3, 16).filter(lambda count: count != HELD_TOGETHER), st.data())
@settings(max_examples=15, deadline=None)
def test_a_version_comes_out_alike_whoever_has_learned_it(seed, count, data):
    """Also one that holds two witnesses together: it has the text of one and the address of another."""
    own = texts(count, seed)
    dump = versions(own, "https://elm.example/{}")
    holding = RawDocument.from_text(
        f"{HEAD} {own[0]} Once more {TAIL}", id="holding.txt", url="https://elm.example/1"
    )
    dump.append(holding)
    page = data.draw(st.sampled_from([holding, *dump]))
    order = data.draw(st.permutations(dump))
    known, unknown = resolve(collect(order)), resolve(collect([one for one in order if one is not page]))
    once = scrub(page, known)
    assert scrub(page, unknown) == once
    assert scrub(page, from_lines(to_lines(known))) == once
    assert cleaned(order)[page.id].text == once.text
