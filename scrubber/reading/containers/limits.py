"""How much a container may grow, so that a small file cannot fill a disk or the memory."""

from __future__ import annotations

from collections.abc import Callable

from scrubber.reading.failures import DamagedContainer

LARGEST_RECORD = 64 << 20
"""Bytes of one record. A page of that size is a mistake, and workers hold several at once."""

LARGEST_CONTAINER = 1 << 40
"""Bytes that one container may unpack to."""

LARGEST_RATIO = 250
"""Bytes unpacked for each byte of the container. Crawled text has 3 to 20, its worst case about 100."""

RATIO_FLOOR = 64 << 20
"""Bytes unpacked up to which no ratio is asked for: small files of repeats may well exceed it."""

LARGEST_WINDOW = 1 << 27
"""Bytes of memory that a Zstandard or xz stream may ask for: what ``zstd -d`` grants by itself."""

LARGEST_HELD = 16 << 20
"""Bytes of a compressed frame that wait in memory until its end is checked; more wait in a temporary file.
Pages of a crawl are far smaller, so only frames with many rows or members in them need the file."""

LARGEST_SEARCH = 50
"""Bytes that a search behind damage may read and unpack in vain, for each byte of the container."""


class Meter:
    """Counts what one container has unpacked to, and stops it at the limits; one document at `largest` bytes."""

    def __init__(self, consumed: Callable[[], int], largest: int | None = None) -> None:
        self._consumed = consumed
        self._largest = largest
        self.unpacked = 0
        """Bytes so far."""

    def add(self, size: int) -> None:
        """Note so many bytes more. Raises DamagedContainer at a limit."""
        self.unpacked += size
        if self._largest is not None and self.unpacked > self._largest:
            raise DamagedContainer(*too_large())
        if self.unpacked > LARGEST_CONTAINER:
            raise DamagedContainer(
                f"unpacks to more than {LARGEST_CONTAINER >> 30:,} GB", "split it into several containers"
            )
        if self.unpacked > RATIO_FLOOR and self.unpacked > LARGEST_RATIO * max(self._consumed(), 1):
            raise DamagedContainer(
                f"unpacks to more than {LARGEST_RATIO} times its size, as a decompression bomb does",
                "if you trust it, unpack it yourself and name the folder",
            )

    def take_back(self, size: int) -> None:
        """Forget so many bytes: they were of a damaged frame, and nothing is made of them."""
        self.unpacked -= size


def too_large() -> tuple[str, str]:
    """Why a record above the limit is lost, and what to do."""
    return f"is larger than {LARGEST_RECORD >> 20} MB", "split it, or leave it out"
