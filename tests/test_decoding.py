"""Bytes -> text -> the same bytes."""

from __future__ import annotations

import codecs
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scrubber.documents import Source
from scrubber.reading.binary import what_is_it
from scrubber.reading.charset import declared_encoding, decode_html
from scrubber.reading.decoding import Decoded, decode, encode
from scrubber.reading.legacy import CANDIDATES, detect_legacy

CASES = tomllib.loads((Path(__file__).parent / "cases/decoding/legacy.toml").read_text("utf-8"))["case"]

JAPANESE = "今日は雨です。\r\n傘を持って出かけましょう。ｱｲｳ ①～－∥"


def again(decoded: Decoded, size: int = 0) -> bytes:
    source = Source(
        path="x.txt",
        size=size,
        sha256="",
        encoding=decoded.encoding,
        media_type="text/plain",
        errors=decoded.errors,
        byte_order_mark=decoded.byte_order_mark,
        patches=decoded.patches,
    )
    return encode(decoded.text, source)


# --- the law


@settings(max_examples=300)
@given(st.binary(max_size=400))
@example(b"")
@example(codecs.BOM_UTF8)
@example(codecs.BOM_UTF16_LE + b"a")
@example(codecs.BOM_UTF32_LE + b"\0\0\x11\0abcd")
@example(codecs.BOM_UTF16_BE + b"\xd8\x00\xdc\x00\xdc\x00\xd8\x00")
@example(b"\xff\xfe\x00\x00")
@example(b"\0" * 8)
@example(b"a\0b\0c\0\n\0d")
@example(b"\xed\xa0\xbd\xed\xb8\x80 caf\xc3\xa9")
@example(b"\x81\xad \x87\x90 \xfa\x54 \xee\xef" * 5)
@example(b"\xa2\xcc \xa1\xc3 \xf9\xf9" * 5)
def test_law_any_bytes_come_back(data):
    assert again(decode(data)) == data


@given(st.lists(st.binary(min_size=2, max_size=2).filter(lambda b: b[0] > 0x80), max_size=60))
def test_law_bytes_in_pairs_come_back(pairs):
    data = b"\n".join(pairs)
    assert again(decode(data)) == data


@given(
    st.text(max_size=200),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"]),
)
def test_law_unicode_comes_back(text, encoding):
    data = text.encode(encoding, "surrogatepass")
    assert again(decode(data)) == data


@pytest.mark.parametrize("codec", CANDIDATES)
def test_law_every_byte_pair_comes_back_from_every_candidate(codec):
    from scrubber.reading.decoding import _decode_exactly

    for lead in range(0x80, 0x100):
        data = b"\n".join(bytes((lead, trail)) for trail in range(0x30, 0x100))
        decoded = _decode_exactly(data, codec)
        if decoded is not None:
            assert again(decoded) == data


# --- Unicode


@pytest.mark.parametrize(
    ("data", "text", "encoding", "mark"),
    [
        (b"plain\r\nno end", "plain\r\nno end", "utf-8", b""),
        (b"\xef\xbb\xbfcaf\xc3\xa9\r", "café\r", "utf-8", codecs.BOM_UTF8),
        (b"one\0two\n", "one\0two\n", "utf-8", b""),
        ("\ufeffété".encode("utf-16-le"), "été", "utf-16-le", codecs.BOM_UTF16_LE),
        ("\ufeffété".encode("utf-16-be"), "été", "utf-16-be", codecs.BOM_UTF16_BE),
        ("\ufeffété".encode("utf-32-le"), "été", "utf-32-le", codecs.BOM_UTF32_LE),
        ("\ufeffété".encode("utf-32-be"), "été", "utf-32-be", codecs.BOM_UTF32_BE),
        ("A plain line.\n".encode("utf-16-le"), "A plain line.\n", "utf-16-le", b""),
        ("A plain line.\n".encode("utf-16-be"), "A plain line.\n", "utf-16-be", b""),
        ("A plain line.\n".encode("utf-32-le"), "A plain line.\n", "utf-32-le", b""),
        ("Утро. Идёт дождь, и ветер.".encode("utf-16-le"), "Утро. Идёт дождь, и ветер.", "utf-16-le", b""),
        ("昨天上午，下雨 2 小时。\n".encode("utf-16-be"), "昨天上午，下雨 2 小时。\n", "utf-16-be", b""),
    ],
)
def test_unicode(data, text, encoding, mark):
    decoded = decode(data)
    assert (decoded.text, decoded.encoding, decoded.byte_order_mark) == (text, encoding, mark)
    assert decoded.errors == "strict"
    assert again(decoded) == data


def test_a_text_full_of_ascii_with_some_nuls_stays_utf8():
    data = b"name\0value\0" * 3 + b"The rest of the file is a text as any other is, with words." * 4
    assert decode(data).encoding == "utf-8"


def test_utf16_that_was_cut_inside_a_character():
    data = codecs.BOM_UTF16_LE + "abc".encode("utf-16-le")[:-1]
    decoded = decode(data)
    assert decoded.text == "ab"
    assert again(decoded) == data


