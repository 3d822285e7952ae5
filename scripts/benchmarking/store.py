"""Results on disk, each with the state of the code it came from: a stage is not run twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Store:
    """A folder with ``results/NAME.json``."""

    folder: Path
    state: str
    """Digest of all that results depend on."""
    note: str = ""
    """What a reader should know of results that are made now: told wherever they are shown."""

    def read(self, name: str, *, whatever_state: bool = False) -> dict[str, Any] | None:
        """A stored result; None where there is none, or one of another state."""
        path = self._path(name)
        if not path.is_file():
            return None
        content = json.loads(path.read_text("utf-8"))
        fresh = content["state"] == self.state or whatever_state
        return content["result"] if fresh else None

    def write(self, name: str, result: dict[str, Any]) -> None:
        """Keep a result: the old one stands until the new one is there whole."""
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {"state": self.state, "note": self.note, "result": result}
        text = json.dumps(content, ensure_ascii=False, sort_keys=True)
        aside = path.with_suffix(".new")
        aside.write_text(text + "\n", "utf-8")
        aside.replace(path)

    def note_of(self, name: str) -> str:
        """The note of a stored result, which may be an older one; else of what is made now."""
        path = self._path(name)
        return str(json.loads(path.read_text("utf-8"))["note"]) if path.is_file() else self.note

    def _path(self, name: str) -> Path:
        return self.folder / "results" / f"{name}.json"


def digest_of(files: Iterable[Path], *words: str) -> str:
    """First 16 hex digits of the sha256 over files (names and bytes) and words."""
    seen = hashlib.sha256("\0".join(words).encode())
    # By what they hold, not by where they lie: a path may be given as relative or as absolute.
    for name, data in sorted((path.name, path.read_bytes()) for path in files):
        seen.update(name.encode())
        seen.update(data)
    return seen.hexdigest()[:16]
