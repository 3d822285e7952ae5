from pathlib import Path

import pytest

from scrubber import configuring
from scrubber.config import Config, LedgerMode, Policy, Proved, Repair, Repeats, SiteMode, Unproved
from scrubber.configuring import ConfigError


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_every_setting_can_be_set(tmp_path: Path) -> None:
    file = write(
        tmp_path / "scrubber.toml",
        """
        sites = "host"
        ledger = "spans"
        [templates]
        shingle_size = 6
        num_bands = 16
        [chrome]
        threshold = 1
        comments = "drop"
        [repair]
        proved = "mark"
        unproved = "trim"
        repeats = "drop"
        [normalise]
        mojibake = false
        """,
    )
    config = configuring.load(file)
    assert config.sites is SiteMode.HOST
    assert config.ledger is LedgerMode.SPANS
    assert (config.templates.shingle_size, config.templates.num_bands) == (6, 16)
    assert config.templates.rows_per_band == Config().templates.rows_per_band
    assert (config.chrome.threshold, config.chrome.comments) == (1.0, Policy.DROP)
    assert isinstance(config.chrome.threshold, float)
    assert config.repair == Repair(Proved.MARK, Unproved.TRIM, Repeats.DROP)
    assert not config.normalise.mojibake


def test_no_file_gives_the_defaults(tmp_path: Path) -> None:
    assert configuring.load(start=tmp_path) == Config()


def test_the_nearest_file_upwards_holds(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", '[tool.scrubber]\nsites = "one"\n')
    deep = tmp_path / "a" / "b"
    write(tmp_path / "a" / "pyproject.toml", "[tool.other]\n")
    deep.mkdir()
    assert configuring.find(deep) == tmp_path.resolve() / "pyproject.toml"
    assert configuring.load(start=deep).sites is SiteMode.ONE
    nearer = write(tmp_path / "a" / "scrubber.toml", 'sites = "folder"\n')
    assert configuring.find(deep) == nearer.resolve()


def test_a_broken_pyproject_of_others_is_not_our_business(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[[[")
    assert configuring.find(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "key", "remedy"),
    [
        ("treshold = 0.7", "treshold", "did you mean chrome.threshold?"),
        ("threshold = 0.7", "threshold", "did you mean chrome.threshold?"),
        ("[chrome]\ntreshold = 0.7", "chrome.treshold", "did you mean chrome.threshold?"),
        ("[templates]\nnum_perm = 64", "templates.num_perm", "did you mean templates.num_bands?"),
        (
            "[templates]\nzzzzzzzz = 64",
            "templates.zzzzzzzz",
            "the settings are templates.shingle_size, templates.num_bands",
        ),
        ("[chrome]\nthreshold = 1.5", "chrome.threshold", "choose a value from 0 to 1"),
        ("[chrome]\nthreshold = true", "chrome.threshold", "for example 0.5"),
        ("[chrome]\nthreshold = nan", "chrome.threshold", "choose a value from 0 to 1"),
        ('[normalise]\nmojibake = "yes"', "normalise.mojibake", "write true or false"),
        ('[repair]\nproved = "no"', "repair.proved", 'choose one of "complete", "mark", "leave"'),
        ("[templates]\nnum_bands = 0", "templates.num_bands", "choose a value from 1 to 256"),
        ("[templates]\nnum_bands = 8.0", "templates.num_bands", "for example 8"),
        ('sites = "hosts"', "sites", 'choose one of "auto", "host", "folder", "shared", "one"'),
        ("sites = 1", "sites", "choose one of"),
        ("chrome = 3", "chrome", "write it as [chrome]"),
    ],
)
def test_what_is_wrong_is_named_with_what_would_be_right(
    tmp_path: Path, text: str, key: str, remedy: str
) -> None:
    file = write(tmp_path / "scrubber.toml", text)
    with pytest.raises(ConfigError) as caught:
        configuring.load(file)
    assert caught.value.key == key
    assert caught.value.file == file
    assert remedy in caught.value.remedy
    assert str(caught.value).startswith(f"{file}: {key}: ")


@pytest.mark.parametrize(
    ("data", "why"),
    [(b"a = ", "not valid TOML"), (b"a = '\xff'", "not UTF-8")],
)
def test_files_that_are_not_toml(tmp_path: Path, data: bytes, why: str) -> None:
    file = tmp_path / "scrubber.toml"
    file.write_bytes(data)
    with pytest.raises(ConfigError, match=why):
        configuring.load(file)


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        configuring.load(tmp_path / "none.toml")
    file = write(tmp_path / "pyproject.toml", "[project]\n")
    with pytest.raises(ConfigError, match=r"no table \[tool.scrubber\]"):
        configuring.load(file)


def test_overrides(tmp_path: Path) -> None:
    file = write(
        tmp_path / "templates.overrides.toml",
        '"00000000000000ab" = "keep"\n"00000000000000ac" = { verdict = "drop", reason = "a banner" }\n',
    )
    overrides = configuring.load_overrides(file)
    assert {template: o.verdict for template, o in overrides.items()} == {
        "00000000000000ab": "keep",
        "00000000000000ac": "drop",
    }
    assert overrides["00000000000000ac"].reason == "a banner"
    assert configuring.load_overrides(tmp_path / "none.toml") == {}


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ('00000000000000ab = "keeep"', 'write "keep" or "drop"'),
        ("00000000000000ab = true", '"00000000000000ab" = "keep"'),
        ('00000000000000ab = { reason = "x" }', '"00000000000000ab" = "keep"'),
        ('00000000000000ab = { verdict = "keep", reson = "x" }', "write verdict and reason"),
        ('00000000000000ab = { verdict = "keep", reason = 3 }', "put it in quotes"),
        ('sidebar = "drop"', "copy one from"),
    ],
)
def test_wrong_overrides_are_named(tmp_path: Path, text: str, remedy: str) -> None:
    file = write(tmp_path / "templates.overrides.toml", text)
    with pytest.raises(ConfigError) as caught:
        configuring.load_overrides(file)
    assert remedy in caught.value.remedy