@pytest.mark.parametrize(
    "data",
    [
        "Ein längerer Text über Bäume, Büsche und Gräser.".encode() + b"\xff\xfe",
        "Größe: ".encode() + b"\xed\xa0\xbd\xed\xb8\x80" + " süß".encode(),
        "日本語のテキスト。".encode()[:-1],
        b"smile \xed\xa0\xbd\xed\xb8\x80",
    ],
)
def test_utf8_with_few_bad_bytes_stays_utf8(data):
    decoded = decode(data)
    assert (decoded.encoding, decoded.errors) == ("utf-8", "surrogateescape")
    assert again(decoded) == data


# --- legacy codecs


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['encoding']}-{c['text'][:8]}")
@pytest.mark.parametrize("length", [1000, 40])
def test_legacy_text_is_read_as_it_was_written(case, length):
    text = case["text"][:length]
    data = text.encode(case["encoding"])
    decoded = decode(data)
    assert decoded.text == text
    assert again(decoded) == data


def test_the_ends_of_a_word_do_not_decide():
    assert decode(b"caf\xe9").text == "café"
    assert decode(b"The na\xefve plan failed. It was a quiet day in the town.").text.startswith("The naïve")


def test_cp932_keeps_two_spellings_of_one_character():
    # NEC's row 13 and IBM's extension both hold the numeral; only one is written again.
    data = JAPANESE.encode("cp932") * 4 + b"\x87\x54 and \xfa\x4a\r\n"
    decoded = decode(data)
    assert decoded.encoding == "cp932"
    assert decoded.text.endswith("Ⅰ and Ⅰ\r\n")
    assert decoded.patches
    assert again(decoded) == data


def test_undecodable_bytes_of_a_legacy_text_are_kept():
    data = "Вчера утром в библиотеке".encode("cp1251") + b" \x98 " + "открылась выставка".encode("cp1251")
    decoded = decode(data)
    assert (decoded.encoding, decoded.errors) == ("cp1251", "surrogateescape")
    assert "\udc98" in decoded.text
    assert again(decoded) == data


def test_detection_looks_at_the_whole_file():
    quiet = b"Nothing here but words that every codec knows.\n" * 4000
    assert detect_legacy(quiet + "Первая строка на русском языке.\n".encode("cp1251"))[0] == "cp1251"


# --- web pages


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (b'<meta charset="iso-8859-1">', "cp1252"),
        (b"<META CHARSET = windows-1251 >", "cp1251"),
        (b"<meta http-equiv='Content-Type' content='text/html; charset=GB2312'>", "gb18030"),
        (b'<?xml version="1.0" encoding="Shift_JIS"?>', "cp932"),
        (b"<meta charset=latin1>", "cp1252"),
        (b"<meta charset=big5>", "big5hkscs"),
        (b"<meta charset=utf-7>", None),
        (b"<meta charset=unicode_escape>", None),
        (b"<meta charset=no-such-thing>", None),
        (b"<title>charset=koi8-r</title>", None),
    ],
)
def test_declared_charset(head, encoding):
    assert declared_encoding(head) == encoding


def test_valid_utf8_wins_over_the_declaration():
    data = '<meta charset="windows-1252"><p>Übermut</p>'.encode()
    assert decode_html(data).text.endswith("<p>Übermut</p>")


def test_a_declaration_wins_over_a_guess():
    data = b"<meta charset=windows-1257><p>\xe0\xe1\xe2</p>"
    assert decode_html(data).encoding == "cp1257"


def test_a_declaration_that_cannot_be_true_is_not_believed():
    body = "Вчера утром в городской библиотеке открылась выставка старых книг.".encode("cp1251")
    assert decode_html(b"<meta charset=euc-jp><p>" + body).encoding == "cp1251"


def test_bad_bytes_of_a_page_are_replaced():
    decoded = decode_html("<p>Straße, Größe, Füße</p>".encode() + b"\xff")
    assert (decoded.encoding, decoded.errors) == ("utf-8", "replace")
    assert decoded.text.endswith("\ufffd")


# --- not text


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG image"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document"),
        (b"PK\x03\x04\x14\0\0\0", "a ZIP archive or an office document"),
        (b"\x1f\x8b\x08\0abc", "gzip data"),
        (b"\x7fELF\x02\x01\x01\0", "a program (ELF)"),
        (bytes(range(256)) * 8, "binary data"),
        (b"\0" * 4096, "binary data"),
    ],
)
def test_binary(data, name):
    assert what_is_it(data) == name


@pytest.mark.parametrize(
    "data",
    [
        b"MZ is a country code",
        b"ID3 tags explained",
        b"one\0NUL",
        b"a\0\0\0b",
        b"\0",
        b"\x1b[31mred\x1b[0m " * 20,
        "kurz".encode("utf-16-le"),
        "kurz".encode("utf-16"),
        "kurz und gut, sagte er".encode("utf-32-be"),
        "日本語".encode("cp932"),
    ],
)
def test_noop_text_is_not_binary(data):
    assert what_is_it(data) is None
