"""The customers' pages."""

from django.urls import path

from surveys.views import public, tap, thanks

app_name = "surveys"
urlpatterns = [
    path("s/<slug:slug>/", public.survey, name="survey"),
    path("r/<str:token>/", public.personal, name="personal"),
    path("r/<str:token>/tap/", tap.tap, name="tap"),
    path("t/<str:token>/", thanks.thanks, name="thanks"),
    path("t/<str:token>/change/", thanks.change, name="change"),
]
