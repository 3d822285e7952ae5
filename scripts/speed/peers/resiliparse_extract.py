"""Runs in resiliparse's environment: the main text of each HTML file below a folder, as text files.

python resiliparse_extract.py DUMP OUTPUT
"""

import sys
from pathlib import Path

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import bytes_to_str, detect_encoding


def main(dump, output):
    for path in sorted(Path(dump).rglob("*.html")):
        data = path.read_bytes()
        html = bytes_to_str(data, detect_encoding(data))
        text = extract_plain_text(html, main_content=True, alt_texts=False, comments=False)
        target = Path(output) / path.relative_to(dump).with_suffix(".txt")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
