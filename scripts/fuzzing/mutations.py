"""Damage: a valid file, and what chance makes of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

_NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, (1 << 63) - 1, (1 << 64) - 1)
_TOKENS = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\r\n\r\n",
    b"\n",
    b'"',
    b"\\ud800",
    b"\\u0000",
    b"null",
    b"1e999",
    b"-1",
    b"9" * 5000,
    b"[" * 3000,
    b'{"a":' * 1500,
    b"]}",
    b"<div>" * 1500,
    b"<!--",
    b"<table><tr><td>",
    b"&#xD800;",
    b"&#0;",
    b"<script>",
    b"../../etc/passwd",
    b"Content-Length: 99999999999999999999\r\n",
    b"Content-Length: -5\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Content-Encoding: gzip\r\n",
    b"WARC/1.0\r\n",
    b"FFFFFFFFFFFFFFFF\r\n",
    b"charset=utf-16",
    b"charset=\xff",
    b"PK\x01\x02",
    b"PAR1",
)
_ROUNDS = (1, 1, 1, 2, 3, 6, 20)
_LONGEST = 1 << 20
"""Bytes beyond which nothing more is put in."""


def mutated(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """One of the seeds, damaged; the others lend pieces."""
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.choice(_ROUNDS)):
        chance.choice(_KINDS)(data, seeds, chance)
        del data[_LONGEST:]
    return bytes(data)


def _at(data: bytearray, chance: random.Random) -> int:
    return chance.randrange(len(data) + 1)


def _turn_a_bit(data: bytearray, _: Sequence[bytes], chance: random.Random) -> None:
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _overwrite(data: bytearray, _: Sequence[bytes], chance: random.Random) -> None:
    at = _at(data, chance)
    size = chance.randrange(1, 9)
    data[at : at + size] = chance.randbytes(size)


def _cut_out(data: bytearray, _: Sequence[bytes], chance: random.Random) -> None:
    at = _at(data, chance)
    del data[at : at + chance.choice((1, 2, 8, 64, 1000))]


def _cut_off(data: bytearray, _: Sequence[bytes], chance: random.Random) -> None:
    del data[_at(data, chance) :]


def _begin_later(data: bytearray, _: Sequence[bytes], chance: random.Random) -> None:
    del data[: _at(data, chance) // chance.choice((1, 10, 100))]


def _repeat(data: bytearray, _: Sequence[bytes], chance: random.Random) -> None:
    at = _at(data, chance)
    piece = data[at : at + chance.choice((1, 8, 100, 2000))]
    data[at:at] = piece * chance.choice((1, 2, 30))


def _move(data: bytearray, _: Sequence[bytes], chance: random.Random) -> None:
    at, to = _at(data, chance), _at(data, chance)
    size = chance.choice((1, 8, 100, 2000))
    piece = data[at : at + size]
    del data[at : at + size]
    data[to:to] = piece


def _splice(data: bytearray, seeds: Sequence[bytes], chance: random.Random) -> None:
    other = chance.choice(seeds)
    at = chance.randrange(len(other) + 1)
    place = _at(data, chance)
    data[place : place + chance.choice((0, 8, 200))] = other[at : at + chance.choice((8, 200, 5000))]


def _put_a_length(data: bytearray, _: Sequence[bytes], chance: random.Random) -> None:
    size = chance.choice((1, 2, 4, 8))
    order = chance.choice(("little", "big"))
    number = (chance.choice(_NUMBERS) + chance.randrange(-1, 2)) % (1 << (8 * size))
    at = _at(data, chance)
    over = chance.choice((0, size))
    data[at : at + over] = number.to_bytes(size, "little" if order == "little" else "big")


def _put_a_token(data: bytearray, _: Sequence[bytes], chance: random.Random) -> None:
    at = _at(data, chance)
    data[at:at] = chance.choice(_TOKENS)


_KINDS: tuple[Callable[[bytearray, Sequence[bytes], random.Random], None], ...] = (
    _turn_a_bit,
    _turn_a_bit,
    _overwrite,
    _cut_out,
    _cut_off,
    _begin_later,
    _repeat,
    _move,
    _splice,
    _put_a_length,
    _put_a_length,
    _put_a_token,
)
