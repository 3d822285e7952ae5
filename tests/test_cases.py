"""Small dumps with what must stay and what must go, each a TOML file in tests/cases/dumps."""

import contextlib
import io

import pytest
from written_dumps import CASES, DumpCaseError, faults, outputs, read_case, write_files

from scrubber.cli import run

READ = [read_case(path) for path in CASES]


def told(*arguments):
    """Run a command line: (exit code, all that it said)."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = run(list(map(str, arguments)))
    return code, said.getvalue()


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory):
    """Clean a case once: (output folder, raw folder, what `clean` said)."""
    known = {}

    def clean(case):
        if case.name not in known:
            root = tmp_path_factory.mktemp(case.name)
            write_files(case, root / "raw")
            raw, out = root / "raw", root / "out"
            code, said = told(
                "clean", raw, "--output", out, "--jobs", 1, "--no-resume", "--quiet", *case.args
            )
            assert code in (0, 1), said
            known[case.name] = (out, raw, said)
        return known[case.name]

    return clean


def _marked(case):
    marks = [pytest.mark.xfail(reason=case.known, strict=True)] if case.known else []
    return pytest.param(case, id=case.name, marks=marks)


@pytest.mark.parametrize("case", [_marked(case) for case in READ])
def test_what_is_content_stays_and_what_is_chrome_goes(case, cleaned):
    out, _, said = cleaned(case)
    assert faults(case.rules, outputs(out), said) == []


@pytest.mark.parametrize("case", READ, ids=lambda case: case.name)
def test_the_ledger_replays(case, cleaned):
    out, raw, _ = cleaned(case)
    assert told("verify", out, raw)[0] == 0


# --- the cases themselves -------------------------------------------------------------------------

GOOD = """
kind = "a menu"
note = "It goes."
drop = ["Home"]
[parts]
head = "Home"
[files]
"a.txt" = "{{head}}\\n\\nA sentence."
[in."a.txt"]
keep = ["A sentence."]
"""


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "case.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def test_a_case_is_read(written):
    case = read_case(written(GOOD))
    assert case.files == {"a.txt": "Home\n\nA sentence."}
    assert case.known == ""


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("drop =", "dorp =", "'dorp'"),
        ("keep =", "kepe =", "'kepe'"),
        ('["Home"]', '"Home"', "must be a list"),
        ('["Home"]', '["Hmoe"]', "does not hold 'Hmoe'"),
        ("{{head}}", "{{haed}}", "no part"),
        ('kind = "a menu"', "", "kind is missing"),
        ('"a.txt" = "{{head}}\\n\\nA sentence."', "", "no files"),
    ],
)
def test_a_misspelt_case_is_refused(written, old, new, why):
    assert old in GOOD
    with pytest.raises(DumpCaseError, match=why):
        read_case(written(GOOD.replace(old, new)))


@pytest.mark.parametrize(
    ("rules", "wrong"),
    [
        ({"keep": ["oak"], "drop": ["pine"], "lines": ["one oak"], "documents": 2}, 0),
        ({"keep": ["elm"], "drop": ["oak"], "lines": ["oak"], "documents": 1}, 4),
        ({"line_count": {"one oak": 1, "two elms": [0, 1]}}, 0),
        ({"line_count": {"one oak": 0, "two": [1, 2]}}, 2),
        ({"order": [["one", "ash"]], "together": [["one oak", "an ash"]]}, 0),
        ({"order": [["ash", "one"]], "together": [["one oak", "two oaks"]]}, 2),
        ({"in": {"a*": {"keep": ["ash"], "meta": {"title": "Oak", "author": False}, "flags": ["cut-*"]}}}, 0),
        ({"in": {"a*": {"drop": ["ash"], "meta": {"title": "Ash"}, "no_flags": ["cut-*"]}, "c": {}}}, 4),
        ({"in": {"a": {"record": {"site.documents": 2, "site.none": 1}}}}, 1),
        ({"message": ["*two*"], "no_message": ["*three*"]}, 0),
        ({"message": ["two"], "no_message": ["*two*"]}, 2),
        ({"any": [{"keep": ["elm"]}, {"keep": ["oak"]}]}, 0),
        ({"any": [{"keep": ["elm"]}, {"drop": ["oak"]}]}, 1),
    ],
)
def test_each_rule_finds_what_is_wrong(rules, wrong):
    record = {
        "metadata": {"title": {"value": "Oak"}},
        "site": {"documents": 2},
        "flags": [{"rule": "cut-off"}],
    }
    found = {"a": ("one oak\nan ash", record), "b": ("a fir", {**record, "flags": []})}
    assert len(faults(rules, found, "Two documents")) == wrong
