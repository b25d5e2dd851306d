"""The product's settings, those of the streams, and connections that end a few times sooner than the product's."""

from tests.hostile.wire_settings import *  # noqa: F403
from tests.hostile.wire_settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.hostile.quick_ends"]
