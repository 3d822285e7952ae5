"""The same invented documents as a tree of files, as JSON lines, and as WARC; with some that are broken."""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from invented import Page, pages, paragraph

CONTAINERS = ("tree", "jsonl", "warc")
_SITES = ("acorn", "birch", "cedar", "dogwood")
_HTML_EVERY = 4
_TEASER_EVERY = 9


@dataclass(frozen=True, slots=True)
class Made:
    """One document of a dump."""

    name: str
    """With its suffix; the first part is its site."""
    text: str

    @property
    def url(self) -> str:
        """Where it would have been fetched."""
        return f"https://www.{self.name.partition('/')[0]}.example/{self.name.rpartition('/')[2]}"

    @property
    def is_page(self) -> bool:
        """Whether it is HTML."""
        return self.name.endswith(".html")


def documents(count: int) -> Iterator[Made]:
    """So many documents of a few sites: texts and pages, some with a passage that another goes on with."""
    share = -(-count // len(_SITES))
    made = 0
    for site in _SITES:
        known = pages(site, share)
        for number, page in enumerate(known):
            if made == count:
                return
            made += 1
            whole = known[number - 1]
            shown = _with_teaser(page, whole) if number % _TEASER_EVERY == 1 else page
            is_page = number % _HTML_EVERY == 3
            name = f"{site}/{number:04}{'.html' if is_page else '.txt'}"
            yield Made(name, shown.markup if is_page else shown.text)


def _with_teaser(page: Page, whole: Page) -> Page:
    """A page that ends in the beginning of a paragraph of another."""
    words = whole.body[1].split()
    cut = " ".join(words[: len(words) // 2]) + " …"
    return Page(page.head, page.title, (page.body[0], cut, *page.body[1:]), page.foot)


def write(folder: Path, container: str, count: int) -> Path:
    """Make a dump in `folder`, which must not be there."""
    folder.mkdir(parents=True)
    {"tree": _write_tree, "jsonl": _write_jsonl, "warc": _write_warc}[container](
        folder, list(documents(count))
    )
    return folder


def _write_tree(folder: Path, made: list[Made]) -> None:
    for one in made:
        path = folder / one.name
        path.parent.mkdir(exist_ok=True)
        path.write_text(one.text, encoding="utf-8", newline="")
    (folder / "acorn" / "empty.txt").write_bytes(b"")
    (folder / "birch" / "no-text.txt").write_bytes(bytes(range(256)) * 8)


def _write_jsonl(folder: Path, made: list[Made]) -> None:
    import zstandard

    half = len(made) // 2
    for number, part in enumerate((made[:half], made[half:])):
        rows = [
            {
                "id": one.name,
                "html" if one.is_page else "text": one.text,
                "url": one.url,
                "date": "2024-05-06",
            }
            for one in part
        ]
        lines = "".join(json.dumps(row) + "\n" for row in rows) + '{"text": "torn\n'
        data = zstandard.compress(lines.encode(), 3)
        (folder / f"part-{number}.jsonl.zst").write_bytes(data)


def _write_warc(folder: Path, made: list[Made]) -> None:
    with (folder / "crawl.warc.gz").open("wb") as file:
        for number, one in enumerate(made):
            file.write(gzip.compress(response(number, one), 6, mtime=0))
    cut = b"".join(
        gzip.compress(response(n, Made(f"elm/{n}.txt", _lone(n))), 6, mtime=0) for n in range(900, 906)
    )
    (folder / "cut.warc.gz").write_bytes(cut[:-200])


def _lone(number: int) -> str:
    return paragraph(random.Random(f"lone {number}"), 8) + "\n"


def response(number: int, one: Made) -> bytes:
    body = one.text.encode()
    kind = "text/html" if one.is_page else "text/plain"
    payload = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {one.url}\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012}>\r\n"
        "WARC-Date: 2024-01-02T03:04:05Z\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(payload.encode()) + len(body)}\r\n\r\n"
    )
    return head.encode() + payload.encode() + body + b"\r\n\r\n"
