"""Runs in datatrove's environment: WARC files through its trafilatura extractor, one process.

python datatrove_extract.py DUMP OUTPUT
"""

import sys

from datatrove.executor.local import LocalPipelineExecutor
from datatrove.pipeline.extractors import Trafilatura
from datatrove.pipeline.readers import WarcReader
from datatrove.pipeline.writers.jsonl import JsonlWriter


def main(dump, output):
    pipeline = [WarcReader(dump, glob_pattern="*.warc.gz"), Trafilatura(), JsonlWriter(f"{output}/clean")]
    LocalPipelineExecutor(pipeline=pipeline, tasks=1, workers=1, logging_dir=f"{output}/logs").run()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
