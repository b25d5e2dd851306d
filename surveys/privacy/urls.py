"""Addresses of what is kept of a customer, or of an answer of nobody known: giving it out, and erasing."""

from django.urls import path

from surveys.privacy import pages

app_name = "customers_privacy"
urlpatterns = [
    path("<int:contact_id>/everything/", pages.everything_of_contact, name="everything"),
    path("<int:contact_id>/erase/", pages.erase_contact, name="erase_contact"),
    path("answers/<int:response_id>/everything/", pages.everything_of_answer, name="everything_of_answer"),
    path("answers/<int:response_id>/erase/", pages.erase_answer, name="erase_answer"),
]
