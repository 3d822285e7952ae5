"""Runs in a peer's own environment: JSON lines in (one page each), JSON lines out, one for one.

    python peer_worker.py NAME        a request: {"path": ..., "language": "el"}
                                      an answer: {"text": ..., "error": null}

Every peer gets the page decoded (the files are UTF-8 whatever they declare) and gives its text,
under the settings that suit gold best: readers' comments left out where there is a switch for
them, and no texts of pictures.
Standard library only, apart from the peer itself.
"""

# ruff: noqa: ARG001, BLE001 - peers have one signature, and may fail in any way

import json
import os
import pathlib
import signal
import sys

PATIENCE = 120  # seconds a page
STOPLISTS = {"el": "Greek", "en": "English", "pl": "Polish", "ru": "Russian", "de": "German", "fr": "French",
             "es": "Spanish", "it": "Italian", "pt": "Portuguese", "nl": "Dutch", "uk": "Ukrainian",
             "cs": "Czech", "bg": "Bulgarian", "tr": "Turkish", "sv": "Swedish", "fi": "Finnish"}  # fmt: skip
BLOCKS = {"address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "h1", "h2", "h3",
          "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"}  # fmt: skip


def trafilatura(html, language):
    from trafilatura import extract

    return extract(html, include_comments=False)


def trafilatura_recall(html, language):
    from trafilatura import extract

    return extract(html, include_comments=False, favor_recall=True)


def readability(html, language):
    from lxml import html as lxml_html
    from readability import Document

    root = lxml_html.fromstring(Document(html).summary(html_partial=True))
    for element in root.iter():
        if element.tag in BLOCKS:
            element.text = "\n" + (element.text or "")
            element.tail = "\n" + (element.tail or "")
    return root.text_content()


def resiliparse(html, language):
    from resiliparse.extract.html2text import extract_plain_text

    return extract_plain_text(html, main_content=True, alt_texts=False, comments=False)


def justext(html, language):
    import justext as library

    name = STOPLISTS.get(language)
    # Without a stoplist for the language: the library's own language-independent mode.
    settings = {} if name else {"stopwords_low": 0, "stopwords_high": 0}
    words = library.get_stoplist(name) if name else frozenset()
    paragraphs = library.justext(html, words, **settings)
    return "\n".join(p.text for p in paragraphs if not p.is_boilerplate)


def boilerpy3(html, language):
    from boilerpy3.extractors import ArticleExtractor

    return ArticleExtractor(raise_on_failure=False).get_content(html)


PEERS = {
    f.__name__: f for f in (trafilatura, trafilatura_recall, readability, resiliparse, justext, boilerpy3)
}


def out_of_patience(signum, frame):
    raise TimeoutError(f"no result within {PATIENCE} s")


def main():
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not get among the answers
    extract = PEERS[sys.argv[1]]
    signal.signal(signal.SIGALRM, out_of_patience)
    for line in sys.stdin:
        request = json.loads(line)
        html = pathlib.Path(request["path"]).read_bytes().decode("utf-8", "replace")
        signal.alarm(PATIENCE)
        try:
            answer = {"text": extract(html, request["language"]) or "", "error": None}
        except Exception as error:  # a peer may fail in any way: that is a result too
            answer = {"text": "", "error": f"{type(error).__name__}: {error}"[:200]}
        finally:
            signal.alarm(0)
        # ASCII: what a library gives may hold lone surrogates
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
