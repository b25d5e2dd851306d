"""The outbox."""

from django.urls import path

from nps_project.system import outbox

app_name = "deliveries"
urlpatterns = [
    path("", outbox.outbox, name="outbox"),
    path("<int:delivery_id>/", outbox.mail, name="mail"),
    path("<int:delivery_id>/html/", outbox.mail_html, name="mail_html"),
]
