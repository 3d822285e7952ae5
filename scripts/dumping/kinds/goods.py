"""Texts of short lines: recipes, product sheets, listings of headlines, verse."""

from __future__ import annotations

from collections.abc import Sequence

from dumping.kinds.grammar import ADJECTIVES, MATERIALS, VERBS, WORDS, Grammar
from dumping.kinds.stretches import Sheet, Sort, Stretch, Unit, heading, lines, paragraphs, rows, slug
from dumping.kinds.venues import Venue

_FOOD: Sequence[str] = WORDS["food"]
_COMMON = ("1 pinch of salt", "2 eggs", "3 tablespoons of oil", "1 clove of garlic", "Pepper to taste")


def recipes(venue: Venue, say: Grammar) -> Sheet:
    """Ingredients, some of which most recipes share, and steps."""
    draw = say.draw
    title = f"{say.pick(ADJECTIVES).capitalize()} {say.pick(_FOOD)} with {say.pick(_FOOD)} from {say.name()}"
    made = [heading(title, 1), *paragraphs(say.paragraphs("story", draw.randint(1, 3)))]
    made.append(
        rows(
            Sort.LABEL, [("Serves", f"{draw.randint(2, 8)}"), ("Time", f"{draw.randint(2, 20) * 5} minutes")]
        )
    )
    own = [f"{say.number(40) * 10} g of {say.pick(_FOOD)}" for _ in range(draw.randint(4, 8))]
    made += [heading("Ingredients"), lines(Sort.ITEM, own + draw.sample(_COMMON, draw.randint(1, 4)))]
    steps = [
        say.pick(WORDS["steps"]).format(
            f=say.pick(_FOOD),
            g=say.pick(_FOOD),
            n=say.number(50),
            t=draw.randint(14, 24) * 10,
            a=say.pick(ADJECTIVES),
        )
        for _ in range(draw.randint(4, 8))
    ]
    made += [heading("Method"), lines(Sort.STEP, steps)]
    if draw.random() < 0.3:
        made.append(lines(Sort.PARAGRAPH, [venue.warnings[0]]))
    made += [heading("Tips"), *paragraphs(say.paragraphs("talk", 1))]
    return Sheet(title, tuple(made))


_LABELS = ("Weight", "Width", "Height", "Depth", "Material", "Colour", "Power", "Warranty", "Article number", "Made in",
           "Noise", "Voltage", "Energy class", "Delivery time")  # fmt: skip
_BOX = ("Mains cable", "Printed manual", "Two spare screws")


def products(venue: Venue, say: Grammar) -> Sheet:
    """A data sheet: labels that all pages share, with values of their own."""
    draw = say.draw
    title = f"{say.name()} {say.noun()} {say.pick('ABCDKMRX')}{say.number()}"
    labels = venue.grammar("labels").draw.sample(_LABELS, 8)
    made = [heading(title, 1), *paragraphs(say.paragraphs("manual", draw.randint(1, 3)))]
    made += [heading("Specifications"), rows(Sort.LABEL, [(label, _value(label, say)) for label in labels])]
    made += [
        heading("In the box"),
        lines(Sort.ITEM, [*_BOX[: draw.randint(1, 3)], f"1 {say.noun()} of {say.pick(MATERIALS)}"]),
    ]
    made += [
        heading("Good to know"),
        lines(Sort.ITEM, [say.sentence("manual") for _ in range(draw.randint(2, 4))]),
    ]
    if draw.random() < 0.5:
        made.append(lines(Sort.PARAGRAPH, [venue.warnings[0]]))
    made.append(
        lines(Sort.CAPTION, [f"The {say.noun()} from the side, beside a {say.pick(ADJECTIVES)} {say.noun()}"])
    )
    return Sheet(title, tuple(made))


def _value(label: str, say: Grammar) -> str:
    if label in ("Material", "Colour", "Made in", "Energy class"):
        values = {"Material": say.pick(MATERIALS), "Colour": say.pick(ADJECTIVES), "Made in": say.name()}
        return values.get(label, say.pick("ABCD"))
    unit = {
        "Weight": "kg",
        "Power": "W",
        "Warranty": "months",
        "Noise": "dB",
        "Voltage": "V",
        "Delivery time": "days",
    }
    return f"{say.number()} {unit.get(label, 'mm')}"


def listings(venue: Venue, say: Grammar) -> Sheet:
    """A page that lists others: pairs of a headline and a byline."""
    draw = say.draw
    title = say.title()
    made = [heading(title, 1), lines(Sort.PARAGRAPH, [say.sentence("story")])]
    for _ in range(draw.randint(10, 30)):
        headline = say.title()
        entry = Unit(headline, f"https://{venue.host}/{slug(headline)}")
        made.append(Stretch(Sort.ENTRY, (entry,)))
        made.append(
            lines(
                Sort.BYLINE,
                [f"By {say.pick(venue.staff)}, {draw.randint(1, 28)} May {draw.randint(2012, 2024)}"],
            )
        )
    return Sheet(title, tuple(made))


def verse(venue: Venue, say: Grammar) -> Sheet:
    """Stanzas of short lines, some with a refrain of their own."""
    draw = say.draw

    def line() -> str:
        text = say.pick(WORDS["verses"]).format(
            a=say.pick(ADJECTIVES), a2=say.pick(ADJECTIVES), n=say.noun(), m=say.noun(), n2=say.noun(),
            v=say.pick(VERBS), s=say.pick(MATERIALS), p=say.name(),
        )  # fmt: skip
        return text[0].upper() + text[1:]

    title, refrain = say.title(), line()
    made = [heading(title, 1), lines(Sort.BYLINE, [f"by {say.pick(venue.staff)}"])]
    sung = draw.random() < 0.5
    again = [refrain] if sung else []
    stanzas = [[line() for _ in range(draw.randint(3, 5))] for _ in range(draw.randint(4, 12))]
    made += [lines(Sort.VERSE, [*stanza, *again]) for stanza in stanzas]
    return Sheet(title, tuple(made))
