"""Addresses of improvements."""

from django.urls import path

from followup.insights.improvements.screens import letters, listing, showing

app_name = "improvements"
urlpatterns = [
    path("", listing.listing, name="list"),
    path("new/", listing.new, name="new"),
    path("<int:improvement_id>/", showing.show, name="improvement"),
    path("<int:improvement_id>/edit/", listing.edit, name="edit"),
    path("<int:improvement_id>/letter/", letters.letter, name="letter"),
    path("<int:improvement_id>/letter/<slug:language>/", letters.letter, name="letter_in"),
    path("<int:improvement_id>/mail/<slug:language>/preview/", letters.preview, name="letter_preview"),
    path("<int:improvement_id>/letter/<slug:language>/keep/", letters.keep, name="letter_keep"),
    path("<int:improvement_id>/since/", letters.since, name="since"),
    path("<int:improvement_id>/do/<slug:action>/", letters.act, name="act"),
]
