"""Files and folders -> documents."""

from __future__ import annotations

import errno
import hashlib
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from scrubber.documents import RawDocument
from scrubber.reading import (
    SUFFIXES,
    NoDocuments,
    ReadingError,
    RootError,
    SkippedFile,
    UnreadableFile,
    discover,
    read_bytes,
    read_path,
)
from scrubber.reading.decoding import encode
from scrubber.reading.html import lineariser_version, read_html


def refuse(*_args, **_kwargs):
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def write(root: Path, *names: str, data: bytes = b"text") -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


# --- files


def test_a_text_file(tmp_path):
    data = b"\xef\xbb\xbfOne\r\ntwo \0 three"
    write(tmp_path, "notes.TXT", data=data)
    document = read_path(tmp_path / "notes.TXT", url="https://example.org/n")
    assert document.id == document.source.path == "notes.TXT"
    assert document.text == "One\r\ntwo \0 three"
    assert document.blocks is None
    assert document.source.media_type == "text/plain"
    assert document.source.url == "https://example.org/n"
    assert (document.source.size, document.digest) == (len(data), hashlib.sha256(data).hexdigest())
    assert encode(document.text, document.source) == data
    assert pickle.loads(pickle.dumps(document)) == document


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [(".md", "text/markdown"), (".html", "text/html"), (".HTM", "text/html"), (".xhtml", "text/html")],
)
def test_media_types(suffix, media_type):
    document = read_bytes(b"<p>word</p>", id="a/b", suffix=suffix)
    assert document.source.media_type == media_type
    assert document.is_html == (media_type == "text/html")


def test_the_library_reads_paths_and_markup(tmp_path):
    write(tmp_path, "a.html", data="<p>été".encode("cp1252"))
    document = RawDocument.from_path(tmp_path / "a.html", id="x/a.html")
    assert (document.id, document.text, document.source.encoding) == ("x/a.html", "été", "cp1252")
    assert RawDocument.from_html("<p>été", id="y").text == "été"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_page_brings_its_markup_as_it_was_decoded(tmp_path, encoding):
    markup = (
        f"<html><head><meta charset='{encoding.removesuffix('-sig')}'></head><body><p>\u00e9t\u00e9\r\n</p>"
    )
    write(tmp_path, "a.html", data=markup.encode(encoding))
    document = read_path(tmp_path / "a.html")
    assert document.markup == markup
    assert RawDocument.from_html(markup, id="y").markup == markup
    assert markup not in repr(document)
    assert pickle.loads(pickle.dumps(document)) == document


@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_text_has_no_markup(suffix):
    assert read_bytes(b"<p>word</p>", id="a/b", suffix=suffix).markup is None
    assert RawDocument.from_text("<p>word</p>", id="x").markup is None


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n\0\0", bytes(range(256)) * 9])
def test_skipped_files(data, suffix):
    with pytest.raises(SkippedFile) as caught:
        read_bytes(data, id="a/b", suffix=suffix)
    assert caught.value.path == "a/b"
    assert "is " in caught.value.why
    assert caught.value.remedy


def test_white_space_is_a_text_and_not_a_page():
    assert read_bytes(b" \n", id="a", suffix=".txt").text == " \n"
    with pytest.raises(SkippedFile, match="white space"):
        read_bytes(b" \n", id="a", suffix=".html")


def test_unreadable_files(tmp_path):
    with pytest.raises(UnreadableFile, match=r"gone\.txt: cannot be read \(No such file"):
        read_path(tmp_path / "gone.txt")
    with pytest.raises(UnreadableFile, match="rename it to one of"):
        read_bytes(b"x", id="a.doc", suffix=".doc")
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(UnreadableFile):
        read_path(tmp_path / "folder.txt", id="f")


def test_a_file_without_permission(tmp_path, monkeypatch):
    write(tmp_path, "a.txt")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(UnreadableFile, match=r"a\.txt: cannot be read \(Permission denied\); check"):
        read_path(tmp_path / "a.txt")


@pytest.mark.parametrize("error", [SkippedFile("a", "b", "c"), NoDocuments([Path()], [".pdf"])])
def test_errors_cross_process_boundaries(error):
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


# --- HTML


