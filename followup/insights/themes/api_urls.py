"""Addresses of the themes' API."""

from django.urls import path

from followup.insights.themes.api import DifferingView, ThemeStatsView

urlpatterns = [
    path("stats/themes/", ThemeStatsView.as_view(), name="api-stats-themes"),
    path("stats/themes/chosen-otherwise/", DifferingView.as_view(), name="api-stats-themes-chosen-otherwise"),
]
