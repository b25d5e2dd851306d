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
            "ask_any": _("What is the main reason for your score?"),
            "ask_0_2": _("We are sorry. What went wrong, and what should we do about it?"),
            "thanks_0_2": _("Thank you for being honest with us. We are sorry that we let you down."),
            "ask_3_4": _("What did not go well, and what should we do about it?"),
            "thanks_3_4": _("Thank you for telling us plainly. We are sorry that it did not go better."),
            "ask_5_6": _("What would have earned a higher score?"),
            "thanks_5_6": _("Thank you for saying so. There is something here for us to do better."),
            "ask_7_8": _("What is missing to make it a 10?"),
            "thanks_7_8": _("Thank you. What you told us helps us to become better."),
            "ask_9_10": _("What do you like best about {brand}?"),
            "thanks_9_10": _("Thank you! It is good to hear that you are happy with us."),
        }
