"""The addresses of silent risk."""

from django.urls import path

from followup.insights.risk.screens import views

app_name = "risk"
urlpatterns = [
    path("", views.show, name="risk"),
    path("risk.csv", views.figures, name="figures"),
    path("customers.<slug:kind>", views.customers, name="customers"),
    path("<int:contact_id>/ticket/", views.open_ticket, name="open"),
    path("<slug:name>.<slug:kind>", views.picture, name="picture"),
]
