"""Addresses of the API of asking."""

from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter

from surveys.campaigns import api
from surveys.campaigns.running import api as campaigns

router = SimpleRouter()
router.register("campaigns", campaigns.CampaignViewSet, basename="api-campaign")
router.register("invitations", api.InvitationViewSet, basename="api-invitation")
router.register(r"contacts/(?P<id>[0-9]{1,18})/decisions", api.AskDecisionViewSet, basename="api-contact-decision")

urlpatterns: list[URLPattern | URLResolver] = router.urls
