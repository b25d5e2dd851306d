"""Compress a page in pieces, once, and put the copy together around what differs.

RFC 1951: after a full flush the bytes are aligned and nothing refers back to them, so that a stored block may stand
between two pieces. As no value is compressed together with a piece, the length of a copy tells nothing of a value.
"""

import zlib
from collections.abc import Iterator, Sequence

LONGEST = 65_535  # bytes of one value: what a stored block holds
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # RFC 1952: deflate, no name, no time
_LAST_BLOCK = b"\x03\x00"


def deflate(pieces: Sequence[bytes]) -> list[bytes]:
    """Each piece as blocks of deflate."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return [packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH) for piece in pieces]


def put_together(pieces: Sequence[bytes], values: Sequence[bytes]) -> bytes:
    """Piece, value, piece, …, piece."""
    return b"".join(_in_turn(pieces, values))


def gzip(pieces: Sequence[bytes], deflated: Sequence[bytes], values: Sequence[bytes]) -> bytes:
    """The same as a gzip file. `deflated`: what `deflate` made of the pieces; a value has LONGEST bytes at most."""
    crc, size = 0, 0
    for part in _in_turn(pieces, values):
        crc, size = zlib.crc32(part, crc), size + len(part)
    stored = [b"\x00%b%b%b" % (_bytes(len(value), 2), _bytes(len(value) ^ 0xFFFF, 2), value) for value in values]
    return b"".join((_HEAD, *_in_turn(deflated, stored), _LAST_BLOCK, _bytes(crc, 4), _bytes(size, 4)))


def _in_turn(pieces: Sequence[bytes], values: Sequence[bytes]) -> Iterator[bytes]:
    yield pieces[0]
    for value, piece in zip(values, pieces[1:], strict=True):
        yield value
        yield piece


def _bytes(number: int, length: int) -> bytes:
    return number.to_bytes(length, "little")
