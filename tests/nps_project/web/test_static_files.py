"""Static files as they are served: hashed names, also where one script imports another; compressed."""

import gzip
import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage


def test_a_script_imports_another_by_its_hashed_name() -> None:
    keys = staticfiles_storage.url("js/palette.js").rpartition("/")[2]
    list_box = staticfiles_storage.url("js/list-box.js").rpartition("/")[2]
    assert re.fullmatch(r"list-box\.[0-9a-f]{12}\.js", list_box)

    with staticfiles_storage.open(f"js/{keys}") as stored:
        imported = re.findall(r'from\s*"([^"]+)"', stored.read().decode())

    assert [address.rpartition("/")[2] for address in imported] == [list_box]


def test_what_pages_link_is_there_compressed_as_production_does_it() -> None:
    """By gzip: Brotli is a package of the tests alone, and takes seconds of each start."""
    linked = Path(settings.STATIC_ROOT, staticfiles_storage.url("css/tokens.css").removeprefix("/static/"))
    assert gzip.decompress(Path(f"{linked}.gz").read_bytes()) == linked.read_bytes()
    assert not Path(f"{linked}.br").exists()
