"""Addresses of the reports."""

from django.urls import path

from followup.insights.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.listing, name="list"),
    path("<int:report_id>/<slug:action>/", views.act, name="act"),
]
