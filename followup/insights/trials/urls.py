"""The addresses of the pages of trials."""

from django.urls import URLPattern, URLResolver, path

from followup.insights.trials import views, views_plan

app_name = "trials"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.trial_list, name="list"),
    path("trials.csv", views.as_csv, name="csv"),
    path("new/", views_plan.new, name="new"),
    path("<int:trial_id>/", views.trial, name="trial"),
    path("<int:trial_id>/plan/", views_plan.plan, name="plan"),
    path("<int:trial_id>/plays/<int:score>/", views_plan.play, name="play"),
    path("<int:trial_id>/<slug:action>/", views.act, name="act"),
]
