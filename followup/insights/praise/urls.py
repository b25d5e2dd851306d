"""Address of praise."""

from django.urls import path

from followup.insights.praise import views

app_name = "praise"
urlpatterns = [path("<int:response_id>/", views.pass_on, name="pass_on")]
