"""The mail that asks, in the words that a survey starts with, and those that are the same in every mail."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _


def standard_mail(language: str) -> dict[str, str]:
    """The texts of a MailTexts row in one language; `{brand}` stands for the brand."""
    with translation.override(language):
        return {
            "subject": _("One question from {brand}"),
            "intro": _("We would like to know how we are doing. It is one question, and takes ten seconds."),
            "closing": _(
                "Tap a number. A page opens with it chosen; there you can add a few words. "
                "Your answer counts when you press Send."
            ),
            "why": _("You get this mail because you are a customer of {brand}."),
        }


@dataclass(frozen=True, slots=True)
class FixedTexts:
    """What no survey changes. `hello_name` has {name} in it, `reminder` has {subject}."""

    hello: str
    hello_name: str
    leave: str
    reminder: str
    reminder_intro: str
    again_intro: str


def fixed_texts(language: str) -> FixedTexts:
    """These texts in one language."""
    with translation.override(language):
        return FixedTexts(
            hello=_("Hello,"),
            hello_name=_("Hello {name},"),
            leave=_("Do not want these mails? Change it or unsubscribe"),
            reminder=_("Reminder: {subject}"),
            reminder_intro=_(
                "We wrote to you before, and this is a reminder. "
                "Should you have answered meanwhile: thank you, there is nothing more to do."
            ),
            again_intro=_(
                "You answered this question before, and we took up what you told us. "
                "Now we would like to hear from you how it is since."
            ),
        )
