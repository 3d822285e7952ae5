"""Texts that tell how things are: documentation, handbooks, legal texts, reports that fill a form."""

from __future__ import annotations

from dumping.kinds.grammar import ADJECTIVES, UNITS, Grammar
from dumping.kinds.stretches import Sheet, Sort, Stretch, heading, lines, paragraphs, rows
from dumping.kinds.venues import Venue

_HANDBOOK = 300
"""Blocks of a handbook's page, about."""


def documentation(venue: Venue, say: Grammar) -> Sheet:
    """A reference page: prose, a table of parameters, code, and headings that all pages share."""
    draw, topic = say.draw, say.thing()
    title = f"{say.noun().capitalize()} {topic}"
    made = [heading(title, 1), *paragraphs(say.paragraphs("manual", 2))]
    if draw.random() < 0.4:
        made.append(lines(Sort.PARAGRAPH, [venue.warnings[0]]))
    made += [heading("Synopsis"), lines(Sort.CODE, _code(say, topic, 2))]
    made.append(heading("Parameters"))
    table = [("Name", "Type", "Default", "What it does")]
    kinds = ("string", "integer", "path", "list")
    table += [
        (
            say.thing(),
            say.pick(kinds),
            str(say.number()),
            f"How far the {say.noun()} {say.pick(('goes', 'turns', 'sinks'))}",
        )
        for _ in range(draw.randint(3, 7))
    ]
    made.append(rows(Sort.ROW, table))
    made += [heading("Example"), *paragraphs(say.paragraphs("manual", 1))]
    made.append(lines(Sort.CODE, [f"$ {say.pick(venue.commands)}", *_code(say, topic, draw.randint(3, 8))]))
    for _ in range(draw.randint(1, 4)):
        made += [heading(say.title(), 3), *paragraphs(say.paragraphs("manual", draw.randint(1, 3)))]
        if draw.random() < 0.5:
            made.append(lines(Sort.ITEM, [say.sentence("manual") for _ in range(draw.randint(2, 5))]))
    made += [
        heading("Notes"),
        lines(Sort.ITEM, [f"{say.thing()}: {say.pick(ADJECTIVES)} {say.noun()}" for _ in range(3)]),
    ]
    if draw.random() < 0.4:
        made.append(lines(Sort.QUOTE, [venue.warnings[1]]))
    return Sheet(title, tuple(made))


def _code(say: Grammar, topic: str, count: int) -> list[str]:
    made = [f"def {topic}({say.noun()}, {say.noun()}={say.number()}):"]
    for _ in range(count):
        name, other = say.noun(), say.noun()
        made.append(
            say.pick(
                (
                    f"    {name} = {topic}.{other}({say.number()})",
                    f"    if {name} > {say.number()}:",
                    f"        return {name}.{say.thing()}({other})",
                    f"    # the {say.pick(ADJECTIVES)} {name} comes first",
                    f"    {name}.append({other!r})",
                )
            )
        )
    return made


def handbook(venue: Venue, say: Grammar) -> Sheet:
    """A long page: chapters of prose, steps and tables, some three hundred blocks."""
    draw, title = say.draw, f"Handbook: {say.title()}"
    made, count = [heading(title, 1)], 0
    while count < _HANDBOOK:
        part: list[Stretch] = [
            heading(say.title()),
            *paragraphs(say.paragraphs("manual", draw.randint(3, 7))),
        ]
        if draw.random() < 0.5:
            part += [
                heading("Before you begin", 3),
                lines(Sort.STEP, [say.sentence("manual") for _ in range(4)]),
            ]
        if draw.random() < 0.3:
            part.append(rows(Sort.ROW, [(say.noun(), f"{say.number()} {say.pick(UNITS)}") for _ in range(4)]))
        if draw.random() < 0.2:
            part.append(lines(Sort.PARAGRAPH, [venue.warnings[0]]))
        made += part
        count += sum(len(stretch.units) for stretch in part)
    return Sheet(title, tuple(made))


def legal(venue: Venue, say: Grammar) -> Sheet:
    """Articles and numbered paragraphs; definitions that several texts of a site share."""
    draw, title = say.draw, f"Act {say.number()} on the {say.noun()} of {say.name()}"
    made = [heading(title, 1), lines(Sort.PARAGRAPH, [say.sentence("law")])]
    if draw.random() < 0.5:
        made += [heading("Definitions"), lines(Sort.PARAGRAPH, [venue.warnings[0]])]
    for number in range(1, draw.randint(5, 14)):
        made.append(heading(f"Article {number}. {say.title()}"))
        made.append(lines(Sort.STEP, [say.sentence("law") for _ in range(draw.randint(2, 5))]))
    made += [heading("Entry into force"), lines(Sort.PARAGRAPH, [say.sentence("law")])]
    return Sheet(title, tuple(made))


def reports(venue: Venue, say: Grammar) -> Sheet:
    """A day's report that fills a form: pages differ in numbers and a sentence or two."""
    draw = say.draw
    day, month = draw.randint(1, 28), draw.choice(("January", "April", "July", "October"))
    title = f"Daily report of {day} {month} {draw.randint(2011, 2024)}"
    made = [heading(title, 1)]
    for keeper in venue.staff[:3]:
        made.append(heading(f"Gauge at {keeper.split()[1]}"))
        made.append(
            rows(
                Sort.LABEL,
                [
                    ("Level at six", f"{say.number()} cm"),
                    ("Level at noon", f"{say.number()} cm"),
                    ("Ships counted", f"{say.number(60)}"),
                    ("Wind", f"{say.number(12)} knots"),
                ],
            )
        )
        high = f"The gauge stood {say.number(90)} centimetres above the mean and rose by {say.number(9)} until noon."
        made.append(lines(Sort.PARAGRAPH, [high]))
    made.append(lines(Sort.PARAGRAPH, [say.paragraph("story", 1, 2)]))
    return Sheet(title, tuple(made))
