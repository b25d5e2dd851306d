"""Tokens in customers' links: one row, one purpose, one address; anything else is nothing."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps_project.accounts import links
from nps_project.accounts.models import LinkKey

PURPOSES = ("r", "t", "case", "unsubscribe", "submission")


@pytest.fixture(autouse=True)
def key(db: None) -> None:
    """The key is kept in memory by a process; the row may be of another test."""
    links.make_token("r", uuid4())


def test_a_token_leads_to_its_row_and_can_be_shown_again() -> None:
    row = uuid4()
    for purpose in PURPOSES:
        token = links.make_token(purpose, row)
        assert len(token) == 43
        assert links.read_token(purpose, token) == row
        assert links.make_token(purpose, row) == token


def test_a_token_opens_no_other_door() -> None:
    row = uuid4()
    tokens = {links.make_token(purpose, row) for purpose in PURPOSES}
    assert len(tokens) == len(PURPOSES)
    for purpose in PURPOSES:
        assert sum(links.read_token(purpose, token) == row for token in tokens) == 1


@given(st.uuids(), st.integers(0, 42), st.sampled_from("ABCxyz019-_"))
def test_one_other_character_is_no_token(row: UUID, place: int, other: str) -> None:
    token = links.make_token("r", row)
    forged = token[:place] + other + token[place + 1 :]
    assert links.read_token("r", forged) == (row if forged == token else None)


@given(st.text(max_size=60))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    assert links.read_token("r", text) is None


@pytest.mark.parametrize(
    "token", ["", "A" * 43, "=" * 43, "é" * 43, "A" * 42, "A" * 10_000, "../" * 14 + "x", "\0" * 43]
)
def test_made_up_tokens_are_nothing(token: str) -> None:
    assert links.read_token("r", token) is None


def test_the_key_is_made_once_and_kept_in_the_database() -> None:
    links.link_key.cache_clear()
    try:
        row = uuid4()
        token = links.make_token("r", row)
        assert len(bytes(LinkKey.objects.get().secret)) == 32
        links.link_key.cache_clear()
        assert links.make_token("r", row) == token, "another process finds the same key"
    finally:
        links.link_key.cache_clear()
