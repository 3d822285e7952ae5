"""Runs in dolma's environment: paragraphs seen before are marked, then cut out by the mixer.

python dolma_paragraphs.py DUMP OUTPUT NGRAM       NGRAM: words of a shingle; 0: whole paragraphs

DUMP holds documents/*.jsonl.gz: dolma writes its attributes beside them, into attributes/.
One process; both steps are dolma's own command line.
"""

import json
import subprocess
import sys
from pathlib import Path

PARAGRAPHS = 100
"""Of a document, for the size of the Bloom filter; there are about as many as lines."""
FALSE_POSITIVES = 1e-4


def main(dump, output, ngram, documents):
    out = Path(output)
    for name in ("work/in", "work/out"):
        (out / name).mkdir(parents=True, exist_ok=True)
    paragraphs = {"attribute_name": "seen"}
    if ngram:
        paragraphs["by_ngram"] = {"ngram_length": ngram, "stride": 0, "overlap_threshold": 0.8}
    work = {"input": str(out / "work" / "in"), "output": str(out / "work" / "out")}
    source = [f"{dump}/documents/*.jsonl.gz"]
    run(out, "dedupe", {
        "documents": source,
        "dedupe": {"name": "seen", "paragraphs": paragraphs, "skip_empty": True},
        "bloom_filter": {
            "file": str(out / "work" / "bloom.bin"), "read_only": False,
            "estimated_doc_count": documents * PARAGRAPHS, "desired_false_positive_rate": FALSE_POSITIVES,
        },
        "processes": 1, "work_dir": work,
    })  # fmt: skip
    run(out, "mix", {
        "streams": [{
            "name": "clean", "documents": source, "attributes": ["seen"],
            "output": {"path": str(out / "clean"), "max_size_in_bytes": 2**33},
            "span_replacement": [{"span": "$.attributes.seen", "min_score": 0.5, "replacement": ""}],
        }],
        "processes": 1, "work_dir": work,
    })  # fmt: skip


def run(out, command, settings):
    path = out / "work" / f"{command}.json"
    path.write_text(json.dumps(settings), "utf-8")
    subprocess.run([Path(sys.executable).with_name("dolma"), "-c", path, command], check=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
