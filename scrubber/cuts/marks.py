"""What says that text was cut: an ellipsis, a "more" link behind it, half a character at the end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

LONGEST_MARK: Final = 60
"""Characters that an ellipsis and the link behind it may take."""
# Link texts by the words they are made of; a site's own phrase is known by its arrow or brackets.
_LINKS: Final = (
    r"read (?:the )?(?:rest|more|on|full (?:story|article|post))(?: of .{1,20})?",
    r"(?:see |view |show |find out |learn )?more(?: info)?",
    r"(?:continue|keep) reading|continued?|continue|full (?:story|article)|(?:view|see) all",
    r"weiter ?lesen|weiter|mehr(?: lesen| erfahren| dazu| infos?)?|zum (?:ganzen )?artikel|alles lesen",
    r"lire (?:la )?suite|lire plus|la suite|en savoir plus|suite|lire l['’]article|voir plus",
    r"(?:leer|ver|saber) m[aá]s|m[aá]s|seguir leyendo|leer (?:la )?noticia(?: completa)?",
    r"leggi (?:tutto|di pi[uù])|continua(?: a leggere| la lettura)?",
    r"(?:ler|leia|saiba|ver) mais|continu(?:e|ar) (?:a )?(?:ler|lendo)|mais|llegir m[eé]s|llegeix m[eé]s|m[eé]s",
    r"lees (?:meer|verder)|meer|l[æeä]s (?:mere|mer|videre|vidare)|mere?|lue lisää|jatka lukemista|lisää",
    r"(?:prze)?czytaj (?:więcej|dalej)|więcej|čí(?:st|ta[tť]) (?:dále|více|ďalej|viac)|celý článek|více|viac",
    r"pro[čc]itaj više|opširnije|više|preberi več|več|tovább(?: olvasom)?|olvass tovább|bővebben",
    r"cite[sșş]te (?:mai )?(?:mult|departe)|mai mult|continuare|loe (?:edasi|lähemalt)|skaityti daugiau|plačiau",
    r"lasīt (?:vairāk|tālāk)|devam[ıi](?:n[ıi])?(?: oku)?|daha fazla|haberin devam[ıi]|xem thêm|đọc (?:tiếp|thêm)",
    r"(?:baca )?selengkapnya|baca (?:lebih )?lanjut|lanjutkan membaca",
    r"(?:διαβάστε )?(?:τη(?:ν)? )?(?:περισσότερα|συνέχεια)|διαβάστε (?:όλο|ολόκληρο).{0,15}",
    r"читать (?:далее|дальше|полностью|ещ[её])|подробнее|далее|ещ[её]|прочети още|виж (?:повече|още)|още",
    r"продължи четенето|прочитај више|опширније|читати (?:далі|повністю)|детальніше|далі",
    r"اقرأ المزيد|المزيد|قراءة المزيد|تابع القراءة|ادامه مطلب|بیشتر بخوانید|קרא עוד|המשך קריאה|עוד",
    r"और पढ़ें|आगे पढ़ें|더 ?보기|자세히 보기|계속 읽기|อ่านต่อ|อ่านเพิ่มเติม|ดูเพิ่มเติม",
    r"(?:阅读|閱讀|查看)?(?:全文|更多|详情|詳情)|[繼继][續续][閱阅][讀读]|详细|詳細|続きを読む|もっと見る|全文を読む",
)
_ARROW: Final = r"[»›→>]+"
_ELLIPSIS = re.compile(
    r"(?<![.…])[\s,;:–—-]*(?P<mark>\[\s*(?:\.{3,}|…+)\s*\]|\(\s*(?:\.{3,}|…+)\s*\)|\.{3,4}|…{1,2}|\.\.…)(?![.…])"
    rf"(?P<more>\s*(?:[\[(]?\s*(?:{'|'.join(_LINKS)})\s*(?:{_ARROW})?\s*[\])]?|[^\W\d_][^.!?…]{{1,30}}?\s*{_ARROW}"
    rf"|{_ARROW})\s*(?:{_ARROW})?)?\Z",
    re.IGNORECASE,
)
_HALF_A_CHARACTER = re.compile("\\s*[\udc80-\udcff\ufffd]+\\Z")


@dataclass(frozen=True, slots=True)
class Mark:
    """The end of a block that says that it was cut."""

    start: int
    """Offset of the mark, with the space before it."""
    plain: bool
    """Whether it is a bare ellipsis, which may be a pause as well."""
    broken: bool = False
    """Whether it is half a character: the document ends inside it."""


def find_mark(text: str, start: int, end: int) -> Mark | None:
    """The mark at the end of the block ``text[start:end]``; None where there is none."""
    last = text[end - 1] if end > start else ""
    if last >= "\udc80" and (last == "\ufffd" or last <= "\udcff"):
        half = _HALF_A_CHARACTER.search(text, max(start, end - 6), end)
        return Mark(half.start(), plain=False, broken=True) if half is not None else None
    at = start if end - start <= LONGEST_MARK else end - LONGEST_MARK
    tail = text[at:end]
    if "…" not in tail and "..." not in tail:
        return None
    found = _ELLIPSIS.search(tail)
    if found is None:
        return None
    return Mark(at + found.start(), plain=found["more"] is None and found["mark"][0] not in "[(")
