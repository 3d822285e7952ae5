"""What git knows of a corpus: which of its files are tracked, and which are staged."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def tracked(folder: Path) -> frozenset[Path] | None:
    """The files under a folder that git has in its index, staged ones included; None outside of git."""
    return _listed(folder, "ls-files", "-z")


def staged(folder: Path) -> frozenset[Path]:
    """The files under a folder that the next commit adds or changes; none outside of git."""
    return (
        _listed(folder, "diff", "--cached", "--name-only", "--relative", "--diff-filter=AM", "-z")
        or frozenset()
    )


def _listed(folder: Path, *command: str) -> frozenset[Path] | None:
    if not folder.is_dir():
        return None
    try:
        # The command is ours, and git is the one on the author's path.
        done = subprocess.run(["git", *command], cwd=folder, capture_output=True, check=True)  # noqa: S603, S607
    except (OSError, subprocess.CalledProcessError):
        return None
    root = folder.resolve()
    return frozenset(root / os.fsdecode(name) for name in done.stdout.split(b"\0") if name)
