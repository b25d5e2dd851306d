"""Schema and docs of the API; whatever else lies below /api/ does not exist."""

from django.urls import URLPattern, URLResolver, path
from drf_spectacular.views import SpectacularAPIView

from nps_project.api.docs import docs

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[]), name="api-schema"),
    path("docs/", docs, name="api-docs"),
]
