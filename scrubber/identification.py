"""py3langid's identifier of languages, on a copy of its model that need not be unpacked.

The package holds the model compressed: unpacking takes longer than cleaning a document, and each process
would keep 68 MB of its own. So the first process leaves a plain copy in the user's cache folder, and later
ones map it into memory. py3langid does all the counting, on the same numbers: the copy is named after its
code and model, and a checksum of all of it is compared before it is used, once for each state of the
file that the disk tells of. Where it cannot be read or written, the model is unpacked as ever.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Protocol

SCHEMA: Final = "scrubber.identifier/1"
_PARTS: Final = ("langid.py", "modelio.py", "data/model.npz.xz")
"""What the numbers depend on, and how they are put together."""
_TAIL: Final = 1 << 14
"""Bytes at the end of each part that are looked at: all of the code; of the model its checksum and index."""
_KINDS: Final[Mapping[str, str]] = {
    "nb_ptc": "e",
    "nb_pc": "f",
    "tk_nextmove": "I",
    "tk_row": "H",
    "tk_output": "i",
}
"""The identifier's arrays, and the types of their numbers as `struct` writes them."""
_ALIGNED: Final = 64
_CHECKSUM: Final = 8
_SEEN: Final = ".seen"
_ABANDONED: Final = 600.0
"""Seconds after which a copy that is still being written will never be whole."""
_COPIES: Final = 2
"""Copies that are kept, of different versions."""


class Identifier(Protocol):
    """What ranks languages."""

    def rank(self, text: str) -> Sequence[tuple[str, float]]:
        """All languages with their scores (natural logarithms), best first."""
        ...


@cache
def identifier() -> Identifier:
    """The identifier of all languages that py3langid knows."""
    folder = cache_folder()
    file = folder / f"{_name()}.langid" if folder is not None else None
    if file is None:
        found: Identifier = _unpacked()
        return found
    return _mapped(file) or _kept(_unpacked(), file)


def cache_folder() -> Path | None:
    """Where this platform keeps what can be made anew, in a folder of ours; None where nobody is at home."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    if Path(given).is_absolute():
        return Path(given) / "scrubber"
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local) / "scrubber" / "Cache" if local else None
    try:
        home = Path.home()
    except RuntimeError:
        return None
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "scrubber"


def _unpacked() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE)


def _name() -> str:
    """Digest of py3langid's code, of what tells its model, and of how a copy is laid out."""
    import xxhash

    found = find_spec("py3langid")
    folder = Path(found.origin).parent if found is not None and found.origin else Path()
    digest = xxhash.xxh3_128(f"{SCHEMA} {sys.byteorder}".encode())
    for part in _PARTS:
        with suppress(OSError), (folder / part).open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL))
            digest.update(f"{part} {size} ".encode() + file.read())
    return digest.hexdigest()


def _mapped(file: Path) -> Identifier | None:
    """The identifier of a copy; None where there is none, or it is not whole, or somebody else's."""
    import mmap

    import xxhash

    try:
        with file.open("rb") as opened:
            state = os.fstat(opened.fileno())
            if hasattr(os, "geteuid") and state.st_uid != os.geteuid():
                return None
            data = memoryview(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ))
        body, checksum = data[:-_CHECKSUM], data[-_CHECKSUM:]
        if not _is_known(file, state):
            if xxhash.xxh3_64_digest(body) != checksum:
                return None
            _note(file, state)
        return _assembled(body)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_known(file: Path, state: os.stat_result) -> bool:
    """Whether the whole file was compared with its checksum when the disk told just this of it.

    As git trusts its index: whoever writes to the file changes its times.
    """
    try:
        return file.with_suffix(_SEEN).read_text("ascii") == _told(state)
    except (OSError, ValueError):
        return False


def _note(file: Path, state: os.stat_result) -> None:
    with suppress(OSError):
        file.with_suffix(_SEEN).write_text(_told(state), "ascii")


