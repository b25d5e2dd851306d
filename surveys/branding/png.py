"""A PNG written anew: its pixels, palette and transparency alone, without what else a file can carry.

Everything is checked on the way: lengths, sums, sizes, filters. What follows the picture, its metadata, further frames
and unknown chunks are left out. PNG specification (third edition), sections 5, 7 and 11.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_SIDE, MOST_RAW = 4000, 32 * 2**20  # pixels; bytes of the unpacked picture
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of one pixel, by colour type
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))  # Adam7


class NotAPicture(ValueError):
    """The file is broken, or larger than a logo may be."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that is safe to give to customers, with its size in pixels."""

    content: bytes
    width: int
    height: int


def rewritten(raw: bytes) -> Picture:
    """The picture of a PNG file, packed anew. Raises: NotAPicture."""
    chunks = list(_chunks(raw))
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13:
        raise NotAPicture("no header")
    head = chunks[0][1]
    width, height, depth, colour, packing, filtering, interlace = struct.unpack(">IIBBBBB", head)
    if not (0 < width <= MOST_SIDE and 0 < height <= MOST_SIDE):
        raise NotAPicture("size")
    if depth not in _DEPTHS.get(colour, ()) or packing or filtering or interlace > 1:
        raise NotAPicture("kind")
    bits = depth * _SAMPLES[colour]
    rows = list(_rows(width, height, bits, is_interlaced=interlace == 1))
    pixels = _unpacked(b"".join(body for kind, body in chunks if kind == b"IDAT"), sum(rows))
    _check_filters(pixels, rows)
    parts = [SIGNATURE, _chunk(b"IHDR", head)]
    for kind in (b"PLTE", b"tRNS"):
        parts += [_chunk(kind, body) for body in [_only(chunks, kind, colour, depth)] if body]
    parts += [_chunk(b"IDAT", zlib.compress(pixels, 9)), _chunk(b"IEND", b"")]
    return Picture(b"".join(parts), width, height)


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not raw.startswith(SIGNATURE):
        raise NotAPicture("signature")
    at = len(SIGNATURE)
    while at + 12 <= len(raw):
        (length,) = struct.unpack_from(">I", raw, at)
        kind, body = raw[at + 4 : at + 8], raw[at + 8 : at + 8 + length]
        ends = at + 12 + length
        if ends > len(raw) or struct.unpack_from(">I", raw, ends - 4)[0] != zlib.crc32(kind + body):
            raise NotAPicture("cut off or changed")
        if kind == b"IEND":
            return
        yield kind, body
        at = ends
    raise NotAPicture("cut off")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _rows(width: int, height: int, bits: int, *, is_interlaced: bool) -> Iterator[int]:
    """The bytes of each row, its filter's byte among them, in the order in which they are packed."""
    for left, top, over, down in _PASSES if is_interlaced else ((0, 0, 1, 1),):
        columns, lines = -(-(width - left) // over), -(-(height - top) // down)
        if columns > 0 and lines > 0:
            yield from [1 + -(-columns * bits // 8)] * lines


def _unpacked(packed: bytes, length: int) -> bytes:
    if length > MOST_RAW:
        raise NotAPicture("size")
    unpacker = zlib.decompressobj()
    try:
        pixels = unpacker.decompress(packed, length + 1)
    except zlib.error as error:
        raise NotAPicture("packed data") from error
    if len(pixels) != length:
        raise NotAPicture("length of the packed data")
    return pixels


def _check_filters(pixels: bytes, rows: list[int]) -> None:
    at = 0
    for row in rows:
        if pixels[at] > 4:
            raise NotAPicture("filter")
        at += row


def _only(chunks: list[tuple[bytes, bytes]], kind: bytes, colour: int, depth: int) -> bytes:
    """The one palette or transparency of a picture; empty where there is none. Raises: NotAPicture."""
    found = [body for name, body in chunks if name == kind]
    if kind == b"PLTE":
        if len(found) > 1 or (colour == 3) > bool(found):
            raise NotAPicture("palette")
        if colour != 3:
            return b""  # a mere suggestion there
        if not found[0] or len(found[0]) % 3 or len(found[0]) > 3 * 2**depth:
            raise NotAPicture("palette")
        return found[0]
    most = {0: 2, 2: 6, 3: 2**depth}.get(colour, 0)
    if not found or not most:
        return b""
    if len(found) > 1 or len(found[0]) > most or (colour != 3 and len(found[0]) != most):
        raise NotAPicture("transparency")
    return found[0]
