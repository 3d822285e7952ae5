"""How common words are, and which of them are halves: languages with a list and without."""

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.cuts.vocabulary import Vocabulary, vocabulary_of

HALVES = {
    "en": "authori assu minist neighb takeov hospi governm sente parliam",
    "de": "regier verwalt krankenh wissenschaf nachba bundesreg",
    "fr": "gouvern ministè hôpit entrepri commissi aujourd",
    "es": "gobiern ministe hospit empre preside",
    "it": "govern ministe ospeda presiden",
    "pt": "govern ministé hospit preside",
    "nl": "regeri ziekenhu voorzit geme",
    "pl": "rządow samorz szpit ministe",
    "cs": "vlád ministe nemocn prezid",
    "ru": "правител министе больни президе",
    "uk": "президе лікарн",
    "bg": "правител минист",
    "el": "κυβέρν υπουργ νοσοκομ",
    "tr": "hükü cumhurbaş",
    "ar": "الحكو المستش",
    "fi": "hallit sairaa",
    "hu": "kormá kórhá",
    "ro": "guver spita",
    "sv": "regeri sjukhu",
    "id": "pemerin presid",
}
WORDS = {
    "en": "the authority hospital parliament harbour because car minister government",
    "de": "der regierung krankenhaus haus strasse weil gemeinde",
    "fr": "le gouvernement hôpital maison mais parce",
    "es": "el gobierno hospital casa porque",
    "it": "il governo ospedale casa perché",
    "pt": "governo hospital casa porque",
    "nl": "de regering ziekenhuis huis omdat",
    "pl": "rząd szpital dom ponieważ",
    "cs": "vláda nemocnice dům protože",
    "ru": "правительство больница дом потому",
    "uk": "уряд лікарня будинок",
    "bg": "правителство болница къща",
    "el": "κυβέρνηση νοσοκομείο σπίτι",
    "tr": "hükümet hastane ev",
    "ar": "الحكومة المستشفى",
    "fi": "hallitus sairaala mutta",
    "hu": "kormány kórház ház",
    "ro": "guvernul spital casa",
    "sv": "regeringen sjukhus hus",
    "id": "pemerintah presiden rumah",
}
WITHOUT_LIST = ("", None, "th", "xx", "la", "eo", "sw", "not a code", "e", "-", "en_GB")
LISTED = sorted(WORDS)


def pairs(table):
    return [(code, word.casefold()) for code, words in table.items() for word in words.split()]


@pytest.mark.parametrize(("code", "word"), pairs(WORDS))
def test_words_are_likely_whole(code, word):
    vocabulary = vocabulary_of(code)
    assert vocabulary.is_likely_whole(word)
    assert vocabulary.information(word) < 5.5


@pytest.mark.parametrize(("code", "half"), pairs(HALVES))
def test_halves_are_not_and_longer_words_begin_so(code, half):
    vocabulary = vocabulary_of(code)
    assert not vocabulary.is_likely_whole(half)
    assert vocabulary.goes_on(half) > 2_000


@pytest.mark.parametrize("code", WITHOUT_LIST)
def test_a_language_without_a_list_says_nothing(code):
    vocabulary = vocabulary_of(code)
    assert vocabulary.frequencies == {}
    assert vocabulary.is_likely_whole("authori")
    assert vocabulary.is_likely_whole("ขอ")
    assert vocabulary.goes_on("a") == 0
    assert vocabulary.information("of") < vocabulary.information("authority") <= 6


@pytest.mark.parametrize("code", ["en-GB", "EN", "en-Latn-US", "En-gb"])
def test_regions_and_case_of_the_code_do_not_matter(code):
    assert vocabulary_of(code).frequencies == vocabulary_of("en").frequencies


@pytest.mark.parametrize("code", LISTED)
def test_what_is_common_says_least(code):
    vocabulary = vocabulary_of(code)
    ranked = sorted(vocabulary.frequencies, key=lambda word: (-vocabulary.frequencies[word], word))
    told = [vocabulary.information(word) for word in ranked[:5000]]
    assert told == sorted(told)
    assert told[0] < 1
    assert vocabulary.information("qqxzvw") == 6.0


@given(st.sampled_from(LISTED), st.text(max_size=12))
def test_information_has_bounds(code, word):
    assert 0 <= vocabulary_of(code).information(word) <= 6
    assert 0 <= vocabulary_of(None).information(word) <= 6


@settings(max_examples=30)
@given(st.sampled_from(LISTED), st.data())
def test_a_longer_beginning_begins_fewer_words(code, data):
    vocabulary = vocabulary_of(code)
    word = data.draw(st.sampled_from(sorted(vocabulary.frequencies)))
    counts = [vocabulary.goes_on(word[:n]) for n in range(1, len(word) + 1)]
    assert all(one >= other - 1e-6 for one, other in pairwise(counts))
    assert counts[-1] == pytest.approx(
        1e9 * sum(f for w, f in vocabulary.frequencies.items() if w.startswith(word) and w != word)
    )


def test_a_word_does_not_begin_itself():
    vocabulary = Vocabulary({"port": 1e-4, "porter": 2e-5, "portal": 3e-5, "pore": 9e-1})
    assert vocabulary.goes_on("port") == pytest.approx(50_000)
    assert vocabulary.goes_on("porter") == 0
    assert vocabulary.goes_on("q") == 0
    assert vocabulary.is_likely_whole("port")
    assert not vocabulary.is_likely_whole("por")


def test_a_rare_word_that_begins_common_ones_is_hardly_whole():
    # As long as it is not even a tenth as common as they are.
    assert not Vocabulary({"sta": 1e-7, "station": 1e-5}).is_likely_whole("sta")
    assert Vocabulary({"sta": 2e-6, "station": 1e-5}).is_likely_whole("sta")


def test_two_asks_are_one():
    assert vocabulary_of("en") is vocabulary_of("en")


def test_the_lists_are_read_only_when_asked():
    code = "import sys, scrubber.cuts.vocabulary, scrubber.rules.truncation; print('wordfreq' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
