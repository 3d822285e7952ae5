"""Which host each raw document of a dump came from, by what the dump itself says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

_FRONT = re.compile(r"\A---\s*\n(.*?)\n---\s*\n", re.DOTALL)
_URL = re.compile(r"^(?:url|source|link):\s*[\"']?(\S+?)[\"']?\s*$", re.MULTILINE)
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}")


def host_of(url: str) -> str:
    """The host of an address, without ``www.``; empty where it has none."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def hosts_of(root: Path) -> Iterator[str]:
    """The host of every document below a folder, empty where nothing tells it.

    Rows say it in their field ``url``, Markdown in its front matter; else a folder that is named
    like a host does.
    """
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        if path.suffix in (".json", ".jsonl"):
            yield from (host_of(str(row.get("url") or "")) for row in _rows(path))
        elif path.suffix in (".txt", ".md"):
            yield _of_text(path, root)


def _rows(path: Path) -> Iterator[dict[str, object]]:
    text = path.read_text("utf-8", "replace")
    loaded = (
        json.loads(text) if path.suffix == ".json" else map(json.loads, filter(str.strip, text.split("\n")))
    )
    for row in loaded if not isinstance(loaded, dict) else [loaded]:
        if isinstance(row, dict):
            yield row


def _of_text(path: Path, root: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as handle:
        front = _FRONT.match(handle.read(4000))
    said = _URL.search(front[1]) if front else None
    if said:
        return host_of(said[1])
    folder = path.relative_to(root).parts[0]
    return folder.removeprefix("www.") if folder != path.name and _HOST.fullmatch(folder) else ""
