"""Addresses of the figures' API."""

from django.urls import path

from followup.insights.api import views
from followup.insights.fairplay.api import FairPlayView
from followup.insights.recovery.api import RecoveryStatsView

urlpatterns = [
    path("stats/recovery/", RecoveryStatsView.as_view(), name="api-stats-recovery"),
    path("stats/nps/trend/", views.TrendView.as_view(), name="api-stats-nps-trend"),
    path("stats/fair-play/", FairPlayView.as_view(), name="api-stats-fair-play"),
    path("stats/compare/", views.CompareView.as_view(), name="api-stats-compare"),
    path("stats/by/<str:dimension>/", views.ByView.as_view(), name="api-stats-by"),
]
