"""Addresses of asking: customers' pages and set-up pages."""

from django.urls import path

from surveys.campaigns.leaving import pages as leaving
from surveys.campaigns.of_contacts import phone_page
from surveys.campaigns.screens import acting, editing, listing, showing, trial
from surveys.campaigns.setup import pages, sender

app_name = "campaigns"
urlpatterns = [
    path("unsubscribe/<str:token>/", leaving.unsubscribe, name="unsubscribe"),
    path("r/<str:token>/check/<int:number>/", leaving.decoy, name="decoy"),
    path("campaigns/", listing.listing, name="list"),
    path("campaigns/new/", editing.new, name="new"),
    path("campaigns/<int:campaign_id>/", showing.show, name="campaign"),
    path("campaigns/<int:campaign_id>/edit/", editing.edit, name="edit"),
    path("campaigns/<int:campaign_id>/delete/", acting.delete, name="delete"),
    path("campaigns/<int:campaign_id>/recipients/", listing.recipients, name="recipients"),
    path("campaigns/<int:campaign_id>/dry-run/", trial.trial, name="dry_run"),
    path("campaigns/<int:campaign_id>/mail/", showing.mail, name="campaign_mail"),
    path("campaigns/<int:campaign_id>/mail/<slug:language>/", showing.mail, name="campaign_mail_in"),
    path("campaigns/<int:campaign_id>/mail/<slug:language>/preview/", showing.mail_preview, name="campaign_preview"),
    path("campaigns/<int:campaign_id>/mail/<slug:language>/test/", acting.test, name="campaign_test"),
    path("campaigns/<int:campaign_id>/do/<slug:action>/", acting.act, name="act"),
    path("contacts/<int:contact_id>/answer/", phone_page.answer, name="by_phone"),
    path("setup/asking/", pages.asking_settings, name="asking"),
    path("setup/asking/sender/", sender.sender, name="sender"),
    path("setup/asking/held/<int:invitation_id>/<slug:action>/", pages.held, name="held"),
    path("setup/surveys/<slug:slug>/mail/", pages.mail, name="mail"),
    path("setup/surveys/<slug:slug>/mail/<slug:language>/", pages.mail, name="mail_in"),
    path("setup/surveys/<slug:slug>/mail/<slug:language>/preview/", pages.mail_preview, name="mail_preview"),
    path("setup/surveys/<slug:slug>/mail/<slug:language>/test/", pages.mail_test, name="mail_test"),
]
