"""Languages as data: each file is whole, each month and weekday is read and folds, and no list stands elsewhere."""

import ast
import doctest
import importlib
import re
import sys
import unicodedata
from pathlib import Path

import pytest

import scrubber
from scrubber.dates import find_dates
from scrubber.fingerprints import fold
from scrubber.lang import building, registry, sources
from scrubber.lang.forms import folded

ROOT = Path(scrubber.__file__).parent
LANGUAGES = sources.load()
_FIELD = re.compile(r"'([^']*)'|EEEE|cccc|MMMM|M|dd|d|y")
PROSE = "so much was said and written of this that nobody could tell, "
"""Longer than what counts as a short block."""


def written(pattern, month, weekday="", day="12", year="2024"):
    """A date in a pattern of CLDR's, with these names."""
    if "MMMM" not in pattern:
        pattern = re.sub(r"M[月월]", "MMMM", pattern)
    fields = {"EEEE": weekday, "cccc": weekday, "MMMM": month, "dd": day, "d": day, "y": year}
    return _FIELD.sub(lambda m: fields.get(m[0], m[1]), pattern)


def names(tag, what):
    """(number, name) of every form that the file of a language has."""
    said = LANGUAGES[tag]
    by_hand = getattr(said.calendar, what)
    for number, (wide, short) in enumerate(
        zip(getattr(said.cldr, what).wide, building.abbreviations(said, what), strict=True), start=1
    ):
        yield from ((number, name) for name in dict.fromkeys((*wide, *by_hand.get(number, ()), *short)))


def cases(what):
    return [
        pytest.param(tag, number, name, id=f"{tag}-{number}-{name}")
        for tag in LANGUAGES
        for number, name in names(tag, what)
    ]


def lines(tag, month, weekday):
    """Natural date lines: by CLDR's patterns, and the day, the month and the year."""
    cldr = LANGUAGES[tag].cldr
    yield written(cldr.long, month)
    yield written(cldr.full, month, weekday)
    if not any(c.isdigit() for c in month) and LANGUAGES[tag].script not in {"han", "kana", "hangul"}:
        yield f"12 {month} 2024"
        yield f"{weekday} 12 {month} 2024"


def is_ordinary(name):
    """Whether another language has a name for an ordinary word: it folds where the date stands alone."""
    return folded(name) in registry.table()["folded"]["ordinary"]


def first(tag, what, like=""):
    """The first name, such as is written in figures if `like` is."""
    form = re.sub(r"\d+", "0", like) if any(c.isdigit() for c in like) else None
    return next(n for _, n in names(tag, what) if form is None or re.sub(r"\d+", "0", n) == form)


@pytest.mark.parametrize(("tag", "number", "month"), cases("months"))
def test_every_month_is_read_and_folds(tag, number, month):
    weekday = first(tag, "weekdays")
    for line, other in zip(
        lines(tag, month, weekday), lines(tag, first(tag, "months", month), weekday), strict=True
    ):
        assert [d.iso for d in find_dates(line, language=tag)] == [f"2024-{number:02}-12"], line
        assert fold(line) == fold(other.replace("12", "7")), line
        if not is_ordinary(month):
            assert fold(PROSE + line) == fold(PROSE + other), line


@pytest.mark.parametrize(("tag", "number", "weekday"), cases("weekdays"))
def test_every_weekday_stands_beside_a_date_and_folds(tag, number, weekday):
    month = first(tag, "months")
    for line, other in zip(
        lines(tag, month, weekday), lines(tag, month, first(tag, "weekdays")), strict=True
    ):
        assert [d.iso for d in find_dates(line, language=tag)] == ["2024-01-12"], line
        assert fold(line) == fold(other), line
        if not is_ordinary(weekday):
            assert fold(PROSE + line) == fold(PROSE + other), line


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("so", "so 12 people came, and more than that had said no to the whole of it in 2012"),
        ("di", "di 12 anni, e con tutto quello che ne segue per la famiglia di lui"),
        ("to", "from 5 to 10, and on to 2012"),
        ("to", "9 am to 9 pm"),
        ("on", "seen on 3 of 4 in 2012"),
        ("led", "the led 3 lamp and the mar 4 rover and the pro 5 model are all sold out"),
        ("pro", "iPhone 14 Pro"),
        ("out", "5 out of 5 stars"),
        ("min", "5 min read"),
        ("ago", "2 weeks ago 3"),
        ("thứ", "Lần thứ hai trong 12 tháng, người dân thành phố lại được thấy điều này"),
        ("ocak", "Ocak 12 yıldır sönmedi ve kimse onu söndürmeye cesaret edemedi burada"),
        ("mi", "mi so do"),
        ("so", "So"),
        ("mo", "$32/mo"),
        ("on", "Posted on 12 January 2012 by Ann Lee"),
        ("to", "in force from 12 March 2012 to 15 April 2013"),
        ("周二", "周二 那天"),
    ],
)
def test_everyday_words_fold_in_dates_only(word, text):
    assert word in fold(text).split()