def test_a_page(tmp_path):
    data = "<html><head><title>T</title></head><body><h1>Größe</h1><p>a <a href=/x>b</a></p>".encode()
    document = read_html(data, id="p.html", url="https://example.org/p")
    assert document.text == "Größe\n\na b"
    assert [b.markup.xpath for b in document.blocks] == ["/html/body/h1", "/html/body/p"]
    assert (document.source.encoding, document.source.size) == ("utf-8", len(data))
    assert document.digest == hashlib.sha256(data).hexdigest()
    assert document.source.url == "https://example.org/p"


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ("<link rel='alternate Canonical' href=' https://a.example/x '>", "https://a.example/x"),
        ("<meta property=og:url content=http://b.example/y>", "http://b.example/y"),
        (
            "<meta property=og:url content=http://b.example/y><link rel=canonical href=https://a.example/>",
            "https://a.example/",
        ),
        ("<link rel=canonical href=/x><meta property=og:url content=http://b.example/>", "http://b.example/"),
        ("<link rel=canonical href='javascript:x()'>", None),
        ("<link rel=stylesheet href=https://a.example/x.css>", None),
        ("<link rel=canonical href='https://'>", None),
    ],
)
def test_the_address_a_page_gives_itself(head, url):
    assert read_html(f"<html><head>{head}</head><body>x", id="p").source.url == url


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (b"<p>a\0b</p>", "ab"),
        ("<p>a\ud800b</p>", "a\ufffdb"),
        (b"<p>a&#0;b &#x1; \x01 c</p>", "a\ufffdb \x01 \x01 c"),
        (b'<?xml version="1.0" encoding="iso-8859-1"?><html><body>caf\xe9</body></html>', "café"),
        (b'<?xml version="1.0"?><html><head><title/><script src="x"/></head><body>all</body></html>', "all"),
        ("<meta charset=windows-1252><p>naïve".encode("utf-16"), "naïve"),
        (b"plain words & <3", "plain words & <3"),
    ],
)
def test_pages_with_odd_characters(markup, text):
    assert read_html(markup, id="p").text == text


@pytest.mark.parametrize("data", [b"<!-- nothing -->", b"<!doctype html>"])
def test_no_document_in_the_markup(data):
    with pytest.raises(UnreadableFile, match="no HTML document was found; "):
        read_html(data, id="p")


def test_the_version_names_what_decides_the_text():
    assert lineariser_version().startswith("scrubber 2, libxml2 2.")


