"""Logos are written anew: nothing but the picture is left, and what could act or fetch is refused by its name."""

import struct
import time
import zlib

import pytest

from surveys.branding import png as png_files
from surveys.branding import svg as svg_files
from surveys.branding.png import NotAPicture
from surveys.branding.svg_expanding import Expands
from tests.surveys.branding.files import SIGNATURE, chunk, png, svg


def test_a_png_keeps_its_pixels_and_loses_all_else() -> None:
    given = png(60, 20, chunk(b"tEXt", b"Author\0<script>"), chunk(b"acTL", b"12345678")) + b"<script>alert(1)</script>"
    made = png_files.rewritten(given)
    assert (made.width, made.height) == (60, 20)
    assert b"script" not in made.content
    assert b"acTL" not in made.content
    packed = made.content.split(b"IDAT", 1)[1]
    assert zlib.decompressobj().decompress(packed) == (b"\0" + b"\x0b\x5d\x5a" * 60) * 20
    assert png_files.rewritten(made.content) == made, "written once more it is the same"


def test_an_interlaced_picture_with_a_palette_keeps_its_palette_and_transparency() -> None:
    head = struct.pack(">IIBBBBB", 3, 3, 8, 3, 0, 0, 1)
    pixels = b"".join(b"\0" * row for row in (2, 2, 3, 2, 2, 4))  # Adam7 of 3 x 3: passes 1, 4, 5, 6, 6, 7
    own = chunk(b"PLTE", b"\x0b\x5d\x5a\xff\xff\xff"), chunk(b"tRNS", b"\x80")
    made = png_files.rewritten(png(3, 3, *own, head=head, pixels=pixels))
    assert all(kept in made.content for kept in own)


@pytest.mark.parametrize(
    "broken",
    [
        b"", b"GIF89a", SIGNATURE, png()[:-20], png().replace(b"IDAT", b"IDAX"), png(60, 20, pixels=b"\0\0"),
        png(60, 20, pixels=(b"\x09" + b"\0" * 180) * 20), png(60, 20, pixels=b"\0" * 10_000_000), png(5000, 1),
        png(head=struct.pack(">IIBBBBB", 60, 20, 8, 3, 0, 0, 0)),
        png(head=struct.pack(">IIBBBBB", 60, 20, 3, 2, 0, 0, 0)),
        png(head=struct.pack(">IIBBBBB", 4_000, 4_000, 16, 6, 0, 0, 0)),
    ],
)  # fmt: skip
def test_a_broken_png_is_refused(broken: bytes) -> None:
    with pytest.raises(NotAPicture):
        png_files.rewritten(broken)


def test_an_svg_keeps_its_drawing_and_loses_what_only_describes() -> None:
    given = svg(
        '<!-- made by hand --><metadata xmlns:x="urn:x"><x:tool/></metadata><title>A &amp; B</title>'
        "<defs><linearGradient id='g'><stop offset='0' stop-color='#fff'/></linearGradient></defs>"
        "<style>.a{fill:url(#g)}</style><g class='a' data-x='1'><path d='M0 0h9'/><use href='#g'/></g>"
    )
    made = svg_files.rewritten(given)
    text = made.content.decode()
    assert (made.width, made.height) == (1000, 200)
    for kept in ("<title>A &amp; B</title>", ".a{fill:url(#g)}", 'd="M0 0h9"', 'href="#g"', 'stop-color="#fff"'):
        assert kept in text
    for lost in ("made by hand", "metadata", "tool", "data-x"):
        assert lost not in text
    assert svg_files.rewritten(made.content) == made


