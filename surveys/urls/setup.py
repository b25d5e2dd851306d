"""Set-up of surveys."""

from django.urls import URLPattern, URLResolver

app_name = "surveys_setup"
urlpatterns: list[URLPattern | URLResolver] = []
