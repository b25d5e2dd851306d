"""The page about mail scanners."""

from django.urls import path

from surveys.views import scanners

app_name = "scanners"
urlpatterns = [path("", scanners.listing, name="domains")]
