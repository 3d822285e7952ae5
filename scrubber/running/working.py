"""The place where a run keeps what the next one may use: a folder in the output, or a temporary one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from scrubber.writing.files import OutputError, Tree, WriteError

FOLDER: Final = ".scrubber"
"""In the output folder. Everything in it can be made again."""
_LOCK: Final = "lock"


@dataclass(frozen=True, slots=True)
class Work:
    """A folder to work in."""

    folder: Path
    lasting: bool
    """Whether the next run finds it again."""

    @property
    def evidence(self) -> Path:
        """The evidence of the documents: see `evidence_log`."""
        return self.folder / "evidence.log"

    @property
    def index(self) -> Path:
        """The index that was resolved from it: see `index_binary`."""
        return self.folder / "templates.slices"

    @property
    def journal(self) -> Path:
        """What became of each document."""
        return self.folder / "journal.log"

    @property
    def finished(self) -> Path:
        """What the last run that ended well was about."""
        return self.folder / "finished.json"

    @property
    def containers(self) -> Path:
        """The records of containers."""
        return self.folder / "records"


@contextmanager
def work_in(tree: Tree, *, lasting: bool) -> Iterator[Work]:
    """The work folder of an output, held against other runs; a temporary one where nothing may be kept.

    Raises OutputError where another run is at work there, WriteError where it cannot be made.
    """
    if tree.check:
        with _temporary() as work:
            yield work
        return
    folder = tree.root / FOLDER
    with _locked(folder, tree.root):
        if not lasting:
            # The lock file stays where it is until the end: it holds other runs off.
            _clear(folder)
            try:
                with _temporary() as work:
                    yield work
            finally:
                shutil.rmtree(folder, ignore_errors=True)
                with suppress(OSError):  # only where nothing was written at all
                    tree.root.rmdir()
            return
        work = Work(folder, lasting=True)
        try:
            yield work
        except Exception:
            _leave_nothing(work, tree.root)
            raise


@contextmanager
def _temporary() -> Iterator[Work]:
    with tempfile.TemporaryDirectory(prefix="scrubber-", ignore_cleanup_errors=True) as name:
        yield Work(Path(name), lasting=False)


@contextmanager
def _locked(folder: Path, output: Path) -> Iterator[None]:
    """The folder, made if need be, while no other run may work in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / _LOCK).open("wb")
    except OSError as error:
        raise WriteError(folder, error) from error
    with lock:
        _hold(lock, output)
        try:
            (folder / ".gitignore").write_text("*\n", encoding="utf-8")
        except OSError as error:
            raise WriteError(folder, error) from error
        yield


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != _LOCK:
            path.unlink(missing_ok=True)


def _leave_nothing(work: Work, output: Path) -> None:
    """Where there was nothing to do, there is nothing to keep either."""
    if not work.evidence.exists() and [path.name for path in output.iterdir()] == [FOLDER]:
        shutil.rmtree(output, ignore_errors=True)


def _hold(lock: IO[bytes], output: Path) -> None:
    with suppress(ImportError):  # no such locks on Windows: two runs at once are then the user's to avoid
        import fcntl

        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise OutputError(
                f"another run is writing to {output}", "wait until it is done, or choose another --output"
            ) from error
