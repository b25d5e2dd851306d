"""What was erased, for admins."""

from django.urls import path

from nps_project.privacy import pages

app_name = "privacy"
urlpatterns = [
    path("", pages.erased, name="erased"),
    path("list/", pages.as_list, name="list"),
]
