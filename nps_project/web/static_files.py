"""Which static files are served, and how: compressed, each under a name that holds a hash of its content."""

from typing import Any

from django.apps import apps
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from whitenoise.compress import Compressor  # type: ignore[import-untyped]  # it ships no types
from whitenoise.storage import CompressedManifestStaticFilesStorage

NOT_SERVED = {"rest_framework", "allauth.account", "allauth.mfa"}  # apps whose pages are not


class ServedApps(AppDirectoriesFinder):
    """The files of apps, but those of pages that are not served: half of all bytes, hashed at each start."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        served = [app.name for app in apps.get_app_configs() if app.name not in NOT_SERVED]
        super().__init__(app_names or served, *args, **kwargs)


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Also the files that a script imports get their hashed names, so a browser never mixes two releases."""

    support_js_module_import_aggregation = True

    def create_compressor(self, **kwargs: Any) -> Any:
        """With gzip alone: where a package of the tests brings Brotli along, each start would take seconds longer."""
        return Compressor(**kwargs, use_brotli=False)
