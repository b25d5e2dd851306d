"""Keep the precision that the admin chose."""

from followup.insights.themes.models import STANDARD_PRECISION, ThemeSettings


def precision() -> int:
    """In percent, from which on causes are suggested; one query."""
    return ThemeSettings.objects.values_list("precision", flat=True).first() or STANDARD_PRECISION


def choose_precision(percent: int) -> None:
    """Suggest causes from this precision on; it holds at once, everywhere."""
    ThemeSettings.objects.update_or_create(pk=1, defaults={"precision": percent})
