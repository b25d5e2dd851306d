"""How static files are stored for serving: compressed, each under a name that holds a hash of its content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Also the files that a script imports get their hashed names, so a browser never mixes two releases."""

    support_js_module_import_aggregation = True
