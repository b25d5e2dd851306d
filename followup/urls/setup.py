"""Set-up of follow-up."""

from django.urls import URLPattern, URLResolver, path

from followup.views import setup, setup_calendars, setup_causes

app_name = "followup_setup"
urlpatterns: list[URLPattern | URLResolver] = [
    path("playbooks/", setup.playbook_list, name="playbooks"),
    path("playbooks/<int:pk>/", setup.playbook, name="playbook"),
    path("playbooks/<int:pk>/<int:score>/", setup.play, name="play"),
    path("surveys/<slug:slug>/follow-up/", setup.survey_playbook, name="survey"),
    path("surveys/<slug:slug>/follow-up/copy/", setup.survey_copy, name="survey_copy"),
    path("root-causes/", setup_causes.cause_list, name="causes"),
    path("root-causes/new/", setup_causes.cause_edit, name="cause_new"),
    path("root-causes/<int:pk>/", setup_causes.cause_edit, name="cause_edit"),
    path("calendars/", setup_calendars.calendar_list, name="calendars"),
    path("calendars/new/", setup_calendars.calendar_edit, name="calendar_new"),
    path("calendars/<int:pk>/", setup_calendars.calendar_edit, name="calendar"),
    path("calendars/<int:pk>/delete/", setup_calendars.calendar_delete, name="calendar_delete"),
    path("account-managers/", setup_causes.account_manager_domains, name="account_managers"),
]
