"""Which features a document is judged by, and which table of weights: by what it is, and how well its site is known."""

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

TEXT: Final = FeatureSet.of(OWN, RECURRENCE, CONTEXT, PLAIN, LINKS, LAYOUT, LEXICON, RUNS, STEMS)
HTML: Final = FeatureSet.of(OWN, RECURRENCE, CONTEXT, MARKUP)
HTML_EXTRACTED: Final = FeatureSet.of(HTML, EXTRACTED)
"""HTML, where a single-page extractor is asked as well: where a site has few pages."""
HTML_FOREST: Final = FeatureSet.of(
    HTML_EXTRACTED,
    PLAIN,
    LAYOUT,
    [feature for feature in LINKS if feature.name != "markdown"],
    STATED,
    TARGETS,
    SHOWN,
    LEXICON,
    RUNS,
)
"""All that is measured of HTML, which is no Markdown."""
EVERY: Final = FeatureSet.of(TEXT, MARKUP, EXTRACTED, STATED, TARGETS, SHOWN)
FEW: Final = 4
"""Other pages of a site from which the site itself is evidence enough."""


def situation(*, markup: bool, others: int) -> str:
    """The name of the model that judges a document.

    >>> situation(markup=True, others=2)
    'html few'
    """
    if not markup:
        return "text"
    pages = "alone" if others == 0 else "few" if others < FEW else "many"
    return f"html {pages}"


def model_of(*, markup: bool) -> str:
    """The name of the model that judges a document."""
    return "html" if markup else "text"


def features_of(model: str) -> FeatureSet:
    """The features that a model weighs, by the model's name."""
    if model == "text":
        return TEXT
    if model == "html":
        return HTML_FOREST
    return HTML if model == "html many" else HTML_EXTRACTED
