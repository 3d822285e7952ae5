"""Configuration files: found, read, and checked into `Config`; a wrong key or value is named.

Options layer: defaults, then the file, then the command line. Run facts (workers, progress) are
not configuration and have no place in the file.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
import typing
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from scrubber.config import Config, Fields, Intake

FILE = "scrubber.toml"
PROJECT = "pyproject.toml"

_RANGES: Mapping[str, tuple[float, float]] = {
    "chrome.threshold": (0.0, 1.0),
    "templates.shingle_size": (1, 64),
    "templates.num_bands": (1, 256),
    "templates.rows_per_band": (1, 64),
    "templates.minimum_signed": (1, 1_000_000),
}
_PLACES = ("raw", "clean", "index")
_INPUT = "input"
_PATTERNS = ("include", "exclude")
_STRICT = "strict"
_VERDICTS = ("keep", "drop")
_OVERRIDE_KEYS = ("verdict", "reason")
_TEMPLATE_ID = re.compile(r"[0-9a-f]{16}")


class ConfigError(ValueError):
    """A configuration file cannot be used: which file, which key, and what would be right."""

    def __init__(self, file: Path, why: str, remedy: str, key: str | None = None) -> None:
        place = f"{file}: {key}" if key else str(file)
        super().__init__(f"{place}: {why}; {remedy}")
        self.file = file
        self.key = key
        self.why = why
        self.remedy = remedy


@dataclasses.dataclass(frozen=True, slots=True)
class Places:
    """Where a repository keeps its corpus: what the hooks work on."""

    raw: Path = Path("corpus/raw")
    clean: Path = Path("corpus/clean")
    index: Path = Path("corpus/clean/templates.jsonl")


@dataclasses.dataclass(frozen=True, slots=True)
class Override:
    """What a person decided about a template."""

    verdict: str
    """``keep`` or ``drop``."""
    reason: str = ""


def find(start: Path) -> Path | None:
    """The configuration that holds in `start`: the nearest file upwards, or None.

    In each folder ``scrubber.toml`` comes before a ``pyproject.toml`` with ``[tool.scrubber]``.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / FILE).is_file():
            return folder / FILE
        project = folder / PROJECT
        if project.is_file() and _mentions_us(project):
            return project
    return None


def load(file: Path | None = None, *, start: Path | None = None) -> Config:
    """The configuration of `file`, or of the one found upwards from `start` (here), or defaults.

    Raises ConfigError.
    """
    path = file or find(start or Path.cwd())
    return Config() if path is None else read(_table(path), path)


def load_places(file: Path | None = None, *, start: Path | None = None) -> Places:
    """Where the corpus lies: ``raw``, ``clean`` and ``index`` of the same file, as seen from its folder.

    Without a file as seen from `start` (here). ``index`` without a word of its own stands in the
    clean folder. Raises ConfigError.
    """
    begin = start or Path.cwd()
    path = file or find(begin)
    table = {} if path is None else _table(path)
    for name in _PLACES:
        if not isinstance(table.get(name, ""), str) or table.get(name) == "":
            assert path is not None
            raise ConfigError(path, f"{table[name]!r} is no path", "write it in quotes", name)
    base = begin if path is None else path.parent
    usual = Places()
    clean = Path(table.get("clean", usual.clean))
    index = Path(table.get("index", clean / usual.index.name))
    return Places(base / table.get("raw", usual.raw), base / clean, base / index)