@pytest.mark.parametrize(
    ("inside", "named"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<foreignObject/>", "<foreignObject>"),
        ("<image href='data:image/png;base64,AA'/>", "<image>"),
        ("<a href='#x'/>", "<a>"),
        ("<g><animate/></g>", "<animate>"),
        ("<path onclick='alert(1)'/>", "onclick"),
        ("<use href='https://example.com/x#y'/>", "href"),
        ("<path style='fill:url(https://example.com)'/>", "style"),
        ("<style>@import 'x';</style>", "<style>"),
        ("<style>a{b:u<!-- -->rl(x)}</style>", "<style>"),
        ("<style>a{b:\\75rl(x)}</style>", "<style>"),
    ],
)
def test_what_could_act_or_fetch_is_refused_by_its_name(inside: str, named: str) -> None:
    with pytest.raises(svg_files.Refused, match=named):
        svg_files.rewritten(svg(inside))


def _ten_times(reference: str, drawn: str = "<path d='M0 0h9'/>", levels: int = 9) -> str:
    """Each level draws the one before ten times."""
    parts = [f"<g id='a0'>{drawn}</g>"]
    parts += [f"<g id='a{n}'>{reference.format(n - 1) * 10}</g>" for n in range(1, levels)]
    return "".join(parts)


@pytest.mark.parametrize(
    "inside",
    [
        _ten_times("<use href='#a{}'/>"),
        _ten_times("<path clip-path='url(#a{})'/>"),
        _ten_times('<path style="fill:red;mask:url( \'#a{}\')"/>'),
        "<style>" + "".join(f".b{n} , .c{n}{{mask:url(#a{n})}}" for n in range(9)) + "</style>"
        + _ten_times("<path class='x c{}'/>"),
        "<style>" + "".join(f".b{n}{{x:'}}.z{{';mask:url(#a{n})}}" for n in range(9)) + "</style>"
        + _ten_times("<path class='b{}'/>"),
        "<style>" + "".join(f".b{n}{{.z{{x:y}} mask:url('#a{n}')}}" for n in range(9)) + "</style>"
        + _ten_times("<path class='b{}'/>"),
        _ten_times("<use href='#%61{}'/>"),
        _ten_times("<use href='#a&#10;{}'/>"),
        "<style>g path{mask:url(#a)}</style><mask id='a'><path d='M0 0h9'/></mask>",
        "<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>",
        "<g id='a'>" + "<path d='M0'/>" * 200 + "</g>" + "<use href='#a'/>" * 200,
    ],
)  # fmt: skip
def test_a_small_file_that_draws_very_much_is_refused_at_once(inside: str) -> None:
    began = time.process_time()
    with pytest.raises(Expands):
        svg_files.rewritten(svg(inside))
    assert time.process_time() - began < 1


def test_what_a_drawing_program_refers_to_stays() -> None:
    given = svg(
        "<style>/* { */.st0{clip-path:url(#b);font-family:'A}'} .st1,.st2{fill:url(#g)}</style>"
        "<defs><rect id='a' width='9' height='9'/>"
        "<linearGradient id='g'/></defs><clipPath id='b'><use href='#a' style='overflow:visible'/></clipPath>"
        "<g class='st0'><g id='leaf'><path class='st1'/></g><use href='#leaf'/><use href='#gone'/></g>"
    )
    assert svg_files.rewritten(given).content.count(b"<use") == 3


@pytest.mark.parametrize(
    "given",
    [
        b"hello", b"<svg/>", b"<html xmlns='http://www.w3.org/1999/xhtml'/>", svg(head=""),
        svg(head='viewBox="0 0 0 1"'),
        b'<!DOCTYPE svg [<!ENTITY a "aa">]>' + svg("&a;"), svg("<g>" * 60 + "</g>" * 60), svg()[:-3], b"\xff\xfe\0",
        svg(head='viewBox="0 0 nan nan"'),
    ],
)  # fmt: skip
def test_what_is_no_svg_is_refused(given: bytes) -> None:
    with pytest.raises(NotAPicture):
        svg_files.rewritten(given)


def test_a_size_of_very_many_digits_is_refused_at_once() -> None:
    began = time.process_time()
    with pytest.raises(NotAPicture):
        svg_files.rewritten(b'<svg xmlns="http://www.w3.org/2000/svg" width="%sx" height="1"/>' % (b"1" * 30_000))
    assert time.process_time() - began < 1
