"""Template tags for scores: the eleven cells of the scale, and a score's group."""

from dataclasses import dataclass
from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from surveys import scoring

register = template.Library()

# Neutral words for the classes on a customer's page, where nobody is called a detractor.
TONES = {scoring.DETRACTOR: "low", scoring.PASSIVE: "mid", scoring.PROMOTER: "high"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the scale."""

    score: int
    tone: str  # the classes of its group and of its band, such as "low band-0"
    is_chosen: bool


@register.simple_tag
def scale_cells(chosen: object = None) -> list[Cell]:
    """The cells 0 to 10; `chosen` is a score as number or text, anything else chooses none."""
    return [Cell(n, _tone(n), str(chosen) == str(n)) for n in scoring.SCORES]


def _tone(score: int) -> str:
    return f"{TONES[scoring.group_of(score)]} band-{scoring.band_of(score)[0]}"


@register.filter
def signed(figure: float) -> str:
    """A figure rounded to a whole number, with a true minus sign."""
    return str(round(figure)).replace("-", "−")


@register.filter
def group_of(score: int) -> str:
    """detractor, passive or promoter. Raises: ValueError outside 0-10."""
    return scoring.group_of(score)


@register.simple_tag
def chip(score: int, size: str = "") -> SafeString:
    """The score in a small square (templates/includes/_chip.html); `size`: "large" or as in a line.

    A list has fifty of them, of eleven kinds: each kind is drawn once in each language.
    """
    return _chip(score, size, get_language())


@cache
def _chip(score: int, size: str, language: str | None) -> SafeString:
    return render_to_string("includes/_chip.html", {"score": score, "size": size})
