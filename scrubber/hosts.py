"""Which host a document is of: by its address, by its skip link, or by the folder that a crawler put it into."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

_COUNTRIES: Final = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz "
    "ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk "
    "fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is "
    "it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml "
    "mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm "
    "pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td "
    "tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw "
)
_OTHERS: Final = (
    "academy agency app art asia biz blog cat church city cloud club com community company coop dev edu "
    "education email eus events example foundation fund gal global gov group guide guru health help host info "
    "ink institute int international jobs law life live local london media mil mobi museum name net network "
    "news nyc one online org page paris press pro pub restaurant school science scot services shop site social "
    "software solutions space store studio support systems team tech today tools top tours town travel "
    "university video watch website wiki work works world xyz zone "
)
"""Those that most sites have."""
_ENDINGS: Final = frozenset(f"{_COUNTRIES}{_OTHERS}".split())
_NAME: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,})")


_SKIP_LINK: Final = re.compile(
    r"(?:[-*+]\s+)?\[[^\[\]\n]{3,60}\]\(<?(https?://[^\s()#<>]+)#[\w-][^\s()<>]*>?\)"
)
_FIRST: Final = 3
"""Blocks in which a skip link is looked for."""


def host_of(url: str | None) -> str | None:
    """The host that names a site: lower-case, no port, no ``www.``; None where the address names none."""
    if not url:
        return None
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def host_of_skip_link(blocks: Iterable[str]) -> str | None:
    """The host of a text whose first blocks are these, by a block that is nothing but a link with an anchor.

    Crawlers write the page's own address into it. It is only the host that is believed.

    >>> host_of_skip_link(["[Skip to content](https://larder.example/bread#content)", "# Bread"])
    'larder.example'
    """
    for block in islice(blocks, _FIRST):
        found = _SKIP_LINK.fullmatch(block.strip())
        if found is not None:
            return host_of(found[1])
    return None


@lru_cache(maxsize=1 << 12)
def host_in(folder: str) -> str | None:
    """The host that a folder is named after, as crawlers name theirs: of several, the innermost.

    >>> host_in("crawl/www.larder.example/recipes")
    'larder.example'
    >>> host_in("notes/v1.2/Vue.js") is None
    True
    """
    for part in reversed(folder.split("/")):
        found = _NAME.fullmatch(part)
        if found is not None and found[1] in _ENDINGS:
            return part.removeprefix("www.")
    return None
