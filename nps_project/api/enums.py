"""Names of enums in the API's schema, for those that would collide; each app adds its own in ready()."""

NAMES = {"LanguageEnum": "django.conf.settings.LANGUAGES"}  # the dict that drf-spectacular reads: name to dotted path


def add(**names: str) -> None:
    """`names`: what the schema calls an enum, and where its choices stand."""
    NAMES.update(names)
