"""Addresses that mail services call."""

from django.urls import path

from nps_project.deliveries.inbound import views

app_name = "inbound"
urlpatterns = [
    path("<slug:service>/tracking/", views.tracking_webhook, name="tracking"),
    path("<slug:service>/inbound/", views.inbound_webhook, name="inbound"),
]
