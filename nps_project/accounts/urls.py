"""Signing in and out."""

from django.urls import URLPattern, URLResolver, path

from nps_project.accounts import views

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", views.sign_in, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("preferences/", views.preferences, name="preferences"),
    path("admin/login/", views.admin_sign_in, name="admin_login"),
]
