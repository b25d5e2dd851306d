"""Addresses of the themes."""

from django.urls import path

from followup.insights.themes import views

app_name = "themes"
urlpatterns = [
    path("", views.show, name="themes"),
    path("precision/", views.choose_precision, name="precision"),
    path("accept/<int:ticket_id>/", views.accept, name="accept"),
]
