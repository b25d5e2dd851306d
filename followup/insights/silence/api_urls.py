"""The addresses of the silent in the API: the figures, and calling some of them."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from followup.insights.silence.api import SilenceStatsView
from followup.insights.silence.calls.api import CallListViewSet, CallViewSet

router = SimpleRouter()
router.register("call-lists", CallListViewSet, basename="api-call-list")
router.register("calls", CallViewSet, basename="api-call")

urlpatterns: list[URLPattern | URLResolver] = [
    *router.urls,
    path("stats/silence/", SilenceStatsView.as_view(), name="api-stats-silence"),
]
