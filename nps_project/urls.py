"""All URLs: those of the apps, the last of INSTALLED_APPS first, and those of the installation."""

from django.apps import apps
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView

from nps_project.api import errors

# Each app names its own, as `addresses` of its AppConfig: what they begin with, and the module with the rest.
urlpatterns: list[URLPattern | URLResolver] = [
    path(prefix, include(module))
    for config in reversed([*apps.get_app_configs()])  # customers wait for the pages of surveys
    for prefix, module in getattr(config, "addresses", ())
]
urlpatterns += [
    path("", RedirectView.as_view(url="/desk/"), name="home"),
    re_path("^api/", errors.not_found),
    path("admin/", admin.site.urls),
]

handler400 = "nps_project.error_pages.bad_request"
handler403 = "nps_project.error_pages.permission_denied"
handler404 = "nps_project.error_pages.page_not_found"
handler500 = "nps_project.error_pages.server_error"
