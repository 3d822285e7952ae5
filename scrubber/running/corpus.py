"""A repository's corpus as a hook finds it: its raw documents, its index, and people's overrides.

Each is read once, whatever is done with it afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from scrubber.config import Config
from scrubber.configuring import Places
from scrubber.index_format import IndexFormatError
from scrubber.reading import NoDocuments, RootError, discover
from scrubber.reading.tree import Near, escape, everywhere
from scrubber.running import learning, passes, workers
from scrubber.running.inputs import Input
from scrubber.running.learning import Progress, silent
from scrubber.running.passes import GatherContext, Gathered
from scrubber.running.spooling import Spool
from scrubber.templates import TemplateIndex
from scrubber.writing.files import TEMPLATES, collisions, output_name, refuse_nesting


@dataclass(frozen=True)
class Corpus:
    """What a repository holds."""

    places: Places
    index: TemplateIndex | None
    """As it is committed, without the overrides; None where there is none yet."""
    overrides: dict[str, str]
    """People's verdicts by template id."""

    @cached_property
    def documents(self) -> tuple[Input, ...]:
        """Of the raw tree, by id: searched when they are asked for, for a hook seldom needs them all."""
        return raw_documents(self.places)


def open_corpus(places: Places) -> Corpus:
    """The corpus that lies there.

    Raises IndexFormatError with the hook that makes the index anew, OutputError or ConfigError.
    """
    refuse_nesting([places.raw], places.clean)
    index = None
    if places.index.is_file():
        try:
            index = learning.load_index(places.index)
        except IndexFormatError as error:
            raise IndexFormatError(
                error.why, "run `scrubber hook learn` to build it again, and stage it"
            ) from error
    overrides = learning.read_overrides(places.index, places.clean / TEMPLATES)
    return Corpus(places, index, overrides)


def raw_documents(places: Places, near: Near = everywhere) -> tuple[Input, ...]:
    """All documents of the raw tree, by id; none where there is no tree.

    Of folders that are not `near` only links.
    """
    try:
        return tuple(Input(file.id, file.path) for file in discover([places.raw], near))
    except (NoDocuments, RootError):
        return ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """The raw documents that a hook was handed."""

    inputs: tuple[Input, ...]
    """Those that can be written."""
    clashing: Mapping[str, str]
    """Of the others: why they cannot, by id."""


def wanted(places: Places, files: Iterable[Path]) -> Wanted:
    """The raw documents among the files, and those of them that another document would be written over."""
    named = list(files)
    ids = _ids(places.raw, named)
    if not ids:
        return Wanted((), {})
    documents = raw_documents(places, _Way.of(ids).is_near)
    found = among(documents, named)
    if not ids.issuperset(item.id for item in found):
        documents = raw_documents(places)  # a link leads there from elsewhere
    clashing = clashes(found, documents)
    return Wanted(tuple(item for item in found if item.id not in clashing), clashing)


def _ids(raw: Path, files: Iterable[Path]) -> set[str]:
    """The ids that these files have as documents, where they stand in the tree themselves."""
    roots = {raw.absolute(), raw.resolve()}
    forms = {form for file in files for form in (file.absolute(), file.resolve())}
    return {
        escape(form.relative_to(root).as_posix())
        for form in forms
        for root in roots
        if form.is_relative_to(root)
    }


def among(documents: Iterable[Input], files: Iterable[Path]) -> list[Input]:
    """The documents that are one of the files, or a link to one."""
    wanted = {path.absolute() for path in files} | {path.resolve() for path in files}
    names = {path.name for path in wanted}
    # Resolving a path asks the disk for each of its folders: of thousands, only links need it.
    return [
        item
        for item in documents
        if (item.path.name in names or item.path.is_symlink())
        and (item.path.absolute() in wanted or item.path.resolve() in wanted)
    ]


def clashes(inputs: Iterable[Input], documents: Iterable[Input]) -> dict[str, str]:
    """Which of the inputs another document would be written over, and why neither is written.

    See `writing.files.collisions`, which compares all with all: only those in folders on the way to
    an input, or named as one, are worth its while.
    """
    wanted = [item.id for item in inputs]
    way = _Way.of(wanted)
    near: dict[str, bool] = {}
    rivals = []
    for item in documents:
        folder = item.id.rpartition("/")[0]
        if folder not in near:
            near[folder] = way.is_near(folder)
        if near[folder]:
            rivals.append(item.id)
    found = collisions(rivals)
    return {id: _collision(id, found[id]) for id in wanted if id in found}


@dataclass(frozen=True, slots=True)
class _Way:
    """Where the outputs of some documents stand, and which folders lie on the way there."""

    names: frozenset[str]
    folders: frozenset[str]
    foreign: bool
    """Whether a name is not ASCII: how `collisions` folds it is not ours to foresee."""

    @classmethod
    def of(cls, ids: Collection[str]) -> _Way:
        names = frozenset(output_name(id).lower() for id in ids)
        folders = frozenset(str(folder) for name in names for folder in PurePosixPath(name).parents)
        return cls(names, folders, not all(map(str.isascii, ids)))

    def is_near(self, folder: str) -> bool:
        """Whether a folder is on the way to one of the names, or is called as one, or lies in one that is."""
        if self.foreign or not folder.isascii():
            return True
        here = folder.lower()
        return (here or ".") in self.folders or any(
            str(above) in self.names for above in (PurePosixPath(here), *PurePosixPath(here).parents)
        )


def _collision(id: str, other: str) -> str:
    both = output_name(id), output_name(other)
    reason = (
        f"{id} and {other} would both be written to {both[0]}"
        if both[0] == both[1]
        else f"{both[0]} and {both[1]} (of {other}) cannot stand side by side"
    )
    return f"{reason}; rename one of the two"


@dataclass(frozen=True, slots=True)
class Examining:
    """How documents are read and examined."""

    config: Config
    """With the settings of the index."""
    jobs: int = 1
    spool: Spool | None = None
    """Where they are kept for the second pass."""
    progress: Progress = silent


def gather(inputs: list[Input], how: Examining) -> Gathered:
    """What documents say about one another, and which of them cannot be read."""
    task = workers.Task(passes.gather, GatherContext(how.config, how.spool), _killed)
    parts: list[Gathered] = []
    done = 0
    for part in workers.run(task, inputs, how.jobs):
        parts.append(part)
        done += part.documents
        how.progress("reading", done, len(inputs))
    return Gathered(
        tuple(filed for part in parts for filed in part.filed),
        tuple(item for part in parts for item in part.seen),
        tuple(entry for part in parts for entry in part.lost),
        tuple(trace for part in parts for trace in part.traces),
        done,
    )


def _killed(item: Input) -> Gathered:
    return Gathered(lost=(passes.killed(item),), documents=1)
