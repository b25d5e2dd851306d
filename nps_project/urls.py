"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from nps_project.api import errors
from nps_project.background.views import rows_put_aside
from nps_project.health import views as health

urlpatterns = [
    path("", include("surveys.urls.public")),  # first: customers wait for these
    path("", RedirectView.as_view(url="/desk/"), name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.measured, name="metrics"),
    path("setup/system/", health.system, name="system"),
    path("setup/system/put-aside/", rows_put_aside, name="put_aside"),
    path("", include("nps_project.accounts.signin.urls")),
    path("desk/", include("followup.desk.urls")),
    path("desk/outbox/", include("nps_project.deliveries.urls")),
    path("setup/", include("surveys.urls.setup")),
    path("setup/", include("followup.setup_urls")),
    path("setup/", include("nps_project.accounts.people.urls")),
    path("api/", include("nps_project.api.urls")),
    path("api/v1/", include("surveys.api.urls")),
    path("api/v1/", include("followup.api.urls")),
    re_path("^api/", errors.not_found),
    path("admin/", admin.site.urls),
]

handler400 = "nps_project.web.error_pages.bad_request"
handler403 = "nps_project.web.error_pages.permission_denied"
handler404 = "nps_project.web.error_pages.page_not_found"
handler500 = "nps_project.web.error_pages.server_error"
