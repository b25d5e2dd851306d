"""Set-up of surveys."""

from django.urls import URLPattern, URLResolver, path

from surveys.contacts.trait_labels import views as trait_labels
from surveys.views import manage, preview, share

app_name = "surveys_setup"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", manage.index, name="index"),
    path("traits/", trait_labels.traits, name="traits"),
    path("surveys/", manage.survey_list, name="surveys"),
    path("surveys/new/", manage.survey_new, name="survey_new"),
    path("surveys/<slug:slug>/", manage.survey_edit, name="survey_edit"),
    path("surveys/<slug:slug>/preview/", preview.preview, name="preview"),
    path("surveys/<slug:slug>/preview/thanks/<int:score>/", preview.thanks, name="preview_thanks"),
    path("surveys/<slug:slug>/looks/", preview.looks, name="looks"),
    path("surveys/<slug:slug>/share/", share.share, name="share"),
    path("surveys/<slug:slug>/share/qr.<slug:kind>", share.qr_code, name="qr_code"),
    path("surveys/<slug:slug>/share/poster/<slug:language>/", share.poster, name="poster"),
    path("surveys/<slug:slug>/words/<str:language>/", manage.words, name="words"),
    path("surveys/<slug:slug>/questions/", manage.questions, name="questions"),
    path("surveys/<slug:slug>/questions/new/", manage.question_edit, name="question_new"),
    path("surveys/<slug:slug>/questions/<int:pk>/", manage.question_edit, name="question_edit"),
]
