"""One module a table: `measure` gives its figures, `to_tables` the Markdown, `draw` the plot."""

from benchmarking.stages import (
    ablation,
    calibration,
    languages,
    lost,
    second,
    sets,
    sizes,
    speed,
    threshold,
    unknown,
    worst,
)

STAGES = {
    "sets": sets,
    "sizes": sizes,
    "unknown": unknown,
    "languages": languages,
    "threshold": threshold,
    "calibration": calibration,
    "second": second,
    "speed": speed,
    "lost": lost,
    "worst": worst,
    "ablation": ablation,
}
"""In the order in which they are run."""

READERS = frozenset({"ablation"})
"""Stages that only read what others measured: their results are not kept, they may be old tomorrow."""

__all__ = ["READERS", "STAGES"]
