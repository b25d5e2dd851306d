"""Within how many hours a customer's message is answered, as a play says it."""

from typing import Any

import pytest
from django.urls import reverse

from followup.models import Play, Playbook
from followup.playbooks import services as playbooks
from followup.presentation import play_texts
from tests.factories import client_of, make_user
from tests.followup.test_setup_pages import fields_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("typed", "kept"), [("8", 8), ("", None)])
def test_the_editor_keeps_it_and_versions_show_it(typed: str, kept: int | None) -> None:
    playbooks.ensure_default()
    book = Playbook.objects.get(is_default=True)
    before = playbooks.plays_of(book)[2]
    assert before.reply_hours == 24
    client = client_of(make_user("ada", "admin"))
    url = reverse("followup_setup:play", args=[book.pk, 2])
    page = client.get(url).content.decode()
    assert "A message is answered within 24 h" in page
    assert page.count('name="reply_hours"') == 1
    form: dict[str, Any] = fields_of(client, url)
    assert client.post(url, form | {"reply_hours": typed}).status_code == 302
    after = playbooks.plays_of(book)[2]
    assert after.reply_hours == kept
    assert [change.label for change in play_texts.changes(before, after)] == ["Answer a message within (hours)"]
    assert Play.objects.filter(version=after.version, score=3).get().reply_hours == 24


def test_bad_hours_are_named() -> None:
    playbooks.ensure_default()
    book = Playbook.objects.get(is_default=True)
    client = client_of(make_user("ada", "admin"))
    url = reverse("followup_setup:play", args=[book.pk, 2])
    form: dict[str, Any] = fields_of(client, url)
    assert client.post(url, form | {"reply_hours": "0"}).status_code == 422
