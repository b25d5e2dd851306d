"""A mail server on loopback, and the sweep that has looked a moment ago."""

from tests.surveys.campaigns.conftest import looked, server  # noqa: F401
