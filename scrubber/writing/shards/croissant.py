"""A Croissant description of a corpus: what is in its files, what it was derived from, and by what.

Croissant 1.0, http://mlcommons.org/croissant/1.0; where from and by what in the words of PROV-O and
schema.org, which readers of Croissant pass over if they do not know them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Final

from scrubber.writing.shards import DOCUMENTS, LEDGER, SUFFIXES, Format
from scrubber.writing.shards.facts import Facts, Origin
from scrubber.writing.shards.rows import DOCUMENT_SHAPE, LEDGER_SHAPE

NAME: Final = "croissant.json"

_CONTEXT: Final = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "prov": "http://www.w3.org/ns/prov#",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""Readers compare it with the context of the specification."""

_MEDIA_TYPES: Final = {Format.JSONL: "application/jsonlines", Format.PARQUET: "application/x-parquet"}
_DATA_TYPES: Final = {"string": "sc:Text", "int64": "sc:Integer", "double": "sc:Float"}
_TEXTS: Final = {
    DOCUMENTS: "Clean text and metadata of every document.",
    LEDGER: "What was done to every document: its provenance and every edit, in the order of the documents.",
}


def to_json(facts: Facts) -> bytes:
    """The bytes of ``croissant.json``: the same for equal facts."""
    described = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": facts.name,
        "description": (
            f"{facts.documents} documents, cleaned by scrubber {facts.tool}: chrome that repeats over the "
            "pages of a site was removed, text that was cut off was repaired from the dump, and every "
            "change is recorded."
        ),
        "version": f"1.0.0+{_digest(facts)[:12]}",
        **({"inLanguage": list(facts.languages)} if facts.languages else {}),
        "distribution": [*_sets(facts), *_files(facts)],
        "recordSet": [_records(DOCUMENTS, DOCUMENT_SHAPE), _records(LEDGER, LEDGER_SHAPE)],
        "isBasedOn": [_origin(origin) for origin in facts.origins],
        "prov:wasDerivedFrom": [{"@id": _urn(origin)} for origin in facts.origins],
        "prov:wasGeneratedBy": {
            "@type": "prov:Activity",
            "prov:wasAssociatedWith": {
                "@type": ["prov:SoftwareAgent", "sc:SoftwareApplication"],
                "name": "scrubber",
                "softwareVersion": facts.tool,
            },
            "prov:used": [
                {"@type": "prov:Entity", "name": "configuration", "identifier": facts.configuration},
                {"@type": "prov:Entity", "name": "templates.jsonl", "sha256": facts.templates},
            ],
        },
    }
    return (json.dumps(described, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _digest(facts: Facts) -> str:
    """What makes this state of the corpus another than any other: the digests of its files."""
    digests = sorted(digest for shard in facts.shards for digest in shard.files.values())
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def _sets(facts: Facts) -> Iterator[dict[str, Any]]:
    for kind, text in _TEXTS.items():
        yield {
            "@type": "cr:FileSet",
            "@id": f"{kind}-files",
            "name": f"{kind}-files",
            "description": text,
            "encodingFormat": _MEDIA_TYPES[facts.format],
            "includes": f"{kind}/part-*{SUFFIXES[facts.format]}",
        }


def _files(facts: Facts) -> Iterator[dict[str, Any]]:
    for shard in facts.shards:
        for name, digest in sorted(shard.files.items()):
            yield {
                "@type": "cr:FileObject",
                "@id": name,
                "name": name,
                "contentUrl": name,
                "encodingFormat": _MEDIA_TYPES[facts.format],
                "sha256": digest,
            }


def _records(kind: str, shape: dict[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": kind,
        "name": kind,
        "description": _TEXTS[kind],
        "key": {"@id": f"{kind}/id"},
        "field": [_field((kind, name), of) for name, of in shape.items()],
    }


def _field(path: tuple[str, ...], of: Any) -> dict[str, Any]:
    """A field of a row; of a structure, with its own fields."""
    field: dict[str, Any] = {"@type": "cr:Field", "@id": "/".join(path), "name": "/".join(path)}
    if isinstance(of, list):
        return field | _field(path, of[0]) | {"repeated": True}
    if isinstance(of, dict):
        return field | {"subField": [_field((*path, name), inner) for name, inner in of.items()]}
    source: dict[str, Any] = {"fileSet": {"@id": f"{path[0]}-files"}, "extract": {"column": path[1]}}
    if len(path) > 2:
        source["transform"] = {"jsonPath": ".".join(path[2:])}
    return field | {"dataType": _DATA_TYPES[of], "source": source}


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        # Not a Dataset: readers take the first they find for the one that is described.
        "@type": ["prov:Entity", "sc:CreativeWork"],
        "@id": _urn(origin),
        "name": origin.id,
        "sha256": origin.sha256,
        "description": f"Raw documents; {origin.documents} of this corpus come from it.",
    }


def _urn(origin: Origin) -> str:
    return f"urn:sha256:{origin.sha256}"
