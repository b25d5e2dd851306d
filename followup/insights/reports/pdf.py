"""Pages as PDF, by WeasyPrint, which is an extra: without it reports are mails alone."""

from base64 import b64decode
from functools import lru_cache
from pathlib import Path
from typing import Any

_FONTS = Path(__file__).resolve().parent.parent / "pictures" / "font"
PNG = "data:image/png;base64,"
_WEIGHTS = {"font:400": "inter-400.ttf", "font:600": "inter-600.ttf"}


@lru_cache(maxsize=1)
def is_there() -> bool:
    """Whether the library and what it needs of the system are installed."""
    try:
        import weasyprint  # type: ignore[import-untyped]  # noqa: F401  (long to load, and most never need it)
    except (ImportError, OSError):  # OSError: Pango is missing
        return False
    return True


def from_html(page: str) -> bytes:
    """The page as PDF. It reads nothing from a network or a disk but the fonts that its style names `font:...`."""
    import weasyprint

    return bytes(weasyprint.HTML(string=page, url_fetcher=_fetch).write_pdf())


def _fetch(url: str, *_args: Any, **_kwargs: Any) -> Any:
    from weasyprint.urls import URLFetcherResponse  # type: ignore[import-untyped]

    if url in _WEIGHTS:
        return URLFetcherResponse(url, (_FONTS / _WEIGHTS[url]).read_bytes(), {"Content-Type": "font/ttf"})
    if url.startswith(PNG):
        return URLFetcherResponse(url, b64decode(url.removeprefix(PNG)), {"Content-Type": "image/png"})
    raise ValueError(f"{url[:100]}: a report reads nothing from outside")
