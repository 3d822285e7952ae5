"""Digests that a crawler wrote beside what it fetched: whether a record of a WARC is what was written.

WARC-Block-Digest is of the whole block, WARC-Payload-Digest of what the server sent, which tools take
before or after chunks and content codings (ISO 28500, 5.8 and 5.9, leaves that open): any will do.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping

_LABELLED = re.compile(r"\s*(md5|sha-?1|sha-?256|sha-?512)\s*:\s*([A-Za-z0-9+/=_-]+)\s*\Z", re.IGNORECASE)


def mismatch(headers: Mapping[str, str], block: bytes, payloads: Iterable[bytes]) -> str | None:
    """The header of a record that its bytes do not fit; None where they fit, or where nothing is known.

    A block that fits needs no payload digest. Of a payload that the crawler cut short (WARC-Truncated)
    the digest may be of the whole.
    """
    of_block = _fits(headers.get("warc-block-digest", ""), (block,))
    if of_block is not None:
        return None if of_block else "WARC-Block-Digest"
    if "warc-truncated" in headers or _fits(headers.get("warc-payload-digest", ""), payloads) is not False:
        return None
    return "WARC-Payload-Digest"


def _fits(stated: str, candidates: Iterable[bytes]) -> bool | None:
    """Whether one of the candidates has this digest; None where it is none that can be read."""
    match = _LABELLED.match(stated)
    if match is None:
        return None
    name = match[1].lower().replace("-", "")
    wanted = _readings(match[2], hashlib.new(name, usedforsecurity=False).digest_size)
    if not wanted:
        return None
    return any(hashlib.new(name, data, usedforsecurity=False).digest() in wanted for data in candidates)


def _readings(value: str, size: int) -> set[bytes]:
    """What a digest may mean: hexadecimal, Base32 or Base64, whichever gives so many bytes."""
    found: set[bytes] = set()
    bare = value.rstrip("=")
    for decode, width in (
        (bytes.fromhex, 1),
        (_base32, 8),
        (base64.b64decode, 4),
        (base64.urlsafe_b64decode, 4),
    ):
        try:
            found.add(decode(bare + "=" * (-len(bare) % width)))
        except (ValueError, binascii.Error):
            continue
    return {one for one in found if len(one) == size}


def _base32(value: str) -> bytes:
    return base64.b32decode(value, casefold=True)
