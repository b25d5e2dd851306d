"""What is read of a comment: its language, its terms, and where they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.insights.words.text.language import KNOWN, recognise
from followup.insights.words.text.splitting import sentences_of
from followup.insights.words.text.terms import places_of, terms_of


@pytest.mark.parametrize(
    ("comment", "page", "language"),
    [
        ("The sofa was delivered two weeks late", "nl", "en"),
        ("De bank kwam twee weken te laat", "en", "nl"),
        ("Leveringen kom to uger for sent", "en", "da"),
        ("Alles prima", "nl", "nl"),  # little to tell by: the page decides
        ("Fint", "da", "da"),
        ("Late again", "nl", "en"),
        ("Sehr gut, schnelle Lieferung, vielen Dank", "nl", ""),
        ("Très bien, merci beaucoup", "en", ""),
        ("👍 10/10 !!!", "en", ""),
        ("", "en", ""),
    ],
)
def test_the_language_is_recognised_or_said_to_be_unknown(comment: str, page: str, language: str) -> None:
    assert recognise(comment, page) == language


@pytest.mark.parametrize(
    ("comment", "language", "has", "has_not"),
    [
        ("Deliveries were too late. Nobody called back!", "en",
         {"deliveri", "late", "too late", "nobodi call", "call back"}, {"too", "were", "late nobodi", "not"}),
        ("De bezorgers kwamen te laat", "nl", {"te laat", "laat", "bezorger"}, {"te", "de"}),
        ("Sofaen kom for sent, ingen ringede", "da", {"sofa", "for sent", "ing ringed"}, {"for", "sent ing"}),
        ("Ask Ingrid about order LH-12345, ingrid@example.com, +45 33 12 00 00", "en", {"ask", "order"},
         {"ingrid", "lh", "com", "order lh"}),
        ("My name is Berg and berg's sofa broke", "en", {"sofa", "broke"}, {"berg", "berg sofa"}),
        ("THE SOFA BROKE AND NOBODY CALLED", "en", {"sofa", "broke", "nobodi call"}, {"the"}),
    ],
)  # fmt: skip
def test_terms_are_stems_and_phrases_without_names_addresses_and_numbers(
    comment: str, language: str, has: set[str], has_not: set[str]
) -> None:
    found = set(terms_of(comment, language, names={"berg"}))

    assert has <= found
    assert not has_not & found


def test_a_term_is_shown_as_it_is_written_and_found_in_its_sentence() -> None:
    comment = "Fine so far. Then the Deliveries stopped. The end."

    assert terms_of(comment, "en")["stop"] == "stopped"
    ((sentence, (place,)),) = places_of(comment, "en", "stop")
    assert comment[sentence.begin : sentence.end] == "Then the Deliveries stopped."
    assert comment[place.begin : place.end] == "stopped"


@given(st.text(max_size=400), st.sampled_from(KNOWN))
def test_any_text_can_be_read_and_every_term_stands_where_it_is_said_to(comment: str, language: str) -> None:
    for sentence in sentences_of(comment):
        assert 0 <= sentence.begin < sentence.end <= len(comment)
    for key, surface in terms_of(comment, language).items():
        sentence, places = next(iter(places_of(comment, language, key)))
        assert key
        assert surface
        for place in places:
            assert sentence.begin <= place.begin < place.end <= sentence.end


def test_nothing_is_read_of_a_language_that_is_not_known() -> None:
    assert terms_of("Sehr gut", "") == {}
    assert list(places_of("Sehr gut", "", "gut")) == []
