"""What `scrubber.version.BEHAVIOUR` was last looked at with: the code that decides, and what came out.

The code is compared module by module, without comments, docstrings and layout, and what came out by the
demonstration corpus. The first may cry wolf, the second may sleep: together they make somebody look.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import scrubber
from scrubber.classifying.model import built_in_digest
from scrubber.documents import RawDocument, Versions
from scrubber.reading import SkippedFile
from scrubber.version import BEHAVIOUR
from scrubber.writing import provenance

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "scrubber"
RECORD = ROOT / "tests" / "cases" / "behaviour.json"
RAW = ROOT / "corpus" / "raw"

UNDECIDING = {
    "__init__.py",
    "__main__.py",
    "version.py",
    "py.typed",
    "configuring.py",
    "cli",
    "running",
    "writing",
}
"""What carries documents, settings and results to and fro. All else takes part in collect, resolve or scrub."""
WEIGHTS = "classifying/weights.json"
"""These have a digest of their own in the provenance."""
COMMAND = "scripts/record_behaviour"
COUNT_UP = "what comes out has changed: count BEHAVIOUR in scrubber/version.py up, then run " + COMMAND


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A state of the code: its own counter, and what that stands for."""

    behaviour: int
    weights: str
    output: str
    """Digest of all that the demonstration corpus comes to, but for the versions."""
    modules: dict[str, str]
    """Digests by path in the package."""


class CountUpError(ValueError):
    """The counter stands where it stood, and something else comes out."""

    def __init__(self) -> None:
        super().__init__(COUNT_UP)


def today() -> Behaviour:
    """The state of the code that is imported."""
    return Behaviour(BEHAVIOUR, built_in_digest(), output(), dict(sorted(modules())))


def recorded() -> Behaviour:
    """The state that was last looked at."""
    return Behaviour(**json.loads(RECORD.read_text("utf-8")))


def record() -> None:
    """Write today's state down. Raises CountUpError where the counter has to be counted up first."""
    now = today()
    if RECORD.is_file() and must_count(recorded(), now):
        raise CountUpError
    RECORD.write_text(json.dumps(asdict(now), indent=1) + "\n", "utf-8")


def must_count(old: Behaviour, new: Behaviour) -> bool:
    """Whether another output carries the same names. Weights that differ are told by their own digest."""
    return old.output != new.output and (old.behaviour, old.weights) == (new.behaviour, new.weights)


def not_looked_at(old: Behaviour, new: Behaviour) -> list[str]:
    """The modules that are not as they were when somebody looked."""
    names = sorted(old.modules.keys() | new.modules.keys())
    return [name for name in names if old.modules.get(name) != new.modules.get(name)]


def modules() -> Iterator[tuple[str, str]]:
    """The files of the package that decide what comes out, and their digests."""
    for path in PACKAGE.rglob("*.*"):
        parts = path.relative_to(PACKAGE).parts
        name = "/".join(parts)
        if path.is_file() and not {parts[0], path.suffix, name} & {*UNDECIDING, ".pyc", WEIGHTS}:
            data = path.read_bytes().replace(b"\r\n", b"\n")
            yield name, _short(essence(data.decode()).encode() if path.suffix == ".py" else data)


def essence(code: str) -> str:
    """What of Python code is run: the same for other comments, docstrings and layout, on every Python."""
    return _told(ast.parse(code))


def _told(node: Any) -> str:
    if isinstance(node, list):
        return "[" + ",".join(_told(item) for item in node if not _is_said(item)) + "]"
    if not isinstance(node, ast.AST):
        return repr(node)
    if isinstance(node, ast.JoinedStr):  # some Pythons leave text in pieces, or empty
        parts = groupby(node.values, lambda part: isinstance(part, ast.Constant))
        told = ["".join(one.value for one in some) if is_text else _told([*some]) for is_text, some in parts]
        return f"JoinedStr({list(filter(None, told))})"
    # Later Pythons know more fields: as long as nothing stands in them, they say nothing.
    fields = [f"{name}={_told(value)}" for name, value in ast.iter_fields(node) if value not in (None, [])]
    return f"{type(node).__name__}({','.join(fields)})"


def _is_said(node: Any) -> bool:
    """Whether this is a docstring, of a module, class, function or attribute."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def output() -> str:
    """Digest of what the demonstration corpus comes to: texts and records, whoever made them."""
    found = sorted(path for path in RAW.rglob("*") if path.suffix in (".txt", ".md", ".html"))
    seen = hashlib.sha256()
    for clean in scrubber.clean(_read(found)):
        told = provenance.describe(clean, clean.text, scrubber.Config().ledger)
        seen.update(
            provenance.to_bytes(clean.text) + provenance.to_json(replace(told, versions=Versions("", "", "")))
        )
    return seen.hexdigest()[:16]


def _read(paths: Iterable[Path]) -> Iterator[RawDocument]:
    for path in paths:
        with suppress(SkippedFile):
            yield RawDocument.from_path(path, id=path.relative_to(RAW).as_posix())


def _short(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
