"""The WSGI application of the product; nps_project.web.asgi calls it in each web process."""

import os
from importlib import import_module

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")
django.setup(set_prefix=False)

from nps_project.operations import garbage  # noqa: E402  (imports want the settings)
from nps_project.operations.database_timeouts import WEB, limit_connections  # noqa: E402
from nps_project.web.request_body import CompleteRequestHandler  # noqa: E402

limit_connections(WEB)
import_module(settings.ROOT_URLCONF)  # all pages with what they need, so that the first reader does not wait for it

application = CompleteRequestHandler()
garbage.look_less_often()
