"""The addresses of the figures."""

from django.urls import path

from followup.insights.fairplay import views as fairplay
from followup.insights.overview import views as overview
from followup.insights.recovery.screens import views as recovery
from followup.insights.segments import views as segments

app_name = "insights"
urlpatterns = [
    path("", overview.page, name="overview"),
    path("pictures/<slug:name>.<slug:kind>", overview.picture, name="picture"),
    path("overview.csv", overview.as_csv, name="overview_csv"),
    path("compare/", segments.page, name="compare"),
    path("compare/groups.csv", segments.as_csv, name="compare_csv"),
    path("compare/groups.<slug:kind>", segments.picture, name="compare_picture"),
    path("days/", overview.mark, name="mark"),
    path("days/<int:event_id>/unmark/", overview.unmark, name="unmark"),
    path("fair-play/", fairplay.show, name="fair_play"),
    path("fair-play/fair-play.csv", fairplay.as_csv, name="fair_play_csv"),
    path("fair-play/differences.<slug:kind>", fairplay.picture, name="fair_play_picture"),
    path("fair-play/<slug:name>/", fairplay.behind, name="fair_play_behind"),
    path("recovery/", recovery.show, name="recovery"),
    path("recovery/recovery.csv", recovery.as_csv, name="recovery_csv"),
    path("recovery/tickets/", recovery.tickets, name="recovery_tickets"),
    path("recovery/<slug:name>.<slug:kind>", recovery.picture, name="recovery_picture"),
]
