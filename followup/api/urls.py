"""API of follow-up."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from followup.api import views

router = SimpleRouter()
router.register("tickets", views.TicketViewSet, basename="api-ticket")
router.register("root-causes", views.RootCauseViewSet, basename="api-root-cause")
router.register("users", views.UserViewSet, basename="api-user")
router.register("teams", views.TeamViewSet, basename="api-team")
router.register("playbooks", views.PlaybookViewSet, basename="api-playbook")

urlpatterns: list[URLPattern | URLResolver] = [
    *router.urls,
    path("stats/follow-up/", views.FollowUpStatsView.as_view(), name="api-stats-follow-up"),
]