def test_a_word_of_two_months_is_the_language_s():
    assert find_dates("12. listopada 2024.", language="hr")[0].iso == "2024-10-12"
    assert find_dates("12 listopada 2024", language="pl")[0].iso == "2024-11-12"
    assert find_dates("12 listopada 2024")[0].iso == "2024-11-12"


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_phrase_is_an_expression(tag):
    for concept in sources.Phrases.__struct_fields__:
        for phrase in getattr(LANGUAGES[tag].phrases, concept):
            re.compile(phrase)


def test_the_table_is_made_of_the_files():
    committed = (ROOT / "lang" / registry.FILE).read_text("utf-8")
    assert committed == building.to_json(building.build(LANGUAGES)), "run scripts/languages"
    assert building.decode(committed) == registry.table()


def test_cldr_s_part_is_what_babel_gives():
    sys.path.insert(0, str(ROOT.parent / "scripts"))
    try:
        cldr = importlib.import_module("cldr")
    except ModuleNotFoundError:
        pytest.skip("Babel is not installed")
    finally:
        sys.path.pop(0)
    if not cldr.is_pinned():
        pytest.skip("another version of Babel")
    for tag in sources.tags():
        text = (cldr.DATA / f"{tag}.toml").read_text("utf-8")
        assert cldr.regenerated(tag, text) == text, f"{tag}: run scripts/languages"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("speakers = [", "Invalid"),
        ("speakers = 1\n", "cldr"),
        ("speakers = 1\nspeaker = 1\n", "speaker"),
    ],
)
def test_a_bad_file_says_where_and_why(text, why):
    with pytest.raises(sources.LanguageFileError) as error:
        sources.parse("xx.toml", text)
    assert error.value.name == "xx.toml"
    assert why in str(error.value)
    assert "docs/languages.md" in str(error.value)


def good_file(**changed):
    said = {"months": 12, "weekdays": 7, "script": "latin"} | changed
    rows = {
        what: "[" + ", ".join(f'["{what}{n}"]' for n in range(said[what])) + "]"
        for what in ("months", "weekdays")
    }
    return (
        "speakers = 1\n"
        + (f'script = "{said["script"]}"\n' if said["script"] != "latin" else "")
        + '[cldr]\nname = "X"\nown_name = "X"\nlong = "d MMMM y"\nfull = "EEEE d MMMM y"\n'
        + "".join(f"[cldr.{what}]\nwide = {row}\nabbreviated = {row}\n" for what, row in rows.items())
    )


@pytest.mark.parametrize("changed", [{"months": 11}, {"weekdays": 8}, {"script": "runes"}])
def test_a_file_with_a_month_too_few_is_refused(changed):
    assert sources.parse("xx.toml", good_file()).speakers == 1
    with pytest.raises(sources.LanguageFileError):
        sources.parse("xx.toml", good_file(**changed))


@pytest.mark.parametrize(
    "module", [m.stem for m in sorted((ROOT / "lang").glob("*.py")) if m.stem != "__init__"] + ["../dates"]
)
def test_examples_hold(module):
    name = f"scrubber.lang.{module}" if not module.startswith("..") else f"scrubber.{module[3:]}"
    assert doctest.testmod(importlib.import_module(name)).failed == 0


ELSEWHERE = {
    "scrubber.reading.legacy": "the letters that tell one legacy encoding from another",
    "scrubber.normalising.composition": "the Korean letters that Unicode composes",
    "scrubber.normalising.mojibake": "what UTF-8 looks like when it was read as another encoding",
}
"""Modules outside `lang` that may have letters of other scripts in them, and why."""
_WIDE_PUNCTUATION = frozenset("。！？、，；：（）「」『』【】؟।॥·•▪‣◦")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})")
_NAMES = {
    name
    for said in LANGUAGES.values()
    for what in ("months", "weekdays")
    for forms in getattr(said.cldr, what).wide
    for name in map(folded, forms)
    if len(name) > 3
} - {"march", "mars", "august"}


def literals(path):
    """(line, text) of every string of a module that is no docstring; escapes of `re` as what they stand for."""
    tree = ast.parse(path.read_text("utf-8"))
    notes = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in notes:
            yield node.lineno, _ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)), node.value)


def test_no_list_about_languages_stands_elsewhere():
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        module = ".".join(("scrubber", *path.relative_to(ROOT).with_suffix("").parts))
        if module.startswith("scrubber.lang.") or module in ELSEWHERE:
            continue
        for line, text in literals(path):
            letters = {c for c in text if ord(c) > 0x7F and unicodedata.category(c)[0] in "LM"}
            signs = _WIDE_PUNCTUATION.intersection(text)
            names = _NAMES.intersection(re.findall(r"\w+", text.casefold()))
            if letters or signs or names:
                found.append(f"{module}:{line}: {sorted(letters | signs | names)}")
    assert not found, "this belongs into scrubber/lang:\n" + "\n".join(found)


def test_the_exceptions_are_needed():
    for module in ELSEWHERE:
        path = ROOT.parent / (module.replace(".", "/") + ".py")
        assert any(ord(c) > 0x7F for _, text in literals(path) for c in text)
