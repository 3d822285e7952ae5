"""The documents keep their word: examples run, and show what really comes out."""

import contextlib
import dataclasses
import doctest
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from enum import StrEnum
from pathlib import Path

import pytest

import scrubber
from scrubber.config import Config

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TOOL = ".venv/bin/scrubber"
DEMONSTRATION = "council-journal/library-board-merger.txt"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[str, str]]:
    """Each ``$ `` line of the console blocks, and what is shown below it."""
    found: list[tuple[str, str]] = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            found.append((command, shown))
    return found


def masked(text: str) -> str:
    """The text without what may differ from version to version: ids and numbers."""
    text = re.sub(r"\b[0-9a-f]{16}\b", "ID", text)
    return re.sub(r"\d[\d,.]*", "N", text)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration dump in a folder of its own, as after ``scripts/run``."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copytree(ROOT / "corpus" / "raw", folder / "corpus" / "raw")
    (folder / "tmp").mkdir()
    done = run(f"{TOOL} clean corpus/raw --output corpus/clean", folder)
    assert done.returncode == 0, done.stderr
    return folder


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = command.replace("/tmp/", "tmp/").replace(TOOL, f"{shlex.quote(sys.executable)} -m scrubber")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    shell = ["bash", "-o", "pipefail", "-c", command]
    return subprocess.run(
        shell, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=300, check=False
    )


def test_the_commands_show_what_they_print(clone: Path) -> None:
    for command, shown in commands():
        if command.startswith("scripts/"):
            assert (ROOT / command).is_file()
            continue
        assert TOOL in command
        done = run(command, clone)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        want, got = masked(shown.replace("/tmp/", "tmp/")), masked(done.stdout)
        assert doctest.OutputChecker().check_output(want, got, doctest.ELLIPSIS), f"{command}\n{done.stdout}"


def test_every_command_has_a_section() -> None:
    import click

    from scrubber.cli import scrubber as group

    for name in group.list_commands(click.Context(group)):
        assert f"### {name}\n" in README
        assert any(f"{TOOL} {name}" in command for command, _ in commands())


def test_the_python_examples_print_what_they_show(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone)
    names: dict[str, object] = {}
    assert blocks("python")
    for block in blocks("python"):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block, "README.md", "exec"), names)
        shown = "".join(
            line[4:].removeprefix(" ") + "\n" for line in re.findall(r"^# ->.*$", block, re.MULTILINE)
        )
        assert masked(printed.getvalue()) == masked(shown)


def test_the_before_and_after_is_real(clone: Path) -> None:
    raw = (clone / "corpus/raw" / DEMONSTRATION).read_text(encoding="utf-8").splitlines()
    clean = (clone / "corpus/clean" / DEMONSTRATION).read_text(encoding="utf-8").splitlines()
    (diff,) = blocks("diff")
    for line in diff.splitlines():
        text = line[1:]
        assert (text in raw, text in clean) == {"-": (True, False), "+": (False, True), " ": (True, True)}[
            line[0]
        ]


def test_the_overrides_shown_are_templates_of_the_demonstration(clone: Path) -> None:
    (toml,) = blocks("toml")
    record = json.loads((clone / "corpus/clean" / f"{DEMONSTRATION}.provenance.json").read_bytes())
    used = {
        edit["evidence"]["template"]
        for layer in record["ledger"]["layers"]
        for edit in layer["edits"]
        if "template" in edit.get("evidence", {})
    }
    assert set(tomllib.loads(toml)) <= used


def test_every_public_name_is_told() -> None:
    (told,) = re.findall(r"^The public names are (.*?)\. `import", README, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", told)) == set(scrubber.__all__) - {"__version__"}
    for name in scrubber.__all__:
        assert getattr(scrubber, name) is not None


def test_every_setting_is_told_with_its_default() -> None:
    (section,) = re.findall(r"^## Settings\n(.*?)^## ", README, re.MULTILINE | re.DOTALL)
    told = dict(re.findall(r"^\| `([\w.]+)` \| `([^`]+)` \|", section, re.MULTILINE))
    assert told == dict(settings(Config()))


def settings(value: object, prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for field in dataclasses.fields(value):  # type: ignore[arg-type]
        inner = getattr(value, field.name)
        if dataclasses.is_dataclass(inner):
            found += settings(inner, f"{prefix}{field.name}.")
        else:
            found.append(
                (prefix + field.name, json.dumps(inner.value if isinstance(inner, StrEnum) else inner))
            )
    return found


def test_links_lead_somewhere() -> None:
    for document in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
            assert "://" in target or (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_dependency_is_pinned_and_accounted_for() -> None:
    told = folded((ROOT / "docs/dependencies.md").read_text(encoding="utf-8"))
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pinned = {folded(name) for name in re.findall(r"^([\w.\-]+)==", pins, re.MULTILINE)}
    asked = {folded(re.split(r"[\s\[<>=!~;(]", line)[0]) for line in pyproject_requirements()}
    assert asked <= pinned
    assert [name for name in pinned if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", told)] == []


def pyproject_requirements() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [
        *project["dependencies"],
        *(r for extra in project["optional-dependencies"].values() for r in extra),
    ]


def folded(name: str) -> str:
    return name.lower().replace("_", "-")
