"""What goes wrong with one document is kept from the others.

The one place where any exception of a document is caught: it becomes the document's entry in
the manifest, and the others go on.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import TypeVar

from scrubber.index_binary import BinaryIndexError
from scrubber.reading import ReadingError, SkippedFile
from scrubber.running.inputs import Input
from scrubber.writing.files import OutputError, WriteError
from scrubber.writing.manifest import Entry, Status

_Result = TypeVar("_Result")


class ChangedFileError(ValueError):
    """A file is not what it was a moment ago."""

    def __init__(self) -> None:
        super().__init__("the file changed during the run; run the same command again")


class FaultGuard:
    """Keeps what goes wrong with one document from the others."""

    def __init__(self) -> None:
        self.lost: dict[str, Entry] = {}
        self.traces: list[str] = []

    def run(self, item: Input, action: Callable[[Input], _Result]) -> _Result | None:
        """The result of an action on a document, or None and an entry that says what went wrong."""
        try:
            return action(item)
        except SkippedFile as error:
            self._lose(item, Status.SKIPPED, f"{error.why}; {error.remedy}")
        except WriteError as error:
            if error.is_full:
                raise  # the others would fail as well
            self._lose(item, Status.FAILED, f"{error.why}; {error.remedy}")
        except (ReadingError, OutputError) as error:
            self._lose(item, Status.FAILED, f"{error.why}; {error.remedy}")
        except (ChangedFileError, BinaryIndexError) as error:
            self._lose(item, Status.FAILED, str(error))
        except MemoryError:
            self._lose(item, Status.FAILED, "not enough memory; split the file or use fewer --jobs")
        except Exception as error:  # noqa: BLE001 - one bad document is a line, never an aborted run
            reason = f"{type(error).__name__}: {error} (a fault of scrubber: please report it)"
            self._lose(item, Status.FAILED, reason)
            self.traces.append(f"{item.id}\n{traceback.format_exc()}")
        return None

    def _lose(self, item: Input, status: Status, reason: str) -> None:
        # The manifest is compared between machines: no path of this one.
        for path in (str(item.path.resolve()), str(item.path)):
            reason = reason.replace(path, item.id)
        self.lost[item.id] = Entry(item.id, status, reason)
