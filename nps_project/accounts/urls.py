"""Signing in and out."""

from django.urls import URLPattern, URLResolver, path

from nps_project.accounts.people.views import preferences
from nps_project.accounts.signin import views, views_reset

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", views.sign_in, name="login"),
    path("login/code/", views.code, name="code"),
    path("login/forgot/", views_reset.forgot, name="forgot"),
    path("login/reset/<str:token>/", views_reset.reset, name="reset"),
    path("logout/", views.sign_out, name="logout"),
    path("preferences/", preferences, name="preferences"),
    path("admin/login/", views.admin_sign_in, name="admin_login"),
]
