"""The end of a block that says it was cut: ellipses, "more" links in every language, half a character."""

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.cuts.marks import LONGEST_MARK, Mark, find_mark
from scrubber.cuts.suspects import suspects
from scrubber.lang.registry import table
from scrubber.segmenting import segment_text

LEAD = "The harbour board is bound to assume that the port auth"
ELLIPSES = ("...", "…", "....", "……", "[...]", "[…]", "(...)", "(…)", "[ … ]")
PHRASES = """
read more|read on|read the rest|read the rest of this entry|read full story|read full article|read the full post
more|see more|view more|show more|find out more|learn more|more info|see more info
continue reading|keep reading|continued|continue|full story|full article|view all|see all
weiterlesen|weiter lesen|weiter|mehr|mehr lesen|mehr erfahren|mehr dazu|mehr Infos|mehr Info|zum Artikel
zum ganzen Artikel|alles lesen
lire la suite|lire suite|lire plus|la suite|en savoir plus|suite|lire l'article|lire l’article|voir plus
leer más|ver más|saber mas|más|seguir leyendo|leer noticia|leer la noticia|leer la noticia completa
leggi tutto|leggi di più|leggi di piu|continua|continua a leggere|continua la lettura
ler mais|leia mais|saiba mais|ver mais|continue a ler|continuar a ler|continuar lendo|continue lendo|mais
llegir més|llegeix més|més
lees meer|lees verder|meer|læs mere|les mer|läs mer|les videre|les vidare|mere|mer|lue lisää
jatka lukemista|lisää
czytaj więcej|przeczytaj więcej|czytaj dalej|więcej|číst dále|číst více|čítať ďalej|čítať viac|celý článek
více|viac
pročitaj više|procitaj više|opširnije|više|preberi več|več|tovább|tovább olvasom|olvass tovább|bővebben
citește mai mult|citeşte mai departe|citeste mult|mai mult|continuare|loe edasi|loe lähemalt|skaityti daugiau
plačiau
lasīt vairāk|lasīt tālāk|devamı|devamını oku|devami|daha fazla|haberin devamı|xem thêm|đọc tiếp|đọc thêm
baca selengkapnya|selengkapnya|baca lebih lanjut|baca lanjut|lanjutkan membaca
περισσότερα|διαβάστε περισσότερα|διαβάστε τη συνέχεια|τη συνέχεια|την συνέχεια|διαβάστε όλο το άρθρο
διαβάστε ολόκληρο το άρθρο
читать далее|читать дальше|читать полностью|читать ещё|читать еще|подробнее|далее|ещё|прочети още|виж повече
виж още|още
продължи четенето|прочитај више|опширније|читати далі|читати повністю|детальніше|далі
اقرأ المزيد|المزيد|قراءة المزيد|تابع القراءة|ادامه مطلب|بیشتر بخوانید|קרא עוד|המשך קריאה|עוד
और पढ़ें|आगे पढ़ें|더 보기|더보기|자세히 보기|계속 읽기|อ่านต่อ|อ่านเพิ่มเติม|ดูเพิ่มเติม
全文|阅读全文|閱讀更多|查看详情|查看詳情|更多|继续阅读|繼續閱讀|详细|詳細|続きを読む|もっと見る|全文を読む
"""
LINKS = [phrase for line in PHRASES.strip().splitlines() for phrase in line.split("|")]
FRAMES = (
    "{}", " {}", "\u00a0{}", "\n{}", " [{}]", "[{}]", " ({})", " {} >", " {} »", " {} ›", " {} →", " {}>>", " [{} »]",
    " [{}] >",
)  # fmt: skip
WHOLE = "The harbour board met on Monday and closed the northern pier for the whole winter."


def mark_of(text):
    return find_mark(text, 0, len(text))


def check(lead, tail):
    """The mark is just the tail, and a link makes it no pause."""
    found = mark_of(lead + tail)
    assert found is not None, tail
    assert (lead + tail)[found.start :] == tail
    assert not found.broken
    return found


@pytest.mark.parametrize("space", ["", " ", "\u00a0", "\n", ", ", " - ", " – ", ": "])
@pytest.mark.parametrize("ellipsis", ELLIPSES)
def test_an_ellipsis_at_the_end(ellipsis, space):
    found = check(LEAD, space + ellipsis)
    assert found.plain is (ellipsis[0] not in "[(")


