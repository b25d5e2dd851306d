"""The product's settings, and pages whose answers are streamed in ways that none of the product's is made to be."""

from nps_project.settings import *  # noqa: F403

ROOT_URLCONF = "tests.hostile.wire_urls"
REDIS_TIMEOUT_S = 5  # a busy machine is not a store that is gone, without which everybody may do everything
