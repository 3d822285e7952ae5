"""The library as others use it: light to import, typed, documented, pure."""

import copy
import inspect
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from invented import documents, pages

import scrubber
from scrubber.reading import SkippedFile, UnreadableFile

HEAVY = (
    "numpy", "lxml", "trafilatura", "datasketch", "click", "ftfy", "rich", "py3langid", "htmldate", "msgspec",
    "xxhash", "rapidfuzz", "scipy",
)  # fmt: skip


def run_python(code):
    here = Path(scrubber.__file__).parents[1]
    path = os.pathsep.join([str(here), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_importing_it_is_light():
    loaded = run_python("import sys, scrubber; print(*{m.partition('.')[0] for m in sys.modules})").split()
    assert not set(loaded) & set(HEAVY)


def test_documents_and_edits_are_light_too():
    code = "import sys, scrubber; scrubber.RawDocument.from_text('x', id='x'); scrubber.apply; print(*sys.modules)"
    loaded = {name.partition(".")[0] for name in run_python(code).split()}
    assert not loaded & set(HEAVY)


def test_about_fifteen_public_names():
    assert 12 <= len(scrubber.__all__) <= 18
    assert len(set(scrubber.__all__)) == len(scrubber.__all__)
    assert dir(scrubber) == sorted(scrubber.__all__)


@pytest.mark.parametrize("name", scrubber.__all__)
def test_every_name_is_there_and_documented(name):
    value = getattr(scrubber, name)
    assert name == "__version__" or (inspect.getdoc(value) or "").strip()


def test_a_wrong_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="scrubb"):
        scrubber.scrubb  # noqa: B018


@pytest.mark.parametrize(
    "name", ["collect", "resolve", "scrub", "clean", "apply", "revert", "flatten", "load_index", "save_index"]
)
def test_every_function_is_typed(name):
    signature = inspect.signature(getattr(scrubber, name))
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(p.annotation is not inspect.Parameter.empty for p in signature.parameters.values())


def test_the_package_says_that_it_is_typed():
    assert (Path(scrubber.__file__).parent / "py.typed").is_file()


def test_the_three_steps():
    dump = documents("acorn", 5)
    index = scrubber.resolve(scrubber.collect(dump))
    page = scrubber.scrub(dump[0], index)
    assert page.text != dump[0].text
    assert scrubber.apply(dump[0].text, page.ledger) == page.text
    assert scrubber.revert(page.text, page.ledger) == dump[0].text
    assert page.status == "cleaned"
    assert all(change.parts for change in scrubber.flatten(dump[0].text, page.ledger))
    again = scrubber.load_index(scrubber.save_index(index))
    assert scrubber.scrub(dump[0], again) == page


def test_clean_is_the_three_steps():
    dump = documents("acorn", 4) + documents("birch", 2, place="flat")
    index = scrubber.resolve(scrubber.collect(dump))
    assert list(scrubber.clean(dump)) == [scrubber.scrub(d, index) for d in dump]


def test_clean_takes_a_one_shot_iterator():
    dump = documents("acorn", 4)
    assert list(scrubber.clean(d for d in dump)) == list(scrubber.clean(dump))
    assert list(scrubber.clean(iter(()))) == []


def test_clean_may_be_left_half_way():
    stream = scrubber.clean(iter(documents("acorn", 3)))
    assert next(stream).id
    stream.close()


def test_scrub_needs_no_index():
    document = documents("acorn", 1, place="flat")[0]
    page = scrubber.scrub(document)
    assert page == scrubber.scrub(document, scrubber.resolve(scrubber.collect([])))
    assert page.site.documents == 0
    assert scrubber.revert(page.text, page.ledger) == document.text
    assert [line for line in pages("acorn", 1)[0].body if line not in page.text] == []


def test_scrub_is_pure():
    dump = documents("acorn", 4)
    index = scrubber.resolve(scrubber.collect(dump))
    before = copy.deepcopy(dump[0]), list(scrubber.save_index(index))
    first = [scrubber.scrub(d, index) for d in dump]
    second = [scrubber.scrub(d, index) for d in reversed(dump)][::-1]
    assert first == second
    assert before == (dump[0], list(scrubber.save_index(index)))


@pytest.mark.parametrize(
    "text", ["<p>One</p><p>Two &amp; three</p>", "<!DOCTYPE html><html><body>x</body></html>"]
)
def test_from_text_never_parses_markup(text):
    document = scrubber.RawDocument.from_text(text, id="page.html")
    assert document.text == text
    assert document.blocks is None
    assert not document.is_html
    assert text in scrubber.scrub(document).text


def test_from_html_always_does():
    document = scrubber.RawDocument.from_html(b"<p>One</p><p>Two &amp; three</p>", id="page.txt")
    assert document.is_html
    assert [document.text[b.start : b.end] for b in document.blocks] == ["One", "Two & three"]
    assert scrubber.RawDocument.from_html("plain words", id="x").text.strip() == "plain words"


def test_from_path_goes_by_the_suffix(tmp_path):
    for name, data in (("a.txt", b"<b>x</b>"), ("a.html", b"<b>x</b>"), ("a.md", b"# x"), ("e.txt", b"")):
        (tmp_path / name).write_bytes(data)
    assert scrubber.RawDocument.from_path(tmp_path / "a.txt").text == "<b>x</b>"
    assert scrubber.RawDocument.from_path(str(tmp_path / "a.html")).is_html
    assert scrubber.RawDocument.from_path(tmp_path / "a.md", id="m").id == "m"
    with pytest.raises(SkippedFile):
        scrubber.RawDocument.from_path(tmp_path / "e.txt")
    with pytest.raises(UnreadableFile):
        scrubber.RawDocument.from_path(tmp_path / "missing.txt")


def test_everything_travels_to_another_process():
    dump = documents("acorn", 3) + documents("birch", 12)
    evidence = scrubber.collect(dump)
    index = scrubber.resolve(evidence)
    page = scrubber.scrub(dump[0], index)
    for value in (dump[0], scrubber.Config(), evidence, page):
        assert pickle.loads(pickle.dumps(value)) == value
    travelled = pickle.loads(pickle.dumps(index))
    assert list(scrubber.save_index(travelled)) == list(scrubber.save_index(index))
    assert scrubber.scrub(dump[0], travelled) == page


def test_a_document_of_nothing():
    for text in ("", "\n\n", "   "):
        page = scrubber.scrub(scrubber.RawDocument.from_text(text, id="empty"))
        assert page.text == ""
        assert scrubber.revert(page.text, page.ledger) == text


def test_settings_that_change_results_change_the_digest():
    config = scrubber.Config()
    assert config.digest == scrubber.Config().digest
    assert config.digest != scrubber.Config(sites="one").digest


def test_switches_are_obeyed():
    from scrubber.config import Chrome, Config, Normalise, Repair

    document = scrubber.RawDocument.from_text("One  line\r\nof cafe\u0301\n\n\n\nend", id="x")
    off = Config(
        chrome=Chrome(threshold=1.0),
        repair=Repair(proved="leave"),
        normalise=Normalise(mojibake=False, characters=False, whitespace=False),
    )
    assert scrubber.scrub(document, config=off).text == document.text
    assert scrubber.scrub(document, config=off).status == "unchanged"
