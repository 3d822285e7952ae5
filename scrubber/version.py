"""What made a corpus: every identity of the tool is defined here, and nowhere else.

`__version__` and `BEHAVIOUR` stand in the provenance, with the digest of the weights
(`classifying.model.digest_of`): they change only where a document may come out otherwise.
`code_digest` and `build_digest` are exact: what a run remembers and caches carries them, and is made
again when they differ, because that costs time and nothing else.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__version__ = "0.1.0"

BEHAVIOUR: Final = 6
"""Counts up whenever the same documents, settings and weights would give another output.

`tests/test_behaviour.py` fails where the code that decides has changed and nobody has looked at this;
CONTRIBUTING.md says what to do then.
"""
_DISTRIBUTION: Final = "corpus-scrubber"


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Hex digest of every file of this package, code, weights and data: equal wherever one release is installed.

    Reads about a megabyte, in some three milliseconds, once in a process: digests decide, not times
    of files, which a checkout or an installation sets as it likes.
    """
    from hashlib import sha256

    seen = sha256(__version__.encode())
    for name, path in sorted(_files()):
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - a Path for each takes as long as reading it
            data = file.read().replace(b"\r\n", b"\n")  # a checkout may have the line ends of its platform
        seen.update(f"{name} {len(data)}\n".encode("utf-8", "surrogateescape") + data)
    return seen.hexdigest()


def build_digest() -> str:
    """Hex digest of all code that makes an output: this package's, Python's, and that of the packages it requires.

    Of Python the minor version counts, of a package its version.
    """
    import sys
    from hashlib import sha256

    python = "python {}.{}".format(*sys.version_info)
    return sha256("\n".join((code_digest(), python, *_packages())).encode()).hexdigest()


def _files() -> Iterator[tuple[str, str]]:
    """The files of the package, by their POSIX names in it: without bytecode, and without hidden files."""
    import os
    from pathlib import Path

    root = Path(__file__).parent
    if not root.is_dir():  # imported from an archive, which then is what identifies the code
        yield "", str(next(path for path in root.parents if path.is_file()))
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name != "__pycache__" and not name.startswith(".")]
        inside = folder[len(str(root)) :].replace(os.sep, "/")
        yield from ((f"{inside}/{name}", f"{folder}{os.sep}{name}") for name in names if name[0] != ".")


@lru_cache(maxsize=1)
def _packages() -> tuple[str, ...]:
    """Names and versions of the packages that this one requires; of all, where nothing says which these are."""
    import re
    from importlib.metadata import PackageNotFoundError, distributions, requires, version

    try:
        required = [line for line in requires(_DISTRIBUTION) or () if "extra ==" not in line]
        names = [re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in required]
        return tuple(sorted(f"{name} {version(name)}" for name in names))
    except PackageNotFoundError:
        return tuple(sorted({f"{one.name} {one.version}" for one in distributions()}))
