"""Traces: what two texts with a passage in common both have, wherever it stands in them."""

import random
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.cuts.traces import NONE, SIZE, WINDOW, tail_traces, traces

SHARED = SIZE + WINDOW - 1
SCRIPTS = {
    "Latin": "abcdefghijklmnopqrstuvwxyzABCXYZäöüßÆøŁ 0123456789.,-'_\n",
    "Greek": "αβγδεζηθικλμνξοπρσςτυφχψωΆΈΉΊΣ ;·\n",
    "Cyrillic": "абвгдежзийклмнопрстуфхцчшщыьэюяЁЙ «»—\n",
    "Arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي ًٌٍ؟،\n",
    "Hebrew": "אבגדהוזחטיכלמנסעפצקרשת ־״\n",
    "Devanagari": "अआइईउऊएऐओऔकखगघचछजझटठडढतथदधनपफबभमयरलवशषसह ािीुूे्।\n",
    "Thai": "กขคงจฉชซญฎฏฐฑณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ ะาิีุูเแโใไ\n",
    "Hangul": "가각간갈감갑강개객거건걸검겁게격견결경계고곡곤 .,\n",
    "Han": "的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生。，「」\n",
    "Kana": "あいうえおかきくけこさしすせそアイウエオカキクケコサシスセソー。、\n",
    "Emoji and rare planes": "😀🧭𝒜𝒷𐍈𐎀𠀀𠀁a1 \n",
}
TEXTS = st.sampled_from(list(SCRIPTS.values())).flatmap(lambda letters: st.text(letters, max_size=120))
ANYTHING = st.one_of(TEXTS, st.text(max_size=60))


@st.composite
def passages(draw, least=SHARED):
    """Text of one script with at least so many letters, in bytes."""
    script = draw(st.sampled_from(list(SCRIPTS.values())))
    text = draw(st.text(script, min_size=1, max_size=60))
    return text + draw(st.text(script[:12], min_size=least, max_size=least + 3))


def letters(text):
    """What counts, by its definition: letters and digits, case-folded, as bytes."""
    return re.sub(r"[\W_]+", "", text.casefold()).encode("utf-8", "surrogatepass")


def common(one, other):
    return set(traces(one).tolist()) & set(traces(other).tolist())


@settings(max_examples=300)
@given(ANYTHING, ANYTHING, passages(), ANYTHING, ANYTHING)
def test_law_texts_that_share_enough_letters_share_a_trace(before, after, passage, left, right):
    assert len(letters(passage)) >= SHARED
    assert common(before + passage + after, left + passage + right)


@pytest.mark.parametrize("script", SCRIPTS)
def test_in_every_script(script):
    rng = random.Random(script)
    body = [rng.choice(SCRIPTS[script].strip()) for _ in range(4000)]
    text = "".join(body)
    for _ in range(200):
        at = rng.randrange(len(text) - 2 * SHARED)
        passage = text[at : at + 2 * SHARED]
        end = next((n for n in range(len(passage)) if len(letters(passage[:n])) >= SHARED), len(passage))
        passage = passage[:end]
        if len(letters(passage)) >= SHARED:
            assert common(text, f"x1y {passage} z2 ")


@given(st.data(), passages(40))
def test_exactly_so_many_letters_are_enough_wherever_they_stand(data, text):
    bare = re.sub(r"[\W_]+", "", text.casefold())
    starts = [n for n in range(len(bare)) if len(bare[n:].encode()) >= SHARED]
    start = data.draw(st.sampled_from(starts))
    end = next(n for n in range(start, len(bare) + 1) if len(bare[start:n].encode()) >= SHARED)
    assert set(traces(bare[start:end]).tolist()) & set(traces(text).tolist())


def test_one_letter_less_promises_nothing():
    rng = random.Random(7)
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    missed = 0
    for _ in range(200):
        passage = "".join(rng.choices(alphabet, k=SIZE - 1))
        one, other = ("".join(rng.choices(alphabet, k=60)) + passage for _ in range(2))
        missed += not common(one + "q", other + "z")
    assert missed > 190


