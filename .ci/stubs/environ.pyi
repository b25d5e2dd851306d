# Of django-environ, which ships no types: what this product uses.
from typing import Any

from django.core.exceptions import ImproperlyConfigured as ImproperlyConfigured

class Env:
    @classmethod
    def db_url_config(cls, url: str) -> dict[str, Any]: ...
    @classmethod
    def email_url_config(cls, url: str) -> dict[str, Any]: ...
