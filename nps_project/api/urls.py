"""Schema and docs of the API; whatever else lies below /api/ does not exist."""

from django.urls import URLPattern, URLResolver, path
from django.views.generic import TemplateView
from drf_spectacular.views import SpectacularAPIView

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[]), name="api-schema"),
    path("docs/", TemplateView.as_view(template_name="api/docs.html"), name="api-docs"),
]
