"""What the made-up customers say: (root cause, words), by language and mood. All of it is invented."""

from followup.demo.comments_da import DANISH
from followup.demo.comments_en import ENGLISH
from followup.demo.comments_nl import DUTCH

ANGRY, UNHAPPY, PASSIVE, PROMOTER = "angry", "unhappy", "passive", "promoter"
COMMENTS = {"en": ENGLISH, "nl": DUTCH, "da": DANISH}


def mood_of(score: int) -> str:
    """Which kind of comment goes with a score from 0 to 10."""
    if score <= 2:
        return ANGRY
    if score <= 6:
        return UNHAPPY
    return PASSIVE if score <= 8 else PROMOTER
