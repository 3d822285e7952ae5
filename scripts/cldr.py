"""What CLDR knows of a language, through Babel, as the lower part of its file in scrubber/lang/data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

from babel import Locale, localedata

from scrubber.lang import building, sources

DATA = Path(sources.__file__).parent / "data"
TABLE = DATA.parent / "languages.json"
BABEL = "2.18.0"
"""The version of Babel whose CLDR the files hold; the one in constraints.txt."""

_PREFIXED = re.compile(r"([^\W\d_A-Za-z]+)MMMM")


def is_pinned() -> bool:
    """Whether the installed Babel gives the committed files."""
    return version("babel") == BABEL


def regenerated(tag: str, text: str) -> str:
    """The text of a language's file with its part from CLDR made anew."""
    by_hand = text.partition(sources.LINE)[0].rstrip("\n")
    return f"{by_hand}\n\n{sources.LINE}\n" + "\n".join(_part(tag)) + "\n"


def table() -> str:
    """The text of languages.json, from the files as they are."""
    return building.to_json(building.build(sources.load()))


def _part(tag: str) -> Iterator[str]:
    # Babel fills the cache of one locale with what another one lacks.
    localedata._cache.clear()  # noqa: SLF001
    locale = Locale.parse(tag.replace("-", "_"))
    written = {width: _plain(locale.date_formats[width].pattern) for width in ("long", "full")}
    # What stands right before the month belongs to its name (Hebrew "d בMMMM y").
    prefixes = {m[1] for pattern in written.values() if (m := _PREFIXED.search(pattern))}
    patterns = {width: _PREFIXED.sub("MMMM", pattern) for width, pattern in written.items()}
    yield f"# Babel {BABEL}"
    yield "[cldr]"
    yield f"name = {_quoted(locale.english_name)}"
    yield f"own_name = {_quoted(locale.display_name)}"
    yield from (f"{width} = {_quoted(pattern)}" for width, pattern in patterns.items())
    for what, names, keys in (("months", locale.months, range(1, 13)), ("weekdays", locale.days, range(7))):
        yield ""
        yield f"[cldr.{what}]"
        for width in ("wide", "abbreviated"):
            yield f"{width} = ["
            for key in keys:
                forms = _forms([names[use][width][key] for use in ("format", "stand-alone")])
                if what == "months":
                    forms += [prefix + form for prefix in sorted(prefixes) for form in forms]
                yield f"    [{', '.join(map(_quoted, forms))}],"
            yield "]"


def _forms(names: Iterable[str]) -> list[str]:
    """Each form once; without a particle that only stands before it in a date (Catalan "de gener")."""
    distinct = list(dict.fromkeys(names))
    return [
        n
        for n in distinct
        if not any(n != other and re.fullmatch(rf"\w+(?:\s|’){re.escape(other)}", n) for other in distinct)
    ]


def _plain(pattern: str) -> str:
    """A date pattern without the era, and with plain spaces."""
    return " ".join(pattern.replace("\u202f", " ").replace(" G", "").split())


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