def load_intake(file: Path | None = None, *, start: Path | None = None) -> Intake:
    """What is read of a dump: the table ``[input]`` of the same file. Raises ConfigError."""
    path = file or find(start or Path.cwd())
    table = {} if path is None else _table(path).get(_INPUT, {})
    if path is None or table == {}:
        return Intake()
    if not isinstance(table, dict):
        raise ConfigError(path, f"{table!r} is not a table", f"write it as [{_INPUT}]", _INPUT)
    roles = [field.name for field in dataclasses.fields(Fields)]
    for key, value in table.items():
        dotted = f"{_INPUT}.{key}"
        if key in roles and not isinstance(value, str):
            raise ConfigError(path, f"{value!r} is not text", "name the field in quotes", dotted)
        if key in _PATTERNS and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
            raise ConfigError(path, f"{value!r} is no list of patterns", 'write ["*.html", "news/"]', dotted)
        if key not in (*roles, *_PATTERNS):
            remedy = _did_you_mean(key, (*roles, *_PATTERNS)) + f"write {', '.join((*roles, *_PATTERNS))}"
            raise ConfigError(path, "there is no such setting", remedy, dotted)
    fields = Fields(**{key: table[key] for key in roles if key in table})
    return Intake(fields, *(tuple(table.get(name, ())) for name in _PATTERNS))


def load_strict(file: Path | None = None, *, start: Path | None = None) -> bool:
    """Whether a doubtful document makes a run fail: ``strict`` of the same file. Raises ConfigError."""
    path = file or find(start or Path.cwd())
    said = False if path is None else _table(path).get(_STRICT, False)
    if not isinstance(said, bool):
        assert path is not None
        raise ConfigError(path, f"{said!r} is not true or false", "write true or false", _STRICT)
    return said


def _table(path: Path) -> dict[str, Any]:
    """Our table of a configuration file. Raises ConfigError."""
    table = _parse(path)
    if path.name == PROJECT:
        tool = table.get("tool")
        ours = tool.get("scrubber") if isinstance(tool, dict) else None
        if not isinstance(ours, dict):
            raise ConfigError(path, "there is no table [tool.scrubber]", "add one, or name another file")
        table = ours
    return table


def read(table: Mapping[str, Any], file: Path) -> Config:
    """Check a parsed table into a `Config`. Raises ConfigError naming `file` and the key."""
    settings = {key: value for key, value in table.items() if key not in (*_PLACES, _INPUT, _STRICT)}
    config: Config = _read_group(Config, settings, "", file)
    return config


def load_overrides(file: Path) -> dict[str, Override]:
    """``templates.overrides.toml``: template id -> override; empty where there is no file.

    A value is ``"keep"``, ``"drop"``, or a table with `verdict` and `reason`. Raises ConfigError.
    """
    if not file.exists():
        return {}
    return {key: _read_override(key, value, file) for key, value in sorted(_parse(file).items())}


def _read_override(id: str, value: object, file: Path) -> Override:
    if not _TEMPLATE_ID.fullmatch(id):
        remedy = "copy one from `scrubber explain` or `audit`: 16 digits and small letters from a to f"
        raise ConfigError(file, "is no template id", remedy, id)
    table = {"verdict": value} if isinstance(value, str) else value
    say = f'write "{id}" = "keep" or "{id}" = "drop"'
    if not isinstance(table, dict):
        raise ConfigError(file, "says no verdict", say, id)
    for key in table:
        if key not in _OVERRIDE_KEYS:
            remedy = _did_you_mean(key, _OVERRIDE_KEYS) + "write verdict and reason"
            raise ConfigError(file, f"there is no {key!r} here", remedy, id)
    if "verdict" not in table:
        raise ConfigError(file, "says no verdict", say, id)
    verdict, reason = table["verdict"], table.get("reason", "")
    if verdict not in _VERDICTS:
        remedy = _did_you_mean(str(verdict), _VERDICTS) + 'write "keep" or "drop"'
        raise ConfigError(file, f"{verdict!r} is no verdict", remedy, id)
    if not isinstance(reason, str):
        raise ConfigError(file, f"the reason {reason!r} is not text", "put it in quotes", id)
    return Override(verdict, reason)


