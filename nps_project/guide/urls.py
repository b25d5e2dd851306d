"""The addresses of the guide."""

from django.urls import path

from nps_project.guide import views

app_name = "guide"
urlpatterns = [
    path("", views.index, name="index"),
    path("pictures/<str:name>", views.picture, name="picture"),
    path("<slug:name>/", views.show, name="page"),
]
