"""The state of the installation, for programs and for admins."""

from django.urls import path

from nps_project.system import put_aside, returned_mail, views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.measured, name="metrics"),
    path("setup/system/", views.system, name="system"),
    path("setup/asking/returned/", returned_mail.returned_mail, name="returned_mail"),
    path("setup/system/put-aside/", put_aside.rows_put_aside, name="put_aside"),
]
