"""The hooks through the real pre-commit program and git: the stories of a user, without network.

pre-commit makes an environment for the hooks and installs the project there, as it would for a
user. What it installs from is at hand: setuptools comes from the wheels that virtualenv brings,
and the dependencies from the environment that the tests run in.
"""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from invented import pages

from scrubber.cli import run

ROOT = Path(__file__).resolve().parents[1]
PACKAGED = ("scrubber", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
"""What a clone of the project needs to be installed as a hook."""
RAW = "corpus/raw"
CLEAN = "corpus/clean"
INDEX = f"{CLEAN}/templates.jsonl"
OVERRIDES = f"{CLEAN}/templates.overrides.toml"
CONFIGURATION = """\
default_install_hook_types: [pre-commit, pre-push]
repos:
  - repo: {project}
    rev: {revision}
    hooks:
      - id: scrubber-fix
      - id: scrubber-check
      - id: scrubber-learn
"""
SITE = pages("north", 12, paragraphs=2)
NEW, OTHER = (pages("north", 1, seed=seed, paragraphs=2)[0] for seed in (7, 8))


@dataclass(frozen=True)
class Program:
    """pre-commit, ready to use: the project as a repository, and the environment to run in."""

    project: Path
    revision: str
    environment: dict[str, str]


@dataclass(frozen=True)
class Outcome:
    code: int
    said: str


class Repository:
    """A git repository of a user."""

    def __init__(self, path, program):
        self.path = path
        self.environment = program.environment

    def call(self, *command):
        done = subprocess.run(
            [str(part) for part in command],
            check=False,
            cwd=self.path,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        return Outcome(done.returncode, done.stdout)

    def git(self, *arguments):
        """What git says; it must succeed."""
        done = self.call("git", *arguments)
        assert done.code == 0, done.said
        return done.said

    def pre_commit(self, *arguments):
        return self.call(sys.executable, "-m", "pre_commit", *arguments)

    def commit(self):
        """Try to commit what is staged; whether it worked is git's exit code."""
        return self.call("git", "commit", "--message", "A change.")

    def commit_reviewed(self):
        """Commit; where the hook wrote something, stage it and commit again."""
        self.git("add", "--all")
        done = self.commit()
        assert done.code == 1, done.said
        self.git("add", "--all")
        done = self.commit()
        assert done.code == 0, done.said

    def learn(self):
        return self.pre_commit("run", "scrubber-learn", "--hook-stage", "manual")

    def grow(self, name, text):
        """Commit one document more, and the index that knows it."""
        self.stage(name, text)
        assert self.pre_commit("run", "scrubber-fix").code == 1
        assert self.learn().code == 1
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", "--message", "One more.")

    def write(self, name, text):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def stage(self, name, text):
        self.write(name, text)
        self.git("add", name)

    def read(self, name):
        return (self.path / name).read_text(encoding="utf-8")

    def committed(self, name):
        return self.git("show", f"HEAD:{name}")

    def status(self):
        """What `git status` lists, each with its two letters."""
        return self.git("status", "--porcelain", "--untracked-files=all").splitlines()

    def is_clean(self):
        return self.status() == []


def needed(why):
    """Skip a test for want of something; in CI that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    for name in ("pre_commit", "virtualenv"):
        if importlib.util.find_spec(name) is None:
            needed(f"needs pre-commit: there is no module {name}")
    if shutil.which("git") is None:
        needed("needs git")
    if not (ROOT / ".git").exists():
        needed("needs a clone of the project: pre-commit installs what git lists")
    import filelock

    base = tmp_path_factory.getbasetemp()
    # One environment for all workers of pytest-xdist.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with filelock.FileLock(shared / "precommit.lock"):
        return prepare(shared / "precommit")


def prepare(folder):
    environment = offline(folder)
    project = folder / "project"
    if not (folder / "ready").exists():
        copy_project(project)
        for command in (
            ["init", "--quiet"],
            ["add", "--all"],
            ["commit", "--quiet", "--message", "The project."],
        ):
            subprocess.run(["git", *command], cwd=project, env=environment, check=True)
    found = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=project, env=environment, check=True, capture_output=True, text=True
    )
    program = Program(project, found.stdout.strip(), environment)
    if not (folder / "ready").exists():
        repository = begin(folder / "first", program)
        done = repository.pre_commit("install-hooks")
        assert done.code == 0, done.said
        assert list((folder / "home").glob("repo*/py_env-*/**/site-packages/scrubber/__init__.py"))
        (folder / "ready").touch()
    return program


def copy_project(project):
    """What git lists of the project, as it stands in the working tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *PACKAGED],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, project / name)


