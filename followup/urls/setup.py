"""Set-up of follow-up."""

from django.urls import URLPattern, URLResolver

app_name = "followup_setup"
urlpatterns: list[URLPattern | URLResolver] = []
