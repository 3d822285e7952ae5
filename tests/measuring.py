"""Features of one document, as tests ask for them."""

from scrubber.classifying.features.measured import Measured, measure
from scrubber.classifying.features.sets import model_of
from scrubber.classifying.features.table import BlockTable, Subject
from scrubber.config import Config
from scrubber.evidence import examine


def measure_one(prepared, record, view, extracted=None, stated=None) -> Measured:
    """The features of a document's blocks, of the model that judges it."""
    table = BlockTable.of([Subject(prepared, record, extracted=extracted, stated=stated)], [view])
    return measure(table, model_of(markup=len(record.paths) > 0))


def table_of(documents, index) -> BlockTable:
    """The blocks of several documents side by side, as an index sees them."""
    seen = [examine(document, Config()) for document in documents]
    views = [index.view(one.record) for one in seen]
    return BlockTable.of([Subject(one.prepared, one.record) for one in seen], views)


def columns_of(table, features):
    """Each feature's column, by name."""
    return {feature.name: feature.column(table).tolist() for feature in features}
