"""Set-up of people, teams and keys."""

from django.urls import URLPattern, URLResolver, path

from nps_project.accounts.people import views
from nps_project.accounts.signin import views_security as security

app_name = "accounts_setup"
urlpatterns: list[URLPattern | URLResolver] = [
    path("me/", views.me, name="me"),
    path("me/security/", security.security, name="security"),
    path("me/sessions/<str:name>/end/", security.end_session, name="session_end"),
    path("me/second-factor/", security.second_factor_on, name="second_factor_on"),
    path("me/second-factor/change/", security.second_factor_change, name="second_factor_change"),
    path("people/", views.people, name="people"),
    path("people/new/", views.person_new, name="person_new"),
    path("people/<int:pk>/", views.person_edit, name="person_edit"),
    path("people/<int:pk>/work/", views.person_work, name="person_work"),
    path("people/<int:pk>/password/", views.person_password, name="person_password"),
    path("people/<int:pk>/sessions/", security.person_sessions, name="person_sessions"),
    path("people/<int:pk>/second-factor/", security.person_second_factor, name="person_second_factor"),
    path("teams/", views.teams, name="teams"),
    path("teams/new/", views.team_edit, name="team_new"),
    path("teams/<int:pk>/", views.team_edit, name="team_edit"),
    path("keys/", views.key_list, name="keys"),
    path("keys/new/", views.key_new, name="key_new"),
    path("keys/<int:pk>/revoke/", views.key_revoke, name="key_revoke"),
]
