"""Static files as they are served: hashed names, also where one script imports another."""

import re

from django.contrib.staticfiles.storage import staticfiles_storage


def test_a_script_imports_another_by_its_hashed_name() -> None:
    keys = staticfiles_storage.url("js/palette.js").rpartition("/")[2]
    list_box = staticfiles_storage.url("js/list-box.js").rpartition("/")[2]
    assert re.fullmatch(r"list-box\.[0-9a-f]{12}\.js", list_box)

    with staticfiles_storage.open(f"js/{keys}") as stored:
        imported = re.findall(r'from\s*"([^"]+)"', stored.read().decode())

    assert [address.rpartition("/")[2] for address in imported] == [list_box]
