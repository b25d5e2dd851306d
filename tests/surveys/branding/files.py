"""Logos for tests."""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 60, height: int = 20, *more: bytes, pixels: bytes | None = None, head: bytes = b"") -> bytes:
    """A teal rectangle; `more`: further chunks before its pixels."""
    row = b"\0" + b"\x0b\x5d\x5a" * width
    packed = zlib.compress(row * height if pixels is None else pixels)
    head = head or struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", head) + b"".join(more) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def svg(inside: str = '<path d="M0 0h100v20z"/>', head: str = 'viewBox="0 0 100 20"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {head}>{inside}</svg>'.encode()
