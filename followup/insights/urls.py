"""The addresses of the figures."""

from django.urls import path

from followup.insights.recovery.screens import views as recovery

app_name = "insights"
urlpatterns = [
    path("", recovery.home, name="home"),
    path("recovery/", recovery.show, name="recovery"),
    path("recovery/recovery.csv", recovery.as_csv, name="recovery_csv"),
    path("recovery/tickets/", recovery.tickets, name="recovery_tickets"),
    path("recovery/<slug:name>.<slug:kind>", recovery.picture, name="recovery_picture"),
]
