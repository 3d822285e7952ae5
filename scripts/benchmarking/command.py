"""What the commands that measure in stages share: arguments, and the tables in the documents."""

from __future__ import annotations

import argparse
from collections.abc import Collection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"


def parser_of(description: str, stages: Collection[str]) -> argparse.ArgumentParser:
    """A parser for the names of stages, and for where the page sets lie."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=f"of {', '.join(stages)}; default: all")
    parser.add_argument("--pagesets", type=Path, default=SHARED / "pagesets")
    return parser


def arguments_of(parser: argparse.ArgumentParser, stages: Collection[str]) -> argparse.Namespace:
    """The command line, once the options that all of them have are added."""
    parser.add_argument("--jobs", type=int, default=2, help="processes (default: 2)")
    parser.add_argument("--again", action="store_true", help="measure even what is stored")
    parser.add_argument("--report", action="store_true", help="measure nothing: write what is stored")
    args = parser.parse_args()
    unknown = [name for name in args.stages if name not in stages]
    if unknown:
        parser.error(f"no stage {unknown[0]}: choose from {', '.join(stages)}")
    return args
