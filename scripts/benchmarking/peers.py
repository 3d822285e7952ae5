"""The other extractors: each in a virtual environment of its own, its texts kept on disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from benchmarking.pages import Page
from benchmarking.progress import say, watched
from benchmarking.store import digest_of

WORKER = Path(__file__).parent / "peer_worker.py"


@dataclass(frozen=True, slots=True)
class Peer:
    """An extractor: what it is called, what is installed for it, and its function in `peer_worker`."""

    name: str
    requirements: tuple[str, ...]
    function: str
    environment: str


# lxml_html_clean by name: older pips do not find lxml's extra of that name.
PEERS = (
    Peer("trafilatura", ("trafilatura==2.3.1", "lxml_html_clean==0.4.6"), "trafilatura", "trafilatura"),
    Peer(
        "trafilatura, recall mode",
        ("trafilatura==2.3.1", "lxml_html_clean==0.4.6"),
        "trafilatura_recall",
        "trafilatura",
    ),
    Peer(
        "readability-lxml", ("readability-lxml==0.9", "lxml_html_clean==0.4.6"), "readability", "readability"
    ),
    Peer("resiliparse", ("resiliparse==2.0.1",), "resiliparse", "resiliparse"),
    Peer("jusText", ("jusText==3.0.2", "lxml_html_clean==0.4.6"), "justext", "justext"),
    Peer("boilerpy3", ("boilerpy3==1.0.7",), "boilerpy3", "boilerpy3"),
)
BY_NAME = {peer.name: peer for peer in PEERS}


class PeerError(RuntimeError):
    """A peer's environment could not be made."""

    def __init__(self, peer: Peer, output: str) -> None:
        last = output.strip().splitlines()[-1:] or ["no output"]
        super().__init__(
            f"{peer.name} could not be installed ({last[0]}): pip needs a package registry it can reach"
        )
        self.peer = peer


@dataclass(frozen=True, slots=True)
class Peers:
    """Where the peers' environments and texts are kept."""

    environments: Path
    texts: Path
    jobs: int

    def extract(self, name: str, pages: Sequence[Page], languages: dict[str, str]) -> dict[str, str]:
        """A peer's text of every page, by page name: empty where it failed. Raises PeerError."""
        peer = BY_NAME[name]
        state = digest_of([WORKER], *peer.requirements, peer.function)
        kept = self._read(peer, state)
        missing = [page for page in pages if page.name not in kept]
        if missing:
            python = self._python(peer)
            answers = _run(peer, python, [(p, languages.get(p.name, "und")) for p in missing], self.jobs)
            kept |= {page.name: answer for page, answer in zip(missing, answers, strict=True)}
            self._write(peer, state, kept)
        wrong = [p.name for p in pages if kept[p.name]["error"]]
        if wrong:
            say(f"  {name} failed on {len(wrong)} of {len(pages)} pages, first {wrong[0]}")
        return {page.name: kept[page.name]["text"] or "" for page in pages}

    def _read(self, peer: Peer, state: str) -> dict[str, dict[str, str | None]]:
        path = self.texts / f"{peer.function}.json"
        if not path.is_file():
            return {}
        content = json.loads(path.read_text("utf-8"))
        return content["answers"] if content["state"] == state else {}

    def _write(self, peer: Peer, state: str, answers: dict[str, dict[str, str | None]]) -> None:
        self.texts.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"state": state, "answers": answers}, sort_keys=True)
        (self.texts / f"{peer.function}.json").write_text(text + "\n", "utf-8")

    def _python(self, peer: Peer) -> Path:
        """The Python of the peer's environment, made where it is missing or holds other versions."""
        folder = self.environments / peer.environment
        python, stamp = folder / "bin" / "python", folder / "requirements.stamp"
        wanted = "\n".join(peer.requirements)
        if stamp.is_file() and stamp.read_text("utf-8") == wanted:
            return python
        say(f"  making an environment for {peer.name}")
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(folder)],
            [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *peer.requirements],
        ):
            done = subprocess.run(command, capture_output=True, text=True, env=_environment(), check=False)
            if done.returncode:
                raise PeerError(peer, done.stderr or done.stdout)
        stamp.write_text(wanted, "utf-8")
        return python


def _environment() -> dict[str, str]:
    """Nothing of our own environment may leak into a peer's."""
    leave = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    return {name: value for name, value in os.environ.items() if name not in leave}


Answer = dict[str, "str | None"]


class _Worker:
    """One process that answers requests one by one; started anew if it dies."""

    def __init__(self, peer: Peer, python: Path) -> None:
        self._command = [str(python), str(WORKER), peer.function]
        self._process: subprocess.Popen[str] | None = None

    def ask(self, page: Page, language: str) -> Answer:
        """The peer's answer for a page; a process that died of it gave empty text."""
        if self._process is None:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                env=_environment(),
            )
        assert self._process.stdin
        assert self._process.stdout
        request = {"path": str(page.path("html").resolve()), "language": language}
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if line:
            answer: Answer = json.loads(line)
            return answer
        self.stop()
        return {"text": "", "error": "the process died"}

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _run(peer: Peer, python: Path, requests: Sequence[tuple[Page, str]], jobs: int) -> Iterator[Answer]:
    """Answers in the order of the requests, from `jobs` processes."""
    workers = [_Worker(peer, python) for _ in range(max(1, jobs))]
    idle: SimpleQueue[_Worker] = SimpleQueue()
    for worker in workers:
        idle.put(worker)

    def ask(request: tuple[Page, str]) -> Answer:
        worker = idle.get()
        try:
            return worker.ask(*request)
        finally:
            idle.put(worker)

    try:
        with ThreadPoolExecutor(len(workers)) as threads:
            yield from watched(threads.map(ask, requests), len(requests), peer.name)
    finally:
        for worker in workers:
            worker.stop()
