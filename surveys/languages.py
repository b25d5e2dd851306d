"""Choose which of a survey's languages a customer sees."""

from collections.abc import Sequence

from django.utils.translation.trans_real import parse_accept_lang_header


def choose(spoken: Sequence[str], first: str, *, asked: str = "", known: str = "", accepted: str = "") -> str:
    """The language of a page: the link's, else the contact's, else the browser's best, else the survey's first.

    Args: `spoken` are codes such as "da"; `asked` comes from ?lang=, `known` from the contact, `accepted` is an
    Accept-Language header. A language that the survey does not speak is passed over; "da-DK" and "da_DK" count as "da".
    """
    wishes = [tag.strip().lower().replace("_", "-") for tag in (asked, known)]
    wishes += [tag for tag, weight in parse_accept_lang_header(accepted[:500]) if weight > 0]
    for wish in wishes:
        for code in (wish, wish.partition("-")[0]):
            if code in spoken:
                return code
    return first


TEXT_SEARCH_CONFIGS = {"en": "english", "nl": "dutch", "da": "danish"}  # how PostgreSQL stems what is written in each
