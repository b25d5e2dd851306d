"""Names of enums in the API's schema, where two would be named alike: each app adds its own when it is ready."""

NAMES = {"LanguageEnum": "django.conf.settings.LANGUAGES"}  # the dict that drf-spectacular reads: name to dotted path


def add(**names: str) -> None:
    """`names`: what the schema calls an enum, and where its choices stand."""
    NAMES.update(names)
