"""What is compared: how each tool is called, and how its texts are read again."""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PEERS = Path(__file__).parent / "peers"
_URL = re.compile(r"https://www\.(site-\d+)\.example/story/(\d+)\.html")
_HEADER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Call:
    """One run to be made."""

    binaries: Path
    """The folder of the programs of the tool's environment."""
    dump: Path
    output: Path
    documents: int


Command = Callable[[Call], Sequence[str]]
Texts = Callable[[Path], Iterator[tuple[str, str]]]
"""From a tool's output: names as gold has them (``site-07/page-000123``), and texts."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool in one setting."""

    name: str
    environment: str
    """Of `environments.PINS`; empty for scrubber, which runs with this Python."""
    input: str
    """The format of `make_dump`; ``dolma`` is JSON lines in the folder that dolma wants."""
    command: Command
    texts: Texts


def scrubber(name: str, input: str, *options: str, jobs: int = 1) -> Tool:
    """This project, with everything on unless the options say otherwise."""

    def command(call: Call) -> list[str]:
        given = [str(call.dump), "--output", str(call.output), "--jobs", str(jobs), "--quiet", *options]
        return [sys.executable, "-m", "scrubber", "clean", *given]

    return Tool(name, "", input, command, _files)


def _peer(script: str, *options: str) -> Command:
    def command(call: Call) -> list[str]:
        given = [str(call.dump), str(call.output), *options]
        if script.startswith("dolma"):
            given.append(str(call.documents))
        return [str(call.binaries / "python"), str(PEERS / script), *given]

    return command


def _trafilatura(call: Call) -> list[str]:
    """Its own command line, one process, the default extraction with metadata.

    With `--keep-dirs` it would write beside the pages; without, it names files by their content,
    and the address in the metadata tells which page it was.
    """
    places = ["--input-dir", str(call.dump), "--output-dir", str(call.output)]
    return [str(call.binaries / "trafilatura"), *places, "--with-metadata", "--parallel", "1"]


def _files(output: Path) -> Iterator[tuple[str, str]]:
    for path in output.rglob("*.txt"):
        name = path.relative_to(output).as_posix().removesuffix(".txt").removesuffix(".html")
        yield name, path.read_text("utf-8")


def _headed_files(output: Path) -> Iterator[tuple[str, str]]:
    """Files that begin with their metadata."""
    for path in output.rglob("*.txt"):
        text = path.read_text("utf-8")
        header = _HEADER.match(text)
        if header and (url := _URL.search(header[0])):
            yield f"{url[1]}/page-{url[2]}", text[header.end() :]


def _jsonl(output: Path) -> Iterator[tuple[str, str]]:
    for path in sorted((output / "clean").glob("*.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                yield _name(record), record["text"]


def _name(record: dict[str, object]) -> str:
    """WARC records are known by their address, others by their id."""
    metadata = record.get("metadata")
    url = metadata.get("url", "") if isinstance(metadata, dict) else ""
    match = _URL.fullmatch(str(url))
    return f"{match[1]}/page-{match[2]}" if match else str(record["id"])


SCRUBBER_TEXT = scrubber("scrubber", "text")
SCRUBBER_HTML = scrubber("scrubber", "html")
TEXT_PEERS = (
    Tool("datatrove, lines", "datatrove", "jsonl", _peer("datatrove_lines.py", "1"), _jsonl),
    Tool("datatrove, three lines", "datatrove", "jsonl", _peer("datatrove_lines.py", "3"), _jsonl),
    Tool("dolma, paragraphs", "dolma", "dolma", _peer("dolma_paragraphs.py", "0"), _jsonl),
    Tool("dolma, n-grams", "dolma", "dolma", _peer("dolma_paragraphs.py", "8"), _jsonl),
)
HTML_PEERS = (
    Tool("trafilatura", "trafilatura", "html", _trafilatura, _headed_files),
    Tool("datatrove, trafilatura", "datatrove", "warc", _peer("datatrove_extract.py"), _jsonl),
    Tool("resiliparse", "resiliparse", "html", _peer("resiliparse_extract.py"), _files),
)
