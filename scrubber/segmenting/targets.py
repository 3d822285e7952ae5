"""Where links lead, and what for: into the page, to its host, elsewhere; to a tag, an author, a sharing service."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]{1,20}):", re.IGNORECASE)
HERE, NEAR, FAR = range(3)
"""Into this page; to other pages of its host; elsewhere: as `scrubber.documents.Links` counts them."""
PURPOSES: Final = ("no link", "a page", "a tag or a topic", "an author", "what is paid for", "a way to share it", "an address to write or call")  # fmt: skip
"""What a link is for, the plainest first."""
_PAGE, _TAG, _AUTHOR, _PAID, _SHARE, _CONTACT = range(1, 7)

_CONTACTS = re.compile(r"(?:mailto|tel|sms|callto|skype):", re.IGNORECASE)
_SHARING_SCHEMES = re.compile(
    r"(?:whatsapp|fb-messenger|viber|tg|twitter|line|threema|weixin):|mailto:\?(?:[^#]*&)?(?:subject|body)=",
    re.IGNORECASE,
)
_OF_SHARING: Final = (
    "share", "intent/", "dialog/", "submit", "service", "pin/", "wa.me", "send", "pocket", "addt", "status", "replyto",
)  # fmt: skip
"""One of these stands in every address that `_SHARING` finds: most hold none."""
_SHARING = re.compile(
    r"""/share(?:r|d|this|article)?(?:[/?.\#&=]|$) | /(?:intent|dialog)/(?:tweet|post|share|feed|send|follow)
      | [/.](?:sharer|share-offsite|shareArticle|submit\?url|cws/share|widgets/service)
      | pinterest\.[a-z.]+/pin/create | t\.me/share | wa\.me/\?text | api\.whatsapp\.com/send
      | (?:twitter|x)\.com/(?:share|home\?status) | getpocket\.com/(?:save|edit) | addtoany\.com | addthis\.com
      | reddit\.com/submit | tumblr\.com/(?:share|widgets/share) | [?&](?:share|replytocom)=
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TAGS = re.compile(
    r"/(?:tags?|topics?|hashtag|keywords?|categor(?:y|ies)|label)(?:[/?]|$)|[?&](?:tag|category)=",
    re.IGNORECASE,
)
_AUTHORS = re.compile(
    r"/(?:by|authors?|autor(?:en|es)?|auteurs?|contributors?|columnists?|reporters?|profiles?|users?|members?)/[^/]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Page:
    """The address of a page in the form in which addresses are compared, and its host."""

    address: str = ""
    host: str = ""

    @classmethod
    def at(cls, url: str | None) -> Page:
        """The page at a URL; of None nothing is known."""
        address = bare_address(url or "")
        return cls(address, address.partition("/")[0])

    def is_own(self, target: str) -> bool:
        """Whether a target leads into this page.

        >>> page = Page.at("https://www.example.org/guide/")
        >>> page.is_own("#top"), page.is_own("http://example.org/guide#top"), page.is_own("/guide/2")
        (True, True, False)
        """
        if not target or target[0] == "#" or target.lower().startswith("javascript:"):
            return True
        return bool(self.address) and bare_address(target) == self.address


def is_near(target: str, page: Page) -> bool:
    """Whether a target leads to the host of the page: a relative one does."""
    if target.startswith("//") or SCHEME.match(target):
        return bool(page.host) and bare_address(target).partition("/")[0] == page.host
    return True


def bare_address(url: str) -> str:
    """An address without what may differ between two links to one page: scheme, ``www.``, anchor, last stroke.

    >>> bare_address("HTTP://www.Example.org/a/#b"), bare_address("//example.org/a")
    ('example.org/a', 'example.org/a')
    """
    url = url.partition("#")[0]
    scheme, colon, rest = url.partition("://")
    rest = rest if colon and scheme.isalpha() else url.removeprefix("//")
    host, stroke, path = rest.partition("/")
    return (host.lower().removeprefix("www.") + stroke + path).rstrip("/")


class Targets:
    """Where the links of one HTML page lead, each target looked at once."""

    __slots__ = ("_known", "_page", "_path")

    def __init__(self, url: str | None) -> None:
        self._page = Page.at(url)
        self._path = self._page.address[len(self._page.host) :]
        self._known: dict[tuple[str, str], tuple[int, int]] = {}

    def of(self, link: Any) -> tuple[int, int]:
        """Where an ``<a href>`` leads (HERE, NEAR, FAR), and what for: a place in PURPOSES."""
        written = link.get("href", ""), link.get("rel", "")
        found = self._known.get(written)
        if found is None:
            found = self._known[written] = self._way(written[0].strip()), purpose_of(*written)
        return found

    def _way(self, target: str) -> int:
        page = self._page
        if target[:1] == "/" and target[1:2] != "/":  # most are written so
            return HERE if self._path and target.partition("#")[0].rstrip("/") == self._path else NEAR
        if page.is_own(target):
            return HERE
        return NEAR if is_near(target, page) else FAR


# The pages of a site share their menus.
@lru_cache(maxsize=1 << 14)
def purpose_of(target: str, relation: str = "") -> int:
    """What a link is for, by its target and its ``rel``: a place in PURPOSES.

    >>> [PURPOSES[purpose_of(target)] for target in ("/bread", "/tag/bread", "mailto:ann@example.org")]
    ['a page', 'a tag or a topic', 'an address to write or call']
    """
    relations = relation.lower().split()
    small = target.lower()
    if _SHARING_SCHEMES.match(small) or (
        any(map(small.__contains__, _OF_SHARING)) and _SHARING.search(small)
    ):
        return _SHARE
    if _CONTACTS.match(target):
        return _CONTACT
    if "sponsored" in relations:
        return _PAID
    if "author" in relations or _AUTHORS.search(target):
        return _AUTHOR
    return _TAG if "tag" in relations or _TAGS.search(target) else _PAGE
