"""What the repair of one text alone proposes: edits and flags, for tests of the rules."""

from dataclasses import dataclass

from scrubber.config import Repair
from scrubber.documents import Flag
from scrubber.edits import Edit
from scrubber.rules.outcomes import decide
from scrubber.rules.truncation import Scope, find_cuts


@dataclass(frozen=True)
class Proposal:
    edits: tuple[Edit, ...]
    flags: tuple[Flag, ...]


def propose(text, blocks, document, policy=None, others=None):
    decided = decide(text, find_cuts(text, blocks, Scope(document, others=others)), policy or Repair())
    return Proposal(
        tuple(one.edit for one in decided if one.edit is not None),
        tuple(one.flag for one in decided if one.flag is not None),
    )
