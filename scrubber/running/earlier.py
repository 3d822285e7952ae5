"""What stands in the output folder from an earlier run, and whether a run would come out as that one."""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from scrubber.config import Config
from scrubber.judged import Judge
from scrubber.pipeline import NO_INDEX, made_by
from scrubber.running.inputs import Input, recognise
from scrubber.running.outcome import RUN_SCHEMA, RunOptions
from scrubber.running.passes import Change
from scrubber.running.undoing import standing
from scrubber.running.working import Work
from scrubber.version import build_digest
from scrubber.writing import json_lines, manifest, provenance
from scrubber.writing.files import (
    MANIFEST,
    RUN,
    TEMPLATES,
    OutputError,
    Tree,
    WriteError,
    output_name,
    provenance_name,
)
from scrubber.writing.manifest import Entry, ManifestError, Shard
from scrubber.writing.provenance import ProvenanceError
from scrubber.writing.shards.card import NAME as CARD
from scrubber.writing.shards.croissant import NAME as CROISSANT
from scrubber.writing.shards.storing import standing_parts


class _Line(msgspec.Struct):
    """Of an entry of the manifest, what tells which files are its."""

    id: str
    output: str | None = None
    stale: str | None = None


class _Header(msgspec.Struct):
    format: str = "files"
    shards: list[Shard] = []


@dataclass(frozen=True, slots=True)
class Earlier:
    """The files that the manifest of the run before lists."""

    outputs: Mapping[str, str] = field(default_factory=dict)
    """By document, where every document is a file of its own."""
    shards: frozenset[str] = frozenset()
    was_interrupted: bool = False
    """Whether the run before did not end: then more may stand there than the manifest lists."""

    def prune(self, tree: Tree, outputs: Iterable[str], shards: Iterable[str] = ()) -> dict[str, Change]:
        """Remove what is listed, unless it is among the `outputs` or `shards` of today.

        Done first for raw documents that are gone, so that a folder can come where a file stood, and
        at the end for those that have nothing to clean any more.
        """
        if not self.outputs and not self.shards and not self.was_interrupted:
            return {}
        # Case-folding file systems would remove the new file under the old name.
        current = {name.casefold() for name in outputs}
        left = set(self.outputs.values())
        if self.was_interrupted:
            left.update(_unlisted(tree, current))
        gone = sorted(name for name in left if name.casefold() not in current)
        names = [name for output in gone for name in (output, provenance_name(output))]
        names += sorted(self.shards - set(shards))
        return {name: Change("removed", name) for name in names if _remove(tree, name)}


def _remove(tree: Tree, name: str) -> bool:
    """Raises WriteError, and OutputError for a name outside of the folder."""
    try:
        return tree.remove(name)
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return False  # no such file can be: the manifest was changed by hand
        raise WriteError(tree.root / name, error) from error


def find_earlier(tree: Tree) -> Earlier:
    """What an earlier run left. Raises OutputError where OUT holds files that are not ours."""
    data = tree.read(MANIFEST)
    interrupted = _was_interrupted(tree)
    if tree.root.exists() and not tree.root.is_dir():
        raise OutputError(f"the output {tree.root} is a file", "name a folder with --output")
    if data is not None and manifest.is_ours(data):
        try:
            listed = _listed(data)
        except ManifestError:
            listed = Earlier()  # another version's, or damaged: nothing is pruned, and it is written anew
        return _with_remains(listed, tree) if interrupted else listed
    strangers = list(tree.strangers())
    if strangers and not _claimed(tree) and next(standing(tree), None) is None:
        raise OutputError(
            f"the output folder {tree.root} holds {strangers[0]} and no manifest of scrubber",
            "choose an empty folder with --output, or empty this one yourself",
        )
    return _with_remains(Earlier(), tree) if interrupted else Earlier()


def _with_remains(listed: Earlier, tree: Tree) -> Earlier:
    """What a run that did not end has left besides: shards by their names, files when they are pruned."""
    return Earlier(listed.outputs, listed.shards.union(standing_parts(tree)), was_interrupted=True)


def _unlisted(tree: Tree, current: Container[str]) -> Iterator[str]:
    """Outputs that stand there with a provenance of ours, and are none of the `current` (case-folded)."""
    suffix = provenance_name("")
    for path in sorted(tree.root.rglob(f"*{suffix}")):
        output = path.relative_to(tree.root).as_posix().removesuffix(suffix)
        if output.casefold() in current or output.startswith("."):
            continue
        try:
            record = provenance.from_json(path.read_bytes())
        except (OSError, ProvenanceError):
            continue
        if output_name(record.id) == output:
            yield output


