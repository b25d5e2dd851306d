"""Addresses of the first steps."""

from django.urls import path

from surveys.campaigns.first_steps import views
from surveys.campaigns.first_steps.company.views import company

app_name = "first_steps"
urlpatterns = [
    path("", views.show, name="show"),
    path("company/", company, name="company"),
    path("put-away/", views.put_away, name="put_away"),
]
