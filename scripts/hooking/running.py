"""`scripts/benchmark_hook`: a repository, the hook's own process in it, and the table."""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarking import tables
from benchmarking.command import ROOT, SHARED
from benchmarking.pages import NoPageSetsError
from benchmarking.progress import say, watched
from benchmarking.store import digest_of

import scrubber
from hooking.making import Made, Material, documents, material, write
from hooking.timing import Command, CommandError, Cooler, interleaved, medians
from scrubber.config import Config
from scrubber.evidence import examine
from scrubber.reading import read_bytes

DOCUMENTS = 10_000
_RAW, _CLEAN = Path("corpus/raw"), Path("corpus/clean")
_BASE, _COMMIT = "python -c 'import trafilatura'", "git commit with a hook that does nothing"
_NEW = {
    "text": "scrubber-fix, a text document",
    "cut": "scrubber-fix, a text document with a cut-off sentence",
    "html": "scrubber-fix, an HTML document",
}
_NOTHING = """\
repos:
  - repo: local
    hooks:
      - {id: nothing, name: nothing, entry: "true", language: system}
"""


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository with a corpus and its index."""

    folder: Path
    environment: Mapping[str, str]

    def call(self, *command: str, codes: tuple[int, ...] = (0,)) -> None:
        """Run a command there. Raises CommandError for an exit code that is none of `codes`."""
        done = subprocess.run(
            command, cwd=self.folder, env=dict(self.environment), check=False, capture_output=True, text=True
        )
        if done.returncode not in codes:
            raise CommandError(" ".join(command[:4]), done)

    def scrubber(self, *arguments: str) -> None:
        """Run our command line, which may find something."""
        self.call(sys.executable, "-m", "scrubber", *arguments, codes=(0, 1))


def main(description: str) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=DOCUMENTS, help=f"default: {DOCUMENTS}")
    parser.add_argument("--html", type=float, default=0.1, help="the share of HTML among them (default: 0.1)")
    parser.add_argument("--runs", type=int, default=7, help="of each command, warm (default: 7)")
    parser.add_argument("--cold", type=int, default=3, help="of each command, cold (default: 3)")
    parser.add_argument("--pagesets", type=Path, default=SHARED / "pagesets")
    parser.add_argument(
        "--keep-index", action="store_true", help="do not learn, whatever changed in the code"
    )
    args = parser.parse_args()
    try:
        _run(args)
    except (NoPageSetsError, CommandError) as error:
        sys.exit(f"benchmark_hook: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _run(args: argparse.Namespace) -> None:
    given = material(args.pagesets)
    repository = _repository(args, given)
    if not (args.keep_index and (repository.folder / _CLEAN / "templates.jsonl").exists()):
        _learn(repository)
    commands = list(_commands(repository, given, args.html))
    for command in commands:  # bytecode is written, caches are filled
        command.prepare()
        command.run()
    say(f"  warm: {args.runs} rounds")
    warm = medians(interleaved(commands, args.runs, before=lambda: None))
    library = Path(sysconfig.get_path("stdlib"))
    packages = Path(sysconfig.get_path("purelib"))
    cooler = Cooler((ROOT / "scrubber", library, packages, repository.folder))
    say(f"  cold: {args.cold} rounds")
    cold = medians(interleaved(commands, args.cold, cooler.cool)) if args.cold else {}
    text = _table(warm, cold) + "\n" + _facts(args, repository, cooler)
    print(text)
    if args.documents == DOCUMENTS:
        folder = ROOT / "docs" / "hooks"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "speed.md").write_text(f"<!-- made by scripts/benchmark_hook -->\n\n{text}", "utf-8")
        tables.put_into(ROOT / "docs" / "hooks.md", {"speed": text})


def _repository(args: argparse.Namespace, given: Material) -> Repository:
    """Make the repository, if it is not there from an earlier run."""
    folder = ROOT / "build" / "hook" / f"{args.documents}-{args.html:g}"
    who = {
        f"GIT_{role}_{what}": "author@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    plain = {"GIT_CONFIG_GLOBAL": os.devnull, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    repository = Repository(folder, {**os.environ, **who, **plain})
    if (folder / ".git" / "ready").exists():
        return repository
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    made = documents(given, args.documents, args.html)
    for one in watched(made, args.documents, f"making {args.documents} documents"):
        write(folder / _RAW, one)
    (folder / "scrubber.toml").write_text("")
    (folder / ".gitignore").write_text("*.evidence\n")
    (folder / ".pre-commit-config.yaml").write_text(_NOTHING)
    repository.call("git", "init", "--quiet", "--initial-branch", "main")
    repository.call("git", "add", "--all")
    repository.call("git", "commit", "--quiet", "--message", "A corpus.")
    if importlib.util.find_spec("pre_commit") is not None:
        repository.call(sys.executable, "-m", "pre_commit", "install")
    (folder / ".git" / "ready").touch()
    return repository


def _learn(repository: Repository) -> None:
    """Learn the index anew where the code has changed since."""
    state = repository.folder / ".git" / "learned"
    now = digest_of(Path(scrubber.__file__).parent.rglob("*.py"))
    if state.exists() and state.read_text() == now:
        return
    say("  learning the index")
    shutil.rmtree(repository.folder / _CLEAN, ignore_errors=True)
    repository.scrubber("hook", "learn", "--quiet")
    state.write_text(now)


def _commands(repository: Repository, given: Material, html: float) -> Iterator[Command]:
    folder, environment = repository.folder, repository.environment
    yield Command(_BASE, [sys.executable, "-c", "import trafilatura"], folder, environment)
    for kind, made in _new(given, html).items():
        path = write(folder / _RAW, made)
        repository.call("git", "add", str(path))
        clean = folder / _CLEAN / made.name

        def forget(clean: Path = clean) -> None:
            for old in clean.parent.glob(f"{clean.name}*"):
                old.unlink()

        arguments = [sys.executable, "-m", "scrubber", "hook", "fix", str(path.relative_to(folder))]
        yield Command(_NEW[kind], arguments, folder, environment, forget, code=1)

    def change() -> None:
        notes = folder / "notes.txt"
        notes.write_text(f"{len(notes.read_text()) if notes.exists() else 0}".rjust(9) * 2)
        with notes.open("a") as file:
            file.write(os.urandom(8).hex())
        repository.call("git", "add", "notes.txt")

    commit = ["git", "commit", "--quiet", "--message", "Notes.", "--", "notes.txt"]
    yield Command(_COMMIT, commit, folder, environment, change)


def _new(given: Material, html: float) -> dict[str, Made]:
    """One new document of each kind, all of English sites."""
    english = [made for made in documents(given, 1000, 0.2, seed="new") if _is_english(given, made)]
    text = next(made for made in english if made.name.endswith(".txt") and not _seems_cut(made))
    learned = (made for made in documents(given, 1000, html) if _is_english(given, made))
    lender = next(made for made in learned if made.name.endswith(".txt"))
    words = max(lender.data.decode().splitlines(), key=len).split()
    end = next(n for n in range(14, len(words)) if all(word.isalpha() for word in words[n - 6 : n + 2]))
    sentence = " ".join(words[:end])
    cut = Made(text.site, text.name.replace("new-", "cut-"), text.data + f"\n{sentence} …\n".encode())
    assert _seems_cut(cut)
    return {
        "text": text,
        "cut": cut,
        "html": next(made for made in english if made.name.endswith(".html")),
    }


def _is_english(given: Material, made: Made) -> bool:
    return given.languages[made.site] == "en"


def _seems_cut(made: Made) -> bool:
    document = read_bytes(made.data, id=made.name, suffix=".txt")
    return len(examine(document, Config()).record.fragments) > 0


def _table(warm: Mapping[str, float], cold: Mapping[str, float]) -> str:
    base = warm[_BASE], cold.get(_BASE, 1.0)

    def cells(found: Mapping[str, float], name: str, of: float) -> list[str]:
        return [f"{found[name] * 1000:.0f}", f"{found[name] / of:.2f}"] if name in found else ["", ""]

    rows = [[name, *cells(warm, name, base[0]), *cells(cold, name, base[1])] for name in warm]
    return tables.table(["process", "warm, ms", "times the import", "cold, ms", "times the import"], rows)


def _facts(args: argparse.Namespace, repository: Repository, cooler: Cooler) -> str:
    index = repository.folder / _CLEAN / "templates.jsonl"
    beside = {
        path.name: path.stat().st_size / 1e6 for path in sorted(index.parent.iterdir()) if path.is_file()
    }
    sizes = ", ".join(f"{name} {size:.1f} MB" for name, size in beside.items())
    return (
        f"Medians of {args.runs} runs warm and {args.cold} cold, the commands in turn. Cold: {cooler.how}. "
        f"{args.documents:,} documents learned, {args.html:.0%} of them HTML; {sizes}. "
        f"Python {platform.python_version()}, {os.cpu_count()} processors.\n"
    )
