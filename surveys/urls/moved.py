"""An address of raw records that was another one before, for those who kept it."""

from django.urls import re_path
from django.views.generic import RedirectView

urlpatterns = [
    re_path("^(?P<rest>.*)$", RedirectView.as_view(url="/admin/surveys/surveytexts/%(rest)s", query_string=True))
]