@pytest.mark.parametrize("tag", ["div", "b", "ul><li", "table><tr><td", "pre", "a href=x"])
def test_html_nested_100_000_deep(tag):
    """All of its text or a clear message: never a crash, never a part of the page."""
    program = """
import sys
from scrubber.reading import UnreadableFile
from scrubber.reading.html import read_html
try:
    document = read_html((f"<{sys.argv[1]}>x " * 100_000 + "end").encode(), id="deep.html")
except UnreadableFile as error:
    assert "nested more than" in error.why, error
else:
    assert document.text.count("x") == 100_000
    assert document.text.endswith("end")
print("done")
"""
    done = subprocess.run(
        [sys.executable, "-c", program, tag], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == "done\n", done.stderr[-500:]


# --- folders


def ids(roots: list[Path]) -> list[str]:
    return [found.id for found in discover(roots)]


def test_documents_of_a_tree_in_the_order_of_their_names(tmp_path):
    write(tmp_path, "b/x.txt", "b.txt", "a.HTML", "Z.md", "b-1/x.htm", "é.xhtml", "c/d/e/f.txt")
    assert ids([tmp_path]) == [
        "Z.md", "a.HTML", "b-1/x.htm", "b.txt", "b/x.txt", "c/d/e/f.txt", "é.xhtml",
    ]  # fmt: skip
    found = next(iter(discover([tmp_path])))
    assert (found.root, found.path) == (tmp_path, tmp_path / "Z.md")


def test_what_is_no_document_is_passed_over_and_counted(tmp_path):
    write(tmp_path, "a.txt", "b.PDF", "c.pdf", "README", ".hidden.txt", ".git/x.txt", "d/.cache/y.md")
    found = discover([tmp_path])
    assert [f.id for f in found] == ["a.txt"]
    assert (found.ignored, found.skipped) == ({"": 1, ".pdf": 2}, ())


def test_our_own_files_are_not_counted(tmp_path):
    write(tmp_path, "a.txt", "a.txt.provenance.json", "templates.jsonl", "run.json", "sub/run.json")
    write(tmp_path, "manifest.jsonl", data=b'{"schema": "scrubber.manifest/1"}\n{}\n')
    found = discover([tmp_path])
    assert [f.id for f in found] == ["a.txt"]
    assert found.ignored == {}


def test_several_roots_stand_before_their_ids(tmp_path):
    write(tmp_path, "one/a.txt", "two/a.txt", "three.txt")
    roots = [tmp_path / "two", tmp_path / "one", tmp_path / "three.txt"]
    assert ids(roots) == ["one/a.txt", "three.txt", "two/a.txt"]
    assert ids([tmp_path / "three.txt"]) == ["three.txt"]


def test_a_root_named_by_a_dot(tmp_path, monkeypatch):
    write(tmp_path, "here/a.txt", "there/a.txt")
    monkeypatch.chdir(tmp_path / "here")
    assert ids([Path(), Path("../there")]) == ["here/a.txt", "there/a.txt"]
    assert ids([Path()]) == ["a.txt"]


def test_two_roots_of_one_name(tmp_path):
    write(tmp_path, "x/raw/a.txt", "y/raw/a.txt")
    with pytest.raises(RootError, match="both are named 'raw'"):
        discover([tmp_path / "x/raw", tmp_path / "y/raw"])


def test_a_missing_root(tmp_path):
    with pytest.raises(RootError, match=r"nowhere: cannot be read \(No such file"):
        discover([tmp_path / "nowhere"])


def test_no_documents(tmp_path):
    write(tmp_path, "a.pdf", "b.docx")
    with pytest.raises(
        NoDocuments, match=r"no documents found \(only \.docx, \.pdf\); name a folder"
    ) as caught:
        discover([tmp_path])
    assert isinstance(caught.value, ReadingError)
    assert (caught.value.roots, caught.value.seen) == ((tmp_path,), (".docx", ".pdf"))


def test_links_stay_inside_the_root(tmp_path):
    write(tmp_path, "raw/store/a.bin", "raw/sub/b.txt", "secret/c.txt", "secret.txt")
    raw = tmp_path / "raw"
    (raw / "in.txt").symlink_to("store/a.bin")
    (raw / "out.txt").symlink_to(tmp_path / "secret.txt")
    (raw / "away").symlink_to(tmp_path / "secret")
    (raw / "broken.txt").symlink_to("nothing")
    (raw / "turn.txt").symlink_to("turn.txt")
    (raw / "sub/up").symlink_to("..")
    found = discover([raw])
    assert [f.id for f in found] == ["in.txt", "sub/b.txt"]
    assert {entry.id: entry.why for entry in found.skipped} == {
        "away": "a link that leads out of the root",
        "broken.txt": "a link that leads nowhere",
        "out.txt": "a link that leads out of the root",
        "sub/up": "a link to a folder of the same root",
        "turn.txt": "a link that leads nowhere",
    }


def test_a_root_may_be_a_link(tmp_path):
    write(tmp_path, "raw/a.txt")
    (tmp_path / "link").symlink_to("raw")
    assert ids([tmp_path / "link"]) == ["a.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_read(tmp_path):
    write(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "b.txt")
    (entry,) = discover([tmp_path]).skipped
    assert (entry.id, entry.why) == ("b.txt", "not a regular file")


def test_a_folder_without_permission(tmp_path, monkeypatch):
    write(tmp_path, "a.txt", "shut/b.txt")
    scan = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: (refuse if Path(path).name == "shut" else scan)(path))
    found = discover([tmp_path])
    assert [(e.id, e.why) for e in found.skipped] == [("shut", "cannot be listed (Permission denied)")]


@pytest.mark.skipif(sys.platform != "linux", reason="names are text elsewhere")
def test_names_that_are_not_utf8(tmp_path):
    for name in (b"caf\xe9.txt", b"d\xff/x.txt"):
        write(tmp_path, os.fsdecode(name))
    found = discover([tmp_path])
    assert [f.id for f in found] == ["caf%E9.txt", "d%FF/x.txt"]
    assert read_path(found.files[0].path, id=found.files[0].id).text == "text"
