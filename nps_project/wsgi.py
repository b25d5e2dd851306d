"""The WSGI application of the product; nps_project.web.asgi calls it in each web process."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")
django.setup(set_prefix=False)

from nps_project.operations import garbage  # noqa: E402  (imports want the settings)
from nps_project.operations.database_timeouts import WEB, limit_connections  # noqa: E402
from nps_project.web.request_body import CompleteRequestHandler  # noqa: E402

limit_connections(WEB)

application = CompleteRequestHandler()
garbage.look_less_often()
