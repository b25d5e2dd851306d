"""The addresses of the figures in the API."""

from django.urls import path

from followup.insights.recovery.api import RecoveryStatsView

urlpatterns = [path("stats/recovery/", RecoveryStatsView.as_view(), name="api-stats-recovery")]
