"""Addresses of the API of improvements."""

from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter

from followup.insights.improvements.api import ImprovementViewSet

router = SimpleRouter()
router.register("improvements", ImprovementViewSet, basename="api-improvement")

urlpatterns: list[URLPattern | URLResolver] = router.urls
