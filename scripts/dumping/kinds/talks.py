"""Texts of several voices, and of learning: transcripts, threads of forums, papers."""

from __future__ import annotations

from dumping.kinds.grammar import Grammar
from dumping.kinds.stretches import Sheet, Sort, Stretch, heading, lines, paragraphs, rows
from dumping.kinds.venues import Venue


def transcripts(venue: Venue, say: Grammar) -> Sheet:
    """Who says what, turn after turn; short turns among them."""
    draw = say.draw
    title = f"{say.pick(('Interview', 'Hearing', 'Conversation'))}: {say.title()}"
    host = venue.staff[0].split()[1].upper()
    voices = [host, *(say.person().split()[1].upper() for _ in range(draw.randint(1, 3)))]
    made = [heading(title, 1), lines(Sort.PARAGRAPH, [say.sentence("story")])]
    short = ("Yes.", "No, never.", "Go on.", "And then?", "I cannot say.")
    for _ in range(draw.randint(15, 45)):
        said = say.pick(short) if draw.random() < 0.25 else say.paragraph("story", 1, 4)
        made.append(lines(Sort.TURN, [f"{say.pick(voices)}: {said}"]))
    return Sheet(title, tuple(made))


def forums(venue: Venue, say: Grammar) -> Sheet:
    """A question and its answers, each with who wrote it and when."""
    draw, title = say.draw, f"{say.title()}?"
    made: list[Stretch] = [heading(title, 1)]
    for _ in range(draw.randint(3, 12)):
        when = f"{draw.randint(1, 28)} March {draw.randint(2009, 2024)}, {draw.randint(10, 23)}:{draw.randint(10, 59)}"
        made.append(lines(Sort.BYLINE, [f"{say.name().lower()}{say.number(99)} wrote on {when}"]))
        if draw.random() < 0.3:
            made.append(lines(Sort.QUOTE, [say.sentence("talk")]))
        made += paragraphs(say.paragraphs("talk", draw.randint(1, 3)))
        if draw.random() < 0.2:
            made.append(lines(Sort.CODE, [say.pick(venue.commands), f"{say.thing()} = {say.number()}"]))
    return Sheet(title, tuple(made))


_SECTIONS = ("Introduction", "Related work", "Method", "Results", "Discussion")


def papers(venue: Venue, say: Grammar) -> Sheet:
    """Abstract, sections that all papers have, a table with its caption, references."""
    draw, title = say.draw, say.title()
    made = [heading(title, 1), lines(Sort.BYLINE, [", ".join(say.person() for _ in range(3))])]
    made += [heading("Abstract"), *paragraphs([say.paragraph("paper", 4, 6)])]
    for number, name in enumerate(_SECTIONS, 1):
        made += [heading(f"{number} {name}"), *paragraphs(say.paragraphs("paper", draw.randint(2, 4)))]
        if name == "Results":
            made.append(lines(Sort.CAPTION, [f"Table {number}: {say.sentence('paper')}"]))
            table = [
                ("Group", "Mean", "Trials"),
                *((say.noun(), f"0.{say.number()}", f"{say.number()}") for _ in range(4)),
            ]
            made.append(rows(Sort.ROW, table))
        if draw.random() < 0.3:
            made.append(lines(Sort.CAPTION, [f"Figure {number}: {say.sentence('paper')}"]))
    if draw.random() < 0.5:
        made += [heading("Acknowledgements"), lines(Sort.PARAGRAPH, [venue.warnings[0]])]
    made.append(heading("References"))
    made.append(lines(Sort.REFERENCE, [_reference(say, n) for n in range(1, draw.randint(8, 25))]))
    return Sheet(title, tuple(made))


def _reference(say: Grammar, number: int) -> str:
    first, last = say.number(300), say.number(300) + 300
    journal = f"Journal of {say.name()} Studies"
    return f"[{number}] {say.person()}. {say.title()}. {journal} {say.number(80)}, {first}-{last}, {1950 + say.number(70)}."
