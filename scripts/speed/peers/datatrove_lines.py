"""Runs in datatrove's environment: its sentence deduplication, splitting by line instead.

python datatrove_lines.py DUMP OUTPUT LINES        LINES in a row must recur for them to go

One process. The guards that drop short documents are off: they cost time (word and sentence
splitting) and would lower the score.
"""

import sys

from datatrove.executor.local import LocalPipelineExecutor
from datatrove.pipeline.dedup import SentenceDedupFilter, SentenceDedupSignature, SentenceFindDedups
from datatrove.pipeline.dedup.sentence_dedup import SentDedupConfig
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers.jsonl import JsonlWriter


def main(dump, output, lines):
    config = SentDedupConfig(
        n_sentences=lines,
        split_sentences=False,
        only_dedup_in_index=False,
        min_doc_words=0,
        min_num_sentences=0,
    )
    steps = (
        [JsonlReader(dump), SentenceDedupSignature(f"{output}/signatures", config=config)],
        [SentenceFindDedups(f"{output}/signatures", f"{output}/duplicates", config=config)],
        [
            JsonlReader(dump),
            SentenceDedupFilter(f"{output}/duplicates", config=config),
            JsonlWriter(f"{output}/clean"),
        ],
    )
    for number, step in enumerate(steps):
        LocalPipelineExecutor(pipeline=step, tasks=1, workers=1, logging_dir=f"{output}/logs/{number}").run()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
