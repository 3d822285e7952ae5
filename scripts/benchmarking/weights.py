"""The weights that judge: one file for all pages, or for each page those that never saw its site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from training import FOLDS, fold_of

from scrubber.classifying.forest import Forest
from scrubber.classifying.model import parse
from scrubber.classifying.weighing import WeightsError


class NoWeightsError(ValueError):
    """There are no weights, or not for these features."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}; make them with `scripts/train --folds DIR`")
        self.path = path


@dataclass(frozen=True, slots=True)
class Weights:
    """Forests by fold; one entry serves all."""

    folds: tuple[Mapping[str, Forest], ...]
    files: tuple[Path, ...]

    @property
    def held_out(self) -> bool:
        """Whether every page is judged by weights that never saw its site."""
        return len(self.folds) > 1

    def file_of(self, name: str) -> Path:
        """The file of the weights that judge a dump, or the pages of a site."""
        return self.files[fold_of(name) if self.held_out else 0]

    def of(self, site: str) -> Mapping[str, Forest]:
        """The forests that judge the pages of a site (the name of its folder)."""
        return self.folds[fold_of(site)] if self.held_out else self.folds[0]


def read_weights(path: Path) -> Weights:
    """Read a weights file, or a folder of ``fold0.json`` … Raises NoWeightsError."""
    files = [path / f"fold{i}.json" for i in range(FOLDS)] if path.is_dir() else [path]
    found = []
    for file in files:
        if not file.is_file():
            raise NoWeightsError(file, "is missing")
        try:
            found.append(parse(file.read_text("utf-8")))
        except WeightsError as error:
            raise NoWeightsError(file, f"belongs to other features ({error})") from error
    return Weights(tuple(found), tuple(files))
