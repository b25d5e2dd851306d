"""The texts that a new survey starts with, in each language of the customers."""

from django.utils import translation
from django.utils.translation import gettext as _


def standard_texts(language: str) -> dict[str, str]:
    """The texts of a SurveyTexts row in one language; `{brand}` stands for the brand."""
    with translation.override(language):
        return {
            "question": _("How likely are you to recommend {brand} to a friend or colleague?"),
            "low_label": _("Not at all likely"),
            "high_label": _("Extremely likely"),
            "ask_detractor": _("We are sorry. What went wrong, and what should we do about it?"),
            "ask_passive": _("What is missing to make it a 10?"),
            "ask_promoter": _("What do you like best about {brand}?"),
            "ask_any": _("What is the main reason for your score?"),
            "thanks_detractor": _("Thank you for being honest with us. We are sorry that we let you down."),
            "thanks_passive": _("Thank you. What you told us helps us to become better."),
            "thanks_promoter": _("Thank you! It is good to hear that you are happy with us."),
        }