def _told(state: os.stat_result) -> str:
    return f"{state.st_size} {state.st_mtime_ns} {state.st_ctime_ns} {state.st_ino}\n"


def _assembled(body: memoryview) -> Identifier:
    import numpy as np
    from py3langid.langid import LanguageIdentifier

    length = int.from_bytes(body[:8], "little")
    header = json.loads(bytes(body[8 : 8 + length]))
    views = {}
    for name, (offset, size) in header["arrays"].items():
        views[name] = body[offset : offset + size]
    classes = header["classes"]
    found: Identifier = LanguageIdentifier(
        np.frombuffer(views["nb_ptc"], dtype=np.float16).reshape(-1, len(classes)),
        np.frombuffer(views["nb_pc"], dtype=np.float32),
        classes,
        views["tk_nextmove"].cast("I"),
        views["tk_output"].cast("i"),
        tk_row=views["tk_row"].cast("H"),
    )
    return found


def _kept(unpacked: Any, file: Path) -> Identifier:
    """The same identifier; a copy of it is left in `file`, where that can be."""
    with suppress(OSError, AttributeError, ValueError, TypeError):
        parts = {name: _bytes_of(getattr(unpacked, name), kind) for name, kind in _KINDS.items()}
        _write(file, parts, list(unpacked.nb_classes))
    found: Identifier = unpacked
    return found


def _bytes_of(values: Any, kind: str) -> memoryview:
    """Raises ValueError where these are not numbers of this kind: another version's, of which nothing is known."""
    import numpy as np

    found = np.asarray(values)
    if found.dtype.kind in "iu" and kind in "iIH":
        wanted = found.astype(kind)
        if not np.array_equal(wanted, found):
            raise ValueError("the numbers are too large")
        found = wanted
    if found.dtype.char != kind:
        raise ValueError("the numbers are of another type")
    return np.ascontiguousarray(found).data.cast("B")


def _write(file: Path, parts: Mapping[str, memoryview], classes: list[str]) -> None:
    """Put a whole copy there, or none. Raises OSError."""
    import xxhash

    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_suffix(".part")
    if aside.exists() and time.time() - aside.stat().st_mtime > _ABANDONED:
        aside.unlink()
    # Of many workers that come at once, one writes: whoever finds the file there lets it be.
    descriptor = os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
    try:
        digest = xxhash.xxh3_64()
        with os.fdopen(descriptor, "wb") as opened:
            for piece in _pieces(parts, classes):
                digest.update(piece)
                opened.write(piece)
            opened.write(digest.digest())
            opened.flush()
            os.fsync(opened.fileno())
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    copies = sorted(file.parent.glob("*.langid"), key=lambda one: (one != file, -one.stat().st_mtime))
    for old in copies[_COPIES:]:
        old.unlink(missing_ok=True)
        old.with_suffix(_SEEN).unlink(missing_ok=True)


def _pieces(parts: Mapping[str, memoryview], classes: list[str]) -> list[bytes | memoryview]:
    """The file, but for its checksum: the length of the header, the header, the arrays on round offsets."""
    sizes = {name: len(part) for name, part in parts.items()}
    room = len(_header(dict.fromkeys(sizes, (10**12, 10**12)), classes))
    at = 8 + room + -(8 + room) % _ALIGNED
    begin, places = at, {}
    for name, size in sizes.items():
        places[name] = (at, size)
        at += size + -size % _ALIGNED
    header = _header(places, classes)
    pieces: list[bytes | memoryview] = [len(header).to_bytes(8, "little"), header]
    pieces.append(bytes(begin - 8 - len(header)))
    for name, part in parts.items():
        pieces += [part, bytes(-sizes[name] % _ALIGNED)]
    return pieces


def _header(places: Mapping[str, tuple[int, int]], classes: list[str]) -> bytes:
    return json.dumps({"schema": SCHEMA, "arrays": places, "classes": classes}, sort_keys=True).encode()
