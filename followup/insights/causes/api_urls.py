"""Address of the API of the ranking."""

from django.urls import path

from followup.insights.causes.api import CauseStatsView

urlpatterns = [path("stats/causes/", CauseStatsView.as_view(), name="api-stats-causes")]