@pytest.mark.parametrize("frame", FRAMES)
def test_every_link_in_every_frame(frame):
    for link, ellipsis in product(LINKS, ("...", " …", " […]")):
        for spelt in {link, link.capitalize(), link.upper()}:
            assert not check(LEAD, ellipsis + frame.format(spelt)).plain


@pytest.mark.parametrize("arrow", ["»", "›", "→", ">", ">>", "»»"])
@pytest.mark.parametrize("phrase", ["", "Weiter zur Meldung", "Подробности внутри", "Home page", "la nota"])
def test_a_phrase_of_the_site_is_known_by_its_arrow(phrase, arrow):
    assert not check(LEAD, f"... {phrase} {arrow}" if phrase else f"... {arrow}").plain


def alternatives(pattern):
    """The parts of a pattern between the bars at its top."""
    depth, parts = 0, [""]
    for character in pattern:
        depth += (character in "([") - (character in ")]")
        if character == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


@pytest.mark.parametrize(
    "pattern",
    [
        part
        for lines in table()["phrases"]["more_links"].values()
        for line in lines
        for part in alternatives(line)
    ],
)
def test_every_pattern_has_its_phrase_here(pattern):
    assert any(re.fullmatch(pattern, link, re.IGNORECASE) for link in LINKS)


def test_a_link_alone_is_no_mark():
    for link in LINKS:
        assert mark_of(f"{LEAD} {link}") is None
        assert mark_of(f"{WHOLE} {link} »") is None


WORDS = st.lists(
    st.sampled_from(["harbour", "ship", "Jahr", "maison", "дом", "σπίτι", "a", "17", "we", "Pier"]),
    min_size=1,
    max_size=8,
).map(" ".join)


@given(
    WORDS,
    st.sampled_from(ELLIPSES),
    st.sampled_from(["", " "]),
    WORDS,
    st.sampled_from([".", "!", "", "”", "?"]),
)
def test_an_ellipsis_in_the_middle_is_no_mark(before, ellipsis, space, after, end):
    assert mark_of(f"{before}{ellipsis}{space}{after}{end}") is None
    assert mark_of(f"{before}{ellipsis} {after} > {after}{end}") is None


@pytest.mark.parametrize(
    "text",
    [
        WHOLE, "", " ", "Wait..", "He said “I…”", "What...?", "No...!", "1, 2, … 9", "a. b. c.", "and so on [1]",
        "Wait... more than one of them came, and all of them saw the ship.", "She… read more books.", "A . . .",
        "He… Continue reading “A Title of the Site”.", "read more", "»", "more >",
    ],
)  # fmt: skip
def test_what_is_no_mark(text):
    assert mark_of(text) is None


@given(st.text(max_size=80), st.text(max_size=30))
def test_any_text_marks_lie_inside_the_block(text, other):
    whole = other + text + other
    found = find_mark(whole, len(other), len(other) + len(text))
    assert found == _moved(mark_of(text), len(other))
    if found is not None:
        assert len(other) <= found.start < len(other) + len(text)
        assert len(other) + len(text) - found.start <= LONGEST_MARK


def _moved(mark, by):
    return None if mark is None else Mark(mark.start + by, mark.plain, mark.broken)


@given(st.text(max_size=40), st.sampled_from(ELLIPSES), st.sampled_from(["", *LINKS]))
def test_any_lead_has_its_mark(lead, ellipsis, link):
    found = mark_of(f"{lead}{ellipsis}{' ' if link else ''}{link}")
    if found is None:
        # A full stop before it makes another run of dots of it, perhaps leaders.
        assert lead.endswith((".", "…"))
        return
    assert found.start <= len(lead)
    assert not found.broken


def test_what_follows_the_block_says_nothing():
    text = f"{LEAD}…\n{LEAD}"
    assert find_mark(text, 0, len(LEAD)) is None
    assert find_mark(text, 0, len(LEAD) + 1).start == len(LEAD)
    assert find_mark(text, len(LEAD) + 1, len(text)) is None


