"""Template tags for scores: the eleven cells of the scale, and a score's group."""

from dataclasses import dataclass

from django import template

from surveys import scoring

register = template.Library()

# Neutral words for the classes on a customer's page, where nobody is called a detractor.
TONES = {scoring.DETRACTOR: "low", scoring.PASSIVE: "mid", scoring.PROMOTER: "high"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the scale."""

    score: int
    tone: str
    is_chosen: bool


@register.simple_tag
def scale_cells(chosen: object = None) -> list[Cell]:
    """The cells 0 to 10; `chosen` is a score as number or text, anything else chooses none."""
    return [Cell(n, TONES[scoring.group_of(n)], str(chosen) == str(n)) for n in scoring.SCORES]


@register.filter
def signed(figure: float) -> str:
    """A figure rounded to a whole number, with a true minus sign."""
    return str(round(figure)).replace("-", "−")


@register.filter
def group_of(score: int) -> str:
    """detractor, passive or promoter. Raises: ValueError outside 0-10."""
    return scoring.group_of(score)
