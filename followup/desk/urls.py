"""The addresses of the desk."""

from django.urls import path

from followup.desk import undo
from followup.desk.answers import bulk_decisions, decisions
from followup.desk.answers import export as answers_export
from followup.desk.answers import views as answers
from followup.desk.finding import views as finding
from followup.desk.notices import views as notices
from followup.desk.queue import bulk, export, views_kept
from followup.desk.queue import views as desk
from followup.desk.ticket import views as ticket

app_name = "followup"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("filters/", desk.filters, name="desk_filters"),
    path("live/", desk.live, name="desk_live"),
    path("bulk/", bulk.bulk, name="desk_bulk"),
    path("find/", finding.find, name="find"),
    path("notices/", notices.listing, name="notices"),
    path("notices/read/", notices.read, name="notices_read"),
    path("undo/", undo.take_back, name="desk_undo"),
    path("views/", views_kept.save, name="view_save"),
    path("views/<int:view_id>/delete/", views_kept.delete, name="view_delete"),
    path("tickets.csv", export.export, {"kind": "csv"}, name="desk_export"),
    path("tickets.xlsx", export.export, {"kind": "xlsx"}, name="desk_export_xlsx"),
    path("tickets/<int:ticket_id>/", ticket.show, name="ticket"),
    path("tickets/<int:ticket_id>/here/", ticket.here, name="ticket_here"),
    path("tickets/<int:ticket_id>/colleagues/", ticket.colleagues, name="ticket_colleagues"),
    path("tickets/<int:ticket_id>/<slug:action>/", ticket.act, name="ticket_action"),
    path("answers/", answers.listing, name="answers"),
    path("answers/answers.csv", answers_export.export, {"kind": "csv"}, name="answers_export"),
    path("answers/answers.xlsx", answers_export.export, {"kind": "xlsx"}, name="answers_export_xlsx"),
    path("answers/decide/", bulk_decisions.decide, name="answers_decide"),
    path("answers/decisions/", bulk_decisions.listing, name="bulk_decisions"),
    path("answers/decisions/<int:bulk_id>/", bulk_decisions.show, name="bulk_decision"),
    path("answers/decisions/<int:bulk_id>/<slug:action>/", bulk_decisions.act, name="bulk_decision_act"),
    path("answers/<int:response_id>/", answers.show, name="answer"),
    path("answers/<int:response_id>/raised/", answers.raised, name="answer_raised"),
    path("answers/<int:response_id>/ticket/", answers.open_ticket, name="answer_ticket"),
    path("answers/<int:response_id>/<slug:action>/", decisions.decide, name="answer_decide"),
]
