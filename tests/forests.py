"""Forests of one tree, by which a test decides itself what goes."""

from scrubber.classifying.features.lexicon import NOTHING
from scrubber.classifying.features.sets import features_of
from scrubber.classifying.forest import Forest

NAMES = ("html", "text")


def constant(name, score) -> Forest:
    """Every block has this score."""
    return Forest(name, (), (), (((score,),),))


def splitting(name, feature, bin, scores, words=None) -> Forest:
    """Blocks of a later bin of a feature have the second of two scores, all others the first."""
    low, high = scores
    tree = ((0, bin, 1, low), (low,), (high,))
    return Forest(name, (feature,), (features_of(name)[feature].bins,), (tree,), words or {})


def listening(name, words, scores, feature="words") -> Forest:
    """Blocks of which words (or, by the feature "names", names) speak for chrome have the second of two scores."""
    return splitting(name, feature, NOTHING, scores, words)
