"""Ellipses, and what a "read more" link says in the languages of the web."""

from __future__ import annotations

import random

MORE: dict[str, tuple[str, ...]] = {
    "ar": ("اقرأ المزيد", "المزيد", "قراءة المزيد", "تابع القراءة"),
    "bg": ("Прочети още", "Виж повече", "Още", "Продължи четенето"),
    "ca": ("Llegir més", "Llegeix més", "Més"),
    "cs": ("Číst dále", "Číst více", "Celý článek", "Více"),
    "da": ("Læs mere", "Læs videre", "Mere"),
    "de": ("Weiterlesen", "Mehr lesen", "mehr", "Mehr erfahren", "weiter", "Zum Artikel"),
    "el": ("Διαβάστε περισσότερα", "Περισσότερα", "Συνέχεια", "Διαβάστε τη συνέχεια"),
    "en": ("Read more", "more", "Read More", "Continue reading", "Full story", "Read the full story", "More"),
    "es": ("Leer más", "Seguir leyendo", "Más", "Ver más", "Leer noticia completa"),
    "et": ("Loe edasi", "Loe lähemalt"),
    "fa": ("ادامه مطلب", "بیشتر بخوانید"),
    "fi": ("Lue lisää", "Jatka lukemista", "Lisää"),
    "fr": ("Lire la suite", "Lire plus", "En savoir plus", "La suite", "Lire l'article"),
    "he": ("קרא עוד", "המשך קריאה", "עוד"),
    "hi": ("और पढ़ें", "आगे पढ़ें"),
    "hr": ("Pročitaj više", "Opširnije", "Više"),
    "hu": ("Tovább", "Olvass tovább", "Bővebben", "Tovább olvasom"),
    "id": ("Baca selengkapnya", "Selengkapnya", "Baca lebih lanjut", "Lanjutkan membaca"),
    "it": ("Leggi tutto", "Continua a leggere", "Leggi di più", "Continua"),
    "ja": ("続きを読む", "もっと見る", "全文を読む"),
    "ko": ("더 보기", "더보기", "자세히 보기", "계속 읽기"),
    "lt": ("Skaityti daugiau", "Plačiau"),
    "lv": ("Lasīt vairāk", "Lasīt tālāk"),
    "nl": ("Lees meer", "Lees verder", "Meer"),
    "no": ("Les mer", "Les videre", "Mer"),
    "pl": ("Czytaj dalej", "Czytaj więcej", "Więcej", "więcej", "Przeczytaj więcej"),
    "pt": ("Leia mais", "Ler mais", "Continue lendo", "Saiba mais", "Continuar a ler"),
    "ro": ("Citește mai mult", "Citeşte mai departe", "Mai mult", "Continuare"),
    "ru": ("Читать далее", "Читать дальше", "Подробнее", "Далее", "Читать полностью"),
    "sk": ("Čítať ďalej", "Čítať viac", "Viac"),
    "sl": ("Preberi več", "Več"),
    "sr": ("Прочитај више", "Опширније", "Pročitaj više", "Opširnije"),
    "sv": ("Läs mer", "Läs vidare", "Mer"),
    "th": ("อ่านต่อ", "อ่านเพิ่มเติม", "ดูเพิ่มเติม"),
    "tr": ("Devamını oku", "Devamı", "Daha fazla", "Haberin devamı"),
    "uk": ("Читати далі", "Детальніше", "Далі", "Читати повністю"),
    "vi": ("Xem thêm", "Đọc tiếp", "Đọc thêm"),
    "zh": ("阅读全文", "查看更多", "閱讀全文", "更多", "全文", "繼續閱讀", "详细"),
}
"""Texts of such links by ISO 639-1 code."""
_OTHER = "en"
_SAME = {"nb": "no", "nn": "no", "bs": "hr", "be": "ru", "mk": "bg", "gl": "es"}
"""Languages whose sites use the words of another one, as far as this list goes."""

_DOTS = ("...", "…", "...", "…", "[...]", "[…]")
"""Plain ones twice: they are the usual ones."""
_DOTS_HAN = ("...", "…", "……", "[...]", "[…]")
_FRAMES = ("{}", "{}", "{} »", "{} >", "{} →", "[{}]", "({})", "{} >>")
"""What sites put around the link's words."""


def link(language: str, rng: random.Random) -> str:
    """The words of a link in that language (in English where none are known), framed as sites do."""
    words = MORE.get(_SAME.get(language, language), MORE[_OTHER])
    return rng.choice(_FRAMES).format(rng.choice(words))


def ellipsis(rng: random.Random, *, inside: bool, han: bool) -> str:
    """An ellipsis, with the space before it: inside a word there is mostly none."""
    dots = rng.choice(_DOTS_HAN if han else _DOTS)
    if dots.startswith("["):
        return f" {dots}"
    spaced = not han and rng.random() < (0.15 if inside else 0.5)
    return f" {dots}" if spaced else dots
