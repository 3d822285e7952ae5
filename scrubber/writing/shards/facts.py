"""What is told of a corpus, to people and to machines."""

from __future__ import annotations

from dataclasses import dataclass

from scrubber.writing.manifest import Shard
from scrubber.writing.shards import Format


@dataclass(frozen=True, slots=True)
class Origin:
    """A container or a folder of raw documents that a corpus was made of."""

    id: str
    """Its name in the dump, never an absolute path."""
    sha256: str
    """Of the file; of a folder, over the sorted ids and digests of its documents."""
    documents: int
    """How many of the corpus's documents come from it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the dataset card and the Croissant description say: nothing that changes from run to run."""

    name: str
    """What people call the corpus."""
    tool: str
    """Version of scrubber."""
    configuration: str
    """Digest of the settings that change results."""
    templates: str
    """sha256 of ``templates.jsonl``."""
    format: Format
    shards: tuple[Shard, ...]
    """Sorted by number."""
    languages: tuple[str, ...] = ()
    """BCP 47, sorted; those that documents are written in."""
    origins: tuple[Origin, ...] = ()
    """Sorted by id."""

    @property
    def documents(self) -> int:
        """How many documents the corpus holds."""
        return sum(shard.documents for shard in self.shards)
