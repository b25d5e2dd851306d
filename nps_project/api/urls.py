"""Schema and docs of the API; whatever else lies below /api/ does not exist."""

from django.urls import URLPattern, URLResolver, path

from nps_project.api.docs import SchemaView, docs

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", docs, name="api-docs"),
]
