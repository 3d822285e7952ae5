"""Invented dumps: pages with a site's chrome around prose that nobody wrote, the same for a seed."""

import html
import random
from dataclasses import dataclass

from scrubber.documents import RawDocument

NOUNS = [
    "harbour",
    "bridge",
    "council",
    "teacher",
    "river",
    "orchard",
    "ferry",
    "engine",
    "library",
    "market",
    "hospital",
    "budget",
    "village",
    "winter",
    "report",
    "committee",
    "garden",
    "school",
    "window",
    "letter",
    "captain",
    "storm",
    "forest",
    "worker",
    "painter",
    "museum",
    "valley",
    "station",
    "kitchen",
    "mayor",
    "survey",
    "mountain",
    "clerk",
    "sailor",
    "cottage",
    "railway",
    "concert",
    "farmer",
    "doctor",
    "lantern",
    "tunnel",
]
VERBS = [
    "opened",
    "repaired",
    "measured",
    "described",
    "refused",
    "promised",
    "painted",
    "counted",
    "followed",
    "delayed",
    "praised",
    "closed",
    "remembered",
    "explained",
    "carried",
    "welcomed",
    "doubted",
    "visited",
    "borrowed",
    "inspected",
]
QUALITIES = [
    "quiet",
    "northern",
    "broken",
    "patient",
    "wooden",
    "early",
    "ordinary",
    "expensive",
    "narrow",
    "famous",
    "careful",
    "muddy",
    "distant",
    "stubborn",
    "modest",
    "crowded",
    "forgotten",
    "generous",
]
TAILS = (
    "before the rain came back in the evening",
    "although nobody had asked for it at all",
    "and the neighbours spoke of it for weeks",
    "because the old agreement had run out",
    "while the rest of the town looked away",
    "without a single word in the newspaper",
)
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September")


def sentence(rng):
    one, two, three = rng.sample(NOUNS, 3)
    start = rng.choice(("The", "A", "One", "Their", "Another"))
    number = rng.choice(("", f" {rng.randrange(2, 900)} times", ""))
    return (
        f"{start} {rng.choice(QUALITIES)} {one} {rng.choice(VERBS)} the {rng.choice(QUALITIES)} {two}{number},"
        f" near the {three}, {rng.choice(TAILS)}."
    )


def paragraph(rng, sentences=3):
    return " ".join(sentence(rng) for _ in range(sentences))


def title(rng):
    return f"{rng.choice(QUALITIES).title()} {rng.choice(NOUNS)} for the {rng.choice(NOUNS)} of {rng.choice(NOUNS).title()}ton"


@dataclass(frozen=True)
class Page:
    """The parts of a page, so that a test can say what must stay."""

    head: tuple[str, ...]
    title: str
    body: tuple[str, ...]
    foot: tuple[str, ...]

    @property
    def lines(self):
        return (*self.head, self.title, *self.body, *self.foot)

    @property
    def text(self):
        return "\n\n".join(self.lines) + "\n"

    @property
    def markup(self):
        head = "".join(f'<li><a href="/x">{html.escape(line)}</a></li>' for line in self.head)
        body = "".join(f"<p>{html.escape(line)}</p>" for line in self.body)
        foot = "".join(f"<p>{html.escape(line)}</p>" for line in self.foot)
        return (
            f'<html><body><ul class="menu">{head}</ul><div id="main"><h1>{html.escape(self.title)}</h1>{body}</div>'
            f'<div id="side">{foot}</div></body></html>'
        )


def chrome(name):
    """Head and foot of a site's pages; ``{n}`` differs from page to page."""
    rng = random.Random(f"chrome of {name}")
    words = rng.sample(NOUNS, 12)
    head = (
        f"Welcome to the {name.title()} Gazette",
        f"• {words[0].title()}",
        f"• {words[1].title()} and {words[2]}",
        f"• {words[3].title()}",
        "• Home",
        f"Search the {name} archive",
    )
    foot = (
        f"Latest from the {words[4]} desk",
        f"More {words[5]} stories from {name.title()} >",
        "Comments ({n})",
        f"There are no comments on this {words[6]} page. Be the first to comment",
        f"Add your comment to the {words[7]} board",
        "Events in {month}",
        f"All events of the {words[8]} calendar",
        f"Sign up for our {words[9]} newsletter and never miss a {words[10]}",
        "Contact us",
        f"© {name.title()} Gazette {{n}}. All rights reserved, on every {words[11]}.",
    )
    return head, foot


def pages(name, count, *, seed=0, paragraphs=6):
    """`count` different pages of one site."""
    head, foot = chrome(name)
    made = []
    for number in range(count):
        rng = random.Random(f"{name} {seed} {number}")
        facts = {"n": rng.randrange(1, 2000), "month": rng.choice(MONTHS)}
        body = tuple(paragraph(rng, rng.randrange(2, 5)) for _ in range(paragraphs))
        made.append(Page(head, title(rng), body, tuple(line.format(**facts) for line in foot)))
    return made


def documents(name, count, *, place="host", seed=0, paragraphs=6, markup=False):
    """Pages of one site as documents: known by ``host``, by ``folder``, or by nothing (``flat``)."""
    return [
        placed(page, name, number, place=place, markup=markup)
        for number, page in enumerate(pages(name, count, seed=seed, paragraphs=paragraphs))
    ]


def placed(page, name, number, *, place="host", markup=False):
    shuffled = random.Random(f"id {name} {number}").randrange(16**8)
    id = f"{name}/{number:02}" if place == "folder" else f"{shuffled:08x}"
    url = f"https://www.{name}.example/{number}" if place == "host" else None
    if markup:
        return RawDocument.from_html(page.markup, id=f"{id}.html", url=url)
    return RawDocument.from_text(page.text, id=f"{id}.txt", url=url)
