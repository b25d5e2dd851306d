"""The guide in the browser: safe pages with anchors for who is signed in, and what the "?" of set-up pages open."""

import re

import pytest
from django.test import Client

from nps_project.guide import help_links, pages
from tests.factories import client_of, make_user


def test_every_link_inside_the_guide_leads_somewhere() -> None:
    found = {name: pages.page(name) for name in pages.names()}
    assert {"admin", "manager", "api", "operate"} <= found.keys()
    links = 0
    for name, page in found.items():
        assert page is not None
        for other, anchor in re.findall(r'href="(?:/docs/([a-z-]+)/)?(?:#([\w-]+))?"', page.html):
            target = found[other or name]
            assert target is not None
            assert not anchor or anchor in target.anchors, f"{name}: {other}#{anchor}"
            links += 1
        assert "<script" not in page.html
        for picture in re.findall(r'src="([^"]*)"', page.html):
            assert (pages.FOLDER / picture.removeprefix("/docs/")).is_file(), picture
    assert links > 15


def test_every_part_that_a_question_mark_opens_is_there() -> None:
    parts = help_links.all_parts()
    assert len(parts) > 30
    for view, part in parts.items():
        name, _hash, anchor = part.partition("#")
        page = pages.page(name)
        assert page is not None, view
        assert anchor in page.anchors, f"{view}: {part}"


@pytest.mark.django_db
def test_strangers_get_the_sign_in_page_and_the_team_gets_the_guide() -> None:
    viewer = client_of(make_user("vic", "viewer"))
    assert Client().get("/docs/admin/").headers["Location"].startswith("/login/")
    page = viewer.get("/docs/admin/").content.decode()
    assert '<h2 id="playbooks">Playbooks</h2>' in page
    assert viewer.get("/docs/").headers["Location"] == f"/docs/{pages.names()[0]}/"
    assert viewer.get("/docs/pictures/desk.png").headers["Content-Type"] == "image/png"
    for gone in ("/docs/nothing/", "/docs/pictures/nothing.png", "/docs/pictures/..%2Fadmin.md"):
        assert viewer.get(gone).status_code == 404


def test_a_heading_of_the_same_words_has_an_anchor_of_its_own() -> None:
    taken: set[str] = set()
    assert [pages.anchor_of("Is it well? Yes, it is", taken) for _time in range(2)] == [
        "is-it-well-yes-it-is", "is-it-well-yes-it-is-1",
    ]  # fmt: skip
