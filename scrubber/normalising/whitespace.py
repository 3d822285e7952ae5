"""Rules for white space, after everything else: what shows the same is written the same.

- ``trailing-space``: white space at the end of a line goes.
- ``blank-lines``: of several blank lines one stays.
- ``edges``: no blank lines at either end; a text that is not empty ends in exactly one line end.
- ``inner-space``: several spaces between two words of a prose line become one. A single no-break
  space and every ideographic space stay.

Indentation always stays, and so do the inner spaces of lines that look laid out: indented, with
a tab, fenced, in columns, or next to such columns.

In Markdown white space is syntax, and the text stays as its author wrote it (`propose_markdown`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scrubber.edits import Edit, Span

_SPACES = " \u00a0\u1680\u2000-\u200a\u202f\u205f"
_BLANK = rf"[\t{_SPACES}\u3000]"
_LOOSE_ENDS = re.compile(rf"(?P<run>\n(?:{_BLANK}*+\n){{2,}})|(?<!{_BLANK}){_BLANK}++(?=\n|\Z)")
_HEAD = re.compile(rf"(?:{_BLANK}*+\n)+")
_INNER = re.compile(rf"(?<=\S)[{_SPACES}]{{2,}}(?=[^\s])")
_BLANK_LINES = re.compile(rf"\n(?:{_BLANK}*+\n)+")
_SINGLE_SPACE = re.compile(rf"(?<=[^\s]){_BLANK}(?=\n)")
_FENCE = re.compile(r"```|~~~")
_WIDE = 3
"""Spaces from which a gap is a column's and not a typist's two after a full stop."""


def propose(text: str, protected: Sequence[Span] = ()) -> list[Edit]:
    """Edits of all white-space rules, in order, in the coordinates of `text`."""
    if not text:
        return []
    end = len(text.rstrip())
    if not end:
        return [Edit.replace(text, Span(0, len(text)), "", "edges")]
    body = Span(_head_end(text), end)
    edits = [*_loose_ends(text, body), *_inner(text, body)]
    edits = [edit for edit in edits if not _touches(edit.span, protected)]
    return sorted([*edits, *_edges(text, body)], key=lambda edit: edit.start)


@dataclass(frozen=True, slots=True)
class Gap:
    """Where something was removed: an offset in the text that is left."""

    at: int
    in_list: bool = False
    """Whether items of a list, or rows of a table, stand on both sides."""


def propose_markdown(text: str, protected: Sequence[Span], gaps: Sequence[Gap]) -> list[Edit]:
    """Edits for Markdown: blank lines only where something was removed, `gaps` in order.

    Two spaces at the end of a line are a hard break and stay, one goes; several blank lines, and
    spaces inside a line, stay as they are. Where something was removed one blank line stays, and
    none between two items or two rows that stood close upon what was removed: a blank line ends a
    table, and loosens a list.
    """
    if not text:
        return []
    end = len(text.rstrip())
    if not end:
        return [Edit.replace(text, Span(0, len(text)), "", "edges")]
    body = Span(_head_end(text), end)
    edits = [
        Edit.replace(text, Span(*found.span()), "", "trailing-space")
        for found in _SINGLE_SPACE.finditer(text, body.start, body.end)
    ]
    edits = [*(edit for edit in edits if not _touches(edit.span, protected)), *_closed(text, body, gaps)]
    return sorted([*edits, *_edges(text, body)], key=lambda edit: edit.start)


def _closed(text: str, body: Span, gaps: Sequence[Gap]) -> Iterator[Edit]:
    """Edits that close the blank lines in which something was removed."""
    at = 0
    for found in _BLANK_LINES.finditer(text, body.start, body.end):
        start, end = found.span()
        while at < len(gaps) and gaps[at].at <= start:
            at += 1
        first = at
        while at < len(gaps) and gaps[at].at < end:
            at += 1
        if first == at:
            continue
        close = found[0].count("\n") == at - first + 1 and all(gap.in_list for gap in gaps[first:at])
        surplus = Span(start + 1, end if close else end - 1)
        if len(surplus):
            yield Edit.replace(text, surplus, "", "blank-lines")


def _head_end(text: str) -> int:
    head = _HEAD.match(text)
    return head.end() if head else 0


def _edges(text: str, body: Span) -> Iterator[Edit]:
    if body.start:
        yield Edit.replace(text, Span(0, body.start), "", "edges")
    tail = text[body.end :]
    if "\n" not in tail:
        yield Edit.replace(text, Span(body.end, len(text)), "\n", "edges")
    elif tail != "\n":
        first = body.end + tail.index("\n")
        if first > body.end:
            yield Edit.replace(text, Span(body.end, first), "", "trailing-space")
        if first + 1 < len(text):
            yield Edit.replace(text, Span(first + 1, len(text)), "", "edges")


def _loose_ends(text: str, body: Span) -> Iterator[Edit]:
    for found in _LOOSE_ENDS.finditer(text, body.start, body.end):
        if found["run"]:
            yield Edit.replace(text, Span(found.start() + 1, found.end() - 1), "", "blank-lines")
        else:
            yield Edit.replace(text, Span(*found.span()), "", "trailing-space")


def _inner(text: str, body: Span) -> Iterator[Edit]:
    gaps = list(_INNER.finditer(text, body.start, body.end))
    if not gaps:
        return
    lines = _Lines(text, gaps)
    for gap in gaps:
        if not lines.is_laid_out(gap.start()):
            run = gap[0]
            if run == run[0] * len(run):
                yield Edit.replace(text, Span(gap.start() + 1, gap.end()), "", "inner-space")
            else:
                yield Edit.replace(text, Span(*gap.span()), " ", "inner-space")


class _Lines:
    """The lines of a text, and which of them are laid out by their spaces."""

    __slots__ = ("_aligned", "_kept", "_starts")

    def __init__(self, text: str, gaps: Sequence[re.Match[str]]) -> None:
        lines = text.split("\n")
        self._starts: list[int] = []
        at = 0
        for line in lines:
            self._starts.append(at)
            at += len(line) + 1
        columns: dict[int, set[int]] = {}
        wide: dict[int, int] = {}
        for gap in gaps:
            number = self._number(gap.start())
            columns.setdefault(number, set()).add(gap.end() - self._starts[number])
            if len(gap[0]) >= _WIDE:
                wide[number] = wide.get(number, 0) + 1
        self._kept = {n for n in columns if lines[n][0].isspace() or "\t" in lines[n].rstrip()} | _fenced(
            lines
        )
        self._aligned = {n for n, count in wide.items() if count >= 2}
        for number, ends in columns.items():
            if ends & columns.get(number + 1, set()):
                self._aligned |= {number, number + 1}

    def _number(self, offset: int) -> int:
        return bisect_right(self._starts, offset) - 1

    def is_laid_out(self, offset: int) -> bool:
        number = self._number(offset)
        return number in self._kept or not self._aligned.isdisjoint((number - 1, number, number + 1))


def _fenced(lines: Sequence[str]) -> set[int]:
    """Numbers of the lines inside Markdown fences; a fence that nothing closes runs to the end."""
    inside: set[int] = set()
    fence = ""
    for number, line in enumerate(lines):
        mark = line.lstrip()[:3]
        if fence:
            inside.add(number)
            fence = "" if mark == fence else fence
        elif _FENCE.fullmatch(mark):
            inside.add(number)
            fence = mark
    return inside


def _touches(span: Span, protected: Sequence[Span]) -> bool:
    place = bisect_right(protected, span.start, key=lambda kept: kept.start)
    return any(span.overlaps(kept) for kept in protected[max(0, place - 1) : place + 1])
