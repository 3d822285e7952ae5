"""Rule ``mojibake``: text that was decoded with the wrong codec, decoded again (by ftfy).

ftfy is asked for this alone: quotes, ligatures, widths, line breaks and entities stay as they are.
Its heuristic finds sequences that no language writes; a line without one is never touched, and a
repair is taken only where fewer such sequences are left than before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scrubber.edits import Edit, Span
from scrubber.normalising.composition import trimmed

if TYPE_CHECKING:
    from ftfy import TextFixerConfig

_LONGEST_PIECE = 5000
"""Characters: a line longer than this is cut at white space, so that one bad pair costs little."""

# Anchored: else a long line of ASCII is searched again from each of its characters.
_LINE = re.compile(r"^[^\n]*[^\x00-\x7f\n][^\n]*", re.MULTILINE)
_PIECE = re.compile(rf"\S.{{0,{_LONGEST_PIECE}}}(?!\S)|\S{{1,{_LONGEST_PIECE}}}")
# Runs beyond ASCII, but for those of plain Greek, Cyrillic and Chinese, Japanese or Korean letters
# alone: a bad sequence of ftfy's has at least one sign that is none of them.
_FOREIGN = re.compile(
    r"(?<![^\x00-\x7f])[\u0388-\u03ce\u0410-\u044f\u0451\u3000-\u9fff\uac00-\ud7af\uff00-\uffef]*+[^\x00-\x7f]+"
)
_CONTEXT = 2
"""ASCII characters that ftfy's bad sequences reach to either side of the others, at most."""
# ftfy's heuristic has one sequence that it knows at the start of a text only.
_BAD_LINE_START = re.compile(r"^[ÃÂ] ", re.MULTILINE)
# U+0085 is a byte of mojibake only behind another one; elsewhere it ends a mainframe's line.
_LONE_NEL = re.compile("(?<![\x80-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ])\x85")
_CALM = "\xa0\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026"
"""Signs beyond ASCII that may stand beside one another in any order: usual quotation marks, dashes, dots."""
# What ftfy's sequences have at least: a sign of theirs alone, or two beside one another. Importing ftfy takes
# as long as cleaning a short document, and most documents of Latin script have neither.
_REMARKABLE = re.compile(rf"[\x80-\x9fÂÃŒœ]|[^\x00-\x7f{_CALM}][^\x00-\x7f]|[^\x00-\x7f][^\x00-\x7f{_CALM}]")
_ASCII_RUN = re.compile(r"[\x00-\x7f]+")


def propose(text: str) -> list[Edit]:
    """Edits of ``mojibake``, in order, in the coordinates of `text`."""
    if _REMARKABLE.search(text) is None:
        return []
    from ftfy.badness import is_bad

    suspects = _suspects(text)
    if not is_bad(suspects) and _BAD_LINE_START.search(suspects) is None:
        return []
    config = _configuration()
    edits: list[Edit] = []
    for line in _LINE.finditer(text):
        if is_bad(_without_line_ends(line[0])):
            for start, piece in _pieces(line):
                edits.extend(_repair(text, start, piece, config))
    return edits


def _suspects(text: str) -> str:
    """All that can make a line bad: its runs beyond ASCII with a little context, each once."""
    text = _without_line_ends(text)
    stretches = {
        text[max(0, found.start() - _CONTEXT) : found.end() + _CONTEXT] for found in _FOREIGN.finditer(text)
    }
    return "\n\n" + "\n\n".join(stretches)


def _without_line_ends(text: str) -> str:
    return _LONE_NEL.sub("\n", text) if "\x85" in text else text


def _configuration() -> TextFixerConfig:
    from ftfy import TextFixerConfig

    return TextFixerConfig(
        unescape_html=False,
        remove_terminal_escapes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        fix_surrogates=False,
        remove_control_chars=False,
        normalization=None,
        explain=False,
    )


def _pieces(line: re.Match[str]) -> Iterator[tuple[int, str]]:
    if len(line[0]) <= _LONGEST_PIECE:
        yield line.start(), line[0]
        return
    for piece in _PIECE.finditer(line[0]):
        yield line.start() + piece.start(), piece[0]


def _repair(text: str, start: int, piece: str, config: TextFixerConfig) -> list[Edit]:
    from ftfy import fix_encoding
    from ftfy.badness import badness, is_bad

    if piece.isascii() or not is_bad(_without_line_ends(piece)):
        return []
    fixed = fix_encoding(piece, config)
    if fixed == piece or badness(fixed) >= badness(piece):
        return []
    return [trimmed(text, span, inserted, "mojibake") for span, inserted in _changes(piece, fixed, start)]


def _changes(piece: str, fixed: str, start: int) -> Iterator[tuple[Span, str]]:
    """The stretches between ASCII runs that changed.

    Decoding leaves ASCII alone, so both texts have the same ASCII runs, and what lies between two
    of them corresponds. Where a space was part of the mojibake they differ, and all is one change.
    """
    anchors = [(run.span(), run[0]) for run in _ASCII_RUN.finditer(piece)]
    images = [(run.span(), run[0]) for run in _ASCII_RUN.finditer(fixed)]
    if [run for _, run in anchors] != [run for _, run in images]:
        anchors, images = [], []
    at = new = 0
    ends = ((len(piece), len(piece)), ""), ((len(fixed), len(fixed)), "")
    for ((old_start, old_end), _), ((new_start, new_end), _) in zip(
        [*anchors, ends[0]], [*images, ends[1]], strict=True
    ):
        if piece[at:old_start] != fixed[new:new_start]:
            yield Span(start + at, start + old_start), fixed[new:new_start]
        at, new = old_end, new_end
