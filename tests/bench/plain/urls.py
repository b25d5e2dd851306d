"""Two pages."""

from django.urls import path

from tests.bench.plain import views

urlpatterns = [path("survey/", views.survey, name="survey"), path("thanks/", views.thanks, name="thanks")]
