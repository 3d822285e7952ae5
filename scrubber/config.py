"""One frozen, typed configuration. Defaults here; TOML layers and the command line over them.

Values that change results stand in the four groups and make the digest that provenance
records; how a run is carried out (workers, progress) is not configuration. What is read at all,
`Intake`, stands apart: it changes which documents there are, not what becomes of one.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum


class SiteMode(StrEnum):
    """How documents are put together into sites."""

    AUTO = "auto"
    HOST = "host"
    FOLDER = "folder"
    SHARED = "shared"
    ONE = "one"


class LedgerMode(StrEnum):
    """How much of the ledger is written."""

    FULL = "full"
    SPANS = "spans"
    NONE = "none"


class Policy(StrEnum):
    """What happens to a kind of block that one may want or not."""

    KEEP = "keep"
    JUDGE = "judge"
    DROP = "drop"


class Proved(StrEnum):
    """What happens where text was cut off and the dump proves how it goes on."""

    COMPLETE = "complete"
    MARK = "mark"
    LEAVE = "leave"


class Unproved(StrEnum):
    """What happens where text was cut off and nothing proves how it goes on."""

    KEEP = "keep"
    TRIM = "trim"
    DROP = "drop"


class Repeats(StrEnum):
    """What happens to a pull-quote that only repeats the text."""

    KEEP = "keep"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Templates:
    """How repeated blocks are found."""

    shingle_size: int = 5
    """Characters of folded text a shingle."""
    num_bands: int = 8
    rows_per_band: int = 8
    """``num_bands * rows_per_band`` permutations make a signature."""
    minimum_signed: int = 24
    """Folded characters below which a block has an exact key only."""


@dataclass(frozen=True, slots=True)
class Chrome:
    """What counts as chrome."""

    threshold: float = 0.6
    """Probability from which a block is removed: higher keeps more, 1 removes nothing."""
    extractor: bool = True
    """Ask trafilatura about an HTML page whose site has fewer than four other pages."""
    bylines: Policy = Policy.KEEP
    """Bylines and date lines beside the text."""
    credits: Policy = Policy.KEEP
    """Captions and picture credits."""
    comments: Policy = Policy.JUDGE
    """Readers' comments, where HTML names them so."""
    front_matter: Policy = Policy.KEEP
    """Front matter of Markdown and text: kept with the text it stands above, judged, or dropped."""

    def __post_init__(self) -> None:
        """Accept the plain words of a configuration file; raises ValueError for others."""
        for name in ("bylines", "credits", "comments", "front_matter"):
            object.__setattr__(self, name, Policy(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Repair:
    """What happens to text that was cut off."""

    proved: Proved = Proved.COMPLETE
    """Where the dump proves how it goes on: complete it, mark it with `[…]`, or leave and flag it."""
    unproved: Unproved = Unproved.KEEP
    """Where nothing does: keep and flag it, trim it to its last whole sentence, or drop it."""
    repeats: Repeats = Repeats.KEEP
    """A pull-quote that only repeats a sentence of the text."""

    def __post_init__(self) -> None:
        """Accept the plain words of a configuration file; raises ValueError for others."""
        object.__setattr__(self, "proved", Proved(self.proved))
        object.__setattr__(self, "unproved", Unproved(self.unproved))
        object.__setattr__(self, "repeats", Repeats(self.repeats))


@dataclass(frozen=True, slots=True)
class Normalise:
    """Which normalisations are made."""

    mojibake: bool = True
    characters: bool = True
    """Line ends, control characters, Unicode NFC."""
    whitespace: bool = True


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that changes what comes out."""

    sites: SiteMode = SiteMode.AUTO
    ledger: LedgerMode = LedgerMode.FULL
    templates: Templates = Templates()
    chrome: Chrome = Chrome()
    repair: Repair = Repair()
    normalise: Normalise = Normalise()

    def __post_init__(self) -> None:
        """Accept the plain words of a configuration file; raises ValueError for others."""
        object.__setattr__(self, "sites", SiteMode(self.sites))
        object.__setattr__(self, "ledger", LedgerMode(self.ledger))

    @property
    def digest(self) -> str:
        """First 16 hex digits of the sha256 over all values in a fixed order."""
        plain = json.dumps(dataclasses.asdict(self), sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Fields:
    """Which field of a row (JSON, Parquet) holds what; a dot leads into an object.

    None: the usual names are tried. Empty: there is none, and none is looked for.
    """

    text: str | None = None
    """Text goes before HTML where a row has both."""
    html: str | None = None
    url: str | None = None
    id: str | None = None
    date: str | None = None
    title: str | None = None
    author: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """What is read of a dump: no part of `Config`, and of no digest."""

    fields: Fields = Fields()
    include: tuple[str, ...] = ()
    """gitignore patterns: documents whose id matches none are left out. Empty: all are taken."""
    exclude: tuple[str, ...] = ()
    """gitignore patterns: documents whose id matches are left out, included or not."""