def _did_you_mean(word: str, words: Sequence[str]) -> str:
    import difflib

    close = difflib.get_close_matches(word.casefold(), words, 1)
    return f'did you mean "{close[0]}"? ' if close else ""


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise ConfigError(path, "there is no such file", "check the path") from error
    except OSError as error:
        raise ConfigError(path, f"cannot be read ({error.strerror})", "check its permissions") from error
    except UnicodeDecodeError as error:
        raise ConfigError(path, "is not UTF-8", "save it as UTF-8, which TOML asks for") from error
    except (ValueError, RecursionError) as error:  # also numbers and nesting beyond all limits
        raise ConfigError(path, f"is not valid TOML: {error}", "correct that line") from error


def _mentions_us(project: Path) -> bool:
    """Whether a pyproject.toml has our table; another tool's broken file is not our business."""
    try:
        tool = tomllib.loads(project.read_text(encoding="utf-8-sig")).get("tool", {})
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(tool, dict) and "scrubber" in tool


def _read_group(kind: type[Any], table: Mapping[str, Any], prefix: str, file: Path) -> Any:
    types = typing.get_type_hints(kind)
    known = [field.name for field in dataclasses.fields(kind)]
    values = {}
    for key, value in table.items():
        dotted = prefix + key
        if key not in known:
            raise ConfigError(file, "there is no such setting", _suggest(dotted, prefix), dotted)
        if dataclasses.is_dataclass(types[key]):
            if not isinstance(value, dict):
                raise ConfigError(file, f"{value!r} is not a table", f"write it as [{dotted}]", dotted)
            values[key] = _read_group(types[key], value, f"{dotted}.", file)
        else:
            values[key] = _read_value(types[key], value, dotted, file)
    return kind(**values)


def _read_value(kind: type[Any], value: object, dotted: str, file: Path) -> object:
    if issubclass(kind, StrEnum):
        if not isinstance(value, str) or value not in list(kind):
            allowed = ", ".join(f'"{member.value}"' for member in kind)
            raise ConfigError(file, f"{value!r} is not possible", f"choose one of {allowed}", dotted)
        return kind(value)
    # In TOML as in Python, true is not a number, and 1 will do for 1.0.
    accepted = (int, float) if kind is float else (kind,)
    if not isinstance(value, accepted) or (isinstance(value, bool) and kind is not bool):
        raise ConfigError(file, f"{value!r} is not {_KINDS[kind]}", f"write {_EXAMPLES[kind]}", dotted)
    if dotted in _RANGES and isinstance(value, int | float):
        low, high = _RANGES[dotted]
        if not low <= value <= high:
            remedy = f"choose a value from {low:g} to {high:g}"
            raise ConfigError(file, f"{value!r} is out of range", remedy, dotted)
    return kind(value)


_KINDS: Mapping[type, str] = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
_EXAMPLES: Mapping[type, str] = {
    bool: "true or false",
    int: "for example 8",
    float: "for example 0.5",
    str: "text",
}


def _suggest(dotted: str, prefix: str) -> str:
    """What was meant: the same name in another group, a similar one, or all of this group."""
    import difflib

    everything = [s for s in _settings(Config, "") if not prefix.startswith(f"{s}.")]
    name = dotted.rpartition(".")[2]
    same = [setting for setting in everything if setting.rpartition(".")[2] == name]
    names = {setting.rpartition(".")[2]: setting for setting in everything}
    close = difflib.get_close_matches(dotted, everything, 1) or [
        names[match] for match in difflib.get_close_matches(name, list(names), 1)
    ]
    if same or close:
        return f"did you mean {(same or close)[0]}?"
    here = [setting for setting in everything if setting.startswith(prefix)]
    return f"the settings are {', '.join(here)}"


def _settings(kind: type[Any], prefix: str) -> Iterator[str]:
    types = typing.get_type_hints(kind)
    for field in dataclasses.fields(kind):
        yield prefix + field.name
        if dataclasses.is_dataclass(types[field.name]):
            inner = types[field.name]
            assert isinstance(inner, type)
            yield from _settings(inner, f"{prefix}{field.name}.")
