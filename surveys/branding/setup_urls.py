"""Set-up of the branding."""

from django.urls import path

from surveys.branding import pages

app_name = "branding_setup"
urlpatterns = [
    path("", pages.branding, name="branding"),
    path("logo/", pages.logo, name="logo"),
    path("logo/<slug:kind>/remove/", pages.remove, name="remove"),
]
