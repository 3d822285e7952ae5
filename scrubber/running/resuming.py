"""What an earlier run left: which documents would come out as they stand, and are left alone.

Digests decide, not times. A document is left alone where its raw bytes are the same, it sees the
same of the index and of the documents that may complete it, and its outputs stand untouched. What
it sees is the whole slice of its site, so that a template that changed has its site cleaned
again, and no other.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import xxhash

from scrubber.evidence import DocumentEvidence
from scrubber.running.inputs import Input
from scrubber.running.journal import Journal, Noted
from scrubber.templates import TemplateIndex
from scrubber.writing.files import Tree, provenance_name
from scrubber.writing.manifest import Entry, Status
from scrubber.writing.shards.opening import changed_shards, listed_shards

_REMEMBERED: Final = 4096


class Seer:
    """Says what a document sees of an index, as a digest."""

    def __init__(self, index: TemplateIndex, evidence: Mapping[str, DocumentEvidence]) -> None:
        self._index = index
        self._evidence = evidence
        self._seen: OrderedDict[str, str] = OrderedDict()

    def saw(self, id: str) -> str | None:
        """What a document and those that may complete it see; None where its evidence is not at hand."""
        record = self._evidence.get(id)
        if record is None:
            return None
        found = [self._own(id, record)]
        for key in record.fragments.tolist():
            for lender in self._index.lenders.get(key, ()):
                other = self._evidence.get(lender.document)
                seen = self._own(lender.document, other) if other is not None else ""
                found.append(f"{key} {lender.document} {lender.digest} {seen}")
        return _digest("\n".join(found))

    def _own(self, id: str, record: DocumentEvidence) -> str:
        if id in self._seen:
            self._seen.move_to_end(id)
            return self._seen[id]
        # Name and support follow from the slice and from the document itself.
        home = self._index.slice_of(record)
        site = f"{home.id} {self._index.checksum(home.id)}" if home is not None else ""
        elsewhere = sorted(self._index.elsewhere_of(record, home.id if home is not None else None).items())
        # The same bytes may have been read as other text: a container says in which character set.
        blocks = xxhash.xxh3_64_intdigest(record.keys.tobytes(), seed=len(record.keys))
        self._seen[id] = _digest(f"{record.digest} {record.host} {blocks} {site} {elsewhere}")
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return self._seen[id]


def _digest(text: str) -> str:
    return xxhash.xxh3_128_hexdigest(text.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True)
class Kept:
    """What the earlier run wrote down, and what documents see now."""

    tree: Tree
    journal: Journal
    seer: Seer

    def look(self, item: Input) -> tuple[str | None, Noted | None]:
        """What a document sees, and what was noted of it where it would come out as it stands.

        What a container says of a record it sees as well: address and date are not in its bytes.
        """
        saw = self.seer.saw(item.id)
        if saw is not None and item.stated:
            saw = f"{saw} {item.stated:016x}"
        noted = self.journal.earlier(item.id)
        if saw is None or noted is None or noted.saw != saw or noted.entry.source != item.digest:
            return saw, None
        return saw, noted if stands(self.tree, noted.entry) else None


def all_stand(tree: Tree, journal: Journal) -> bool:
    """Whether the outputs of the earlier run are all on the disk as it left them; then they are of this run.

    Of shards the files are compared, by what the manifest lists.
    """
    shards = listed_shards(tree)
    if shards is None or next(changed_shards(tree, shards), None) is not None:
        return False
    ids = sorted(journal.earlier_ids())
    for id in ids:
        noted = journal.earlier(id)
        if noted is None or noted.entry.status is Status.FAILED:
            return False
        if not shards and noted.entry.output is not None and not stands(tree, noted.entry):
            return False
    for id in ids:
        journal.keep(id)
    return True


def stands(tree: Tree, entry: Entry) -> bool:
    """Whether the outputs of a document are on the disk as its entry says."""
    if entry.output is None or entry.clean is None:
        return False
    wanted = {entry.output: entry.clean.sha256, provenance_name(entry.output): entry.provenance}
    return all(_sha256(tree.read(name)) == digest for name, digest in wanted.items())


def _sha256(data: bytes | None) -> str | None:
    return hashlib.sha256(data).hexdigest() if data is not None else None
