"""Addresses of mails that came in."""

from django.urls import path

from followup.conversations.incoming.pages import downloads, views

app_name = "customer_mail"
urlpatterns = [
    path("mail/", views.listing, name="list"),
    path("mail/<int:message_id>/", views.mail, name="mail"),
    path("mail/<int:message_id>/raw/", downloads.raw, name="raw"),
    path("mail/<int:message_id>/files/<int:attachment_id>/", downloads.file, name="file"),
    path("mail/<int:message_id>/<slug:action>/", views.act, name="act"),
]
