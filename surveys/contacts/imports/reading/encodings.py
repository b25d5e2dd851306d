"""Recognise the encoding of a text file: by its mark, else by its bytes."""

import codecs
from typing import IO

_READ = 1 << 20
_LOOK = 4096
_UNDEFINED = b"\x81\x8d\x8f\x90\x9d"  # bytes that Windows-1252 has no letter for

NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
}


def recognise(file: IO[bytes]) -> str:
    """The encoding by Python's name, a key of NAMES. Reads the whole file, and leaves it at its start."""
    file.seek(0)
    head = file.read(_LOOK)
    file.seek(0)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Text in Latin letters has every other byte 0 in UTF-16.
    if len(head) >= 4 and head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if len(head) >= 4 and head[0::2].count(0) > len(head) // 4:
        return "utf-16-be"
    return "utf-8" if _is_utf8(file) else _one_byte(file)


def _is_utf8(file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while part := file.read(_READ):
            decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def _one_byte(file: IO[bytes]) -> str:
    found = "cp1252"
    while part := file.read(_READ):
        if any(byte in part for byte in _UNDEFINED):
            found = "latin-1"
            break
    file.seek(0)
    return found
