"""The house: which room may lean on which, who touches files, and how large rooms may grow."""

import ast
from pathlib import Path

import pytest

import scrubber

ROOT = Path(scrubber.__file__).parent
MODULES = {
    ".".join(("scrubber", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(ROOT.rglob("*.py"))
}

# A room may import from rooms in lines above its own, and from itself.
STOREYS = (
    ("version", "edits", "lang"),
    ("wording",),
    ("config", "documents", "values", "dates", "identification", "hosts"),
    ("bylines", "language", "front_matter"),
    ("normalising", "segmenting", "fingerprints"),
    ("preparing", "reading", "cuts", "postings"),
    ("wordgrams",),
    ("evidence",),
    ("sites", "fragments", "records", "witnesses"),
    ("slices",),
    ("templates", "index_lines"),
    ("index_format", "index_binary", "classifying"),
    ("rules",),
    ("metadata", "judged", "work"),
    ("library", "repairing"),
    ("pipeline",),
    ("configuring", "writing"),
    ("running",),
    ("cli", "hook"),
    ("__main__", "scrubber"),
)
STOREY = {room: height for height, rooms in enumerate(STOREYS) for room in rooms}

# What the order alone would allow, and the design does not.
FORBIDDEN = {
    "reading": {"normalising", "fingerprints"},
    "metadata": {"rules", "classifying", "templates", "evidence", "reading"},
    "normalising": {"segmenting"},
    "rules": {"reading"},
    "classifying": {"reading", "rules"},
    "evidence": {"reading"},
    "writing": {"reading", "pipeline", "classifying", "rules", "templates", "evidence"},
    "configuring": {"reading", "pipeline"},
    "cli": {"classifying", "rules", "sites", "templates", "evidence", "segmenting", "normalising"},
}

# Declared exceptions: front doors that open only when they are called.
FRONT_DOORS = {
    ("scrubber.documents", "from_html"): "reading",
    ("scrubber.documents", "from_path"): "reading",
    ("scrubber.pipeline", "_versions"): "reading",
}

MAY_TOUCH_FILES = {"reading", "writing", "running", "cli", "hook", "configuring"}
MAY_TOUCH_FILES |= {"identification"}  # a copy of py3langid's model in the user's cache, and no document
FILE_CALLS = {
    "open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "rmdir", "rename",
    "iterdir", "rglob", "scandir", "listdir", "TemporaryFile", "NamedTemporaryFile", "TemporaryDirectory",
}  # fmt: skip
TOUCHES = {
    ("scrubber.classifying.model", "built_in", "read_text"): "the weights, through importlib.resources",
    ("scrubber.fingerprints", "_permutations", "read_text"): "datasketch's permutations, likewise",
    ("scrubber.version", "code_digest", "open"): "the package's own files",
    ("scrubber.lang.registry", "table", "read_text"): "the table of languages, likewise",
    ("scrubber.lang.sources", "tags", "iterdir"): "the files that table is made of, when it is made",
    ("scrubber.lang.sources", "load", "read_text"): "the same",
    ("scrubber.pipeline", "clean", "TemporaryFile"): "the spool of a one-shot iterator",
    ("scrubber.postings", "_spill", "TemporaryFile"): "what is to be sorted beyond a budget",
}
HEAVY = {
    "trafilatura", "htmldate", "datasketch", "py3langid", "ftfy", "rich", "scipy", "pyarrow", "zstandard",
    "pathspec", "yaml", "markdown_it",
}  # fmt: skip
LINES = 600


def room(module):
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


def imports(path):
    """(module, function around it or None, whether for type checkers alone) of every import."""

    def walk(node, function, typing_only):
        for child in ast.iter_child_nodes(node):
            inside, only = function, typing_only
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                inside = child.name
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                only = True
            if isinstance(child, ast.Import):
                yield from ((alias.name, inside, only) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, f"{path}: relative import"
                names = [f"{child.module}.{a.name}" for a in child.names]
                for name in names:
                    yield name if name in MODULES else child.module, inside, only
            yield from walk(child, inside, only)

    return list(walk(ast.parse(path.read_text("utf-8")), None, False))


def arrows(module):
    for imported, function, _ in imports(MODULES[module]):
        if imported.partition(".")[0] == "scrubber":
            yield room(imported), function


@pytest.mark.parametrize("module", MODULES)
def test_every_room_has_a_storey(module):
    assert room(module) in STOREY, f"{module}: give the new room its place in STOREYS"


@pytest.mark.parametrize("module", MODULES)
def test_arrows_point_down(module):
    here = room(module)
    for there, function in arrows(module):
        if there == here or FRONT_DOORS.get((module, function)) == there:
            continue
        assert STOREY[there] < STOREY[here], f"{module} imports {there}, which stands above it or beside it"
        assert there not in FORBIDDEN.get(here, ()), f"{module} has no business with {there}"


def test_edits_imports_nothing_of_ours():
    assert list(arrows("scrubber.edits")) == []


def test_lang_imports_nothing_of_ours():
    assert {there for m in MODULES if room(m) == "lang" for there, _ in arrows(m)} <= {"lang"}


def test_the_files_of_languages_are_not_read_at_run_time():
    users = {
        m for m in MODULES for name, *_ in imports(MODULES[m]) if name.startswith("scrubber.lang.sources")
    }
    assert users == {"scrubber.lang.building"}
    users = {
        m for m in MODULES for name, *_ in imports(MODULES[m]) if name.startswith("scrubber.lang.building")
    }
    assert users == set()


@pytest.mark.parametrize("module", [m for m in MODULES if room(m) not in MAY_TOUCH_FILES])
def test_only_the_edges_touch_files(module):
    for function, call in calls(MODULES[module]):
        if call in FILE_CALLS:
            assert (module, function, call) in TOUCHES, f"{module}: {function} calls {call}"


def calls(path):
    def walk(node, function):
        for child in ast.iter_child_nodes(node):
            inside = child.name if isinstance(child, ast.FunctionDef) else function
            if isinstance(child, ast.Call):
                called = child.func
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", None)
                if name is not None:
                    yield inside, name
            yield from walk(child, inside)

    yield from walk(ast.parse(path.read_text("utf-8")), None)


@pytest.mark.parametrize("module", MODULES)
def test_heavy_libraries_are_imported_where_they_are_used(module):
    top = {
        name.partition(".")[0]
        for name, function, only in imports(MODULES[module])
        if not function and not only
    }
    assert not top & HEAVY


@pytest.mark.parametrize("module", MODULES)
def test_nothing_swallows_every_exception(module):
    for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            swallows = {"everything", "BaseException", "Exception"} & set(caught.strip("()").split(", "))
            if swallows and not any(isinstance(part, ast.Raise) for part in ast.walk(node)):
                # One bad page is a line in the manifest: the one place that may.
                assert room(module) in {"running", "cli", "hook"}, f"{module}:{node.lineno}"


@pytest.mark.parametrize("module", MODULES)
def test_nothing_configures_logging_or_changes_the_world_on_import(module):
    tree = ast.parse(MODULES[module].read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Expr):
            assert isinstance(node.value, ast.Constant), f"{module}:{node.lineno}: a statement with an effect"


@pytest.mark.parametrize("module", MODULES)
def test_rooms_stay_small(module):
    assert len(MODULES[module].read_text("utf-8").splitlines()) <= LINES


@pytest.mark.parametrize("module", MODULES)
def test_functions_take_five_parameters_at_most(module):
    for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            own = [a for a in given if a.arg not in {"self", "cls"}]
            commands = any(
                "click" in ast.unparse(d) or "option" in ast.unparse(d) for d in node.decorator_list
            )
            assert len(own) <= 5 or commands, f"{module}: {node.name} takes {len(own)}"


@pytest.mark.parametrize("module", MODULES)
def test_public_names_are_documented(module):
    tree = ast.parse(MODULES[module].read_text("utf-8"))
    assert ast.get_docstring(tree) or module == "scrubber.__main__"
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{module}: {node.name} has no docstring"


@pytest.mark.parametrize("module", MODULES)
def test_nothing_says_where_it_was_built(module):
    text = MODULES[module].read_text("utf-8")
    assert str(Path(__file__).resolve().parents[1]) not in text
    assert str(Path.home()) + "/" not in text
    assert "/tmp/" not in text
