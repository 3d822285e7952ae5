"""Punctuation as sets of characters: what ends a sentence, what closes and opens, what lists begin with. Pure.

`any_of` makes a class of `re` of them. The sets under "Fitted" differ on purpose, and say why.
"""

from __future__ import annotations

from typing import Final

STOPS: Final = ".!?؟"
"""Ends of sentences in scripts with spaces: those of Latin, and the Arabic question mark."""
DANDA: Final = "।"
"""The full stop of Hindi and its neighbours. Apart: rules that repair cut text were not measured with it."""
WIDE_STOPS: Final = "。！？"
"""Ends of sentences in Chinese and Japanese: no space follows them."""
ELLIPSIS: Final = "…"
HEADLINE_ENDS: Final = "!?！？…"
"""Ends of sentences that a headline may have as well."""
GREEK_QUESTION: Final = ";"
"""The Greek question mark (after NFC, a semicolon): elsewhere it ends no sentence."""
CLOSERS: Final = "\"'”’“»›)]」』）"
"""What may stand behind the end of a sentence; “ closes in German."""
QUOTE_CLOSERS: Final = '"”’»'
"""Of these, what closes a quotation in a script with spaces, and nothing else."""
WIDE_CLOSERS: Final = "」』”’）"
OPENERS: Final = "\"'“„«‘(["
"""What may stand before the beginning of a sentence."""
SPANISH_OPENERS: Final = "¿¡"
DASHES: Final = "—–"
COMMAS: Final = ",，、"
ARABIC_COMMA: Final = "،"
WIDE_COMMAS: Final = "，、"
APOSTROPHES: Final = "'’"
BULLETS: Final = "•·‣▪◦"
"""What an item of a list begins with, and nothing else does."""
BULLETS_WITH_SPACE: Final = f"*{DASHES}-"
"""The same where white space follows."""
ARROWS: Final = ">»›→"
"""What ends a link."""
QUOTATION_PAIRS: Final[dict[str, str]] = {"“": "”", "„": "“”", "«": "»", "‹": "›", "(": ")", "[": "]"}
"""What may close each; the German “ closes what „ has opened, and opens elsewhere."""
LONE_CLOSERS: Final = "”»›)]"
"""What closes a quotation or bracket and never opens one in the languages that `QUOTATION_PAIRS` serves."""
MARKS_BETWEEN_WORDS: Final = ",'’‘\"“”„«»‹›()[]…*_–—"
"""What two editions of a sentence may set differently without saying anything else."""
SIGNS_AT_NUMBERS: Final = "#$€£%"
CURRENCY_OPENERS: Final = "$€£"
MINUS: Final = "-−"
FULL_WIDTH_BAR: Final = "｜"
LIST_SEPARATORS: Final = "|»›•→"
"""What stands between the items of a menu or a trail of links, and in no headline."""
TITLE_SEPARATORS: Final = "-–—·•:~/"
"""What stands between a page's title and the name of its site, with spaces around."""
MIDDLE_DOT: Final = "·"
FIELD_SEPARATORS: Final = f"|/{MIDDLE_DOT}"
"""What stands between the fields of a line: a name, a date, a section."""
WEAK_FIELD_SEPARATORS: Final = "•,"
"""The same, where other signs speak for it too."""
COLONS: Final = ":："
GUILLEMETS: Final = "«»"
NAME_EDGES: Final = " ,;|/-–—·"
"""What is left around a name when labels are cut off."""

# Fitted: the weights of the classifier (classifying/weights.json) were learned with exactly these classes.
# They may become the ones above when the weights are next trained.
FITTED_STOPS: Final = ".!?。！？;؟।"
FITTED_CLOSERS: Final = "\"'”’»)]›」』）*"
"""Without the German “, with the star of Markdown's emphasis."""
FITTED_INNER_STOPS: Final = ".!?;؟"
FITTED_INNER_CLOSERS: Final = '"”’»)'
FITTED_WIDE_STOPS: Final = "。！？।"
FITTED_COMMAS: Final = ",，、"
FITTED_SEPARATORS: Final = "|»›•·>→▶/"
FITTED_DATE_SIGNS: Final = "年月日"
"""Behind a figure: a date in Chinese or Japanese, not in Korean."""
FITTED_ENDINGS: Final[dict[str, int]] = {
    ":": 2, "：": 2, "…": 3, "»": 4, ">": 4, "›": 4, "→": 4, ",": 5, "-": 5, "–": 5, "—": 5,
}  # fmt: skip
"""The class of a block's last sign, as `classifying.spec.ENDINGS` numbers them."""
FITTED_BEGINNINGS: Final[dict[str, int]] = {
    **dict.fromkeys("•*-·–▪◦", 4),
    **dict.fromkeys("\"'“‘«„「", 5),
    **dict.fromkeys("([（【", 6),
}
"""The class of a block's first sign, as `classifying.spec.BEGINNINGS` numbers them."""


def any_of(*characters: str) -> str:
    r"""A class of `re` that any of these characters matches.

    >>> print(any_of(".!", "]"))
    [.!\]]
    """
    return "[" + "".join(rf"\{c}" if c in r"\]^-[" else c for c in "".join(characters)) + "]"


SENTENCE_END: Final = any_of(STOPS, ELLIPSIS, WIDE_STOPS)
"""A class: what a sentence ends in, in any script."""
AFTER_END: Final = any_of(CLOSERS)
"""A class: what may follow."""
ITEM_MARK: Final = rf"{any_of(BULLETS, BULLETS_WITH_SPACE)}|\(?(?:\d{{1,3}}|[a-zA-Z]|[ivx]{{1,5}})[.)]|§+"
"""A pattern: what an item of a list or a clause of a law begins with; white space follows."""
