"""Words in a row as keys: what a page of one line can share with others, which has no lines to compare.

Some dumps hold pages whose lines were joined with blanks: menu, headline, text and footer are one line. A
block is a line there, and no two pages have one in common. So the evidence of such a page holds keys of all
its *word-grams*, `SIZE` words in a row; what many pages of a site share comes out as a row of grams that
recur, to the word (see `classifying.stretches`).

A gram has two keys. Their high halves are the first words (of the key *ahead*) or the last words (of the key
*behind*), their low halves the one word that is left: so all that follows some words, or precedes them, lies
side by side among sorted keys, and it can be asked whether other pages go on alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise
from typing import Final

import numpy as np

from scrubber.documents import Block, BlockKind
from scrubber.fingerprints import Key, block_key, fold, join_arrays, join_keys
from scrubber.lang.punctuation import AFTER_END, SENTENCE_END, WIDE_STOPS
from scrubber.lang.scripts import UNSPACED
from scrubber.postings import NO_KEYS, Keys, unique_keys

SIZE: Final = 5
"""Words of a gram."""
FEWEST_WORDS: Final = 24
"""Words from which a text of one line is read so."""
MOST_LINES: Final = 3
"""Lines that such a text has at most, ..."""
HUGE: Final = 2000
"""... and how many characters each of them then has: lines of ordinary texts are titles and paragraphs."""
FORGOTTEN: Final = 6
"""Grams that fewer than one in so many of a site's pages of one line have count as none: see `least_shared`."""
_ENDS: Final = 96
"""Words at either end of a text among which grams say to which site it belongs, ..."""
_SAMPLED: Final = 3
"""... one in eight: so many bits of its key pick it. More would join sites that share a notice."""
_KIN: Final = 4
_LONG: Final = 80
_LINK, _BEHIND, _SENTENCES = 7, 8, 9
"""Salts that keep families of keys apart."""
_WORD = re.compile(rf"[{UNSPACED}]|[^\s{UNSPACED}]+")
_ENDS_SENTENCE = re.compile(rf"{SENTENCE_END}+{AFTER_END}*(?=\s|\Z)|[{WIDE_STOPS}]")
_HIGH: Final = np.uint64(0xFFFFFFFF00000000)
_HALF: Final = np.uint64(32)
_START, _BREAK, _END = block_key("\x02"), block_key("\n"), block_key("\x03")

_LINES: Final = frozenset((BlockKind.LINE, BlockKind.LIST_ITEM))

ONE_LINE: Final[Key] = block_key("a text of one line")
"""A key that every such text has: how many of a site's documents are so."""


def is_one_line(text: str, blocks: Sequence[Block]) -> bool:
    """Whether a plain text has no lines that could be compared: one, or two or three huge ones.

    A paragraph among other lines is none, however long it is.
    """
    if not 0 < len(blocks) <= MOST_LINES:
        return False
    if any(block.markup is not None or block.kind not in _LINES for block in blocks):
        return False
    if len(blocks) > 1:
        return all(block.end - block.start >= HUGE for block in blocks)
    words = _WORD.finditer(text, blocks[0].start, blocks[0].end)
    return sum(1 for _ in islice(words, FEWEST_WORDS)) == FEWEST_WORDS


@dataclass(frozen=True)
class Words:
    """The words of a text, with its start, its end and its line breaks among them.

    Of scripts without spaces every character is a word.
    """

    text: str
    blocks: Sequence[Block]

    @cached_property
    def keys(self) -> Keys:
        """A key for each word, in order; shape (words,)."""
        found = [_START]
        for block in self.blocks:
            words = _WORD.findall(self.text, block.start, block.end)
            known = {word: block_key(word) for word in set(words)}
            if len(found) > 1:
                found.append(_BREAK)
            found += [known[word] for word in words]
        found.append(_END)
        return np.array(found, dtype=np.uint64)

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Where each word stands; start, end and line breaks of the text are empty spans."""
        found = [(0, 0)]
        for block in self.blocks:
            if len(found) > 1:
                found.append((block.start, block.start))
            found += [word.span() for word in _WORD.finditer(self.text, block.start, block.end)]
        found.append((len(self.text), len(self.text)))
        return found

    @cached_property
    def ahead(self) -> Keys:
        """A key for every `SIZE` words in a row, in order; those that go on from the same words lie together."""
        return _grams(self.keys, 0)

    @cached_property
    def behind(self) -> Keys:
        """The same; those that the same words follow lie together."""
        return _grams(self.keys[::-1], _BEHIND)[::-1]


def _grams(keys: Keys, salt: int) -> Keys:
    size = max(len(keys) - SIZE + 1, 0)
    if not size:
        return NO_KEYS
    mixed = keys[:size]
    for place in range(1, SIZE - 1):
        mixed = join_arrays(mixed, keys[place : place + size], salt)
    last: Keys = (mixed & _HIGH) | (keys[SIZE - 1 : SIZE - 1 + size] >> _HALF)
    return last


def grams_of(words: Words) -> Keys:
    """What the evidence of a text of one line holds: its grams, ahead and behind, each once, sorted."""
    return unique_keys(words.ahead, words.behind, np.array([ONE_LINE], dtype=np.uint64))


def links_of(words: Words) -> Keys:
    """A part of the grams at either end, picked by what they say: what the pages of a site are known by; sorted.

    Menus and footers stand there. What two pages share within their texts proves no site.
    """
    ahead = words.ahead
    ends = ahead if len(ahead) <= 2 * _ENDS else np.concatenate((ahead[:_ENDS], ahead[-_ENDS:]))
    links = join_arrays(ends, np.uint64(0), _LINK)
    return unique_keys(links[links >> np.uint64(64 - _SAMPLED) == 0])


def kin_of(text: str, blocks: Sequence[Block]) -> Keys:
    """Keys of the longest sentences, sorted: near-duplicates have them in common. Empty where they are few.

    Those at either end hold a menu or a footer, and count for nothing.
    """
    sentences: set[str] = set()
    for block in blocks:
        edges = [end.end() for end in _ENDS_SENTENCE.finditer(text, block.start, block.end)]
        sentences.update(text[start:end] for start, end in pairwise(edges) if end - start >= _LONG)
    found: set[Key] = set()
    for sentence in sorted(sentences, key=lambda one: (-len(one), one)):
        found.add(block_key(fold(sentence)))
        if len(found) == _KIN:
            return np.array(sorted(found), dtype=np.uint64)
    return NO_KEYS


def family_of(kin: Sequence[Key]) -> Key:
    """The key of the documents that have these sentences in common."""
    family = block_key("family")
    for key in kin:
        family = join_keys(family, key, _SENTENCES)
    return family


def least_shared(pages: int) -> int:
    """In how many of a site's pages of one line a gram must stand to be remembered (see `slices`).

    Of `pages` one may be the very page that is judged: whoever counts the others leaves out what fewer
    than ``others // FORGOTTEN`` of them have, for it may have been forgotten.
    """
    return max(2, (pages - 1) // FORGOTTEN)
