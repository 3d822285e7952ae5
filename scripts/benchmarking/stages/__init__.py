"""One module a table: `measure` gives its figures, `to_tables` the Markdown, `draw` the plot."""

from benchmarking.stages import (
    ablation,
    calibration,
    cases,
    dumps,
    languages,
    lost,
    planted,
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
    "planted": planted,
    "dumps": dumps,
    "cases": cases,
}
"""In the order in which they are run."""

READERS = frozenset({"ablation"})
"""Stages that only read what others measured: their results are not kept, they may be old tomorrow."""

BUILT_IN = frozenset({"planted", "cases"})
"""Stages that run `scrubber clean` as a user does, with the weights that are built in."""

__all__ = ["BUILT_IN", "READERS", "STAGES"]
