"""Customers' addresses of the branding."""

from django.urls import path

from surveys.branding import serving

app_name = "branding"
urlpatterns = [
    path("<slug:digest>.css", serving.sheet, name="sheet"),
    path("<slug:digest>.<slug:kind>", serving.logo, name="logo"),
]
