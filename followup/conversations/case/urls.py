"""The customer's page, and what staff do on theirs about it."""

from django.urls import path

from followup.conversations.case import staff_views, views

app_name = "case"
urlpatterns = [
    path("case/<str:token>/", views.case, name="case"),
    path("desk/tickets/<int:ticket_id>/case/", staff_views.answer, name="answer"),
    path("desk/tickets/<int:ticket_id>/case/close/", staff_views.close, name="close"),
]
