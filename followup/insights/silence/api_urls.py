"""The address of the figures about the silent in the API."""

from django.urls import path

from followup.insights.silence.api import SilenceStatsView

urlpatterns = [path("stats/silence/", SilenceStatsView.as_view(), name="api-stats-silence")]
