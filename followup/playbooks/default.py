"""The eleven plays that ship with the product, as data in three languages."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext_noop as _

LANGUAGES = ("en", "nl", "da")

_APOLOGISE = ("apologise", _("Say sorry, without excuses."))
_APOLOGISE_TWICE = ("apologise", _("Say sorry at the start of the talk, and once more at its end."))
_LISTEN = ("listen", _("Let them tell the whole story. Ask what happened, and write it down in their words."))
_LISTEN_SCORE = ("listen", _("Ask what would have earned a higher score."))
_COMPENSATION = ("compensation", _("Offer to make up for it, and write down what and how much."))
_EXPLAIN = ("explain", _("Tell what you will change, and by when."))
_EXPLAIN_REPLY = ("explain", _("Tell in your reply what you will change."))
_THANK = ("thank", _("Thank them for telling you."))
_THANK_TURN = ("thank", _("Thank them, and do one thing that turns this into a good experience."))
_TOLD = ("account_manager", _("Tell the account manager. This is done automatically."))
_CRM = ("crm", _("Write it down in the CRM."))
_NEXT = ("next_contact", _("Bring it up again at the next contact."))
_AFTER = (_TOLD, _CRM, _NEXT)

_WORST = (_LISTEN, _COMPENSATION, _EXPLAIN)
_PASSIVE = (
    ("listen", _("Ask what is missing.")),
    ("custom", _("Give a small unexpected extra, or compare your price with that of competitors for them.")),
    ("explain", _("Tell what makes you special: what your promoters praise.")),
    _THANK,
)
_PROMOTER = (
    ("listen", _("Ask for the ONE reason.")),
    ("thank", _("Thank them, and ask for a review or a referral.")),
    ("custom", _("Pass the praise on to the colleagues it names.")),
)

# Words to a customer: paragraphs, the placeholders filled in on the ticket.
_SORRY_CALL = (
    _("Hello {name}, I am calling from {brand}. You gave us a {score}, and I want to hear what happened."),
    _("First of all: I am sorry. You should not have had to go through this."),
    _("Would you tell me from the beginning? (Listen. Do not explain yet, and do not defend.)"),
    _("If I have it right: … Here is what I will do, and by when: …"),
    _("Thank you for telling us. You will hear from me on …"),
)
_ASK_CALL = (
    _("Hello {name}, I am calling from {brand}. You gave us a {score}: something was not as it should be."),
    _("What got in the way? (Listen to the whole of it.)"),
    _("If I have it right: … Here is what I can do, and by when: …"),
    _("Thank you. What you say helps the next customer, too."),
)
_SORRY_MAIL = (
    _("We are sorry, and would like to make it right"),
    (
        _("Hello {name},"),
        _("You gave us a {score}. I am sorry: that is not what you should expect of {brand}."),
        _("I tried to reach you, because I would like to hear from you what happened. When may I call you?"),
        _("With kind regards,"),
    ),
)
_ASK_MAIL = (
    _("Your answer: what would have made it better?"),
    (
        _("Hello {name},"),
        _("Thank you for your answer. You gave us a {score}, and I would like to know what was missing."),
        _("One or two lines are enough. I read them myself and will tell you what we do with them."),
        _("With kind regards,"),
    ),
)
_PASSIVE_MAIL = (
    _("One question about your answer"),
    (
        _("Hello {name},"),
        _("Thank you for your {score}. What one thing is missing for you to recommend {brand}?"),
        _("With kind regards,"),
    ),
)
_PROMOTER_MAIL = (
    _("Thank you"),
    (
        _("Hello {name},"),
        _("Thank you for your {score}. What is the one reason for it? I will pass it on to those who earned it."),
        _("If you know somebody whom we could help as well, tell them about us."),
        _("With kind regards,"),
    ),
)
_Mail = tuple[str, tuple[str, ...]]
_WORDS: tuple[tuple[range, tuple[str, ...], _Mail], ...] = (  # scores, what to say, the mail
    (range(4), _SORRY_CALL, _SORRY_MAIL),
    (range(4, 7), _ASK_CALL, _ASK_MAIL),
    (range(7, 9), (), _PASSIVE_MAIL),
    (range(9, 11), (), _PROMOTER_MAIL),
)
_MANAGERS_AFTER_A_DAY = {"hours_after": 24, "to": "managers"}  # of the worst scores, when nobody called by then
_ESCALATED = range(3)

# score: (what it tells, priority, hours, first contact by, opens a ticket, steps)
_TABLE: dict[int, tuple[str, str, int | None, str, bool, tuple[tuple[str, str], ...]]] = {
    0: (
        _("Leaving now, and warning others off."),
        "critical", 24, "person_or_phone", True, (_APOLOGISE_TWICE, *_WORST, _THANK_TURN, *_AFTER),
    ),
    1: (
        _("Deeply disappointed: far below what was expected."),
        "critical", 24, "person_or_phone", True, (_APOLOGISE, *_WORST, _THANK, *_AFTER),
    ),
    2: (
        _("Quite unhappy: a failed delivery, a defect or a bad experience."),
        "critical", 24, "person_or_phone", True, (_APOLOGISE, *_WORST, _THANK, *_AFTER),
    ),
    3: (
        _("Only partly satisfied: with the service, the product, or a problem that is still there."),
        "high", 24, "phone_else_email", True, (_APOLOGISE, *_WORST, _THANK, *_AFTER),
    ),
    4: (
        _("Partly satisfied: the product may not solve the whole problem."),
        "high", 48, "phone_else_email", True, (_APOLOGISE, *_WORST, _THANK, *_AFTER),
    ),
    5: (
        _("A slightly poor experience, and open to staying."),
        "normal", 48, "phone_else_email", True, (_LISTEN, _EXPLAIN, _THANK, *_AFTER),
    ),
    6: (
        _("Almost content, and likes to share a view."),
        "normal", 48, "email", True, (_LISTEN_SCORE, _EXPLAIN_REPLY, _THANK, *_AFTER),
    ),
    7: (_("Content, not loyal: leaves for a better offer."), "low", 168, "email", False, _PASSIVE),
    8: (_("Content, not loyal: leaves for a better offer."), "low", 168, "email", False, _PASSIVE),
    9: (_("Recommends you."), "low", None, "email", False, _PROMOTER),
    10: (_("Recommends you."), "low", None, "email", False, _PROMOTER),
}  # fmt: skip


def _in_all_languages(text: str) -> dict[str, str]:
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            texts[language] = translation.gettext(text)
    return texts


def _in_paragraphs(texts: tuple[str, ...]) -> dict[str, str]:
    by_language = [_in_all_languages(text) for text in texts]
    return {language: "\n\n".join(one[language] for one in by_language) for language in LANGUAGES} if texts else {}


def _words_for(score: int) -> dict[str, dict[str, str]]:
    call, (subject, body) = next((call, mail) for scores, call, mail in _WORDS if score in scores)
    return {
        "call_script": _in_paragraphs(call),
        "mail_subject": _in_all_languages(subject),
        "mail_body": _in_paragraphs(body),
    }


def default_levels(score: int) -> list[dict[str, Any]]:
    """The levels of escalation of a shipped play, as hours_after and to."""
    return [_MANAGERS_AFTER_A_DAY] if score in _ESCALATED else []


def default_plays() -> dict[int, tuple[dict[str, Any], list[dict[str, Any]]]]:
    """The shipped plays by score: (fields of Play, steps as kind, texts, is_required)."""
    plays = {}
    for score, (tells, priority, hours, contact_by, opens_ticket, steps) in _TABLE.items():
        fields = {
            "opens_ticket": opens_ticket,
            "priority": priority,
            "hours": hours,
            "contact_by": contact_by,
            "tells": _in_all_languages(tells),
            **_words_for(score),
        }
        plays[score] = (
            fields,
            [{"kind": kind, "texts": _in_all_languages(text), "is_required": True} for kind, text in steps],
        )
    return plays
