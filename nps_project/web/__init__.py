"""HTTP: the server, middlewares, and pages that all apps share."""
