"""Why a file of the dump did not become a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any


class ReadingError(Exception):
    """A file that gives no document: `path`, `why`, and `remedy` (what the user can do)."""

    def __init__(self, path: str, why: str, remedy: str) -> None:
        super().__init__(f"{path}: {why}; {remedy}")
        self.path = path
        self.why = why
        self.remedy = remedy

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors cross process boundaries with their fields."""
        return type(self), (self.path, self.why, self.remedy)


class SkippedFile(ReadingError):  # noqa: N818 - says what became of the file
    """There is nothing to clean: an empty file, or one that holds no text."""


class UnreadableFile(ReadingError):  # noqa: N818 - says what became of the file
    """There may be text, and it cannot be had: permissions, a broken disk, broken markup."""


class DamagedContainer(Exception):  # noqa: N818 - says what became of the container
    """A container cannot be read any further: `why`, and `remedy` (what the user can do)."""

    def __init__(self, why: str, remedy: str = "fetch it again; what came before is cleaned") -> None:
        super().__init__(f"{why}; {remedy}")
        self.why = why
        self.remedy = remedy

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors cross process boundaries with their fields."""
        return type(self), (self.why, self.remedy)


class RootError(ReadingError):
    """A folder or file that was named as input is missing, or cannot be told from another."""


class NoDocuments(ReadingError):  # noqa: N818 - says what was found
    """Nothing under the roots is a document; `seen` are the suffixes of what stands there."""

    def __init__(self, roots: Sequence[Path], seen: Iterable[str] = ()) -> None:
        self.roots = tuple(roots)
        self.seen = tuple(seen)
        there = f" (only {', '.join(self.seen)})" if self.seen else ""
        super().__init__(
            ", ".join(str(root) for root in self.roots),
            f"no documents found{there}",
            self._advice(),
        )

    def _advice(self) -> str:
        return (
            "name a folder or file with .txt, .md, .html, .htm or .xhtml in it, or containers of them "
            "such as .jsonl.gz, .parquet, .warc.gz and .zip"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.roots, self.seen)


class NothingIncluded(NoDocuments):
    """There are documents, and all of them are left out by the patterns of the user."""

    def _advice(self) -> str:
        return "all that is there is left out by --include or --exclude, or by [input]: look at the patterns"
