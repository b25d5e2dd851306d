"""The addresses of the pages about the silent."""

from django.urls import path

from followup.insights.silence.screens import call_lists, calling, page, people

app_name = "silence"
urlpatterns = [
    path("", page.page, name="page"),
    path("silence.csv", page.as_csv, name="csv"),
    path("people/", people.people, name="people"),
    path("tickets/", people.tickets, name="tickets"),
    path("pictures/<slug:name>.<slug:kind>", page.picture, name="picture"),
    path("calls/", call_lists.calls, name="calls"),
    path("calls/new/", call_lists.new, name="calls_new"),
    path("calls/<int:call_list_id>/", call_lists.show, name="call_list"),
    path("calls/<int:call_list_id>/picture.<slug:kind>", call_lists.picture, name="call_picture"),
    path("calls/<int:call_list_id>/calls.csv", call_lists.as_csv, name="call_csv"),
    path("calls/<int:call_list_id>/stop/", call_lists.stop, name="stop"),
    path("calls/<int:call_list_id>/next/", calling.take, name="take"),
    path("calls/<int:call_list_id>/<int:call_id>/answer/", calling.answer, name="answer"),
    path("calls/<int:call_list_id>/<int:call_id>/<slug:what>/", calling.done, name="done"),
]
