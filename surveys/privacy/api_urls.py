"""Addresses of the API of what is kept of a contact."""

from django.urls import re_path

from surveys.privacy import api

urlpatterns = [
    re_path("^contacts/(?P<pk>[0-9]{1,18})/everything/$", api.EverythingView.as_view(), name="api-contact-everything"),
    re_path("^contacts/(?P<pk>[0-9]{1,18})/erase/$", api.EraseView.as_view(), name="api-contact-erase"),
]