def offline(folder):
    """Variables for a pre-commit that touches neither the network nor anything of the user's."""
    bridge = folder / "bridge"
    bridge.mkdir(parents=True, exist_ok=True)
    packages = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    # At the end of the path: the environment's own scrubber comes before one that is installed here.
    (bridge / "sitecustomize.py").write_text(f"import sys\n\nsys.path += {packages!r}\n")
    virtualenv = importlib.util.find_spec("virtualenv")
    assert virtualenv is not None
    assert virtualenv.origin is not None
    ours = ("GIT_", "PRE_COMMIT", "PIP_", "PYTHON", "VIRTUALENV_", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    who = {
        f"GIT_{role}_{what}": f"author@{role}"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    return {
        **kept,
        **who,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_FIND_LINKS": str(Path(virtualenv.origin).parent / "seed" / "wheels" / "embed"),
        "PIP_NO_INDEX": "1",
        "PRE_COMMIT_COLOR": "never",
        "PRE_COMMIT_HOME": str(folder / "home"),
        "PYTHONPATH": str(bridge),
        "VIRTUALENV_NO_PERIODIC_UPDATE": "1",
        "VIRTUALENV_OVERRIDE_APP_DATA": str(folder / "virtualenv"),
    }


def begin(path, program):
    """A repository that has nothing but the hooks, as the README tells."""
    path.mkdir(parents=True)
    repository = Repository(path, program)
    repository.git("init", "--quiet", "--initial-branch", "main")
    lines = CONFIGURATION.format(project=program.project, revision=program.revision)
    repository.write(".pre-commit-config.yaml", lines)
    repository.write(".gitignore", f"{CLEAN}/run.json\n*.evidence\n*.slices\n")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "The hooks.")
    return repository


@pytest.fixture(scope="module")
def started(program, tmp_path_factory):
    """A repository with the hooks installed, and nothing else."""
    repository = begin(tmp_path_factory.mktemp("started") / "repository", program)
    done = repository.pre_commit("install")
    assert done.code == 0, done.said
    return repository


@pytest.fixture(scope="module")
def learned(program, started, tmp_path_factory):
    """A repository that holds a corpus of one site, and its index."""
    path = tmp_path_factory.mktemp("learned") / "repository"
    shutil.copytree(started.path, path, symlinks=True)
    repository = Repository(path, program)
    for n, page in enumerate(SITE):
        repository.write(f"{RAW}/north/{n:02}.txt", page.text)
    done = repository.learn()
    assert done.code == 1, done.said
    assert "learned 12 documents" in done.said
    repository.commit_reviewed()
    assert repository.is_clean()
    # As in a fresh clone: the cache is never committed.
    (path / f"{CLEAN}/templates.evidence").unlink()
    return repository


@pytest.fixture
def empty(program, started, tmp_path):
    return Repository(Path(shutil.copytree(started.path, tmp_path / "repository", symlinks=True)), program)


@pytest.fixture
def corpus(program, learned, tmp_path):
    return Repository(Path(shutil.copytree(learned.path, tmp_path / "repository", symlinks=True)), program)


def section(said, name):
    """What pre-commit says of one hook: its line, and what it printed."""
    lines = said.splitlines()
    heads = [
        n
        for n, line in enumerate(lines)
        if re.search(r"\.{3}(\(no files to check\))?(Passed|Failed|Skipped)$", line)
    ]
    for begin, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        if lines[begin].startswith(f"{name}..."):
            return "\n".join(lines[begin:end])
    raise AssertionError(f"{name} did not run: {said}")


def fix_of(said):
    return section(said, "clean staged raw documents")


def check_of(said):
    return section(said, "check the clean corpus")


def tree(root):
    """The clean texts and their provenance."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and ".scrubber" not in path.parts
        and not path.name.startswith(("templates.", "manifest.", "run."))
    }


def test_the_first_document(empty):
    empty.stage(f"{RAW}/one.txt", NEW.text)
    done = empty.commit()
    assert done.code == 1
    said = fix_of(done.said)
    assert "Failed" in said
    assert "exit code: 1" in said
    assert re.search(r"^document +blocks removed +repairs +flags$", said, re.MULTILINE)
    assert re.search(r"^one\.txt +\d+ +0 ", said, re.MULTILINE)
    assert "wrote 2 files to corpus/clean: review and stage them" in said
    assert "scrubber explain corpus/clean one.txt" in said
    assert "templates.overrides.toml" in said
    assert "there is no index templates.jsonl yet" in said
    clean, provenance = f"{CLEAN}/one.txt", f"{CLEAN}/one.txt.provenance.json"
    assert empty.status() == [f"A  {RAW}/one.txt", f"?? {clean}", f"?? {provenance}"]
    assert all(part in empty.read(clean) for part in (NEW.title, *NEW.body))
    empty.git("add", clean, provenance)
    done = empty.commit()
    assert done.code == 0, done.said
    assert empty.is_clean()
    assert empty.committed(clean) == empty.read(clean)


def test_a_commit_that_touches_no_document_only_checks(corpus):
    corpus.stage("notes.txt", "Not in the raw tree.\n")
    done = corpus.commit()
    assert done.code == 0, done.said
    assert fix_of(done.said).endswith("Passed")
    assert check_of(done.said).splitlines()[0].endswith("Passed")


def test_a_new_document_of_a_known_site(corpus):
    index = corpus.read(INDEX)
    corpus.stage(f"{RAW}/north/new.txt", NEW.text)
    done = corpus.commit()
    assert done.code == 1
    said = fix_of(done.said)
    assert re.search(rf"^north/new\.txt +{len(NEW.head) + len(NEW.foot)} +0 +-$", said, re.MULTILINE)
    assert "no index" not in said
    assert "knows no other document" not in said
    clean = corpus.read(f"{CLEAN}/north/new.txt")
    assert all(part in clean for part in (NEW.title, *NEW.body))
    assert not any(part in clean for part in (*NEW.head, *NEW.foot))
    names = [f"{CLEAN}/north/new.txt", f"{CLEAN}/north/new.txt.provenance.json"]
    assert corpus.status() == [f"A  {RAW}/north/new.txt", *(f"?? {name}" for name in names)]
    corpus.git("add", *names)
    done = corpus.commit()
    assert done.code == 0, done.said
    assert corpus.read(INDEX) == index


def test_a_document_is_not_committed_without_its_clean_text(corpus):
    corpus.stage(f"{RAW}/north/new.txt", NEW.text)
    assert corpus.commit().code == 1
    done = corpus.commit()
    assert done.code == 1
    assert "north/new.txt" in check_of(done.said)


def test_a_raw_document_that_changed(corpus):
    new = SITE[3].text.replace(SITE[3].body[0], "A paragraph that was written anew.")
    corpus.stage(f"{RAW}/north/03.txt", new)
    done = corpus.commit()
    assert done.code == 1
    assert "wrote 2 files" in fix_of(done.said)
    assert "A paragraph that was written anew." in corpus.read(f"{CLEAN}/north/03.txt")
    # Without the clean text it does not pass, and what the hook wrote is not lost.
    done = corpus.commit()
    assert done.code == 1
    assert "A paragraph that was written anew." in corpus.read(f"{CLEAN}/north/03.txt")
    corpus.git("add", "--all")
    done = corpus.commit()
    assert done.code == 0, done.said
    assert "A paragraph that was written anew." in corpus.committed(f"{CLEAN}/north/03.txt")


def test_a_raw_document_that_was_committed_past_the_hooks(corpus):
    corpus.stage(f"{RAW}/north/03.txt", f"{SITE[3].text}\nOne line more.\n")
    corpus.git("commit", "--quiet", "--no-verify", "--message", "In a hurry.")
    corpus.stage("notes.txt", "Something else.\n")
    done = corpus.commit()
    assert done.code == 1
    said = check_of(done.said)
    assert "broken: north/03.txt: the raw file has changed since" in said
    assert "north/04.txt" not in said
    assert corpus.pre_commit("run", "scrubber-fix", "--files", f"{RAW}/north/03.txt").code == 1
    corpus.git("add", "--all")
    done = corpus.commit()
    assert done.code == 0, done.said


def test_a_clean_document_that_was_edited_by_hand(corpus):
    name = f"{CLEAN}/north/03.txt"
    before = corpus.read(name)
    corpus.stage(name, before.replace(SITE[3].body[0], "Mine."))
    done = corpus.commit()
    assert done.code == 1
    said = check_of(done.said)
    assert "broken: north/03.txt" in said
    assert "was changed after the run" in said
    assert "Mine." in corpus.read(name)
    corpus.git("reset", "--quiet", "--hard")
    done = corpus.call("git", "commit", "--allow-empty", "--message", "Nothing.")
    assert done.code == 0, done.said


def test_a_document_that_was_deleted(corpus):
    corpus.git("rm", "--quiet", f"{RAW}/north/03.txt")
    done = corpus.commit()
    assert done.code == 1
    assert (
        "broken: north/03.txt: its raw document is gone; remove north/03.txt and its provenance as well"
        in check_of(done.said)
    )
    corpus.git("rm", "--quiet", f"{CLEAN}/north/03.txt", f"{CLEAN}/north/03.txt.provenance.json")
    done = corpus.commit()
    assert done.code == 0, done.said
    assert corpus.is_clean()


def test_a_document_that_was_renamed(corpus):
    corpus.git("mv", f"{RAW}/north/03.txt", f"{RAW}/north/third.txt")
    done = corpus.commit()
    assert done.code == 1
    assert re.search(r"^north/third\.txt ", fix_of(done.said), re.MULTILINE)
    assert "broken: north/03.txt: its raw document is gone" in check_of(done.said)
    before = corpus.read(f"{CLEAN}/north/03.txt")
    corpus.git("rm", "--quiet", f"{CLEAN}/north/03.txt", f"{CLEAN}/north/03.txt.provenance.json")
    corpus.git("add", "--all")
    done = corpus.commit()
    assert done.code == 0, done.said
    assert corpus.committed(f"{CLEAN}/north/third.txt") == before


@pytest.mark.slow
def test_four_thousand_documents_at_once(corpus, tmp_path, monkeypatch):
    among = pages("north", 40, seed=9, paragraphs=1)
    names = [f"{RAW}/north/one-of-the-many-documents-of-this-commit-{n:04}.txt" for n in range(4000)]
    for n, name in enumerate(names):
        corpus.write(name, f"Number {n}.\n" if n % 100 else among[n // 100].text)
    corpus.git("add", "--all")
    done = corpus.pre_commit("run", "scrubber-fix")
    assert done.code == 1
    written = re.findall(r"^wrote ([\d,]+) files", done.said, re.MULTILINE)
    assert len(written) > 1, "the list was not split"
    assert sum(int(number.replace(",", "")) for number in written) == 8000
    (tmp_path / "once" / CLEAN).mkdir(parents=True)
    shutil.copytree(corpus.path / RAW, tmp_path / "once" / RAW)
    shutil.copyfile(corpus.path / INDEX, tmp_path / "once" / INDEX)
    monkeypatch.chdir(tmp_path / "once")
    assert run(["hook", "fix", "--quiet", *names]) == 1
    once, split = tree(tmp_path / "once" / CLEAN), tree(corpus.path / CLEAN)
    assert len(once) == 8000
    assert {name: split[name] for name in once} == once
    assert all(
        once[f"north/{Path(names[100 * n]).name}"].decode() == f"{page.title}\n\n{page.body[0]}\n"
        for n, page in enumerate(among)
    )


def test_unstaged_changes_in_the_way(corpus):
    name = f"{RAW}/north/03.txt"
    staged = SITE[3].text.replace(SITE[3].body[0], "The paragraph that is staged.")
    later = staged.replace("The paragraph that is staged.", "The paragraph of later.")
    corpus.stage("notes.txt", "Something else.\n")
    corpus.git("commit", "--quiet", "--no-verify", "--message", "Notes.")
    corpus.stage(name, staged)
    corpus.write(name, later)
    corpus.write("notes.txt", "Something else, unstaged.\n")
    corpus.write(f"{RAW}/north/untracked.txt", OTHER.text)
    done = corpus.commit()
    assert done.code == 1
    assert re.search(r"^north/03\.txt ", fix_of(done.said), re.MULTILINE)
    assert "The paragraph that is staged." in corpus.read(f"{CLEAN}/north/03.txt")
    assert corpus.read(name) == later
    assert corpus.read("notes.txt") == "Something else, unstaged.\n"
    assert not (corpus.path / f"{CLEAN}/north/untracked.txt").exists()
    (corpus.path / f"{RAW}/north/untracked.txt").unlink()
    corpus.git("add", CLEAN)
    done = corpus.commit()
    assert done.code == 0, done.said
    assert corpus.committed(name) == staged
    assert "The paragraph that is staged." in corpus.committed(f"{CLEAN}/north/03.txt")
    assert corpus.read(name) == later
    assert corpus.status() == [f" M {name}", " M notes.txt"]


def test_a_document_that_is_not_staged_yet_does_not_stop_a_commit(corpus):
    corpus.write(f"{RAW}/north/untracked.txt", OTHER.text)
    corpus.stage("notes.txt", "Something else.\n")
    done = corpus.commit()
    assert done.code == 0, done.said


def test_a_merge_with_a_conflict_in_the_index(corpus):
    for branch, page in (("one", NEW), ("other", OTHER)):
        corpus.git("checkout", "--quiet", "-b", branch, "main")
        corpus.grow(f"{RAW}/north/{branch}.txt", page.text)
    done = corpus.call("git", "merge", "one")
    assert done.code == 1
    assert f"Merge conflict in {INDEX}" in done.said
    assert [line for line in corpus.status() if line.startswith("UU")] == [f"UU {INDEX}"]
    assert "Unmerged files" in corpus.learn().said
    corpus.git("checkout", "--ours", "--", INDEX)
    corpus.git("add", INDEX)
    done = corpus.learn()
    assert done.code == 1
    assert "learned 14 documents into corpus/clean/templates.jsonl: stage it" in done.said
    corpus.git("add", INDEX)
    done = corpus.call("git", "commit", "--no-edit")
    assert done.code == 0, done.said
    assert len(corpus.git("rev-list", "--parents", "-1", "HEAD").split()) == 3
    assert corpus.learn().code == 0
    assert (
        run(["learn", str(corpus.path / RAW), "--output", str(corpus.path / "again.jsonl"), "--quiet"]) == 0
    )
    assert corpus.read("again.jsonl") == corpus.committed(INDEX)
    for branch in ("one", "other"):
        assert not any(part in corpus.read(f"{CLEAN}/north/{branch}.txt") for part in NEW.head)


def test_an_override(corpus):
    block = SITE[3].head[0]
    record = json.loads(corpus.read(f"{CLEAN}/north/03.txt.provenance.json"))
    (template,) = {
        edit["evidence"]["template"]
        for layer in record["ledger"]["layers"]
        for edit in layer["edits"]
        if edit["removed"] == block
    }
    corpus.stage(OVERRIDES, f'"{template}" = {{ verdict = "keep", reason = "our name" }}\n')
    files = [f"{RAW}/north/{n:02}.txt" for n in range(len(SITE))]
    done = corpus.pre_commit("run", "scrubber-fix", "--files", *files)
    assert done.code == 1
    assert "wrote 24 files" in done.said
    assert all(block in corpus.read(f"{CLEAN}/north/{n:02}.txt") for n in range(len(SITE)))
    corpus.git("add", "--all")
    done = corpus.commit()
    assert done.code == 0, done.said
    corpus.write(f"{RAW}/north/new.txt", NEW.text)
    corpus.commit_reviewed()
    assert block in corpus.committed(f"{CLEAN}/north/new.txt")


def test_outdated_documents_stop_a_commit_if_one_wants_that(corpus):
    corpus.stage("scrubber.toml", "[chrome]\nthreshold = 1.0\n")
    done = corpus.pre_commit("run", "scrubber-check", "--verbose")
    assert done.code == 0, done.said
    assert "outdated: north/00.txt" in done.said
    hooks = corpus.read(".pre-commit-config.yaml")
    strict = hooks.replace("id: scrubber-check", "id: scrubber-check\n        args: [--strict]")
    corpus.stage(".pre-commit-config.yaml", strict)
    done = corpus.commit()
    assert done.code == 1
    assert "12 documents outdated" in check_of(done.said)


def test_no_index(corpus):
    corpus.git("rm", "--quiet", INDEX)
    corpus.git("commit", "--quiet", "--no-verify", "--message", "Without an index.")
    corpus.stage(f"{RAW}/north/new.txt", NEW.text)
    done = corpus.commit()
    assert done.code == 1
    said = fix_of(done.said)
    assert "there is no index templates.jsonl yet: `scrubber hook learn` makes one" in said
    assert "judged with what the other 12 raw documents have in common" in said
    clean = corpus.read(f"{CLEAN}/north/new.txt")
    assert all(part in clean for part in (NEW.title, *NEW.body))
    assert not any(part in clean for part in (*NEW.head, *NEW.foot))
    corpus.git("add", "--all")
    done = corpus.commit()
    assert done.code == 0, done.said
    assert not (corpus.path / INDEX).exists()


def test_an_index_of_an_older_version(corpus):
    older = re.sub(r'"scrubber\.templates/\d+"', '"scrubber.templates/0"', corpus.read(INDEX), count=1)
    corpus.stage(INDEX, older)
    corpus.git("commit", "--quiet", "--no-verify", "--message", "Long ago.")
    corpus.stage(f"{RAW}/north/new.txt", NEW.text)
    done = corpus.commit()
    assert done.code == 1
    said = fix_of(done.said)
    assert "exit code: 2" in said
    assert "scrubber.templates/0" in said
    assert "learn" in said
    assert not (corpus.path / f"{CLEAN}/north/new.txt").exists()
    assert corpus.learn().code == 1
    corpus.git("add", "--all")
    assert fix_of(corpus.commit().said).count("wrote 2 files") == 1
    corpus.git("add", "--all")
    done = corpus.commit()
    assert done.code == 0, done.said


def test_a_push_waits_until_the_index_is_up_to_date(corpus, tmp_path):
    corpus.git("init", "--quiet", "--bare", tmp_path / "remote")
    corpus.git("remote", "add", "origin", tmp_path / "remote")
    corpus.git("push", "--quiet", "--no-verify", "origin", "main")
    corpus.write(f"{RAW}/north/new.txt", NEW.text)
    corpus.commit_reviewed()
    push = ("git", "push", "--quiet", "origin", "main")
    done = corpus.call(*push)
    assert done.code == 1
    assert "learned 13 documents into corpus/clean/templates.jsonl: stage it" in done.said
    corpus.git("add", INDEX)
    assert corpus.commit().code == 0
    done = corpus.call(*push)
    assert done.code == 0, done.said
    assert corpus.git("rev-parse", "HEAD") == corpus.git(
        "--git-dir", tmp_path / "remote", "rev-parse", "main"
    )


def test_documents_are_not_cleaned_before_a_push(corpus, tmp_path):
    corpus.grow(f"{RAW}/north/new.txt", NEW.text)
    corpus.git("init", "--quiet", "--bare", tmp_path / "remote")
    done = corpus.call("git", "push", "--quiet", tmp_path / "remote", "main")
    assert done.code == 0, done.said


def test_hook_and_batch_write_the_same_bytes(corpus, tmp_path):
    for n, page in enumerate(pages("south", 3, paragraphs=2)):
        corpus.write(f"{RAW}/south/{n}.html", page.markup)
    corpus.write(f"{RAW}/north/new.txt", NEW.text)
    corpus.write(f"{RAW}/notes.md", f"# {OTHER.title}\n\n{OTHER.body[0]}\n")
    corpus.commit_reviewed()
    command = ["clean", corpus.path / RAW, "--output", tmp_path / "batch", "--templates", corpus.path / INDEX]
    assert run([*map(str, command), "--quiet"]) == 0
    assert tree(tmp_path / "batch") == tree(corpus.path / CLEAN)


def test_try_repo(corpus, program):
    file = f"{RAW}/north/new.txt"
    corpus.stage(file, NEW.text)
    done = corpus.pre_commit("try-repo", program.project, "scrubber-fix", "--files", file)
    assert done.code == 1
    assert "Using config:" in done.said
    assert "wrote 2 files to corpus/clean" in fix_of(done.said)
    assert "check the clean corpus" not in done.said
    # All hooks of the project: the index is learned before a push alone.
    done = corpus.pre_commit("try-repo", program.project, "--files", file)
    assert "its clean text is not staged" in check_of(done.said)
    corpus.git("add", "-A")
    done = corpus.pre_commit("try-repo", program.project, "--files", file)
    assert done.code == 0, done.said
    assert fix_of(done.said).endswith("Passed")
    assert check_of(done.said).endswith("Passed")
    assert "learn the templates anew" not in done.said


@pytest.mark.parametrize(
    "name",
    [
        *("a.txt", "a.md", "a.html", "a.htm", "a.xhtml"),
        "A.TXT",
        "Page.Html",
    ],
)
def test_every_document_that_a_batch_run_reads_is_passed_to_the_hook(name):
    (pattern,) = re.findall(r"^  files: (.*)$", (ROOT / ".pre-commit-hooks.yaml").read_text(), re.MULTILINE)
    assert re.search(pattern, f"{RAW}/{name}")
