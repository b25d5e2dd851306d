"""Addresses of the words."""

from django.urls import path

from followup.insights.words import views

app_name = "words"
urlpatterns = [
    path("", views.page, name="words"),
    path("sentences/", views.sentences, name="sentences"),
    path("words.csv", views.export, {"kind": "csv"}, name="csv"),
    path("words.xlsx", views.export, {"kind": "xlsx"}, name="xlsx"),
]
