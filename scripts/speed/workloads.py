"""The dumps that are measured on: made by `scripts/make_dump` where they are missing."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarking.progress import say

MAKE_DUMP = Path(__file__).resolve().parents[1] / "make_dump"


class WorkloadError(RuntimeError):
    """A dump could not be made."""

    def __init__(self, path: Path, code: int) -> None:
        super().__init__(f"scripts/make_dump failed ({code}) on {path}: see its message above")
        self.path = path


@dataclass(frozen=True, slots=True)
class Workload:
    """A dump in every format that a tool wants: the same documents."""

    documents: int
    flat: bool
    html: bool

    @property
    def name(self) -> str:
        """``text-20000-known``."""
        return f"{'html' if self.html else 'text'}-{self.documents}-{'flat' if self.flat else 'known'}"


@dataclass(frozen=True, slots=True)
class Workloads:
    """The folder of all dumps."""

    folder: Path
    pagesets: Path

    def dump(self, workload: Workload, format: str) -> Path:
        """The folder of a dump. Raises WorkloadError."""
        if format == "dolma":
            return self._for_dolma(workload)
        return self._made(workload, format)

    def gold(self, workload: Workload) -> Path:
        """The folder of the main texts. Raises WorkloadError."""
        self._made(workload, "html" if workload.html else "text")
        return self.folder / workload.name / "gold"

    def _made(self, workload: Workload, format: str) -> Path:
        place = self.folder / workload.name
        path, done = place / format, place / f"{format}.done"
        if not done.is_file():
            shutil.rmtree(path, ignore_errors=True)
            command = [
                sys.executable,
                str(MAKE_DUMP),
                "--documents",
                str(workload.documents),
                "--format",
                format,
            ]
            command += ["--output", str(path), "--pagesets", str(self.pagesets)]
            if format in ("text", "html"):
                shutil.rmtree(place / "gold", ignore_errors=True)
                command += ["--gold", str(place / "gold")]
            if workload.flat:
                command.append("--flat")
            say(f"making {workload.name} as {format}")
            code = subprocess.run(command, check=False).returncode
            if code:
                raise WorkloadError(path, code)
            done.touch()
        return path

    def _for_dolma(self, workload: Workload) -> Path:
        """JSON lines in documents/, compressed as dolma's own are."""
        source = self._made(workload, "jsonl")
        place = self.folder / workload.name / "dolma"
        done = place.with_suffix(".done")
        if not done.is_file():
            shutil.rmtree(place, ignore_errors=True)
            (place / "documents").mkdir(parents=True)
            for path in sorted(source.iterdir()):
                with (
                    path.open("rb") as whole,
                    gzip.open(place / "documents" / f"{path.name}.gz", "wb", 6) as out,
                ):
                    shutil.copyfileobj(whole, out)
            done.touch()
        shutil.rmtree(place / "attributes", ignore_errors=True)
        return place


def size(path: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(one.stat().st_size for one in path.rglob("*") if one.is_file())


def read_once(path: Path) -> None:
    """Read a dump, so that every run finds it in the file system's cache."""
    for one in path.rglob("*"):
        if one.is_file():
            with one.open("rb") as whole:
                while whole.read(1 << 20):
                    pass
