"""py3langid on a copy of its model: the same numbers, and nothing but whole copies are used."""

import os
import sys

import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from scrubber import identification
from scrubber.identification import cache_folder, identifier

SENTENCES = (
    "The ferry to the islands leaves at eight, and nobody has told the harbour master.",
    "Die Brücke über den Fluss bleibt bis zum Frühjahr für den Verkehr gesperrt.",
    "Le conseil municipal a voté hier soir le nouveau budget de la bibliothèque.",
    "El mercado de la plaza vuelve a abrir sus puertas después de dos años.",
    "Городской совет обсудил вчера ремонт старого моста через реку.",
    "Градско веће је јуче разговарало о поправци старог моста.",
    "市议会昨天讨论了河上旧桥的修缮问题。",
    "昨日、市議会は川に架かる古い橋の修理について話し合った。",
    "ناقش مجلس المدينة أمس ترميم الجسر القديم فوق النهر.",
    "WATER LEVEL 3.75 M, ALL GATES SHUT",
    "12345 67890",
    "",
)


@pytest.fixture(scope="module")
def unpacked():
    return LanguageIdentifier.from_model_file(MODEL_FILE)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def mapped(shelf):
    """The identifier of a second process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(shelf))
        fresh()
        return fresh()


def fresh():
    return identifier.__wrapped__()


def is_mapped(found):
    return isinstance(found.tk_nextmove, memoryview)


def copies(folder):
    return sorted(path.name for path in (folder / "scrubber").iterdir() if path.suffix != ".seen")


@pytest.mark.parametrize("text", SENTENCES)
def test_the_same_numbers(unpacked, mapped, text):
    assert is_mapped(mapped)
    assert mapped.rank(text) == unpacked.rank(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_the_same_numbers_for_any_text(unpacked, mapped, text):
    assert mapped.rank(text) == unpacked.rank(text)


def test_one_copy_that_nobody_else_may_read(mapped, shelf):
    (name,) = copies(shelf)
    assert name.endswith(".langid")
    if os.name == "posix":
        assert (shelf / "scrubber" / name).stat().st_mode & 0o777 == 0o600


@pytest.fixture
def copy(mapped, shelf, tmp_path, monkeypatch):
    """A copy of the copy, to be damaged."""
    (name,) = copies(shelf)
    (tmp_path / "scrubber").mkdir()
    os.link(shelf / "scrubber" / name, tmp_path / "scrubber" / name)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "scrubber" / name


def rewritten(path, data):
    path.unlink()
    path.write_bytes(data)


@pytest.mark.parametrize("damage", ["a bit", "cut off", "empty", "not one of ours"])
def test_a_damaged_copy_is_not_used_and_made_anew(copy, damage):
    data = bytearray(copy.read_bytes())
    if damage == "a bit":
        data[len(data) // 2] ^= 1
    else:
        data = {"cut off": data[: len(data) // 2], "empty": b"", "not one of ours": b"x" * 5000}[damage]
    rewritten(copy, data)
    assert not is_mapped(fresh())
    assert is_mapped(fresh())


def test_a_copy_is_compared_with_its_checksum_once_for_each_state_of_the_file(copy, monkeypatch):
    asked = []
    digest = xxhash.xxh3_64_digest
    monkeypatch.setattr(xxhash, "xxh3_64_digest", lambda data: asked.append(len(data)) or digest(data))
    assert is_mapped(fresh())
    assert len(asked) == 1
    assert is_mapped(fresh())
    assert len(asked) == 1
    os.utime(copy, (1, 1))
    assert is_mapped(fresh())
    assert len(asked) == 2
    copy.with_suffix(".seen").write_bytes(b"\xff")
    assert is_mapped(fresh())
    assert len(asked) == 3


def test_a_copy_that_was_changed_in_place_is_noticed(copy):
    assert is_mapped(fresh())
    rewritten(copy, copy.read_bytes())
    assert is_mapped(fresh())
    with copy.open("r+b") as file:
        file.seek(copy.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
    os.utime(copy, ns=(1, 1))
    assert not is_mapped(fresh())


def test_a_copy_of_another_version_is_not_used(copy, monkeypatch):
    monkeypatch.setattr(identification, "SCHEMA", "scrubber.identifier/0")
    assert not is_mapped(fresh())
    assert len(copies(copy.parents[1])) == 2
    monkeypatch.setattr(identification, "SCHEMA", "scrubber.identifier/00")
    fresh()
    assert len(copies(copy.parents[1])) == 2, "the oldest goes"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="files have no owners here")
def test_a_copy_that_belongs_to_somebody_else_is_not_used(copy, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 123456)
    assert not is_mapped(fresh())


def test_a_folder_that_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert fresh().rank(SENTENCES[0])[0][0] == "en"
    assert (tmp_path / "file").read_text() == "no folder"


def test_a_disk_that_is_full(tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(os, "fsync", full)
    assert fresh().rank(SENTENCES[0])[0][0] == "en"
    assert copies(tmp_path) == []


def test_one_process_writes_and_what_was_abandoned_is_taken_away(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    part = tmp_path / "scrubber" / f"{identification._name()}.part"
    part.parent.mkdir()
    part.write_bytes(b"half")
    fresh()
    assert copies(tmp_path) == [part.name], "another process writes it"
    os.utime(part, (1, 1))
    fresh()
    assert copies(tmp_path) == [f"{part.stem}.langid"]


def test_where_it_is_kept(monkeypatch, tmp_path):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    assert cache_folder() == tmp_path / ".cache" / "scrubber"
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    assert cache_folder() == tmp_path / ".cache" / "scrubber"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache_folder() == tmp_path / "Library" / "Caches" / "scrubber"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert cache_folder() == tmp_path / "local" / "scrubber" / "Cache"
    monkeypatch.delenv("LOCALAPPDATA")
    assert cache_folder() is None
    assert fresh().rank(SENTENCES[0])[0][0] == "en"
