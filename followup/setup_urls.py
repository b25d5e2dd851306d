"""The addresses of the set-up pages of follow-up."""

from django.urls import URLPattern, URLResolver, path

from followup.causes import views as setup_causes
from followup.clocks import views as setup_calendars
from followup.playbooks import views as setup
from followup.playbooks import views_versions
from followup.routing import views as setup_routing

app_name = "followup_setup"
urlpatterns: list[URLPattern | URLResolver] = [
    path("playbooks/", setup.playbook_list, name="playbooks"),
    path("playbooks/<int:pk>/", setup.playbook, name="playbook"),
    path("playbooks/<int:pk>/<int:score>/", setup.play, name="play"),
    path("playbooks/<int:pk>/versions/<int:number>/<int:other>/", views_versions.compare, name="versions"),
    path("playbooks/<int:pk>/versions/<int:number>/back/", views_versions.bring_back, name="version_back"),
    path("playbooks/<int:pk>/lanes/<slug:name>/", views_versions.lane, name="lane"),
    path("surveys/<slug:slug>/follow-up/", setup.survey_playbook, name="survey"),
    path("surveys/<slug:slug>/follow-up/copy/", setup.survey_copy, name="survey_copy"),
    path("root-causes/", setup_causes.cause_list, name="causes"),
    path("root-causes/new/", setup_causes.cause_edit, name="cause_new"),
    path("root-causes/<int:pk>/", setup_causes.cause_edit, name="cause_edit"),
    path("routing/", setup_routing.rule_list, name="routing"),
    path("routing/new/", setup_routing.rule_edit, name="rule_new"),
    path("routing/<int:pk>/", setup_routing.rule_edit, name="rule"),
    path("routing/<int:pk>/move/", setup_routing.rule_move, name="rule_move"),
    path("routing/<int:pk>/delete/", setup_routing.rule_delete, name="rule_delete"),
    path("routing/teams/<int:pk>/", setup_routing.team_limits, name="limits"),
    path("me/absences/", setup_routing.absences, name="absences"),
    path("me/absences/<int:pk>/delete/", setup_routing.absence_delete, name="absence_delete"),
    path("calendars/", setup_calendars.calendar_list, name="calendars"),
    path("calendars/new/", setup_calendars.calendar_edit, name="calendar_new"),
    path("calendars/<int:pk>/", setup_calendars.calendar_edit, name="calendar"),
    path("calendars/<int:pk>/delete/", setup_calendars.calendar_delete, name="calendar_delete"),
    path("account-managers/", setup_causes.account_manager_domains, name="account_managers"),
]
