"""Files that hold no text, whatever their name says."""

from __future__ import annotations

import codecs

from scrubber.reading.decoding import count_controls, wide_encoding

_SAMPLE = 1 << 16

_SIGNATURES = (
    (b"%PDF-1.", "a PDF document"),
    (b"%PDF-2.", "a PDF document"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"RIFF", "a RIFF file (WebP, WAV, AVI)"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ\x00", "xz data"),
    (b"\x28\xb5\x2f\xfd", "Zstandard data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x7fELF", "a program (ELF)"),
    (b"MZ", "a program (PE)"),
    (b"\xca\xfe\xba\xbe", "a program (Java or Mach-O)"),
    (b"\xcf\xfa\xed\xfe", "a program (Mach-O)"),
    (b"\x00asm", "a program (WebAssembly)"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office document"),
    (b"OggS", "Ogg sound or video"),
    (b"ID3", "MP3 sound"),
    (b"fLaC", "FLAC sound"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"PAR1", "a Parquet file"),
)

_MOST_CONTROLS = 0.07
"""Share of control characters from which a file is not text: random bytes have 0.11."""

_FEWEST_CONTROLS = 4
"""So that a stray NUL in a short text is no reason."""


def what_is_it(data: bytes) -> str | None:
    """What a file is that is not text (``a PNG image``); None for text of any encoding."""
    for signature, name in _SIGNATURES:
        if data.startswith(signature) and (name == "a PDF document" or not _is_text(data[:_SAMPLE])):
            return name
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)):
        return None
    controls = count_controls(data[:_SAMPLE])
    if controls < _FEWEST_CONTROLS or controls < _MOST_CONTROLS * min(len(data), _SAMPLE):
        return None
    return None if wide_encoding(data) else "binary data"


def _is_text(sample: bytes) -> bool:
    """Words that happen to begin like a signature: ``MZ``, ``ID3`` and others are letters."""
    if b"\0" in sample:
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True
