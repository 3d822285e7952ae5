"""The command: options, and where everything goes."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from benchmarking.pages import NoPageSetsError
from benchmarking.progress import say, watched

from dumping.containers import write_gold, write_jsonl, write_tree, write_warc
from dumping.dump import Dump, Order
from dumping.gold import TooLittleGoldError

ROOT = Path(__file__).resolve().parents[2]
FORMATS = ("text", "jsonl", "warc", "html")


class PlaceError(ValueError):
    """A folder that would be written to holds something, or lies in the other one."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} {why}")
        self.path = path


def main(description: str) -> None:
    """Run the command."""
    args = _arguments(description)
    try:
        _run(args)
    except (NoPageSetsError, TooLittleGoldError, PlaceError) as error:
        sys.exit(f"make_dump: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _arguments(description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=_count, default=20_000, help="how many (default: 20000)")
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.add_argument("--output", type=Path, required=True, help="a folder that is not there, or empty")
    parser.add_argument("--gold", type=Path, help="a folder for the main texts, outside the dump")
    parser.add_argument("--sites", type=_count, default=50, help="how many (default: 50)")
    parser.add_argument("--seed", type=int, default=0, help="another seed, another dump (default: 0)")
    parser.add_argument("--flat", action="store_true", help="shuffled names, no sites, no addresses")
    parser.add_argument("--pagesets", type=Path, default=ROOT.parent / "shared" / "pagesets")
    args = parser.parse_args()
    if args.flat and args.format == "warc":
        parser.error("a WARC record has its address: --flat goes with text, jsonl and html")
    if args.sites > args.documents:
        parser.error(f"{args.documents} documents cannot come from {args.sites} sites: lower --sites")
    return args


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _run(args: argparse.Namespace) -> None:
    _check(args.output, args.gold)
    begun = time.monotonic()
    html = args.format in ("warc", "html")
    mixed = args.format in ("warc", "jsonl")
    dump = Dump(Order(args.documents, args.sites, args.seed, html, args.flat, mixed), args.pagesets)
    if args.format == "jsonl":
        documents = write_jsonl(args.output, dump)
    elif args.format == "warc":
        documents = write_warc(args.output, dump)
    else:
        documents = write_tree(args.output, dump, ".html" if html else ".txt")
    if args.gold is not None:
        documents = write_gold(args.gold, documents)
    size = gold = 0
    for document in watched(documents, len(dump), "make_dump"):
        size += len(document.text.encode())
        gold += len(document.gold.encode())
    say(
        f"{len(dump)} documents of {args.sites} sites, {size / 1e6:.1f} MB, "
        f"of which {gold / 1e6:.1f} MB main text, in {time.monotonic() - begun:.0f} s"
    )


def _check(output: Path, gold: Path | None) -> None:
    """Raises PlaceError."""
    for path in (output, gold):
        if path is not None and path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise PlaceError(path, "is not empty: name another folder, or remove it first")
    if gold is not None:
        inner, outer = gold.resolve(), output.resolve()
        if inner.is_relative_to(outer) or outer.is_relative_to(inner):
            raise PlaceError(gold, f"and {output} must lie outside one another: gold is no part of the dump")
