"""What `scripts/train` is made of: labelled pages, samples of them, and the fitting of weights."""

from training.additive import bounds, design, fit, fit_all, vocabulary, word_columns
from training.judging import judge_unseen, page_score, summary
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
    "bounds",
    "cleaned",
    "design",
    "fit",
    "fit_all",
    "fold_of",
    "judge_unseen",
    "label",
    "load",
    "page_score",
    "samples",
    "summary",
    "tokens",
    "vocabulary",
    "word_columns",
]
