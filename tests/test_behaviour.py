"""The counter that the provenance of every document names: nobody may forget it."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
sys.path.insert(0, str(SCRIPTS))

import behaviour  # noqa: E402
from behaviour import Behaviour, CountUpError, essence, must_count, not_looked_at  # noqa: E402

OLD = Behaviour(3, "some weights", "an output", {"rules/a.py": "1", "rules/b.py": "2"})


@pytest.fixture(scope="module")
def today():
    return behaviour.today()


def test_another_output_has_another_counter(today):
    assert not must_count(behaviour.recorded(), today), behaviour.COUNT_UP


def test_somebody_looked_at_the_counter_when_code_changed(today):
    names = ", ".join(not_looked_at(behaviour.recorded(), today))
    assert not names, (
        f"{names}: is not what it was. If a document could come out otherwise, count BEHAVIOUR in "
        f"scrubber/version.py up. Then run {behaviour.COMMAND}"
    )


def test_counter_weights_and_output_are_those_that_were_recorded(today):
    was = replace(behaviour.recorded(), modules={})
    assert was == replace(today, modules={}), f"run {behaviour.COMMAND}"


def test_all_code_that_decides_is_looked_at(today):
    packages = {name.partition("/")[0] for name in today.modules}
    assert {"pipeline.py", "rules", "classifying", "reading", "normalising", "segmenting", "cuts"} <= packages
    assert {"index_lines.py", "fingerprints.py", "permutations.json"} <= packages
    assert not packages & behaviour.UNDECIDING
    assert behaviour.WEIGHTS not in today.modules
    assert all((behaviour.PACKAGE / name).exists() for name in behaviour.UNDECIDING)
    assert (behaviour.PACKAGE / behaviour.WEIGHTS).is_file()


CODE = '''
"""A module."""

LIMIT: int = 3
"""A limit."""

def f(x: int) -> str:
    """A function."""
    return f"{x!r:>{LIMIT}} # {x}"  # a comment
'''


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('"""A module."""', '"""Said in\nother words."""'),
        ('"""A function."""', ""),
        ('"""A limit."""', "# A limit."),
        ("  # a comment", ""),
        ("    return", "\n\n    return"),
        ("f(x: int)", "f(\n    x: int,\n)"),
        ('} # {x}"', '} " "# " f"{x}"'),
    ],
)
def test_comments_docstrings_and_layout_decide_nothing(one, other):
    assert CODE.count(one) == 1
    assert essence(CODE.replace(one, other)) == essence(CODE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("LIMIT: int = 3", "LIMIT: int = 4"),
        ("LIMIT: int = 3", "LIMIT: int = 3.0"),
        ("LIMIT: int = 3", "LIMIT: int = True"),
        ("def f", "def g"),
        ("# {x}", "#{x}"),
        ("!r", "!s"),
        ("return", "yield"),
    ],
)
def test_what_is_run_decides(one, other):
    assert essence(CODE.replace(one, other)) != essence(CODE)


@pytest.mark.parametrize(
    ("new", "wanted"),
    [
        (OLD, False),
        (replace(OLD, output="another"), True),
        (replace(OLD, output="another", behaviour=4), False),
        (replace(OLD, output="another", weights="others"), False),
        (replace(OLD, modules={}), False),
    ],
)
def test_the_counter_is_counted_up_where_something_else_comes_out(new, wanted):
    assert must_count(OLD, new) is wanted


def test_modules_that_changed_came_or_went_are_named():
    new = replace(OLD, modules={"rules/a.py": "1", "rules/b.py": "3", "rules/c.py": "1"})
    assert not_looked_at(OLD, new) == ["rules/b.py", "rules/c.py"]
    assert not_looked_at(new, replace(OLD, modules={})) == ["rules/a.py", "rules/b.py", "rules/c.py"]


def test_what_comes_out_otherwise_is_recorded_once_it_is_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(behaviour, "RECORD", tmp_path / "behaviour.json")
    for state, refused in (
        (OLD, False),
        (replace(OLD, modules={}), False),
        (replace(OLD, output="another"), True),
        (replace(OLD, output="another", behaviour=4), False),
    ):
        monkeypatch.setattr(behaviour, "today", lambda state=state: state)
        if refused:
            with pytest.raises(CountUpError, match="count BEHAVIOUR"):
                behaviour.record()
        else:
            behaviour.record()
            assert behaviour.recorded() == state
