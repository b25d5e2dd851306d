"""Addresses of asking: customers' pages and set-up pages."""

from django.urls import path

from surveys.campaigns.views import by_phone, leaving, manage, sender

app_name = "campaigns"
urlpatterns = [
    path("unsubscribe/<str:token>/", leaving.unsubscribe, name="unsubscribe"),
    path("r/<str:token>/check/<int:number>/", leaving.decoy, name="decoy"),
    path("contacts/<int:contact_id>/answer/", by_phone.answer, name="by_phone"),
    path("setup/asking/", manage.asking_settings, name="asking"),
    path("setup/asking/sender/", sender.sender, name="sender"),
    path("setup/asking/held/<int:invitation_id>/<slug:action>/", manage.held, name="held"),
    path("setup/surveys/<slug:slug>/mail/", manage.mail, name="mail"),
    path("setup/surveys/<slug:slug>/mail/<slug:language>/", manage.mail, name="mail_in"),
    path("setup/surveys/<slug:slug>/mail/<slug:language>/preview/", manage.mail_preview, name="mail_preview"),
    path("setup/surveys/<slug:slug>/mail/<slug:language>/test/", manage.mail_test, name="mail_test"),
]
