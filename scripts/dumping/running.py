"""The command: options, and where everything goes."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from benchmarking.pages import NoPageSetsError
from benchmarking.progress import say, watched

from dumping.containers import write_gold, write_jsonl, write_labels, write_tree, write_warc
from dumping.dump import Dump, Order
from dumping.gold import TooLittleGoldError
from dumping.kinds.planted import SIZES, NoSuchBodyError, PlantedDump, PlantedOrder, kinds_of

ROOT = Path(__file__).resolve().parents[2]
FORMATS = ("text", "markdown", "jsonl", "warc", "html")
NEWS = "news"
"""Bodies of the page sets' gold text; all other kinds are invented."""


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
    except (NoPageSetsError, TooLittleGoldError, NoSuchBodyError, PlaceError) as error:
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
    parser.add_argument("--bodies", default=NEWS, help="news (default), all others, or some: recipes,papers")
    parser.add_argument(
        "--sizes", type=_sizes, default=SIZES, help="with other bodies than news: pages of each kind's sites"
    )
    parser.add_argument("--pagesets", type=Path, default=ROOT.parent / "shared" / "pagesets")
    args = parser.parse_args()
    if args.flat and args.format == "warc":
        parser.error("a WARC record has its address: --flat goes with text, jsonl and html")
    if args.format == "markdown" and args.bodies == NEWS:
        parser.error("news has no Markdown: name other --bodies, or another --format")
    if args.sites > args.documents:
        parser.error(f"{args.documents} documents cannot come from {args.sites} sites: lower --sites")
    return args


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(_count(one) for one in text.split(","))


def _run(args: argparse.Namespace) -> None:
    _check(args.output, args.gold)
    begun = time.monotonic()
    html = args.format in ("warc", "html")
    mixed = args.format in ("warc", "jsonl")
    dump: Dump | PlantedDump
    if args.bodies == NEWS:
        dump = Dump(Order(args.documents, args.sites, args.seed, html, args.flat, mixed), args.pagesets)
        sites = args.sites
    else:
        form = "html" if html else "markdown" if args.format == "markdown" else "text"
        kinds = kinds_of(args.bodies)
        dump = PlantedDump(PlantedOrder(kinds, args.sizes, args.seed, form, args.flat))
        sites = len(kinds) * len(args.sizes)
    if args.format == "jsonl":
        documents = write_jsonl(args.output, dump)
    elif args.format == "warc":
        documents = write_warc(args.output, dump)
    else:
        suffix = {"html": ".html", "markdown": ".md"}.get(args.format, ".txt")
        documents = write_tree(args.output, dump, suffix)
    if args.gold is not None:
        documents = (write_gold if args.bodies == NEWS else write_labels)(args.gold, documents)
    size = gold = 0
    for document in watched(documents, len(dump), "make_dump"):
        size += len(document.text.encode())
        gold += len(document.gold.encode())
    main_text = f"of which {gold / 1e6:.1f} MB main text, " if args.bodies == NEWS else ""
    say(
        f"{len(dump)} documents of {sites} sites, {size / 1e6:.1f} MB, {main_text}"
        f"in {time.monotonic() - begun:.0f} s"
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
