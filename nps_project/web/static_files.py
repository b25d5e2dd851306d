"""How static files are stored for serving: compressed, each under a name that holds a hash of its content."""

from typing import Any

from whitenoise.compress import Compressor  # type: ignore[import-untyped]  # it ships no types
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Also the files that a script imports get their hashed names, so a browser never mixes two releases."""

    support_js_module_import_aggregation = True

    def create_compressor(self, **kwargs: Any) -> Any:
        """With gzip alone: where a package of the tests brings Brotli along, each start would take seconds longer."""
        return Compressor(**kwargs, use_brotli=False)
