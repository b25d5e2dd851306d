"""Addresses of the themes."""

from django.urls import path

from followup.insights.themes import views

app_name = "themes"
urlpatterns = [
    path("", views.show, name="themes"),
    path("themes.csv", views.as_csv, name="csv"),
    path("chosen-otherwise.csv", views.differing_csv, name="differing_csv"),
    path("precision/", views.choose_precision, name="precision"),
    path("accept/<int:ticket_id>/", views.accept, name="accept"),
]
