"""Addresses of the figures' API."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from followup.insights.api import views
from followup.insights.fairplay.api import FairPlayView
from followup.insights.recovery.api import RecoveryStatsView
from followup.insights.trials.api import TrialViewSet

router = SimpleRouter()
router.register("trials", TrialViewSet, basename="api-trial")

urlpatterns: list[URLPattern | URLResolver] = [
    *router.urls,
    path("stats/recovery/", RecoveryStatsView.as_view(), name="api-stats-recovery"),
    path("stats/nps/trend/", views.TrendView.as_view(), name="api-stats-nps-trend"),
    path("stats/fair-play/", FairPlayView.as_view(), name="api-stats-fair-play"),
    path("stats/compare/", views.CompareView.as_view(), name="api-stats-compare"),
    path("stats/by/<str:dimension>/", views.ByView.as_view(), name="api-stats-by"),
]
