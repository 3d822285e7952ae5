"""The other tools: each in a virtual environment of its own, with versions that are written down."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarking.progress import say

_LEAVE = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")

_PIP = "pip>=25"
PINS: dict[str, tuple[str, ...]] = {
    "dolma": ("dolma==1.2.1",),
    # datatrove itself asks for trafilatura before 1.12
    "datatrove": (
        "datatrove[io,processing]==0.10.1", "trafilatura==1.11.0", "lxml_html_clean==0.4.6", "spacy==3.8.18",
    ),
    "trafilatura": ("trafilatura==2.3.1", "lxml_html_clean==0.4.6"),
    "resiliparse": ("resiliparse==2.0.1",),
}  # fmt: skip
"""What is installed, by environment."""


class EnvironmentMakingError(RuntimeError):
    """A tool could not be installed."""

    def __init__(self, name: str, output: str) -> None:
        last = output.strip().splitlines()[-1:] or ["no output"]
        super().__init__(
            f"{name} could not be installed ({last[0]}): pip needs a package registry it can reach"
        )
        self.name = name


@dataclass(frozen=True, slots=True)
class Environments:
    """The folder of all environments."""

    folder: Path

    def binaries(self, name: str) -> Path:
        """The folder of an environment's programs, made where it is missing or holds other versions.

        Raises EnvironmentMakingError.
        """
        place = self.folder / name
        stamp, wanted = place / "requirements.stamp", "\n".join(PINS[name])
        if not stamp.is_file() or stamp.read_text("utf-8") != wanted:
            say(f"making an environment for {name}")
            python = str(place / "bin" / "python")
            pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
            # The pip that Python 3.11 brings is lost for minutes in what dolma asks for.
            for command in (
                [sys.executable, "-m", "venv", "--clear", str(place)],
                [*pip, _PIP],
                [*pip, *PINS[name]],
            ):
                done = subprocess.run(
                    command, capture_output=True, text=True, env=clean_environment(), check=False
                )
                if done.returncode:
                    raise EnvironmentMakingError(name, done.stderr or done.stdout)
            stamp.write_text(wanted, "utf-8")
        return place / "bin"


def clean_environment(**more: str) -> dict[str, str]:
    """Variables for any tool: none of ours, and one thread a process, for processes are what we count."""
    kept = {name: value for name, value in os.environ.items() if name not in _LEAVE}
    return kept | dict.fromkeys(_ONE_THREAD, "1") | {"TOKENIZERS_PARALLELISM": "false"} | more
