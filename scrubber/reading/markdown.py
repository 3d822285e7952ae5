"""Whether a text that nobody calls Markdown is plainly Markdown.

Plain text that is taken for Markdown loses more than Markdown that is taken for plain text: lines
would be joined, and indented ones called code. So one sign is never enough where plain text, a
program or a message may hold it too.
"""

from __future__ import annotations

import re
from typing import Final

from scrubber.front_matter import read_front_matter

_LOOKED_AT: Final = 200_000
"""Characters of a text that are looked at."""
_LINKS: Final = 3
"""Links that are enough by themselves, ..."""
_LINKED_SHARE: Final = 0.3
"""... or this share of the text, where there are fewer."""
_SIGNS: Final = 2

# A target that begins like an address: `array[i](x)` and `[1](see below)` are none.
_LINK = re.compile(
    r"\]\((?:https?://|mailto:|#|\.{0,2}/)[^\s()]*(?:\([^\s()]*\)[^\s()]*)*(?:\s\"[^\"\n]*\")?\s?\)"
)
_HEADING = re.compile(r"(?:\A|\n)#{1,6} [^\n#]{1,200}(?=\n|\Z)")
_SECTION = re.compile(r"(?:\A|\n)#{2,6} [^\n#]{1,200}(?=\n|\Z)")
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)[\w+-]*[ \t]*$", re.MULTILINE)
_TABLE = re.compile(
    r"^.*\|.*\n[ \t]*\|?[ \t]*:?-{3,}:?[ \t]*\|(?:[ \t]*:?-{3,}:?[ \t]*\|?)*[ \t]*$", re.MULTILINE
)
_BOLD = re.compile(r"(?<![\w*])\*\*[^\s*][^*\n]{0,200}[^\s*]\*\*(?![\w*])|(?<![\w*])\*\*[^\s*]\*\*(?![\w*])")
_QUOTED = re.compile(r"^[ \t]*(?:>|\|(?=\s*$)).*$", re.MULTILINE)
_PATCH = re.compile(r"^(?:diff --git |@@ -\d+(?:,\d+)? \+\d+|--- \S|\+\+\+ \S|Index: )", re.MULTILINE)
_PROGRAM = re.compile(
    r"\A#!|^(?:#include\b|import \w[\w.]*;?$|from \w[\w.]* import |(?:public |private |static )*(?:def|class|void|int) \w+"
    r"[^\n]*[:{;]$|\w+\(\) ?\{$|<\?php|package \w+;?$)",
    re.MULTILINE,
)
_LINES_OF_A_PROGRAM: Final = 3


def is_markdown(text: str) -> bool:
    r"""Whether a text is plainly Markdown: a function of the text alone.

    It is where front matter with a usual key stands at its head; where three links with a target
    stand in it, or fewer that make up a third of it; or where it shows two of these: a link with a
    target, two headings one of which is a section's (``##``), a pair of fences, a table with its
    line of dashes, two passages in bold. Lines quoted with ``>`` do not count. A patch never is
    Markdown, and a program only with front matter.

    >>> is_markdown("[Home](/) [News](/news) [Contact](/contact)\nIt rained.")
    True
    >>> is_markdown("# a comment\nx = rows[0](y)\n# **kwargs")
    False
    """
    head = text[:_LOOKED_AT]
    # Most texts show by quick looks that there is nothing to find.
    if "](" not in head and "**" not in head and "\n#" not in f"\n{head}" and "---" not in head:
        return False
    front = read_front_matter(text)
    if front is not None and front.is_telling:
        return True
    if head.startswith("#!") or _PATCH.search(head):
        return False
    body = _without_code(_QUOTED.sub("", head))
    links = [found.span() for found in _LINK.finditer(body)]
    if len(_PROGRAM.findall(body)) >= _LINES_OF_A_PROGRAM:
        return False
    if len(links) >= _LINKS or (links and _share(body, links) >= _LINKED_SHARE):
        return True
    return (
        sum((bool(links), _has_sections(body), _has_fences(head), _has_table(body), _is_bold(body))) >= _SIGNS
    )


def _share(body: str, links: list[tuple[int, int]]) -> float:
    """How much of a text its links are, targets and all."""
    length = sum(end - max(body.rfind("[", 0, start), body.rfind("\n", 0, start), 0) for start, end in links)
    return length / max(len(body.strip()), 1)


def _without_code(text: str) -> str:
    """A text without what stands between fences: a program there says nothing of what is around it."""
    parts = _FENCE.split(text)
    return "\n".join(parts[::2]) if len(parts) % 2 else text


def _has_sections(body: str) -> bool:
    return _SECTION.search(body) is not None and len(_HEADING.findall(body)) >= 2


def _has_fences(text: str) -> bool:
    marks = _FENCE.findall(text)
    return len(marks) >= 2 and len(marks) % 2 == 0


def _has_table(body: str) -> bool:
    return "---" in body and "|" in body and _TABLE.search(body) is not None


def _is_bold(body: str) -> bool:
    return len(_BOLD.findall(body)) >= 2
