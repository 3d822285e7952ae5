"""The files of languages, ``data/<BCP 47 tag>.toml``, read and checked. Not needed at run time.

A file has two parts. What is above the line `LINE` is written by hand; what is below it comes from
CLDR and is written by ``scripts/languages``.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

import msgspec

from scrubber.lang.scripts import SCRIPTS

LINE: Final = "# ---- Below: from CLDR, written by scripts/languages. Edit above this line only. ----"

Forms = tuple[tuple[str, ...], ...]
"""Of each month or weekday all its forms: shape (12,) or (7,), January and Monday first."""


class LanguageFileError(ValueError):
    """A file of a language cannot be used. Carries the file's `name` and `why`."""

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        self.why = why
        super().__init__(f"scrubber/lang/data/{name}: {why}. docs/languages.md describes the fields.")


class Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names of months or weekdays."""

    wide: Forms
    """Whole names, in every grammatical form."""
    abbreviated: Forms


class Cldr(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What CLDR knows of a language."""

    name: str
    """In English."""
    own_name: str
    long: str
    """A date without the weekday, in the pattern letters of CLDR (``d. MMMM y``)."""
    full: str
    """The same with the weekday."""
    months: Names
    weekdays: Names


class Calendar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What CLDR does not know of dates."""

    months: dict[int, tuple[str, ...]] = {}
    """Further whole names, by the month's number."""
    months_abbreviated: dict[int, tuple[str, ...]] = {}
    weekdays: dict[int, tuple[str, ...]] = {}
    """The same of weekdays: 1 is Monday."""
    weekdays_abbreviated: dict[int, tuple[str, ...]] = {}
    everyday: tuple[str, ...] = ()
    """Whole names that are everyday words, in this language or another: they fold as abbreviations do."""
    always: tuple[str, ...] = ()
    """Abbreviations, and everyday words, that fold wherever a whole name does."""
    ordinary: tuple[str, ...] = ()
    """Words of this language that are an abbreviation in another one: they fold in a text that is a date alone."""
    day_joins: tuple[str, ...] = ()
    """What may stand between the weekday and the day: Danish ``den``."""
    ordinals: tuple[str, ...] = ()
    """What may stand right behind the number of a day: English ``th``."""
    month_joins: tuple[str, ...] = ()
    """What may stand between the day and the month: Spanish ``de``."""
    year_joins: tuple[str, ...] = ()
    """What may stand between the month and the year."""
    year: tuple[str, ...] = ()
    """What a year bears beside its number: Latvian ``gada``, Chinese ``年``; also `month` and `day`."""
    month: tuple[str, ...] = ()
    day: tuple[str, ...] = ()


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lists of words, lower case where not said otherwise, with spaces between."""

    negations: str = ""
    """What denies a claim."""
    claims: str = ""
    """Short, common words that make another claim of the same words: when, how often, which of two."""
    framing: str = ""
    """What a pull-quote may put before a claim, or around a number, without claiming anything else."""
    titles: str = ""
    """Abbreviations with a full stop that a name always follows."""
    abbreviations: str = ""
    """Other abbreviations with a full stop."""
    never_last: str = ""
    """Words that no sentence ends in."""
    seldom_last: str = ""
    """Words that a sentence seldom ends in: enough where the next block goes on in lower case."""
    notices: str = ""
    """One-word labels of advertisements."""
    particles: str = ""
    """What stands in lower case inside a person's name."""
    coordinating: str = ""
    """Conjunctions behind which a hyphen stands for what is left out: ``pre- and post-war``."""
    inflections: str = ""
    """Endings that make another form of the same word."""
    date_words: str = ""
    """What may stand on a date line beside the date."""
    date_joins: str = ""
    """What leads to a date: ``on``."""
    name_joins: str = ""
    """What stands between two names: ``and``."""
    no_name: str = ""
    """Words that begin with a capital on pages and in no name."""
    closing_abbreviations: str = ""
    """Abbreviations that a headline may end in, as they are written."""
    page_words: str = ""
    """What stands before the number of a printed page."""


class Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Regular expressions, alternatives of one another. Matched without regard to case where not said otherwise."""

    more_links: tuple[str, ...] = ()
    """The text of a link to the rest of an article."""
    announcements: tuple[str, ...] = ()
    """What announces readers' comments. Fitted: the classifier's weights were learned with these lists."""
    replies: tuple[str, ...] = ()
    """Links below a reader's comment. Fitted."""
    says: tuple[str, ...] = ()
    """What stands behind a commenter's name. Fitted."""
    posted_by: tuple[str, ...] = ()
    """What stands before it. Fitted."""
    ago: tuple[str, ...] = ()
    """What makes a length of time a time in the past. Fitted."""
    credits: tuple[str, ...] = ()
    """What the credit of a picture begins with."""
    credit_joins: tuple[str, ...] = ()
    """What leads from there to the name."""
    comment_classes: tuple[str, ...] = ()
    """What the class or id of an element of comments has in it."""
    date_labels: tuple[str, ...] = ()
    """Labels that make the date behind them the document's."""
    date_label_joins: tuple[str, ...] = ()
    """What may stand between such a label and the date, beside `Words.date_joins`."""
    updated: tuple[str, ...] = ()
    """What says that a date is the one of a change."""
    clock_before: tuple[str, ...] = ()
    """What stands before a time of the day."""
    clock_after: tuple[str, ...] = ()
    bylines: tuple[str, ...] = ()
    """What stands before an author's name, in the case it is written in."""
    byline_labels: tuple[str, ...] = ()
    """The same where a colon follows."""
    byline_rest: tuple[str, ...] = ()
    """What leads from the name to the rest of a byline."""
    author_prefixes: tuple[str, ...] = ()
    """What an author's name in metadata may begin with."""
    signed_joins: tuple[str, ...] = ()
    """What leads from the name of a weblog's author to a date."""
    roles: tuple[str, ...] = ()
    """What persons are, behind their name, in the case it is written in."""
    role_joins: tuple[str, ...] = ()
    """What may stand before a role."""
    british_spellings: tuple[str, ...] = ()
    """What tells British English; `american_spellings` the other."""
    american_spellings: tuple[str, ...] = ()


class Language(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that a file says."""

    speakers: int
    """Millions, roughly: where two languages mean different months by one word, the larger is meant."""
    cldr: Cldr
    calendar: Calendar = Calendar()
    words: Words = Words()
    phrases: Phrases = Phrases()
    spaces: bool = True
    """Whether spaces stand between words."""
    script: str | None = None
    """The script (a key of `scripts.SCRIPTS`) that tells the language, where no other large one has it."""
    script_share: float = 0.6
    """The share of a text's letters that must be of that script."""
    capital_nouns: bool = False
    """Whether all nouns are written with a capital."""


def tags() -> list[str]:
    """The BCP 47 tags of all languages there is a file of, sorted."""
    return sorted(
        file.name.removesuffix(".toml") for file in folder().iterdir() if file.name.endswith(".toml")
    )


def folder() -> Traversable:
    """Where the files are."""
    return files("scrubber.lang") / "data"


def load() -> dict[str, Language]:
    """All languages by tag, sorted. Raises LanguageFileError."""
    return {tag: parse(f"{tag}.toml", (folder() / f"{tag}.toml").read_text("utf-8")) for tag in tags()}


def parse(name: str, text: str) -> Language:
    """One file. Raises LanguageFileError where it is no TOML, or a field is unknown, missing or of another type."""
    try:
        language = msgspec.convert(tomllib.loads(text), Language, strict=False)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise LanguageFileError(name, str(error)) from error
    for what, names, count in (
        ("months", language.cldr.months, 12),
        ("weekdays", language.cldr.weekdays, 7),
    ):
        if len(names.wide) != count or len(names.abbreviated) != count:
            raise LanguageFileError(name, f"`cldr.{what}` must list {count} of them")
    if language.script is not None and language.script not in SCRIPTS:
        raise LanguageFileError(
            name, f"`script` is {language.script!r}, and must be one of {', '.join(SCRIPTS)}"
        )
    return language
