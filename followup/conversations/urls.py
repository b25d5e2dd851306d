"""Addresses of the conversation, below those of its ticket."""

from django.urls import path

from followup.conversations.files import views as files
from followup.conversations.showing import views as showing
from followup.conversations.writing import views as writing

app_name = "conversations"

urlpatterns = [
    path("tickets/<int:ticket_id>/mail/write/", writing.write, name="write"),
    path("tickets/<int:ticket_id>/mail/older/", showing.older, name="older"),
    path("tickets/<int:ticket_id>/mail/<int:message_id>/take-back/", writing.take_back, name="take_back"),
    path("tickets/<int:ticket_id>/files/<int:attachment_id>/", files.file, name="file"),
]
