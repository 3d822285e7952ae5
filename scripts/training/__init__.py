"""What `scripts/train` is made of: labelled pages, samples of them, and the fitting of weights."""

from training.judging import judge_unseen, page_score
from training.pages import FOLDS, NONE, SHARED_TEMPLATES, Page, cleaned, fold_of, label, load, tokens
from training.sampling import CHUNKS, Sample, block_weights, samples

__all__ = [
    "CHUNKS",
    "FOLDS",
    "NONE",
    "SHARED_TEMPLATES",
    "Page",
    "Sample",
    "block_weights",
    "cleaned",
    "fold_of",
    "judge_unseen",
    "label",
    "load",
    "page_score",
    "samples",
    "tokens",
]
