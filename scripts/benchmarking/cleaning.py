"""`scrubber clean` as a user runs it: a folder in, a corpus out, and what its manifest says of sites."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

_PROVENANCE = ".provenance.json"
_WEIGHED = Path(__file__).with_name("weighed.py")
_TOLD = 400
"""Characters of a message that an error repeats."""


class CleaningError(RuntimeError):
    """`scrubber clean` did not come to its end."""

    def __init__(self, raw: Path, code: int, message: str) -> None:
        super().__init__(f"scrubber clean {raw} ended with {code}: {message[-_TOLD:].strip()}")
        self.raw = raw
        self.code = code


def clean_folder(
    raw: Path, output: Path, jobs: int, config: Path | None = None, weights: Path | None = None
) -> None:
    """Clean a folder with the weights that are built in, or those of a file; what stood in `output` goes.

    Raises CleaningError.
    """
    if output.exists():
        shutil.rmtree(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    program = ["-m", "scrubber"] if weights is None else [str(_WEIGHED), str(weights)]
    command = [sys.executable, *program, "clean", str(raw), "--output", str(output)]
    # Other processes would not know of other weights.
    command += ["--jobs", str(jobs if weights is None else 1), "--quiet", "--no-resume"]
    command += ["--config", str(config)] if config is not None else []
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):  # 1: a strict run found something, and wrote everything
        raise CleaningError(raw, done.returncode, done.stderr)


def cleaned_documents(output: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The path of every clean document below `output`, and its provenance, sorted."""
    for path in sorted(output.rglob(f"*{_PROVENANCE}")):
        if ".scrubber" not in path.parts:
            name = path.relative_to(output).as_posix().removesuffix(_PROVENANCE)
            yield name, json.loads(path.read_text("utf-8"))


def sites_found(output: Path) -> tuple[int, int]:
    """How many sites of two documents and more a run found, and how many documents stand alone."""
    counts: dict[str, int] = {}
    for _, record in cleaned_documents(output):
        found = record["site"]["id"]
        counts[found] = counts.get(found, 0) + 1
    return sum(n > 1 for n in counts.values()), sum(n == 1 for n in counts.values())


def json_of(command: Sequence[str | Path]) -> Any:
    """What a shared script prints as JSON. Raises SharedScriptError."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SharedScriptError(str(command[0]), done.returncode, done.stderr)
    return json.loads(done.stdout)


class SharedScriptError(RuntimeError):
    """A script of the evaluation data failed."""

    def __init__(self, script: str, code: int, message: str) -> None:
        super().__init__(f"{script} ended with {code}: {message[-_TOLD:].strip()}")
        self.script = script
        self.code = code
