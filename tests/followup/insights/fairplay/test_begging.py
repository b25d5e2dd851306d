"""Words that ask for a high score, and words that do not."""

import pytest
from django.conf import settings

from followup.insights.fairplay.begging import begging_in
from surveys.standard_mail import standard_mail
from surveys.standard_texts import standard_texts


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "Please give us a 10!", "give us a 10"),
        ("en", "We hope for a nine or ten from you.", "hope for a nine or ten"),
        ("en", "Did we earn a 10?", "earn a 10"),
        ("en", "Anything below 9 is a fail for us.", "Anything below 9"),
        ("en", "A 10 is good, the rest is not.", "A 10 is good"),
        ("en", "My bonus depends on your answer.", "bonus depends on"),
        ("nl", "Geef ons een 10 als u tevreden bent.", "Geef ons een 10"),
        ("nl", "Wij gaan voor een negen of tien", "gaan voor een negen of tien"),
        ("nl", "Alles onder een 9 telt als onvoldoende", "Alles onder een 9"),
        ("da", "Giv os et 10-tal", "Giv os et 10"),
        ("da", "Vi håber på en 9 eller 10", "håber på en 9 eller 10"),
        ("da", "Kun 10 er godt nok: kun en 10 tæller", "Kun 10 er"),
    ],
)
def test_begging_is_found_as_it_stands_there(language: str, text: str, found: str) -> None:
    assert begging_in(text, language) == found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "How likely are you to recommend us, from 0 to 10?"),
        ("en", "10: very likely"),
        ("en", "We answer within 10 minutes and give us your number."),
        ("en", "Thank you for the 10!"),
        ("nl", "Hoe waarschijnlijk is het dat u ons aanbeveelt, van 0 tot 10?"),
        ("da", "Hvor sandsynligt er det, at du vil anbefale os? 10 er meget sandsynligt."),
        ("xx", "Give us a 10"),
    ],
)
def test_what_explains_the_scale_is_no_begging(language: str, text: str) -> None:
    assert begging_in(text, language) == ""


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_the_standard_words_do_not_beg(language: str) -> None:
    for texts in (standard_texts(language), standard_mail(language)):
        assert [text for text in texts.values() if begging_in(text, language)] == []
