"""Rules ``line-ends`` and ``control``: one line end, and no character that nothing shows.

- ``line-ends``: CR LF and a lone CR become LF.
- ``control``: NEL, U+2028, U+2029, form feed, vertical tab and the file, group and record separators
  end a line, so they become LF; the unit separator becomes a space. Other C0 and C1 controls, DEL and
  U+FEFF (a byte order mark that was glued into the text) are dropped. A high surrogate with the low
  one that belongs to it becomes the character they mean, a lone surrogate U+FFFD: it stands for a byte
  or a code unit that nothing can decode. Joiners and bidirectional marks are text and stay.

C1 controls come here only after `mojibake` had its chance: they are mostly Windows-1252 misread.
"""

from __future__ import annotations

import re

from scrubber.edits import Edit, Span

_UNWANTED = re.compile(
    "\r\n?"
    "|[\ud800-\udbff][\udc00-\udfff]"
    "|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]"
)
_LINE_END = frozenset("\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")


_FIRST = re.compile("[\r\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
"""What each of them begins with: found several times as fast, and most texts have none."""


def propose(text: str) -> list[Edit]:
    """Edits of ``line-ends`` and ``control``, in order, in the coordinates of `text`."""
    if _FIRST.search(text) is None:
        return []
    return [_edit(text, match) for match in _UNWANTED.finditer(text)]


def _edit(text: str, match: re.Match[str]) -> Edit:
    found, start = match[0], match.start()
    if found[0] == "\r":
        inserted = "" if len(found) == 2 else "\n"
        return Edit.replace(text, Span(start, start + 1), inserted, "line-ends")
    return Edit.replace(text, Span(*match.span()), _replacement(found), "control")


def _replacement(found: str) -> str:
    if len(found) == 2:
        return found.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    if found in _LINE_END:
        return "\n"
    if found == "\x1f":
        return " "
    return "\ufffd" if "\ud800" <= found <= "\udfff" else ""
