"""The outbox."""

from django.urls import path

from nps_project.deliveries import views

app_name = "deliveries"
urlpatterns = [
    path("", views.outbox, name="outbox"),
    path("<int:delivery_id>/", views.mail, name="mail"),
    path("<int:delivery_id>/html/", views.mail_html, name="mail_html"),
]
