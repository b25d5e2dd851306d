"""Addresses of the wallboard."""

from django.urls import path

from followup.insights.wall import links, views

app_name = "wall"
urlpatterns = [
    path("", views.page, name="page"),
    path("links/", links.links, name="links"),
    path("links/<int:link_id>/revoke/", links.revoke, name="revoke"),
    path("<str:token>/", views.linked, name="linked"),
]
