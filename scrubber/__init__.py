"""scrubber: cleans web-scrape dumps, and can explain and undo every change.

>>> import scrubber
>>> dump = {"tea.txt": "The cook   boils the kettle.", "rope.txt": "Old rope finds new   money."}
>>> pages = [scrubber.RawDocument.from_text(text, id=name) for name, text in dump.items()]
>>> for page in scrubber.clean(pages):
...     print(page.id, page.text.strip())
tea.txt The cook boils the kettle.
rope.txt Old rope finds new money.

Importing this package imports nothing heavy: names are resolved when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from scrubber.version import __version__

if TYPE_CHECKING:
    from scrubber.config import Config
    from scrubber.documents import CleanDocument, RawDocument
    from scrubber.edits import Edit, Ledger, apply, flatten, revert
    from scrubber.evidence import Evidence, collect
    from scrubber.index_format import from_lines as load_index
    from scrubber.index_format import to_lines as save_index
    from scrubber.pipeline import clean, library_of, scrub
    from scrubber.templates import TemplateIndex, resolve

__all__ = [
    "CleanDocument",
    "Config",
    "Edit",
    "Evidence",
    "Ledger",
    "RawDocument",
    "TemplateIndex",
    "__version__",
    "apply",
    "clean",
    "collect",
    "flatten",
    "library_of",
    "load_index",
    "resolve",
    "revert",
    "save_index",
    "scrub",
]

_HOMES = {
    "CleanDocument": ("scrubber.documents", "CleanDocument"),
    "Config": ("scrubber.config", "Config"),
    "Edit": ("scrubber.edits", "Edit"),
    "Evidence": ("scrubber.evidence", "Evidence"),
    "Ledger": ("scrubber.edits", "Ledger"),
    "RawDocument": ("scrubber.documents", "RawDocument"),
    "TemplateIndex": ("scrubber.templates", "TemplateIndex"),
    "apply": ("scrubber.edits", "apply"),
    "clean": ("scrubber.pipeline", "clean"),
    "collect": ("scrubber.evidence", "collect"),
    "flatten": ("scrubber.edits", "flatten"),
    "library_of": ("scrubber.pipeline", "library_of"),
    "load_index": ("scrubber.index_format", "from_lines"),
    "resolve": ("scrubber.templates", "resolve"),
    "revert": ("scrubber.edits", "revert"),
    "save_index": ("scrubber.index_format", "to_lines"),
    "scrub": ("scrubber.pipeline", "scrub"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'scrubber' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
