"""Set-up of people and teams."""

from django.urls import URLPattern, URLResolver

app_name = "accounts_setup"
urlpatterns: list[URLPattern | URLResolver] = []
