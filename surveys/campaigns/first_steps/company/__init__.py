"""Who runs the installation: asked of the first admin, with what their browser says as an offer."""
