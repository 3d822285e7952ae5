"""Which model judges a document, and by which features: one for HTML, one for text and Markdown."""

from __future__ import annotations

from typing import Final

from scrubber.classifying.features.comments import PLAIN
from scrubber.classifying.features.context import CONTEXT
from scrubber.classifying.features.extractor import EXTRACTED
from scrubber.classifying.features.layout import LAYOUT
from scrubber.classifying.features.lexicon import LEXICON
from scrubber.classifying.features.links import LINKS
from scrubber.classifying.features.markup import MARKUP
from scrubber.classifying.features.own import OWN
from scrubber.classifying.features.recurrence import RECURRENCE
from scrubber.classifying.features.registry import FeatureSet
from scrubber.classifying.features.runs import RUNS
from scrubber.classifying.features.shown import SHOWN
from scrubber.classifying.features.stated import STATED
from scrubber.classifying.features.stems import STEMS
from scrubber.classifying.features.targets import TARGETS
from scrubber.classifying.weighing import WeightsError

TEXT: Final = FeatureSet.of(OWN, RECURRENCE, CONTEXT, PLAIN, LINKS, LAYOUT, LEXICON, RUNS, STEMS)
HTML: Final = FeatureSet.of(
    OWN,
    RECURRENCE,
    CONTEXT,
    MARKUP,
    EXTRACTED,
    PLAIN,
    LAYOUT,
    [feature for feature in LINKS if feature.name != "markdown"],
    STATED,
    TARGETS,
    SHOWN,
    LEXICON,
)
"""All that is measured of HTML, which is no Markdown."""
EVERY: Final = FeatureSet.of(TEXT, MARKUP, EXTRACTED, STATED, TARGETS, SHOWN)
FEW: Final = 4
"""Other pages of a site from which the site itself is evidence enough: no extractor is asked."""
_FEATURES: Final = {"text": TEXT, "html": HTML}


class UnknownModelError(WeightsError):
    """A model of which no document is judged."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no documents are judged by a model named {name!r}: run scripts/train")
        self.name = name


def model_of(*, markup: bool) -> str:
    """The name of the model that judges a document."""
    return "html" if markup else "text"


def features_of(model: str) -> FeatureSet:
    """The features that a model asks for, by the model's name. Raises UnknownModelError."""
    if model not in _FEATURES:
        raise UnknownModelError(model)
    return _FEATURES[model]
