"""The addresses below /contacts/import/."""

from django.urls import path

from surveys.contacts.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.listing, name="list"),
    path("<int:run_id>/", views.show, name="import"),
    path("<int:run_id>/bad.csv", views.bad, name="bad"),
    path("<int:run_id>/<slug:action>/", views.act, name="act"),
]
