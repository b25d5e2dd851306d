"""The WSGI entry point."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")
django.setup(set_prefix=False)

from nps_project.web.request_body import CompleteRequestHandler  # noqa: E402  (its imports want the settings)

application = CompleteRequestHandler()
