"""The addresses below /contacts/."""

from django.urls import path

from surveys.contacts import editing, export, pages
from surveys.contacts.companies import pages as company_pages
from surveys.contacts.segments import pages as segment_pages

app_name = "contacts"
urlpatterns = [
    path("", pages.listing, name="list"),
    path("new/", editing.new, name="new"),
    path("contacts.csv", export.export, {"kind": "csv"}, name="export"),
    path("contacts.xlsx", export.export, {"kind": "xlsx"}, name="export_xlsx"),
    path("companies/", company_pages.listing, name="companies"),
    path("companies/<int:company_id>/", company_pages.show, name="company"),
    path("companies/<int:company_id>/edit/", company_pages.edit, name="company_edit"),
    path("segments/", segment_pages.listing, name="segments"),
    path("segments/new/", segment_pages.new, name="segment_new"),
    path("segments/<slug:slug>/", segment_pages.edit, name="segment"),
    path("segments/<slug:slug>/delete/", segment_pages.delete, name="segment_delete"),
    path("<int:contact_id>/", pages.show, name="contact"),
    path("<int:contact_id>/edit/", editing.edit, name="contact_edit"),
]