def _listed(data: bytes) -> Earlier:
    """Raises ManifestError for what cannot be read."""
    lines = data.splitlines()
    try:
        header = msgspec.convert(json.loads(lines[0]), _Header)
        if (
            json.loads(lines[0])["schema"] != manifest.SCHEMA
            or json.loads(lines[0])["documents"] != len(lines) - 1
        ):
            raise ManifestError("cut off, or of another version")
        rows = [_line(line) for line in lines[1:]]
    except (ValueError, KeyError, RecursionError) as error:
        raise ManifestError(str(error)) from error
    if header.format != "files":
        return Earlier({}, frozenset(name for shard in header.shards for name in shard.files))
    return Earlier({row.id: name for row in rows if (name := row.output or row.stale) is not None})


def _line(line: bytes) -> _Line:
    try:
        return msgspec.json.decode(line, type=_Line)
    except msgspec.DecodeError:  # a name that is not valid Unicode
        return msgspec.convert(json.loads(line), _Line)


def claim(tree: Tree) -> None:
    """Mark OUT as ours, and as unfinished, before the first document: an interrupted run can then be run again."""
    if not tree.check:
        tree.put({RUN: (json.dumps({"finished": None, "schema": RUN_SCHEMA}) + "\n").encode()})


def _claimed(tree: Tree) -> bool:
    return _facts(tree) is not None


def _was_interrupted(tree: Tree) -> bool:
    facts = _facts(tree)
    return facts is not None and facts.get("finished") is None


def _facts(tree: Tree) -> dict[str, Any] | None:
    """What ``run.json`` says, if it is one of ours."""
    data = tree.read(RUN)
    try:
        facts = json.loads(data) if data is not None else None
    except (ValueError, RecursionError):
        return None
    schema = facts.get("schema") if isinstance(facts, dict) else None
    ours = isinstance(schema, str) and schema.startswith(RUN_SCHEMA.partition("/")[0] + "/")
    return facts if ours else None


def settings_of(config: Config, options: RunOptions, overrides: Mapping[str, str]) -> str:
    """Digest of all that changes what comes out, but for the documents and what they share."""
    from scrubber.reading.html import lineariser_version

    templates = options.templates.read_bytes() if options.templates is not None else b""
    told = [
        build_digest(),
        made_by(Judge(NO_INDEX, config)).maker,
        config.ledger.value,
        options.format.value,
        sorted(overrides.items()),
        hashlib.sha256(templates).hexdigest(),
        lineariser_version(),  # libxml2 may be the system's, of another version than lxml's own
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Finished:
    """What a run that ended well was about: with the same again, nothing needs to be resolved."""

    settings: str
    documents: str
    """Digest of ids and digests of its documents, and of what was lost."""

    @classmethod
    def of(cls, settings: str, inputs: Iterable[Input], lost: Iterable[Entry]) -> Finished:
        """What this run is about."""
        seen = hashlib.sha256()
        for item in inputs:
            digest = item.digest or _recognised(item)
            seen.update(f"{item.id} {digest} {item.stated}\n".encode("utf-8", "surrogatepass"))
        for entry in sorted(lost, key=lambda entry: entry.id):
            seen.update(f"{entry.id} {entry.status} {entry.reason}\n".encode("utf-8", "surrogatepass"))
        return cls(settings, seen.hexdigest())

    def stands(self, work: Work, tree: Tree) -> bool:
        """Whether the last run was about just this, and its listing is as it was left."""
        try:
            written = json.loads(work.finished.read_bytes())
        except (OSError, ValueError, RecursionError):
            return False
        return bool(written == self._plain(tree))

    def note(self, work: Work, tree: Tree) -> None:
        """Write down that a run ended well."""
        data = json_lines.encode(json_lines.line(self._plain(tree)) + "\n")
        work.finished.write_bytes(data)

    def _plain(self, tree: Tree) -> dict[str, str | None]:
        found = {name: tree.read(name) for name in (MANIFEST, TEMPLATES, CARD, CROISSANT)}
        listing = {name: hashlib.sha256(data).hexdigest() if data else None for name, data in found.items()}
        return {"settings": self.settings, "documents": self.documents, **listing}


def _recognised(item: Input) -> str | None:
    """Digest of a document that was found to be clean already, and of its provenance."""
    known = recognise(item)
    return hashlib.sha256(known.text + known.provenance).hexdigest() if known is not None else None