def test_a_mark_has_its_length():
    link = "read the rest of this entry"
    assert mark_of(f"{LEAD}…{' ' * (LONGEST_MARK - len(link) - 1)}{link}") is not None
    assert mark_of(f"{LEAD}…{' ' * (LONGEST_MARK - len(link))}{link}") is None


BLANKS = [
    pytest.param(
        blank, marks=pytest.mark.xfail(strict=True, reason="a blank in brackets is taken for an ellipsis")
    )
    for blank in ("[.....]", "(......)", "(…………)")
]


@pytest.mark.parametrize(
    "leaders", ["." * 5, "." * 6, "." * 7, "." * 40, "…" * 3, "…" * 9, "...…", "…...", *BLANKS]
)
def test_leaders_of_a_form_or_a_table_are_no_mark(leaders):
    for space, link in product(("", " ", "\u00a0", "\n", ": "), ("", " read more", " »", " 17")):
        assert mark_of(f"{LEAD}{space}{leaders}{link}") is None


@pytest.mark.parametrize("dots", ["...", "....", "…", "……", "..…"])
def test_as_many_dots_as_an_ellipsis_has_are_one(dots):
    assert check(LEAD, dots).plain
    assert check(LEAD, f" {dots}").plain


@pytest.mark.parametrize("half", ["\ufffd", "\ufffd\ufffd", "\udce2", "\udce2\udc80", "\udcf0\udc9f\udc98"])
@pytest.mark.parametrize("lead", [LEAD, "港口今天早上重新开", "Ле", "a"])
def test_half_a_character_at_the_end(lead, half):
    found = mark_of(lead + half)
    assert (found.start, found.plain, found.broken) == (len(lead), False, True)


@pytest.mark.parametrize("space", [" ", "\u00a0", "  "])
@pytest.mark.parametrize("half", ["\ufffd", "\ufffd\ufffd\ufffd", "\udce2", "\udcf0\udc9f\udc98"])
def test_a_space_may_stand_before_it(half, space):
    found = mark_of(f"{LEAD}{space}{half}")
    assert (found.start, found.plain, found.broken) == (len(LEAD), False, True)


def test_half_a_character_in_the_middle_is_no_mark():
    for half in ("\ufffd", "\udce2\udc80"):
        assert mark_of(f"The caf{half} of the harbour") is None
        assert mark_of(f"{half}{WHOLE}") is None
    assert mark_of("a\ud83d") is None
    assert mark_of("a\udbff") is None


def test_half_a_character_outweighs_an_ellipsis():
    found = mark_of(f"{LEAD}…\ufffd")
    assert (found.start, found.broken) == (len(LEAD) + 1, True)


@pytest.mark.parametrize("half", ["\ufffd", " \ufffd", "\udce2\udc80"])
def test_half_a_character_is_a_mark_in_the_last_block_alone(half):
    for text, cut in ((f"{WHOLE}\n\n{LEAD}{half}\n", True), (f"{LEAD}{half}\n\n{WHOLE}\n", False)):
        found = list(suspects(text, segment_text(text)))
        assert [text[one.start : one.end] for one in found] == [half] * cut
        assert all(one.mark.broken and one.passage.marked and one.passage.sure for one in found)


@pytest.mark.parametrize(
    ("mark", "sure", "spaced"),
    [
        ("…", False, False),
        (" …", False, True),
        ("\u00a0...", False, True),
        (",...", False, False),
        ("… more", True, False),
        (" ... more", True, True),
        (" [...]", True, False),
        ("\ufffd", True, False),
    ],
)
def test_a_passage_knows_how_sure_its_mark_is_and_whether_it_stands_apart(mark, sure, spaced):
    (found,) = suspects(LEAD + mark, segment_text(LEAD + mark))
    assert (found.passage.sure, found.passage.spaced) == (sure, spaced)


def test_long_blocks_come_to_an_end():
    for body in (
        "… " * 500_000,
        "." * 1_000_000,
        "… more" + " " * 1_000_000,
        "\ufffd" * 1_000_000,
        " > … " * 200_000,
    ):
        for end in ("", "a", "…", "… more", "… a >"):
            found = find_mark(body + end, 0, len(body + end))
            assert found is None or found == find_mark(body + end, 0, len(body + end))
