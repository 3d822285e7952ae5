"""What archives have in common: which members are documents, and how one is read."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from scrubber.reading.containers.compression import read_all
from scrubber.reading.containers.kinds import kind_of
from scrubber.reading.containers.limits import too_large
from scrubber.reading.containers.names import safe_name
from scrubber.reading.containers.records import Event, Found, Ignored, Lost, Opened, Record, Stream

_OWN_SUFFIX = ".provenance.json"


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive."""

    place: int
    name: str
    stream: Stream


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a member is not read: nothing to say of hidden ones, a word on the others."""

    ignored: str | None = None
    refused: str | None = None

    def events(self, place: int, name: str) -> Iterator[Event]:
        """What is told of it."""
        if self.ignored is not None:
            yield Ignored(self.ignored)
        if self.refused is not None:
            yield Lost(place, self.refused, "unpack it first, and name the folder", name, skipped=True)


def judge(name: str, opened: Opened) -> Verdict | None:
    """Why a member is not even opened; None for one to read."""
    hidden = any(part.startswith(".") and part not in (".", "..") for part in name.split("/"))
    if hidden or name.endswith(_OWN_SUFFIX):
        return Verdict()
    kind = kind_of(name)
    if kind is None:
        return Verdict(ignored=_suffix(name))
    if not (kind.is_document or kind.is_stream):
        return Verdict(refused="is an archive in an archive")
    if (kind.is_container or kind.compression) and opened.inner is None:
        return Verdict(refused="is a container in a container in a container")
    return None


def _suffix(name: str) -> str:
    """The suffix of a name, fit to be shown; empty where there is none."""
    suffix = posixpath.splitext(name)[1].lower()
    return f".{safe_name(suffix[1:])}" if len(suffix) > 1 else ""


def read(member: Member, opened: Opened) -> Iterator[Event]:
    """The document of a member, or the records of the container that it is.

    Raises DamagedContainer and what the member's stream raises.
    """
    kind = kind_of(member.name)
    assert kind is not None
    if kind.is_container or kind.compression:
        assert opened.inner is not None
        yield from opened.inner(member.name, member.stream)
        return
    data = read_all(member.stream)
    if data is None:
        yield Lost(member.place, *too_large(), member.name)
    else:
        yield Found(member.place, Record(data, kind.format), member.name)