@given(ANYTHING)
def test_they_are_sorted_each_once_and_small(text):
    found = traces(text)
    assert found.dtype == np.uint32
    assert found.ndim == 1
    assert (np.diff(found.astype(np.int64)) > 0).all()
    count = len(letters(text))
    assert (len(found) > 0) == (count >= SIZE)
    assert len(found) <= max(0, count - SIZE + 1)


@given(ANYTHING)
def test_case_spaces_and_punctuation_say_nothing(text):
    spread = " … ".join(text).upper() if text.upper().casefold() == text.casefold() else "-".join(text)
    assert np.array_equal(traces(spread), traces(text))


@pytest.mark.parametrize("text", ["", " ", "short", "…?!", "a" * (SIZE - 1), "港口重" + "a" * 2, "\n\n"])
def test_what_is_too_short_has_none(text):
    assert len(traces(text)) == 0
    assert traces(text).dtype == np.uint32
    assert tail_traces(text, 8) is NONE


def test_the_shortest_text_has_one():
    assert len(traces("abcdefghijkl")) == 1
    assert len(traces("港口今天")) == 1
    assert len(traces("\ud800\udfff\udc80" + "abcdefghijkl")) >= 1


def test_a_character_of_han_says_as_much_as_three_letters():
    sentence = "港口今天早上重新开放"
    assert len(sentence.encode()) >= SHARED
    assert common(f"昨天消息{sentence}居民", f"报道称{sentence}了")


def test_about_an_eighth_of_the_letters():
    rng = random.Random(3)
    text = "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=50_000))
    assert 0.12 < len(traces(text)) / len(text) < 0.19


@given(ANYTHING, st.integers(1, 12))
def test_traces_of_the_end_are_traces_of_the_text(text, most):
    last = tail_traces(text, most)
    if len(letters(text)) < SIZE:
        assert last is NONE
        return
    assert last.shape == (most,)
    assert last.dtype == np.uint32
    assert set(last.tolist()) <= set(traces(text).tolist())
    distinct = len(set(last.tolist()))
    assert len(set(last[:distinct].tolist())) == distinct
    assert (last[distinct:] == last[-1]).all()


@given(ANYTHING, passages(4 * SIZE + WINDOW * 12), st.integers(1, 12))
def test_they_look_at_the_end_alone(before, text, most):
    assert np.array_equal(tail_traces(before + text, most), tail_traces(text, most))


def test_who_holds_the_passage_whole_holds_all_traces_of_its_end():
    rng = random.Random(11)
    words = ["".join(rng.choices("abcdefghijklmnop", k=rng.randrange(2, 9))) for _ in range(300)]
    for number in range(20, 200, 7):
        passage = " ".join(words[number - 20 : number])
        whole = f"{' '.join(words[200:])} {passage} {' '.join(words[number : number + 30])}"
        assert set(tail_traces(passage, 8).tolist()) <= set(traces(whole).tolist())


def test_traces_of_the_end_are_several_where_there_is_room():
    rng = random.Random(5)
    text = "".join(rng.choices("abcdefghijklmnop", k=400))
    assert len(set(tail_traces(text, 8).tolist())) >= 5


def test_one_letter_repeated():
    assert len(traces("a" * 1000)) == 1
    assert tail_traces("a" * 1000, 4).tolist() == traces("a" * 1000).tolist() * 4


def test_five_million_letters():
    rng = random.Random(1)
    text = " ".join("".join(rng.choices("abcdefghijklmnop", k=6)) for _ in range(720_000))
    assert len(text) > 5_000_000
    whole = traces(text)
    assert np.isin(traces(text[: len(text) // 10])[:-1], whole).mean() > 0.99
    assert len(traces("a" * 5_000_000)) == 1
    assert np.isin(tail_traces(text, 8), whole).all()
