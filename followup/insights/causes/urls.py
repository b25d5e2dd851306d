"""Addresses of the ranking of root causes."""

from django.urls import path

from followup.insights.causes import views

app_name = "causes"
urlpatterns = [
    path("", views.causes, name="causes"),
    path("causes.csv", views.export, {"kind": "csv"}, name="csv"),
    path("causes.xlsx", views.export, {"kind": "xlsx"}, name="xlsx"),
]
