"""API of surveys."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from surveys.api import contact_views, views

router = SimpleRouter()
router.register("surveys", views.SurveyViewSet, basename="api-survey")
router.register("contacts", contact_views.ContactViewSet, basename="api-contact")
router.register("companies", contact_views.CompanyViewSet, basename="api-company")
router.register("segments", contact_views.SegmentViewSet, basename="api-segment")
router.register("responses", views.ResponseViewSet, basename="api-response")
router.register("bulk-decisions", views.BulkDecisionViewSet, basename="api-bulk-decision")

urlpatterns: list[URLPattern | URLResolver] = [
    *router.urls,
    path("stats/nps/", views.NpsView.as_view(), name="api-stats-nps"),
]
