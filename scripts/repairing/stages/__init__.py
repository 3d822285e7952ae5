"""One module a stage: `measure` gives its records, `to_tables` the Markdown, `draw` the plots."""

from repairing.bench import Stage
from repairing.stages import handwritten, joining, natural, planted

STAGES: dict[str, Stage] = {
    "planted": planted,
    "handwritten": handwritten,
    "natural": natural,
    "joining": joining,
}
"""In the order in which they are run."""

__all__ = ["STAGES"]
