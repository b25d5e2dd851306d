"""The translations have one word for one thing, as the pages beside them do."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.product import CHECKOUT

ROOMS = ("nps_project", "surveys", "followup")


def translations(room: str, language: str) -> list[str]:
    with Path(CHECKOUT / room / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        found = [entry.string or "" for entry in read_po(file) if entry.id]
    return [text for one in found for text in ([one] if isinstance(one, str) else one)]


@pytest.mark.parametrize("room", ROOMS)
def test_danish_calls_a_ticket_a_sag(room: str) -> None:
    words = [re.sub(r"%\(\w+\)\w", "", text) for text in translations(room, "da")]
    assert not [text for text in words if re.search(r"\bticket", text, re.IGNORECASE)]


def test_danish_calls_a_survey_a_spørgeskema_to_staff() -> None:
    """To customers it may be an "undersøgelse": their pages are of surveys."""
    assert not [text for text in translations("followup", "da") if "undersøgelse" in text.lower()]
