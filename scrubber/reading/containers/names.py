"""Names of records: any string -> a relative POSIX path that is safe to write, and unique.

Names come from outside and are hostile until made safe: ``../../etc/passwd`` is a name, and so is
one with a line end in it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

import xxhash

LONGEST_SEGMENT = 200
"""Bytes of one part of a name; file systems take 255, and suffixes of ours come behind it."""

LONGEST_NAME = 700
"""Bytes of all parts together."""

PLACE_WIDTH = 6
"""Digits of a record's place, at least."""

_INSIDE = "!/"
"""What stands between a container and its record."""

_ESCAPED = re.compile(r'[\x00-\x1f\x7f-\x9f\\<>:"|?*\ud800-\udfff\u2028\u2029]|%(?=[0-9A-Fa-f]{2})')
_EMPTY = "%2F"
"""An empty part. A slash is never escaped in one, so nothing else is written so."""
_KEPT_TEXTS = (".txt", ".md")


def safe_name(name: str) -> str:
    """A name as a relative POSIX path; different names stay different.

    No part is empty, ``.`` or ``..``, hidden, longer than `LONGEST_SEGMENT` bytes, or holds what a
    common file system refuses: such characters are percent-encoded, what is too long is cut and
    ends in a digest of the whole.
    """
    parts = [_safe_part(part) for part in name.split("/")]
    whole = "/".join(parts)
    if len(whole.encode()) <= LONGEST_NAME:
        return whole
    mark = "~" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    head: list[str] = []
    room = LONGEST_NAME - len(mark) - 1
    for part in parts:
        room -= len(part.encode()) + 1
        if room < 0:
            break
        head.append(part)
    return "/".join([*head, mark])


def _safe_part(part: str) -> str:
    if not part:
        return _EMPTY
    safe = _ESCAPED.sub(_escape, part)
    if safe[0] == ".":
        # Hidden names are passed over by whoever reads the output, ourselves included.
        safe = "%2E" + safe[1:]
    if safe[-1] in ". !":
        safe = f"{safe[:-1]}%{ord(safe[-1]):02X}"
    if len(safe.encode()) <= LONGEST_SEGMENT:
        return safe
    mark = "~" + hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    head = safe.encode()[: LONGEST_SEGMENT - len(mark)].decode("utf-8", "ignore")
    return re.sub(r"%[0-9A-Fa-f]?\Z", "", head) + mark


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    if "\udc80" <= char <= "\udcff":  # a byte of a file name that is not UTF-8
        return f"%{ord(char) - 0xDC00:02X}"
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))


class Namer:
    """Names the records of one container: by their own names, else by their places.

    A name that another record has already, on the strictest of file systems, is no name: neither
    is one that would need a folder where a file stands. Only digests of the names are kept.
    """

    def __init__(self) -> None:
        self._files: set[int] = set()
        self._folders: set[int] = set()

    def name(self, place: int, name: str | None, within: str = "", behind: int = 0) -> str:
        """A name inside the container that no record has had before.

        How many records stood in a damaged range nobody knows. So behind one places are counted anew, and
        say from which byte: ``000003@48213`` is never taken for the third record, nor changed by more damage.
        """
        above = f"{safe_name(within)}{_INSIDE}" if within else ""
        if name and self._claim(above + safe_name(name)):
            return above + safe_name(name)
        number = f"{place:0{PLACE_WIDTH}}" + (f"@{behind}" if behind else "")
        candidate, again = above + number, 1
        while not self._claim(candidate):
            again += 1
            candidate = f"{above}{number}~{again}"
        return candidate

    def _claim(self, name: str) -> bool:
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
        file = folded if folded.endswith(_KEPT_TEXTS) else f"{folded}.txt"
        key = xxhash.xxh3_64_intdigest(file.encode("utf-8", "surrogatepass"))
        above = [
            xxhash.xxh3_64_intdigest(folded[:at].encode("utf-8", "surrogatepass"))
            for at, char in enumerate(folded)
            if char == "/"
        ]
        if key in self._files or key in self._folders or not self._files.isdisjoint(above):
            return False
        self._files.add(key)
        self._folders.update(above)
        return True
